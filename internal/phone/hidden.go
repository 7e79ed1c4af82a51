package phone

import (
	"strings"
	"unicode"
)

// hiddenNumbers are words typed on a telephone's keys that networks send for a caller who
// hides the number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE. They come with a
// plus. Without it the same digits are numbers of Austin and elsewhere, which is why they
// are judged before a country is applied.
var hiddenNumbers = map[string]bool{
	"266696687": true, "7378742833": true, "2562533": true, "8656696": true, "86282452253": true,
}

// hiddenWords stand for a number that is not told.
var hiddenWords = map[string]bool{
	"anonymous": true, "restricted": true, "private": true, "unknown": true, "unavailable": true, "blocked": true,
}

// hiddenText reports a text in lower case that stands for a caller without a number: one
// of the words, a messenger's group or name that is not a number, or a name of a telephone
// system.
func hiddenText(s string) bool {
	if strings.HasSuffix(s, "@lid") || strings.HasSuffix(s, "@g.us") {
		return true
	}
	if name, found := cutScheme(s, "sip", "sips"); found {
		user, _, _ := strings.Cut(name, "@")
		user, _, _ = strings.Cut(user, ";")
		return !strings.HasPrefix(user, "+") || number(user).digits == ""
	}
	if strings.ContainsFunc(s, unicode.IsDigit) {
		return false
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if hiddenWords[word] {
			return true
		}
	}
	return false
}
