package assistant

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		name, fields string
		want         Ask
		told         int
	}{
		{"status", `"action": "status", "escalationId": "esc_a"`, Ask{EscalationID: "esc_a"}, 0},
		{"status by interaction", `"action": "status", "interactionId": "wamid.HBgM=="`, Ask{InteractionID: "wamid.HBgM=="}, 0},
		{"status by number", `"action": "status", "escalationId": 7`, Ask{EscalationID: "7"}, 0},
		{"end", `"action": "end", "escalationId": "esc_a", "callback": true`, Ask{EscalationID: "esc_a", Callback: true}, 0},
		{"end without", `"action": "end", "escalationId": "esc_a", "callback": null`, Ask{EscalationID: "esc_a"}, 0},
		{"end with yes", `"action": "end", "escalationId": "esc_a", "callback": "yes"`, Ask{EscalationID: "esc_a", Callback: true}, 1},
		{"end with no", `"action": "end", "escalationId": "esc_a", "callback": "No"`, Ask{EscalationID: "esc_a"}, 1},
		{"end with 0", `"action": "end", "escalationId": "esc_a", "callback": 0`, Ask{EscalationID: "esc_a"}, 1},
		{"end with 1", `"action": "end", "escalationId": "esc_a", "callback": 1`, Ask{EscalationID: "esc_a", Callback: true}, 1},
		{"append", `"action": "append", "escalationId": "esc_a", "requestId": "r", "messages": [{"role": "user", "content": "hi", "id": 7}]`,
			Ask{EscalationID: "esc_a", RequestID: "r", Messages: []desk.ChatMessage{{From: "customer", Text: "hi\n[0].id: 7"}}}, 2},
		{"append nothing", `"action": "append", "escalationId": "esc_a"`, Ask{EscalationID: "esc_a", Messages: []desk.ChatMessage{}}, 0},
		{"availability", `"action": "availability", "departmentId": "dep_a", "what": 1`, Ask{DepartmentID: "dep_a"}, 1},
		{"contact", `"action": "contact", "callbackId": "cb_a", "interactionId": "i", "customer": {"phone": "98000 00000"}`,
			Ask{CallbackID: "cb_a", InteractionID: "i", Customer: desk.Customer{Phone: "+919800000000"}}, 1},
		{"contact by a text", `"action": "contact", "callbackId": "cb_a", "customer": "meera@example.com"`,
			Ask{CallbackID: "cb_a", Customer: desk.Customer{Email: "meera@example.com"}}, 1},
		{"contact beside", `"action": "contact", "callbackId": "cb_a", "email": "meera@example.com"`,
			Ask{CallbackID: "cb_a", Customer: desk.Customer{Email: "meera@example.com"}}, 1},
		{"withdraw", `"action": "withdraw", "escalationId": "esc_a"`, Ask{EscalationID: "esc_a"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, adjusted := read(t, `{"accountId": "acc_a", `+c.fields+`}`).Ask("IN")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if len(adjusted) != c.told {
				t.Errorf("told %+v", adjusted)
			}
		})
	}
}

// The same id is the same wherever it is named.
func TestAskLongID(t *testing.T) {
	id := `"interactionId": "` + strings.Repeat("x", 1000) + `"`
	q, _ := read(t, request(", "+id)).Request("")
	a, _ := read(t, `{"action": "status", "accountId": "acc_a", `+id+`}`).Ask("")
	if q.InteractionID != a.InteractionID {
		t.Errorf("%q and %q", q.InteractionID, a.InteractionID)
	}
}

// A handle stands where an id could, and counts alone.
func TestAskHandle(t *testing.T) {
	for _, action := range []string{Status, End, Append, Contact, Withdraw} {
		got, adjusted := read(t, `{"accountId": "acc_a", "action": "`+action+`", "handle": "hdl_a_b"}`).Ask("")
		if got.Handle != "hdl_a_b" || len(adjusted) != 0 {
			t.Errorf("%s: %+v, told %+v", action, got, adjusted)
		}
	}
	r := read(t, `{"accountId": "acc_a", "action": "escalate", "handle": "hdl_a_b"}`)
	if q, _ := r.Request(""); r.Handle() != "hdl_a_b" || q.Conversation.AsSent["handle"] != nil {
		t.Errorf("escalate: %q, kept %v", r.Handle(), q.Conversation.AsSent)
	}
}
