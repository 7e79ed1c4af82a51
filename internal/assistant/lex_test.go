package assistant

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

const (
	lexAttributes = "sessionState.sessionAttributes"
	lexSlots      = "sessionState.intent.slots"
)

// needsContact are the attributes of a session that was asked for a number.
var needsContact = map[string]any{"ConnectNowOutcome": "callback", "ConnectNowNeedsContact": "true"}

// A turn becomes plain JSON. Confidence is a number where Lex has one; what was not
// understood has none, and is not 0.
func TestHookActions(t *testing.T) {
	for _, c := range []struct {
		name, file string
		set        map[string]any
		want       string
	}{
		{"an intent, spoken", "escalate-lex-intent.json", nil, `{"action":"escalate","accountId":"acc_a","channel":"call","reason":"customer_request",
			"interactionId":"2d9c6a1e-0b1c-4c6e-9d61-5a7e8f3b1c22","customer":{"locale":"en-IN"},"conversation":{"intent":"TalkToPerson",
			"trigger":"can i talk to a person please","messages":[{"from":"customer","text":"can i talk to a person please"}],
			"attributes":{"orderId":"4711","nluConfidence":"0.87","transcriptionConfidence":"0.96","sentiment":"NEGATIVE"}}}`},
		{"not understood, typed", "escalate-lex-fallback.json", nil, `{"action":"escalate","accountId":"acc_a","channel":"chat","reason":"low_confidence",
			"interactionId":"web-7f3a","customer":{"locale":"en-IN"},"conversation":{"trigger":"it squeaks when it rains",
			"messages":[{"from":"customer","text":"it squeaks when it rains"}]}}`},
		{"while it rings", "escalate-lex-next.json", nil, `{"action":"status","accountId":"acc_a","interactionId":"web-7f3a"}`},
		{"asking for a person again", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowOutcome": "accepted"}, "transcriptions": nil, "interpretations": nil},
			`{"action":"escalate","accountId":"acc_a","channel":"call","reason":"customer_request","interactionId":"2d9c6a1e-0b1c-4c6e-9d61-5a7e8f3b1c22",
			"customer":{"locale":"en-IN"},"conversation":{"intent":"TalkToPerson","trigger":"can i talk to a person please",
			"messages":[{"from":"customer","text":"can i talk to a person please"}]}}`},
		{"another's escalation in the attributes", "escalate-lex-next.json", map[string]any{lexAttributes: map[string]any{"ConnectNowOutcome": "accepted", "ConnectNowEscalation": "esc_theirsaaaaa"}},
			`{"action":"status","accountId":"acc_a","interactionId":"web-7f3a"}`},
		{"a number in its slot", "escalate-lex-intent.json", map[string]any{lexAttributes: needsContact,
			lexSlots: map[string]any{"phone": map[string]any{"shape": "Scalar", "value": map[string]any{"originalValue": "98 00 00", "interpretedValue": "9800000002"}}}},
			`{"action":"contact","accountId":"acc_a","interactionId":"2d9c6a1e-0b1c-4c6e-9d61-5a7e8f3b1c22","customer":{"phone":"9800000002"}}`},
		{"a number among words", "escalate-lex-fallback.json", map[string]any{lexAttributes: needsContact, "inputTranscript": "sure, it is +91 98000-00002, thanks"},
			`{"action":"contact","accountId":"acc_a","interactionId":"web-7f3a","customer":{"phone":"+91 98000-00002"}}`},
		{"an address among words", "escalate-lex-fallback.json", map[string]any{lexAttributes: needsContact, "inputTranscript": "write to meera@example.com, please"},
			`{"action":"contact","accountId":"acc_a","interactionId":"web-7f3a","customer":{"email":"meera@example.com"}}`},
		{"as it was judged", "escalate-lex-fallback.json", map[string]any{lexAttributes: map[string]any{
			"ConnectNowReason": "condition", "ConnectNowCondition": "refunds", "ConnectNowDepartment": "dep_kidskidskids",
		}}, `{"action":"escalate","accountId":"acc_a","channel":"chat","reason":"condition","conditionId":"refunds","departmentId":"dep_kidskidskids",
			"interactionId":"web-7f3a","customer":{"locale":"en-IN"},"conversation":{"trigger":"it squeaks when it rains",
			"messages":[{"from":"customer","text":"it squeaks when it rains"}]}}`},
		{"judging", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"}}, `{"action":"decide","accountId":"acc_a",
			"signals":{"interactionId":"2d9c6a1e-0b1c-4c6e-9d61-5a7e8f3b1c22","message":"can i talk to a person please","channel":"call","language":"en-IN",
			"sentiment":"NEGATIVE","intent":"TalkToPerson","confidence":0.87,
			"attributes":{"nluConfidence":"0.87","transcriptionConfidence":"0.96","sentiment":"NEGATIVE"}}}`},
		{"judging what was not understood", "escalate-lex-fallback.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"}}, `{"action":"decide","accountId":"acc_a",
			"signals":{"interactionId":"web-7f3a","message":"it squeaks when it rains","channel":"chat","language":"en-IN","intent":"FallbackIntent"}}`},
		{"judging what was not understood, whatever its number", "escalate-lex-fallback.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"},
			"interpretations": []any{map[string]any{"intent": map[string]any{"name": "FallbackIntent"}, "nluConfidence": 0.3}}}, `{"action":"decide","accountId":"acc_a",
			"signals":{"interactionId":"web-7f3a","message":"it squeaks when it rains","channel":"chat","language":"en-IN","intent":"FallbackIntent"}}`},
		{"judging for a department", "escalate-lex-fallback.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"},
			lexSlots: map[string]any{"department": map[string]any{"value": map[string]any{"originalValue": "Kids"}}}},
			`{"action":"decide","accountId":"acc_a","signals":{"interactionId":"web-7f3a","message":"it squeaks when it rains","channel":"chat","language":"en-IN",
			"intent":"FallbackIntent","department":"Kids","attributes":{"department":"Kids"}}}`},
		{"a confidence as clients of the bot see it", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"}, "transcriptions": nil,
			"interpretations": []any{map[string]any{"intent": map[string]any{"name": "TalkToPerson"}, "nluConfidence": map[string]any{"score": 0.5}}}},
			`{"action":"decide","accountId":"acc_a","signals":{"interactionId":"2d9c6a1e-0b1c-4c6e-9d61-5a7e8f3b1c22","message":"can i talk to a person please",
			"channel":"call","language":"en-IN","intent":"TalkToPerson","confidence":0.5,"attributes":{"nluConfidence":"0.5"}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantAction(t, recognised(t, changed(t, c.file, c.set), nil), c.want, "")
		})
	}
}

// What is said while people are at it goes to them. A session that believes so, and is wrong,
// loses no turn by it.
func TestHookSequels(t *testing.T) {
	const anew = `{"action":"escalate","accountId":"acc_a","channel":"chat","reason":"low_confidence","interactionId":"web-7f3a","customer":{"locale":"en-IN"},
		"conversation":{"trigger":"are you still there?","messages":[{"from":"customer","text":"are you still there?"}]}}`
	gone := &desk.Problem{Class: desk.NotFound, Name: "not-found"}
	for _, c := range []struct {
		name, file string
		set        map[string]any
		out        any
		problem    *desk.Problem
		want       string // empty for nothing more
	}{
		{"it rings", "escalate-lex-next.json", nil, asJSON(ringing), nil,
			`{"action":"append","accountId":"acc_a","interactionId":"web-7f3a","messages":[{"from":"customer","text":"are you still there?"}]}`},
		{"nothing was said", "escalate-lex-next.json", map[string]any{"inputTranscript": ""}, asJSON(ringing), nil, ""},
		{"handed back meanwhile", "escalate-lex-next.json", nil, asJSON(`{"outcome":"handed_back"}`), nil, anew},
		{"ended meanwhile", "escalate-lex-next.json", nil, asJSON(`{"outcome":"ended"}`), nil, anew},
		{"never there", "escalate-lex-next.json", nil, nil, gone, anew},
		{"a callback meanwhile", "escalate-lex-next.json", nil, asJSON(calledBack), nil, ""},
		{"the table is away", "escalate-lex-next.json", nil, nil, tableAway, ""},
		{"it was asked for", "escalate-lex-fallback.json", nil, asJSON(ringing), nil, ""},
		{"a contact that is kept", "escalate-lex-fallback.json", map[string]any{lexAttributes: needsContact, "inputTranscript": "+919800000002"}, asJSON(reachable), nil, ""},
		{"a contact without a callback", "escalate-lex-fallback.json", map[string]any{lexAttributes: needsContact, "inputTranscript": "+919800000002"}, nil, gone,
			`{"action":"escalate","accountId":"acc_a","channel":"chat","reason":"low_confidence","interactionId":"web-7f3a","customer":{"locale":"en-IN"},
			"conversation":{"trigger":"+919800000002","messages":[{"from":"customer","text":"+919800000002"}]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := recognised(t, changed(t, c.file, c.set), nil).(Sequel).Then("acc_a", c.out, c.problem)
			switch {
			case err != nil || (got == nil) != (c.want == ""):
				t.Errorf("%s (%v), want %q", got, err, c.want)
			case got != nil:
				sameJSON(t, "the next action", got, c.want)
			}
		})
	}
}

// Answers have the documented fields alone, and the session's attributes come back.
func TestHookAnswers(t *testing.T) {
	intent := func(state string) string {
		return `{"name":"TalkToPerson","state":"` + state + `","slots":{"phone":null},"confirmationState":"None"}`
	}
	message := func(s string) string { return `"messages":[{"contentType":"PlainText","content":"` + s + `"}]` }
	for _, c := range []struct {
		name, file string
		set        map[string]any
		out        any
		problem    *desk.Problem
		want       string
	}{
		{"it rings", "escalate-lex-intent.json", nil, asJSON(ringing), nil, `{"sessionState":{"sessionAttributes":{"orderId":"4711","ConnectNowEscalation":"esc_drjlzwjoplzq",
			"ConnectNowOutcome":"ringing","ConnectNowNeedsContact":""},"dialogAction":{"type":"Close"},"intent":` + intent("Fulfilled") + `},` + message("One moment please.") + `}`},
		{"a number is needed, and has a slot", "escalate-lex-intent.json", nil, asJSON(calledBack), nil, `{"sessionState":{"sessionAttributes":{"orderId":"4711",
			"ConnectNowEscalation":"esc_drjlzwjoplzq","ConnectNowOutcome":"callback","ConnectNowNeedsContact":"true"},"dialogAction":{"type":"ElicitSlot","slotToElicit":"phone"},
			"intent":` + intent("InProgress") + `},` + message("How can we reach you?") + `}`},
		{"a number is needed, and has none", "escalate-lex-fallback.json", nil, asJSON(calledBack), nil, `{"sessionState":{"sessionAttributes":{
			"ConnectNowEscalation":"esc_drjlzwjoplzq","ConnectNowOutcome":"callback","ConnectNowNeedsContact":"true"},"dialogAction":{"type":"ElicitIntent"}},` + message("How can we reach you?") + `}`},
		{"it was given", "escalate-lex-intent.json", map[string]any{lexAttributes: needsContact}, asJSON(reachable), nil, `{"sessionState":{"sessionAttributes":{
			"ConnectNowOutcome":"callback","ConnectNowNeedsContact":"false"},"dialogAction":{"type":"Close"},"intent":` + intent("Fulfilled") + `},` + message("A colleague will get back to you.") + `}`},
		{"not connected", "escalate-lex-intent.json", nil, nil, unconnected, `{"sessionState":{"sessionAttributes":{"orderId":"4711","ConnectNowError":"unknown-connection"},
			"dialogAction":{"type":"Close"},"intent":` + intent("Failed") + `},` + message("I cannot put you through to our team right now.") + `}`},
		{"the table is away while it rings", "escalate-lex-next.json", nil, nil, tableAway, `{"sessionState":{"sessionAttributes":{"ConnectNowEscalation":"esc_drjlzwjoplzq",
			"ConnectNowOutcome":"ringing","ConnectNowNeedsContact":"","ConnectNowError":"busy"},"dialogAction":{"type":"Close"},
			"intent":{"name":"FallbackIntent","state":"Failed","slots":{},"confirmationState":"None"}},` + message("I cannot put you through to our team right now.") + `}`},
		{"judged", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide", "ConnectNowError": "busy"}},
			asJSON(`{"escalate":true,"rule":"wish","reason":"customer_request"}`), nil, `{"sessionState":{"sessionAttributes":{"ConnectNowEscalate":"true","ConnectNowRule":"wish",
			"ConnectNowReason":"customer_request","ConnectNowCondition":"","ConnectNowDepartment":""},
			"dialogAction":{"type":"Delegate"},"intent":` + intent("ReadyForFulfillment") + `}}`},
		{"judged, in a state that is none", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowAction": "decide"}, "sessionState.intent.state": "Odd"},
			asJSON(`{"escalate":false,"rule":"none"}`), nil, `{"sessionState":{"sessionAttributes":{"ConnectNowEscalate":"false","ConnectNowRule":"none",
			"ConnectNowReason":"","ConnectNowCondition":"","ConnectNowDepartment":""},"dialogAction":{"type":"Delegate"},"intent":` + intent("InProgress") + `}}`},
		{"as it was judged", "escalate-lex-intent.json", map[string]any{lexAttributes: map[string]any{"ConnectNowEscalate": "true", "ConnectNowReason": "condition", "ConnectNowCondition": "c"}},
			asJSON(ringing), nil, `{"sessionState":{"sessionAttributes":{"ConnectNowEscalation":"esc_drjlzwjoplzq","ConnectNowOutcome":"ringing","ConnectNowNeedsContact":""},
			"dialogAction":{"type":"Close"},"intent":` + intent("Fulfilled") + `},` + message("One moment please.") + `}`},
		{"more than a message holds", "escalate-lex-intent.json", nil, asJSON(`{"outcome":"accepted","say":"` + strings.Repeat("ä", 2000) + `"}`), nil,
			`{"sessionState":{"sessionAttributes":{"orderId":"4711","ConnectNowEscalation":"","ConnectNowOutcome":"accepted","ConnectNowNeedsContact":""},
			"dialogAction":{"type":"Close"},"intent":` + intent("Fulfilled") + `},` + message(strings.Repeat("ä", 1024)) + `}`},
		{"without an intent", "escalate-lex-intent.json", map[string]any{"sessionState.intent": nil}, asJSON(ringing), nil, `{"sessionState":{"sessionAttributes":{"orderId":"4711",
			"ConnectNowEscalation":"esc_drjlzwjoplzq","ConnectNowOutcome":"ringing","ConnectNowNeedsContact":""},"dialogAction":{"type":"ElicitIntent"}},` + message("One moment please.") + `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := recognised(t, changed(t, c.file, c.set), nil).Answer(c.out, c.problem, sorry)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, "answer", got, c.want)
		})
	}
}
