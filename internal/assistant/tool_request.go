package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/desk"
)

// Request makes an action, as plain JSON for Read, of what a model filled in. Read
// and what follows it take it as kindly as any: here nothing is refused but what is no
// object, and a missing handle, since without one nothing says whose enquiry is meant.
// Names count whatever their case and underscores, and null is not there: the strict
// forms of some vendors want every argument given.
//
// The account is the caller's. Ids of ours that a model names go nowhere, since a customer
// may have told it another's; only the platform's own id of the interaction goes through,
// and what a model may learn by it is little, see Answer.
func (t Tool) Request(given []byte, account string) (action []byte, err error) {
	a, err := readArguments(given)
	if err != nil {
		return nil, err
	}
	for _, in := range t.Inputs {
		if in.Name == handleInput.Name && in.Required && !a.has(in.Name) {
			return nil, desk.Invalids([]desk.FieldError{{Field: in.Name, Detail: "is required: escalate answered with it."}})
		}
	}
	to := asking(t.action, account)
	t.make(a, to)
	if action, err = encoded(to); err != nil {
		return nil, fmt.Errorf("making the action %s: %w", t.action, err)
	}
	return action, nil
}

// arguments are what a model filled in, in its order.
type arguments struct {
	list []argument
	more []byte // fields behind, each with a comma before it
}

type argument struct {
	name, folded string
	value        raw
	taken        bool
}

// readArguments reads them. None at all is an empty object.
func readArguments(given []byte) (*arguments, error) {
	a := &arguments{}
	given = bytes.TrimSpace(given)
	switch {
	case len(given) == 0 || string(given) == "null":
		return a, nil
	case !json.Valid(given) || given[0] != '{':
		return nil, &NotJSON{"The arguments must be a JSON object."}
	}
	for quoted, value := range raw(given).fields() {
		if value.kind() == 'n' || string(value) == `""` {
			continue
		}
		if n := len(quoted) - len(`""`); len(a.list) >= mostArguments && (n < len("why") || n > longestReference) { // none that is looked for
			a.behind(quoted, value)
			continue
		}
		name, _ := unquote(quoted)
		folded := fold(name)
		switch {
		case len(a.list) < mostArguments || slices.Contains(knownArguments, folded):
			a.list = append(a.list, argument{name: name, folded: folded, value: value})
		case !slices.Contains(ours, folded):
			a.behind(quoted, value)
		}
	}
	return a, nil
}

// behind keeps what is beyond mostArguments, as it was sent.
func (a *arguments) behind(quoted, value raw) {
	a.more = append(a.more, ',')
	a.more = append(append(append(a.more, quoted...), ':'), value...)
}

// mostArguments is how many arguments, or fields of one, stand by themselves. All others stand
// together in one attribute.
const mostArguments = 1000

// knownArguments are the names that are looked for, folded.
var knownArguments = []string{
	"interactionid", "handle", "why", "reason", "channel", "department", "departmentid", "conditionid", "customername", "customerphone", "customeremail",
	"language", "locale", "timezone", "customer", "summary", "intent", "trigger", "messages", "attributes", "callback", "phone", "email", "name",
	"message", "wantsperson", "confidence", "sentiment", "failedturns", "turns",
}

// find gives the last argument of a name that is not taken.
func (a *arguments) find(name string) *argument {
	folded := fold(name)
	for i := range slices.Backward(a.list) {
		if f := &a.list[i]; !f.taken && f.folded == folded {
			return f
		}
	}
	return nil
}

func (a *arguments) has(name string) bool { return a.find(name) != nil }

// move takes an argument into a field, unless that is there.
func (a *arguments) move(name string, to members, field string) {
	f := a.find(name)
	if f == nil {
		return
	}
	f.taken = true
	if _, there := to[field]; !there {
		to[field] = json.RawMessage(f.value)
	}
}

// inner takes the fields of an argument that is an object.
func (a *arguments) inner(name string, to members) {
	f := a.find(name)
	if f == nil || f.value.kind() != '{' {
		return
	}
	f.taken = true
	for quoted, value := range f.value.fields() {
		switch key, _ := unquote(quoted); {
		case to[key] != nil:
		case len(to) < mostArguments:
			to[key] = json.RawMessage(value)
		default:
			a.behind(quoted, value)
		}
	}
}

// ours are names of ours that no model decides, folded.
var ours = []string{"accountid", "escalationid", "callbackid", "requestid", "action", "member", "drill"}

// rest takes what nobody asked for: the agent sees it beside the conversation.
func (a *arguments) rest(to members) {
	for i := range a.list {
		f := &a.list[i]
		if !f.taken && !slices.Contains(ours, f.folded) && to[f.name] == nil {
			to[f.name] = json.RawMessage(f.value)
		}
		f.taken = true
	}
	if len(a.more) > 0 && to[moreSent] == nil {
		to[moreSent] = json.RawMessage("{" + string(a.more[1:]) + "}")
	}
}

// customer takes who it is.
func (a *arguments) customer(to members) {
	c := members{}
	a.move("customerName", c, "name")
	a.move("customerPhone", c, "phone")
	a.move("customerEmail", c, "email")
	a.move("language", c, "locale")
	a.move("locale", c, "locale")
	a.move("timeZone", c, "timeZone")
	a.inner("customer", c)
	to.object("customer", c)
	if len(c) == 0 {
		a.move("customer", to, "customer") // a text, perhaps a number
	}
}

// makeEscalate takes beside the inputs some fields of the plain action: a platform between
// us and the model may fill them in. What is no link for certain is no link: connect goes
// among the attributes, as all that is unknown.
func makeEscalate(a *arguments, to members) {
	a.move("interactionId", to, "interactionId")
	a.move("handle", to, "handle")
	a.move("why", to, "reason")
	for _, name := range []string{"reason", "channel", "department", "departmentId", "conditionId"} {
		a.move(name, to, name)
	}
	a.customer(to)
	conversation, attributes := members{}, members{}
	for _, name := range []string{"summary", "intent", "trigger", "messages"} {
		a.move(name, conversation, name)
	}
	a.inner("attributes", attributes)
	a.rest(attributes)
	conversation.object("attributes", attributes)
	to.object("conversation", conversation)
}

func makePeople(a *arguments, to members) {
	a.move("department", to, "department")
	a.move("departmentId", to, "departmentId")
}

func makeHandled(a *arguments, to members) { a.move("handle", to, "handle") }

func makeMessages(a *arguments, to members) {
	makeHandled(a, to)
	a.move("messages", to, "messages")
}

func makeEnd(a *arguments, to members) {
	makeHandled(a, to)
	a.move("callback", to, "callback")
}

func makeContact(a *arguments, to members) {
	makeHandled(a, to)
	a.customer(to)
	for _, name := range []string{"phone", "email", "name"} {
		a.move(name, to, name)
	}
}

// makeDecide takes the signals, whatever else is given as attributes: the account's
// conditions may ask for any.
func makeDecide(a *arguments, to members) {
	signals, attributes := members{}, members{}
	for _, name := range []string{
		"message", "messages", "interactionId", "wantsPerson", "confidence", "intent", "sentiment", "failedTurns", "turns",
		"language", "channel", "departmentId",
	} {
		a.move(name, signals, name)
	}
	a.move("department", signals, "departmentId")
	a.inner("attributes", attributes)
	a.rest(attributes)
	signals.object("attributes", attributes)
	to["signals"] = signals
}
