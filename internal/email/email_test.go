package email

import "testing"

func TestNormal(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"as it is", "asha@example.com", "asha@example.com"},
		{"capitals", "Asha.Rao+x@Example.COM", "asha.rao+x@example.com"},
		{"umlaut", "a@bücher.example", "a@xn--bcher-kva.example"},
		{"umlaut in capitals", "a@BÜCHER.example", "a@xn--bcher-kva.example"},
		{"umlaut decomposed", "a@bu\u0308cher.example", "a@xn--bcher-kva.example"},
		{"full width", "ａｓｈａ＠example．com", "asha@example.com"},
		{"accent decomposed", "jose\u0301@example.com", "josé@example.com"},
		{"accent in capitals", "JOSÉ@example.com", "josé@example.com"},
		{"no dot", "a@localhost", "a@localhost"},
		{"A-label", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
		{"empty", "", ""},
		{"a letter", "a", ""},
		{"no name", "@example.com", ""},
		{"no domain", "a@", ""},
		{"two signs", "a@b@c", ""},
		{"space in the name", "a b@example.com", ""},
		{"space in the domain", "a@exa mple.com", ""},
		{"line break", "a@example.com\n", ""},
		{"display name", "Asha <a@example.com>", ""},
		{"label with a hyphen first", "a@-example.com", ""},
		{"empty label", "a@example..com", ""},
		{"dot at the end", "a@example.com.", ""},
		{"A-label of nothing", "a@xn--a.example", ""},
		{"two addresses", "a@example.com,b@example.com", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Normal(c.in)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("Normal(%q) = %q, %v, want %q", c.in, got, ok, c.want)
			}
		})
	}
}
