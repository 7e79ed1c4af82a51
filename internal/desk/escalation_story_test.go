package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestEscalationIsTaken(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 1})
	w.phone(w.agents[0])
	r := w.request(1)
	a := w.escalate(r)
	if a.Outcome != desk.OutcomeRinging || a.Agent == nil || a.Agent.ID != w.agents[0] || *a.RingingSeconds != 25 {
		t.Fatalf("got %+v, want ringing at %s", a, w.agents[0])
	}
	pushes, err := w.phones.Feed("phone-"+w.agents[0], 10)
	must(t, err)
	if len(pushes) != 1 {
		t.Fatalf("got %d pushes, want 1", len(pushes))
	}
	e, err := w.Accept(w.ctx, w.staff(w.agents[0]), a.EscalationID, 1)
	must(t, err)
	if e.State != desk.Active || e.Conversation == nil || e.Conversation.Messages[0].Text != r.Conversation.Messages[0].Text || e.Customer != r.Customer {
		t.Fatalf("accepted %+v", e)
	}
	e, err = w.Complete(w.ctx, w.staff(w.agents[0]), a.EscalationID, desk.Completion{Outcome: "resolved", Note: "done"})
	must(t, err)
	if e.State != desk.Completed || *e.Outcome != "resolved" {
		t.Fatalf("completed %+v", e)
	}
	if got := w.row(w.agents[0]).Work; len(got) != 0 {
		t.Errorf("open work after completing: %v", got)
	}
}

func TestRoundRobin(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 3})
	var order []string
	for i := range 6 {
		a := w.escalate(w.call(i))
		_, err := w.Accept(w.ctx, w.staff(a.Agent.ID), a.EscalationID, 0)
		must(t, err)
		_, err = w.Complete(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Completion{Outcome: "resolved"})
		must(t, err)
		order = append(order, a.Agent.ID)
		w.clock.Advance(time.Second)
	}
	if !slices.Equal(order[:3], order[3:]) || order[0] == order[1] || order[1] == order[2] || order[0] == order[2] {
		t.Errorf("order of turns %v", order)
	}
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 3})
	a := w.escalate(w.request(1))
	w.pass(stands - time.Second)
	if s := w.peek(a.EscalationID); s.Offer != 1 {
		t.Fatalf("before the ring time was over: %+v", s)
	}
	w.pass(time.Second)
	if s := w.peek(a.EscalationID); s.Offer != 2 || s.OfferTo == a.Agent.ID {
		t.Fatalf("after the ring time: %+v", s)
	}
	w.pass(2 * stands)
	s := w.peek(a.EscalationID)
	if s.State != desk.CalledFor || len(s.Offers) != 3 {
		t.Fatalf("after all missed: %+v", s)
	}
	cb, err := w.Callback(w.ctx, w.admin, s.Callback, "")
	must(t, err)
	if cb.Because != roster.NoAnswer || len(cb.Conversations) != 1 || len(cb.Conversations[0].Messages) != 1 {
		t.Errorf("callback %+v", cb)
	}
}

func TestNobodyOnline(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 2})
	for _, id := range w.agents {
		w.offline(id)
	}
	a := w.escalate(w.request(1))
	if a.Outcome != desk.OutcomeCallback || a.Callback == nil || *a.Because != roster.NobodyOnline {
		t.Fatalf("got %+v, want a callback", a)
	}
	w.pass(time.Hour)
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor || s.Callback != a.Callback.ID {
		t.Errorf("later: %+v", s)
	}
}
