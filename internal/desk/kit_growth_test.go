package desk_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

// growth is a team of some size, and so many callers at once in its one department. Everybody has
// a phone and room, so that each escalation rings.
type growth struct{ members, callers int }

// grown is what came of it.
type grown struct {
	growth
	took   []time.Duration // from the call to the answer, which comes when the push has been sent
	counts meter.Counts
	cpu    time.Duration // of the process
}

// escalations is how many are measured of so many at once.
func (g growth) escalations() int { return max(g.callers, 16) }

// virtually plays on the embedded engine with the cloud's latencies and conflicts, in virtual time:
// what the machine takes to compute does not count.
func (g growth) virtually(t *testing.T) (r grown) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r = g.play(t, false, fault.Options{Conflicts: true, Latency: cloudLatency})
	})
	return r
}

// onDynamoDB plays on DynamoDB Local as fast as it is, and its processor time is that of a function:
// another process does the work of the table.
func (g growth) onDynamoDB(t *testing.T) grown {
	t.Helper()
	return g.play(t, true, fault.Options{})
}

// play has the callers ask at once, again and again with ten seconds between.
func (g growth) play(t *testing.T, dynamo bool, o fault.Options) grown {
	f := newFloor(t, dynamo, 1, o)
	f.journal.off = true
	slow := f.world.Desk.Table
	f.world.Desk.Table = f.bare.Table
	f.world.crowd(g.members, g.callers, "Europe/Berlin 12345/0830-1230,1315-1730")
	for _, id := range f.world.agents {
		f.world.phone(id)
	}
	m := meter.New(slow)
	f.world.Desk.Table = m
	if !dynamo { // which is measured by the processor, in real time
		f.world.Desk.Timers, f.world.Desk.Phones = slowTimers{f.world.Desk.Timers, 6 * time.Millisecond}, slowPhones{f.world.Desk.Phones, 10 * time.Millisecond}
		f.world.Desk.Announce = func(ctx context.Context, _ desk.Announcement) error { return pause(ctx, 10*time.Millisecond) }
	}
	r := grown{growth: g}
	var before meter.Counts
	var busy time.Duration
	for n := -g.callers; n < g.escalations(); n += g.callers { // the first are not measured
		if n == 0 {
			r.took, before, busy = nil, m.Counts(), cpuTime(t)
		}
		f.skip(10 * time.Second)
		r.took = append(r.took, f.askAtOnce(g.callers, n+g.callers)...)
	}
	r.counts, r.cpu = m.Counts().Sub(before), cpuTime(t)-busy
	return r
}

// askAtOnce has so many ask at once, each in a process of its own, and tells how long each took.
// Then they leave.
func (f *floor) askAtOnce(callers, first int) []time.Duration {
	f.world.t.Helper()
	took, errs, rang := make([]time.Duration, callers), make([]error, callers), make([]desk.Outcome, callers)
	requests := make([]desk.Request, callers)
	for i := range requests {
		requests[i] = shop(f.world.request(first + i))
	}
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range callers {
		wg.Go(func() {
			var a desk.Answer
			a, errs[i] = f.world.Apart().Escalate(f.world.ctx, requests[i].Asked())
			took[i], rang[i] = time.Since(begin), a.Outcome
		})
	}
	wg.Wait()
	for i, err := range errs {
		must(f.world.t, err)
		if rang[i] != desk.OutcomeRinging {
			f.world.t.Fatalf("an escalation is %s", rang[i])
		}
		_, err = f.bare.End(f.world.ctx, f.world.acc, f.world.idOf(requests[i]), false)
		must(f.world.t, err)
	}
	return took
}
