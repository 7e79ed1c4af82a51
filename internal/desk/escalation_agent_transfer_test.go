package desk_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// handOver is a world in which a chat is active with the one agent of Sales, and two
// agents of Support are free.
type handOver struct {
	world    *world
	support  string
	sender   string
	helpers  []string
	id       string
	sendNote string
}

func newHandOver(t *testing.T) *handOver {
	t.Helper()
	w := newWorld(t, worldOptions{agents: 1})
	h := &handOver{world: w, support: w.department("Support"), sender: w.agents[0], sendNote: "knows about shoes"}
	for _, name := range []string{"Hanna", "Hugo"} {
		h.helpers = append(h.helpers, w.agent(name, h.support))
	}
	for _, id := range append([]string{h.sender}, h.helpers...) {
		w.phone(id)
	}
	h.id = w.take(w.request(1)).EscalationID
	return h
}

func (h *handOver) transfer(t desk.Transfer) desk.Escalation {
	h.world.t.Helper()
	t.Note = h.sendNote
	e, err := h.world.Transfer(h.world.ctx, h.world.staff(h.sender), h.id, t)
	must(h.world.t, err)
	return e
}

func (h *handOver) toSupport() desk.Escalation {
	h.world.t.Helper()
	return h.transfer(desk.Transfer{DepartmentID: h.support})
}

// other is the helper who is not this one.
func (h *handOver) other(id string) string { return h.helpers[1-slices.Index(h.helpers, id)] }

// everything is all that a refused call must leave as it was.
func (w *world) everything(id string) any {
	w.t.Helper()
	rows, err := w.Rows(w.ctx, w.acc)
	must(w.t, err)
	receipts, err := w.Receipts(w.ctx, w.admin, id)
	must(w.t, err)
	return []any{w.view(id), rows, receipts}
}

func TestTransferToDepartment(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	e := h.toSupport()
	if e.State != desk.Active || e.AssignedTo.ID != h.sender || e.Offer == nil || e.Offer.Number != 2 || !slices.Contains(h.helpers, e.Offer.MemberID) {
		t.Fatalf("while it rings: %+v", e)
	}
	if e.DepartmentID != h.world.dep {
		t.Errorf("department before acceptance: got %s, want %s", e.DepartmentID, h.world.dep)
	}
	h.world.clean(h.id)
	helper := e.Offer.MemberID
	if n := h.world.notices(helper); len(n) != 1 || !n[0].Transfer || n[0].Department != "Support" {
		t.Errorf("push: %+v", n)
	}
	if a, err := h.world.Status(h.world.ctx, h.world.acc, h.id); err != nil || a.Outcome != desk.OutcomeAccepted || a.Agent.ID != h.sender {
		t.Errorf("status while it rings: %+v, %v", a, err)
	}
	again := h.toSupport() // the same call again
	if diff := cmp.Diff(e, again); diff != "" {
		t.Errorf("asked again (-first +again):\n%s", diff)
	}
	h.world.clock.Advance(time.Second)
	acceptedAt := h.world.view(h.id).AcceptedAt
	e = h.world.accept(helper, h.id)
	if e.State != desk.Active || e.AssignedTo.ID != helper || e.Offer != nil || e.DepartmentID != h.support || e.Conversation == nil || !e.AcceptedAt.Equal(*acceptedAt) {
		t.Errorf("accepted: %+v", e)
	}
	if want := []string{"offered", "accepted", "transfer_asked", "offered", "accepted"}; !slices.Equal(whats(e), want) {
		t.Errorf("history: got %v, want %v", whats(e), want)
	}
	if asked := e.History[2]; asked.MemberID != h.sender || asked.Note != h.sendNote {
		t.Errorf("history of the transfer: %+v", asked)
	}
	h.world.clean(h.id)
	for _, c := range []struct {
		name, member string
		sees         bool
	}{
		{"the sender still sees it", h.sender, true},
		{"another helper does not see it", h.other(helper), false},
		{"who took it sees it", helper, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := h.world.Escalation(h.world.ctx, h.world.staff(c.member), h.id); (err == nil) != c.sees || err != nil && !desk.IsProblem(err, "not-found") {
				t.Errorf("got %v, want to see it: %t", err, c.sees)
			}
		})
	}
	_, err := h.world.Transfer(h.world.ctx, h.world.staff(h.sender), h.id, desk.Transfer{DepartmentID: h.support})
	wantProblem(t, err, "not-found") // theirs no more
	if got, _ := h.world.listed(h.world.staff(h.sender), desk.EscalationFilter{}, 0); len(got) != 1 {
		t.Errorf("the list of the sender, who passed it on: %v, want one", got)
	}
	if got, _ := h.world.listed(h.world.staff(helper), desk.EscalationFilter{}, 0); len(got) != 1 {
		t.Errorf("the list of who took it: %v, want one", got)
	}
	if got, _ := h.world.listed(h.world.admin, desk.EscalationFilter{MemberID: h.sender}, 0); len(got) != 1 {
		t.Errorf("what the sender handled, for an admin: %v", got)
	}
	h.world.complete(helper, h.id)
	h.world.clean(h.id)
}

func TestTransferToMember(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	e := h.transfer(desk.Transfer{MemberID: h.helpers[1]})
	if e.Offer == nil || e.Offer.MemberID != h.helpers[1] || e.AssignedTo.ID != h.sender {
		t.Fatalf("while it rings: %+v", e)
	}
	receipts, err := h.world.Receipts(h.world.ctx, h.world.admin, h.id)
	must(t, err)
	if len(receipts) != 2 || receipts[0].Directed || !receipts[1].Directed || receipts[1].Candidates[0].MemberID != h.helpers[1] {
		t.Errorf("receipts: %+v", receipts)
	}
	if diff := cmp.Diff(e, h.transfer(desk.Transfer{MemberID: h.helpers[1]})); diff != "" {
		t.Errorf("asked again (-first +again):\n%s", diff)
	}
	e = h.world.accept(h.helpers[1], h.id)
	if e.AssignedTo.ID != h.helpers[1] || e.DepartmentID != h.world.dep {
		t.Errorf("accepted: %+v", e)
	}
	h.world.clean(h.id)
}

func TestTransferIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	first := h.toSupport().Offer.MemberID
	h.world.decline(first, h.id)
	second := h.world.peek(h.id).OfferTo
	if second != h.other(first) {
		t.Fatalf("after the first declined it rings at %q", second)
	}
	h.world.seen(h.id)
	h.world.pass(stands)
	e := h.world.view(h.id)
	if e.State != desk.Active || e.Offer != nil || e.AssignedTo.ID != h.sender || e.DepartmentID != h.world.dep || e.CallbackID != nil {
		t.Errorf("after the last missed: %+v", e)
	}
	want := []string{"offered", "accepted", "transfer_asked", "offered", "declined", "offered", "missed", "transfer_failed"}
	if !slices.Equal(whats(e), want) {
		t.Errorf("history: got %v, want %v", whats(e), want)
	}
	h.world.wantKinds(h.sender, "offer", "transferFailed")
	h.world.clean(h.id)

	// To one member: no other is asked.
	if e = h.transfer(desk.Transfer{MemberID: first}); e.Offer == nil {
		t.Fatal("the second transfer does not ring")
	}
	h.world.decline(first, h.id)
	if s := h.world.peek(h.id); s.OfferTo != "" || s.State != desk.Active || s.Assigned != h.sender {
		t.Errorf("after the member declined: %+v", s)
	}
	h.world.complete(h.sender, h.id)
	h.world.clean(h.id)
}

func TestTransferIsWithdrawn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		end   func(h *handOver)
		state desk.State
	}{
		{"completed by the sender", func(h *handOver) { h.world.complete(h.sender, h.id) }, desk.Completed},
		{"completed by an admin", func(h *handOver) {
			_, err := h.world.Complete(h.world.ctx, h.world.admin, h.id, desk.Completion{Outcome: "resolved"})
			must(h.world.t, err)
		}, desk.Completed},
		{"the customer left", func(h *handOver) { h.world.end(h.id) }, desk.Completed},
		{"asked elsewhere", func(h *handOver) {
			h.transfer(desk.Transfer{MemberID: h.other(h.world.peek(h.id).OfferTo)})
		}, desk.Active},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHandOver(t)
			helper := h.toSupport().Offer.MemberID
			c.end(h)
			if s := h.world.peek(h.id); s.State != c.state {
				t.Errorf("state: got %s, want %s", s.State, c.state)
			}
			_, err := h.world.Accept(h.world.ctx, h.world.staff(helper), h.id, 2)
			wantProblem(t, err, "offer-gone")
			h.world.wantKinds(helper, "offer", "offerWithdrawn")
			h.world.clean(h.id)
			h.world.end(h.id)
			h.world.clean(h.id)
			h.world.pass(time.Minute) // its timer finds nothing to do
			if r := h.world.row(helper); r.Missed != 0 {
				t.Errorf("withdrawn counts as missed: %+v", r)
			}
		})
	}
}

func TestTransferIsRefused(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	empty := h.world.department("Empty")
	off := h.world.member("Otto", desk.RoleStaff, empty)
	sender := h.world.staff(h.sender)
	for _, c := range []struct {
		name    string
		by      desk.Caller
		to      desk.Transfer
		problem string
		fields  []string
	}{
		{"nobody in the department", sender, desk.Transfer{DepartmentID: empty}, "nobody-available", nil},
		{"only the sender", sender, desk.Transfer{DepartmentID: h.world.dep}, "nobody-available", nil},
		{"a member who is offline", sender, desk.Transfer{MemberID: off}, "nobody-available", nil},
		{"oneself", sender, desk.Transfer{MemberID: h.sender}, "nobody-available", nil},
		{"by an admin, as well", h.world.admin, desk.Transfer{DepartmentID: empty}, "nobody-available", nil},
		{"a department that is not", sender, desk.Transfer{DepartmentID: "dep_aaaaaaaaaaaa"}, "invalid", []string{"departmentId"}},
		{"a member who is not", sender, desk.Transfer{MemberID: "mem_aaaaaaaaaaaa"}, "invalid", []string{"memberId"}},
		{"nowhere", sender, desk.Transfer{}, "invalid", []string{"departmentId"}},
		{"two goals", sender, desk.Transfer{DepartmentID: h.support, MemberID: off}, "invalid", []string{"departmentId"}},
		{"by somebody else", h.world.staff(h.helpers[0]), desk.Transfer{DepartmentID: h.support}, "not-found", nil},
		{"by another account", h.world.outsider(), desk.Transfer{DepartmentID: h.support}, "not-found", nil},
		{"a member of another account", sender, desk.Transfer{MemberID: "mem_bbbbbbbbbbbb"}, "invalid", []string{"memberId"}},
		{"by an admin, to the one there", h.world.admin, desk.Transfer{MemberID: h.sender}, "nobody-available", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := h.world.in(t)
			before := w.everything(h.id)
			_, err := w.Transfer(w.ctx, c.by, h.id, c.to)
			if !desk.IsProblem(err, c.problem) {
				t.Errorf("got %v, want %s", err, c.problem)
			} else if c.fields != nil {
				wantFields(t, err, c.fields...)
			}
			if diff := cmp.Diff(before, w.everything(h.id)); diff != "" {
				t.Errorf("something was changed (-before +after):\n%s", diff)
			}
		})
	}
	h.world.complete(h.sender, h.id)
	_, err := h.world.Transfer(h.world.ctx, h.world.admin, h.id, desk.Transfer{DepartmentID: h.support})
	wantProblem(t, err, "escalation-ended")
}

// Those who had a turn before may have one again by a transfer; the sender may not.
func TestTransferStartsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	first := a.Agent.ID
	w.decline(first, a.EscalationID)
	sender := w.peek(a.EscalationID).OfferTo
	w.accept(sender, a.EscalationID)
	e, err := w.Transfer(w.ctx, w.staff(sender), a.EscalationID, desk.Transfer{DepartmentID: w.dep})
	must(t, err)
	if e.Offer == nil || e.Offer.MemberID != first {
		t.Fatalf("offer: %+v, want it at %s, who declined before", e.Offer, first)
	}
	w.decline(first, a.EscalationID)
	if s := w.peek(a.EscalationID); s.OfferTo != "" || s.Assigned != sender {
		t.Errorf("after that: %+v, want it with its sender", s)
	}
	w.settings(desk.AccountPatch{MaxOffers: ptr(1)})
	third := w.agent("Third", w.dep)
	_, err = w.Transfer(w.ctx, w.staff(sender), a.EscalationID, desk.Transfer{DepartmentID: w.dep})
	must(t, err)
	s := w.peek(a.EscalationID)
	w.decline(s.OfferTo, a.EscalationID) // maxOffers holds for each transfer
	if s = w.peek(a.EscalationID); s.OfferTo != "" {
		t.Errorf("after maxOffers it rings at %s (third is %s)", s.OfferTo, third)
	}
	w.clean(a.EscalationID)
}

// A receiver to whom it rings already, who gets it again by another transfer, keeps the
// work on the desk row.
func TestTransferAgainToTheSameAgent(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	both := h.world.department("Both")
	_, err := h.world.PatchMember(h.world.ctx, h.world.admin, h.helpers[0], desk.MemberPatch{DepartmentIDs: &[]string{h.support, both}})
	must(t, err)
	h.transfer(desk.Transfer{MemberID: h.helpers[0]})
	e := h.transfer(desk.Transfer{DepartmentID: both})
	if e.Offer == nil || e.Offer.MemberID != h.helpers[0] || e.Offer.Number != 3 {
		t.Fatalf("offer: %+v", e.Offer)
	}
	h.world.clean(h.id)
	h.world.accept(h.helpers[0], h.id)
	h.world.clean(h.id)
	h.world.complete(h.helpers[0], h.id)
	h.world.clean(h.id)
}

// A transfer whose timer cannot be sent rings at nobody, and does not say that nobody is there.
func TestTransferWithoutTimer(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	h.world.Timers = &unpunctual{h.world.timers, func(desk.Message) bool { return true }}
	before := h.world.everything(h.id)
	_, err := h.world.Transfer(h.world.ctx, h.world.staff(h.sender), h.id, desk.Transfer{DepartmentID: h.support})
	if !desk.Transient(err) {
		t.Errorf("got %v, want an error that may pass", err)
	}
	if diff := cmp.Diff(before, h.world.everything(h.id)); diff != "" {
		t.Errorf("it changed something (-before +after):\n%s", diff)
	}
}

func TestOfflineDuringTransfer(t *testing.T) {
	t.Parallel()
	h := newHandOver(t)
	helper := h.toSupport().Offer.MemberID
	h.world.offline(h.sender) // what is active stays
	h.world.offline(helper)
	if s := h.world.peek(h.id); s.State != desk.Active || s.Assigned != h.sender || s.OfferTo != h.other(helper) {
		t.Errorf("after both went offline: %+v", s)
	}
	h.world.clean(h.id)
}

func lost(context.Context, desk.Message) error { return nil }
