package assistant

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// sampleEvent is a file of events/.
func sampleEvent(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../events", file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// recognised is the form of an event, which must be one.
func recognised(t testing.TB, payload []byte, custom map[string]string) Form {
	t.Helper()
	f := Recognise(payload, custom)
	if f == nil {
		t.Fatalf("not recognised: %s", payload)
	}
	return f
}

// sameJSON compares what was made with JSON that was written by hand.
func sameJSON(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s: %v: %s", what, err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: what is wanted: %v", what, err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// changed is a sample with some of its fields set, by their paths.
func changed(t testing.TB, file string, set map[string]any) []byte {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(sampleEvent(t, file), &root); err != nil {
		t.Fatal(err)
	}
	for path, value := range set {
		parts, at := strings.Split(path, "."), root
		for _, name := range parts[:len(parts)-1] {
			inner, is := at[name].(map[string]any)
			if !is {
				t.Fatalf("%s has no %s", file, path)
			}
			at = inner
		}
		at[parts[len(parts)-1]] = value
	}
	text, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wantAction compares the action of an event with JSON that was written by hand, or its problem by
// name.
func wantAction(t *testing.T, f Form, want, problem string) {
	t.Helper()
	got, err := f.Action("acc_a")
	if problem != "" {
		if p := (*desk.Problem)(nil); !errors.As(err, &p) || p.Name != problem {
			t.Errorf("%s (%v), want the problem %s", got, err, problem)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "action", got, want)
}

// Answers of the plain form, as the API encodes them.
const (
	ringing = `{"escalationId":"esc_drjlzwjoplzq","state":"ringing","outcome":"ringing","agent":{"id":"mem_ashaashaasha","firstName":"Asha"},
		"ringingUntil":"2026-11-22T09:30:25Z","ringingSeconds":25,"callback":null,"because":null,"nextAgentAt":null,"say":"One moment please.","handedBack":null}`
	calledBack = `{"escalationId":"esc_drjlzwjoplzq","state":"callback","outcome":"callback","agent":null,"ringingUntil":null,"ringingSeconds":null,
		"callback":{"id":"cb_vrqyypxocqyy","needsContact":true,"dueAt":"2026-11-22T13:30:00Z"},"because":"nobody_online","nextAgentAt":null,
		"say":"How can we reach you?","adjusted":[{"field":"channel","detail":"is absent."}],"handedBack":null}`
	reachable = `{"id":"cb_vrqyypxocqyy","state":"open","say":"A colleague will get back to you.","needsContact":false,"dueAt":"2026-11-22T13:30:00Z",
		"customer":{"name":"Another","phone":"+919811111111"},"entries":[{"customer":{"name":"Another"}}]}`
)

func asJSON(s string) any { return json.RawMessage(s) }

// sorry is what a customer is told with a problem.
const sorry = "I cannot put you through to our team right now."

// The problems that any platform may be told of.
var (
	unconnected = &desk.Problem{Class: desk.NotFound, Name: "unknown-connection", Detail: "It is connected to no account."}
	switchedOff = &desk.Problem{Class: desk.Conflict, Name: "assistant-off", Detail: "The account takes direct escalations only."}
	tableAway   = &desk.Problem{Class: desk.Unavailable, Name: "busy", Detail: "Try again in a moment."}
)

// What comes from a gateway is never plain JSON, also where its client context lacks the tool.
func TestRecogniseGateway(t *testing.T) {
	f := Recognise(sampleEvent(t, "escalate-chat.json"), map[string]string{gatewayID: "connectnow-shop-q1w2e3r4t5"})
	if f == nil {
		t.Fatal("it is taken for plain JSON, which names its account")
	}
	wantAction(t, f, "", "unknown-tool")
}

// Whose event it is shows by its shape. Plain JSON stays what it is, whatever else is in it.
func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name, payload string
		kind, id      string // empty for plain JSON
	}{
		{"Connect", string(sampleEvent(t, "escalate-connect-voice.json")), "connect", "c8c0e68d-2200-4265-82c0-1234567890ab"},
		{"Lex", string(sampleEvent(t, "escalate-lex-intent.json")), "lex", "ABCDEF1234"},
		{"Classic", string(sampleEvent(t, "escalate-classic-api.json")), "classic", "AGENT12345"},
		{"Connect without an instance", `{"Details": {"ContactData": {}}}`, "connect", ""},
		{"Lex without an id", `{"bot": {}}`, "lex", ""},
		{"plain", string(sampleEvent(t, "escalate-chat.json")), "", ""},
		{"plain with a bot", `{"action": "escalate", "accountId": "acc_a", "bot": {"id": "ABCDEF1234"}}`, "", ""},
		{"a bot that is a name", `{"bot": "Shop"}`, "", ""},
		{"an end", `{"bot": {`, "", ""},
		{"a list", `["bot", {"bot": {}}]`, "", ""},
		{"nothing", ``, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Recognise([]byte(c.payload), nil)
			if f == nil {
				if c.kind != "" {
					t.Error("not recognised")
				}
				return
			}
			if kind, id := f.Connection(); kind != c.kind || id != c.id {
				t.Errorf("got %s %s, want %s %s", kind, id, c.kind, c.id)
			}
		})
	}
}
