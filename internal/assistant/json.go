package assistant

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// raw is one JSON value without space around it, out of JSON that is known to be valid. It
// is taken apart where it is read and not before: most of a long conversation is never
// looked at.
type raw []byte

// kind is a value's first character, which tells its type: { [ " t f n, or that of a
// number.
func (v raw) kind() byte { return v[0] }

// scalar reports a text, a number, true or false.
func (v raw) scalar() bool { return v[0] != '{' && v[0] != '[' && v[0] != 'n' }

// space gives the place of the next character that is no space.
func space(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r' {
		i++
	}
	return i
}

// skip gives the end of the value that begins at i.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipText(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

// skipText gives the end of the text that begins at i.
func skipText(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipNested counts brackets, which stand in texts as well.
func skipNested(b []byte, i int) int {
	for depth := 0; ; i++ {
		switch b[i] {
		case '"':
			i = skipText(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// fields goes through an object in its order, equal names and all. The names are still
// quoted.
func (v raw) fields() iter.Seq2[raw, raw] {
	return func(yield func(name, value raw) bool) {
		for i := space(v, 1); v[i] != '}'; {
			end := skipText(v, i)
			name := v[i:end]
			i = space(v, space(v, end)+1) // behind the colon
			end = skip(v, i)
			if !yield(name, v[i:end]) {
				return
			}
			if i = space(v, end); v[i] == ',' {
				i = space(v, i+1)
			}
		}
	}
}

// places are where the elements of an array begin. Their values are not looked at.
func (v raw) places() []int32 {
	var at []int32
	for i := space(v, 1); v[i] != ']'; {
		at = append(at, int32(i))
		if i = space(v, skip(v, i)); v[i] == ',' {
			i = space(v, i+1)
		}
	}
	return at
}

// element is the value that begins at a place.
func (v raw) element(at int32) raw { return v[at:skip(v, int(at))] }

// text is a value as text: a number and true as they are written, an object as JSON, null
// as nothing. Mended tells that � stands for what was no character.
func (v raw) text() (s string, mended bool) {
	switch v.kind() {
	case '"':
		return unquote(v)
	case 'n':
		return "", false
	case '{', '[':
		return v.compact()
	}
	return string(v), false
}

// unquote reads a text. Halves of characters, bytes that are no UTF-8 and NUL, which some
// programs take for an end, become �.
func unquote(v raw) (s string, mended bool) {
	b := v[1 : len(v)-1]
	if bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		return string(b), false
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			mended = true
		case r == '\\':
			var bad bool
			r, size, bad = escape(b[i:])
			mended = mended || bad
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out), mended
}

// escape reads an escape at the beginning of b. A character beyond U+FFFF is two of them.
func escape(b []byte) (r rune, size int, bad bool) {
	const simple = "\"\\/bfnrt"
	if i := bytes.IndexByte([]byte(simple), b[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2, false
	}
	r = unit(b)
	if utf16.IsSurrogate(r) {
		if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
			if whole := utf16.DecodeRune(r, unit(b[6:])); whole != utf8.RuneError {
				return whole, 12, false
			}
		}
		return utf8.RuneError, 6, true
	}
	if r == 0 {
		return utf8.RuneError, 6, true
	}
	return r, 6, false
}

// unit reads \u and four digits.
func unit(b []byte) rune {
	n, _ := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(n)
}

// compact is a value as JSON without space, its texts written plainly.
func (v raw) compact() (s string, mended bool) {
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); {
		switch c := v[i]; c {
		case '"':
			end := skipText(v, i)
			text, bad := unquote(v[i:end])
			mended = mended || bad
			out = appendQuoted(out, text)
			i = end
		case ' ', '\t', '\n', '\r':
			i++
		default:
			out = append(out, c)
			i++
		}
	}
	return string(out), mended
}

// mostNested is how deep what is kept as sent may nest; deeper it is JSON text.
const mostNested = 6

// value is what a value is kept as where it has no place of its own. A number that a
// program would round is kept as text, and so is an object that has a name twice.
func (v raw) value() any {
	kept, fits := v.nested(0)
	if !fits {
		text, _ := v.compact()
		return text
	}
	return kept
}

func (v raw) nested(depth int) (kept any, fits bool) {
	if depth > mostNested {
		return nil, false
	}
	switch v.kind() {
	case '{':
		return v.nestedObject(depth)
	case '[':
		list := []any{}
		for _, at := range v.places() {
			one, fits := v.element(at).nested(depth + 1)
			if !fits {
				return nil, false
			}
			list = append(list, one)
		}
		return list, true
	case '"':
		s, _ := unquote(v)
		return s, true
	case 't', 'f':
		return v.kind() == 't', true
	case 'n':
		return nil, true
	}
	return number(string(v)), true
}

func (v raw) nestedObject(depth int) (any, bool) {
	all := map[string]any{}
	for quoted, value := range v.fields() {
		name, _ := unquote(quoted)
		if _, twice := all[name]; twice {
			return nil, false
		}
		one, fits := value.nested(depth + 1)
		if !fits {
			return nil, false
		}
		all[name] = one
	}
	return all, true
}

// number is a number as it is kept: itself where it would be written again as it came.
func number(word string) any {
	if f, err := strconv.ParseFloat(word, 64); err == nil {
		if again, err := json.Marshal(f); err == nil && string(again) == word {
			return f
		}
	}
	return word
}

// quoted is the length of a text as JSON, as the API writes it.
func quotedLen(s string) int {
	n := 2
	for _, r := range s {
		n += runeLen(r)
	}
	return n
}

// runeLen is how many bytes a character takes within a text of JSON.
func runeLen(r rune) int {
	switch {
	case r == '"' || r == '\\' || r == '\b' || r == '\f' || r == '\n' || r == '\r' || r == '\t':
		return 2
	case r < ' ' || r == '\u2028' || r == '\u2029':
		return 6
	}
	return utf8.RuneLen(r)
}

// appendQuoted writes a text as JSON.
func appendQuoted(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"')
}
