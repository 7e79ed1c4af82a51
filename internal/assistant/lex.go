package assistant

import (
	"regexp"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// codeHook is what a bot of Lex V2 sends to its code hook. Its fields are those of
// https://docs.aws.amazon.com/lexv2/latest/dg/lambda-input-format.html
// and of the structures that the page has in common with the answer,
// https://docs.aws.amazon.com/lexv2/latest/dg/lambda-common-structures.html
//
// The hook stands at the intents that hand a customer over, FallbackIntent among them. The
// conversation is the session: a session attribute keeps how its escalation stood, so that the
// next turn asks how it stands now, or gives the contact that was asked for. What was said in
// that turn goes to the people who are at it, or else asks for them anew: the attribute may be
// older than the end.
type codeHook struct {
	root   raw
	intent raw // of sessionState
}

func newCodeHook(root raw) *codeHook {
	return &codeHook{root: root, intent: root.get("sessionState", "intent")}
}

// The session attributes that are ours. The client sees and may change them, so that nothing
// is reached by them: they only choose what is asked about the session.
const (
	lexAction     = "ConnectNowAction" // decide: judge and go on; set by the bot
	lexEscalation = "ConnectNowEscalation"
	lexOutcome    = "ConnectNowOutcome"
	lexNeeds      = "ConnectNowNeedsContact"
	lexError      = "ConnectNowError"
	// What decide answered. The escalation that follows takes over why, and for whom.
	lexEscalate   = "ConnectNowEscalate"
	lexRule       = "ConnectNowRule"
	lexReason     = "ConnectNowReason"
	lexCondition  = "ConnectNowCondition"
	lexDepartment = "ConnectNowDepartment"
)

// fallback is the intent of what was not understood
// (https://docs.aws.amazon.com/lexv2/latest/dg/built-in-intent-fallback.html).
const fallback = "FallbackIntent"

// Connection implements Form.
func (h *codeHook) Connection() (kind, id string) {
	return desk.ConnectionLex, h.root.get("bot", "id").str()
}

func (h *codeHook) session() string { return h.root.get("sessionId").str() }

// attribute is a session attribute.
func (h *codeHook) attribute(name string) string {
	return h.root.get("sessionState", "sessionAttributes", name).str()
}

// said is what the customer said in this turn.
func (h *codeHook) said() string { return h.root.get("inputTranscript").str() }

// action is what the turn is about. Who asks for a person once more escalates: while people
// are at it that tells how it stands, and after they gave the customer back it is a new
// enquiry, of which a status would know nothing.
func (h *codeHook) action() string {
	switch outcome := desk.Outcome(h.attribute(lexOutcome)); {
	case strings.EqualFold(h.attribute(lexAction), Decide):
		return Decide
	case !h.understood() && (outcome == desk.OutcomeRinging || outcome == desk.OutcomeAccepted):
		return Status
	case outcome == desk.OutcomeCallback && h.attribute(lexNeeds) == "true" && len(h.contact()) > 0:
		return Contact
	}
	return Escalate
}

// Action implements Form.
func (h *codeHook) Action(account string) ([]byte, error) {
	action := h.action()
	r := asking(action, account)
	switch action {
	case Decide:
		r["signals"] = h.signals()
		return encoded(r)
	case Contact:
		r["customer"] = h.contact()
	case Escalate:
		h.escalation(r)
	}
	r.set("interactionId", h.session())
	return encoded(r)
}

// Then implements Sequel: where people are at it, what the customer says belongs to them. Where
// they are gone, or never were there, it is a new enquiry.
func (h *codeHook) Then(account string, out any, problem *desk.Problem) ([]byte, error) {
	action := h.action()
	if action != Status && action != Contact {
		return nil, nil
	}
	body, err := answerJSON(out)
	if err != nil {
		return nil, err
	}
	r, outcome := asking(Escalate, account), desk.Outcome(body.get("outcome").str())
	switch {
	case problem != nil && problem.Class == desk.NotFound, outcome == desk.OutcomeHandedBack, outcome == desk.OutcomeEnded:
		h.escalation(r)
	case h.said() != "" && (outcome == desk.OutcomeRinging || outcome == desk.OutcomeAccepted):
		r = asking(Append, account)
		r["messages"] = h.messages()
	default: // the contact is kept, a callback is told of, or there is trouble
		return nil, nil
	}
	r.set("interactionId", h.session())
	return encoded(r)
}

// messages are what the customer said in this turn.
func (h *codeHook) messages() []members { return []members{{"from": "customer", "text": h.said()}} }

// slot is what was understood of a slot, by any of its names, folded.
func (h *codeHook) slot(names ...string) (value string) {
	slots := h.intent.get("slots")
	if !slots.is('{') {
		return ""
	}
	for quoted, v := range slots.fields() {
		name, _ := unquote(quoted)
		for _, want := range names {
			if fold(name) == want && value == "" {
				value = slotValue(v)
			}
		}
	}
	return value
}

// slotValue is what Lex made of it, or what was said.
func slotValue(v raw) string {
	if s := v.get("value", "interpretedValue").str(); s != "" {
		return s
	}
	return v.get("value", "originalValue").str()
}

// phoneSlots and emailSlots are names of slots for what callbacks are made by.
var (
	phoneSlots = []string{"phone", "phonenumber", "customerphone", "telephone"}
	emailSlots = []string{"email", "emailaddress", "customeremail"}
)

// phoneSlot is the slot of the intent that takes a number; empty where it has none.
func (h *codeHook) phoneSlot() string {
	slots := h.intent.get("slots")
	if !slots.is('{') {
		return ""
	}
	for quoted := range slots.fields() {
		name, _ := unquote(quoted)
		for _, want := range phoneSlots {
			if fold(name) == want {
				return name
			}
		}
	}
	return ""
}

// numbers are what may be a telephone number in a sentence.
var numbers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\+?\(?\p{Nd}[\p{Nd}\s().\-/]{5,}\p{Nd}`)
})

// contact is the number or address of this turn: in a slot or, where the intent has none, in
// what was said. Other words are no contact, such as "no, thanks".
func (h *codeHook) contact() members {
	c := members{}
	c.set("phone", h.slot(phoneSlots...))
	c.set("email", h.slot(emailSlots...))
	if len(c) > 0 {
		return c
	}
	for word := range strings.FieldsSeq(h.said()) {
		if strings.Contains(word, "@") {
			c.set("email", strings.Trim(word, ".,;:!?()<>\"'"))
			return c
		}
	}
	c.set("phone", numbers().FindString(h.said()))
	return c
}

// intentName is the intent that was understood; empty for the one of what was not.
func (h *codeHook) intentName() string {
	name := h.intent.get("name").str()
	if name == "" {
		if all := h.root.get("interpretations").list(); len(all) > 0 {
			name = all[0].get("intent", "name").str()
		}
	}
	if name == fallback {
		return ""
	}
	return name
}

// understood reports whether an intent was.
func (h *codeHook) understood() bool { return h.intentName() != "" }

// interpretation is the one that the intent comes from.
func (h *codeHook) interpretation() raw {
	all := h.root.get("interpretations").list()
	for _, i := range all {
		if name := i.get("intent", "name").str(); name != "" && name == h.intent.get("name").str() {
			return i
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	return nil
}

// confidence is how sure Lex is of the intent: a number, from 0 to 1. The fallback has none,
// which is not 0 but "not understood". What clients of the bot see has the number in a score.
func (h *codeHook) confidence() string {
	if !h.understood() {
		return ""
	}
	c := h.interpretation().get("nluConfidence")
	if c.is('{') {
		c = c.get("score")
	}
	return c.str()
}

// transcription is how sure it is of the words, which is told of speech.
func (h *codeHook) transcription() string {
	if all := h.root.get("transcriptions").list(); len(all) > 0 && h.root.get("inputMode").str() == "Speech" {
		return all[0].get("transcriptionConfidence").str()
	}
	return ""
}

func (h *codeHook) sentiment() string {
	return h.interpretation().get("sentimentResponse", "sentiment").str()
}

// channel is a call where the customer speaks or presses keys.
func (h *codeHook) channel() string {
	switch h.root.get("inputMode").str() {
	case "Speech", "DTMF":
		return "call"
	}
	return "chat"
}

// Language implements Form: that of the bot, such as en-IN; Lex writes en_IN.
func (h *codeHook) Language() string {
	return strings.ReplaceAll(h.root.get("bot", "localeId").str(), "_", "-")
}

// escalation is all of what asks for a person. Somebody who was not understood did not ask
// for one.
func (h *codeHook) escalation(r members) {
	r.set("channel", h.channel())
	r["reason"] = string(desk.CustomerRequest)
	if !h.understood() {
		r["reason"] = string(desk.LowConfidence)
	}
	r.set("reason", h.attribute(lexReason))
	r.set("conditionId", h.attribute(lexCondition))
	r.set("departmentId", h.attribute(lexDepartment))
	r.set("department", h.slot("department", "departmentname"))
	customer := members{}
	customer.set("name", h.slot("name", "customername", "firstname"))
	customer.set("phone", h.slot(phoneSlots...))
	customer.set("email", h.slot(emailSlots...))
	customer.set("locale", h.Language())
	r.object("customer", customer)
	c := members{}
	c.set("intent", h.intentName())
	c.set("trigger", h.said())
	if h.said() != "" {
		c["messages"] = h.messages()
	}
	c.object("attributes", h.attributes())
	r.object("conversation", c)
}

// attributes are what the agent sees beside: how well it was understood, the slots, and what
// the bot keeps of the session.
func (h *codeHook) attributes() members {
	a := members{}
	h.root.get("sessionState", "sessionAttributes").each(func(name, value string) {
		if !strings.HasPrefix(name, "ConnectNow") {
			a.set(name, value)
		}
	})
	if slots := h.intent.get("slots"); slots.is('{') {
		for quoted, v := range slots.fields() {
			name, _ := unquote(quoted)
			a.set(name, slotValue(v))
		}
	}
	a.set("nluConfidence", h.confidence())
	a.set("transcriptionConfidence", h.transcription())
	a.set("sentiment", h.sentiment())
	return a
}

// signals are what decide judges. A confidence that Lex does not give is left out, which is no
// number below any threshold; FallbackIntent is the intent to name in a condition.
func (h *codeHook) signals() members {
	s := members{}
	s.set("interactionId", h.session())
	s.set("message", h.said())
	s.set("channel", h.channel())
	s.set("language", h.Language())
	s.set("sentiment", h.sentiment())
	s.set("department", h.slot("department", "departmentname"))
	s.set("intent", h.intentName())
	if !h.understood() {
		s["intent"] = fallback
	}
	if c := h.confidence(); c != "" {
		s["confidence"] = numeric(c)
	}
	s.object("attributes", h.attributes())
	return s
}
