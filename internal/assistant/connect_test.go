package assistant

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

const flowData = "Details.ContactData"

// A flow's block becomes plain JSON. What could lead to another's enquiry is dropped.
func TestFlowActions(t *testing.T) {
	const contact = `"9f2b7c1e-3d4a-4b5c-8e6f-1234567890ab"`
	for _, c := range []struct {
		name, file string
		set        map[string]any
		want       string
	}{
		{"a call that was transferred", "escalate-connect-voice.json", nil, `{"action":"escalate","accountId":"acc_a","channel":"call",
			"interactionId":"4a573372-1f28-4e26-b97b-1234567890ab","department":"Ladies","customer":{"phone":"+919800000001","locale":"en-IN"},
			"conversation":{"summary":"The caller asks whether a gift card can be used in the shop in Pune.","attributes":{"orderId":"4711","topic":"Gift cards"}}}`},
		{"a chat", "escalate-connect-chat.json", nil, `{"action":"escalate","accountId":"acc_a","channel":"chat","interactionId":` + contact + `,
			"customer":{"name":"Meera","locale":"en-US"},"conversation":{"messages":[{"from":"customer","text":"Can I talk to a person?"}]}}`},
		{"status", "escalate-connect-status.json", nil, `{"action":"status","accountId":"acc_a","interactionId":` + contact + `}`},
		{"without the first contact", "escalate-connect-status.json", map[string]any{flowData + ".InitialContactId": "", flowData + ".ContactId": "c2"},
			`{"action":"status","accountId":"acc_a","interactionId":"c2"}`},
		{"the end", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{"action": "End", "callback": "true"}},
			`{"action":"end","accountId":"acc_a","interactionId":` + contact + `,"callback":"true"}`},
		{"a number that was keyed in", "escalate-connect-voice.json", map[string]any{"Details.Parameters": map[string]any{"action": "contact", "phone": "9800000002"}},
			`{"action":"contact","accountId":"acc_a","interactionId":"4a573372-1f28-4e26-b97b-1234567890ab","customer":{"phone":"9800000002","locale":"en-IN"}}`},
		{"an end that is no number", "escalate-connect-chat.json", map[string]any{
			flowData + ".CustomerEndpoint": map[string]any{"Address": "+919800000001", "Type": "VOIP"}, "Details.Parameters": map[string]any{"action": "contact"},
		}, `{"action":"contact","accountId":"acc_a","interactionId":` + contact + `,"customer":{"locale":"en-US"}}`},
		{"an e-mail", "escalate-connect-chat.json", map[string]any{
			flowData + ".Channel": "EMAIL", flowData + ".CustomerEndpoint": map[string]any{"Address": "m@example.com", "Type": "EMAIL_ADDRESS"}, "Details.Parameters": nil,
		}, `{"action":"escalate","accountId":"acc_a","channel":"EMAIL","interactionId":` + contact + `,"customer":{"email":"m@example.com","locale":"en-US"}}`},
		{"who is there", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{"action": "availability", "department": "Kids"}},
			`{"action":"availability","accountId":"acc_a","department":"Kids"}`},
		{"more said", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{"action": "append", "text": "Size 8"}},
			`{"action":"append","accountId":"acc_a","interactionId":` + contact + `,"messages":[{"from":"customer","text":"Size 8"}]}`},
		{"no call any more", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{"action": "withdraw"}},
			`{"action":"withdraw","accountId":"acc_a","interactionId":` + contact + `}`},
		{"judging", "escalate-connect-chat.json", map[string]any{"Details.Parameters": map[string]any{
			"action": "decide", "message": "it broke", "confidence": "0.4", "failedTurns": "2", "turns": "some", "wantsPerson": "certainly", "department": "Kids", "plan": "gold",
		}}, `{"action":"decide","accountId":"acc_a","signals":{"interactionId":` + contact + `,"channel":"chat","language":"en-US","message":"it broke","confidence":0.4,
			"failedTurns":2,"turns":"some","wantsPerson":"certainly","department":"Kids","attributes":{"plan":"gold"}}}`},
		{"what nobody knows is refused at the door", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{"action": "explode"}},
			`{"action":"explode","accountId":"acc_a","interactionId":` + contact + `}`},
		{"another's ids", "escalate-connect-status.json", map[string]any{"Details.Parameters": map[string]any{
			"accountId": "acc_b", "escalationId": "esc_b", "callbackId": "cb_b", "interaction_id": "theirs", "requestId": "r", "handle": "hdl_b", "channel": "call",
		}}, `{"action":"escalate","accountId":"acc_a","channel":"chat","interactionId":` + contact + `,"customer":{"locale":"en-US"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantAction(t, recognised(t, changed(t, c.file, c.set), nil), c.want, "")
		})
	}
}

// What a flow gets is flat, of texts, with all its keys, and so are problems.
func TestFlowAnswers(t *testing.T) {
	f := recognised(t, sampleEvent(t, "escalate-connect-chat.json"), nil)
	for _, c := range []struct {
		name    string
		out     any
		problem *desk.Problem
		want    map[string]string // beside the empty ones
	}{
		{"it rings", asJSON(ringing), nil, map[string]string{
			"outcome": "ringing", "state": "ringing", "say": "One moment please.", "escalationId": "esc_drjlzwjoplzq",
			"agentId": "mem_ashaashaasha", "agentFirstName": "Asha", "ringingUntil": "2026-11-22T09:30:25Z", "ringingSeconds": "25",
		}},
		{"a callback", asJSON(calledBack), nil, map[string]string{
			"outcome": "callback", "state": "callback", "say": "How can we reach you?", "escalationId": "esc_drjlzwjoplzq",
			"callbackId": "cb_vrqyypxocqyy", "needsContact": "true", "callbackDueAt": "2026-11-22T13:30:00Z", "because": "nobody_online",
		}},
		{"a contact was given", asJSON(reachable), nil, map[string]string{
			"outcome": "callback", "callbackState": "open", "callbackId": "cb_vrqyypxocqyy", "needsContact": "false",
			"callbackDueAt": "2026-11-22T13:30:00Z", "say": "A colleague will get back to you.",
		}},
		{"availability", asJSON(`{"now":{"call":1,"chat":2},"online":3,"onShift":3,"nextAt":null}`), nil, map[string]string{"callsNow": "1", "chatsNow": "2"}},
		{"handed back", asJSON(`{"outcome":"handed_back","handedBack":{"verdict":"right","note":"Solved"}}`), nil,
			map[string]string{"outcome": "handed_back", "verdict": "right", "note": "Solved"}},
		{"not connected", nil, unconnected, map[string]string{"outcome": "error", "error": "unknown-connection",
			"errorDetail": "It is connected to no account.", "say": "I cannot put you through to our team right now."}},
		{"no call any more", asJSON(`{"id":"cb_vrqyypxocqyy","state":"done","needsContact":true,"dueAt":"2026-11-22T13:30:00Z"}`), nil, map[string]string{
			"outcome": "callback", "callbackState": "done", "callbackId": "cb_vrqyypxocqyy", "needsContact": "true", "callbackDueAt": "2026-11-22T13:30:00Z",
		}},
		{"off", nil, switchedOff, map[string]string{"outcome": "error", "error": "assistant-off",
			"errorDetail": "The account takes direct escalations only.", "say": "I cannot put you through to our team right now."}},
		{"the table is away", nil, tableAway, map[string]string{"outcome": "error", "error": "busy",
			"errorDetail": "Try again in a moment.", "say": "I cannot put you through to our team right now."}},
		{"a bad value", nil, &desk.Problem{Name: "invalid", Detail: "One is bad.", Fields: []desk.FieldError{{Field: "action", Detail: "is none"}}},
			map[string]string{"outcome": "error", "error": "invalid", "errorDetail": "One is bad. action is none.", "say": "I cannot put you through to our team right now."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := f.Answer(c.out, c.problem, sorry)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]string
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			for key := range flowAnswer {
				if value, there := got[key]; !there || value != c.want[key] {
					t.Errorf("%s is %q (%t), want %q", key, value, there, c.want[key])
				}
			}
			for _, key := range []string{"error", "errorDetail"} {
				if got[key] != c.want[key] {
					t.Errorf("%s is %q, want %q", key, got[key], c.want[key])
				}
			}
			if strings.Contains(string(body), "Another") {
				t.Errorf("another conversation is in %s", body)
			}
		})
	}
}

// Each value has an end, so that all together have one that Connect takes.
func TestFlowAnswersFit(t *testing.T) {
	f := recognised(t, sampleEvent(t, "escalate-connect-status.json"), nil)
	note := strings.Repeat("ä", 40<<10)
	body, err := f.Answer(asJSON(`{"outcome":"handed_back","say":"`+note+`","handedBack":{"verdict":"right","note":"`+note+`"}}`), nil, "")
	if err != nil || len(body) > 32<<10 || !strings.Contains(string(body), `"note":"ää`) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

// The customer's language is what the flow says of it, else Connect.
func TestFlowLanguage(t *testing.T) {
	set := map[string]any{flowData + ".LanguageCode": "de-DE"}
	if got := recognised(t, changed(t, "escalate-connect-chat.json", set), nil).Language(); got != "de-DE" {
		t.Errorf("by Connect it is %q", got)
	}
	set["Details.Parameters"] = map[string]any{"Language": "hi"}
	if got := recognised(t, changed(t, "escalate-connect-chat.json", set), nil).Language(); got != "hi" {
		t.Errorf("by the flow it is %q", got)
	}
}
