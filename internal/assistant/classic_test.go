package assistant

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// A function or an operation becomes the action of the tool of its name, about the session.
func TestGroupActions(t *testing.T) {
	const session = `"interactionId":"915264857123456"`
	parameters := func(list ...string) map[string]any {
		var all []any
		for i := 0; i < len(list); i += 3 {
			all = append(all, map[string]any{"name": list[i], "type": list[i+1], "value": list[i+2]})
		}
		return map[string]any{"parameters": all}
	}
	with := func(set map[string]any, name, value string) map[string]any {
		set[name] = value
		return set
	}
	for _, c := range []struct {
		name, file string
		set        map[string]any
		want       string
		problem    string
	}{
		{"a function", "escalate-classic-function.json", nil, `{"action":"escalate","accountId":"acc_a",` + session + `,"reason":"customer_request",
			"conversation":{"summary":"The customer asks for the size of the rain jacket, order 4711.","messages":[{"from":"customer","text":"I want to talk to a person"}],
			"attributes":{"confidence":0.4}}}`, ""},
		{"an operation", "escalate-classic-api.json", nil, `{"action":"status","accountId":"acc_a",` + session + `}`, ""},
		{"another's ids", "escalate-classic-function.json", parameters("why", "string", "w", "interactionId", "string", "theirs", "handle", "string", "hdl_b", "accountId", "string", "acc_b", "escalationId", "string", "esc_b"),
			`{"action":"escalate","accountId":"acc_a",` + session + `,"reason":"w","conversation":{"messages":[{"from":"customer","text":"I want to talk to a person"}]}}`, ""},
		{"judging", "escalate-classic-function.json", with(parameters("message", "string", "it broke", "failedTurns", "integer", "2", "wantsPerson", "boolean", "maybe"), "function", "should_escalate"),
			`{"action":"decide","accountId":"acc_a","signals":{` + session + `,"message":"it broke","failedTurns":2,"wantsPerson":"maybe"}}`, ""},
		{"a contact", "escalate-classic-function.json", with(parameters("customerPhone", "string", "9800000002"), "function", "save_contact"),
			`{"action":"contact","accountId":"acc_a",` + session + `,"customer":{"phone":"9800000002"}}`, ""},
		{"who is there", "escalate-classic-function.json", with(parameters(), "function", "check_people"), `{"action":"availability","accountId":"acc_a"}`, ""},
		{"a function that is none", "escalate-classic-function.json", map[string]any{"function": "explode"}, "", "unknown-tool"},
		{"a path that is none", "escalate-classic-api.json", map[string]any{"apiPath": "/"}, "", "unknown-tool"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := recognised(t, changed(t, c.file, c.set), nil)
			if kind, id := f.Connection(); kind != "classic" || id != "AGENT12345" {
				t.Errorf("it comes from %s %s", kind, id)
			}
			wantAction(t, f, c.want, c.problem)
		})
	}
}

// Answers echo what was called, with the object as text. A problem is for the model to mend:
// it never ends the session.
func TestGroupAnswers(t *testing.T) {
	function := recognised(t, sampleEvent(t, "escalate-classic-function.json"), nil)
	operation := recognised(t, sampleEvent(t, "escalate-classic-api.json"), nil)
	long := gatewayAnswer()
	long.Say = strings.Repeat("ä", 40<<10)
	joined := gatewayAnswer()
	joined.Joined = true
	for _, c := range []struct {
		name    string
		f       Form
		out     any
		problem *desk.Problem
		frame   string // with the body taken out
		body    string // in the body
	}{
		{"a function", function, gatewayAnswer(), nil,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","function":"escalate","functionResponse":{"responseBody":{"TEXT":{"body":""}}}},
			"sessionAttributes":{"orderId":"4711"},"promptSessionAttributes":{}}`, `"needsContact":true`},
		{"what the session began before", function, joined, nil,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","function":"escalate","functionResponse":{"responseBody":{"TEXT":{"body":""}}}},
			"sessionAttributes":{"orderId":"4711"},"promptSessionAttributes":{}}`, `"escalationId":"esc_drjlzwjoplzq"`},
		{"a function's problem", function, nil, unconnected,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","function":"escalate","functionResponse":{"responseState":"REPROMPT","responseBody":{"TEXT":{"body":""}}}},
			"sessionAttributes":{"orderId":"4711"},"promptSessionAttributes":{}}`, `"say":"I cannot put you through to our team right now."`},
		{"an operation", operation, gatewayAnswer(), nil,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","apiPath":"/escalation_status","httpMethod":"POST","httpStatusCode":200,"responseBody":{"application/json":{"body":""}}},
			"sessionAttributes":{},"promptSessionAttributes":{}}`, `"outcome":"callback"`},
		{"an operation's problem", operation, nil, tableAway,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","apiPath":"/escalation_status","httpMethod":"POST","httpStatusCode":503,"responseBody":{"application/json":{"body":""}}},
			"sessionAttributes":{},"promptSessionAttributes":{}}`, `"problem":"busy"`},
		{"what is too long", operation, long, nil,
			`{"messageVersion":"1.0","response":{"actionGroup":"people","apiPath":"/escalation_status","httpMethod":"POST","httpStatusCode":200,"responseBody":{"application/json":{"body":""}}},
			"sessionAttributes":{},"promptSessionAttributes":{}}`, `{"text":"Tell the customer: ää`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.f.Answer(c.out, c.problem, sorry)
			if err != nil {
				t.Fatal(err)
			}
			frame, body := bodyOf(t, got)
			sameJSON(t, "answer", frame, c.frame)
			if !strings.Contains(body, c.body) || len(got) > 25<<10 || !json.Valid([]byte(body)) {
				t.Errorf("%d bytes, the body is %.200s, want %s in it", len(got), body, c.body)
			}
		})
	}
}

// An answer has no more bytes than Bedrock takes, however many attributes the session has.
func TestGroupAnswersFit(t *testing.T) {
	long := gatewayAnswer()
	long.Say = strings.Repeat("ä\"", 40<<10)
	for _, size := range []int{10, 20 << 10, 100 << 10} {
		set := map[string]any{"sessionAttributes": map[string]any{"a": strings.Repeat("x", size)}}
		got, err := recognised(t, changed(t, "escalate-classic-function.json", set), nil).Answer(long, nil, "")
		if err != nil || len(got) > 25_000 || !json.Valid(got) {
			t.Errorf("with %d bytes of attributes: %d bytes, %v", size, len(got), err)
		}
		if kept := strings.Contains(string(got), `"sessionAttributes":{"a":"`); kept != (size == 10) {
			t.Errorf("with %d bytes of attributes: they are kept: %v", size, kept)
		}
	}
}

// bodyOf takes the body out of an answer to an action group.
func bodyOf(t *testing.T, answer []byte) (frame []byte, body string) {
	t.Helper()
	var a map[string]any
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	response := a["response"].(map[string]any)
	if inner, is := response["functionResponse"].(map[string]any); is {
		response = inner
	}
	for _, content := range response["responseBody"].(map[string]any) {
		c := content.(map[string]any)
		body = c["body"].(string)
		c["body"] = ""
	}
	frame, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return frame, body
}
