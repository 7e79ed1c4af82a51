package desk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// printed is what all ways of printing make of a value, and of one that holds it out of sight.
func printed(v any) string {
	within := struct{ field any }{v}
	var all bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&all, verb+"\n"+verb+"\n", v, within)
	}
	slog.New(slog.NewTextHandler(&all, nil)).Info("text", "value", v, "within", within)
	slog.New(slog.NewJSONHandler(&all, nil)).Info("json", "value", v, "within", within)
	_ = json.NewEncoder(&all).Encode(v)
	return all.String()
}

// shows reports whether a text has a secret in any form in which bytes are printed.
func shows(text, secret string) bool {
	forms := []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), strings.Trim(fmt.Sprint([]byte(secret)), "[]")}
	for _, form := range forms {
		if strings.Contains(text, form) {
			return true
		}
	}
	return strings.Contains(text, strings.Trim(fmt.Sprintf("%#v", []byte(secret)), "[]byte{}"))
}

// Whoever prints what holds a secret prints no secret.
func TestSecretsAreNotPrinted(t *testing.T) {
	const secret = "a secret of thirty-two bytes or more"
	for _, c := range []struct {
		name  string
		holds any
		shown bool
	}{
		{"a text, so that this test says something", struct{ s string }{secret}, true},
		{"bytes, likewise", struct{ b []byte }{[]byte(secret)}, true},
		{"a hidden text", desk.Hide(secret), false},
		{"hidden bytes", desk.Hide([]byte(secret)), false},
		{"a pointer to what holds some", &struct{ h desk.Hidden[string] }{desk.Hide(secret)}, false},
		{"a fixed secret", desk.FixedSecret([]byte(secret)), false},
		{"a desk", &desk.Desk{Secrets: desk.FixedSecret([]byte(secret))}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := printed(c.holds); shows(got, secret) != c.shown {
				t.Errorf("shows the secret: %v, want %v: %s", !c.shown, c.shown, got)
			}
		})
	}
}

// A desk keeps the keys that it has made, and prints them as little as their secret.
func TestKeysAreNotPrinted(t *testing.T) {
	d := desk.New(nil, nil, nil, nil, nil)
	for _, secret := range []string{"a secret of thirty-two bytes or more", "another secret of thirty-two bytes or more"} {
		d.Secrets = desk.FixedSecret([]byte(secret))
		key, err := d.Key(t.Context(), "device")
		must(t, err)
		again, err := d.Key(t.Context(), "device")
		must(t, err)
		if other, err := d.Key(t.Context(), "totp"); err != nil || !bytes.Equal(key, again) || bytes.Equal(key, other) {
			t.Errorf("keys %x, %x and %x: %v", key, again, other, err)
		}
		if text := printed(d); shows(text, string(key)) || shows(text, secret) {
			t.Errorf("shows a key or the secret: %s", text)
		}
	}
}

// The identity of the sandbox holds the secret that it keeps, and prints it as little.
func TestSandboxSecretIsNotPrinted(t *testing.T) {
	twins, err := local.Open(t.TempDir(), local.Options{NoSync: true})
	must(t, err)
	defer func() { must(t, twins.Close()) }()
	secret, err := twins.Identity.Secret(t.Context())
	must(t, err)
	if text := printed(twins.Identity); shows(text, string(secret)) {
		t.Errorf("the secret of the deployment: %s", text)
	}
}
