package cloud_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/cloud"
)

// printed is what all ways of printing make of a value.
func printed(v any) string {
	var all bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&all, verb+"\n"+verb+"\n", v, struct{ field any }{v})
	}
	slog.New(slog.NewTextHandler(&all, nil)).Info("text", "value", v)
	slog.New(slog.NewJSONHandler(&all, nil)).Info("json", "value", v)
	_ = json.NewEncoder(&all).Encode(v)
	return all.String()
}

// Whoever prints an identity that has signed somebody in, or the keeper of the deployment's
// secret, prints neither secret.
func TestSecretsAreNotPrinted(t *testing.T) {
	i, server := newCognito(t)
	server.secret = "secret-of-the-client"
	if err := i.Create(t.Context(), "mem_asha", goodPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Login(t.Context(), "mem_asha", goodPassword); err != nil {
		t.Fatal(err)
	}
	s := &cloud.Secrets{Manager: &vault{secret: theSecret}, ARN: "arn:secret"}
	if _, err := s.Secret(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Manager = nil // the test's vault shows what it holds
	for _, c := range []struct {
		name   string
		holds  any
		secret string
	}{
		{"identity", i, server.secret},
		{"secrets", s, theSecret},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, form := range []string{c.secret, strings.Trim(fmt.Sprint([]byte(c.secret)), "[]"), fmt.Sprintf("%x", c.secret)} {
				if text := printed(c.holds); strings.Contains(text, form) {
					t.Errorf("the secret as %q: %s", form, text)
				}
			}
		})
	}
}
