package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
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

// machineBody reads whatever the assistant sends, whichever the action.
func machineBody(body []byte) (any, error) {
	r, err := readMachine(body, assistant.Options{})
	if err != nil {
		return nil, err
	}
	q, adjusted := r.Request("IN")
	ask, more := r.Ask("IN")
	return []any{q, adjusted, ask, more}, nil
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

// What a machine sends is refused for what it asks and for whom, and for nothing else. What
// becomes of its values is held by the tests of package assistant.
func TestInvokeRefused(t *testing.T) {
	null := json.RawMessage("null")
	for _, c := range []struct {
		name    string
		changes map[string]any
		fields  []string
	}{
		{"no action", map[string]any{"action": nil}, []string{"action"}},
		{"unknown action", map[string]any{"action": "explode"}, []string{"action"}},
		{"no account", map[string]any{"accountId": nil}, []string{"accountId"}},
		{"null", map[string]any{"accountId": null, "action": null}, []string{"action", "accountId"}},
		{"all else missing", map[string]any{
			"requestId": nil, "interactionId": nil, "channel": nil, "reason": nil, "customer": nil, "conversation": nil,
		}, nil},
		{"wrong types", map[string]any{"channel": 1, "department": true, "customer": "Meera", "connect": []any{}}, nil},
		{"unknown fields", map[string]any{"callback": true, "customer.age": 3}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := machineBody(edit(t, wholeRequest, c.changes))
			var got []string
			if err != nil {
				for _, f := range problemIn(t, err).Fields {
					got = append(got, f.Field)
				}
			}
			if !slices.Equal(got, c.fields) {
				t.Errorf("fields %q (%v), want %q", got, err, c.fields)
			}
		})
	}
}

func TestInvokeNotJSON(t *testing.T) {
	for _, body := range []string{``, `{`, `[]`, `null`, `"x"`, `{} {}`} {
		t.Run(body, func(t *testing.T) {
			_, err := machineBody([]byte(body))
			if p := problemIn(t, err); statusIn(err) != 400 || p.Name != "malformed" {
				t.Errorf("status %d name %q, want malformed", statusIn(err), p.Name)
			}
		})
	}
}

// A direct invocation may be as long as Lambda lets it be.
func TestInvokeTooLarge(t *testing.T) {
	if _, err := machineBody(largest(maxInvoked)); err != nil {
		t.Errorf("6 MiB: %v", err)
	}
	s := New(&desk.Desk{}, Options{})
	_, err := s.Invoke(t.Context(), largest(maxInvoked+1))
	p := problemIn(t, err)
	if p.Class != desk.TooLarge || !strings.Contains(p.Detail, fmt.Sprint(maxInvoked+1)) || !strings.Contains(p.Detail, fmt.Sprint(maxInvoked)) {
		t.Errorf("class %d detail %q, want TooLarge with both sizes", p.Class, p.Detail)
	}
}
