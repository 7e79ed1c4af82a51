package desk_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
)

// A handle leads to its escalation, and nothing else does: in the same words for all that
// is none.
func TestEscalationOfHandle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a, b := w.escalate(w.request(1)), w.escalate(w.request(2))
	status, err := w.Status(w.ctx, w.acc, a.EscalationID)
	must(t, err)
	if a.Handle == "" || status.Handle != a.Handle || b.Handle == a.Handle {
		t.Fatalf("handles %q, later %q, another's %q", a.Handle, status.Handle, b.Handle)
	}
	old := w.escalate(w.request(3))
	w.stored(keys.Escalation(old.EscalationID), func(fields map[string]any) { delete(fields, "hs") })
	id := strings.TrimPrefix(a.EscalationID, "esc_")
	secret := a.Handle[strings.LastIndex(a.Handle, "_")+1:]
	other := b.Handle[strings.LastIndex(b.Handle, "_")+1:]
	for _, c := range []struct{ name, account, handle, want string }{
		{"the handle", w.acc, a.Handle, a.EscalationID},
		{"another account", w.outsider().AccountID, a.Handle, ""},
		{"another's secret", w.acc, "hdl_" + id + "_" + other, ""},
		{"a part of the secret", w.acc, a.Handle[:len(a.Handle)-1], ""},
		{"more than the secret", w.acc, a.Handle + "a", ""},
		{"no secret", w.acc, "hdl_" + id + "_", ""},
		{"no secret at all", w.acc, "hdl_" + id, ""},
		{"an empty secret of one that has none", w.acc, "hdl_" + strings.TrimPrefix(old.EscalationID, "esc_") + "_", ""},
		{"the id", w.acc, a.EscalationID, ""},
		{"of nobody", w.acc, "hdl_aaaaaaaaaaaa_" + secret, ""},
		{"another prefix", w.acc, "cnk_" + id + "_" + secret, ""},
		{"signs of keys", w.acc, "hdl_aaaaa/state0_" + secret, ""},
		{"nothing", w.acc, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.EscalationOfHandle(w.ctx, c.account, c.handle)
			switch {
			case c.want != "" && (err != nil || got != c.want):
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			case c.want == "" && (!desk.IsProblem(err, "not-found") || err.Error() != "not-found: There is no such escalation."):
				t.Errorf("got %q, %v; want not-found", got, err)
			}
		})
	}
}

// Whoever meets another's enquiry, by an interaction that somebody has told them, is known
// to be another one. A repeat of one's own is not.
func TestJoined(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	own := with(w.request(1), func(r *desk.Request) { r.RequestID, r.InteractionID = "", "conv-7" })
	first := w.escalate(own)
	for _, c := range []struct {
		name   string
		change func(*desk.Request)
		joined bool
	}{
		{"the same again", func(*desk.Request) {}, false},
		{"another customer", func(r *desk.Request) { r.Customer.Phone = "+919811111111" }, true},
		{"no customer", func(r *desk.Request) { r.Customer = desk.Customer{} }, true},
		{"another summary of the same length", func(r *desk.Request) {
			r.Conversation.Summary = strings.Repeat("x", len(r.Conversation.Summary)) + "x"
		}, true},
		{"more was said", func(r *desk.Request) {
			r.Conversation.Messages = append([]desk.ChatMessage{{From: "customer", Text: "more"}}, r.Conversation.Messages...)
		}, true},
		{"other words of the same length", func(r *desk.Request) {
			r.Conversation.Messages = slices.Clone(r.Conversation.Messages)
			last := &r.Conversation.Messages[len(r.Conversation.Messages)-1]
			last.Text = strings.Repeat("x", len(last.Text))
		}, true},
		{"a request id of its own", func(r *desk.Request) { r.RequestID = "follower" }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.escalate(with(own, c.change))
			if got.EscalationID != first.EscalationID || got.Joined != c.joined || !got.Knows(first.Handle) {
				t.Errorf("got %s, joined %t, handle %q; want %s, %t, %q", got.EscalationID, got.Joined, got.Handle, first.EscalationID, c.joined, first.Handle)
			}
		})
	}
	if first.Joined {
		t.Error("the first one joined nobody")
	}
	silent := desk.Request{AccountID: w.acc, InteractionID: "conv-8", Channel: "chat", Reason: desk.CustomerRequest}
	if a, b := w.escalate(silent), w.escalate(silent); a.Joined || !b.Joined {
		t.Errorf("what says nothing: joined %t, then %t; want false, true", a.Joined, b.Joined)
	}
	silent.InteractionID, silent.Customer.Locale = "conv-9", "en"
	if a, b := w.escalate(silent), w.escalate(silent); a.Joined || !b.Joined {
		t.Errorf("what says a language alone: joined %t, then %t; want false, true", a.Joined, b.Joined)
	}
}
