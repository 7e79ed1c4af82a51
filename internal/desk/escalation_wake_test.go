package desk_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// ringTimer is the message of an offer's timer as it was sent.
func (w *world) ringTimer(id string, offer int) desk.Message {
	w.t.Helper()
	for _, d := range w.timers.Pending() {
		if m := d.Message; m.Kind == desk.WakeRing && m.EscalationID == id && m.Offer == offer {
			return m
		}
	}
	w.t.Fatalf("no timer of offer %d of %s waits", offer, id)
	return desk.Message{}
}

// untouched wants f to change nothing at all.
func (w *world) untouched(id, what string, f func()) {
	w.t.Helper()
	state := func() any {
		rows, err := w.Rows(w.ctx, w.acc)
		must(w.t, err)
		return []any{w.peek(id), rows, w.timers.Pending()}
	}
	before := state()
	f()
	if after := state(); !reflect.DeepEqual(before, after) {
		w.t.Errorf("%s changed\n%+v\nto\n%+v", what, before, after)
	}
}

func TestRingTimerEarly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.clock.Advance(15 * time.Second)
	must(t, w.timers.Deliver(w.ctx, w.timers.Pending()[0].ID, w.Wake))
	if s := w.peek(a.EscalationID); s.Offer != 1 || s.OfferTo != a.Agent.ID {
		t.Fatalf("thirteen seconds early: %+v", s)
	}
	pending := w.timers.Pending()
	if len(pending) != 1 || !pending[0].At.Equal(a.RingingUntil.Add(3*time.Second)) {
		t.Fatalf("it waits for the rest: %+v, want one three seconds after %v", pending, *a.RingingUntil)
	}
	w.pass(13*time.Second - time.Millisecond)
	if s := w.peek(a.EscalationID); s.Offer != 1 {
		t.Errorf("just before its time: %+v", s)
	}
	w.pass(time.Millisecond)
	if s := w.peek(a.EscalationID); s.Offer != 2 {
		t.Errorf("at its time: %+v", s)
	}
}

func TestRingTimerTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	a := w.ring(w.request(1))
	m := w.ringTimer(a.EscalationID, 1)
	w.seen(a.EscalationID)
	w.pass(stands)
	w.seen(a.EscalationID)
	w.untouched(a.EscalationID, "the same timer again", func() { must(t, w.Wake(w.ctx, m)) })
	second := w.ringTimer(a.EscalationID, 2)
	w.clock.Advance(stands)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := w.Wake(w.ctx, second); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s := w.peek(a.EscalationID)
	if s.State != desk.Ringing || len(s.Offers) != 3 {
		t.Errorf("a timer eight times at once: %+v, want the third offer", s)
	}
	for _, id := range s.Offers[:2] {
		if r := w.row(id); len(r.Work) != 0 || r.Missed != 1 {
			t.Errorf("%s after one missed offer: %+v", id, r)
		}
	}
}

func TestRingTimerLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.clock.Advance(time.Hour + stands)
	w.deliverDue()
	s := w.peek(a.EscalationID)
	if s.Offer != 2 || s.OfferTo == a.Agent.ID {
		t.Fatalf("an hour late: %+v, want the next agent", s)
	}
	w.pass(stands - time.Second)
	if s := w.peek(a.EscalationID); s.Offer != 2 {
		t.Errorf("the next agent has less than the whole ring time: %+v", s)
	}
	w.pass(time.Second)
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor {
		t.Errorf("after both: %+v, want a callback", s)
	}
}

// A timer that the world has left behind does nothing.
func TestOldRingTimer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	a := w.ring(w.request(1))
	id := a.EscalationID
	first := w.ringTimer(id, 1)
	again := func(after string) {
		t.Helper()
		w.untouched(id, "the timer of offer 1 after "+after, func() { must(t, w.Wake(w.ctx, first)) })
	}
	w.decline(a.Agent.ID, id)
	w.clock.Advance(30 * time.Second)
	again("the next offer")
	taker := w.peek(id).OfferTo
	w.accept(taker, id)
	again("accept")
	_, err := w.Transfer(w.ctx, w.staff(taker), id, desk.Transfer{DepartmentID: w.dep})
	must(t, err)
	again("transfer")
	w.complete(taker, id)
	again("complete")

	a = w.ring(w.request(2))
	id = a.EscalationID
	first = w.ringTimer(id, 1)
	w.end(id)
	w.clock.Advance(30 * time.Second)
	again("the customer left")
	first.EscalationID = "esc_nosuchthing"
	again("an escalation that never was")
}

// faulty is a world whose table and timers can be made to fail.
type faulty struct {
	world         *world
	table, timers atomic.Bool
}

func newFaulty(t *testing.T) *faulty {
	f := &faulty{}
	f.world = newWorld(t, worldOptions{agents: 2, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{Before: func(fault.Call) error {
			if f.table.Load() {
				return table.ErrUnavailable
			}
			return nil
		}})
	}})
	f.world.Desk.Timers = f
	return f
}

var errQueue = errors.New("the queue is out of reach")

func (f *faulty) Send(ctx context.Context, at time.Time, m desk.Message) error {
	if f.timers.Load() {
		return errQueue
	}
	return f.world.timers.Send(ctx, at, m)
}

// A timer that fails is sent again, a little later, and so has succeeded.
func TestWakeSendsAgain(t *testing.T) {
	t.Parallel()
	w := newFaulty(t)
	a := w.world.ring(w.world.request(1))
	m := w.world.ringTimer(a.EscalationID, 1)
	w.world.pass(stands - time.Second)
	w.world.clock.Advance(time.Second)
	w.table.Store(true)
	for try := 1; try <= 5; try++ {
		now := w.world.clock.Now()
		w.world.deliverDue()
		pending := w.world.timers.Pending()
		if len(pending) != 1 {
			t.Fatalf("after failure %d: %d messages wait, want 1", try, len(pending))
		}
		got, wait := pending[0].Message, pending[0].At.Sub(now)
		if m.Tries = try; got != m || wait < time.Second || wait > 5*time.Second {
			t.Errorf("after failure %d %+v waits for %v, want %+v in 1-5 s", try, got, wait, m)
		}
		w.world.clock.Advance(wait)
	}
	w.table.Store(false)
	w.world.deliverDue()
	if s := w.world.peek(a.EscalationID); s.Offer != 2 {
		t.Errorf("when the table is back: %+v, want the next offer", s)
	}
}

// Only when sending it again fails too, or after very many tries, is the queue told.
func TestWakeFails(t *testing.T) {
	t.Parallel()
	w := newFaulty(t)
	a := w.world.ring(w.world.request(1))
	m := w.world.ringTimer(a.EscalationID, 1)
	w.world.clock.Advance(stands)
	w.table.Store(true)
	w.timers.Store(true)
	if err := w.world.Wake(w.world.ctx, m); !errors.Is(err, table.ErrUnavailable) || !errors.Is(err, errQueue) {
		t.Errorf("table and queue out of reach: %v, want both errors", err)
	}
	w.timers.Store(false)
	sent := len(w.world.timers.Pending())
	m.Tries = 99
	if err := w.world.Wake(w.world.ctx, m); err != nil {
		t.Errorf("the hundredth failure: %v, want it sent again", err)
	}
	m.Tries = 100
	if err := w.world.Wake(w.world.ctx, m); !errors.Is(err, table.ErrUnavailable) {
		t.Errorf("one more: %v, want the error", err)
	}
	if got := len(w.world.timers.Pending()) - sent; got != 1 {
		t.Errorf("%d messages sent again, want 1", got)
	}
	w.table.Store(false)
	must(t, w.world.Wake(w.world.ctx, m))
	if s := w.world.peek(a.EscalationID); s.Offer != 2 {
		t.Errorf("the queue delivers it at last: %+v, want the next offer", s)
	}
	if err := w.world.Wake(w.world.ctx, desk.Message{Kind: "?", Tries: 100}); err == nil {
		t.Error("a message of unknown kind was taken")
	}
}

// The phone rings though the caller hung up the moment the offer was written.
func TestCallerHangsUp(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	w := newWorld(t, worldOptions{agents: 1, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{After: func(c fault.Call, err error) error {
			offers := func(op table.Op) bool { return op.Item.Key.Sort == "state" }
			if c.Kind == fault.Write && slices.ContainsFunc(c.Ops, offers) {
				hangUp()
			}
			return err
		}})
	}})
	w.phone(w.agents[0])
	if _, err := w.Escalate(ctx, w.request(1).Asked()); err != nil || ctx.Err() == nil {
		t.Fatalf("escalate: %v, hung up: %v", err, ctx.Err())
	}
	w.pass(time.Second)
	pushes, err := w.phones.Feed("phone-"+w.agents[0], 10)
	must(t, err)
	if len(pushes) != 1 {
		t.Errorf("it rang %d times, want once", len(pushes))
	}
}

// Work that was transferred is judged by the time of its new holder, and warned of once.
func TestOneWarningAfterTransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	for _, id := range w.agents {
		w.phone(id)
	}
	a := w.escalate(w.request(1))
	_, err := w.Accept(w.ctx, w.staff(a.Agent.ID), a.EscalationID, 0)
	must(t, err)
	w.pass(10 * time.Hour)
	_, err = w.Transfer(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Transfer{DepartmentID: w.dep})
	must(t, err)
	to := w.peek(a.EscalationID).OfferTo
	_, err = w.Accept(w.ctx, w.staff(to), a.EscalationID, 0)
	must(t, err)
	w.pass(24*time.Hour - time.Second)
	warned := func() (n int) {
		pushes, err := w.phones.Feed("phone-"+to, 100)
		must(t, err)
		for _, p := range pushes {
			if strings.Contains(string(p.Payload), `"workOpenLong"`) {
				n++
			}
		}
		return n
	}
	if n := warned(); n != 0 {
		t.Errorf("warned %d times within the time of the new holder", n)
	}
	w.pass(14 * time.Minute)
	if n := warned(); n != 1 {
		t.Errorf("warned %d times, want once", n)
	}
	w.pass(2 * time.Minute)
	if s := w.peek(a.EscalationID); s.State != desk.Completed {
		t.Errorf("in the end: %+v", s)
	}
}

// A tap in the last second starts the app, and comes when phones have stopped ringing: for
// three seconds more the offer is its agent's, and nobody reads of more than was told.
func TestTapInTheLastSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.pass(stands - time.Millisecond)
	if o := w.view(a.EscalationID).Offer; o == nil || o.Number != 1 || o.RingingSeconds != 0 || !o.RingingUntil.Equal(*a.RingingUntil) {
		t.Fatalf("got the offer %+v, want the first with no second left", o)
	}
	w.accept(a.Agent.ID, a.EscalationID)
	w.pass(time.Minute)
	if s := w.peek(a.EscalationID); s.Assigned != a.Agent.ID || len(s.Offers) != 1 {
		t.Errorf("got %+v, want it with the agent who tapped", s)
	}
}
