package assistant

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// result is what an action answered, as the object that JSON is made of.
type result map[string]any

// telling is an answer in sentences for the model, and what it should do next.
type telling struct {
	lines []string
	next  string // the tool
	after int    // in how many seconds
	how   string // the same as a sentence
}

// Answer tells a model what came of a call: sentences, since many clients show the model
// nothing else, and the object. Out is what the action answered.
//
// Of an enquiry that somebody else began the model learns that people are at it and no
// more: it may have been told another customer's interaction. Of a callback it learns how it
// stands; other conversations of the same customer may be in it.
func (t Tool) Answer(out any) (text string, structured any) {
	object := objectOf(out)
	joined := false
	if a, is := out.(desk.Answer); is {
		joined = a.Joined
	}
	if joined {
		object.hide()
	}
	w := t.tell(object)
	if joined {
		w.next, w.how = "", "People are at this interaction already, by another call of escalate. Only the handle which that call answered with tells and changes more."
	}
	if w.next != "" {
		object["next"] = map[string]any{"tool": w.next, "afterSeconds": w.after}
	}
	if w.how != "" {
		w.lines = append(w.lines, "Next: "+w.how)
	}
	return strings.Join(w.lines, "\n"), map[string]any(object)
}

// Refusal tells a model why a call came to nothing.
func (t Tool) Refusal(err error) (text string, structured any) {
	p := (*desk.Problem)(nil)
	if not := (*NotJSON)(nil); errors.As(err, &not) {
		p = &desk.Problem{Name: "not-json", Title: "Not JSON", Detail: not.Detail}
	}
	if p == nil && !errors.As(err, &p) {
		p = &desk.Problem{Name: "internal", Title: "Internal error", Detail: "Something went wrong here. Try again in a moment."}
	}
	lines := []string{p.Title + ": " + p.Detail}
	for _, f := range p.Fields {
		lines = append(lines, f.Field+" "+f.Detail)
	}
	object := map[string]any{"problem": p.Name, "detail": p.Detail}
	if len(p.Fields) > 0 {
		object["errors"] = p.Fields
	}
	return strings.Join(lines, "\n"), object
}

// objectOf is an answer as an object.
func objectOf(out any) result {
	body, err := encoded(out)
	if err != nil {
		panic(fmt.Sprintf("assistant: encoding %T: %v", out, err)) // what is answered marshals
	}
	object := result{}
	if err := json.Unmarshal(body, &object); err != nil {
		panic(fmt.Sprintf("assistant: %T is no object: %v", out, err)) // each action answers with one
	}
	return object
}

// hide takes away what only those may know who began the enquiry.
func (o result) hide() {
	if o["agent"] != nil {
		delete(o, "say") // it names the agent
	}
	for _, name := range []string{"handle", "escalationId", "agent", "adjusted", "handedBack"} {
		delete(o, name)
	}
	if cb := o.object("callback"); cb != nil {
		delete(cb, "id")
	}
}

func (o result) text(name string) string {
	s, _ := o[name].(string)
	return s
}

func (o result) object(name string) result {
	inner, _ := o[name].(map[string]any)
	return inner
}

func (o result) number(name string) int {
	n, _ := o[name].(float64)
	return int(n)
}

func (o result) is(name string) bool {
	is, _ := o[name].(bool)
	return is
}

// tellEscalation tells how an escalation stands.
func tellEscalation(o result) (w telling) {
	if say := o.text("say"); say != "" {
		w.add("Tell the customer: %s", say)
	}
	if handle := o.text("handle"); handle != "" {
		w.add("Handle for all later calls about this: %s", handle)
	}
	callback := o.object("callback")
	switch desk.Outcome(o.text("outcome")) {
	case desk.OutcomeRinging:
		w.add("Outcome ringing: a phone rings for %d more seconds, then another one.", o.number("ringingSeconds"))
		w.then("escalation_status", 5, "call escalation_status in 5 seconds, and again until the outcome is another one.")
	case desk.OutcomeAccepted:
		w.add("Outcome accepted: a person has the conversation.")
		w.then("escalation_status", 60, "leave the conversation to them. What the customer still writes to you goes to add_messages; escalation_status, once a minute, tells when the customer is handed back to you.")
	case desk.OutcomeCallback:
		w.add("Outcome callback: nobody can take it now%s. A person gets in touch%s.", in(" (", o.text("because"), ")"), in(" by ", callback.text("dueAt"), ""))
		if next := o.text("nextAgentAt"); next != "" {
			w.add("The next person is there at %s.", next)
		}
		w.contact(callback)
	case desk.OutcomeHandedBack:
		w.add("Outcome handed_back: the customer is yours again%s.", in(". The person's note: ", o.object("handedBack").text("note"), ""))
		w.how = "go on with the conversation. When the customer asks for a person again, call escalate."
	default:
		w.add("Outcome ended%s.", in(", state ", o.text("state"), ""))
		w.how = "nothing. When a person is needed again, call escalate."
	}
	return w
}

// contact asks for what is missing to call somebody back.
func (w *telling) contact(callback result) {
	if callback.is("needsContact") {
		w.then("save_contact", 0, "ask how the customer can be reached, and call save_contact with the phone number or e-mail address.")
		return
	}
	w.how = "stay with the customer; they need not wait."
}

func (w *telling) add(line string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(line, args...))
}

func (w *telling) then(tool string, after int, how string) { w.next, w.after, w.how = tool, after, how }

// in puts a text between two others, or is nothing without it.
func in(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

func tellPeople(o result) (w telling) {
	now := o.object("now")
	w.add("Now %d could take a call, and %d a chat.", now.number("call"), now.number("chat"))
	if next := o.text("nextAt"); next != "" {
		w.add("The next shift begins at %s.", next)
	}
	return w
}

// tellCallback keeps of a callback what this conversation may know.
func tellCallback(o result) (w telling) {
	state, needs, due := o.text("state"), o.is("needsContact"), o.text("dueAt")
	if o.text("joinedTo") != "" { // an older one of the same customer goes on for it
		state = "open"
	}
	clear(o)
	o["state"] = state
	if state == "open" || state == "claimed" {
		o["callback"] = map[string]any{"needsContact": needs, "dueAt": due}
		w.add("The callback is %s; a person gets in touch%s.", state, in(" by ", due, ""))
		w.contact(o.object("callback"))
		return w
	}
	w.add("The callback is %s: nobody will call.", state)
	return w
}

func tellDecision(o result) (w telling) {
	delete(o, "escalationId") // whose it is nothing here tells
	rule := in(" Rule: ", o.text("rule"), ".")
	if !o.is("escalate") {
		w.add("No: go on yourself.%s", rule)
		return w
	}
	w.add("Yes: hand over to a person.%s", rule)
	w.then("escalate", 0, fmt.Sprintf("call escalate%s.", in(" with why ", o.text("reason"), "")))
	return w
}

// tellInstructions tells them in words alone: the lists may be longer than any answer that a
// platform takes.
func tellInstructions(o result) (w telling) {
	w.add("%s", strings.TrimRight(o.text("text"), "\n"))
	for _, name := range []string{"text", "duties", "conditions", "languages"} {
		delete(o, name)
	}
	return w
}
