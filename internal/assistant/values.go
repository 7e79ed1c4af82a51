package assistant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/email"
	"github.com/connectnow/backend/internal/phone"
	"github.com/connectnow/backend/internal/roster"
)

// longestFolded is how many bytes a text has at most that can be one of a few words.
const longestFolded = 1000

// fold keeps the letters of a word, in lower case: customer_request, Customer Request and
// customerRequest are one. A longer text is no word, and stays.
func fold(s string) string {
	if len(s) > longestFolded {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// keepText keeps a text as it was sent, where another stands in its place.
func (b *build) keepText(path, s string) { b.extras.add(kept{path: path, text: s}) }

// longestID is how many bytes of an id lists show.
const longestID = 256

// reference reads an id that others chose. Ids that differ must not become the same, so
// one that is not shown whole is its hash: of the text or, where that has characters that
// are none, of the bytes that were sent.
func (o *object) reference(name string, to *string) {
	value, path := o.take(name)
	if value == nil {
		return
	}
	s, mended := value.text()
	*to = strings.TrimSpace(s)
	if mended || len(*to) > longestID {
		sum := sha256.Sum256([]byte(*to))
		if mended {
			sum = sha256.Sum256(value)
		}
		*to = "#" + hex.EncodeToString(sum[:])
		o.b.note(path, "is no id that can be shown; its hash stands for it, and all is kept.")
		o.b.keepText(path, s)
	}
}

// channel reads whether it is a call or a chat. Machines name the medium.
func (b *build) channel(top *object) {
	value, path := top.take("channel")
	b.request.Channel = roster.Chat
	if value == nil {
		b.note(path, "is absent; it is taken for a chat.")
		return
	}
	s := b.read(path, value)
	switch fold(s) {
	case "call", "calls", "voice", "phone", "tel", "telephone":
		b.request.Channel = roster.Call
	}
	if s != string(b.request.Channel) {
		b.note(path, "is taken for a "+string(b.request.Channel)+".")
		b.keepText(path, s)
	}
}

// reason reads why a person is asked for.
func (b *build) reason(top *object) {
	q := b.request
	value, path := top.take("reason")
	s := b.read(path, value)
	for _, known := range []desk.Reason{desk.LowConfidence, desk.CustomerRequest, desk.ConditionMet, desk.Direct} {
		if fold(s) == fold(string(known)) {
			q.Reason = known
		}
	}
	if q.Reason == "" {
		q.Reason, q.Presumed = desk.CustomerRequest, true
		b.note(path, "is none that is known; customer_request stands for it.")
	}
	if s != "" && s != string(q.Reason) {
		b.keepText(path, s)
	}
}

// customer reads who it is, from an object or from a text that says as much.
func (b *build) customer(o *object, other raw) desk.Customer {
	var c desk.Customer
	b.phone(o, &c)
	b.email(o, &c)
	o.line("name", longestName, &c.Name)
	o.line("locale", longestName, &c.Locale)
	o.line("timeZone", longestName, &c.TimeZone)
	switch {
	case other == nil:
	case !other.scalar():
		b.note(o.path, noteUnknown)
		b.extra(o.path, other)
	default:
		b.note(o.path, "is no object; it is taken for what it looks like.")
		b.nameless(o.path, b.read(o.path, other), &c)
	}
	o.done()
	return c
}

// nameless reads a customer who is one text: a number, an address, or else a name.
func (b *build) nameless(path, s string, c *desk.Customer) {
	if number, hidden := phone.Read(s, b.country); (number != "" || hidden) && c.Phone == "" {
		c.Phone = number
		b.keepText(path, s)
		return
	}
	if normal, good := email.Normal(s); good && c.Email == "" && utf8.RuneCountInString(normal) <= longestEmail {
		c.Email = normal
		b.keepText(path, s)
		return
	}
	if c.Name == "" {
		b.line(path, s, longestName, &c.Name)
		return
	}
	b.keepText(path, s)
}

// phone reads a number by which callbacks are joined, or keeps what was given.
func (b *build) phone(o *object, c *desk.Customer) {
	value, path := o.take("phone")
	s := strings.TrimSpace(b.read(path, value))
	if s == "" {
		return
	}
	number, hidden := phone.Read(s, b.country)
	switch {
	case hidden:
		b.note(path, "tells no number: the caller hides it.")
		b.keepText(path, s)
	case number == "":
		b.note(path, "is no telephone number for certain; it is kept as it was given.")
		b.line(path, s, longestName, &c.PhoneAsGiven)
	default:
		c.Phone = number
		if s != number {
			b.note(path, "is read as a number in E.164.")
		}
		if strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(s) != number {
			b.keepText(path, s)
		}
	}
}

// email reads an address by which callbacks are joined, or keeps what was given. What ends
// in .invalid is nobody's, by RFC 6761: telephone systems send it for hidden callers.
func (b *build) email(o *object, c *desk.Customer) {
	value, path := o.take("email")
	s := strings.TrimSpace(b.read(path, value))
	if s == "" {
		return
	}
	normal, good := address(s)
	if !good {
		b.note(path, "is no e-mail address; it is kept as it was given.")
		b.line(path, s, longestEmail, &c.EmailAsGiven)
		return
	}
	c.Email = normal
	if normal != strings.ToLower(s) {
		b.note(path, "is brought into its normal form.")
		b.keepText(path, s)
	}
}

// address is an e-mail address in its normal form, and whether it is one.
func address(s string) (normal string, good bool) {
	bare := s
	if scheme, rest, found := strings.Cut(s, ":"); found && strings.EqualFold(scheme, "mailto") {
		bare = rest
	}
	normal, good = email.Normal(bare)
	return normal, good && utf8.RuneCountInString(normal) <= longestEmail && !strings.HasSuffix(normal, ".invalid")
}

// ReadContact reads a telephone number or an e-mail address into the form in which requests are
// kept that gave it. It is empty for what is neither for certain. National numbers are those
// of the country.
func ReadContact(s, country string) string {
	s = strings.TrimSpace(s)
	if normal, good := address(s); good {
		return normal
	}
	number, _ := phone.Read(s, country)
	return number
}

// connect reads where the agent's app joins the customer. Only an https link is one: the
// app opens it.
func (b *build) connect(top *object) {
	o, other := top.inner("connect")
	value, path := o.take("url")
	if other != nil {
		if value, path = other, o.path; !other.scalar() {
			value = nil
			b.note(path, noteUnknown)
			b.extra(path, other)
		}
	}
	if s := strings.TrimSpace(b.read(path, value)); s != "" {
		if b.link(s) {
			b.request.Connect = &desk.Connect{URL: s}
		} else {
			b.note(path, "is no https link; it is kept as text.")
			b.keepText(path, s)
		}
	}
	o.done()
}

// link tells what an app may open. A name and password within would be shown to whoever
// looks over the agent's shoulder, and mislead about the host.
func (b *build) link(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || utf8.RuneCountInString(s) > longestURL || strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	loopback := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && b.options.Loopback && loopback
}

// attribute is one thing that the platform wants the agent to see.
type attribute struct {
	key, value  string
	path, whole string
	kept        bool // the whole is, since it was cut
}

// attributes reads them from an object, at most 20.
func (b *build) attributes(o *object) {
	value, path := o.take("attributes")
	switch {
	case value == nil:
	case value.kind() != '{':
		b.note(path, noteUnknown)
		b.extra(path, value)
	default:
		b.flatten(path, "", value, 1)
	}
}

// deepest is how many names an attribute's own name is made of: {"a": {"b": 1}} is a.b.
const deepest = 3

// flatten takes an object apart. Beyond three names, and for lists, the value is JSON.
func (b *build) flatten(path, prefix string, v raw, depth int) {
	for quoted, value := range v.fields() {
		if value.kind() == 'n' || string(value) == `""` {
			continue
		}
		if b.full() && len(b.attrs) == mostAttributes && b.noted(noteNotShown) {
			b.extras.more++
			continue
		}
		name, mended := unquote(quoted)
		if mended {
			b.noteEach(path, noteMended)
		}
		key, inner := name, escaped(name)
		if prefix != "" {
			key = prefix + "." + inner
			inner = key
		}
		if b.full() && value.kind() != '{' && b.shows(cut(key, longestKey)) && b.noted(noteNotShown) {
			b.extras.more++
			continue
		}
		switch {
		case value.kind() == '{' && depth < deepest && len(value.compactStart()) > 0:
			b.flatten(join(path, name), inner, value, depth+1)
		default:
			b.attribute(key, join(path, name), value)
		}
	}
}

// compactStart is what an object has within; nothing when it is empty.
func (v raw) compactStart() raw { return v[space(v, 1) : len(v)-1] }

// shows reports whether there is an attribute of a name.
func (b *build) shows(key string) bool {
	return slices.ContainsFunc(b.attrs, func(a attribute) bool { return a.key == key })
}

// noteNotShown tells of attributes beyond mostAttributes.
var noteNotShown = fmt.Sprintf("is kept, and not among the %d attributes that are shown.", mostAttributes)

// attribute adds one, or keeps it where there is no place for it.
func (b *build) attribute(key, path string, value raw) {
	short := cut(key, longestKey)
	if len(b.attrs) == mostAttributes || b.shows(short) {
		b.noteEach(path, noteNotShown)
		b.extra(path, value)
		return
	}
	whole := b.read(path, value)
	a := attribute{key: short, value: cut(whole, longestValue), path: path, whole: whole}
	a.kept = a.key != key || a.value != whole
	b.attrs = append(b.attrs, a)
	if a.kept {
		b.noteEach(path, fmt.Sprintf("is cut to a name of %d and a value of %d characters; all is kept.", longestKey, longestValue))
		b.keepText(path, whole)
	}
}
