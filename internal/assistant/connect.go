package assistant

import (
	"maps"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// contactFlow is what the block "AWS Lambda function" of an Amazon Connect flow sends. Its
// fields are those of
// https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
//
// The flow says by Parameters what it wants: without any it escalates. All of them are texts.
// The conversation is the contact, and the first of those that transfers make of one.
type contactFlow struct{ data, parameters raw }

// Connection implements Form. The id is the end of the instance's ARN.
func (f *contactFlow) Connection() (kind, id string) {
	_, id, _ = strings.Cut(f.data.get("InstanceARN").str(), ":instance/")
	id, _, _ = strings.Cut(id, "/")
	return desk.ConnectionConnect, id
}

// flowWords are parameters by the names that a flow may give them, folded, and what they mean.
var flowWords = map[string]string{
	"action": "action", "reason": "reason", "conditionid": "conditionId", "departmentid": "departmentId", "department": "department",
	"summary": "summary", "intent": "intent", "trigger": "trigger", "message": "message", "text": "message",
	"name": "name", "customername": "name", "phone": "phone", "customerphone": "phone", "email": "email", "customeremail": "email",
	"locale": "locale", "language": "locale", "timezone": "timeZone", "callback": "callback", "connecturl": "url", "from": "from",
	"confidence": "confidence", "sentiment": "sentiment", "failedturns": "failedTurns", "turns": "turns", "wantsperson": "wantsPerson",
	// Of these a flow must not choose: another's could be reached by them.
	"accountid": "", "escalationid": "", "callbackid": "", "interactionid": "", "requestid": "", "handle": "", "channel": "",
}

// words are the parameters by what they mean, and the others as they are.
func (f *contactFlow) words() (known, others map[string]string) {
	known, others = map[string]string{}, map[string]string{}
	f.parameters.each(func(name, value string) {
		meaning, is := flowWords[fold(name)]
		switch {
		case value == "" || is && meaning == "":
		case is:
			known[meaning] = value
		default:
			others[name] = value
		}
	})
	return known, others
}

// Action implements Form.
func (f *contactFlow) Action(account string) ([]byte, error) {
	known, others := f.words()
	action := strings.ToLower(known["action"])
	if action == "" {
		action = Escalate
	}
	r := asking(action, account)
	switch action {
	case Availability, Instructions:
		r.set("departmentId", known["departmentId"])
		r.set("department", known["department"])
		return encoded(r)
	}
	r.set("interactionId", f.contact())
	switch action {
	case Escalate:
		f.escalation(r, known, others)
	case Decide:
		delete(r, "interactionId")
		r["signals"] = f.signals(known, others)
	case Contact:
		r.object("customer", f.customer(known))
	case End:
		r.set("callback", known["callback"])
	case Append:
		from := known["from"]
		if from == "" {
			from = "customer"
		}
		r["messages"] = []members{{"from": from, "text": known["message"]}}
	}
	return encoded(r)
}

// contact is the conversation. A transfer begins another contact, which keeps the id of the
// first one as InitialContactId.
func (f *contactFlow) contact() string {
	if id := f.data.get("InitialContactId").str(); id != "" {
		return id
	}
	return f.data.get("ContactId").str()
}

// Language implements Form: what the flow says of it, or else Connect.
func (f *contactFlow) Language() string {
	if known, _ := f.words(); known["locale"] != "" {
		return known["locale"]
	}
	return f.data.get("LanguageCode").str()
}

// channel is in the words of the desk where those know the medium.
func (f *contactFlow) channel() string {
	switch word := f.data.get("Channel").str(); strings.ToUpper(word) {
	case "VOICE":
		return "call"
	case "CHAT":
		return "chat"
	default: // TASK, EMAIL and what is to come
		return word
	}
}

// customer is who calls. The address of the other end is a number only where it says so: a
// chat has none, and others have the name of a flow or an e-mail. What the flow gives itself,
// such as a number that was keyed in, goes before.
func (f *contactFlow) customer(known map[string]string) members {
	c := members{}
	address := f.data.get("CustomerEndpoint", "Address").str()
	switch f.data.get("CustomerEndpoint", "Type").str() {
	case "TELEPHONE_NUMBER":
		c.set("phone", address)
	case "EMAIL_ADDRESS":
		c.set("email", address)
	}
	c.set("locale", f.Language())
	for _, name := range []string{"name", "phone", "email", "locale", "timeZone"} {
		c.set(name, known[name])
	}
	return c
}

// escalation is all of what asks for a person. The attributes of the contact come last: there
// is room for twenty, and what the flow has chosen for this block is worth more.
func (f *contactFlow) escalation(r members, known, others map[string]string) {
	r.set("channel", f.channel())
	for _, name := range []string{"reason", "conditionId", "departmentId", "department"} {
		r.set(name, known[name])
	}
	r.object("customer", f.customer(known))
	c := members{}
	for _, name := range []string{"summary", "intent", "trigger"} {
		c.set(name, known[name])
	}
	if text := known["message"]; text != "" {
		c["messages"] = []members{{"from": "customer", "text": text}}
	}
	attributes := f.attributes(others)
	for _, name := range []string{"confidence", "sentiment", "failedTurns", "turns"} {
		attributes.set(name, known[name])
	}
	c.object("attributes", attributes)
	r.object("conversation", c)
	link := members{}
	link.set("url", known["url"])
	r.object("connect", link)
}

// signals are what decide judges.
func (f *contactFlow) signals(known, others map[string]string) members {
	s := members{}
	s.set("interactionId", f.contact())
	s.set("channel", f.channel())
	s.set("language", f.Language())
	for _, name := range []string{"message", "intent", "sentiment", "departmentId", "department", "wantsPerson"} {
		s.set(name, known[name])
	}
	for _, name := range []string{"confidence", "failedTurns", "turns"} {
		if known[name] != "" {
			s[name] = numeric(known[name])
		}
	}
	s.object("attributes", f.attributes(others))
	return s
}

// attributes are those of the contact, and parameters that have no other meaning.
func (f *contactFlow) attributes(others map[string]string) members {
	a := members{}
	f.data.get("Attributes").each(a.set)
	for name, value := range others {
		a.set(name, value)
	}
	return a
}

// flowAnswer are the keys that a flow always gets, so that it can go by each of them, with
// where the plain answer has it.
var flowAnswer = map[string][]string{
	"outcome": {"outcome"}, "state": {"state"}, "say": {"say"}, "because": {"because"}, "nextAgentAt": {"nextAgentAt"},
	"escalationId": {"escalationId"}, "handle": {"handle"},
	"agentId": {"agent", "id"}, "agentFirstName": {"agent", "firstName"},
	"ringingUntil": {"ringingUntil"}, "ringingSeconds": {"ringingSeconds"},
	"callbackId": {"callback", "id"}, "callbackDueAt": {"callback", "dueAt"}, "needsContact": {"callback", "needsContact"},
	"verdict": {"handedBack", "verdict"}, "note": {"handedBack", "note"},
	// Of contact and withdraw, whose answer is the callback itself.
	"callbackState": {"callbackState"},
	// Of availability.
	"callsNow": {"now", "call"}, "chatsNow": {"now", "chat"}, "nextAt": {"nextAt"},
	// Of decide.
	"escalate": {"escalate"}, "reason": {"reason"}, "rule": {"rule"}, "conditionId": {"conditionId"}, "departmentId": {"departmentId"}, "matched": {"matched"},
	// Of instructions.
	"text": {"text"},
}

// mostFlow is how many bytes a value of the answer has: Connect takes 32 KB of all together. The
// text of instructions stands alone, and knows an end of its own.
const mostFlow = 4 << 10

// Answer implements Form: a flat object whose values are texts, which is what the block calls
// STRING_MAP. Problems are told in it as well. Connect would ask three times for an error of
// the function, and its caller would wait
// (https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html).
func (f *contactFlow) Answer(out any, problem *desk.Problem, say string) ([]byte, error) {
	flat := map[string]string{"error": "", "errorDetail": ""}
	for key := range flowAnswer {
		flat[key] = ""
	}
	if problem != nil {
		maps.Copy(flat, map[string]string{"outcome": "error", "error": problem.Name, "errorDetail": detailOf(problem), "say": say})
		return encoded(flat)
	}
	body, err := answerJSON(out)
	if err != nil {
		return nil, err
	}
	for key, path := range flowAnswer {
		flat[key] = body.get(path...).str()
		if key != "text" {
			flat[key] = cutBytes(flat[key], mostFlow)
		}
	}
	if callback := spokenOf(body); callback != nil {
		maps.Copy(flat, callback)
	}
	return encoded(flat)
}

// spokenOf is what is told of a callback that contact or withdraw answered with; nil of any
// other answer. A callback may have other conversations, of which nothing is told.
func spokenOf(body raw) map[string]string {
	if !strings.HasPrefix(body.get("id").str(), "cb_") {
		return nil
	}
	needs := body.get("needsContact").str()
	told := map[string]string{
		"callbackId": body.get("id").str(), "callbackState": body.get("state").str(), "callbackDueAt": body.get("dueAt").str(),
		"needsContact": needs, "outcome": "callback", "state": "", "because": "",
		"say": body.get("say").str(),
	}
	return told
}

// detailOf is a problem in a sentence, with the fields that it names.
func detailOf(p *desk.Problem) string {
	s := p.Detail
	for _, f := range p.Fields {
		s += " " + f.Field + " " + f.Detail + "."
	}
	return cutBytes(s, mostFlow)
}
