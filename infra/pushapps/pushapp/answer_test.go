package pushapp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/connectnow/backend/infra/pushapps/pushapp"
)

// panicking is a defect that has the credential in its hands.
type panicking struct{}

func (panicking) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	panic("cannot read " + serviceAccount())
}

func TestPanicAnswers(t *testing.T) {
	s := newStack(t, func(r *pushapp.Resource) { r.Secrets = panicking{} })
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), "5b1d2c3e-request", "panicked")
	s.refused(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, "panicked")
	if said := s.said.String(); !strings.Contains(said, "GetSecretValue") || !strings.Contains(said, "string") {
		t.Errorf("the log does not say where the panic was:\n%s", said)
	}
}

// TestTimeoutAnswers has so little time left that all of it is needed for the answer.
func TestTimeoutAnswers(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	s.refused(s.send(ctx, cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, "out of time")
	s.refused(s.send(ctx, cfn.RequestDelete, fcmARN, nil), fcmARN, "out of time")
}

// TestHangingAnswers is a call that is under way when the time is over.
func TestHangingAnswers(t *testing.T) {
	s := newStack(t)
	s.secrets.hang = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-s.secrets.hang
		cancel()
	}()
	s.refused(s.send(ctx, cfn.RequestCreate, "", properties("fcm")), "5b1d2c3e-request", "read: out of time")
}

// TestUnreachable tells which address could not be reached: a function without a way to
// the services is a usual mistake.
func TestUnreachable(t *testing.T) {
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	s := newStack(t, func(r *pushapp.Resource) {
		r.Secrets = secretsmanager.New(secretsmanager.Options{
			Region: "eu-central-1", BaseEndpoint: &down.URL, Retryer: aws.NopRetryer{},
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		})
	})
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), "5b1d2c3e-request", down.URL)
}

// TestLongReason is cut, as CloudFormation reads 4096 bytes of an answer, which receive
// checks.
func TestLongReason(t *testing.T) {
	s := newStack(t)
	long := secretARN[:len(secretARN)-7] + strings.Repeat("-", 480) + "a1B2c3"
	got := s.send(t.Context(), cfn.RequestCreate, "", properties("fcm", "SecretArn", long))
	s.refused(got, "5b1d2c3e-request", "…")
	s.send(t.Context(), cfn.RequestType(strings.Repeat("<", 5000)), fcmARN, nil)
	s.send(t.Context(), cfn.RequestType(strings.Repeat("ä", 5000)), fcmARN, nil)
}

// TestLostAnswer is an error for Lambda, which then repeats the event; the presigned URL
// is in none of it.
func TestLostAnswer(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	gone := httptest.NewServer(http.NotFoundHandler())
	event := s.event(cfn.RequestCreate, "", properties("fcm"))
	event.ResponseURL = gone.URL + "/response?X-Amz-Signature=presigned"
	if err := s.invoke(t.Context(), event); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("the URL has expired: %v, want an error", err)
	}
	gone.Close()
	if err := s.invoke(t.Context(), event); err == nil || !strings.Contains(err.Error(), "answer CloudFormation: dial") {
		t.Errorf("nobody listens: %v, want an error", err)
	}
	s.want(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), fcmARN, fcmARN)
}
