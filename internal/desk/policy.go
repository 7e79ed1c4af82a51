package desk

import (
	"fmt"
	"strings"
)

// What a password must be, for every identity alike. The user pool is configured with
// the same lengths and the same required letters; a symbol is not required.
const (
	PasswordMin = 10  // characters
	PasswordMax = 256 // what Cognito takes at most
)

// CheckPassword says all that is wrong with a new password; nothing for a good one.
//
// Its characters are those that Cognito documents as allowed, which are the printable
// ones of ASCII, with no space at either end
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html).
// So a password is the same bytes whatever device it is typed on. Passwords that were
// set before are not checked when someone signs in with them.
func CheckPassword(password string) (wrong []string) {
	if len(password) < PasswordMin {
		wrong = append(wrong, fmt.Sprintf("must have at least %d characters", PasswordMin))
	}
	if len(password) > PasswordMax {
		wrong = append(wrong, fmt.Sprintf("must have at most %d characters", PasswordMax))
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

// WeakPassword is the problem with a new password, of class Invalid with the field
// password; nil for a good one.
func WeakPassword(password string) error {
	var bad []FieldError
	for _, detail := range CheckPassword(password) {
		bad = append(bad, FieldError{"password", detail})
	}
	return Invalids(bad)
}
