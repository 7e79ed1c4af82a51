package assistant

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// request is a body with the account's fields and these.
func request(fields string) string {
	return `{"action": "escalate", "accountId": "acc_a", "channel": "chat", "reason": "direct"` + fields + `}`
}

// plain is the Request of request("").
func plain() desk.Request {
	return desk.Request{
		AccountID: "acc_a", Channel: roster.Chat, Reason: desk.Direct,
		Conversation: desk.Conversation{Messages: []desk.ChatMessage{}},
	}
}

func read(t *testing.T, body string) *Reading {
	t.Helper()
	r, err := Read([]byte(body), Options{})
	if err != nil {
		t.Fatalf("%.200s: %v", body, err)
	}
	return r
}

// A request as the contract has it is taken as it is, and nothing is told.
func TestRequestWhole(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	want := desk.Request{
		AccountID: "acc_aaaaaaaaaaaa", RequestID: "req-1", InteractionID: "conv-123",
		Channel: roster.Chat, Reason: desk.ConditionMet, ConditionID: "late",
		DepartmentID: "dep_aaaaaaaaaaaa", Department: "Kids",
		Customer: desk.Customer{
			Name: "Meera", Phone: "+919800000000", Email: "meera@example.com", Locale: "en-IN", TimeZone: "Asia/Kolkata",
		},
		Conversation: desk.Conversation{
			Summary: "Wants to return.", Intent: "return", Trigger: "Can I talk to a person?",
			Messages:   []desk.ChatMessage{{At: &at, From: "customer", Text: "hi <b>"}, {From: "assistant"}},
			Attributes: map[string]string{"orderId": "1", "a.b": "dotted"},
		},
		Connect: &desk.Connect{URL: "https://example.com/c/1"},
	}
	got, adjusted := read(t, `{"action": "escalate",
 "accountId": "acc_aaaaaaaaaaaa", "requestId": "req-1", "interactionId": "conv-123",
 "channel": "chat", "reason": "condition", "conditionId": "late", "departmentId": "dep_aaaaaaaaaaaa", "department": "Kids",
 "customer": {"name": "Meera", "phone": "+919800000000", "email": "Meera@Example.com", "locale": "en-IN", "timeZone": "Asia/Kolkata"},
 "conversation": {"summary": "Wants to return.", "intent": "return", "trigger": "Can I talk to a person?",
                  "messages": [{"at": "2026-11-22T15:00:00+05:30", "from": "customer", "text": "hi <b>"}, {"from": "assistant", "text": ""}],
                  "attributes": {"orderId": "1", "a.b": "dotted"}},
 "connect": {"url": "https://example.com/c/1"}}`).Request("IN")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(adjusted) != 0 {
		t.Errorf("adjusted %+v", adjusted)
	}
}

// Without channel and reason it is a chat of a customer who asked, and goes through where
// the assistant is switched off.
func TestRequestLeast(t *testing.T) {
	got, adjusted := read(t, "\ufeff"+` {"action": "ESCALATE", "accountId": " acc_a "} `).Request("")
	want := plain()
	want.Reason, want.Presumed = desk.CustomerRequest, true
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(adjusted) != 2 {
		t.Errorf("adjusted %+v", adjusted)
	}
}

func TestLoopback(t *testing.T) {
	for _, c := range []struct {
		url  string
		want bool
	}{
		{"http://localhost:3000/x", true},
		{"http://127.0.0.1/x", true},
		{"http://[::1]/x", true},
		{"http://example.com/x", false},
		{"https://example.com/x", true},
		{"https://a:b@example.com/x", false},
		{"https:///x", false},
		{"https://", false},
		{"https://exa mple.com/", false},
		{"//example.com", false},
		{"https://example.com/" + strings.Repeat("x", 1000), false},
	} {
		t.Run(c.url, func(t *testing.T) {
			r, err := Read([]byte(request(`, "connect": {"url": "`+c.url+`"}`)), Options{Loopback: true})
			if err != nil {
				t.Fatal(err)
			}
			if q, _ := r.Request(""); (q.Connect != nil) != c.want {
				t.Errorf("link %v, want %v", q.Connect, c.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, body, field string }{
		{"empty", ``, ""},
		{"no JSON", `escalate!`, ""},
		{"broken off", `{"action": "escalate"`, ""},
		{"two", `{} {}`, ""},
		{"a list", `[]`, ""},
		{"null", `null`, ""},
		{"a text", `"{}"`, ""},
		{"no action", `{"accountId": "acc_a"}`, "action"},
		{"unknown action", `{"action": "explode", "accountId": "acc_a"}`, "action"},
		{"action is a number", `{"action": 1, "accountId": "acc_a"}`, "action"},
		{"two actions", `{"action": "escalate", "action": "end", "accountId": "acc_a"}`, "action"},
		{"no account", `{"action": "escalate"}`, "accountId"},
		{"null account", `{"action": "escalate", "accountId": null}`, "accountId"},
		{"account of another kind", `{"action": "escalate", "accountId": "mem_a"}`, "accountId"},
		{"account in an object", `{"action": "escalate", "accountId": {"id": "acc_a"}}`, "accountId"},
		{"long account", `{"action": "escalate", "accountId": "acc_` + strings.Repeat("a", 65) + `"}`, "accountId"},
		{"two accounts", `{"action": "escalate", "accountId": "acc_a", "accountId": "acc_b"}`, "accountId"},
		{"status of nothing", `{"action": "status", "accountId": "acc_a"}`, "escalationId"},
		{"end of null", `{"action": "end", "accountId": "acc_a", "escalationId": null}`, "escalationId"},
		{"append to nothing", `{"action": "append", "accountId": "acc_a", "messages": []}`, "escalationId"},
		{"contact of nothing", `{"action": "contact", "accountId": "acc_a"}`, "callbackId"},
		{"withdraw nothing", `{"action": "withdraw", "accountId": "acc_a"}`, "callbackId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read([]byte(c.body), Options{})
			switch p := err.(type) {
			case *NotJSON:
				if c.field != "" {
					t.Errorf("got %v", err)
				}
			case *desk.Problem:
				if len(p.Fields) != 1 || p.Fields[0].Field != c.field {
					t.Errorf("got %v, want %q", err, c.field)
				}
			default:
				t.Errorf("got %v", err)
			}
		})
	}
}

// Twenty attributes are shown, in the order in which they were sent.
func TestManyAttributes(t *testing.T) {
	var fields []string
	for i := range 25 {
		fields = append(fields, fmt.Sprintf(`"%02d": "v%d"`, i, i))
	}
	q, adjusted := read(t, request(`, "conversation": {"attributes": {`+strings.Join(fields, ",")+`}}`)).Request("")
	if n := len(q.Conversation.Attributes); n != 20 || q.Conversation.Attributes["19"] != "v19" {
		t.Errorf("%d attributes: %v", n, q.Conversation.Attributes)
	}
	if got := q.Conversation.AsSent["conversation.attributes.24"]; got != "v24" || len(q.Conversation.AsSent) != 5 {
		t.Errorf("as sent %v", q.Conversation.AsSent)
	}
	if len(adjusted) != 1 || !strings.HasSuffix(adjusted[0].Detail, "So in 4 more.") {
		t.Errorf("adjusted %+v", adjusted)
	}
}

// Ids that differ stay different, however long they are and whatever is in them.
func TestLongIDs(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{
		strings.Repeat("a", 300), strings.Repeat("a", 301), strings.Repeat("a", 256), `a\u0000`, `a\ud800`, `a\ud801`, "a\xff", "a\xfe", `a�`, "a/b", "a b",
	} {
		q, _ := read(t, request(`, "interactionId": "`+id+`"`)).Request("")
		if q.InteractionID == "" || len(q.InteractionID) > 256 || seen[q.InteractionID] != "" {
			t.Errorf("%q is %q, as is %q", id, q.InteractionID, seen[q.InteractionID])
		}
		seen[q.InteractionID] = id
	}
}

func TestNoteCount(t *testing.T) {
	var fields strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&fields, `, "x%d": 1`, i)
	}
	_, adjusted := read(t, request(fields.String())).Request("")
	if len(adjusted) != mostNotes+1 || adjusted[mostNotes].Detail != "and 950 more" {
		t.Errorf("%d told, the last %+v", len(adjusted), adjusted[len(adjusted)-1])
	}
}

// Nested as deep as JSON may be is taken, and what is kept can be read again.
func TestDeep(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 9_990) + `"leaf"` + strings.Repeat(`}`, 9_990)
	q, _ := read(t, request(`, "deep": `+deep+`, "conversation": {"attributes": {"d": `+deep+`}, "messages": [`+deep+`, {"text": `+deep+`}]}`)).Request("")
	body, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var again desk.Request
	if err := json.Unmarshal(body, &again); err != nil {
		t.Error(err)
	}
	if got := q.Conversation.AsSent["deep"]; got != deep {
		t.Errorf("got %.50v", got)
	}
}
