package desk_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// told is how often the owner was told that nobody is left.
func (w *world) told() int {
	w.t.Helper()
	n := 0
	for _, notice := range w.notices(w.admin.MemberID) {
		if notice.Kind == desk.NoticeNobodyLeft {
			n++
		}
	}
	return n
}

// wantTold wants the owner to have been told so often by now.
func (w *world) wantTold(want int, why string) {
	w.t.Helper()
	if got := w.told(); got != want {
		w.t.Errorf("%s: told %d times by now, want %d", why, got, want)
	}
}

// However the last one goes in business hours, the owner is told once that has lasted a
// minute, and once until somebody can take work again.
func TestNobodyLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		goes func(w *world, last string)
	}{
		{"offline by oneself", func(w *world, last string) {
			_, err := w.SetPresence(w.ctx, w.staff(last), last, "offline")
			must(w.t, err)
		}},
		{"offline by an admin", func(w *world, last string) { w.offline(last) }},
		{"signs out", func(w *world, last string) {
			must(w.t, w.SignOutDevice(w.ctx, w.staff(last), "phone-"+last))
		}},
		{"missed offers", func(w *world, last string) {
			for n := range 2 {
				w.escalate(w.request(n))
				w.pass(time.Minute)
			}
		}},
		{"removed", func(w *world, last string) { must(w.t, w.DeleteMember(w.ctx, w.admin, last)) }},
		{"hours change", func(w *world, last string) { w.schedule(last, "Europe/Berlin 12345/0900-0930") }},
		{"end of a shift", func(w *world, last string) { w.until(berlin(23, 17, 0).Add(20 * time.Second)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			g := newGauges()
			w.Metrics = g.add
			w.phone(w.admin.MemberID)
			last, other := w.agents[0], w.agents[1]
			w.phone(last)
			w.schedule(last, workdays)
			w.schedule(other, "Europe/Berlin 12345/0900-2000")
			w.offline(other)
			w.wantTold(0, "one is left")
			c.goes(w, last)
			w.wantTold(0, "nobody is left, perhaps for a moment")
			w.pass(time.Minute)
			w.wantTold(1, "nobody is left")
			w.online(other)
			w.offline(other)
			w.pass(15 * time.Minute)
			w.wantTold(2, "one came and went")
			w.offline(other)
			w.online(w.admin.MemberID)
			w.pass(time.Hour)
			w.wantTold(2, "the owner helps out")
			if n := g.sums["NobodyLeft"]; n != 2 {
				t.Errorf("counted %v times, want 2", n)
			}
		})
	}
}

// Of people who come and go the owner hears when nobody is left for a minute, and no more
// than once in fifteen.
func TestComingAndGoing(t *testing.T) {
	t.Parallel()
	comes := func(w *world) { w.online(w.agents[0]) }
	goes := func(w *world) { w.offline(w.agents[0]) }
	for _, c := range []struct {
		name  string
		steps []func(w *world)
		every time.Duration
		told  []time.Duration // after the last step
	}{
		{"one goes", []func(w *world){goes}, time.Second, []time.Duration{time.Minute}},
		{"one is back within the minute", []func(w *world){goes, comes}, 59 * time.Second, nil},
		{"six times in ten seconds, back", []func(w *world){goes, comes, goes, comes, goes, comes}, 2 * time.Second, nil},
		{"six times in ten seconds, gone", []func(w *world){comes, goes, comes, goes, comes, goes}, 2 * time.Second, []time.Duration{time.Minute}},
		{"again after five minutes", []func(w *world){goes, comes, goes}, 3 * time.Minute, []time.Duration{-5 * time.Minute, 10 * time.Minute}},
		{"again after five minutes, back", []func(w *world){goes, comes, goes, comes}, 3 * time.Minute, []time.Duration{-8 * time.Minute}},
		{"again after half an hour", []func(w *world){goes, comes, goes}, 15 * time.Minute, []time.Duration{-29 * time.Minute, time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.phone(w.admin.MemberID)
			last := w.clock.Now().Add(time.Duration(len(c.steps)-1) * c.every)
			for i, step := range c.steps {
				w.until(last.Add(-time.Duration(len(c.steps)-1-i) * c.every))
				step(w)
			}
			w.pass(3 * time.Hour)
			pushes, err := w.phones.Feed("phone-"+w.admin.MemberID, 0)
			must(t, err)
			var got []time.Duration
			for _, p := range slices.Backward(pushes) {
				got = append(got, p.At.Sub(last))
			}
			if !slices.Equal(got, c.told) {
				t.Errorf("told %v after the last step, want %v", got, c.told)
			}
		})
	}
}

// Outside business hours nobody is expected, and so nobody is missed; and who is told can
// be switched off.
func TestNobodyIsMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	w.phone(w.admin.MemberID)
	for _, id := range w.agents {
		w.schedule(id, workdays)
	}
	w.until(berlin(23, 17, 3))
	w.wantTold(0, "all shifts end together")
	for _, id := range w.agents {
		w.offline(id)
		w.online(id)
		w.offline(id)
	}
	w.pass(3 * time.Minute)
	w.wantTold(0, "after hours")
	w.until(berlin(24, 8, 0))
	for _, id := range w.agents {
		w.online(id)
	}
	w.until(berlin(24, 12, 0))
	w.offline(w.agents[0])
	w.wantTold(0, "one is left")
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{NobodyLeft: ptr(false)}})
	w.offline(w.agents[1])
	w.pass(time.Minute)
	w.wantTold(0, "switched off")
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{NobodyLeft: ptr(true)}})
	w.online(w.agents[1])
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
	w.offline(w.agents[1])
	w.pass(time.Hour)
	w.wantTold(0, "a holiday")
}

// A stretch of nobody ends when the shift begins of one who stayed online, and the next
// one is told of.
func TestSomebodyComesOnShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	w.phone(w.admin.MemberID)
	w.schedule(w.agents[0], "Europe/Berlin 12345/0900-1300")
	w.schedule(w.agents[1], "Europe/Berlin 12345/1200-1700")
	w.offline(w.agents[0]) // at 11, in business hours; the other's shift is yet to begin
	w.pass(time.Minute)
	w.wantTold(1, "nobody is left")
	w.until(berlin(23, 12, 1))
	w.offline(w.agents[1])
	w.pass(time.Minute)
	w.wantTold(2, "the one who came has gone")
}

// Of several who go, and come, at the same moment the owner hears once, whatever conflicts
// and answers get lost.
func TestLastOnesGoAtOnce(t *testing.T) {
	t.Parallel()
	unsteadily(t, lastOnesGo)
}

// lastOnesGo has all of a few agents go and come, three times, and then one come while
// another goes.
func lastOnesGo(t *testing.T, seed int) {
	w := unsteady(t, seed, 2+seed%3)
	for round := 1; round <= 3; round++ {
		w.allAtOnce("offline")
		w.pass(time.Minute)
		w.wantTold(round, "all went")
		w.allAtOnce("online")
		w.pass(15 * time.Minute)
		w.wantTold(round, "all came")
	}
	// One comes while the other goes: in whatever order, nobody is told, since one is there
	// a minute later.
	w.offline(w.agents[0])
	for _, id := range w.agents[2:] {
		w.offline(id)
	}
	before := w.told()
	var both sync.WaitGroup
	both.Go(func() { w.online(w.agents[0]) })
	both.Go(func() { w.offline(w.agents[1]) })
	both.Wait()
	w.pass(15 * time.Minute)
	w.wantTold(before, "one came and one went")
	w.offline(w.agents[0])
	w.pass(time.Minute)
	w.wantTold(before+1, "and that one has gone")
}

// allAtOnce sets everybody's presence at the same moment.
func (w *world) allAtOnce(status string) {
	var all sync.WaitGroup
	for _, id := range w.agents {
		all.Go(func() {
			for {
				_, err := w.SetPresence(w.ctx, w.staff(id), id, status)
				if err == nil {
					return
				}
				if !desk.Transient(err) && !desk.IsProblem(err, "busy") {
					w.t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// Who goes online is told how many callbacks wait that they may claim.
func TestCallbacksWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent, service := w.agents[0], w.department("Service")
	other := w.member("Sven", desk.RoleStaff, service)
	for _, id := range []string{agent, other, w.admin.MemberID} {
		w.phone(id)
	}
	w.offline(agent)
	w.online(agent)
	w.wantKinds(agent) // none wait
	w.offline(agent)
	for n := range 3 {
		w.miss(w.request(n))
	}
	r := w.request(7)
	r.DepartmentID = ""
	everyones := w.miss(r).Callback.ID
	r = w.request(8)
	r.DepartmentID = service
	w.miss(r)
	counts := func(id string) (counts []int) {
		for _, n := range w.notices(id) {
			if n.Kind == desk.NoticeCallbacks {
				counts = append(counts, n.Count)
			}
		}
		return counts
	}
	want := func(id, who string, want ...int) {
		t.Helper()
		if got := counts(id); !slices.Equal(got, want) {
			t.Errorf("%s was told %v, want %v", who, got, want)
		}
	}
	for _, id := range []string{agent, agent, other, w.admin.MemberID} { // the second time changes nothing
		w.online(id)
	}
	want(agent, "Sales", 4)
	want(other, "Service", 2)
	want(w.admin.MemberID, "the owner", 5)
	w.offline(agent)
	w.pass(5 * time.Minute)
	_, err := w.ClaimCallback(w.ctx, w.admin, everyones)
	must(t, err)
	w.online(agent)
	want(agent, "Sales", 4, 3)
	must(t, w.DeleteDepartment(w.ctx, w.admin, service))
	w.offline(agent)
	w.pass(5 * time.Minute)
	w.online(agent)
	want(agent, "Sales, and what was Service's", 4, 3, 4)
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{CallbacksWaiting: ptr(false)}})
	w.offline(agent)
	w.pass(5 * time.Minute)
	w.online(agent)
	want(agent, "switched off", 4, 3, 4)
}
