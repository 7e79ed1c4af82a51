package pushapp_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
)

// TestBadSecrets names what is wrong with a secret, all of it at once, and changes
// nothing in SNS. That nothing of the secret is quoted is what newStack checks.
func TestBadSecrets(t *testing.T) {
	good := p8(t, elliptic.P256())
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	notJSON := "is no text that is a JSON object"
	for _, c := range []struct {
		name, platform, secret string
		want                   []string
	}{
		{"fcm: empty", "fcm", "", []string{notJSON}},
		{"fcm: a server key", "fcm", mark + ":APA91b", []string{notJSON}},
		{"fcm: cut off", "fcm", serviceAccount()[:60], []string{notJSON}},
		{"fcm: a list", "fcm", "[" + serviceAccount() + "]", []string{notJSON}},
		{"fcm: quoted once more", "fcm", `"{\"type\": \"` + mark + `\"}"`, []string{notJSON}},
		{"fcm: binary", "fcm", "binary:" + serviceAccount(), []string{notJSON}},
		{"fcm: null", "fcm", "null", []string{"type, project_id, private_key, client_email"}},
		{"fcm: two missing", "fcm", serviceAccount("private_key", "project_id"), []string{"has no text in: project_id, private_key"}},
		{"fcm: another file", "fcm", strings.Replace(serviceAccount(), "service_account", mark, 1), []string{"type is not service_account"}},
		{"fcm: a number", "fcm", strings.Replace(serviceAccount("project_id"), "{", `{"project_id": 1,`, 1), []string{"project_id"}},
		{"fcm: the key of Apple", "fcm", signingKey(good), []string{"type, project_id, private_key, client_email"}},
		{"apns: the .p8 alone", "apns", good, []string{notJSON}},
		{"apns: empty object", "apns", "{}", []string{"signingKey, keyId, teamId, bundleId"}},
		{"apns: of fcm", "apns", serviceAccount(), []string{"signingKey, keyId, teamId, bundleId"}},
		{"apns: blank", "apns", strings.Replace(signingKey(good), mark+"-team", " ", 1), []string{"has no text in: teamId"}},
		{"apns: fields in capital", "apns", strings.Replace(signingKey(good), "bundleId", "BundleID", 1), []string{"bundleId"}},
		{"apns: no PEM", "apns", signingKey(mark), []string{"signingKey is not the PEM"}},
		{"apns: PEM of nothing", "apns_sandbox", signingKey("-----BEGIN PRIVATE KEY-----\nbTRya2Vk\n-----END PRIVATE KEY-----\n"), []string{"signingKey is not the PEM"}},
		{"apns: on one line", "apns", signingKey(strings.ReplaceAll(good, "\n", " ")), []string{"signingKey is not the PEM"}},
		{"apns: key for RSA", "apns", signingKey(pkcs8(t, other)), []string{"signingKey is not the PEM"}},
		{"apns_voip: of fcm", "apns_voip", serviceAccount(), []string{"signingKey, keyId, teamId, bundleId"}},
		{"apns_voip: no bundle", "apns_voip_sandbox", signingKey(good, "bundleId"), []string{"has no text in: bundleId"}},
		{"apns: other curve", "apns", signingKey(p8(t, elliptic.P384())), []string{"signingKey is not the PEM"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.secrets.secrets[secretARN] = c.secret
			got := s.send(t.Context(), cfn.RequestCreate, "", properties(c.platform))
			s.refused(got, "5b1d2c3e-request", append(c.want, "secret "+secretARN+": ")...)
			if len(s.sns.calls) > 0 {
				t.Errorf("SNS was called: %v", s.sns.calls)
			}
		})
	}
}

// TestUnreadableSecrets are those that Secrets Manager does not give out.
func TestUnreadableSecrets(t *testing.T) {
	for _, e := range []awsError{
		{400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."},
		{400, "AccessDeniedException", "User is not authorized to perform: secretsmanager:GetSecretValue"},
		{400, "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key."},
		{400, "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion."},
	} {
		s := newStack(t)
		s.secrets.secrets[secretARN] = serviceAccount()
		s.secrets.fail["GetSecretValue"] = []awsError{e}
		got := s.send(t.Context(), cfn.RequestCreate, "", properties("fcm"))
		s.refused(got, "5b1d2c3e-request", "secret "+secretARN+": read: "+e.code+" (request request-2)")
	}
}

// TestBrokenAnswer ends in the middle of the secret, which the SDK must not quote.
func TestBrokenAnswer(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	s.secrets.cut = true
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), "5b1d2c3e-request", "read: no answer that can be read")
}
