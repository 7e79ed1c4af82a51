package assistant

import (
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/conditions"
)

// ReadSignals reads what decide judges for an account that is known: a body may have the
// signals in "signals" or be them itself.
func ReadSignals(body []byte, accountID string) (*Reading, error) {
	r, err := readObject(body, Options{})
	if err != nil {
		return nil, err
	}
	r.Action, r.AccountID = Decide, accountID
	return r, nil
}

// signalNames are what may stand beside "signals" as well as in it.
var signalNames = []string{
	"message", "messages", "interactionId", "wantsPerson", "confidence", "intent", "sentiment", "failedTurns", "turns", "attributes",
	"language", "channel", "departmentId", "department",
}

// Signals reads what decide judges, as kindly as Request. Whatever cannot be read was not
// told: there is no signal without which nothing could be decided.
func (r *Reading) Signals() conditions.Signals {
	top := r.open("")
	b := top.b
	o, other := top.inner("signals")
	o.adopt(top, signalNames...)
	var s conditions.Signals
	o.reference("interactionId", &s.InteractionID)
	b.newest(o, other, &s)
	s.WantsPerson = b.yes(o, "wantsPerson")
	if share, is := conditions.Share(o.word("confidence")); is {
		s.Confidence = &share
	}
	s.Intent, s.Sentiment = o.word("intent", "name"), o.word("sentiment", "sentiment")
	s.FailedTurns, s.Turns = o.count("failedTurns"), o.count("turns")
	if value, _ := o.take("attributes"); value != nil && value.kind() == '{' {
		s.Attributes = map[string]string{}
		flat(s.Attributes, "", value, 1)
	}
	s.Language = o.word("language")
	b.channel(o)
	s.Channel = string(b.request.Channel)
	s.Department, s.OtherDepartment = o.word("departmentId"), o.word("department")
	return s
}

// newest finds the newest words of the customer: the message, or else the last one of the
// messages that is theirs. A message that is the last of these has its time, unless somebody
// has answered it: then the customer says the same once more.
//
// A time without a zone counts for none. What a clock on a wall in New York says is hours
// before the moment at which people gave the customer back, and what is older is not judged.
func (b *build) newest(o *object, other raw, s *conditions.Signals) {
	list, path := o.take("messages")
	found, _ := b.messages(list, path, mostConversation)
	last, answered := lastOfCustomer(found)
	value, path := o.take("message")
	if value == nil && other != nil && other.scalar() {
		value = other // the signals are a text
	}
	if value != nil {
		said, _ := b.message(path, 0, value)
		if said.At == nil && !answered && strings.TrimSpace(said.Text) == strings.TrimSpace(last.Text) {
			said.At, said.zoneless = last.At, last.zoneless
		}
		if said.ofCustomer() {
			last = said
		}
	}
	if s.Message = last.Text; last.timed() {
		s.At = last.At.UnixMilli()
	}
}

// lastOfCustomer finds the customer's newest message, and whether somebody else has said
// something since. Lists end with the newest; where all that the customer said has a time the
// latest is it, since some platforms send the newest first.
func lastOfCustomer(list []message) (last message, answered bool) {
	timed, at := true, -1
	for i := range list {
		if m := &list[i]; m.ofCustomer() {
			timed, at = timed && m.timed(), i
		}
	}
	if at < 0 {
		return message{}, false
	}
	for i := range list {
		if m := &list[i]; timed && m.ofCustomer() && m.At.After(*list[at].At) {
			at = i
		}
	}
	last = list[at]
	for i := range list {
		m := &list[i]
		later := i > at
		if timed && m.timed() {
			later = m.At.After(*last.At)
		}
		answered = answered || later && m.From != "customer"
	}
	return last, answered
}

// ofCustomer reports whether a message has words of the customer.
func (m *message) ofCustomer() bool {
	return m.From == "customer" && strings.TrimSpace(m.Text) != ""
}

// timed reports whether it is known when it was said, wherever that was.
func (m *message) timed() bool { return m.At != nil && !m.zoneless }

// yes reads whether something is so. Only what plainly says no is none: a customer too many
// is better than one lost.
func (b *build) yes(o *object, name string) bool {
	value, _ := o.take(name)
	if value == nil {
		return false
	}
	s, _ := value.text()
	return !slices.Contains(plainNo, fold(s))
}

// plainNo are the words that say no, folded.
var plainNo = []string{"false", "no", "n", "0", "off", "none", "null", ""}

// word reads a short text. Of an object it is one of its fields, as Lex has {"name": …}.
func (o *object) word(name string, inner ...string) string {
	value, path := o.take(name)
	if value == nil {
		return ""
	}
	if value.kind() == '{' {
		in := o.b.object(path, value)
		for _, field := range inner {
			if v, _ := in.take(field); v != nil && v.scalar() {
				s, _ := v.text()
				return strings.TrimSpace(s)
			}
		}
		return ""
	}
	s, _ := value.text()
	return strings.TrimSpace(s)
}

// count reads how often something was; nil where that is no number.
func (o *object) count(name string) *int {
	f, is := conditions.Number(o.word(name))
	if !is || f < 0 || f > 1e6 {
		return nil
	}
	n := int(f)
	return &n
}

// mostFlat are more attributes than anybody compares with.
const mostFlat = 500

// flat takes attributes apart by the names that escalate gives them: {"a": {"b": 1}} is a.b.
func flat(into map[string]string, prefix string, v raw, depth int) {
	for quoted, value := range v.fields() {
		if len(into) == mostFlat {
			return
		}
		name, _ := unquote(quoted)
		key := name
		if prefix != "" {
			key = prefix + "." + escaped(name)
		}
		switch {
		case value.kind() == '{' && depth < deepest && len(value.compactStart()) > 0:
			flat(into, join(prefix, name), value, depth+1)
		default:
			into[key], _ = value.text()
		}
	}
}
