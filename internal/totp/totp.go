// Package totp makes and checks the codes of authenticator apps: six digits that change
// every thirty seconds, by RFC 6238 with HMAC-SHA-1, which is what all apps know. It is
// pure: whoever uses it keeps secrets, clock and which code was used last.
package totp

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

const (
	// SecretSize is the bytes of a secret: as many as the hash has, which RFC 4226 recommends.
	SecretSize = 20
	// Period is how long a code is shown.
	Period = 30 * time.Second
	// Drift is how many steps a phone's clock may be off, either way. RFC 6238 recommends one.
	Drift = 1

	digits  = 6
	modulus = 1_000_000
)

// Step numbers the periods since 1970. The 59th second is in step 1.
func Step(at time.Time) int64 { return at.Unix() / int64(Period/time.Second) }

// NewSecret draws a secret.
func NewSecret(random io.Reader) ([]byte, error) {
	secret := make([]byte, SecretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("drawing a secret: %w", err)
	}
	return secret, nil
}

// Text is a secret as people type it: JBSWY3DPEHPK3PXP, in base32 without padding.
func Text(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// URI is what authenticator apps read from a QR code. Issuer and name are shown beside the
// code; both stand in the label, as some apps read the issuer there alone
// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format).
func URI(issuer, name string, secret []byte) string {
	issuer = strings.ReplaceAll(issuer, ":", " ") // a colon ends it in the label
	// Spaces are %20: apps show the + of a form as it is.
	escaped := strings.ReplaceAll(url.QueryEscape(issuer), "+", "%20")
	return "otpauth://totp/" + escaped + ":" + url.PathEscape(name) + "?secret=" + Text(secret) + "&issuer=" + escaped
}

// Code is the code of a step, six digits: 287082 for the secret 12345678901234567890 in
// step 1.
func Code(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // never fails
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fff_ffff
	return fmt.Sprintf("%0*d", digits, n%modulus)
}

// Match finds the step whose code it is: that of now, or one within Drift. Steps up to used,
// the last that was taken, match nothing: a code that somebody saw is of no use to them.
func Match(secret []byte, code string, now time.Time, used int64) (step int64, ok bool) {
	current := Step(now)
	for at := current - Drift; at <= current+Drift; at++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, at)), []byte(code)) == 1 && at > used {
			step, ok = at, true
		}
	}
	return step, ok
}
