// Package passwords says what a new password must be. It is pure: the same rules hold for
// every identity, and for whoever shows them before a form is sent.
package passwords

import (
	"fmt"
	"strings"
)

// What a password must be, for every identity alike. The user pool is configured with
// the same lengths and the same required letters; a symbol is not required.
const (
	Min = 10  // characters
	Max = 256 // what Cognito takes at most
)

// Check says all that is wrong with a new password; nothing for a good one.
// "Sandbox-Agent-1" is good, "sandbox" lacks three things.
//
// Its characters are those that Cognito documents as allowed, the printable ones of ASCII,
// with no space at either end
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html).
// So a password is the same bytes whatever device it is typed on. Signing in checks none of
// this: passwords from before keep working.
func Check(password string) (wrong []string) {
	if len(password) < Min {
		wrong = append(wrong, fmt.Sprintf("must have at least %d characters", Min))
	}
	if len(password) > Max {
		wrong = append(wrong, fmt.Sprintf("must have at most %d characters", Max))
	}
	for _, kind := range []struct {
		first, last rune
		name        string
	}{
		{'a', 'z', "a lower-case letter (a-z)"},
		{'A', 'Z', "an upper-case letter (A-Z)"},
		{'0', '9', "a digit (0-9)"},
	} {
		if !strings.ContainsFunc(password, func(r rune) bool { return kind.first <= r && r <= kind.last }) {
			wrong = append(wrong, "must have "+kind.name)
		}
	}
	if strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r > '~' }) {
		wrong = append(wrong, "must have no characters but letters a-z and A-Z, digits, spaces and the symbols of an English keyboard")
	}
	if strings.Trim(password, " ") != password {
		wrong = append(wrong, "must neither begin nor end with a space")
	}
	return wrong
}
