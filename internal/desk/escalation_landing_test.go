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
				m := meter.New(f.Desk.Table)
				f.Desk.Table = m
				f.crowd(20, 3, "")
				f.skip(time.Minute)
				of := f.Apart
				if test.one {
					of = func() *desk.Desk { return f.Desk }
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
