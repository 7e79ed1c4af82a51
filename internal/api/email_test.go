package api

import "testing"

func TestNormalEmail(t *testing.T) {
	for in, want := range map[string]string{
		"asha@example.com":            "asha@example.com",
		"Asha.Rao+x@Example.COM":      "asha.rao+x@example.com",
		"a@bücher.example":            "a@xn--bcher-kva.example",
		"a@BÜCHER.example":            "a@xn--bcher-kva.example",
		"a@bu\u0308cher.example":      "a@xn--bcher-kva.example", // decomposed
		"ａｓｈａ＠example．com":            "asha@example.com",        // full width
		"jose\u0301@example.com":      "josé@example.com",
		"JOSÉ@example.com":            "josé@example.com",
		"a@localhost":                 "a@localhost",
		"a@xn--bcher-kva.example":     "a@xn--bcher-kva.example",
		"":                            "",
		"a":                           "",
		"@example.com":                "",
		"a@":                          "",
		"a@b@c":                       "",
		"a b@example.com":             "",
		"a@exa mple.com":              "",
		"a@example.com\n":             "",
		"Asha <a@example.com>":        "",
		"a@-example.com":              "",
		"a@example..com":              "",
		"a@example.com.":              "",
		"a@xn--a.example":             "", // no A-label of anything
		"a@example.com,b@example.com": "",
	} {
		got, ok := normalEmail(in)
		if got != want || ok != (want != "") {
			t.Errorf("normalEmail(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}
