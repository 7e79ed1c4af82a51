package assistant

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts of the front, in characters, which are code points.
const (
	longestName      = 64
	longestReference = 128 // ids that others chose
	longestWord      = 200 // intent and trigger
	longestSummary   = 1000
	longestEmail     = 254
	longestURL       = 1000
	longestKey       = 40 // of an attribute
	longestValue     = 200
	mostAttributes   = 20
)

// front is a text of the front and the whole of what was sent for it.
type front struct {
	path  string
	whole string
	to    *string
}

// text reads a text of the front, which may have lines.
func (o *object) text(name string, longest int, to *string) {
	value, path := o.take(name)
	o.b.front(path, o.b.read(path, value), longest, to)
}

// line reads a text of the front that stands in lists: what would break a line is a space.
func (o *object) line(name string, longest int, to *string) {
	value, path := o.take(name)
	o.b.line(path, o.b.read(path, value), longest, to)
}

func (b *build) line(path, s string, longest int, to *string) {
	one := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
	if one != strings.TrimSpace(s) {
		b.note(path, "has characters that break a line; spaces stand for them.")
		b.front(path, one, longest, to)
		b.fronts[len(b.fronts)-1].whole = s
		return
	}
	b.front(path, one, longest, to)
}

// read is a value as text. What it is instead is told.
func (b *build) read(path string, v raw) string {
	if v == nil {
		return ""
	}
	s, mended := v.text()
	if mended {
		b.noteEach(path, noteMended)
	}
	switch v.kind() {
	case '"':
	case '{', '[':
		b.noteEach(path, noteJSON)
	default:
		b.noteEach(path, "is no text; it is taken as one.")
	}
	return s
}

// front puts a text where it is shown, cut to so many characters.
func (b *build) front(path, s string, longest int, to *string) {
	if s == "" {
		return
	}
	*to = s
	b.fronts = append(b.fronts, &front{path: path, whole: s, to: to})
	if n := utf8.RuneCountInString(s); len(s) > longest && n > longest {
		*to = cut(s, longest)
		b.note(path, fmt.Sprintf("has %d characters; the first %d are shown, all are kept.", n, longest))
	}
}

// cut gives at most so many characters from the beginning. It does not part what is seen
// as one: a letter and its accents, the parts of a family of emoji, the two halves of a
// flag, a syllable of Hangul.
func cut(s string, longest int) string {
	if len(s) <= longest {
		return s
	}
	end, n := len(s), 0
	for i := range s {
		if n == longest {
			end = i
			break
		}
		n++
	}
	if end == len(s) {
		return s
	}
	for at := end; at > 0; {
		if !joined(s[:at], s[at:]) {
			return s[:at]
		}
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[:end] // one single character that is longer
}

// joined tells whether the two sides of a place are seen as one character. It asks the
// classes of characters and not the whole of Unicode's annex 29, whose tables are 200 KB;
// where it errs it cuts a little earlier.
func joined(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	const joiner = '\u200d'
	switch {
	case unicode.In(next, unicode.M, unicode.Variation_Selector), next == joiner, last == joiner:
		return true
	case next >= '\U0001f3fb' && next <= '\U0001f3ff', next >= '\U000e0020' && next <= '\U000e007f': // skin, tags
		return true
	case last == '\r' && next == '\n':
		return true
	case unicode.Is(unicode.Regional_Indicator, next):
		return flags(before)%2 == 1
	case next >= '\u1160' && next <= '\u11ff' || next >= '\ud7b0' && next <= '\ud7fb': // vowels and ends of Hangul
		return last >= '\u1100' && last <= '\u11ff' || last >= '\uac00' && last <= '\ud7fb' || last >= '\ua960' && last <= '\ua97c'
	case next >= '\u1100' && next <= '\u115f' || next >= '\ua960' && next <= '\ua97c': // beginnings
		return last >= '\u1100' && last <= '\u115f' || last >= '\ua960' && last <= '\ua97c'
	}
	return linker(last) && unicode.IsLetter(next)
}

// linker tells the signs by which letters of India are written as one.
func linker(r rune) bool {
	switch r {
	case '\u094d', '\u09cd', '\u0acd', '\u0b4d', '\u0c4d', '\u0d4d':
		return true
	}
	return false
}

// flags counts the letters of flags at the end: two are one flag.
func flags(s string) (n int) {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !unicode.Is(unicode.Regional_Indicator, r) {
			break
		}
		s = s[:len(s)-size]
		n++
	}
	return n
}
