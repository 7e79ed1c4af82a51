package assistant

import (
	"crypto/rand"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// Request reads the action escalate, the whole of what the desk keeps of a customer. The
// country is the account's, by ISO 3166, or empty: then national telephone numbers stay as
// they were given. It changes nothing and may be asked again, with another country too.
func (r *Reading) Request(country string) (desk.Request, []desk.Adjusted) {
	top := r.open(country)
	b := top.b
	q := b.request
	top.take("action")
	top.take("accountId")
	top.reference("requestId", &q.RequestID)
	top.reference("interactionId", &q.InteractionID)
	top.handle()
	b.channel(top)
	b.reason(top)
	top.line("conditionId", longestReference, &q.ConditionID)
	top.line("departmentId", longestName, &q.DepartmentID)
	top.line("department", longestName, &q.Department)
	customer, other := top.inner("customer")
	customer.adopt(top, "phone", "email")
	q.Customer = b.customer(customer, other)
	messages, path := b.conversation(top)
	b.connect(top)
	top.done()
	b.fit(messages, path)
	return *q, b.notes.told()
}

// conversation reads what the agent will see first, and gives the messages for later: how
// many of them have a place depends on all else. A conversation that is a list is its
// messages, one that is a text its summary.
func (b *build) conversation(top *object) (messages raw, path string) {
	c := &b.request.Conversation
	o, other := top.inner("conversation")
	o.adopt(top, "summary", "intent", "trigger", "messages", "attributes")
	o.text("summary", longestSummary, &c.Summary)
	o.text("intent", longestWord, &c.Intent)
	o.text("trigger", longestWord, &c.Trigger)
	b.attributes(o)
	messages, path = o.take("messages")
	o.done()
	switch {
	case other == nil:
	case other.kind() == '[' && messages == nil:
		b.note(o.path, "is a list; it is taken for the messages.")
		return other, o.path
	case other.scalar() && c.Summary == "":
		b.note(o.path, "is no object; it is taken for the summary.")
		b.front(o.path, b.read(o.path, other), longestSummary, &c.Summary)
	default:
		b.note(o.path, noteUnknown)
		b.extra(o.path, other)
	}
	return messages, path
}

// Handle gives the handle that came with a request: whoever has it is told of its enquiry
// what only those are told who began it.
func (r *Reading) Handle() string { return r.open("").handle() }

// handle takes what can be one; all else is kept as what is unknown.
func (o *object) handle() string {
	i, found := o.find("handle")
	if !found || !strings.HasPrefix(string(o.list[i].value), `"hdl_`) {
		return ""
	}
	o.taken[i] = true
	handle, _ := o.list[i].value.text()
	return handle
}

// IDs gives the ids of a request as Request does, without reading the rest of it.
func (r *Reading) IDs() (requestID, interactionID string) {
	top := r.open("")
	top.reference("requestId", &requestID)
	top.reference("interactionId", &interactionID)
	if requestID == "" && interactionID == "" {
		requestID = r.made
	}
	return requestID, interactionID
}

// MakeRepeatable gives a request that names neither itself nor its interaction an id of its
// own, so that whoever asks for it again by this very reading meets what it made.
func (r *Reading) MakeRepeatable() { r.made = rand.Text() }
