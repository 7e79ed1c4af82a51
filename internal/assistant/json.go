package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
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

// keep is what a value is kept as where it has no place of its own, and how many bytes that has
// in an answer. An object or array is JSON without space. A number that a program would round
// is text, and so is what holds an object that has a name twice, or nests too deep. What has
// more bytes than most does not fit, and is not read to its end.
func (v raw) keep(most int) (kept any, size int, fits bool) {
	switch v.kind() {
	case '{', '[':
		if v.least(most) > most {
			return nil, 0, false
		}
		w := writer{most: most, out: make([]byte, 0, min(len(v), most))}
		if w.write(v, 0) {
			return json.RawMessage(w.out), len(w.out), len(w.out) <= most
		}
		if w.long() {
			return nil, 0, false
		}
		s, _ := v.compact()
		kept, size = s, quotedLen(s)
	case '"':
		s, _ := unquote(v)
		kept, size = s, quotedLen(s)
	case 't', 'f':
		kept, size = v.kind() == 't', len(v)
	case 'n':
		kept, size = nil, len(v)
	default:
		kept, size = number(string(v)), len(v)
		if _, is := kept.(string); is {
			size += len(`""`)
		}
	}
	return kept, size, size <= most
}

// least is how many bytes a value takes at least, counted as far as most: space takes none,
// and an escape may become one byte.
func (v raw) least(most int) (n int) {
	for i := 0; i < len(v) && n <= most; n++ {
		switch c := v[i]; c {
		case '"':
			for i++; v[i] != '"'; n++ {
				switch {
				case v[i] != '\\':
					i++
				case v[i+1] == 'u':
					i += len(`\u0000`)
				default:
					i += len(`\n`)
				}
			}
			n, i = n+1, i+1
		case ' ', '\t', '\n', '\r':
			n, i = n-1, i+1
		default:
			i++
		}
	}
	return n
}

// writer writes values as they are kept, up to most bytes.
type writer struct {
	out  []byte
	most int
}

func (w *writer) long() bool { return len(w.out) > w.most }

// write is false for what must be text, and for what is too long.
func (w *writer) write(v raw, depth int) bool {
	if depth > mostNested || w.long() {
		return false
	}
	switch v.kind() {
	case '{':
		return w.object(v, depth)
	case '[':
		return w.array(v, depth)
	case '"':
		w.text(v)
	case 't', 'f', 'n':
		w.out = append(w.out, v...)
	default:
		if _, is := number(string(v)).(string); is {
			w.out = append(append(append(w.out, '"'), v...), '"')
		} else {
			w.out = append(w.out, v...)
		}
	}
	return true
}

func (w *writer) array(v raw, depth int) bool {
	w.out = append(w.out, '[')
	for i := space(v, 1); v[i] != ']'; {
		end := skip(v, i)
		if !w.write(v[i:end], depth+1) {
			return false
		}
		if i = space(v, end); v[i] == ',' {
			w.out, i = append(w.out, ','), space(v, i+1)
		}
	}
	w.out = append(w.out, ']')
	return true
}

func (w *writer) object(v raw, depth int) bool {
	w.out = append(w.out, '{')
	var seen names
	for quoted, value := range v.fields() {
		if w.out[len(w.out)-1] != '{' {
			w.out = append(w.out, ',')
		}
		start := len(w.out)
		w.text(quoted)
		if seen.add(w.out, start) {
			return false
		}
		if w.out = append(w.out, ':'); !w.write(value, depth+1) {
			return false
		}
	}
	w.out = append(w.out, '}')
	return true
}

// text writes a text as answers have it, so that its length is known.
func (w *writer) text(v raw) {
	if !bytes.ContainsRune(v, '\\') && utf8.Valid(v) && !bytes.Contains(v, []byte("\u2028")) && !bytes.Contains(v, []byte("\u2029")) {
		w.out = append(w.out, v...)
		return
	}
	s, _ := unquote(v)
	w.out = appendPlain(w.out, s)
}

// appendPlain writes a text as encoding/json does but for the signs of HTML.
func appendPlain(out []byte, s string) []byte {
	out = append(out, '"')
	done := 0
	for i, r := range s {
		if n := runeLen(r); n == utf8.RuneLen(r) && r != utf8.RuneError {
			continue
		}
		out = append(out, s[done:i]...)
		_, size := utf8.DecodeRuneInString(s[i:])
		done = i + size
		switch at := strings.IndexRune(short, r); {
		case at >= 0:
			out = append(out, '\\', "\"\\bfnrt"[at])
		case r == utf8.RuneError:
			out = utf8.AppendRune(out, r)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return append(append(out, s[done:]...), '"')
}

// short are the characters whose escapes are one letter.
const short = "\"\\\b\f\n\r\t"

// names are the names of one object, by their places in what was written.
type names struct {
	list [][]byte
	many map[string]bool // of them all, once they are not few
}

// few is how many names are compared one by one.
const few = 16

// add adds what was written from a place on, and reports whether it was there before.
func (n *names) add(out []byte, start int) (twice bool) {
	name := out[start:]
	if n.many != nil {
		twice = n.many[string(name)]
		n.many[string(name)] = true
		return twice
	}
	for _, other := range n.list {
		if bytes.Equal(other, name) {
			return true
		}
	}
	if n.list = append(n.list, name); len(n.list) > few {
		n.many = make(map[string]bool, 4*few)
		for _, one := range n.list {
			n.many[string(one)] = true
		}
	}
	return false
}

// number is a number as it is kept: itself where it would be written again as it came.
func number(word string) any {
	if short := len(word) < 16 && word[0] >= '1' && strings.Trim(word, "0123456789") == ""; short {
		n, _ := strconv.ParseInt(word, 10, 64)
		return float64(n)
	}
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
