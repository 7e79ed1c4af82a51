package desk_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// unsteady is a world in which all have phones, on a slow table with conflicts. Which Writes
// go unanswered follows from the seed.
func unsteady(t *testing.T, seed, agents int) *world {
	lost := map[int]bool{2 + seed: true, 5 + seed: true, 9 + seed: true}
	var mu sync.Mutex
	writes := 0
	w := newWorld(t, worldOptions{agents: agents, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{Conflicts: true, Torn: true, Latency: tailed(uint64(seed), cloudLatency), After: func(c fault.Call, err error) error {
			if c.Kind != fault.Write {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if writes++; lost[writes] && err == nil {
				return table.ErrOutcomeUnknown
			}
			return err
		}})
	}})
	w.phone(w.admin.MemberID)
	for _, id := range w.agents { // else they are gone when nobody reads their pages
		w.phone(id)
	}
	return w
}

// unsteadily runs a test in ten unsteady worlds.
func unsteadily(t *testing.T, test func(t *testing.T, seed int)) {
	for seed := range 10 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, seed) })
		})
	}
}

// passThrice is pass with every message delivered three times, twice of them at once.
func (w *world) passThrice(d time.Duration) {
	w.t.Helper()
	end := w.clock.Now().Add(d)
	for at, is := w.due(); is && !at.After(end); at, is = w.due() {
		w.until(at.Add(-time.Nanosecond))
		w.at(at)
		var all sync.WaitGroup
		for _, p := range w.timers.Pending() {
			if p.At.After(at) {
				continue
			}
			for range 2 {
				all.Go(func() {
					if err := w.Wake(w.ctx, p.Message); err != nil {
						w.t.Error(err)
					}
				})
			}
		}
		all.Wait()
		w.deliverDue()
	}
	w.until(end)
}

// Two who toggle at once, six times in ten seconds, are one push at most, whatever comes
// twice, and the owner hears again when fifteen minutes have passed.
func TestTogglesAtOnce(t *testing.T) {
	t.Parallel()
	unsteadily(t, func(t *testing.T, seed int) {
		w := unsteady(t, seed, 2)
		toggle := func(last string) {
			for _, status := range []string{"offline", "online", "offline", "online", "offline", last} {
				w.allAtOnce(status)
				w.passThrice(2 * time.Second)
			}
		}
		toggle("online")
		w.passThrice(5 * time.Minute)
		w.wantTold(0, "all came back")
		toggle("offline")
		w.passThrice(5 * time.Minute)
		w.wantTold(1, "all are gone")
		toggle("offline") // from offline to online, and back
		w.passThrice(9 * time.Minute)
		w.wantTold(1, "a quarter of an hour has not passed")
		w.passThrice(time.Hour)
		w.wantTold(2, "it has")
	})
}

// Of claims that find nobody at once, one notes it.
func TestClaimsFindNobodyAtOnce(t *testing.T) {
	t.Parallel()
	unsteadily(t, func(t *testing.T, seed int) {
		w := unsteady(t, seed, 1)
		must(t, w.SetOnline(w.ctx, w.acc, w.agents[0], false))
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() { _, _ = w.Escalate(w.ctx, w.request(n).Asked()) }) // busy is an answer, too
		}
		all.Wait()
		w.passThrice(2 * time.Minute)
		w.wantTold(1, "nobody is there")
		w.passThrice(time.Hour)
		w.wantTold(1, "nobody is there")
	})
}

// Of ticks at one boundary, and the looks that they ask for, one tells.
func TestNobodyCameAtOnce(t *testing.T) {
	t.Parallel()
	unsteadily(t, func(t *testing.T, seed int) {
		w := unsteady(t, seed, 3)
		for _, id := range w.agents {
			w.offline(id)
			w.schedule(id, workdays)
		}
		w.until(berlin(23, 18, 0))
		before := w.told()
		w.until(berlin(24, 8, 59))
		w.at(berlin(24, 9, 0).Add(20 * time.Second))
		var all sync.WaitGroup
		for _, x := range w.shifts.Waiting() {
			all.Go(func() {
				for range 10 { // as the state machine tries again
					if err := w.shifts.Tick(w.ctx, x.Execution, w.TickShift); err == nil {
						return
					}
				}
				t.Error("no tick")
			})
		}
		all.Wait()
		w.passThrice(3 * time.Minute)
		w.wantTold(before+1, "nobody came")
		w.passThrice(time.Hour)
		w.wantTold(before+1, "nobody came")
	})
}
