package letters_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud/letters"
	"github.com/connectnow/backend/internal/desk"
)

func TestMail(t *testing.T) {
	l := desk.Letter{Kind: desk.LetterReset, To: "meera@example.com", Code: "123456"}
	text := func(s string) any { return map[string]any{"Data": s, "Charset": "UTF-8"} }
	want := map[string]any{
		"FromEmailAddress": "desk@example.com",
		"Destination":      map[string]any{"ToAddresses": []any{"meera@example.com"}},
		"Content": map[string]any{"Simple": map[string]any{
			"Subject": text(l.Subject()), "Body": map[string]any{"Text": text(l.Text())},
		}},
	}
	for _, c := range []struct {
		name, refusal string
		final         bool
	}{
		{"sent", "", false},
		{"an address that is none", "BadRequestException", true},
		{"rejected", "MessageRejected", false},
		{"sender not verified", "MailFromDomainNotVerifiedException", false},
		{"paused", "SendingPausedException", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got map[string]any
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/v2/email/outbound-emails" {
					t.Errorf("asked %s", r.URL.Path)
				}
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					t.Error(err)
				}
				if c.refusal != "" {
					w.Header().Set("X-Amzn-ErrorType", c.refusal)
					w.WriteHeader(http.StatusBadRequest)
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			defer server.Close()
			m := &letters.Mail{From: "desk@example.com", SES: sesv2.NewFromConfig(aws.Config{
				Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
			})}
			err := m.Send(t.Context(), l)
			if (err != nil) != (c.refusal != "") || errors.Is(err, desk.ErrNoSuchAddress) != c.final {
				t.Errorf("answered %v, final %t", err, c.final)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}
