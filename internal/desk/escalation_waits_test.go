package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// writes adds a message to the conversation.
func (w *world) writes(id, from, text string) {
	w.t.Helper()
	_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: from, Text: text}})
	must(w.t, err)
}

// leftAlone is a world whose one agent has accepted a chat, has gone offline and is not heard of.
func leftAlone(t *testing.T) (w *world, agent, id string) {
	t.Helper()
	w = newWorld(t, worldOptions{agents: 1})
	agent = w.agents[0]
	w.phone(agent)
	w.phone(w.admin.MemberID)
	w.online(w.admin.MemberID)
	id = w.take(w.request(1)).EscalationID
	w.offline(agent)
	w.clock.Advance(time.Minute)
	return w, agent, id
}

// Who waits for a word is noticed: the agent is told after two minutes, who manages after ten.
func TestCustomerWaits(t *testing.T) {
	t.Parallel()
	w, agent, id := leftAlone(t)
	w.writes(id, "customer", "Are you there?")
	w.pass(time.Minute)
	w.writes(id, "customer", "Hello?") // no second look
	w.pass(time.Minute - time.Second)
	w.wantKinds(agent, "offer")
	w.pass(time.Second)
	w.wantKinds(agent, "offer", "customerWaits")
	w.pass(8*time.Minute - time.Second)
	w.wantKinds(w.admin.MemberID)
	w.pass(time.Second)
	w.wantKinds(w.admin.MemberID, "customerWaits")
	w.pass(time.Hour)
	w.wantKinds(agent, "offer", "customerWaits")
	w.wantKinds(w.admin.MemberID, "customerWaits")
	if n := w.notices(w.admin.MemberID)[0]; n.EscalationID != id || n.Channel != roster.Chat {
		t.Errorf("got %+v, want it about the chat", n)
	}
}

// Any sign of the agent counts, and so does a message of theirs; a message that was written
// before them, or is the assistant's, makes nobody wait.
func TestCustomerDoesNotWait(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		act  func(w *world, agent, id string)
	}{
		{"the agent answers", func(w *world, _, id string) { w.writes(id, "agent", "Yes.") }},
		{"both in one", func(w *world, _, id string) {
			_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: "Well?"}, {From: "agent", Text: "Yes."}})
			must(w.t, err)
		}},
		{"the agent looks", func(w *world, agent, id string) {
			_, err := w.Escalation(w.ctx, w.staff(agent), id)
			must(w.t, err)
		}},
		{"the agent's page polls", func(w *world, agent, _ string) {
			_, err := w.MyEscalations(w.ctx, w.staff(agent))
			must(w.t, err)
		}},
		{"the agent accepts again", func(w *world, agent, id string) { w.accept(agent, id) }},
		{"the agent's app says seen", func(w *world, agent, id string) { _ = w.Seen(w.ctx, w.staff(agent), id, 0) }},
		{"the agent files it", func(w *world, agent, id string) {
			_, err := w.File(w.ctx, w.staff(agent), id, w.department("Gents"))
			must(w.t, err)
		}},
		{"the agent transfers it", func(w *world, agent, id string) {
			_, err := w.Transfer(w.ctx, w.staff(agent), id, desk.Transfer{MemberID: w.admin.MemberID})
			must(w.t, err)
		}},
		{"the agent completes it", func(w *world, agent, id string) { w.complete(agent, id) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, agent, id := leftAlone(t)
			w.writes(id, "customer", "Are you there?")
			c.act(w, agent, id)
			w.pass(time.Hour)
			for _, member := range []string{agent, w.admin.MemberID} {
				for _, n := range w.notices(member) {
					if n.Kind == desk.NoticeWaits {
						t.Errorf("%s was told that the customer waits", member)
					}
				}
			}
		})
	}
	w, agent, id := leftAlone(t)
	w.writes(id, "assistant", "One moment.")
	w.pass(time.Hour)
	w.wantKinds(agent, "offer")
}

// An agent who is there sees it in the conversation; only after ten minutes somebody else hears.
func TestCustomerWaitsForOneWhoIsThere(t *testing.T) {
	t.Parallel()
	w, agent, id := leftAlone(t)
	w.online(agent)
	w.writes(id, "customer", "Are you there?")
	w.pass(5 * time.Minute)
	w.wantKinds(agent, "offer")
	w.pass(5 * time.Minute)
	w.wantKinds(agent, "offer")
	w.wantKinds(w.admin.MemberID, "customerWaits")
}

// A message that comes twice, early or when all has moved on tells nobody anything.
func TestSilentMessages(t *testing.T) {
	t.Parallel()
	w, agent, id := leftAlone(t)
	w.writes(id, "customer", "Are you there?")
	var m desk.Message
	for _, p := range w.timers.Pending() {
		if p.Message.Kind == desk.WakeSilent {
			m = p.Message
		}
	}
	must(t, w.Wake(w.ctx, m)) // early
	w.wantKinds(agent, "offer")
	w.pass(2 * time.Minute)
	for range 3 {
		must(t, w.Wake(w.ctx, m))
	}
	w.wantKinds(agent, "offer", "customerWaits")
	w.writes(id, "agent", "Yes.")
	w.clock.Advance(time.Second)
	w.writes(id, "customer", "Good.") // a wait of its own
	must(t, w.Wake(w.ctx, m))
	w.wantKinds(agent, "offer", "customerWaits")
	w.pass(2 * time.Minute)
	w.wantKinds(agent, "offer", "customerWaits", "customerWaits")
}

// Whoever notes the look and hears no answer has noted it, and tells.
func TestSilentLookOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	w, agent, id := leftAlone(t)
	w.writes(id, "customer", "Are you there?")
	lost := false
	mend := w.faulty(fault.Options{After: func(c fault.Call, err error) error {
		if writes(c, "waits") && err == nil && !lost {
			lost = true
			return table.ErrOutcomeUnknown
		}
		return err
	}})
	w.pass(2 * time.Minute)
	mend()
	if w.wantKinds(agent, "offer", "customerWaits"); !lost {
		t.Error("no answer was lost")
	}
}

// Work that times out unanswered is completed, and its customer is called back; answered or
// silent on both sides it is over.
func TestTimedOutUnanswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		says []string // who writes, in order
		want bool     // a callback
	}{
		{"silent on both sides", nil, false},
		{"unanswered", []string{"customer"}, true},
		{"answered", []string{"customer", "agent"}, false},
		{"answered, and asked again", []string{"customer", "agent", "customer"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, agent, id := leftAlone(t)
			for _, from := range c.says {
				w.writes(id, from, "Hello, "+from)
				w.clock.Advance(time.Second)
			}
			w.pass(25 * time.Hour)
			e := w.view(id)
			if e.State != desk.Completed || *e.Outcome != "timed_out" || (e.CallbackID != nil) != c.want {
				t.Errorf("got %s, %s with the callback %v, want one: %t", e.State, *e.Outcome, e.CallbackID, c.want)
			}
			if c.want && e.CallbackID != nil {
				if cb := w.callback(*e.CallbackID); cb.Because != roster.TimedOut || cb.EntriesCount != 1 {
					t.Errorf("got the callback %+v, want one because it timed out", cb)
				}
			}
			if r := w.row(agent); len(r.Work) != 0 {
				t.Errorf("the agent still has %v", r.Work)
			}
		})
	}
}

// A message that comes while the work is being ended is not lost, and neither is an answer.
func TestMessageWhileWorkTimesOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		before, during string
		want           bool // a callback
	}{
		{"the first message", "", "customer", true},
		{"the answer", "customer", "agent", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _, id := leftAlone(t)
			if c.before != "" {
				w.writes(id, c.before, "Hello, "+c.before)
			}
			w.pass(24*time.Hour + 14*time.Minute - time.Second)
			armed := true
			inner := w.Desk.Table
			w.Desk.Table = fault.New(inner, fault.Options{Before: func(f fault.Call) error {
				if f.Kind == fault.Write && armed {
					armed = false
					w.writes(id, c.during, "Hello, "+c.during)
				}
				return nil
			}})
			w.pass(time.Minute)
			if e := w.view(id); armed || e.State != desk.Completed || (e.CallbackID != nil) != c.want {
				t.Errorf("got %s with the callback %v, want it completed and a callback: %t", e.State, e.CallbackID, c.want)
			}
		})
	}
}
