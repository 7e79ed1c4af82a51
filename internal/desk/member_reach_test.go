package desk_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// unreached makes an agent with nothing that could ring, and without any row of before.
func (w *world) unreached(agent string) {
	w.t.Helper()
	none := 0
	must(w.t, w.SetReach(w.ctx, w.acc, agent, &none, time.Time{}))
}

// Who has nothing that could ring is rung by nobody, and admins see why.
func TestNothingRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.unreached(agent)
	if got := w.availability(agent); got.Because != "no_device" || got.Status != "online" || got.Receiving.Chat {
		t.Errorf("availability %+v, want online and no_device", got)
	}
	a := w.miss(w.request(1))
	if *a.Because != roster.NobodyOnline {
		t.Errorf("because %s, want nobody_online", *a.Because)
	}
	receipts, err := w.Receipts(w.ctx, w.admin, a.EscalationID)
	must(t, err)
	if got := receipts[0].Candidates; !slices.ContainsFunc(got, func(c desk.Candidate) bool { return c.MemberID == agent && c.Reason == "no_device" }) {
		t.Errorf("candidates %+v, want no_device", got)
	}
	w.online(agent) // by an admin, who has no page of theirs open
	w.miss(w.request(2))
	w.comes(agent)
	w.ring(w.request(3))
}

// A new member has nothing that rings until a page or a phone of theirs is there.
func TestNewMembersHaveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 0})
	w.Identity = newRegister()
	m, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
		FirstName: "Nina", LastName: "Roy", Email: "nina@example.com", Password: "Password-1", Role: desk.RoleStaff, DepartmentIDs: []string{w.dep},
	})
	must(t, err)
	w.online(m.ID)
	if got := w.availability(m.ID).Because; got != "no_device" {
		t.Errorf("because %s, want no_device", got)
	}
	w.phone(m.ID)
	if got := w.availability(m.ID).Because; got != "receiving" {
		t.Errorf("with a phone: because %s, want receiving", got)
	}
}

// Every sign of a page counts for eight minutes; one that polls all the time is written once
// in five minutes, and one that closes is noticed.
func TestOpenPage(t *testing.T) {
	t.Parallel()
	for _, sign := range []struct {
		name string
		do   func(w *world, agent string)
	}{
		{"poll", func(w *world, agent string) { w.poll(agent) }},
		{"online", func(w *world, agent string) { w.comes(agent) }},
		{"device", func(w *world, agent string) {
			dev, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "tab", Platform: desk.OpenPage})
			must(w.t, err)
			if dev.Until == nil || !dev.Until.Equal(w.clock.Now().Add(8*time.Minute)) || dev.Platform != desk.OpenPage || dev.ID != "tab" {
				w.t.Errorf("put %+v", dev)
			}
		}},
	} {
		t.Run(sign.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.unreached(agent)
			sign.do(w, agent)
			w.clock.Advance(8*time.Minute - time.Millisecond)
			if got := w.availability(agent).Because; got != "receiving" {
				t.Errorf("before the end: because %s", got)
			}
			if got := w.deviceIDs(agent); len(got) != 1 {
				t.Errorf("devices %v, want the page", got)
			}
			w.clock.Advance(time.Millisecond)
			if got := w.availability(agent).Because; got != "no_device" {
				t.Errorf("at the end: because %s", got)
			}
			if got := w.deviceIDs(agent); len(got) != 0 {
				t.Errorf("devices %v, want none", got)
			}
		})
	}
}

// A page on which nothing happens polls every two seconds for an hour and writes twelve times,
// whatever its member has there, and also when they are offline.
func TestIdlePageWritesSeldom(t *testing.T) {
	t.Parallel()
	unraced(t)
	for _, c := range []struct {
		name string
		has  func(w *world, agent string)
	}{
		{"nothing", func(*world, string) {}},
		{"is offline", func(w *world, agent string) { w.offline(agent) }},
		{"a phone", func(w *world, agent string) { w.phone(agent) }},
		{"open work", func(w *world, _ string) { w.take(w.request(1)); w.take(w.request(2)) }},
		{"a call", func(w *world, _ string) { w.take(w.call(1)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var writes atomic.Int64
			w := newWorld(t, worldOptions{agents: 1, wrap: func(inner table.Table) table.Table {
				return fault.New(inner, fault.Options{Before: func(c fault.Call) error {
					if c.Kind == fault.Write {
						writes.Add(1)
					}
					return nil
				}})
			}})
			agent := w.agents[0]
			c.has(w, agent)
			writes.Store(0)
			for range 1800 {
				w.poll(agent)
				w.clock.Advance(2 * time.Second)
			}
			if n := writes.Load(); n != 12 {
				t.Errorf("%d writes in an hour, want 12", n)
			}
			if r := w.row(agent); r.Devices == nil {
				t.Error("the devices are not counted")
			}
		})
	}
}

// The ways in which the last means of ringing goes.
func ways() []struct {
	name    string
	because string
	do      func(w *world, agent string)
} {
	return []struct {
		name    string
		because string
		do      func(w *world, agent string)
	}{
		{"signs out", "offline", func(w *world, agent string) { must(w.t, w.SignOutDevice(w.ctx, w.staff(agent), "a")) }},
		{"deletes it", "offline", func(w *world, agent string) { must(w.t, w.DeleteDevice(w.ctx, w.staff(agent), "a")) }},
		{"another signs in there", "offline", func(w *world, agent string) { w.put(w.admin.MemberID, "x", "t") }},
		{"it refuses", "unreachable", func(w *world, agent string) {
			phones := w.moodyPhones()
			phones.set("a", desk.ErrUnreachable)
			wantProblem(w.t, w.TestDevice(w.ctx, w.staff(agent), "a"), "unreachable")
			w.pass(0)
		}},
		{"an admin sets a password", "offline", func(w *world, agent string) { must(w.t, w.SetPassword(w.ctx, w.admin, agent, "Password-2")) }},
		{"a password is reset", "offline", func(w *world, agent string) {
			must(w.t, w.ResetPassword(w.ctx, resetOf("Agent0@example.com", w.resetCode("Agent0@example.com"))))
		}},
	}
}

// withPhone makes a world whose one agent has a sign-in and a phone.
func withPhone(t *testing.T, device string) (w *world, agent string) {
	t.Helper()
	w = newWorld(t, worldOptions{agents: 1})
	agent = w.agents[0]
	register := newRegister()
	w.Identity = register
	register.users[agent] = signIn{"Password-1"}
	w.put(agent, device, "t")
	return w, agent
}

// Whichever way the last phone goes, its member is offline, what rings there goes on, and
// neither is counted as a miss. Nothing is pushed there any more.
func TestLastWayGoes(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			w, agent := withPhone(t, "a")
			one := w.ring(w.request(1)).EscalationID
			two := w.ring(w.request(2)).EscalationID
			other := w.agent("Other", w.dep)
			w.clock.Advance(time.Second)
			way.do(w, agent)
			for _, id := range []string{one, two} {
				if s := w.peek(id); s.OfferTo != other || s.Offer != 2 {
					t.Errorf("%s rings at %+v, want it to have gone on", id, s)
				}
			}
			r := w.row(agent)
			if got := w.availability(agent).Because; r.Online || r.Missed != 0 || len(r.Work) != 0 || got != way.because {
				t.Errorf("the row %+v, because %s, want offline because %s", r, got, way.because)
			}
			if got := w.deviceIDs(agent); way.because == "offline" && len(got) != 0 {
				t.Errorf("devices %v, want none", got)
			}
		})
	}
}

// With a page that is open a refusal takes nobody offline, and all else ends the page, too.
func TestLastWayWithPage(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			w, agent := withPhone(t, "a")
			w.poll(agent)
			id := w.ring(w.request(1)).EscalationID
			w.clock.Advance(time.Second)
			way.do(w, agent)
			stays := way.because == "unreachable"
			if got := w.row(agent).Online; got != stays {
				t.Errorf("online %v, want %v", got, stays)
			}
			if got := w.peek(id).State == desk.Ringing; got != stays {
				t.Errorf("rings %v, want %v", got, stays)
			}
		})
	}
}

// With another phone that works nothing of that happens, but for a new password.
func TestOtherPhoneStays(t *testing.T) {
	t.Parallel()
	for i, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			w, agent := withPhone(t, "a")
			w.put(agent, "b", "u")
			id := w.ring(w.request(1)).EscalationID
			w.clock.Advance(time.Second)
			way.do(w, agent)
			stays := i < 4
			if got := w.peek(id).State == desk.Ringing && w.row(agent).Online; got != stays {
				t.Errorf("still rings %v, want %v", got, stays)
			}
		})
	}
}

// One's own change of the password spares the phones: whoever does it is there.
func TestOwnPasswordSparesPhones(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	w.clock.Advance(time.Minute)
	own := w.as(asha.signIn("own"))
	own.Session = "" // of a token that names none
	w.put(asha.id, "a", "t")
	w.online(asha.id)
	w.clock.Advance(time.Minute)
	_, err := w.ChangePassword(w.ctx, own, insiderPassword, "Seventeen-Herons-2")
	must(t, err)
	w.pass(time.Minute)
	if got := w.deviceIDs(asha.id); !slices.Equal(got, []string{"a"}) || !w.row(asha.id).Online {
		t.Errorf("devices %v, online %v", got, w.row(asha.id).Online)
	}
}

// What a member registers after a new password stays, though the finish message comes later.
func TestLatePasswordFinishSparesNewPhones(t *testing.T) {
	t.Parallel()
	w, agent := withPhone(t, "old")
	mend := w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "devices") {
			return table.ErrUnavailable
		}
		return nil
	}})
	must(t, w.SetPassword(w.ctx, w.admin, agent, "Password-2"))
	mend()
	w.clock.Advance(10 * time.Second)
	signedIn := w.clock.Now()
	w.put(agent, "new", "u")
	w.pass(time.Minute)
	if got := w.deviceIDs(agent); !slices.Equal(got, []string{"new"}) || !w.row(agent).Online {
		t.Errorf("devices %v, online %v, want the new one alone", got, w.row(agent).Online)
	}
	if _, err := w.Caller(w.ctx, desk.Bearer{MemberID: agent, SignedInAt: signedIn}); err != nil {
		t.Errorf("the new sign-in is ended: %v", err)
	}
}

// A lid that was closed costs one offer: what nobody saw on a page ends its lease.
func TestClosedLidCostsOneOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	away, other := w.agents[0], w.agents[1]
	w.unreached(away)
	w.comes(away)
	w.offline(other)
	id := w.ring(w.request(1)).EscalationID
	w.online(other)
	w.pass(30 * time.Second)
	if s := w.peek(id); s.OfferTo != other {
		t.Fatalf("it rings at %+v, want the other", s)
	}
	if got := w.availability(away).Because; got != "no_device" {
		t.Errorf("because %s, want no_device at once", got)
	}
	w.accept(other, id)
	for i := range 2 {
		if a := w.ring(w.request(2 + i)); a.Agent.ID != other {
			t.Errorf("rings at %s, who closed the lid", a.Agent.FirstName)
		}
	}
	w.poll(away)
	if got := w.availability(away).Because; got != "receiving" {
		t.Errorf("open again: because %s, want receiving", got)
	}
}

// A page that opens again takes back that nobody is left.
func TestPageComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	must(t, w.SignOutDevice(w.ctx, w.staff(agent), "phone-"+agent))
	if a := w.miss(w.request(1)); *a.Because != roster.NobodyOnline {
		t.Errorf("because %s", *a.Because)
	}
	w.comes(agent)
	w.ring(w.request(2))
}

// Of two pages one closes: the member is offered nothing until the other polls, and stays
// online.
func TestOneOfTwoPagesCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.unreached(agent)
	_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "tab-2", Platform: desk.OpenPage})
	must(t, err)
	must(t, w.DeleteDevice(w.ctx, w.staff(agent), "tab-2"))
	if got := w.availability(agent); got.Status != "online" || got.Because != "no_device" {
		t.Errorf("after one has closed: %+v, want online and no_device", got)
	}
	w.poll(agent)
	if got := w.availability(agent).Because; got != "receiving" {
		t.Errorf("after the other's poll: because %s, want receiving", got)
	}
}

// Who opens a page after all phones refused is reachable again and still offline: what rang
// goes on all the same.
func TestRefusedThenPage(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	id := w.ring(w.request(1)).EscalationID
	w.poll(agent)
	w.pass(0)
	if s := w.peek(id); s.State != desk.CalledFor {
		t.Errorf("it rings at %+v, though they are offline", s)
	}
}

// Whichever way the last phone goes, other systems hear that its member is offline, what ticks
// for them is kept running, and the owner hears when nobody is left.
func TestWhatFollowsTheLastWay(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			w, agent := withPhone(t, "a")
			w.schedule(agent, workdays)
			e, _, err := w.Shift(w.ctx, w.acc, agent)
			must(t, err)
			must(t, w.shifts.Stop(e))
			w.phone(w.admin.MemberID)
			heard := w.listen()
			w.clock.Advance(time.Second)
			way.do(w, agent)
			w.wantRunning(agent, "1-2")
			heard.since(t, way.name, "presence.offline")
			w.pass(2 * time.Minute)
			w.wantTold(1, way.name)
		})
	}
}
