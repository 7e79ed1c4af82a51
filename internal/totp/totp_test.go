package totp_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/totp"
)

// vectors are those of RFC 6238, appendix B, for SHA-1. It shows eight digits, of which
// codes of six are the last.
var vectors = []struct {
	at   int64
	code string
}{
	{59, "94287082"},
	{1111111109, "07081804"},
	{1111111111, "14050471"},
	{1234567890, "89005924"},
	{2000000000, "69279037"},
	{20000000000, "65353130"},
}

var rfcSecret = []byte("12345678901234567890")

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.code, func(t *testing.T) {
			at := time.Unix(v.at, 0)
			if got := totp.Code(rfcSecret, totp.Step(at)); got != v.code[2:] {
				t.Errorf("Code = %s, want %s", got, v.code[2:])
			}
			if step, ok := totp.Match(rfcSecret, v.code[2:], at, 0); !ok || step != totp.Step(at) {
				t.Errorf("Match = %d, %v, want step %d", step, ok, totp.Step(at))
			}
		})
	}
}

func TestMatch(t *testing.T) {
	now := time.Unix(1_795_428_000, 0)
	current := totp.Step(now)
	for _, c := range []struct {
		name string
		step int64 // whose code is typed
		used int64
		want bool
	}{
		{"now", current, 0, true},
		{"a slow phone", current - 1, 0, true},
		{"a fast phone", current + 1, 0, true},
		{"two steps late", current - 2, 0, false},
		{"two steps early", current + 2, 0, false},
		{"used", current, current, false},
		{"before the one used", current - 1, current, false},
		{"after the one used", current + 1, current, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			step, ok := totp.Match(rfcSecret, totp.Code(rfcSecret, c.step), now, c.used)
			if ok != c.want || ok && step != c.step {
				t.Errorf("Match = %d, %v, want %d, %v", step, ok, c.step, c.want)
			}
		})
	}
	for _, code := range []string{"", "0", "abcdef", totp.Code(rfcSecret, current) + "0", " " + totp.Code(rfcSecret, current)} {
		if _, ok := totp.Match(rfcSecret, code, now, 0); ok {
			t.Errorf("Match takes %q", code)
		}
	}
}

func TestURI(t *testing.T) {
	secret, err := totp.NewSecret(bytes.NewReader(rfcSecret))
	if err != nil {
		t.Fatal(err)
	}
	uri := totp.URI("Shoes: & Söhne", "nina+1@example.com", secret)
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Shoes  & Söhne:nina+1@example.com" {
		t.Errorf("URI = %s", uri)
	}
	if q := u.Query(); q.Get("secret") != totp.Text(secret) || q.Get("issuer") != "Shoes  & Söhne" {
		t.Errorf("URI = %s, its query says %v", uri, q)
	}
	if issuer, _, _ := strings.Cut(uri, "?"); strings.ContainsAny(issuer, " &") {
		t.Errorf("URI = %s, want spaces as %%20", uri)
	}
	if _, err := totp.NewSecret(bytes.NewReader(nil)); err == nil {
		t.Error("a secret of nothing")
	}
}
