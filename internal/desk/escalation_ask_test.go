package desk_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// with changes a request.
func with(r desk.Request, change func(r *desk.Request)) desk.Request {
	change(&r)
	return r
}

// nameless takes the request's own id away.
func nameless(r *desk.Request) { r.RequestID = "" }

// solitary takes both ids away.
func solitary(r *desk.Request) { r.RequestID, r.InteractionID = "", "" }

func TestOneRequestIDForTwoInteractions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	ids := map[string]bool{}
	for _, interaction := range []string{"conv-1", "conv-2", "", "wamid.HBgM==", "a/b", strings.Repeat("long", 100)} {
		r := with(w.request(1), func(r *desk.Request) { r.InteractionID = interaction })
		a := w.escalate(r)
		if again := w.escalate(r); again.EscalationID != a.EscalationID {
			t.Errorf("%q: the same again is %s, want %s", interaction, again.EscalationID, a.EscalationID)
		}
		ids[a.EscalationID] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d escalations, want 6", len(ids))
	}
}

func TestWithoutAnyIDEachRequestIsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	r := with(w.request(1), solitary)
	if a, b := w.ring(r), w.ring(r); a.EscalationID == b.EscalationID {
		t.Errorf("two are one: %s", a.EscalationID)
	}
}

// A chat that a person gave back rings again, though its platform gives no request ids; and
// a repeated call meets what the first one made.
func TestTheSameChatAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := with(w.request(1), nameless)
	first := w.ring(r)
	again := func(when string, want bool) desk.Answer {
		t.Helper()
		a := w.escalate(r)
		if got := a.EscalationID == first.EscalationID; got != want {
			t.Errorf("%s: the same one is %t, want %t", when, got, want)
		}
		return a
	}
	again("while it rings", true)
	w.accept(first.Agent.ID, first.EscalationID)
	again("while it is active", true)
	_, err := w.Complete(w.ctx, w.staff(first.Agent.ID), first.EscalationID, desk.Completion{Outcome: "hand_back"})
	must(t, err)
	first = again("after hand_back", false)
	if first.Outcome != desk.OutcomeRinging {
		t.Fatalf("after hand_back: %+v", first)
	}
	again("and once more", true)
	w.offline(w.agents[0])
	if a := again("as a callback", true); a.Outcome != desk.OutcomeCallback {
		t.Fatalf("got %+v", a)
	}
	w.pass(59 * time.Second)
	again("as a callback of a minute", true)
	w.pass(time.Second)
	w.online(w.agents[0])
	first = again("after a minute", false)
	if first.Outcome != desk.OutcomeRinging {
		t.Errorf("after a minute: %+v", first)
	}
}

// A request without an id that followed another one is new when that one has ended.
func TestNumberedFollower(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	named := w.take(w.request(1))
	r := with(w.request(1), nameless)
	if a := w.escalate(r); a.EscalationID != named.EscalationID {
		t.Fatalf("while people are at it: %+v", a)
	}
	w.complete(named.Agent.ID, named.EscalationID)
	a := w.ring(r)
	if again := w.escalate(r); a.EscalationID == named.EscalationID || again.EscalationID != a.EscalationID {
		t.Errorf("afterwards %s and %s", a.EscalationID, again.EscalationID)
	}
}

// What was stored by the id of before is found where its interaction is the same.
func TestFormerID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	r := w.request(1)
	former := keys.FormerEscalationID(w.acc, r.RequestID)
	must(t, w.EscalateAs(w.ctx, former, r))
	if a := w.escalate(r); a.EscalationID != former {
		t.Errorf("the same again is %s, want %s", a.EscalationID, former)
	}
	for _, interaction := range []string{"", "other"} {
		other := with(r, func(r *desk.Request) { r.InteractionID = interaction })
		a := w.escalate(other)
		if again := w.escalate(other); a.EscalationID == former || again.EscalationID != a.EscalationID {
			t.Errorf("interaction %q is %s, then %s; the one of before %s", interaction, a.EscalationID, again.EscalationID, former)
		}
	}
}

func TestAnotherCustomerIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.ring(w.request(1))
	r := with(w.request(1), func(r *desk.Request) { r.Customer.Name = "Maya" })
	a := w.escalate(r)
	if len(a.Adjusted) != 1 || a.Adjusted[0].Field != "customer" {
		t.Errorf("adjusted: %+v", a.Adjusted)
	}
	if kept := w.view(a.EscalationID).Customer; kept.Name != "Meera" {
		t.Errorf("kept is %+v", kept)
	}
	if a := w.escalate(w.request(1)); len(a.Adjusted) != 0 {
		t.Errorf("the same customer: %+v", a.Adjusted)
	}
}

func TestUnknownAccountStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	read := false
	a := w.request(1).Asked()
	a.AccountID = "acc_nosuchthing1"
	a.Read = func(string) (desk.Request, []desk.Adjusted) { read = true; return desk.Request{}, nil }
	_, err := w.Escalate(w.ctx, a)
	wantProblem(t, err, "not-found")
	if _, found, err := w.Table.Get(w.ctx, keys.Request(keys.EscalationID(a.AccountID, a.RequestID, a.InteractionID))); read || found || err != nil {
		t.Errorf("read: %t, stored: %t, %v", read, found, err)
	}
}

func TestCountryIsTheAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	var got string
	a := w.request(1).Asked()
	read := a.Read
	a.Read = func(country string) (desk.Request, []desk.Adjusted) { got = country; return read(country) }
	for n, want := range []string{"DE", "IN"} {
		a.RequestID = want
		_, err := w.Escalate(w.ctx, a)
		must(t, err)
		if got != want {
			t.Errorf("time %d: country %q, want %q", n, got, want)
		}
		w.settings(desk.AccountPatch{Country: ptr("IN")})
	}
}

// Without a timer nobody rings, and the callback says why.
func TestNoTimerIsTrouble(t *testing.T) {
	t.Parallel()
	w := newFaulty(t)
	w.timers.Store(true)
	a := w.world.escalate(w.world.request(1))
	if a.Outcome != desk.OutcomeCallback || a.Because == nil || *a.Because != roster.Trouble {
		t.Fatalf("got %+v, because %v", a, a.Because)
	}
	if receipts, err := w.world.Receipts(w.world.ctx, w.world.admin, a.EscalationID); err != nil || len(receipts) != 1 {
		t.Errorf("receipts: %v, %v", receipts, err)
	}
}

// A timer that finds a request without an escalation lets it ring, and a minute too late
// has the customer called, and says why nobody rang.
func TestOrphan(t *testing.T) {
	for _, test := range []struct {
		name string
		late time.Duration
		free bool
		want desk.State
		why  roster.Because
	}{
		{"in time", 0, true, desk.Ringing, ""},
		{"just in time", time.Minute - time.Millisecond, true, desk.Ringing, ""},
		{"too late", time.Minute, true, desk.CalledFor, roster.Trouble},
		{"nobody is there", 0, false, desk.CalledFor, roster.NobodyOnline},
		{"too late, and nobody is there", time.Hour, false, desk.CalledFor, roster.NobodyOnline},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			id := w.orphan(w.request(1))
			if !test.free {
				w.offline(w.agents[0])
			}
			w.clock.Advance(max(stands, 25*time.Second+test.late))
			w.deliverDue()
			e := w.view(id)
			if e.State != test.want || (e.Because == nil) != (test.why == "") || e.Because != nil && *e.Because != test.why {
				t.Errorf("it is %s because %v, want %s, %s", e.State, e.Because, test.want, test.why)
			}
			if receipts, err := w.Receipts(w.ctx, w.admin, id); err != nil || len(receipts) != 1 {
				t.Errorf("receipts: %+v, %v", receipts, err)
			}
			if l, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{}); err != nil || len(l.Items) != 1 {
				t.Errorf("listed are %+v, %v", l.Items, err)
			}
		})
	}
}

// A burst in which a claim met conflicts only is told to come again; its timer rings anyway.
func TestBusyStillRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	sound := w.Desk.Table
	w.Desk.Table = claimless{sound, table.ErrConflict}
	r := w.request(1)
	_, err := w.Escalate(w.ctx, r.Asked())
	wantProblem(t, err, "busy")
	w.Desk.Table = sound
	w.pass(stands + time.Second)
	if s := w.peek(w.idOf(r)); s.State != desk.Ringing {
		t.Errorf("after its ring time: %+v", s)
	}
}

var errStopped = errors.New("stopped here")

// orphan stores a request whose caller then dies, and gives its id.
func (w *world) orphan(r desk.Request) string {
	w.t.Helper()
	sound := w.Desk.Table
	w.Desk.Table = claimless{sound, errStopped}
	_, err := w.Escalate(w.ctx, r.Asked())
	if !errors.Is(err, errStopped) {
		w.t.Fatalf("got %v, want it to die at its claim", err)
	}
	w.Desk.Table = sound
	return w.idOf(r)
}

// claimless is a table that refuses every claim.
type claimless struct {
	table.Table
	err error
}

// Write implements table.Table.
func (c claimless) Write(ctx context.Context, ops ...table.Op) error {
	for _, op := range ops {
		if op.Item.Key.Sort == "state" {
			return c.err
		}
	}
	return c.Table.Write(ctx, ops...)
}

// Whoever knows only the interaction finds its escalation, and is told to ask again while
// one is on its way.
func TestEscalationOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	find := func(when, want, problem string) {
		t.Helper()
		id, err := w.EscalationOf(w.ctx, w.acc, "conv-1")
		switch {
		case problem != "" && !desk.IsProblem(err, problem):
			t.Errorf("%s: %s, %v; want %s", when, id, err, problem)
		case problem == "" && (err != nil || id != want):
			t.Errorf("%s: %s, %v; want %s", when, id, err, want)
		}
	}
	find("before anything", "", "not-found")
	r := w.request(1)
	id := w.orphan(r)
	find("its claim is on the way", "", "not-yet")
	w.clock.Advance(time.Minute)
	find("a minute later", "", "not-found")
	w.ring(r)
	find("while it rings", id, "")
	follower := with(r, func(r *desk.Request) { r.RequestID = "follower" })
	w.escalate(follower)
	find("while another request follows it", id, "")
	w.end(id)
	find("when it has ended", id, "")
	again := w.orphan(with(r, func(r *desk.Request) { r.RequestID = "again" }))
	find("when the next is on its way", "", "not-yet")
	w.pass(stands + 5*time.Second)
	find("when the next rings", again, "")
}

// The assistant learns what the agent says who gives the customer back.
func TestHandedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.take(w.request(1))
	done := desk.Completion{Outcome: "hand_back", Note: "She only wants the opening hours.", Verdict: "assistant_should_know"}
	_, err := w.Complete(w.ctx, w.staff(a.Agent.ID), a.EscalationID, done)
	must(t, err)
	got, err := w.Status(w.ctx, w.acc, a.EscalationID)
	must(t, err)
	if got.Outcome != desk.OutcomeHandedBack || got.HandedBack == nil || *got.HandedBack != (desk.HandedBack{Verdict: done.Verdict, Note: done.Note}) || got.Say == "" {
		t.Errorf("got %+v, %+v", got, got.HandedBack)
	}
	w.offline(w.agents[0])
	cb := w.miss(w.request(2))
	if want := w.callback(cb.Callback.ID).DueAt; !cb.Callback.DueAt.Equal(want) || cb.HandedBack != nil {
		t.Errorf("the callback is due %v, want %v; handed back: %v", cb.Callback.DueAt, want, cb.HandedBack)
	}
}
