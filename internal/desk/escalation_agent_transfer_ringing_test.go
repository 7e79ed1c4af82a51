package desk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func TestTransferOfWhatRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	support := w.department("Support")
	helper := w.agent("Hanna", support)
	for _, id := range w.agents {
		w.phone(id)
	}
	a := w.ring(w.request(1))
	_, err := w.Transfer(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Transfer{DepartmentID: support})
	wantProblem(t, err, "not-found") // offered is not assigned

	e, err := w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{DepartmentID: support, Note: "theirs"})
	must(t, err)
	if e.State != desk.Ringing || e.Offer.MemberID != helper || e.Offer.Number != 2 || e.DepartmentID != support || e.AssignedTo != nil {
		t.Errorf("moved: %+v", e)
	}
	w.wantKinds(a.Agent.ID, "offer", "offerWithdrawn")
	w.clean(a.EscalationID)
	again, err := w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{DepartmentID: support, Note: "theirs"})
	must(t, err)
	if diff := cmp.Diff(e, again); diff != "" {
		t.Errorf("asked again (-first +again):\n%s", diff)
	}

	e, err = w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{MemberID: w.agents[0]})
	must(t, err)
	if e.Offer.MemberID != w.agents[0] || e.Offer.Number != 3 {
		t.Errorf("moved to a member: %+v", e.Offer)
	}
	again, err = w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{MemberID: w.agents[0]})
	must(t, err)
	if diff := cmp.Diff(e, again); diff != "" {
		t.Errorf("asked again (-first +again):\n%s", diff)
	}
	before := w.everything(a.EscalationID)
	w.offline(w.agents[1])
	_, err = w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{MemberID: w.agents[1]})
	wantProblem(t, err, "nobody-available")
	w.online(w.agents[1])
	if diff := cmp.Diff(before, w.everything(a.EscalationID)); diff != "" {
		t.Errorf("refused, it changed something (-before +after):\n%s", diff)
	}
	w.clean(a.EscalationID)

	// Who was picked does not take it: the rotation goes on, until nobody is left.
	w.decline(w.agents[0], a.EscalationID)
	if s := w.peek(a.EscalationID); s.State != desk.Ringing || s.OfferTo == w.agents[0] {
		t.Errorf("after the chosen one declined: %+v", s)
	}
	for w.peek(a.EscalationID).State == desk.Ringing {
		w.decline(w.peek(a.EscalationID).OfferTo, a.EscalationID)
	}
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor {
		t.Errorf("in the end: %+v", s)
	}
	w.clean(a.EscalationID)
}

// What rings is moved away from whom it rings at, even if they are the only one there.
func TestTransferOfWhatRingsIsElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	_, err := w.Transfer(w.ctx, w.admin, a.EscalationID, desk.Transfer{DepartmentID: w.dep})
	wantProblem(t, err, "nobody-available")
	if s := w.peek(a.EscalationID); s.Offer != 1 || s.OfferTo != w.agents[0] {
		t.Errorf("it stays: %+v", s)
	}
	w.clean(a.EscalationID)
}
