package desk_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

// TestLandingsWake: claims of one process go as soon as the one before them has landed, and look at the desk
// no more often than that needs; those of many wait by laps. Both have turns in the same order, and pass over nobody.
func TestLandingsWake(t *testing.T) {
	const claimers = 16
	for _, test := range []struct {
		one     bool
		least   time.Duration
		most    time.Duration
		queries int
	}{
		{one: true, most: 60 * time.Millisecond, queries: 3 * claimers},
		{one: false, least: 150 * time.Millisecond, most: 600 * time.Millisecond, queries: 12 * claimers},
	} {
		t.Run(fmt.Sprint("in one process: ", test.one), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFloor(t, false, 1, fault.Options{Conflicts: true, Torn: true, Latency: func(c fault.Call) time.Duration {
					if c.Kind == fault.Write || c.Kind == fault.Increment {
						return time.Millisecond
					}
					return 200 * time.Microsecond
				}})
				m := meter.New(f.world.Desk.Table)
				f.world.Desk.Table = m
				f.world.crowd(20, 3, "")
				f.skip(time.Minute)
				of := f.world.Apart
				if test.one {
					of = func() *desk.Desk { return f.world.Desk }
				}
				before, start := m.Counts(), time.Now()
				for _, a := range f.atOnceBy(of, 0, claimers, roster.Chat) {
					if a.Outcome != desk.OutcomeRinging {
						t.Errorf("got %s", a.Outcome)
					}
				}
				took, queries := time.Since(start), m.Counts().Sub(before).Queries
				if took < test.least || took > test.most || queries > test.queries {
					t.Errorf("took %v and %d queries, want %v to %v and %d at most", took, queries, test.least, test.most, test.queries)
				}
				if v := judged(f.journal); v.passed != 0 || v.widest > 1 || len(v.faults) > 0 {
					t.Errorf("passed over %d, offers differ by %d: %v", v.passed, v.widest, v.faults)
				}
			})
		})
	}
}

// TestOwnDraws: a claim soon after others reads the desk anew, but where its own process drew all of them before it
// had read.
func TestOwnDraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, false, 1, fault.Options{Latency: cloudLatency})
		m := meter.New(f.world.Desk.Table)
		f.world.Desk.Table = m
		f.world.crowd(20, 3, "")
		f.skip(time.Minute)
		here, there := f.world.Desk, f.world.Apart()
		n := 0
		turn := func(d *desk.Desk) int64 {
			before := m.Counts()
			n++
			if a, err := d.Escalate(f.world.ctx, f.world.request(n).Asked()); err != nil || a.Outcome != desk.OutcomeRinging {
				t.Fatalf("got %s, %v", a.Outcome, err)
			}
			return int64(m.Counts().Sub(before).Queries)
		}
		once := turn(here)
		for _, test := range []struct {
			what string
			by   *desk.Desk
			more int64
		}{
			{"its own before", here, 0},
			{"its own two before", here, 0},
			{"another's before", there, 1},
			{"another's before, and its own before that", here, 1},
			{"its own before, and another's before that", here, 1},
		} {
			if got := turn(test.by) - once; got != test.more {
				t.Errorf("%s: read %d times more, want %d", test.what, got, test.more)
			}
		}
		f.skip(time.Second)
		if got := turn(there); got != once {
			t.Errorf("a second later: %d queries, want %d", got, once)
		}
	})
}
