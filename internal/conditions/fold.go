package conditions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the form in which words are compared. Folding twice changes
// nothing, and the result is nothing to show.
//
// Compatible characters are one (NFKC: full width, mathematical letters), and so are cases
// (full case fold: ß is ss), characters taken apart (NFD). Accents of Latin, Greek and
// Cyrillic are dropped, since many keyboards do not have them; đ, ł and ø lose their stroke
// for the same reason. Arabic vowel marks and tatweel, the points of Hebrew, and all that is
// invisible are dropped, too. The dotless ı is i, Persian ی and Arabic ى are ي, ک is ك, and
// digits of any script are ASCII. Marks of Indic scripts and of Thai stay: they are vowels.
func Fold(s string) string {
	if folded, plain := foldASCII(s); plain {
		return folded
	}
	var b strings.Builder
	b.Grow(len(s))
	base := rune(' ') // the last character that is no mark
	for _, r := range norm.NFKD.String(s) {
		switch {
		case ignored(r):
			continue
		case unicode.Is(unicode.M, r):
			if accent(base, r) {
				continue
			}
		}
		r = same(r)
		if !unicode.Is(unicode.M, r) {
			base = r
		}
		foldCase(&b, r)
	}
	return b.String()
}

// foldASCII is Fold for most texts, in a tenth of the time.
func foldASCII(s string) (folded string, plain bool) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

// foldCase folds the case of a character that is taken apart. The way over the capital brings
// together ſ and s, ς and σ; see names.Fold.
func foldCase(b *strings.Builder, r rune) {
	switch {
	case r < utf8.RuneSelf:
		b.WriteByte(lower(byte(r)))
	case r == 'ß' || r == 'ẞ':
		b.WriteString("ss")
	default:
		b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
	}
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// same gives the character that stands for others which people take for it.
func same(r rune) rune {
	switch r {
	case 'ı':
		return 'i'
	case 'đ', 'Đ':
		return 'd'
	case 'ł', 'Ł':
		return 'l'
	case 'ø', 'Ø':
		return 'o'
	case 'ی', 'ى':
		return 'ي'
	case 'ک':
		return 'ك'
	case '\u02b9', '\u02bb', '\u02bc', '\u02bd', '\u02ee': // letters by their class, apostrophes to all who type them
		return '\''
	}
	if r >= utf8.RuneSelf && unicode.Is(unicode.Nd, r) {
		return digit(r)
	}
	return r
}

// digit is the ASCII digit of a decimal digit: they stand in rows of ten.
func digit(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	return r
}

// ignored reports whether a character counts for nothing wherever it is: what is invisible,
// skin tones, tatweel, vowel marks of Arabic and points of Hebrew.
func ignored(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case r >= 0x1f3fb && r <= 0x1f3ff, r == 0x640:
		return true
	case r >= 0x591 && r <= 0x5c7: // Hebrew; its letters begin behind
		return unicode.Is(unicode.Mn, r)
	case r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r >= 0x6d6 && r <= 0x6ed, r >= 0x8ca && r <= 0x8ff:
		return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)
	}
	return unicode.In(r, unicode.Cf, unicode.Me, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// accent reports whether a mark is one that people leave out: on a letter of Latin, Greek or
// Cyrillic, on a digit, and one that stands on nothing, as in don´t.
func accent(base, mark rune) bool {
	if !unicode.In(mark, unicode.Inherited, unicode.Cyrillic, unicode.Greek, unicode.Latin) {
		return false
	}
	return base < utf8.RuneSelf || unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic) || unicode.In(base, unicode.P, unicode.Z)
}
