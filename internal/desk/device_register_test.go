package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

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
	if diff := cmp.Diff([]desk.Device{put}, devices); diff != "" || put.UpdatedAt != w.clock.Now() || put.VoIPToken != hexed("voip-t1") {
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
	if len(phones.forgot) != 2 || phones.forgot[0] != "arn:"+hexed("t1") { // and its VoIP token
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
