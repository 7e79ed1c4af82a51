// Package names compares one-line names of people, departments and accounts, and tells
// why one is refused.
//
// Two names are the same when Fold makes the same of them: nobody should have to see, or
// say on the phone, the difference between KIDS and Kids, or between é as one character
// and as two. Problem refuses what nobody can see at all. Names that are refused now may
// be stored from before, so only a name that changes is asked for its problem, while Fold
// takes any text.
package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a name into the form in which names are compared: NFKC, with the full case
// fold of Unicode, without invisible characters, every run of blanks one space and none
// around. Folding twice changes nothing. The result is a key and nothing to show.
func Fold(name string) string {
	seen := strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, name)
	var b strings.Builder
	for i, word := range strings.FieldsFunc(norm.NFKD.String(seen), unicode.IsSpace) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			foldRune(&b, r)
		}
	}
	return norm.NFKC.String(b.String())
}

// foldRune folds the case of a character that is decomposed. The way over the capital
// brings together ſ and s, ς and σ. Decomposing has taken apart what else folds to more
// than one character, such as ﬁ and İ, but for the sharp s. golang.org/x/text/cases does
// the same with 185 KB more in each function's zip, for tables of languages that names do
// not ask; it is the tests' oracle.
func foldRune(b *strings.Builder, r rune) {
	switch r {
	case 'ß', 'ẞ':
		b.WriteString("ss")
	case 'ı': // its capital is I, which is that of i
		b.WriteRune(r)
	default:
		b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
	}
}

// brailleBlank is a symbol by its class and looks like nothing.
const brailleBlank = '\u2800'

// invisible reports whether r shows nothing by itself: what Unicode calls ignorable by
// default, and the blank of Braille.
func invisible(r rune) bool {
	switch {
	case r < unicode.MaxASCII:
		return false
	case r == brailleBlank || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	// Signs below Arabic numbers and the joints of hieroglyphs are formats that show.
	return unicode.Is(unicode.Cf, r) && !unicode.In(r, unicode.Prepended_Concatenation_Mark, unicode.Egyptian_Hieroglyphs)
}
