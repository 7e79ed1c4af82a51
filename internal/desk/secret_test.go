package desk_test

import (
	"bytes"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// A network is kept, never an address.
func TestNetwork(t *testing.T) {
	for _, c := range []struct{ name, address, want string }{
		{"as API Gateway tells it", "192.0.2.7", "192.0.2.0/24"},
		{"with a port", "192.0.2.7:4711", "192.0.2.0/24"},
		{"IPv6", "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
		{"IPv6 with a port", "[2001:db8:1:2::6]:4711", "2001:db8:1::/48"},
		{"IPv6 with a zone", "fe80::1%eth0", "fe80::/48"},
		{"IPv4 in IPv6", "::ffff:192.0.2.7", "192.0.2.0/24"},
		{"none", "", ""},
		{"words", "localhost", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := desk.Network(c.address); got != c.want {
				t.Errorf("Network(%q) = %q, want %q", c.address, got, c.want)
			}
		})
	}
}

// The secret of the file stays the same when it is opened again, and is another in another.
// The keys of it differ by their purpose.
func TestSecretStays(t *testing.T) {
	dir := t.TempDir()
	keyOf := func(dir, purpose string) []byte {
		twins, err := local.Open(dir, local.Options{NoSync: true})
		must(t, err)
		key, err := twins.Desk.Key(t.Context(), purpose)
		must(t, err)
		must(t, twins.Close())
		return key
	}
	first := keyOf(dir, "device")
	if len(first) != 32 {
		t.Errorf("the key has %d bytes, want 32", len(first))
	}
	if again := keyOf(dir, "device"); !bytes.Equal(first, again) {
		t.Error("another key after opening the file again")
	}
	if bytes.Equal(first, keyOf(dir, "totp")) {
		t.Error("two purposes have one key")
	}
	if bytes.Equal(first, keyOf(t.TempDir(), "device")) {
		t.Error("two files have one secret")
	}
}

// A desk without a secret, or with a short one, makes no keys.
func TestSecretTooShort(t *testing.T) {
	for _, c := range []struct {
		name   string
		secret desk.Secrets
	}{
		{"none", nil},
		{"short", desk.FixedSecret([]byte("0123456789abcdef0123456789abcde"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk.Desk{Secrets: c.secret}
			if key, err := d.Key(t.Context(), "device"); err == nil {
				t.Errorf("got the key %x, want an error", key)
			}
		})
	}
}
