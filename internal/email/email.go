// Package email brings addresses into the one form in which they are kept and compared.
// Its tables of characters are why it is no part of the domain.
package email

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Longest is how many characters an address has at most.
const Longest = 254

// longestSent is how many bytes an address has at most before it is brought into its form:
// four for a character, and four of these for one.
const longestSent = 4 * 4 * Longest

// domains is idna.Lookup that also refuses empty and overlong labels, which no mail server
// can have.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// Normal brings an address into the one form in which addresses are kept and
// compared: NFKC, lower case, the domain as A-labels. Asha@BÜCHER.example becomes
// asha@xn--bcher-kva.example. It is false for what is no address.
//
// Without it two members could have what looks like one address, and a code sent to one
// would let in the other.
func Normal(s string) (string, bool) {
	if len(s) > longestSent {
		return "", false
	}
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
