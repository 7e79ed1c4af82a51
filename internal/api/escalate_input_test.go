package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// wholeRequest has every field of the contract.
const wholeRequest = `{"action": "escalate",
 "accountId": "acc_aaaaaaaaaaaa", "requestId": "req-1", "interactionId": "conv-123",
 "channel": "chat", "reason": "condition", "conditionId": "late", "departmentId": "dep_aaaaaaaaaaaa", "department": "Kids",
 "customer": {"name": "Meera", "phone": "+919800000000", "email": "Meera@Example.com", "locale": "en-IN", "timeZone": "Asia/Kolkata"},
 "conversation": {"summary": "Wants to return.", "intent": "return", "trigger": "Can I talk to a person?",
                  "messages": [{"at": "2026-11-22T15:00:00+05:30", "from": "customer", "text": "hi <b>"}, {"from": "assistant", "text": ""}],
                  "attributes": {"orderId": "1"}},
 "connect": {"url": "https://example.com/c/1"}}`

// leastRequest has what must be there.
const leastRequest = `{"action": "escalate",
 "accountId": "acc_aaaaaaaaaaaa", "requestId": "r", "interactionId": "i", "channel": "call", "reason": "direct",
 "customer": {}, "conversation": {"trigger": "", "messages": []}}`

// largest is a request of exactly so many bytes.
func largest(size int) []byte {
	var b strings.Builder
	head, tail, _ := strings.Cut(leastRequest, "[]")
	b.WriteString(head + "[")
	const message = `{"from":"customer","text":"hello"},`
	for b.Len()+len(message) < size-100 {
		b.WriteString(message)
	}
	last := `{"from":"customer","text":"` + strings.Repeat("x", size-b.Len()-len(tail)-30) + `"}]`
	b.WriteString(last + tail)
	return []byte(b.String())
}

func decodeRequest(t *testing.T, body string) (desk.Request, error) {
	t.Helper()
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "action")
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return decode(b, readRequest)
}

func TestReadRequest(t *testing.T) {
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
			Messages: []desk.ChatMessage{
				{At: &at, From: "customer", Text: "hi <b>"}, {From: "assistant"},
			},
			Attributes: map[string]string{"orderId": "1"},
		},
		Connect: &desk.Connect{URL: "https://example.com/c/1"},
	}
	got, err := decodeRequest(t, wholeRequest)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestReadRequestLeast(t *testing.T) {
	got, err := decodeRequest(t, leastRequest)
	if err != nil {
		t.Fatal(err)
	}
	if got.Connect != nil || got.Conversation.Messages == nil || got.Conversation.Attributes != nil {
		t.Errorf("got %+v, want no connect, no attributes and messages that are empty, not nil", got)
	}
}

// Assistants send null and "" for what they do not have.
func TestReadRequestAbsentAsNull(t *testing.T) {
	for _, absent := range []string{"null", `""`} {
		body := fmt.Sprintf(`{"accountId": "acc_a", "requestId": "r", "interactionId": "i", "channel": "call",
			"reason": "direct", "conditionId": %[1]s, "departmentId": %[1]s, "department": %[1]s, "connect": {"url": %[1]s},
			"customer": {"name": %[1]s, "phone": %[1]s, "email": %[1]s, "locale": %[1]s, "timeZone": %[1]s},
			"conversation": {"summary": %[1]s, "intent": %[1]s, "trigger": "t", "attributes": null,
				"messages": [{"at": %[1]s, "from": "agent", "text": "x"}]}}`, absent)
		got, err := decode([]byte(body), readRequest)
		if err != nil {
			t.Fatalf("%s: %v", absent, err)
		}
		if got.Customer != (desk.Customer{}) || got.DepartmentID != "" || got.Connect != nil {
			t.Errorf("%s: got %+v", absent, got)
		}
	}
}

// edit changes fields of a request by path; a nil value removes the field.
func edit(t *testing.T, body string, changes map[string]any) []byte {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	for path, value := range changes {
		at := all
		parts := strings.Split(path, ".")
		for _, part := range parts[:len(parts)-1] {
			at = at[part].(map[string]any)
		}
		if last := parts[len(parts)-1]; value == nil {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// badRequest is a change of wholeRequest and the fields that are bad then.
type badRequest struct {
	name    string
	changes map[string]any
	fields  []string
}

func badRequests() []badRequest {
	long := func(n int) string { return strings.Repeat("é", n) }
	many := map[string]any{}
	for i := range 21 {
		many[fmt.Sprint(i)] = "v"
	}
	null := json.RawMessage("null")
	return []badRequest{
		{"no action", map[string]any{"action": nil}, []string{"action"}},
		{"unknown action", map[string]any{"action": "explode"}, []string{"action"}},
		{"action of a wrong type", map[string]any{"action": 1}, []string{"action"}},
		{
			"all missing", map[string]any{
				"accountId": nil, "requestId": nil, "interactionId": nil, "channel": nil, "reason": nil, "customer": nil, "conversation": nil,
			},
			[]string{"accountId", "requestId", "channel", "reason", "customer", "conversation"},
		},
		{
			"all null", map[string]any{
				"accountId": null, "requestId": null, "interactionId": null, "channel": null, "reason": null, "customer": null, "conversation": null,
			},
			[]string{"accountId", "requestId", "channel", "reason", "customer", "conversation"},
		},
		{"empty ids", map[string]any{"accountId": "", "requestId": ""}, []string{"accountId", "requestId"}},
		{"unknown words", map[string]any{"channel": "fax", "reason": "boredom"}, []string{"channel", "reason"}},
		{"wrong types", map[string]any{"channel": 1, "department": true, "customer": "Meera", "connect": []any{}}, []string{"channel", "department", "customer", "connect"}},
		{"department of a wrong form", map[string]any{"departmentId": "Kids"}, []string{"departmentId"}},
		{"another kind of id", map[string]any{"departmentId": "mem_aaaaaaaaaaaa"}, []string{"departmentId"}},
		{"request id", map[string]any{"requestId": "a b"}, []string{"requestId"}},
		{"long request id", map[string]any{"requestId": strings.Repeat("a", 129)}, []string{"requestId"}},
		{"condition without id", map[string]any{"conditionId": nil}, []string{"conditionId"}},
		{"phone without +", map[string]any{"customer.phone": "919800000000"}, []string{"customer.phone"}},
		{"phone with zero", map[string]any{"customer.phone": "+0919800000000"}, []string{"customer.phone"}},
		{"short phone", map[string]any{"customer.phone": "+1234567"}, []string{"customer.phone"}},
		{"long phone", map[string]any{"customer.phone": "+1234567890123456"}, []string{"customer.phone"}},
		{"email", map[string]any{"customer.email": "meera"}, []string{"customer.email"}},
		{"long name", map[string]any{"customer.name": long(65)}, []string{"customer.name"}},
		{"long texts", map[string]any{
			"conversation.summary": long(1001), "conversation.intent": long(201), "conversation.trigger": long(201),
		}, []string{"conversation.summary", "conversation.intent", "conversation.trigger"}},
		{"no trigger, no messages", map[string]any{"conversation.trigger": nil, "conversation.messages": nil}, []string{"conversation.trigger", "conversation.messages"}},
		{"messages", map[string]any{"conversation.messages": []any{
			map[string]any{"from": "customer", "text": "fine"},
			map[string]any{"from": "me", "text": 1},
			7,
			map[string]any{"at": "yesterday"},
		}}, []string{
			"conversation.messages[1].from", "conversation.messages[1].text", "conversation.messages[2]",
			"conversation.messages[3].at", "conversation.messages[3].from", "conversation.messages[3].text",
		}},
		{"attributes", map[string]any{"conversation.attributes": map[string]any{
			"a": 1, "b": long(201), "n": null, strings.Repeat("k", 41): "v",
		}}, []string{
			"conversation.attributes.a", "conversation.attributes.b",
			"conversation.attributes." + strings.Repeat("k", 41), "conversation.attributes.n",
		}},
		{"too many attributes", map[string]any{"conversation.attributes": many}, []string{"conversation.attributes"}},
		{"url", map[string]any{"connect.url": "javascript:alert(1)"}, []string{"connect.url"}},
		{"url without host", map[string]any{"connect.url": "https:///x"}, []string{"connect.url"}},
		{"long url", map[string]any{"connect.url": "https://a/" + strings.Repeat("x", 1000)}, []string{"connect.url"}},
	}
}

func TestInvokeBadValues(t *testing.T) {
	for _, c := range badRequests() {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(edit(t, wholeRequest, c.changes), readAction)
			p := problemIn(t, err)
			if p.Class != desk.Invalid {
				t.Errorf("class %d, want Invalid", p.Class)
			}
			var got []string
			for _, f := range p.Fields {
				got = append(got, f.Field)
			}
			if want := c.fields; !slices.Equal(got, want) {
				t.Errorf("fields %q, want %q", got, want)
			}
		})
	}
}

// Lengths are in characters, and at their limits all is well.
func TestInvokeLongest(t *testing.T) {
	attributes := map[string]any{}
	for i := range 20 {
		attributes[fmt.Sprintf("%02d%s", i, strings.Repeat("é", 38))] = strings.Repeat("é", 200)
	}
	body := edit(t, wholeRequest, map[string]any{
		"requestId": strings.Repeat("a", 128), "department": strings.Repeat("é", 64), "customer.name": strings.Repeat("é", 64),
		"conversation.summary": strings.Repeat("é", 1000), "conversation.intent": strings.Repeat("é", 200),
		"conversation.attributes": attributes, "connect.url": "https://a/" + strings.Repeat("x", 990),
		"customer.email": strings.Repeat("é", 242) + "@example.com", "customer.phone": "+123456789012345",
	})
	if _, err := decode(body, readAction); err != nil {
		t.Error(err)
	}
}

func TestInvokeUnknownFields(t *testing.T) {
	body := edit(t, wholeRequest, map[string]any{
		"callback": true, "customer.age": 3, "channel": "fax",
		"conversation.messages": []any{map[string]any{"from": "agent", "text": "x", "id": 1}},
	})
	_, err := decode(body, readAction)
	p := problemIn(t, err)
	if statusIn(err) != 400 || p.Name != "unknown-field" {
		t.Errorf("status %d name %s, want unknown-field: what a field means must be known before its value is judged", statusIn(err), p.Name)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Field)
	}
	want := []string{"customer.age", "conversation.messages[0].id", "callback"}
	if !slices.Equal(got, want) {
		t.Errorf("fields %q, want %q", got, want)
	}
}

func TestInvokeActions(t *testing.T) {
	const ids = `"accountId": "acc_aaaaaaaaaaaa", "escalationId": "esc_aaaaaaaaaaaa"`
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"status", `{"action": "status", ` + ids + `}`, nil},
		{"end", `{"action": "end", ` + ids + `}`, nil},
		{"end with callback", `{"action": "end", ` + ids + `, "callback": true}`, nil},
		{"end with null", `{"action": "end", ` + ids + `, "callback": null}`, nil},
		{"end with text", `{"action": "end", ` + ids + `, "callback": "yes"}`, []string{"callback"}},
		{"append nothing", `{"action": "append", ` + ids + `}`, []string{"messages"}},
		{"append none", `{"action": "append", ` + ids + `, "messages": []}`, []string{"messages"}},
		{"append an object", `{"action": "append", ` + ids + `, "messages": {}}`, []string{"messages"}},
		{"status of nothing", `{"action": "status"}`, []string{"accountId", "escalationId"}},
		{"availability", `{"action": "availability", "accountId": "acc_a"}`, nil},
		{"availability of a number", `{"action": "availability", "accountId": "acc_a", "departmentId": 3}`, []string{"departmentId"}},
		{"contact of nothing", `{"action": "contact", "accountId": "acc_a"}`, []string{"callbackId", "customer"}},
		{"contact", `{"action": "contact", "accountId": "acc_a", "callbackId": "cb_a", "customer": {"phone": "+4930123456"}}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode([]byte(c.body), readAction)
			var got []string
			if err != nil {
				for _, f := range problemIn(t, err).Fields {
					got = append(got, f.Field)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("bad fields %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestInvokeTooLarge(t *testing.T) {
	if _, err := decode(largest(maxBody), readAction); err != nil {
		t.Errorf("1 MiB: %v", err)
	}
	s := New(&desk.Desk{}, Options{})
	_, err := s.Invoke(t.Context(), largest(maxBody+1))
	p := problemIn(t, err)
	if p.Class != desk.TooLarge || !strings.Contains(p.Detail, "1048577") || !strings.Contains(p.Detail, "1048576") {
		t.Errorf("class %d detail %q, want TooLarge with both sizes", p.Class, p.Detail)
	}
}

// A body of errors only must not make an answer larger than Lambda can give.
func TestInvokeManyErrors(t *testing.T) {
	body := strings.Replace(leastRequest, "[]", "["+strings.Repeat("1,", 400_000)+"1]", 1)
	_, err := decode([]byte(body), readAction)
	p := problemIn(t, err)
	if n := len(p.Fields); n != maxFindings+1 {
		t.Errorf("%d errors told, want %d", n, maxFindings+1)
	}
	if last := p.Fields[maxFindings].Detail; last != "and 399001 more" {
		t.Errorf("last error %q", last)
	}
}
