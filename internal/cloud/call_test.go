package cloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/connectnow/backend/internal/cloud"
)

// TestRefusalsAreReadAsTheSDKDoes has services refuse in all forms that they have, and compares with
// what the SDK makes of the same answer.
func TestRefusalsAreReadAsTheSDKDoes(t *testing.T) {
	for _, c := range []struct {
		name, header, body string
		status             int
	}{
		{"JSON", "", `{"__type": "com.amazonaws.secretsmanager#ResourceNotFoundException", "message": "not there"}`, 400},
		{"JSON with an address", "", `{"__type": "AccessDeniedException:http://internal.amazon.com/coral/", "Message": "no"}`, 400},
		{"a header", "ThrottlingException:http://internal.amazon.com/coral/", `{"message": "slower"}`, 400},
		{"broken", "", `{"__type": "InternalServiceError", "Message": "oops"}`, 500},
		{"no JSON", "", `<html>`, 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if c.header != "" {
					w.Header().Set("X-Amzn-ErrorType", c.header)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer server.Close()
			_, got := cloud.NewSecrets(configAt(server.URL)).GetSecretValue(t.Context(), "arn")
			_, want := secretsmanager.New(secretsmanager.Options{
				Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
			}).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("arn")})
			if c.name != "no JSON" && cloud.Code(got) != cloud.Code(want) {
				t.Errorf("code %q, the SDK says %q", cloud.Code(got), cloud.Code(want))
			}
			if cloud.ServerFault(got) != cloud.ServerFault(want) || cloud.Unreached(got) != cloud.Unreached(want) {
				t.Errorf("the service's fault: %t, for the SDK %t", cloud.ServerFault(got), cloud.ServerFault(want))
			}
			var a, b smithy.APIError
			if errors.As(got, &a) && errors.As(want, &b) && a.ErrorMessage() != b.ErrorMessage() {
				t.Errorf("message %q, the SDK says %q", a.ErrorMessage(), b.ErrorMessage())
			}
		})
	}
}

// asked is a request, without what differs from one to the next.
type asked struct{ path, target, kind, body, signedFor, trace string }

// TestServicesAreAskedAsTheSDKDoes compares requests with those of the SDK's clients.
func TestServicesAreAskedAsTheSDKDoes(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "escalate")
	t.Setenv("_X_AMZN_TRACE_ID", "Root=1-a;Parent=b;Sampled=0;Lineage=1:a:0")
	var all []asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := string(body)
		if strings.HasPrefix(text, "{") { // in the order of its names
			var v any
			if err := json.Unmarshal(body, &v); err != nil {
				t.Error(err)
			}
			body, _ = json.Marshal(v)
			text = string(body)
		}
		_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=local/")
		scope, _, _ = strings.Cut(scope, ",")
		all = append(all, asked{r.URL.Path, r.Header.Get("X-Amz-Target"), r.Header.Get("Content-Type"), text, scope, r.Header.Get("X-Amzn-Trace-Id")})
		if r.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("headers %v", r.Header)
		}
		_, _ = io.WriteString(w, `{}`)
	}))
	defer server.Close()
	c := configAt(server.URL)
	c.Credentials = credentials.NewStaticCredentialsProvider("local", "local", "token")
	ctx := t.Context()
	for _, pair := range []struct {
		name      string
		ours, sdk func(context.Context)
	}{
		{"a message", func(ctx context.Context) {
			_ = cloud.NewQueues(c).SendMessage(ctx, cloud.QueueMessage{QueueURL: "https://q", Body: "b<&>", DelaySeconds: 7})
		}, func(ctx context.Context) {
			_, _ = sqs.NewFromConfig(c).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String("https://q"), MessageBody: aws.String("b<&>"), DelaySeconds: 7})
		}},
		{"a secret", func(ctx context.Context) {
			_, _ = cloud.NewSecrets(c).GetSecretValue(ctx, "arn")
		}, func(ctx context.Context) {
			_, _ = secretsmanager.NewFromConfig(c).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("arn")})
		}},
		{"a push", func(ctx context.Context) {
			_ = cloud.NewNotifications(c).Publish(ctx, cloud.Publication{Endpoint: "arn:1", Message: "{ &=ü}", Structure: "json"})
		}, func(ctx context.Context) {
			_, _ = sns.NewFromConfig(c).Publish(ctx, &sns.PublishInput{TargetArn: aws.String("arn:1"), Message: aws.String("{ &=ü}"), MessageStructure: aws.String("json")})
		}},
		{"forgetting", func(ctx context.Context) {
			_ = cloud.NewNotifications(c).DeleteEndpoint(ctx, "arn:1")
		}, func(ctx context.Context) {
			_, _ = sns.NewFromConfig(c).DeleteEndpoint(ctx, &sns.DeleteEndpointInput{EndpointArn: aws.String("arn:1")})
		}},
	} {
		all = nil
		pair.ours(ctx)
		pair.sdk(ctx)
		if len(all) != 2 || all[0] != all[1] {
			t.Errorf("%s: asked %+v, which differ: ours first, then the SDK's", pair.name, all)
		}
	}
}
