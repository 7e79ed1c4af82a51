package desk_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

// flips is a morning: the shifts of many members begin at nine, in teams of a hundred, and
// chats come in at that moment.
type flips struct {
	members int
	rounds  int // of 8 chats at once, in the first team
}

// flipsResult is what came of it.
type flipsResult struct {
	flips
	tries map[string]int // Writes for each escalation's offer
	cost  meter.Counts   // of the flips alone
	faced []string       // what was broken
}

const (
	teamSize = 100
	nineUTC  = "UTC 1234567/0900-1700" // what the judge understands
)

// play lets everybody's execution tick at once, at nine; in the cloud they are spread over
// twenty seconds. Without ticks the same chats come on the same morning.
func (fl flips) play(t *testing.T, ticks bool) *flipsResult {
	res := &flipsResult{flips: fl, tries: map[string]int{}}
	var mu sync.Mutex
	f := newFloor(t, false, 1, fault.Options{Conflicts: true, Torn: true, Latency: cloudLatency, Before: func(c fault.Call) error {
		if id, ok := claims(c); ok {
			mu.Lock()
			res.tries[id]++
			mu.Unlock()
		}
		return nil
	}})
	executions := fl.teams(f)
	f.skip(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC).Sub(f.runner.Now()))
	ticking := *f.world.Desk // a meter of its own
	m := meter.New(f.world.Desk.Table)
	ticking.Table = m
	var all sync.WaitGroup
	if ticks {
		for _, e := range executions {
			all.Go(func() {
				if _, err := ticking.TickShift(f.world.ctx, e); err != nil {
					t.Error(err)
				}
			})
		}
	}
	for n := range fl.rounds {
		for i := range 8 {
			all.Go(func() {
				if a, err := f.world.Escalate(f.world.ctx, f.world.request(8*n+i).Asked()); err != nil || a.Outcome != desk.OutcomeRinging {
					t.Errorf("%+v, %v", a, err)
				}
			})
		}
		time.Sleep(time.Second)
	}
	all.Wait()
	if !ticks {
		return res // only what the chats took is asked of it
	}
	res.cost = m.Counts()
	v := judged(f.journal)
	res.faced = v.faults
	if v.passed != 0 {
		res.faced = append(res.faced, fmt.Sprint(v.passed, " passed over"))
	}
	for _, e := range executions {
		if _, on, err := f.bare.Shift(f.world.ctx, e.AccountID, e.MemberID); err != nil || !on {
			res.faced = append(res.faced, fmt.Sprintf("%s is noted as on shift: %t, %v", e.MemberID, on, err))
		}
	}
	return res
}

// teams makes the members, the first team in the account that chats come to.
func (fl flips) teams(f *floor) []desk.ShiftExecution {
	f.world.t.Helper()
	var executions []desk.ShiftExecution
	begin := func(acc string, ids []string) {
		more, err := f.bare.BeginShifts(f.world.ctx, acc, ids)
		must(f.world.t, err)
		executions = append(executions, more...)
	}
	f.world.crowd(min(teamSize, fl.members), 20, nineUTC)
	begin(f.world.acc, f.world.agents)
	for made := teamSize; made < fl.members; made += teamSize {
		a, err := f.bare.AddAccount(f.world.ctx, desk.NewAccount{Name: "Team", TimeZone: "Europe/Berlin"})
		must(f.world.t, err)
		var rows []desk.NewRow
		for range min(teamSize, fl.members-made) {
			rows = append(rows, desk.NewRow{FirstName: "Asha", Calls: 1, Schedule: nineUTC})
		}
		ids, err := f.bare.Crowd(f.world.ctx, a.ID, rows)
		must(f.world.t, err)
		begin(a.ID, ids)
	}
	return executions
}

// again counts the claims that needed more than one Write.
func (r *flipsResult) again() int {
	n := 0
	for _, tries := range r.tries {
		if tries > 1 {
			n++
		}
	}
	return n
}

// TestFlips: that shifts begin costs the claims of that moment no retry, breaks no promise,
// and takes for each member five small reads and one small write, whatever the size of the
// team: two of the reads look whether callbacks wait.
func TestFlips(t *testing.T) {
	for _, members := range []int{10, teamSize, 10_000} {
		t.Run(fmt.Sprint(members), func(t *testing.T) {
			if testing.Short() && members > teamSize {
				t.Skip("takes seconds")
			}
			synctest.Test(t, func(t *testing.T) {
				fl := flips{members: members, rounds: 5}
				quiet, busy := fl.play(t, false), fl.play(t, true)
				for _, bad := range busy.faced {
					t.Error(bad)
				}
				if quiet.again() != 0 || busy.again() != 0 || len(busy.tries) != 40 {
					t.Errorf("%d claims, of which %d wrote more than once, without flips %d", len(busy.tries), busy.again(), quiet.again())
				}
				want := meter.Counts{Gets: 4 * members, Queries: members, Writes: members, ReadUnits: 5 * members, WriteUnits: members}
				if busy.cost != want {
					t.Errorf("%d flips cost %+v, want %+v", members, busy.cost, want)
				}
			})
		})
	}
}

// TestBenchFlips prints what flips cost.
func TestBenchFlips(t *testing.T) {
	benchOnly(t, "Shifts that begin at nine, all at once, with chats at that moment; DynamoDB's conflicts and latencies")
	head("members", "gets", "writes", "read units", "write units", "Step Functions transitions", "chats claimed", "with more than one Write", "without flips")
	for _, members := range []int{100, 10_000} {
		synctest.Test(t, func(t *testing.T) {
			fl := flips{members: members, rounds: 10}
			quiet, busy := fl.play(t, false), fl.play(t, true)
			for _, bad := range busy.faced {
				t.Error(bad)
			}
			c := busy.cost
			// Of the states Tick and Wait (functions/shift/machine.asl.json).
			line(members, c.Gets, c.Writes, c.ReadUnits, c.WriteUnits, 2*members, len(busy.tries), busy.again(), quiet.again())
		})
	}
}
