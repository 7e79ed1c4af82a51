package vault_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// manager is Secrets Manager with one secret.
type manager struct {
	mu     sync.Mutex
	asked  int
	fails  error
	secret string
}

func (m *manager) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked++; m.fails != nil {
		return nil, m.fails
	}
	return &secretsmanager.GetSecretValueOutput{ARN: in.SecretId, SecretString: &m.secret}, nil
}

const theSecret = "the secret of this deployment, of some length"

// The secret is asked for when it is first needed, and once, however many need it. What failed is
// tried again.
func TestSecretIsReadOnce(t *testing.T) {
	m := &manager{secret: theSecret, fails: errors.New("throttled")}
	s := &vault.Secrets{Manager: m, ARN: "arn:secret"}
	if m.asked != 0 {
		t.Errorf("asked %d times before it is needed", m.asked)
	}
	for n := range 2 {
		if got, err := s.Secret(t.Context()); !errors.Is(err, m.fails) || got != nil || m.asked != n+1 {
			t.Errorf("a read that fails = %q, %v; asked %d times", got, err, m.asked)
		}
	}
	m.fails, m.secret = nil, ""
	if got, err := s.Secret(t.Context()); err == nil {
		t.Errorf("an empty secret = %q", got)
	}
	m.secret, m.asked = theSecret, 0
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := s.Secret(t.Context()); string(got) != theSecret || err != nil {
				t.Errorf("Secret = %q, %v", got, err)
			}
		})
	}
	all.Wait()
	m.fails = errors.New("gone")
	if _, err := s.Secret(t.Context()); err != nil || m.asked != 1 {
		t.Errorf("asked %d times, want once; %v", m.asked, err)
	}
}

// While Secrets Manager cannot be asked, callers are told to try again; what it refuses for good is
// the function's fault.
func TestSecretOutOfReach(t *testing.T) {
	for _, c := range []struct {
		name  string
		fails error
		busy  bool
	}{
		{"not sent", &smithyhttp.RequestSendError{Err: errors.New("no route")}, true},
		{"throttled", &smithy.GenericAPIError{Code: "ThrottlingException"}, true},
		{"broken", &smithy.GenericAPIError{Code: "InternalServiceError", Fault: smithy.FaultServer}, true},
		{"gone", &smithy.GenericAPIError{Code: "ResourceNotFoundException", Fault: smithy.FaultClient}, false},
		{"not allowed", &smithy.GenericAPIError{Code: "AccessDeniedException", Fault: smithy.FaultClient}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &vault.Secrets{Manager: &manager{fails: c.fails}, ARN: "arn:secret"}
			if _, err := s.Secret(t.Context()); desk.IsProblem(err, "busy") != c.busy || !errors.Is(err, c.fails) {
				t.Errorf("got %v, want to be told to try again: %t", err, c.busy)
			}
		})
	}
}

// Neither a secret that is too short or missing nor what was made with one comes into an error or
// the log, and nobody signs in without one.
func TestSecretIsNotTold(t *testing.T) {
	twins, err := local.Open(t.TempDir(), local.Options{PasswordMemory: 64, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = twins.Close() })
	d := twins.Desk
	var logged bytes.Buffer
	d.Log = slog.New(slog.NewTextHandler(&logged, nil))
	for _, c := range []struct{ name, secret, want string }{
		{"short", "too short to be", "the secret has 15 bytes"},
		{"none", "", "the secret arn:secret is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.Secrets = &vault.Secrets{Manager: &manager{secret: c.secret}, ARN: "arn:secret"}
			_, _, err := d.SignIn(t.Context(), desk.Credentials{Email: "nobody@example.com", Password: "Good-Password-1"})
			if err == nil || !strings.Contains(err.Error(), c.want) || c.secret != "" && strings.Contains(err.Error()+logged.String(), c.secret) {
				t.Errorf("SignIn = %v, logged %q", err, &logged)
			}
		})
	}
	d.Secrets = &vault.Secrets{Manager: &manager{secret: theSecret}, ARN: "arn:secret"}
	if _, _, err := d.SignIn(t.Context(), desk.Credentials{Email: "nobody@example.com", Password: "Good-Password-1"}); !desk.IsProblem(err, "wrong-credentials") {
		t.Errorf("with a secret: %v", err)
	}
	if strings.Contains(logged.String(), theSecret) {
		t.Errorf("logged %q", &logged)
	}
}

// Whoever prints the keeper of the secret does not print that.
func TestSecretIsNotPrinted(t *testing.T) {
	s := &vault.Secrets{Manager: &manager{secret: theSecret}, ARN: "arn:secret"}
	if _, err := s.Secret(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Manager = nil // which here shows what it holds
	cloudtest.NotPrinted(t, s, theSecret)
}
