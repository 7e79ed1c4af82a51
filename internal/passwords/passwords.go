// Package passwords says what a new password must be. It is pure: the same rules hold for
// every identity, and for whoever shows them before a form is sent.
//
// The rules are those of NIST SP 800-63B and OWASP ASVS 5, 6.2: long rather than of many
// kinds, any script, and not what is tried first. Signing in checks none of this: passwords
// from before keep working.
package passwords

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How many characters a password has. The user pool asks for the same least number; Cognito
// takes 256 at most.
const (
	Min = 12
	Max = 256
)

// Normal is the one form in which a password is stored and compared: NFC, and a plain space
// for every other one, as RFC 8265 has it. A phone that sends é as e and an accent thus means
// the same password as a desktop that sends one character. What is in ASCII stays as it is.
func Normal(password string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, password))
}

// Check says all that is wrong with a new password; nothing for a good one. of are texts about
// its owner, such as name, e-mail and business, whose words do not count.
//
// "Sandbox-Agent-1" is good, but not of an agent of Sandbox Ltd; "Password2026" is never.
func Check(password string, of ...string) (wrong []string) {
	normal := Normal(password)
	n := utf8.RuneCountInString(normal)
	if n < Min {
		wrong = append(wrong, fmt.Sprintf("must have at least %d characters", Min))
	}
	if n > Max {
		wrong = append(wrong, fmt.Sprintf("must have at most %d characters", Max))
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(normal, odd) {
		wrong = append(wrong, "must have no characters but letters, digits, symbols and spaces")
	}
	if strings.Trim(normal, " ") != normal {
		wrong = append(wrong, "must neither begin nor end with a space")
	}
	if Min <= n && n <= Max && easy(normal, of) {
		wrong = append(wrong, "must be harder to guess: no common word, and more than names, years, repeats and rows of keys")
	}
	return wrong
}

// The joiners of Persian, Indian scripts and emoji show nothing by themselves, and are typed.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// odd reports what nobody types, or what Unicode may yet change: control characters, and
// those that are not assigned.
func odd(r rune) bool { return !unicode.IsGraphic(r) && r != nonJoiner && r != joiner }
