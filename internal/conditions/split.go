package conditions

import (
	"unicode"
	"unicode/utf8"
)

// word is a word of a folded text, and where it stands there.
type word struct {
	text       string
	start, end int
}

// kind is how a character takes part in words.
type kind uint8

const (
	separator kind = iota
	letter         // a run of them is a word
	katakana       // a run of them is a word of its own
	single         // a word by itself: scripts without blanks, and symbols
	mark           // goes with what stands before it
)

// Split takes a text apart into its words, folded. Words are runs of letters, marks and
// digits, and katakana a run of its own, since it stands without blanks beside other scripts.
// Of Han, Hiragana, Thai, Lao, Khmer, Myanmar and symbols each character with its marks is a
// word. All else separates: apostrophes, hyphens, dots and underscores as well.
func Split(text string) []string {
	found := split(Fold(text))
	words := make([]string, len(found))
	for i, w := range found {
		words[i] = w.text
	}
	return words
}

// split takes apart a folded text.
func split(folded string) []word {
	words := make([]word, 0, len(folded)/6+1)
	start, running := 0, separator
	flush := func(end int) {
		if running != separator {
			words = append(words, word{folded[start:end], start, end})
		}
		running = separator
	}
	for i, r := range folded {
		k := kindOf(r)
		switch {
		case k == mark && running == separator:
			k = letter // on nothing
			fallthrough
		case k != mark && (k != running || k == single):
			flush(i)
			start, running = i, k
		}
	}
	flush(len(folded))
	return words
}

// ascii has the kinds of the first 128 characters, which are most of all.
var ascii = func() (kinds [utf8.RuneSelf]kind) {
	for r := range rune(utf8.RuneSelf) {
		kinds[r] = classify(r)
	}
	return kinds
}()

func kindOf(r rune) kind {
	if r < utf8.RuneSelf {
		return ascii[r]
	}
	return classify(r)
}

// longVowel stands behind katakana, and behind hiragana where people stretch a word.
const longVowel = 'ー'

func classify(r rune) kind {
	switch {
	case unicode.Is(unicode.M, r):
		return mark
	case unicode.Is(unicode.Katakana, r) || r == longVowel:
		return katakana
	case unicode.In(r, unicode.L, unicode.N):
		if r >= 0xe00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return single
		}
		return letter
	case r != '`' && r != '^' && unicode.In(r, unicode.So, unicode.Sm, unicode.Sc):
		return single
	}
	return separator
}
