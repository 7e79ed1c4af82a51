package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestOfferPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.take(w.request(1))
	r := w.call(2)
	r.Reason = desk.LowConfidence
	a := w.ring(r)
	everyone := w.request(3)
	everyone.DepartmentID = ""
	n := w.notices(agent)
	want := desk.Notice{
		Kind: desk.NoticeOffer, EscalationID: a.EscalationID, Offer: 1, Channel: roster.Call, Reason: desk.LowConfidence,
		Department: "Sales", RingingUntil: w.clock.Now().Add(25 * time.Second), Badge: ptr(2),
	}
	want.Proof = n[1].Proof // see TestSeenByProof
	if diff := cmp.Diff(want, n[1]); diff != "" {
		t.Errorf("notice (-want +got):\n%s", diff)
	}
	if !a.RingingUntil.Equal(n[1].RingingUntil) || !w.view(a.EscalationID).Offer.RingingUntil.Equal(n[1].RingingUntil) {
		t.Errorf("push, answer and offer end at different times: %v, %v, %v", n[1].RingingUntil, a.RingingUntil, w.view(a.EscalationID).Offer)
	}
	w.end(a.EscalationID)
	w.ring(everyone)
	if n := w.notices(agent); n[len(n)-1].Department != "" {
		t.Errorf("for everyone: %+v", n)
	}
}

// Pushes to the devices of one agent do not wait for one another, and one that is
// broken hides none.
func TestPushesSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	for i := range 10 {
		id := fmt.Sprintf("d%d", i)
		w.put(w.agents[0], id, id)
		if i > 0 {
			phones.set(id, desk.ErrUnreachable)
		}
	}
	phones.meet = &sync.WaitGroup{}
	phones.meet.Add(10) // none returns before all have come
	w.ring(w.request(1))
	if got := phones.tries(); len(got) != 10 {
		t.Errorf("tried %v", got)
	}
	if feed, err := w.phones.Feed("d0", 0); err != nil || len(feed) != 1 {
		t.Errorf("the one that works got %v, %v", feed, err)
	}
}

func TestPushIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	agent := w.agents[0]
	for _, id := range []string{"good", "bad", "dead"} {
		w.put(agent, id, id)
	}
	phones.set("bad", errors.New("throttled"))
	phones.set("dead", desk.ErrUnreachable)
	count := func(device string) int {
		n := 0
		for _, d := range phones.tries() {
			if d == device {
				n++
			}
		}
		return n
	}
	w.ring(w.request(1))
	w.pass(10 * time.Second)
	if got := count("bad"); got < 3 || count("good") != 1 || count("dead") != 1 {
		t.Errorf("within 10 seconds: %v, want bad again and again, the others once", phones.tries())
	}
	phones.set("bad", nil)
	w.pass(5 * time.Second)
	if feed, err := w.phones.Feed("bad", 0); err != nil || len(feed) != 1 {
		t.Errorf("when it works again: %v, %v", feed, err)
	}
	w.pass(20 * time.Second) // over: the offer was missed

	// Not beyond the ring time, nor when the offer is gone.
	phones.set("bad", errors.New("throttled"))
	a := w.ring(w.request(2))
	w.pass(24 * time.Second)
	w.accept(agent, a.EscalationID)
	before := count("bad")
	w.pass(time.Minute)
	if got := count("bad"); got != before {
		t.Errorf("after it was accepted: %d more tries", got-before)
	}
	b := w.ring(w.request(3))
	for _, d := range w.timers.Pending() {
		if d.Message.Kind == desk.WakeRing { // lost: the offer stands
			must(t, w.timers.Deliver(w.ctx, d.ID, lost))
		}
	}
	w.pass(stands)
	before = count("bad")
	w.pass(time.Minute)
	if got := count("bad"); got != before || w.peek(b.EscalationID).Offer != 1 {
		t.Errorf("past the ring time: %d more tries", got-before)
	}
}

// A service that wants to be left alone is asked again when it says so, and not at all once the
// offer is over.
func TestPushWaitsForTheService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	w.put(w.agents[0], "busy", "busy")
	phones.set("busy", &desk.RetryAfter{Wait: 7 * time.Second, Err: errors.New("429")})
	w.ring(w.request(1))
	for _, c := range []struct {
		pass time.Duration
		want int
	}{{0, 1}, {6 * time.Second, 1}, {time.Second, 2}, {6 * time.Second, 2}, {time.Second, 3}} {
		if w.pass(c.pass); len(phones.tries()) != c.want {
			t.Fatalf("%v later: %d tries, want %d", c.pass, len(phones.tries()), c.want)
		}
	}
	phones.set("busy", &desk.RetryAfter{Wait: 20 * time.Second, Err: errors.New("429")})
	w.pass(7 * time.Second) // the fourth
	for _, m := range w.timers.Pending() {
		if m.Message.Kind == desk.WakePush {
			t.Errorf("it is to be tried again at %v, after the offer", m.At)
		}
	}
	if n := len(phones.tries()); n != 4 {
		t.Errorf("%d tries", n)
	}
}

// What a service finds fault with it would find fault with again.
func TestPushThatIsRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	w.put(w.agents[0], "strict", "strict")
	phones.set("strict", fmt.Errorf("403: %w", desk.ErrRejected))
	var log bytes.Buffer
	w.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))
	w.ring(w.request(1))
	w.pass(20 * time.Second)
	if n := len(phones.tries()); n != 1 || !strings.Contains(log.String(), "push rejected") {
		t.Errorf("%d tries, log %q", n, log.String())
	}
	if d, err := w.Devices(w.ctx, w.staff(w.agents[0])); err != nil || !d[0].Working {
		t.Errorf("the phone is held to refuse: %+v, %v", d, err)
	}
}

// A push that could not even find its devices is tried again, too.
func TestPushWithoutDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.put(agent, "second", "t2")
	engine := w.Table
	w.Table = noDevices{engine}
	w.ring(w.request(1))
	w.wantKinds(agent)
	w.Table = engine
	w.pass(2 * time.Second)
	w.wantKinds(agent, "offer")
	if feed, err := w.phones.Feed("second", 0); err != nil || len(feed) != 1 {
		t.Errorf("the second device: %v, %v", feed, err)
	}
}

// A service that hangs costs the assistant two seconds at most.
func TestPushThatHangs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.phone(w.agents[0])
	deadline := make(chan time.Duration, 1)
	w.Phones = hanging{w.Phones, deadline}
	w.ring(w.request(1))
	if left := <-deadline; left <= 0 || left > 2*time.Second {
		t.Errorf("a push may take %v, want 2 s at most", left)
	}
}

type hanging struct {
	desk.Phones
	deadline chan time.Duration
}

// Push does not really hang, since tests do not wait: it tells until when it could.
func (h hanging) Push(ctx context.Context, _ desk.Device, _ desk.Notice) error {
	until, ok := ctx.Deadline()
	if !ok {
		until = time.Now().Add(time.Hour)
	}
	h.deadline <- time.Until(until)
	return context.DeadlineExceeded
}
