package desk_test

import (
	"slices"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// The sender of a transfer is removed while it rings: it goes on where it was sent, for that is
// who can help the customer.
func TestSenderRemovedDuringTransfer(t *testing.T) {
	t.Parallel()
	type team struct{ kids, gents, hugo, heidi, other string }
	for _, c := range []struct {
		name   string
		to     func(s team) desk.Transfer
		before func(s team) string // the department while it rings
		next   func(s team) string // whom it rings for when the receiver has declined
	}{
		{"to a department", func(s team) desk.Transfer { return desk.Transfer{DepartmentID: s.gents} },
			func(s team) string { return s.gents }, func(s team) string { return s.heidi }},
		{"to a member", func(s team) desk.Transfer { return desk.Transfer{MemberID: s.hugo} },
			func(s team) string { return s.kids }, func(s team) string { return s.other }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			sender, s := w.agents[0], team{kids: w.dep, gents: w.department("Gents")}
			id := w.take(w.request(1)).EscalationID
			s.hugo = w.agent("Hugo", s.gents)
			_, err := w.Transfer(w.ctx, w.staff(sender), id, c.to(s))
			must(t, err)
			s.heidi, s.other = w.agent("Heidi", s.gents), w.agent("Other", s.kids)
			must(t, w.DeleteMember(w.ctx, w.admin, sender))
			if e := w.view(id); e.State != desk.Ringing || e.DepartmentID != c.before(s) || w.peek(id).OfferTo != s.hugo {
				t.Errorf("got %s in %s, offered to %s, want it ringing on in %s", e.State, e.DepartmentID, w.peek(id).OfferTo, c.before(s))
			}
			w.decline(s.hugo, id)
			if got := w.peek(id).OfferTo; got != c.next(s) {
				t.Errorf("after the receiver declined it rings for %q, want %q", got, c.next(s))
			}
			w.clean(id)
		})
	}
}

// What became a callback is neither completed nor passed on, and the words are a sentence.
func TestCallbackIsNoWork(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	id := w.miss(w.request(1)).EscalationID
	_, err := w.Complete(w.ctx, w.admin, id, desk.Completion{Outcome: "resolved"})
	if got, want := wantProblem(t, err, "escalation-ended").Detail, "It is a callback."; got != want {
		t.Errorf("completed: got %q, want %q", got, want)
	}
	_, err = w.Transfer(w.ctx, w.admin, id, desk.Transfer{DepartmentID: w.dep})
	if got, want := wantProblem(t, err, "escalation-ended").Detail, "It is a callback and cannot be transferred."; got != want {
		t.Errorf("transferred: got %q, want %q", got, want)
	}
}

// Who passed work on may look at it, so they hear who has completed it meanwhile; for a
// stranger it is not there.
func TestCompletedAfterPassingItOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	id := w.take(w.request(1)).EscalationID
	first := w.view(id).AssignedTo.ID
	i := slices.Index(w.agents, first)
	next, stranger := w.agents[(i+1)%3], w.agents[(i+2)%3]
	done := desk.Completion{Outcome: "resolved"}
	_, err := w.Transfer(w.ctx, w.staff(first), id, desk.Transfer{MemberID: next})
	must(t, err)
	_, err = w.Accept(w.ctx, w.staff(next), id, 0)
	must(t, err)
	_, err = w.Complete(w.ctx, w.staff(first), id, done)
	wantProblem(t, err, "not-found") // it is in other hands
	_, err = w.Complete(w.ctx, w.staff(next), id, done)
	must(t, err)

	_, err = w.Complete(w.ctx, w.staff(first), id, done)
	p := wantProblem(t, err, "escalation-ended")
	if who, _ := p.Extra["completedBy"].(desk.Agent); who.ID != next || p.Class != desk.Conflict {
		t.Errorf("completedBy: got %+v, want %s", who, next)
	}
	_, err = w.Complete(w.ctx, w.staff(stranger), id, done)
	wantProblem(t, err, "not-found")
}
