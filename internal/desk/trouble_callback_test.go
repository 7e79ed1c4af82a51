package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// A callback that is reopened, held, tried, given back or withdrawn while the queue refuses is
// so, and is reminded of later.
func TestQueueRefusesCallbacks(t *testing.T) {
	t.Parallel()
	of := func(id string) desk.About { return desk.About{CallbackID: id} }
	for _, c := range []struct {
		name  string
		does  func(w *troubled, id string) error
		state string
	}{
		{"a new number for one that was done", func(w *troubled, id string) error {
			_, err := w.world.CompleteCallback(w.world.ctx, w.world.admin, id, desk.Ending{Note: "no number"})
			must(w.world.t, err)
			w.all = true
			_, err = w.world.Contact(w.world.ctx, w.world.acc, of(id), desk.Customer{Phone: "+493099999999"})
			return err
		}, "open"},
		{"claimed, and tried", func(w *troubled, id string) error {
			w.all = true
			w.world.claim(w.world.agents[0], id)
			_, err := w.world.AttemptCallback(w.world.ctx, w.world.staff(w.world.agents[0]), id, desk.NewAttempt{Outcome: "busy"})
			return err
		}, "claimed"},
		{"overdue, and given back", func(w *troubled, id string) error {
			w.world.claim(w.world.agents[0], id)
			w.world.pass(untilDue)
			w.all = true
			_, err := w.world.ReleaseCallback(w.world.ctx, w.world.staff(w.world.agents[0]), id)
			return err
		}, "open"},
		{"withdrawn", func(w *troubled, id string) error {
			w.all = true
			_, err := w.world.Withdraw(w.world.ctx, w.world.acc, of(id))
			return err
		}, "done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTroubled(t)
			w.only(0)
			w.world.offline(w.world.agents[0])
			a := w.world.miss(w.world.request(1))
			w.id = a.EscalationID
			w.world.online(w.world.agents[0])
			must(t, c.does(w, a.Callback.ID))
			if cb := w.world.callback(a.Callback.ID); cb.State != c.state {
				t.Errorf("it is %s, want %s", cb.State, c.state)
			}
			w.all = false
			before := len(w.world.remindedAt(w.world.agents[0]))
			w.world.pass(6 * time.Hour)
			w.world.callback(a.Callback.ID)
			w.world.deliverDue()
			if after := len(w.world.remindedAt(w.world.agents[0])); (after > before) != (c.state != "done") {
				t.Errorf("reminded %d times, %d before", after, before)
			}
		})
	}
}

// Without the scheduler nothing is refused, and reminders and the end of forgotten work come
// all the same, when they would have.
func TestSchedulerRefuses(t *testing.T) {
	t.Parallel()
	day := func(far bool) (at []string, state desk.State) {
		w := newTroubled(t)
		w.far = far
		a := w.world.take(w.world.request(1))
		w.only(0)
		w.world.offline(w.world.agents[0])
		w.world.miss(w.world.request(2))
		w.world.online(w.world.agents[0])
		w.world.schedule(w.world.agents[0], workdays)
		for range 5 * 24 {
			w.world.pass(time.Hour)
		}
		return w.world.remindedAt(w.world.agents[0]), w.world.view(a.EscalationID).State
	}
	want, ended := day(false)
	got, state := day(true)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 4 {
		t.Errorf("reminded (-with a scheduler +without):\n%s", diff)
	}
	if ended != desk.Completed || state != ended {
		t.Errorf("forgotten work is %s, want %s", state, ended)
	}
}

// A customer who waits is seen to by their next message, where the queue took none for the
// first.
func TestWaitingIsMended(t *testing.T) {
	t.Parallel()
	w := newTroubled(t)
	w.active()
	says := func(text string) {
		t.Helper()
		_, err := w.world.Append(w.world.ctx, w.world.acc, w.id, "", []desk.ChatMessage{{From: "customer", Text: text}})
		must(t, err)
	}
	says("Are you there?")
	w.all = false
	w.world.offline(w.world.agents[0])
	w.world.pass(time.Minute)
	says("Hello?")
	w.world.pass(2 * time.Minute)
	if kinds := w.world.toldOf(w.world.agents[0], desk.NoticeWaits); kinds != 0 {
		t.Errorf("told %d times before it was late", kinds)
	}
	says("Hello??")
	w.world.deliverDue()
	says("Hello???")
	w.world.deliverDue()
	if n := w.world.toldOf(w.world.agents[0], desk.NoticeWaits); n != 1 {
		t.Errorf("told %d times, want once", n)
	}
}

// toldOf counts the pushes of a kind to a member's phone.
func (w *world) toldOf(member string, kind desk.NoticeKind) (n int) {
	w.t.Helper()
	pushes, err := w.phones.Feed("phone-"+member, 0)
	must(w.t, err)
	for _, p := range pushes {
		if p.Notice.Kind == kind {
			n++
		}
	}
	return n
}

// One who becomes free hears of a callback whose round the queue refused.
func TestRoundRefusedIsHeardLater(t *testing.T) {
	t.Parallel()
	w := newTroubled(t)
	w.only(0)
	w.world.offline(w.world.agents[0])
	w.all = true
	w.world.miss(w.world.request(1))
	w.all = false
	w.world.pass(time.Minute)
	w.world.comes(w.world.agents[0])
	if n := w.world.toldOf(w.world.agents[0], desk.NoticeCallbacks); n != 1 {
		t.Errorf("told %d times, want once", n)
	}
	if pending := w.world.timers.Pending(); slices.ContainsFunc(pending, func(d local.Delivery) bool { return d.Message.Kind == desk.WakeRound }) {
		t.Error("a round was sent")
	}
}

// A look that comes while the queue refuses stays in it, and reminds afterwards.
func TestLookWhileTheQueueRefuses(t *testing.T) {
	t.Parallel()
	w := newTroubled(t)
	w.only(0)
	w.world.offline(w.world.agents[0])
	id := w.world.miss(w.world.request(1)).Callback.ID
	w.world.online(w.world.agents[0])
	m := w.world.dueTimer(id)
	w.world.clock.Advance(untilDue)
	w.all = true
	if err := w.world.Wake(w.world.ctx, m); err == nil {
		t.Error("the message was taken from the queue")
	}
	if n := len(w.world.remindedAt(w.world.agents[0])); n != 0 {
		t.Errorf("reminded %d times", n)
	}
	w.all = false
	must(t, w.world.Wake(w.world.ctx, m))
	if n := len(w.world.remindedAt(w.world.agents[0])); n != 1 {
		t.Errorf("reminded %d times, want once", n)
	}
}

// That nobody is left, which could not be noted, is found out by the next enquiry.
func TestNobodyLeftWhileTheQueueRefuses(t *testing.T) {
	t.Parallel()
	w := newTroubled(t)
	w.all = true
	w.only(0)
	w.world.offline(w.world.agents[0])
	w.all = false
	w.world.pass(time.Hour)
	w.world.wantTold(0, "nothing was noted")
	w.world.miss(w.world.request(1))
	w.world.pass(2 * time.Minute)
	w.world.wantTold(1, "a customer found nobody")
}
