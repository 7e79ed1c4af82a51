package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/desk"
)

const (
	// mostFront is how large the request without messages and AsSent is, so that lists and
	// pushes can carry it.
	mostFront = 8 << 10
	// mostConversation is how large a conversation is in the answer to accept.
	mostConversation = 1 << 20
	// reserved is how much of that AsSent has before messages take the rest: a summary that
	// was cut is worth more than the oldest messages.
	reserved = 256 << 10
	// leastAttributes is what attributes keep before texts of the front are cut.
	leastAttributes = 2 << 10
	// leastPiece is the least of a longer text that is worth being kept.
	leastPiece = 1 << 10
)

// encodedLen is how many bytes a value has in an answer.
func encodedLen(v any) int {
	if s, is := v.(string); is {
		return quotedLen(s)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("assistant: encoding %T: %v", v, err)) // what was JSON is JSON again
	}
	return out.Len() - 1
}

// fit brings the request to its sizes: the front first, then the newest messages, then all
// that is kept as it was sent.
func (b *build) fit(list raw, path string) {
	c := &b.request.Conversation
	c.Messages = []desk.ChatMessage{}
	b.shrink()
	var whole []kept
	for _, f := range b.fronts {
		if *f.to != f.whole {
			whole = append(whole, kept{path: f.path, text: f.whole})
		}
	}
	rest := append(whole, b.extras.list...)
	room := mostConversation - encodedLen(c) - len(`,"asSent":{}`)
	messages, used := b.messages(list, path, room-min(reserved, sum(rest)))
	s := sent{b: b, room: room - used - len(`"more #1234567":{},`), out: b.extras.more + b.late.more, hint: len(rest) + len(b.late.list)}
	for _, m := range messages {
		c.Messages = append(c.Messages, m.ChatMessage)
		for _, k := range m.extras {
			s.room += k.size() // it was counted with the message
			s.put(k)
		}
	}
	for _, k := range append(rest, b.late.list...) {
		s.put(k)
	}
	s.told()
	c.AsSent = s.all
}

// sum is how much entries take, counted as far as it matters.
func sum(list []kept) (n int) {
	for _, k := range list {
		if n += k.size(); n > reserved {
			break
		}
	}
	return n
}

// size is at least how many bytes an entry takes: its path may be there twice, and have a
// number behind it.
func (k kept) size() int {
	const more = len(`{"":},`) + len(" #1234567")
	_, n, fits := k.as(mostConversation)
	if !fits {
		n = mostConversation
	}
	return more + 2*quotedLen(k.path) + n
}

// as is what an entry is kept as where it fits into so many bytes, and how many it has.
func (k kept) as(most int) (v any, size int, fits bool) {
	if k.value == nil {
		size = quotedLen(k.text)
		return k.text, size, size <= most
	}
	return k.value.keep(most)
}

// sent is AsSent as it grows.
type sent struct {
	b    *build
	all  map[string]any
	more writer          // a JSON object of the entries beyond mostEntries
	in   map[string]bool // their paths
	hint int             // how many there may be
	next map[string]int  // the number behind a path that is there already
	room int
	out  int // entries that had no place
}

const (
	// mostEntries is how many entries of AsSent stand by themselves.
	mostEntries = 1000
	// moreSent is the name of the entry that holds all others.
	moreSent = "more"
)

// put keeps an entry, or of a longer text its beginning and end.
func (s *sent) put(k kept) {
	if s.room < leastPiece {
		s.out++
		return
	}
	key := s.key(k.path)
	room, whole := s.room-quotedLen(key)-len(":,"), 0
	if key != k.path {
		whole = len("{:}") + quotedLen(k.path)
	}
	value, size, fits := k.as(room - whole)
	switch {
	case !fits:
		short := s.piece(k, room)
		if short == "" {
			s.out++
			return
		}
		value, size = short, quotedLen(short)
	case whole > 0:
		value, size = map[string]any{k.path: value}, size+whole
	}
	s.room = room - size
	if s.all == nil {
		s.all = map[string]any{}
	}
	if len(s.all) < mostEntries {
		s.all[key] = value
		return
	}
	s.behind(key)
	switch v := value.(type) {
	case string:
		s.more.out = appendPlain(s.more.out, v)
	case json.RawMessage:
		s.more.out = append(s.more.out, v...)
	case map[string]any: // by its whole path
		text, _ := encoded(v)
		s.more.out = append(s.more.out, text...)
	default: // a number, true, false or null, which is kept as it was sent
		s.more.out = append(s.more.out, k.value...)
	}
}

// behind begins an entry of those that stand together: a map of a hundred thousand costs more
// than all else of a request.
func (s *sent) behind(key string) {
	if s.in == nil {
		s.in = make(map[string]bool, s.hint)
		s.more.out = append(make([]byte, 0, s.room), '{')
	} else {
		s.more.out = append(s.more.out, ',')
	}
	s.in[key] = true
	s.more.out = append(appendPlain(s.more.out, key), ':')
}

// taken reports whether an entry is there.
func (s *sent) taken(key string) bool {
	_, there := s.all[key]
	return there || s.in[key]
}

// piece is what there is room for of an entry that is too long.
func (s *sent) piece(k kept, room int) string {
	if room < leastPiece {
		return ""
	}
	text := k.text
	if k.value != nil {
		text, _ = k.value.text()
	}
	short, left := middle(text, room)
	s.b.note(k.path, fmt.Sprintf("is too long; %d characters in its middle are left out.", left))
	return short
}

// key is the path under which an entry is kept: not too long, and of no other.
func (s *sent) key(path string) string {
	short := shortPath(path)
	if !s.taken(short) {
		return short
	}
	if s.next == nil {
		s.next = map[string]int{}
	}
	for n := max(2, s.next[short]); ; n++ {
		key := fmt.Sprintf("%s #%d", short, n)
		if !s.taken(key) {
			s.next[short] = n
			return key
		}
	}
}

// told ends AsSent, and says how many entries are not kept.
func (s *sent) told() {
	if s.in != nil {
		s.all[s.key(moreSent)] = json.RawMessage(append(s.more.out, '}'))
	}
	if s.out > 0 {
		s.b.note("conversation.asSent", fmt.Sprintf("has no place for %d more, since 1 MiB is kept.", s.out))
	}
}

// middle cuts a text to so many bytes of JSON. Beginning and end stay, and a line between
// tells how much is left out.
func middle(s string, size int) (short string, left int) {
	const line = "\n[… %d characters are left out here …]\n"
	half := (size - len(line) - 20) / 2
	begin, end := 0, len(s)
	for n := 0; begin < len(s); {
		r, width := utf8.DecodeRuneInString(s[begin:])
		if n += runeLen(r); n > half {
			break
		}
		begin += width
	}
	for n := 0; end > begin; {
		r, width := utf8.DecodeLastRuneInString(s[:end])
		if n += runeLen(r); n > half {
			break
		}
		end -= width
	}
	left = utf8.RuneCountInString(s[begin:end])
	return s[:begin] + fmt.Sprintf(line, left) + s[end:], left
}

// shrink brings the front to its size. Attributes go first, the last of them before the
// others, then the longest text is cut again and again.
func (b *build) shrink() {
	for {
		b.request.Conversation.Attributes = b.shown()
		over := encodedLen(b.request) - mostFront
		if over <= 0 {
			return
		}
		if n := len(b.attrs); n > 0 && encodedLen(b.request.Conversation.Attributes) > leastAttributes {
			last := b.attrs[n-1]
			b.attrs = b.attrs[:n-1]
			b.noteEach(last.path, "is kept, and not shown, since all that is shown has 8 KB.")
			if !last.kept {
				b.keepText(last.path, last.whole)
			}
			continue
		}
		longest := b.longest()
		if longest == nil {
			return
		}
		b.note(longest.path, "is cut further, since all that is shown has 8 KB; all is kept.")
		size := quotedLen(*longest.to)
		*longest.to = cutBytes(*longest.to, max(size-over, size/2))
	}
}

// shown are the attributes as the front has them.
func (b *build) shown() map[string]string {
	if len(b.attrs) == 0 {
		return nil
	}
	all := make(map[string]string, len(b.attrs))
	for _, a := range b.attrs {
		all[a.key] = a.value
	}
	return all
}

// longest is the text of the front that takes most.
func (b *build) longest() (found *front) {
	for _, f := range b.fronts {
		if *f.to != "" && (found == nil || quotedLen(*f.to) > quotedLen(*found.to)) {
			found = f
		}
	}
	return found
}

// cutBytes cuts a text to so many bytes of JSON, on what is seen as one character.
func cutBytes(s string, size int) string {
	n := 2
	for i, r := range s {
		if n += runeLen(r); n > size {
			return cut(s, max(0, utf8.RuneCountInString(strings.Clone(s[:i]))))
		}
	}
	return s
}
