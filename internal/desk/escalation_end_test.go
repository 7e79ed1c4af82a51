package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)

	ringing := w.ring(w.request(1))
	if a := w.end(ringing.EscalationID); a.State != desk.Cancelled || a.Outcome != desk.OutcomeEnded || a.Callback != nil {
		t.Errorf("ringing, ended: %+v", a)
	}
	w.clean(ringing.EscalationID)
	if p := wantProblem(t, w.Seen(w.ctx, w.staff(agent), ringing.EscalationID, 1), "offer-gone"); p.Extra["state"] != desk.Cancelled {
		t.Errorf("what became of the offer: got %v, want that the customer left", p.Extra["state"])
	}
	w.wantKinds(agent, "offer", "offerWithdrawn")

	active := w.take(w.request(2))
	if a := w.end(active.EscalationID); a.State != desk.Completed || a.Outcome != desk.OutcomeEnded || a.Agent.ID != agent {
		t.Errorf("active, ended: %+v", a)
	}
	if e := w.view(active.EscalationID); *e.Outcome != "customer_left" || e.EndedAt == nil {
		t.Errorf("active, ended: %+v", e)
	}
	w.clean(active.EscalationID)

	done := w.take(w.request(3))
	w.complete(agent, done.EscalationID)
	w.offline(agent)
	called := w.miss(w.request(4))
	for _, id := range []string{ringing.EscalationID, active.EscalationID, done.EscalationID, called.EscalationID} {
		w.clock.Advance(time.Minute)
		before := w.view(id)
		w.end(id)
		if diff := cmp.Diff(before, w.view(id)); diff != "" {
			t.Errorf("ended again (-before +after):\n%s", diff)
		}
	}
	_, err := w.End(w.ctx, w.outsider().AccountID, done.EscalationID, true)
	wantProblem(t, err, "not-found")
}

func TestEndWithCallback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	made := map[string]bool{}
	for i, c := range []struct {
		name   string
		before func(id string)
		state  desk.State
	}{
		{"ringing", func(string) {}, desk.Cancelled},
		{"active", func(id string) { w.accept(agent, id) }, desk.Completed},
		{"cancelled", func(id string) { w.end(id) }, desk.Cancelled},
		{"completed", func(id string) { w.accept(agent, id); w.complete(agent, id) }, desk.Completed},
		{"callback", func(id string) { w.decline(agent, id) }, desk.CalledFor},
	} {
		a := w.ring(w.request(i))
		c.before(a.EscalationID)
		first, err := w.End(w.ctx, w.acc, a.EscalationID, true)
		must(t, err)
		if first.State != c.state || first.Callback == nil {
			t.Fatalf("%s: got %+v, want a callback and state %s", c.name, first, c.state)
		}
		again, err := w.End(w.ctx, w.acc, a.EscalationID, true)
		must(t, err)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("%s, again (-first +again):\n%s", c.name, diff)
		}
		cb := w.callback(first.Callback.ID)
		if cb.State != "open" || cb.Because != roster.NoAnswer || !slices.Equal(cb.EscalationIDs, []string{a.EscalationID}) {
			t.Errorf("%s: callback %+v", c.name, cb.Callback)
		}
		made[cb.ID] = true
		w.clean(a.EscalationID)
	}
	if list, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{States: []string{"open"}}, desk.Page{}); err != nil || len(list.Items) != 5 || len(made) != 5 {
		t.Errorf("callbacks: %d listed, %d made, %v; want 5", len(list.Items), len(made), err)
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	agent, other := w.staff(a.Agent.ID), w.staff(w.agents[0])
	if other == agent {
		other = w.staff(w.agents[1])
	}
	done := desk.Completion{Outcome: "hand_back", Note: "sent a label", Verdict: "assistant_should_know"}
	_, err := w.Complete(w.ctx, agent, a.EscalationID, done)
	wantProblem(t, err, "not-found") // only offered: not theirs yet
	w.accept(agent.MemberID, a.EscalationID)
	_, err = w.Complete(w.ctx, other, a.EscalationID, done)
	wantProblem(t, err, "not-found")
	e, err := w.Complete(w.ctx, agent, a.EscalationID, done)
	must(t, err)
	if e.State != desk.Completed || *e.Outcome != done.Outcome || *e.Note != done.Note || *e.Verdict != done.Verdict || e.AssignedTo.ID != agent.MemberID {
		t.Errorf("completed: %+v", e)
	}
	for _, repeat := range []desk.Completion{done, {Outcome: done.Outcome}} {
		again, err := w.Complete(w.ctx, agent, a.EscalationID, repeat)
		must(t, err)
		if diff := cmp.Diff(e, again); diff != "" {
			t.Errorf("completed again (-first +again):\n%s", diff)
		}
	}
	corrected, err := w.Complete(w.ctx, agent, a.EscalationID, desk.Completion{Outcome: "resolved", Note: "another"})
	must(t, err)
	if corrected.State != desk.Completed || *corrected.Outcome != "resolved" || *corrected.Note != "another" || !corrected.EndedAt.Equal(*e.EndedAt) {
		t.Errorf("corrected: %+v", corrected)
	}
	w.clock.Advance(10*time.Minute + time.Second)
	again, err := w.Complete(w.ctx, agent, a.EscalationID, desk.Completion{Outcome: "resolved", Note: "another"})
	must(t, err)
	if diff := cmp.Diff(corrected, again); diff != "" {
		t.Errorf("repeated much later (-corrected +again):\n%s", diff)
	}
	_, err = w.Complete(w.ctx, agent, a.EscalationID, done)
	wantProblem(t, err, "escalation-ended") // corrected too late
	ringing := w.ring(w.request(2))
	e, err = w.Complete(w.ctx, w.admin, ringing.EscalationID, desk.Completion{Outcome: "no_customer"})
	must(t, err)
	if e.State != desk.Completed || e.AssignedTo != nil {
		t.Errorf("completed by an admin while it rang: %+v", e)
	}
	w.clean(ringing.EscalationID)
	left := w.ring(w.request(3))
	w.end(left.EscalationID)
	_, err = w.Complete(w.ctx, w.admin, left.EscalationID, done)
	wantProblem(t, err, "escalation-ended")
}

// Two who complete the same work do not both believe to have been heard.
func TestCompletedBySomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.staff(w.agents[0])
	done := desk.Completion{Outcome: "resolved", Note: "sent a label"}
	for i, c := range []struct {
		name   string
		first  func(id string) error
		second desk.Caller
		want   desk.Agent // completedBy
	}{
		{"an admin after the agent", func(id string) error {
			_, err := w.Complete(w.ctx, agent, id, done)
			return err
		}, w.admin, desk.Agent{ID: agent.MemberID, FirstName: "Agent0"}},
		{"the agent after an admin", func(id string) error {
			_, err := w.Complete(w.ctx, w.admin, id, done)
			return err
		}, agent, desk.Agent{ID: w.admin.MemberID, FirstName: "Olga"}},
		{"an admin after the customer left", func(id string) error {
			_, err := w.End(w.ctx, w.acc, id, false)
			return err
		}, w.admin, desk.Agent{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := w.take(w.request(i)).EscalationID
			must(t, c.first(id))
			_, err := w.Complete(w.ctx, c.second, id, done)
			p := wantProblem(t, err, "escalation-ended")
			if who, _ := p.Extra["completedBy"].(desk.Agent); who != c.want || p.Class != desk.Conflict {
				t.Errorf("completedBy: got %+v, want %+v", who, c.want)
			}
		})
	}
}

// What was closed by name opens again with a correction as what was resolved does, unless it is
// named again or the matter is resolved after all.
func TestCorrectionOpensWhatWasNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		first, then desk.Completion
		again       bool // the callback is named again
		want        string
	}{
		{"hand_back to no_customer", desk.Completion{Outcome: "hand_back"}, desk.Completion{Outcome: "no_customer"}, false, "open"},
		{"hand_back to no_customer, named again", desk.Completion{Outcome: "hand_back"}, desk.Completion{Outcome: "no_customer"}, true, "done"},
		{"hand_back to resolved", desk.Completion{Outcome: "hand_back"}, desk.Completion{Outcome: "resolved"}, false, "done"},
		{"resolved to hand_back", desk.Completion{Outcome: "resolved"}, desk.Completion{Outcome: "hand_back"}, false, "open"},
		{"a note alone", desk.Completion{Outcome: "hand_back"}, desk.Completion{Outcome: "hand_back", Note: "more"}, false, "done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.offline(agent)
			cb := w.miss(w.request(1)).Callback.ID
			w.online(agent)
			r := w.request(1)
			r.RequestID, r.InteractionID, r.DepartmentID = "again", "again", ""
			id := w.take(r).EscalationID
			c.first.CallbackIDs = []string{cb}
			_, err := w.Complete(w.ctx, w.staff(agent), id, c.first)
			must(t, err)
			if got := w.callback(cb).State; got != "done" {
				t.Fatalf("named, it is %s, want done", got)
			}
			if c.again {
				c.then.CallbackIDs = []string{cb}
			}
			_, err = w.Complete(w.ctx, w.staff(agent), id, c.then)
			must(t, err)
			if got := w.callback(cb).State; got != c.want {
				t.Errorf("corrected, it is %s, want %s", got, c.want)
			}
		})
	}
}

// What an agent names when they are told that the work is over already is settled, too: they
// hear of no callback that they named and that stays open all the same.
func TestCallbacksThatAreNamedLate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		first func(w *world, agent, id string)
		then  desk.Completion
	}{
		{"with the same outcome", func(w *world, agent, id string) { w.complete(agent, id) }, desk.Completion{Outcome: "resolved"}},
		{"with another note", func(w *world, agent, id string) { w.complete(agent, id) }, desk.Completion{Outcome: "resolved", Note: "more"}},
		{"after the customer left", func(w *world, _, id string) { w.end(id) }, desk.Completion{Outcome: "resolved"}},
		{"after the customer left, with a note", func(w *world, _, id string) { w.end(id) }, desk.Completion{Outcome: "resolved", Note: "more"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.offline(agent)
			cb := w.miss(w.request(1)).Callback.ID
			w.online(agent)
			r := w.request(1)
			r.RequestID, r.InteractionID, r.Customer.Name = "again", "again", "Ravi" // to resolve alone leaves Meera's
			id := w.take(r).EscalationID
			c.first(w, agent, id)
			if got := w.callback(cb).State; got != "open" {
				t.Fatalf("not named, it is %s, want open", got)
			}
			c.then.CallbackIDs = []string{cb}
			for range 2 { // done again it changes nothing
				e, err := w.Complete(w.ctx, w.staff(agent), id, c.then)
				must(t, err)
				if got := w.callback(cb).State; got != "done" || (c.then.Note != "") != (e.Note != nil) {
					t.Errorf("named, it is %s with the note %v, want done", got, e.Note)
				}
			}
		})
	}
}

// After a call the agent's account of it comes when the platform has said long ago that
// the customer left.
func TestAccountAfterTheCustomerLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.take(w.call(1))
	w.end(a.EscalationID)
	agent := w.staff(w.agents[0])
	for i, done := range []desk.Completion{
		{Outcome: "resolved"},
		{Outcome: "resolved", Note: "sent a label", Verdict: "right"},
		{Outcome: "resolved", Note: "another"},
	} {
		e, err := w.Complete(w.ctx, agent, a.EscalationID, done)
		must(t, err)
		if *e.Outcome != "customer_left" {
			t.Errorf("outcome: got %s, want customer_left", *e.Outcome)
		}
		if i > 0 && (e.Note == nil || *e.Note != "sent a label" || *e.Verdict != "right") {
			t.Errorf("account %d: got %v, %v", i, e.Note, e.Verdict)
		}
	}
}

func TestWorkTimer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		request func(*world, int) desk.Request
		after   time.Duration
	}{
		{"call", (*world).call, 2 * time.Hour},
		{"chat", (*world).request, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.phone(agent)
			a := w.take(c.request(w, 1))
			w.pass(c.after - time.Second)
			w.wantKinds(agent, "offer")
			w.pass(time.Second)
			w.wantKinds(agent, "offer", "workOpenLong")
			if n := w.notices(agent)[1]; n.EscalationID != a.EscalationID {
				t.Errorf("warned of %q, want %q", n.EscalationID, a.EscalationID)
			}
			w.pass(15*time.Minute - time.Second)
			if s := w.peek(a.EscalationID); s.State != desk.Active {
				t.Fatalf("a second before: %+v", s)
			}
			w.pass(time.Second)
			if e := w.view(a.EscalationID); e.State != desk.Completed || *e.Outcome != "timed_out" {
				t.Errorf("after all: %+v", e)
			}
			w.clean(a.EscalationID)
			w.ring(c.request(w, 2))
		})
	}
}

// A transfer gives the receiver the whole time: the sender's timer comes early.
func TestWorkTimerAfterTransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.take(w.call(1))
	sender, receiver := a.Agent.ID, w.agents[0]
	if sender == receiver {
		receiver = w.agents[1]
	}
	w.phone(receiver)
	w.pass(90 * time.Minute)
	_, err := w.Transfer(w.ctx, w.staff(sender), a.EscalationID, desk.Transfer{MemberID: receiver})
	must(t, err)
	w.accept(receiver, a.EscalationID)
	w.pass(2*time.Hour - time.Second)
	w.wantKinds(receiver, "offer")
	w.pass(15 * time.Minute)
	if s := w.peek(a.EscalationID); s.State != desk.Active {
		t.Errorf("too early: %+v", s)
	}
	w.pass(time.Second)
	if s := w.peek(a.EscalationID); s.State != desk.Completed {
		t.Errorf("in the end: %+v", s)
	}
}

func TestWorkTimerIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.settings(desk.AccountPatch{ActiveMinutes: &desk.ActiveMinutesPatch{Chat: ptr(30)}})
	timers := w.Timers
	w.Timers = &unpunctual{timers, func(m desk.Message) bool { return m.Kind == desk.WakeWork }}
	a := w.take(w.request(1))
	w.Timers = timers
	w.pass(46 * time.Minute)
	if s := w.peek(a.EscalationID); s.State != desk.Active {
		t.Fatalf("without a timer: %+v", s)
	}
	w.view(a.EscalationID) // whoever reads it sends the timer again
	w.pass(0)
	if s := w.peek(a.EscalationID); s.State != desk.Completed {
		t.Errorf("after reading it: %+v", s)
	}
}
