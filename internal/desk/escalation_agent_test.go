package desk_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
)

func TestAcceptWinsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	winner, loser := a.Agent.ID, w.agents[1]
	if winner == loser {
		loser = w.agents[0]
	}
	_, err := w.Accept(w.ctx, w.staff(loser), a.EscalationID, 0)
	if p := wantProblem(t, err, "offer-gone"); p.Class != desk.Conflict || p.Extra["takenBy"] != nil {
		t.Errorf("while it rings elsewhere: got %+v, want a conflict without takenBy", p)
	}
	first := w.accept(winner, a.EscalationID)
	if first.State != desk.Active || first.AssignedTo == nil || first.AssignedTo.ID != winner || first.Offer != nil || first.AcceptedAt == nil {
		t.Errorf("accepted: %+v", first)
	}
	_, err = w.Accept(w.ctx, w.staff(loser), a.EscalationID, 0)
	p := wantProblem(t, err, "offer-gone")
	if who, ok := p.Extra["takenBy"].(desk.Agent); !ok || who.ID != winner || who.FirstName == "" {
		t.Errorf("takenBy: got %v, want %s", p.Extra["takenBy"], winner)
	}
	w.clock.Advance(time.Second)
	for _, number := range []int{0, 1} {
		again, err := w.Accept(w.ctx, w.staff(winner), a.EscalationID, number)
		must(t, err)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("accepted again as offer %d (-first +again):\n%s", number, diff)
		}
	}
	w.clean(a.EscalationID)
}

func TestAcceptAgainAfterTheCustomerLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.take(w.request(1))
	w.end(a.EscalationID)
	e := w.accept(w.agents[0], a.EscalationID) // the answer to the first was lost
	if e.State != desk.Completed || e.Conversation == nil {
		t.Errorf("got %s, want completed with its conversation", e.State)
	}
	w.clean(a.EscalationID)
}

func TestAcceptPastTheRingTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.clock.Advance(40 * time.Second) // the timer is late
	w.accept(a.Agent.ID, a.EscalationID)
	w.deliverDue()
	if s := w.peek(a.EscalationID); s.State != desk.Active || s.Assigned != a.Agent.ID || len(s.Offers) != 1 {
		t.Errorf("after the late timer: %+v", s)
	}
	if got := w.row(a.Agent.ID).Missed; got != 0 {
		t.Errorf("missed offers: got %d, want 0", got)
	}
}

func TestOffersThatAreGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	first := w.staff(a.Agent.ID)
	w.pass(stands) // rings at the second
	second := w.staff(w.peek(a.EscalationID).OfferTo)
	for _, c := range []struct {
		name  string
		by    desk.Caller
		offer int
	}{
		{"missed", first, 0},
		{"missed, by its number", first, 1},
		{"the number of the present", first, 2},
		{"an old number", second, 1},
		{"a number to come", second, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Accept(w.ctx, c.by, a.EscalationID, c.offer)
			if !desk.IsProblem(err, "offer-gone") {
				t.Errorf("accept: got %v, want offer-gone", err)
			}
			if err := w.Seen(w.ctx, c.by, a.EscalationID, c.offer); !desk.IsProblem(err, "offer-gone") {
				t.Errorf("seen: got %v, want offer-gone", err)
			}
		})
	}
	wantProblem(t, w.Decline(w.ctx, second, a.EscalationID, 3, ""), "offer-gone")
	w.end(a.EscalationID)
	_, err := w.Accept(w.ctx, second, a.EscalationID, 2)
	if p := wantProblem(t, err, "offer-gone"); p.Extra["takenBy"] != nil {
		t.Errorf("after the customer left: takenBy %v", p.Extra["takenBy"])
	}
	_, err = w.Accept(w.ctx, second, "esc_aaaaaaaaaaaa", 0)
	wantProblem(t, err, "not-found")
	_, err = w.Accept(w.ctx, w.outsider(), a.EscalationID, 0)
	wantProblem(t, err, "not-found")
	w.clean(a.EscalationID)
}

// All that can happen to an offer happens to it at the same moment.
func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	accepted := 0
	for i := range 16 {
		a := w.ring(w.request(i))
		agent := w.staff(a.Agent.ID)
		w.seen(a.EscalationID) // else two that arrive nowhere take the agent offline
		w.clock.Advance(stands)
		timers := w.timers.Pending()
		acts := []func() error{
			func() error { _, err := w.Accept(w.ctx, agent, a.EscalationID, 1); return err },
			func() error { _, err := w.Accept(w.ctx, agent, a.EscalationID, 0); return err },
			func() error { return w.Decline(w.ctx, agent, a.EscalationID, 1, "") },
			func() error {
				return w.Wake(w.ctx, desk.Message{Kind: desk.WakeRing, AccountID: w.acc, EscalationID: a.EscalationID, Offer: 1, Due: w.clock.Now()})
			},
		}
		if i%2 == 0 {
			acts = append(acts, func() error { _, err := w.End(w.ctx, w.acc, a.EscalationID, i%4 == 0); return err })
		}
		errs := make([]error, len(acts))
		var start, done sync.WaitGroup
		start.Add(1)
		for k, act := range acts {
			done.Go(func() { start.Wait(); errs[k] = act() })
		}
		start.Done()
		done.Wait()
		for k, err := range errs {
			if err != nil && !desk.IsProblem(err, "offer-gone") {
				t.Errorf("round %d, act %d: %v", i, k, err)
			}
		}
		e := w.view(a.EscalationID)
		took := slices.Contains(whats(e), "accepted")
		if won := errs[0] == nil || errs[1] == nil; won != took || took && e.AssignedTo.ID != agent.MemberID {
			t.Errorf("round %d: accept said %v, %v of %v", i, errs[0], errs[1], whats(e))
		}
		if took {
			accepted++
		}
		w.clean(a.EscalationID)
		w.end(a.EscalationID)
		for _, d := range timers {
			must(t, w.timers.Deliver(w.ctx, d.ID, w.Wake))
		}
	}
	rows, err := w.Rows(w.ctx, w.acc)
	must(t, err)
	for _, r := range rows {
		if len(r.Work) > 0 {
			t.Errorf("open work at the end: %+v", r)
		}
	}
	t.Logf("accepted %d of 16", accepted)
}

func TestSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	agent := w.staff(a.Agent.ID)
	if o := w.view(a.EscalationID).Offer; o == nil || o.SeenAt != nil || o.MemberID != agent.MemberID || o.Number != 1 || o.RingingSeconds != 25 {
		t.Fatalf("offer: %+v", o)
	}
	w.clock.Advance(1500 * time.Millisecond)
	first := w.clock.Now()
	must(t, w.Seen(w.ctx, agent, a.EscalationID, 1))
	w.clock.Advance(time.Second)
	must(t, w.Seen(w.ctx, agent, a.EscalationID, 0))
	o := w.view(a.EscalationID).Offer
	if o.SeenAt == nil || !o.SeenAt.Equal(first) || o.RingingSeconds != 23 {
		t.Errorf("seen twice: %+v, want %v and 23 seconds left", o, first)
	}
	w.decline(agent.MemberID, a.EscalationID)
	if o := w.view(a.EscalationID).Offer; o.SeenAt != nil {
		t.Errorf("the next offer is seen: %+v", o)
	}
}

// An offer whose timer got lost rings on until somebody reads it.
func TestReadersReplaceALostTimer(t *testing.T) {
	t.Parallel()
	for i, read := range []func(w *world, id, member string) error{
		func(w *world, id, _ string) error { _, err := w.Status(w.ctx, w.acc, id); return err },
		func(w *world, id, _ string) error { _, err := w.Escalation(w.ctx, w.admin, id); return err },
		func(w *world, _, member string) error {
			_, err := w.MyEscalations(w.ctx, w.staff(member))
			return err
		},
		func(w *world, id, _ string) error { _, err := w.Append(w.ctx, w.acc, id, "", nil); return err },
		func(w *world, id, _ string) error {
			_, err := w.Decide(w.ctx, w.acc, conditions.Signals{InteractionID: w.request(1).InteractionID})
			return err
		},
	} {
		w := newWorld(t, worldOptions{agents: 2})
		a := w.ring(w.request(1))
		for _, d := range w.timers.Pending() { // lost
			must(t, w.timers.Deliver(w.ctx, d.ID, lost))
		}
		w.clock.Advance(37 * time.Second)
		must(t, read(w, a.EscalationID, a.Agent.ID))
		w.deliverDue()
		if s := w.peek(a.EscalationID); s.Offer != 1 {
			t.Errorf("reader %d, 12 s late: %+v", i, s)
		}
		w.clock.Advance(time.Second)
		must(t, read(w, a.EscalationID, a.Agent.ID))
		w.deliverDue()
		if s := w.peek(a.EscalationID); s.Offer != 2 {
			t.Errorf("reader %d, 13 s late: %+v", i, s)
		}
	}
}
