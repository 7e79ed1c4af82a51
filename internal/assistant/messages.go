package assistant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// roles are the words for those who speak, folded.
var roles = map[string]string{
	"customer": "customer", "user": "customer", "human": "customer", "caller": "customer", "visitor": "customer", "contact": "customer",
	"assistant": "assistant", "bot": "assistant", "ai": "assistant", "system": "assistant", "model": "assistant",
	"agent": "agent", "operator": "agent", "staff": "agent",
	// Kept as sent beside: nobody says it, but what it says comes from the machine.
	"tool": "assistant", "function": "assistant", "developer": "assistant",
}

// machines are roles of which the word is kept.
var machines = []string{"tool", "function", "developer"}

// message is one that was read, and what of it has no place.
type message struct {
	desk.ChatMessage
	zoneless bool // its time was sent without a zone, and read as UTC
	extras   []kept
}

// leastMessage is how many bytes the least message takes of an answer.
const leastMessage = len(`{"from":"agent","text":""},`)

// size is how many bytes it takes of an answer.
func (m *message) size() int {
	n := len(`{"from":,"text":},`) + quotedLen(m.From) + quotedLen(m.Text)
	if m.At != nil {
		n += len(`"at":"",`) + len(m.At.Format(time.RFC3339Nano))
	}
	if m.AtAsSent != "" {
		n += len(`"atAsSent":,`) + quotedLen(m.AtAsSent)
	}
	for _, k := range m.extras {
		n += k.size()
	}
	return n
}

// messages reads the newest that have a place in so many bytes. The list is split without
// a look at its values, and read from its end: of 350,000 tiny messages nine in ten are
// left out, and cost next to nothing.
func (b *build) messages(list raw, path string, room int) (found []message, used int) {
	if list == nil {
		return nil, 0
	}
	if list.kind() != '[' {
		b.note(path, "is no list; it is taken for one message.")
		list = slices.Concat(raw("["), list, raw("]"))
	}
	places := list.places()
	found = make([]message, 0, min(len(places), room/leastMessage+1))
	i := len(places) - 1
	for ; i >= 0; i-- {
		m, there := b.message(path, i, list.element(places[i]))
		if !there {
			continue
		}
		size := m.size()
		if size > room-used {
			if !b.shorten(&m, size, room-used, path, i) {
				break
			}
			size = m.size()
		}
		used += size
		found = append(found, m)
	}
	if i >= 0 {
		b.note(path, fmt.Sprintf("has %d entries; the oldest %d are left out, since 1 MiB is kept.", len(places), i+1))
	}
	slices.Reverse(found)
	return found, used
}

// largeExtra is from where on what a message has besides its text waits until all texts
// have their place: a picture in it would else cost the messages before.
const largeExtra = 8 << 10

// leastRoom is what stays for older messages beside a text that must be shortened.
const leastRoom = 64 << 10

// shorten cuts a message's text to what there is room for; false when that is too little
// to be worth it.
func (b *build) shorten(m *message, size, room int, path string, i int) bool {
	over := size - (room - leastRoom)
	if room < 2*leastRoom || quotedLen(m.Text) < over+leastRoom {
		return false
	}
	var left int
	m.Text, left = middle(m.Text, quotedLen(m.Text)-over)
	b.noteEach(entry(path, i), fmt.Sprintf("is too long; %d characters in its middle are left out.", left))
	return true
}

// entry is the path of a list's entry.
func entry(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// message reads one; false when there is nothing in it.
func (b *build) message(path string, i int, v raw) (m message, there bool) {
	if v.kind() == 'n' {
		return m, false
	}
	if v.kind() != '{' {
		path = entry(path, i)
		b.noteEach(path, "is no object; it is taken for a message of the customer.")
		s, mended := v.text()
		if mended {
			b.noteEach(path, noteMended)
		}
		m.From, m.Text = "customer", s
		return m, s != ""
	}
	p := parts{b: b, list: path, index: i}
	for quoted, value := range v.fields() {
		if value.kind() == 'n' {
			continue
		}
		there = true
		p.take(quoted, value)
	}
	if there {
		p.speaker(&m)
		p.said(&m)
		p.time(&m)
		m.extras = p.extras
	}
	return m, there
}

// parts are the fields of a message that is being read.
type parts struct {
	b                             *build
	list                          string
	index                         int
	at, from, role, text, content raw
	extras                        []kept
	large                         int // bytes of the extras
}

// path is made only where something is told or kept.
func (p *parts) path(name string) string { return join(entry(p.list, p.index), name) }

// note tells a thing that may be so of every message.
func (p *parts) note(name, detail string) {
	if !p.b.noted(detail) {
		p.b.noteEach(p.path(name), detail)
	}
}

// take sorts a field into its place. The last of two equal names counts.
func (p *parts) take(quoted, value raw) {
	var to *raw
	switch string(quoted) {
	case `"at"`:
		to = &p.at
	case `"from"`:
		to = &p.from
	case `"role"`:
		to = &p.role
	case `"text"`:
		to = &p.text
	case `"content"`:
		to = &p.content
	default:
		name, _ := unquote(quoted)
		if string(value) != `""` {
			p.extra(name, value, noteUnknown)
		}
		return
	}
	if *to != nil {
		name, _ := unquote(quoted)
		p.extra(name+" (earlier)", *to, "is there twice; the last counts.")
	}
	*to = value
}

func (p *parts) extra(name string, value raw, detail string) {
	p.note(name, detail)
	p.keep(name, value)
}

// keep keeps what has no place in the message, with it or, beyond largeExtra, behind all texts.
func (p *parts) keep(name string, value raw) {
	if p.large > largeExtra && p.b.late.full() {
		p.b.late.more++
		return
	}
	k := kept{path: p.path(name), value: value}
	if p.large += len(k.path) + len(k.value); p.large > largeExtra {
		p.b.late.add(k)
		return
	}
	p.extras = append(p.extras, k)
}

// empty reports a field that is not there, or as good as not there.
func (v raw) empty() bool { return v == nil || string(v) == `""` }

// choose gives the first of two that is there. A second one that says something else is
// kept.
func (p *parts) choose(first, second raw, name string) raw {
	if first.empty() {
		return second
	}
	if !second.empty() && string(first) != string(second) {
		p.extra(name, second, noteUnknown)
	}
	return first
}

// speaker reads who said it. Whoever is not known is the customer, whose words must not be
// taken for the machine's.
func (p *parts) speaker(m *message) {
	v, name := p.choose(p.from, p.role, "role"), "from"
	if p.from.empty() {
		name = "role"
	}
	m.From = "customer"
	if v.empty() {
		p.note("from", "is absent; the customer stands for it.")
		return
	}
	s, _ := v.text()
	if s == "customer" || s == "assistant" || s == "agent" {
		m.From = s
		return
	}
	word, known := fold(s), ""
	if v.kind() == '"' {
		known = roles[word]
	}
	if known != "" {
		m.From = known
		p.note(name, "is another word for the "+known+", which stands for it.")
	} else {
		p.note(name, "is nobody who is known; the customer stands for it, and the word is kept.")
	}
	if known == "" || slices.Contains(machines, word) {
		p.keep(name, v)
	}
}

// said reads the words. Some send them as a list of parts, each {"type": "text", "text": …}.
func (p *parts) said(m *message) {
	v, name := p.choose(p.text, p.content, "content"), "text"
	if p.text.empty() {
		name = "content"
	}
	if v.empty() {
		return
	}
	if s, plain := v.partsText(); plain {
		m.Text = s
		return
	}
	m.Text = p.b.readEach(v, func() string { return p.path(name) })
}

// readEach is read for values of which there may be thousands: a path is made only where
// it is told.
func (b *build) readEach(v raw, path func() string) string {
	s, mended := v.text()
	if v.kind() != '"' || mended {
		return b.read(path(), v)
	}
	return s
}

// partsText joins a list of texts; plain is false for any other.
func (v raw) partsText() (s string, plain bool) {
	if v.kind() != '[' {
		return "", false
	}
	var lines []string
	for _, at := range v.places() {
		part := v.element(at)
		if part.kind() != '{' {
			return "", false
		}
		var text raw
		for name, value := range part.fields() {
			switch {
			case string(name) == `"type"` && string(value) == `"text"`:
			case string(name) == `"text"` && value.kind() == '"' && text == nil:
				text = value
			default:
				return "", false
			}
		}
		if text == nil {
			return "", false
		}
		line, mended := unquote(text)
		if mended {
			return "", false
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), len(lines) > 0
}

// time reads when it was said. What is no time with a zone stays beside as it was sent.
func (p *parts) time(m *message) {
	if p.at.empty() {
		return
	}
	at, form := instant(p.at)
	m.At, m.zoneless = at, form == zonelessTime
	if form == plainTime {
		return
	}
	s, _ := p.at.text()
	m.AtAsSent = cut(s, longestName)
	if m.AtAsSent != s {
		p.keep("at", p.at)
	}
	if at == nil {
		p.note("at", "is no time; it is kept as it was sent.")
	} else {
		p.note("at", "is no time with a zone in RFC 3339; it is read as UTC, and kept as it was sent.")
	}
}
