package assistant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// Ask is what the actions beside escalate name.
//
// Plain JSON may have the InteractionID in place of the EscalationID: it then means the
// escalation that the interaction has or will have in a moment, since a machine may ask
// before its own escalate has come back. Where both are given the EscalationID counts.
type Ask struct {
	Handle        string // stands for any of the ids, and counts before them
	EscalationID  string
	InteractionID string
	CallbackID    string
	DepartmentID  string // an id, or a name in its place
	Department    string
	RequestID     string // of append: the same again is kept once
	Callback      bool
	Messages      []desk.ChatMessage
	Customer      desk.Customer
}

// subjects are the fields of which each action needs one. Without any there is nothing
// that it could be about.
var subjects = map[string][]string{
	Status:   {"escalationId", "interactionId", "handle"},
	End:      {"escalationId", "interactionId", "handle"},
	Append:   {"escalationId", "interactionId", "handle"},
	Contact:  {"callbackId", "interactionId", "escalationId", "handle"},
	Withdraw: {"callbackId", "interactionId", "escalationId", "handle"},
}

// readSubject looks whether the request says what it is about.
func (r *Reading) readSubject(top *object) []desk.FieldError {
	names := subjects[r.Action]
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if _, found := top.find(name); found {
			return nil
		}
	}
	return complaint(names[0], "or "+names[1]+" is required")
}

// Ask reads the actions beside escalate, as kindly. The country is the account's, as for
// Request; only contact asks for it.
func (r *Reading) Ask(country string) (Ask, []desk.Adjusted) {
	top := r.open(country)
	b := top.b
	top.take("action")
	top.take("accountId")
	var a Ask
	top.reference("interactionId", &a.InteractionID)
	if len(subjects[r.Action]) > 0 {
		top.reference("handle", &a.Handle)
		top.reference("escalationId", &a.EscalationID)
	}
	switch r.Action {
	case End:
		a.Callback = b.wish(top)
	case Append:
		top.reference("requestId", &a.RequestID)
		a.Messages = b.added(top)
	case Availability:
		top.line("departmentId", longestName, &a.DepartmentID)
		top.line("department", longestName, &a.Department)
	case Contact, Withdraw:
		top.reference("callbackId", &a.CallbackID)
	}
	if r.Action == Contact {
		customer, other := top.inner("customer")
		customer.adopt(top, "phone", "email", "name")
		a.Customer = b.customer(customer, other)
	}
	for i := range top.list {
		if !top.taken[i] {
			b.note(top.list[i].name, "is not known.")
		}
	}
	b.notes.count += len(top.behind)
	return a, b.notes.told()
}

// wish reads whether the customer wants to be called. Only what plainly says no is none: a
// call too many is better than one too few.
func (b *build) wish(top *object) bool {
	value, path := top.take("callback")
	if value == nil {
		return false
	}
	s, _ := value.text()
	word := fold(s)
	if value.kind() != 't' && value.kind() != 'f' {
		b.note(path, "is neither true nor false; it is taken for what it says.")
	}
	return !slices.Contains(plainNo, word)
}

// added reads what was written after the escalation. Such messages have no AsSent, so what
// has no place in one stands behind its text, as JSON.
func (b *build) added(top *object) []desk.ChatMessage {
	list, path := top.take("messages")
	messages, used := b.messages(list, path, mostConversation-reserved)
	room, out := mostConversation-used, b.late.more
	all := make([]desk.ChatMessage, 0, len(messages))
	for i, m := range messages {
		extras := m.extras
		if i == len(messages)-1 {
			extras = append(extras, b.late.list...)
		}
		said := []string{m.Text}
		for _, k := range extras {
			if room < leastPiece {
				out++
				continue
			}
			text, _ := k.value.text()
			line := "\n" + strings.TrimPrefix(k.path, path) + ": " + text
			if size := quotedLen(line); size > room {
				line, _ = middle(line, room)
				b.noteEach(k.path, "is too long; its middle is left out.")
			}
			room = max(0, room-quotedLen(line))
			said = append(said, line)
		}
		m.Text = strings.Join(said, "")
		all = append(all, m.ChatMessage)
	}
	if out > 0 {
		b.note(path, fmt.Sprintf("has no place for %d more of what is no text, since 1 MiB is kept.", out))
	}
	return all
}
