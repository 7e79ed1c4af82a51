package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// How often one misses is a matter of absences, not of how much rang in one: whoever is at the
// door for a minute has missed once.
func TestMissesPerAbsence(t *testing.T) {
	t.Parallel()
	second := time.Second
	for _, c := range []struct {
		name   string
		at     []time.Duration // when each chat comes
		seen   bool
		act    func(w *world, agent string) // when all have come
		missed int
		online bool
	}{
		{"two at once", []time.Duration{0, 0}, true, nil, 1, true},
		{"three, each while the one before rings", []time.Duration{0, 20 * second, 24 * second}, true, nil, 1, true},
		{"two one after another", []time.Duration{0, stands}, true, nil, 2, false},
		{"one comes while the second rings that does not count", []time.Duration{0, 20 * second, 40 * second}, true, nil, 2, false},
		{"two at once that arrive nowhere", []time.Duration{0, 0}, false, nil, 0, true},
		{"two one after another that arrive nowhere", []time.Duration{0, stands}, false, nil, 0, false},
		{"online again between", []time.Duration{0, stands}, true, func(w *world, agent string) {
			w.offline(agent)
			w.online(agent)
		}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent, begun := w.agents[0], w.clock.Now()
			for i, at := range c.at {
				w.until(begun.Add(at))
				id := w.ring(w.request(i)).EscalationID
				if c.seen {
					w.seen(id)
				}
			}
			if c.act != nil {
				c.act(w, agent)
			}
			w.pass(time.Minute)
			if r := w.row(agent); r.Missed != c.missed || r.Online != c.online {
				t.Errorf("got %d missed, online %t, want %d and %t", r.Missed, r.Online, c.missed, c.online)
			}
		})
	}
}

// Whoever accepts is back: what they miss later is an absence of its own.
func TestAcceptEndsAnAbsence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	first := w.ring(w.request(1)).EscalationID
	w.seen(first)
	w.pass(20 * time.Second)
	second, third := w.ring(w.request(2)).EscalationID, w.ring(w.request(3)).EscalationID
	w.seen(third)
	w.pass(8 * time.Second) // the first is missed
	w.accept(agent, second)
	w.pass(20 * time.Second)
	if r := w.row(agent); r.Missed != 1 || !r.Online {
		t.Errorf("got %+v, want the miss after the accept counted anew", r)
	}
}

// An offer whose agent could not take it any more rings to its end and counts as nothing; the
// history says why.
func TestUncountedEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		act  func(w *world, agent string)
		want string // the note; empty: it counts as missed
	}{
		{"able", func(*world, string) {}, ""},
		{"full without it", func(w *world, agent string) {
			w.take(w.request(8))
			w.capacity(agent, 1, 1)
		}, "at_capacity"},
		{"just not full", func(w *world, agent string) {
			w.take(w.request(8))
			w.capacity(agent, 1, 2)
		}, ""},
		{"out of the department", func(w *world, agent string) {
			_, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{DepartmentIDs: &[]string{w.department("Support")}})
			must(w.t, err)
		}, "not_in_department"},
		{"out of the department, stored before that was kept", func(w *world, agent string) {
			must(w.t, w.ForgetFrom(w.ctx, w.idOf(w.request(1))))
			_, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{DepartmentIDs: &[]string{w.department("Support")}})
			must(w.t, err)
		}, ""},
		{"out of a department that is gone", func(w *world, _ string) {
			must(w.t, w.DeleteDepartment(w.ctx, w.admin, w.dep))
		}, ""},
		{"off shift", func(w *world, agent string) { w.schedule(agent, "Europe/Berlin 12345/1400-1700") }, "off_shift"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			id := w.ring(w.request(1)).EscalationID
			w.seen(id)
			c.act(w, agent)
			w.pass(stands)
			h := w.view(id).History[1]
			want, missed := "missed", 1
			if c.want != "" {
				want, missed = "withdrawn", 0
			}
			if h.What != want || h.Note != c.want || w.row(agent).Missed != missed {
				t.Errorf("got %+v and %d missed, want %s with the note %q", h, w.row(agent).Missed, want, c.want)
			}
			w.clean(id)
		})
	}
}

// Drills and transfers end like any other offer.
func TestUncountedEndsOfTransfersAndDrills(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	holder := w.agents[0]
	id := w.take(w.request(1)).EscalationID
	receiver := w.agent("Hanna", w.department("Support"))
	for _, rings := range []func() string{
		func() string {
			_, err := w.Transfer(w.ctx, w.staff(holder), id, desk.Transfer{MemberID: receiver})
			must(t, err)
			return id
		},
		func() string {
			e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{MemberID: receiver, Channel: "chat"})
			must(t, err)
			return e.ID
		},
	} {
		rung := rings()
		w.seen(rung)
		w.schedule(receiver, "Europe/Berlin 12345/1400-1700")
		w.pass(stands)
		found := false
		for _, h := range w.view(rung).History {
			found = found || h.What == "withdrawn" && h.MemberID == receiver && h.Note == "off_shift"
		}
		if r := w.row(receiver); !found || r.Missed != 0 || len(r.Work) != 0 {
			t.Errorf("got %+v and the row %+v, want it withdrawn for the shift", w.view(rung).History, r)
		}
		w.schedule(receiver, "")
	}
	if s := w.peek(id); s.State != desk.Active || s.Assigned != holder {
		t.Errorf("got %+v, want the transfer back with its sender", s)
	}
}
