package names

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Problem says what is wrong with a name, as the end of a sentence about it: control
// characters, characters that turn the direction of the text around, invisible ones where
// writing does not need them, or nothing to see at all. It is empty for a good name.
func Problem(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return "must not hold control characters"
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Sprintf("must not hold %U, which changes the direction of text", r)
		case invisible(r) && !needed(runes, i):
			return fmt.Sprintf("must not hold the invisible character %U here", r)
		}
	}
	if Fold(name) == "" {
		return "must not be blank"
	}
	return ""
}

const (
	nonJoiner         = '\u200C'
	joiner            = '\u200D'
	textStyle         = '\uFE0E'
	emojiStyle        = '\uFE0F'
	firstIdeographic  = '\U000E0100' // the first of the variation selectors for ideographs
	lastStandardStyle = '\uFE0D'
)

// needed reports whether the invisible character at i is part of how the text around it is
// written.
func needed(runes []rune, i int) bool {
	if i == 0 {
		return false
	}
	before, after := runes[i-1], rune(0)
	if i+1 < len(runes) {
		after = runes[i+1]
	}
	switch r := runes[i]; {
	case r == joiner && pictured(before) && pictured(after):
		return true
	case r == joiner, r == nonJoiner:
		return joins(runes[:i], r, after)
	case unicode.Is(unicode.Mongolian, r): // its selectors and its vowel separator
		return unicode.In(before, unicode.L, unicode.M) && unicode.Is(unicode.Mongolian, before)
	case r == textStyle, r == emojiStyle:
		return pictured(before) && !unicode.Is(unicode.Variation_Selector, before) || keycap(before) || strings.ContainsRune(drawn, before)
	case r >= firstIdeographic || r <= lastStandardStyle:
		return unicode.Is(unicode.Variation_Selector, r) && unicode.Is(unicode.Han, before)
	}
	return false
}

// pictured reports whether r may stand beside the joiner of an emoji: a symbol, a colour
// of skin, the selector behind one.
func pictured(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk, unicode.Sm) || r == emojiStyle
}

// drawn are the emoji that are letters or punctuation by their class, such as the ℹ of
// "ℹ️ Help desk": keyboards send them with the selector behind.
const drawn = "‼⁉ℹ〰〽"

// keycap reports whether r may be drawn as a key.
func keycap(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// joins reports whether a joiner is part of the spelling behind text: after a virama, as
// in Malayalam and Kannada also at the end of a word; between letters, as in Persian and
// Sinhala; and where a letter that would join ends a word in its joined form, as Arabic
// abbreviations do.
func joins(text []rune, r, after rune) bool {
	before := text[len(text)-1]
	switch {
	case !unicode.In(before, unicode.L, unicode.M):
		return false
	case norm.NFC.PropertiesString(string(before)).CCC() == virama:
		return unicode.In(before, indic...)
	}
	base := before
	for i := len(text) - 1; i >= 0 && unicode.Is(unicode.Inherited, base); i-- {
		base = text[i]
	}
	if unicode.In(base, cursive...) {
		return r == joiner || joinsTo(after, cursive)
	}
	return unicode.In(base, indic...) && joinsTo(after, indic)
}

// joinsTo reports whether after goes on a word in one of the scripts.
func joinsTo(after rune, scripts []*unicode.RangeTable) bool {
	return unicode.In(after, unicode.L, unicode.M) && (unicode.In(after, scripts...) || unicode.Is(unicode.Inherited, after))
}

// virama is the combining class of the signs that take a consonant's vowel away.
const virama = 9

// cursive are scripts whose letters join.
var cursive = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Phags_Pa, unicode.Nko, unicode.Mandaic, unicode.Manichaean,
	unicode.Adlam, unicode.Hanifi_Rohingya, unicode.Sogdian,
}

// indic are scripts that choose between the forms of a cluster by a joiner.
var indic = []*unicode.RangeTable{
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Balinese,
	unicode.Javanese, unicode.Sundanese, unicode.Chakma, unicode.Meetei_Mayek, unicode.Tai_Tham, unicode.Grantha,
	unicode.Newa, unicode.Tirhuta, unicode.Sharada, unicode.Brahmi, unicode.Kaithi,
}
