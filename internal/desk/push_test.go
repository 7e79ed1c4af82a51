package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func (w *world) put(member, device, token string) desk.Device {
	w.t.Helper()
	dev, err := w.PutDevice(w.ctx, w.staff(member), desk.Device{ID: device, Platform: desk.APNs, Token: token, VoIPToken: "voip-" + token})
	must(w.t, err)
	return dev
}

func (w *world) deviceIDs(member string) []string {
	w.t.Helper()
	devices, err := w.Devices(w.ctx, w.staff(member))
	must(w.t, err)
	return ids(devices, func(d desk.Device) string { return d.ID })
}

func TestDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	phones := w.moodyPhones()
	agent := w.agents[0]
	if got := w.deviceIDs(agent); len(got) != 0 {
		t.Errorf("at first: %v", got)
	}
	put := w.put(agent, "a", "t1")
	devices, err := w.Devices(w.ctx, w.staff(agent))
	must(t, err)
	if diff := cmp.Diff([]desk.Device{put}, devices); diff != "" || put.UpdatedAt != w.clock.Now() || put.VoIPToken != "voip-t1" {
		t.Errorf("put %+v (-put +kept):\n%s", put, diff)
	}
	w.put(agent, "b", "t2")
	devices, err = w.Devices(w.ctx, w.staff(agent))
	must(t, err)
	address := devices[1].Address
	w.clock.Advance(time.Hour)
	if again := w.put(agent, "a", "t1"); !again.UpdatedAt.Equal(w.clock.Now()) {
		t.Errorf("put again: %+v", again)
	}
	if got := w.deviceIDs(agent); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("after putting the first again: %v", got)
	}
	for i := range 9 { // eleven in all
		w.put(agent, fmt.Sprintf("c%d", i), fmt.Sprintf("tc%d", i))
	}
	if got := w.deviceIDs(agent); len(got) != 10 || slices.Contains(got, "b") || got[0] != "a" {
		t.Errorf("of eleven are kept: %v", got)
	}
	if len(phones.forgot) != 2 || phones.forgot[0] != address { // and its VoIP token
		t.Errorf("forgotten: %v, want b", phones.forgot)
	}
	for range 2 {
		must(t, w.DeleteDevice(w.ctx, w.staff(agent), "a"))
	}
	if got := w.deviceIDs(agent); len(got) != 9 || slices.Contains(got, "a") || len(phones.forgot) != 4 {
		t.Errorf("after deleting: %v, forgotten %v", got, phones.forgot)
	}
	if got := w.deviceIDs(w.agents[1]); len(got) != 0 {
		t.Errorf("the other one has %v", got)
	}
	if !w.row(agent).Online {
		t.Error("deleting a device took its member offline")
	}
	must(t, w.DeleteDevice(w.ctx, w.staff(w.agents[1]), "c0"))
	if got := w.deviceIDs(agent); len(got) != 9 {
		t.Errorf("another member deleted one: %v", got)
	}
}

// A token that changed has another address: the old one is given up.
func TestDeviceWithNewAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	phones.newer = func(d desk.Device) string { return "arn:" + d.Token }
	w.put(w.agents[0], "a", "t1")
	w.put(w.agents[0], "a", "t1")
	w.put(w.agents[0], "a", "t2")
	if len(phones.forgot) != 2 || phones.forgot[0] != "arn:t1" { // and its VoIP token
		t.Errorf("forgotten: %v, want arn:t1", phones.forgot)
	}
}

func TestSignOutDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.staff(w.agents[0])
	w.put(agent.MemberID, "a", "t1")
	w.put(agent.MemberID, "b", "t2")
	a := w.ring(w.request(1))
	must(t, w.SignOutDevice(w.ctx, agent, "a"))
	if !w.row(agent.MemberID).Online || w.peek(a.EscalationID).State != desk.Ringing {
		t.Error("went offline with a device left")
	}
	for range 2 { // again, as when the first died half-way
		must(t, w.SignOutDevice(w.ctx, agent, "b"))
		if w.row(agent.MemberID).Online || w.peek(a.EscalationID).State != desk.CalledFor {
			t.Errorf("without a device: %+v, %+v", w.row(agent.MemberID), w.peek(a.EscalationID))
		}
	}
}

func TestTestPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	agent := w.staff(w.agents[0])
	w.put(agent.MemberID, "a", "t1")
	w.put(agent.MemberID, "b", "t2")
	must(t, w.TestDevice(w.ctx, agent, "b"))
	if got := phones.tries(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("pushed to %v, want b", got)
	}
	feed, err := w.phones.Feed("b", 1)
	must(t, err)
	if feed[0].Notice != (desk.Notice{Kind: desk.NoticeTest}) {
		t.Errorf("notice %+v", feed[0].Notice)
	}
	wantProblem(t, w.TestDevice(w.ctx, agent, "c"), "not-found")
	phones.set("b", desk.ErrUnreachable)
	wantProblem(t, w.TestDevice(w.ctx, agent, "b"), "unreachable")
	phones.set("b", errors.New("throttled"))
	wantClass(t, w.TestDevice(w.ctx, agent, "b"), desk.Unavailable)
}

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
	w.pass(25 * time.Second)
	before = count("bad")
	w.pass(time.Minute)
	if got := count("bad"); got != before || w.peek(b.EscalationID).Offer != 1 {
		t.Errorf("past the ring time: %d more tries", got-before)
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
