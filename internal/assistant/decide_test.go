package assistant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/conditions"
)

// Signals are read by their meaning, in whatever form a machine has them.
func TestSignals(t *testing.T) {
	share, two := 0.87, 2
	full := conditions.Signals{
		InteractionID: "conv-1", Message: "Refund?", WantsPerson: true, Confidence: &share, Intent: "return", Sentiment: "NEGATIVE",
		FailedTurns: &two, Turns: &two, Attributes: map[string]string{"total": "500", "order.vip": "true", "list": "[1]"}, Language: "en_IN", Channel: "call",
		Department: "Kids",
	}
	at := conditions.Signals{Channel: "chat", Message: "later", At: 1_795_428_000_000}
	for _, c := range []struct {
		name, body string
		want       conditions.Signals
	}{
		{"in signals", `{"signals": {"interactionId": "conv-1", "message": "Refund?", "wantsPerson": true, "confidence": 0.87, "intent": "return", "sentiment": "NEGATIVE",
			"failedTurns": 2, "turns": 2, "attributes": {"total": 500, "order": {"vip": true}, "list": [1]}, "language": "en_IN", "channel": "call", "departmentId": "Kids"}}`, full},
		{"beside, as texts", `{"interactionId": "conv-1", "message": {"role": "user", "content": "Refund?"}, "wantsPerson": "yes", "confidence": "87%", "intent": {"name": "return"},
			"sentiment": {"sentiment": "NEGATIVE"}, "failedTurns": "2", "turns": 2.0, "attributes": {"total": "500", "order": {"vip": "true"}, "list": [1]}, "language": "en_IN",
			"channel": "Voice", "departmentId": "Kids", "unknown": 1}`, full},
		{"nothing", `{"signals": null}`, conditions.Signals{Channel: "chat"}},
		{"what cannot be read", `{"signals": {"message": 5, "confidence": "high", "failedTurns": -1, "turns": [], "attributes": "x", "wantsPerson": "No"}}`, conditions.Signals{Channel: "chat", Message: "5"}},
		{"a text", `{"signals": "Refund?"}`, conditions.Signals{Channel: "chat", Message: "Refund?"}},
		{"newest of the customer", `{"messages": [{"from": "user", "text": "first"}, {"role": "human", "content": "later", "at": "2026-11-23T10:00:00Z"}, {"from": "bot", "text": "human"}]}`, at},
		{"its time", `{"message": " later ", "messages": [{"from": "user", "text": "later", "at": 1795428000}]}`, conditions.Signals{Channel: "chat", Message: " later ", At: 1_795_428_000_000}},
		{"said again after an answer", `{"message": "later", "messages": [{"from": "user", "text": "later", "at": 1795428000}, {"from": "bot", "text": "Yes?"}]}`, conditions.Signals{Channel: "chat", Message: "later"}},
		{"said again after an answer, the newest first", `{"message": "later", "messages": [{"from": "bot", "text": "Yes?", "at": 1795428001}, {"from": "user", "text": "later", "at": 1795428000}]}`, conditions.Signals{Channel: "chat", Message: "later"}},
		{"said before an answer", `{"message": "later", "messages": [{"from": "user", "text": "later", "at": 1795428000}, {"from": "bot", "text": "Yes?", "at": 1795427999}]}`, at},
		{"a time without a zone", `{"message": {"text": "later", "at": "2026-11-23T05:00:00"}}`, conditions.Signals{Channel: "chat", Message: "later"}},
		{"a time without a zone in the list", `{"message": "later", "messages": [{"text": "later", "at": "2026-11-23 05:00:00"}]}`, conditions.Signals{Channel: "chat", Message: "later"}},
		{"a time with a blank before it", `{"messages": [{"text": "later", "at": "2026-11-23 05:00:00-05:00"}]}`, at},
		{"the newest first", `{"messages": [{"from": "user", "text": "later", "at": 1795428000}, {"from": "bot", "text": "Yes?"}, {"from": "user", "text": "first", "at": 1795427000}]}`, at},
		{"at one time", `{"messages": [{"from": "user", "text": "first", "at": 1795428000}, {"from": "user", "text": "later", "at": 1795428000}]}`, at},
		{"not all with times", `{"messages": [{"from": "user", "text": "first", "at": 1795429000}, {"from": "user", "text": "later"}]}`, conditions.Signals{Channel: "chat", Message: "later"}},
		{"an empty one is none", `{"messages": [{"from": "user", "text": "later", "at": 1795428000}, {"from": "user", "text": " ", "at": 1795428005}]}`, at},
		{"words of the model are none", `{"message": {"from": "assistant", "text": "a human"}, "messages": [{"from": "system", "text": "agent"}]}`, conditions.Signals{Channel: "chat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := assistant.ReadSignals([]byte(c.body), "acc_a")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, r.Signals()); diff != "" {
				t.Errorf("signals (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := assistant.ReadSignals([]byte(`[1]`), "acc_a"); err == nil {
		t.Error("a list is taken")
	}
}

// FuzzSignals holds that no body makes it panic, and that a share is one.
func FuzzSignals(f *testing.F) {
	f.Add(`{"signals": {"message": "x", "messages": [1, null, {"text": []}], "attributes": {"a": {"b": {"c": {"d": 1}}}}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		r, err := assistant.ReadSignals([]byte(body), "acc_a")
		if err != nil {
			return
		}
		if s := r.Signals(); s.Confidence != nil && (*s.Confidence < 0 || *s.Confidence > 1) {
			t.Errorf("confidence %v", *s.Confidence)
		}
	})
}
