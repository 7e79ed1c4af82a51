package api

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// domains is idna.Lookup that also refuses empty and overlong labels, which no mail server
// can have.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// normalEmail brings an address into the one form in which addresses are kept and
// compared: NFKC, lower case, the domain as A-labels. Asha@BÜCHER.example becomes
// asha@xn--bcher-kva.example. It is false for what is no address.
//
// Without it two members could have what looks like one address, and a code sent to one
// would let in the other. It is done here, at the door: the tables that it needs are no
// part of the domain.
func normalEmail(s string) (string, bool) {
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(s)))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || strings.ContainsFunc(s, oddInEmail) || strings.IndexByte(s, '@') != at {
		return "", false
	}
	domain, err := domains.ToASCII(s[at+1:])
	if err != nil || strings.HasSuffix(domain, ".") {
		return "", false
	}
	return s[:at+1] + domain, true
}

// oddInEmail names what RFC 5322 allows in quotes or comments alone, such as the comma of
// two addresses in one field.
func oddInEmail(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"<>(),;:\`, r)
}

// email reads an address and returns its normal form, which may be longer than what was
// sent and is measured, too.
func (o *object) email(name string, n need) string {
	s := o.text(name, longestEmail, n)
	if s == "" {
		return ""
	}
	normal, ok := normalEmail(s)
	if !ok || tooLong(normal, longestEmail) != "" {
		o.bad(name, "must be an e-mail address")
		return ""
	}
	return normal
}
