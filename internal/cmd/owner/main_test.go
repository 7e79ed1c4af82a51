package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func TestOwner(t *testing.T) {
	args := []string{"-function", "prod-provision", "-account", "Shoes", "-zone", "Asia/Kolkata", "-first", "Meera", "-last", "Nair", "-email", "meera@example.com"}
	for _, c := range []struct{ name, failed, answer, want string }{
		{"made", "", `{"accountId":"acc_a","memberId":"mem_a"}`, `{"accountId":"acc_a","memberId":"mem_a"}`},
		{"refused", "Unhandled", `{"errorType":"email-taken"}`, "email-taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var path, body string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				path, body = r.URL.Path, string(got)
				if c.failed != "" {
					w.Header().Set("X-Amz-Function-Error", c.failed)
				}
				_, _ = io.WriteString(w, c.answer)
			}))
			defer server.Close()
			client := lambda.New(lambda.Options{
				Region: "eu-west-1", BaseEndpoint: aws.String(server.URL),
				Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
			})
			var out bytes.Buffer
			err := run(t.Context(), client, args, strings.NewReader("Good-Password-1\n"), &out)
			if (err != nil) != (c.failed != "") {
				t.Fatalf("got error %v", err)
			}
			if err != nil {
				out.WriteString(err.Error())
			}
			if !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "Good-Password-1") {
				t.Errorf("it said %q, want %q in it and no password", out.String(), c.want)
			}
			want := `{"accountName":"Shoes","timeZone":"Asia/Kolkata","owner":{"firstName":"Meera","lastName":"Nair","email":"meera@example.com","password":"Good-Password-1"}}`
			if path != "/2015-03-31/functions/prod-provision/invocations" || body != want {
				t.Errorf("got %s at %s, want %s", body, path, want)
			}
		})
	}
}
