package assistant

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// tool finds one by its name.
func tool(t *testing.T, name string) Tool {
	t.Helper()
	for _, tool := range Tools() {
		if tool.Name == name {
			return tool
		}
	}
	t.Fatalf("there is no tool %s", name)
	return Tool{}
}

// What models fill in becomes the plain action; what is none of a model's business is gone.
func TestToolRequest(t *testing.T) {
	const hdl = `"handle": "hdl_aaaaaaaaaaaa_b"`
	for _, c := range []struct{ name, tool, given, want string }{
		{"nothing at all", "escalate", ``, `{"action":"escalate"}`},
		{"null", "escalate", `null`, `{"action":"escalate"}`},
		{
			"all of it", "escalate",
			`{"interactionId": "i1", "why": "low_confidence", "summary": "A shirt & more", "department": "Gents", "customerName": "Meera", "customerPhone": "98000 00000",
			 "customerEmail": "m@example.com", "language": "hi", "messages": [{"from": "customer", "text": "<b>"}], "confidence": 0.4}`,
			`{"action":"escalate","conversation":{"attributes":{"confidence":0.4},"messages":[{"from": "customer", "text": "<b>"}],"summary":"A shirt & more"},
			 "customer":{"email":"m@example.com","locale":"hi","name":"Meera","phone":"98000 00000"},"department":"Gents","interactionId":"i1","reason":"low_confidence"}`,
		},
		{
			"strict: null for all that is not there", "escalate",
			`{"interactionId": null, "why": "customer_request", "summary": "s", "department": null, "customerName": null, "messages": null, "confidence": null, "handle": null}`,
			`{"action":"escalate","conversation":{"summary":"s"},"reason":"customer_request"}`,
		},
		{
			"other names for them", "escalate", `{"Customer_Phone": "1", "interaction-id": "i1", "WHY": "direct"}`,
			`{"action":"escalate","customer":{"phone":"1"},"interactionId":"i1","reason":"direct"}`,
		},
		{
			"what is unknown is kept", "escalate", `{"summary": "s", "orderId": 7, "vip": true, "attributes": {"size": "XL"}, "connect": {"url": "https://x.example"}}`,
			`{"action":"escalate","conversation":{"attributes":{"connect":{"url":"https://x.example"},"orderId":7,"size":"XL","vip":true},"summary":"s"}}`,
		},
		{
			"ids that another customer may have told", "escalate",
			`{"escalationId": "esc_a", "callback_id": "cb_a", "accountId": "acc_b", "account_id": "acc_b", "requestId": "r", "action": "end", "member": "mem_a", "drill": true}`,
			`{"action":"escalate"}`,
		},
		{
			"the plain action's customer", "escalate", `{"customer": {"name": "Meera", "phone": "1"}, "customerPhone": "2"}`,
			`{"action":"escalate","customer":{"name":"Meera","phone":"2"}}`,
		},
		{"a customer in a word", "escalate", `{"customer": "Meera"}`, `{"action":"escalate","customer":"Meera"}`},
		{"people", "check_people", `{"department": "Gents", "more": 1}`, `{"action":"availability","department":"Gents"}`},
		{"status", "escalation_status", `{` + hdl + `, "escalationId": "esc_b", "interactionId": "i2"}`, `{"action":"status",` + hdl + `}`},
		{"add", "add_messages", `{` + hdl + `, "messages": "hi"}`, `{"action":"append",` + hdl + `,"messages":"hi"}`},
		{"end", "end_escalation", `{` + hdl + `, "callback": true}`, `{"action":"end","callback":true,` + hdl + `}`},
		{
			"contact", "save_contact", `{` + hdl + `, "customerPhone": "+49170", "callbackId": "cb_b"}`,
			`{"action":"contact","customer":{"phone":"+49170"},` + hdl + `}`,
		},
		{"contact in a short form", "save_contact", `{` + hdl + `, "email": "m@example.com"}`, `{"action":"contact","email":"m@example.com",` + hdl + `}`},
		{"withdraw", "withdraw_callback", `{` + hdl + `}`, `{"action":"withdraw",` + hdl + `}`},
		{
			"decide", "should_escalate", `{"message": "a person!", "wantsPerson": true, "department": "Gents", "cart": 3, "escalationId": "esc_b"}`,
			`{"action":"decide","signals":{"attributes":{"cart":3},"departmentId":"Gents","message":"a person!","wantsPerson":true}}`,
		},
		{"instructions", "instructions", `{"accountId": "acc_b"}`, `{"action":"instructions"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			action, err := tool(t, c.tool).Request([]byte(c.given), "acc_a")
			if err != nil {
				t.Fatal(err)
			}
			var got, want map[string]any
			if err := errors.Join(json.Unmarshal(action, &got), json.Unmarshal([]byte(c.want), &want)); err != nil {
				t.Fatal(err)
			}
			want["accountId"] = "acc_a"
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be about anything is refused in words.
func TestToolRequestRefused(t *testing.T) {
	for _, c := range []struct{ tool, given, want string }{
		{"escalate", `[]`, "must be a JSON object"},
		{"escalate", `{"why"`, "must be a JSON object"},
		{"escalation_status", `{}`, "handle is required"},
		{"save_contact", `{"handle": null, "callbackId": "cb_a"}`, "handle is required"},
		{"withdraw_callback", `{"handle": "", "interactionId": "i1"}`, "handle is required"},
	} {
		t.Run(c.tool+c.given, func(t *testing.T) {
			tool := tool(t, c.tool)
			action, err := tool.Request([]byte(c.given), "acc_a")
			if err == nil {
				t.Fatalf("got %s", action)
			}
			if text, object := tool.Refusal(err); !strings.Contains(text, c.want) {
				t.Errorf("got %q, %v; want %q", text, object, c.want)
			}
		})
	}
}

// answerOf is an answer of the desk for the tests.
func answerOf(outcome desk.Outcome, change func(*desk.Answer)) desk.Answer {
	a := desk.Answer{EscalationID: "esc_a", Handle: "hdl_a", Outcome: outcome, Say: "<Say> this."}
	if change != nil {
		change(&a)
	}
	return a
}

// A model reads the words, and a program the object: each says what comes next.
func TestToolAnswer(t *testing.T) {
	due := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	seconds := 25
	busy, older := roster.Because("all_busy"), "cb_older"
	for _, c := range []struct {
		name, tool string
		out        any
		says       []string
		next       string
		never      []string
	}{
		{
			"ringing", "escalate", answerOf(desk.OutcomeRinging, func(a *desk.Answer) { a.RingingSeconds = &seconds }),
			[]string{"Tell the customer: <Say> this.", "hdl_a", "25 more seconds", "escalation_status in 5 seconds"}, "escalation_status", nil,
		},
		{
			"accepted", "escalation_status", answerOf(desk.OutcomeAccepted, func(a *desk.Answer) { a.Agent = &desk.Agent{ID: "mem_a", FirstName: "Asha"} }),
			[]string{"a person has", "add_messages"}, "escalation_status", nil,
		},
		{
			"callback without a number", "escalate", answerOf(desk.OutcomeCallback, func(a *desk.Answer) {
				a.Because, a.Callback = &busy, &desk.AnswerRecall{ID: "cb_a", NeedsContact: true, DueAt: due}
			}),
			[]string{"(all_busy)", "by 2026-11-29T12:00:00Z", "call save_contact"}, "save_contact", nil,
		},
		{
			"callback", "end_escalation", answerOf(desk.OutcomeCallback, func(a *desk.Answer) { a.Callback = &desk.AnswerRecall{ID: "cb_a", DueAt: due} }),
			[]string{"stay with the customer"}, "", nil,
		},
		{
			"handed back", "escalation_status", answerOf(desk.OutcomeHandedBack, func(a *desk.Answer) { a.HandedBack = &desk.HandedBack{Note: "Say yes."} }),
			[]string{"yours again", "Say yes."}, "", nil,
		},
		{
			"somebody else's", "escalate", answerOf(desk.OutcomeAccepted, func(a *desk.Answer) {
				a.Joined, a.Agent, a.Say = true, &desk.Agent{ID: "mem_a", FirstName: "Asha"}, "You are now connected with Asha."
				a.Callback = &desk.AnswerRecall{ID: "cb_a", DueAt: due}
			}),
			[]string{"at this interaction already"}, "", []string{"hdl_a", "Asha", "mem_a", "cb_a", "esc_a"},
		},
		{
			"people", "check_people", roster.TeamAvailability{Now: roster.Counts{Call: 2, Chat: 3}, NextAt: &due},
			[]string{"2 could take a call", "3 a chat", "12:00:00Z"}, "", nil,
		},
		{
			"a callback of several conversations", "save_contact", desk.Callback{
				ID: "cb_a", State: "open", DueAt: due, Customer: desk.Customer{Name: "Meera"}, Summary: "secret",
				Entries: []desk.Entry{{Summary: "secret", InteractionID: "i2"}},
			},
			[]string{"is open", "by 2026-11-29T12:00:00Z"}, "", []string{"secret", "Meera", "i2", "cb_a"},
		},
		{"a callback for which an older one goes on", "save_contact", desk.Callback{ID: "cb_a", State: "done", DueAt: due, JoinedTo: &older}, []string{"is open", "a person gets in touch"}, "", []string{older}},
		{"a callback that is done", "withdraw_callback", desk.Callback{ID: "cb_a", State: "done"}, []string{"nobody will call"}, "", nil},
		{
			"yes", "should_escalate", map[string]any{"escalate": true, "reason": "condition", "rule": "Refunds", "escalationId": "esc_b"},
			[]string{"Yes", "Refunds", "why condition"}, "escalate", []string{"esc_b"},
		},
		{"no", "should_escalate", map[string]any{"escalate": false}, []string{"No"}, "", nil},
		{"instructions", "instructions", map[string]any{"text": "People are for refunds."}, []string{"People are for refunds."}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, object := tool(t, c.tool).Answer(c.out)
			for _, want := range c.says {
				if !strings.Contains(text, want) {
					t.Errorf("the words\n%s\nlack %q", text, want)
				}
			}
			body, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			var next struct {
				Next struct{ Tool string }
			}
			if err := json.Unmarshal(body, &next); err != nil || next.Next.Tool != c.next {
				t.Errorf("next is %q, want %q (%v)", next.Next.Tool, c.next, err)
			}
			for _, never := range c.never {
				if strings.Contains(text, never) || strings.Contains(string(body), never) {
					t.Errorf("%q is told:\n%s\n%s", never, text, body)
				}
			}
		})
	}
}

// Whatever goes wrong is told in words, and an error of ours without its text.
func TestToolRefusal(t *testing.T) {
	text, object := tool(t, "escalate").Refusal(errors.New("the table secret-1 is away"))
	body, _ := json.Marshal(object)
	if !strings.Contains(text, "Try again") || strings.Contains(text+string(body), "secret-1") {
		t.Errorf("got %q and %s", text, body)
	}
}
