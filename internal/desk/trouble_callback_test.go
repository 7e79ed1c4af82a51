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
			_, err := w.CompleteCallback(w.ctx, w.admin, id, desk.Ending{Note: "no number"})
			must(w.t, err)
			w.all = true
			_, err = w.Contact(w.ctx, w.acc, of(id), desk.Customer{Phone: "+493099999999"})
			return err
		}, "open"},
		{"claimed, and tried", func(w *troubled, id string) error {
			w.all = true
			w.claim(w.agents[0], id)
			_, err := w.AttemptCallback(w.ctx, w.staff(w.agents[0]), id, desk.NewAttempt{Outcome: "busy"})
			return err
		}, "claimed"},
		{"overdue, and given back", func(w *troubled, id string) error {
			w.claim(w.agents[0], id)
			w.pass(untilDue)
			w.all = true
			_, err := w.ReleaseCallback(w.ctx, w.staff(w.agents[0]), id)
			return err
		}, "open"},
		{"withdrawn", func(w *troubled, id string) error {
			w.all = true
			_, err := w.Withdraw(w.ctx, w.acc, of(id))
			return err
		}, "done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTroubled(t)
			w.only(0)
			w.offline(w.agents[0])
			a := w.miss(w.request(1))
			w.id = a.EscalationID
			w.online(w.agents[0])
			must(t, c.does(w, a.Callback.ID))
			if cb := w.callback(a.Callback.ID); cb.State != c.state {
				t.Errorf("it is %s, want %s", cb.State, c.state)
			}
			w.all = false
			before := len(w.remindedAt(w.agents[0]))
			w.pass(6 * time.Hour)
			w.callback(a.Callback.ID)
			w.deliverDue()
			if after := len(w.remindedAt(w.agents[0])); (after > before) != (c.state != "done") {
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
		a := w.take(w.request(1))
		w.only(0)
		w.offline(w.agents[0])
		w.miss(w.request(2))
		w.online(w.agents[0])
		w.schedule(w.agents[0], workdays)
		for range 5 * 24 {
			w.pass(time.Hour)
		}
		return w.remindedAt(w.agents[0]), w.view(a.EscalationID).State
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
		_, err := w.Append(w.ctx, w.acc, w.id, "", []desk.ChatMessage{{From: "customer", Text: text}})
		must(t, err)
	}
	says("Are you there?")
	w.all = false
	w.offline(w.agents[0])
	w.pass(time.Minute)
	says("Hello?")
	w.pass(2 * time.Minute)
	if kinds := w.toldOf(w.agents[0], desk.NoticeWaits); kinds != 0 {
		t.Errorf("told %d times before it was late", kinds)
	}
	says("Hello??")
	w.deliverDue()
	says("Hello???")
	w.deliverDue()
	if n := w.toldOf(w.agents[0], desk.NoticeWaits); n != 1 {
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
	w.offline(w.agents[0])
	w.all = true
	w.miss(w.request(1))
	w.all = false
	w.pass(time.Minute)
	w.comes(w.agents[0])
	if n := w.toldOf(w.agents[0], desk.NoticeCallbacks); n != 1 {
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
	w.offline(w.agents[0])
	id := w.miss(w.request(1)).Callback.ID
	w.online(w.agents[0])
	m := w.dueTimer(id)
	w.clock.Advance(untilDue)
	w.all = true
	if err := w.Wake(w.ctx, m); err == nil {
		t.Error("the message was taken from the queue")
	}
	if n := len(w.remindedAt(w.agents[0])); n != 0 {
		t.Errorf("reminded %d times", n)
	}
	w.all = false
	must(t, w.Wake(w.ctx, m))
	if n := len(w.remindedAt(w.agents[0])); n != 1 {
		t.Errorf("reminded %d times, want once", n)
	}
}

// That nobody is left, which could not be noted, is found out by the next enquiry.
func TestNobodyLeftWhileTheQueueRefuses(t *testing.T) {
	t.Parallel()
	w := newTroubled(t)
	w.all = true
	w.only(0)
	w.offline(w.agents[0])
	w.all = false
	w.pass(time.Hour)
	w.wantTold(0, "nothing was noted")
	w.miss(w.request(1))
	w.pass(2 * time.Minute)
	w.wantTold(1, "a customer found nobody")
}
