package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/desk"
)

// platformWords are what the events of platforms have, names and values alike: random ones
// would never meet any.
var platformWords = []string{
	"ContactId", "InitialContactId", "Channel", "CustomerEndpoint", "Address", "Type", "TELEPHONE_NUMBER", "VOICE", "InstanceARN", "LanguageCode", "Attributes",
	"Parameters", "action", "accountId", "acc_theirs", "escalationId", "esc_theirs", "interactionId", "theirs", "callbackId", "handle", "phone", "message",
	"status", "contact", "append", "end", "decide", "availability", "withdraw", "instructions", "ConnectNowOutcome", "ConnectNowNeedsContact", "ConnectNowAction",
	"ringing", "callback", "true", "sessionId", "sessionState", "sessionAttributes", "intent", "name", "slots", "value", "interpretedValue", "interpretations",
	"nluConfidence", "score", "inputTranscript", "inputMode", "Speech", "transcriptions", "bot", "id", "localeId", "FallbackIntent", "state", "confirmationState",
}

// disturbed is a JSON value some of whose parts are anything.
func disturbed(t *rapid.T, v any) any {
	if rapid.IntRange(0, 9).Draw(t, "disturb") == 0 {
		switch rapid.IntRange(0, 2).Draw(t, "by") {
		case 0:
			return rapid.SampledFrom(platformWords).Draw(t, "word")
		case 1:
			return json.RawMessage(anyJSON(t, 2))
		}
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range sortedNames(v) {
			out[name] = disturbed(t, v[name])
		}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			out[rapid.SampledFrom(platformWords).Draw(t, "name")] = disturbed(t, rapid.SampledFrom(platformWords).Draw(t, "of"))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = disturbed(t, v[i])
		}
		return out
	}
	return v
}

func sortedNames(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// drawAnswer is what an event may be answered with: one of the door's answers, anything, or a
// problem.
func drawAnswer(t *rapid.T) (out any, problem *desk.Problem) {
	switch rapid.IntRange(0, 3).Draw(t, "answer") {
	case 0:
		return json.RawMessage(rapid.SampledFrom([]string{ringing, calledBack, reachable}).Draw(t, "known")), nil
	case 1:
		if text := anyJSON(t, 3); json.Valid([]byte(text)) {
			return json.RawMessage(text), nil
		}
		return nil, nil
	}
	return nil, rapid.SampledFrom([]*desk.Problem{unconnected, switchedOff, tableAway, {Name: "invalid", Fields: []desk.FieldError{{Field: "a", Detail: "is bad"}}}}).Draw(t, "problem")
}

// Whatever comes in the form of a platform is asked for in the name of the account that is
// connected, about its own conversation, and answered in a form that the platform takes.
func TestAnyEventIsAnswered(t *testing.T) {
	for _, file := range []string{"escalate-connect-voice.json", "escalate-connect-status.json", "escalate-lex-intent.json", "escalate-lex-next.json"} {
		var whole map[string]any
		if err := json.Unmarshal(sampleEvent(t, file), &whole); err != nil {
			t.Fatal(err)
		}
		t.Run(file, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				payload, err := json.Marshal(disturbed(t, whole))
				if err != nil { // what was drawn is none
					return
				}
				f := Recognise(payload, nil)
				if f == nil {
					return
				}
				action, err := f.Action("acc_ours")
				if err != nil {
					t.Fatalf("%v: %s", err, payload)
				}
				checkAction(t, f, action)
				out, problem := drawAnswer(t)
				answer, err := f.Answer(out, problem)
				if err != nil {
					t.Fatalf("%v: %s", err, payload)
				}
				checkForm(t, f, answer)
			})
		})
	}
}

// checkAction holds that an action names our account and no other's work.
func checkAction(t *rapid.T, f Form, action []byte) {
	var a map[string]any
	if err := json.Unmarshal(action, &a); err != nil {
		t.Fatalf("%v: %s", err, action)
	}
	if a["accountId"] != "acc_ours" || a["action"] == "" || a["escalationId"] != nil || a["callbackId"] != nil || a["handle"] != nil || a["requestId"] != nil {
		t.Fatalf("the action is %s", action)
	}
	var own string
	switch f := f.(type) {
	case *contactFlow:
		own = f.contact()
	case *codeHook:
		own = f.session()
	}
	if id, there := a["interactionId"]; there && id != own {
		t.Fatalf("the interaction is %v, and not %q", id, own)
	}
}

// checkForm holds an answer to what its platform takes.
func checkForm(t *rapid.T, f Form, answer []byte) {
	switch f.(type) {
	case *contactFlow:
		var flat map[string]string
		if err := json.Unmarshal(answer, &flat); err != nil || len(answer) > 32<<10 {
			t.Fatalf("%v, %d bytes: %s", err, len(answer), answer)
		}
	case *codeHook:
		if wrong := wrongLex(answer); wrong != "" {
			t.Fatalf("%s: %s", wrong, answer)
		}
	}
}

// wrongLex says what Lex would refuse of an answer.
func wrongLex(answer []byte) string {
	var a lexResponse
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return err.Error()
	}
	s := a.SessionState
	needsIntent := s.DialogAction.Type != "ElicitIntent"
	switch {
	case !slices.Contains([]string{"Close", "ConfirmIntent", "Delegate", "ElicitIntent", "ElicitSlot"}, s.DialogAction.Type):
		return "no dialog action"
	case needsIntent && (s.Intent == nil || s.Intent.Name == "" || !lexStates[s.Intent.State]):
		return "no intent"
	case (s.DialogAction.Type == "ElicitSlot") != (s.DialogAction.SlotToElicit != ""):
		return "no slot"
	case s.DialogAction.Type == "ElicitSlot" && !strings.Contains(string(s.Intent.Slots), fmt.Sprintf("%q", s.DialogAction.SlotToElicit)):
		return "a slot that the intent does not have"
	case s.DialogAction.Type == "Close" && s.Intent.State != "Failed" && s.Intent.State != "Fulfilled":
		return "closed in the state " + s.Intent.State
	case s.DialogAction.Type == "ElicitIntent" && len(a.Messages) == 0:
		return "no message"
	}
	for _, m := range a.Messages {
		if m.Content == "" || len([]rune(m.Content)) > mostSaid {
			return "a message that is empty or too long"
		}
	}
	return ""
}
