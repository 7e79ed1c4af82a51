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
		text := "{" + anyFields(t, 3) + "}" // the door answers with objects
		if json.Unmarshal([]byte(text), &map[string]any{}) == nil {
			return json.RawMessage(text), nil
		}
	}
	return nil, rapid.SampledFrom([]*desk.Problem{unconnected, switchedOff, tableAway, {Name: "invalid", Fields: []desk.FieldError{{Field: "a", Detail: "is bad"}}}}).Draw(t, "problem")
}

// Whatever comes in the form of a platform is asked for in the name of the account that is
// connected, about its own conversation, and answered in a form that the platform takes.
func TestAnyEventIsAnswered(t *testing.T) {
	for _, file := range []string{"escalate-connect-voice.json", "escalate-connect-status.json", "escalate-lex-intent.json", "escalate-lex-next.json",
		"escalate-classic-function.json", "escalate-classic-api.json", "escalate-agentcore.json"} {
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
				var custom map[string]string
				if file == "escalate-agentcore.json" {
					custom = clientContext("people___" + rapid.SampledFrom(toolNames()).Draw(t, "tool"))
				}
				f := Recognise(payload, custom)
				if f == nil {
					return
				}
				action, err := f.Action("acc_ours")
				_, gateway := f.(*gatewayTool)
				_, group := f.(*actionGroup)
				switch {
				case err == nil:
					checkAction(t, f, action)
				case !gateway && !group: // of models there may be no such tool, or no handle
					t.Fatalf("%v: %s", err, payload)
				}
				out, problem := drawAnswer(t)
				answer, err := f.Answer(out, problem, sorry)
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
	d := json.NewDecoder(bytes.NewReader(action))
	d.UseNumber()
	if err := d.Decode(&a); err != nil {
		t.Fatalf("%v: %s", err, action)
	}
	if a["accountId"] != "acc_ours" || a["action"] == "" || a["escalationId"] != nil || a["callbackId"] != nil || a["requestId"] != nil {
		t.Fatalf("the action is %s", action)
	}
	var own string
	switch f := f.(type) {
	case *contactFlow:
		own = f.contact()
	case *codeHook:
		own = f.session()
	case *actionGroup:
		own = f.session()
	case *gatewayTool: // a model's handle or interaction, which goes by what Answer hides
		return
	}
	if a["handle"] != nil {
		t.Fatalf("a handle in %s", action)
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
	case *gatewayTool:
		var m map[string]any
		if err := json.Unmarshal(answer, &m); err != nil || m["text"] == nil {
			t.Fatalf("%v: %s", err, answer)
		}
	case *actionGroup:
		if wrong := wrongGroup(answer); wrong != "" {
			t.Fatalf("%s: %s", wrong, answer)
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

// wrongGroup says what Bedrock would refuse of an answer.
func wrongGroup(answer []byte) string {
	var a struct {
		MessageVersion string
		Response       struct {
			FunctionResponse *struct {
				ResponseState string
				ResponseBody  map[string]struct{ Body string }
			}
			HTTPStatusCode int
			ResponseBody   map[string]struct{ Body string }
		}
		SessionAttributes, PromptSessionAttributes map[string]string
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return err.Error()
	}
	body := a.Response.ResponseBody["application/json"].Body
	if f := a.Response.FunctionResponse; f != nil {
		if body = f.ResponseBody["TEXT"].Body; f.ResponseState != "" && f.ResponseState != "REPROMPT" {
			return "the state " + f.ResponseState
		}
	} else if a.Response.HTTPStatusCode == 0 {
		return "no status"
	}
	if a.MessageVersion != "1.0" || !json.Valid([]byte(body)) {
		return "no body"
	}
	return ""
}

// toolNames are those of all tools, and one of none.
func toolNames() []string {
	names := []string{"explode"}
	for _, t := range Tools() {
		names = append(names, t.Name)
	}
	return names
}
