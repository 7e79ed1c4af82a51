package pushapp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
)

// errNoObject is in the place of what encoding/json says, which quotes the text. So are
// the other errors of this file: they name fields, and never what is in them.
var errNoObject = errors.New("is no text that is a JSON object")

// firebase makes the attributes of a secret that is the file of a Firebase service
// account. SNS takes the file as it is; had it an API key instead, it would use an API of
// FCM's that is gone
// (https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-authentication-methods.html).
func firebase(secret string) (map[string]string, error) {
	var account map[string]any
	if json.Unmarshal([]byte(secret), &account) != nil {
		return nil, errNoObject
	}
	if err := missing(account, "type", "project_id", "private_key", "client_email"); err != nil {
		return nil, err
	}
	if account["type"] != "service_account" {
		return nil, errors.New("type is not service_account; this is another of Firebase's files")
	}
	return map[string]string{"PlatformCredential": secret}, nil
}

// apple makes the attributes of a secret with a signing key for APNs, which are told
// together, also when only the key is new. By the last two SNS knows that it is given a
// key for tokens and not a certificate
// (https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html).
func apple(secret, platform string) (map[string]string, error) {
	var key map[string]any
	if json.Unmarshal([]byte(secret), &key) != nil {
		return nil, errNoObject
	}
	if err := missing(key, "signingKey", "keyId", "teamId", "bundleId"); err != nil {
		return nil, err
	}
	text := func(field string) string { return key[field].(string) } // missing has looked
	if !signsES256(text("signingKey")) {
		return nil, errors.New("signingKey is not the PEM of a PKCS#8 key on the curve P-256, which Apple's .p8 files are")
	}
	return map[string]string{
		"PlatformCredential":    text("signingKey"),
		"PlatformPrincipal":     text("keyId"),
		"ApplePlatformTeamID":   text("teamId"),
		"ApplePlatformBundleID": topic(platform, text("bundleId")),
	}, nil
}

// topic is what Apple wants named along with each push: the app's bundle id, with a suffix
// if the push is for a token of PushKit
// (https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns).
// SNS is told it in place of the bundle id. A suffix that is in the secret is not doubled.
func topic(platform, bundleID string) string {
	const suffix = ".voip"
	if platform != voip && platform != voipSandbox || strings.HasSuffix(bundleID, suffix) {
		return bundleID
	}
	return bundleID + suffix
}

// missing names all the fields that do not hold any text.
func missing(object map[string]any, fields ...string) error {
	var without []string
	for _, f := range fields {
		if text, _ := object[f].(string); strings.TrimSpace(text) == "" {
			without = append(without, f)
		}
	}
	if without == nil {
		return nil
	}
	return errors.New("has no text in: " + strings.Join(without, ", "))
}

// signsES256 tells a signing key for APNs from everything else that begins like one.
func signsES256(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return false
	}
	ec, is := key.(*ecdsa.PrivateKey)
	return is && ec.Curve == elliptic.P256()
}
