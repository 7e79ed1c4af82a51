package assistant

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// clientContext is what a gateway says beside a call of a tool.
func clientContext(tool string) map[string]string {
	return map[string]string{gatewayID: "connectnow-shop-q1w2e3r4t5", gatewayToolID: tool, "bedrockAgentCoreMcpMessageId": "7"}
}

// gatewayAnswer is an answer about an escalation that rings, with its handle.
func gatewayAnswer() desk.Answer {
	because := roster.Because("nobody_online")
	return desk.Answer{
		EscalationID: "esc_drjlzwjoplzq", Handle: "hdl_drjlzwjoplzq_secret", State: desk.CalledFor, Outcome: desk.OutcomeCallback, Because: &because,
		Callback: &desk.AnswerRecall{ID: "cb_vrqyypxocqyy", NeedsContact: true}, Say: "How can we reach you?",
	}
}

// A tool's arguments become plain JSON in the name of the account that is connected. What
// shows or changes an enquiry wants its handle, and ids that a model fills in go nowhere.
func TestGatewayActions(t *testing.T) {
	for _, c := range []struct{ name, tool, arguments, want, problem string }{
		{"escalate", "people___escalate", `{"why": "customer_request", "summary": "s", "customerName": "Meera", "interactionId": "c1"}`,
			`{"action":"escalate","accountId":"acc_a","reason":"customer_request","interactionId":"c1","customer":{"name":"Meera"},"conversation":{"summary":"s"}}`, ""},
		{"without a target's name", "escalation_status", `{"handle": "hdl_a_b"}`, `{"action":"status","accountId":"acc_a","handle":"hdl_a_b"}`, ""},
		{"another's ids", "people___escalate", `{"why": "w", "action": "end", "accountId": "acc_b", "escalationId": "esc_b", "callbackId": "cb_b", "requestId": "r"}`,
			`{"action":"escalate","accountId":"acc_a","reason":"w"}`, ""},
		{"another's conversation", "people___escalation_status", `{"interactionId": "theirs", "escalationId": "esc_b"}`, "", "invalid"},
		{"a tool that is none", "people___explode", `{}`, "", "unknown-tool"},
		{"no tool", "", `{"action": "escalate", "accountId": "acc_b"}`, "", "unknown-tool"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := recognised(t, []byte(c.arguments), clientContext(c.tool))
			if kind, id := f.Connection(); kind != "agentcore" || id != "connectnow-shop-q1w2e3r4t5" {
				t.Errorf("it comes from %s %s", kind, id)
			}
			wantAction(t, f, c.want, c.problem)
		})
	}
}

// The sample is a call of escalate, and its client context says so.
func TestGatewaySample(t *testing.T) {
	var beside struct{ Custom map[string]string }
	if err := json.Unmarshal(sampleEvent(t, "escalate-agentcore.context.json"), &beside); err != nil {
		t.Fatal(err)
	}
	f := recognised(t, sampleEvent(t, "escalate-agentcore.json"), beside.Custom)
	wantAction(t, f, `{"action":"escalate","accountId":"acc_a","reason":"customer_request","interactionId":"shop-chat-88",
		"customer":{"name":"Meera","phone":"+919800000000"},"conversation":{"summary":"Meera wants to change the size of order 4711 before Friday.",
		"messages":[{"from":"customer","text":"Can I talk to a person?"}]}}`, "")
}

// The answer has the sentences and the object. Of an enquiry that others began it tells
// neither handle nor agent nor callback, since a model may have named theirs.
func TestGatewayAnswers(t *testing.T) {
	f := recognised(t, []byte(`{}`), clientContext("people___escalate"))
	told := func(out any, problem *desk.Problem) (members, string) {
		t.Helper()
		body, err := f.Answer(out, problem, sorry)
		if err != nil {
			t.Fatal(err)
		}
		var m members
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		return m, string(body)
	}
	m, body := told(gatewayAnswer(), nil)
	if m["outcome"] != "callback" || m["handle"] != "hdl_drjlzwjoplzq_secret" || !strings.Contains(m["text"].(string), "How can we reach you?") {
		t.Errorf("the answer is %s", body)
	}
	joined := gatewayAnswer()
	joined.Joined = true
	if m, body := told(joined, nil); m["outcome"] != "callback" || strings.Contains(body, "hdl_") || strings.Contains(body, "cb_") || strings.Contains(body, "esc_") {
		t.Errorf("of another's enquiry it tells %s", body)
	}
	for _, p := range []*desk.Problem{unconnected, switchedOff, tableAway, {Class: desk.Invalid, Name: "unknown-tool", Detail: "There is none."}} {
		if m, body := told(nil, p); m["problem"] != p.Name || m["say"] == "" || !strings.Contains(m["text"].(string), p.Detail) {
			t.Errorf("%s is told as %s", p.Name, body)
		}
	}
}
