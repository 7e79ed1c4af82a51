package desk_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// floor is a world for many things at once: its clock runs, its table has latencies
// and conflicts as the options say, and a journal keeps what is committed. In a bubble
// of package synctest its time is virtual.
type floor struct {
	world *world
	*runner
	journal *journal
	bare    *desk.Desk // works on the table without faults
}

// runner is a clock that runs, and can be moved on besides.
type runner struct {
	mu   sync.Mutex
	from time.Time // what time.Now said when the clock stood at base
	base time.Time
}

func (r *runner) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.base.Add(time.Since(r.from))
}

func (r *runner) skip(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.base = r.base.Add(d)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newFloor makes an account without agents. wrap may put a meter around the faults.
func newFloor(t *testing.T, dynamo bool, seed uint64, o fault.Options) *floor {
	t.Helper()
	f := &floor{runner: &runner{from: time.Now(), base: newClock().now}}
	slack := 500 * time.Millisecond
	wo := worldOptions{
		record: func(engine table.Table) table.Table {
			f.journal = &journal{Table: engine, now: f.runner.Now, slack: slack}
			return f.journal
		},
		wrap: func(inner table.Table) table.Table { return fault.New(inner, o) },
	}
	if dynamo {
		slack = 5 * time.Second // the machine is slower than the cloud
		wo.table = func(t *testing.T, now func() time.Time) table.Table { return cloudtest.Table(t, now) }
	}
	w := newWorld(t, wo)
	f.world = w
	w.Desk.Now, w.Desk.Sleep = f.runner.Now, pause
	w.Desk.Random = &dice{r: rand.New(rand.NewPCG(seed, 1))}
	bare := *w.Desk
	bare.Table = f.journal
	f.bare = &bare
	return f
}

// dice is a source of randomness with a seed, for many goroutines.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (d *dice) Read(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range b {
		b[i] = byte(d.r.Uint32())
	}
	return len(b), nil
}

// cloudLatency is what DynamoDB's calls take.
func cloudLatency(c fault.Call) time.Duration {
	switch {
	case c.Kind == fault.Write && len(c.Ops) > 1:
		return 12 * time.Millisecond
	case c.Kind == fault.Write, c.Kind == fault.Increment:
		return 5 * time.Millisecond
	}
	return 4 * time.Millisecond
}

// tailed makes latencies vary: most are near the mean, some take many times as long.
// One seed gives the n-th call the same factor each time.
func tailed(seed uint64, latency func(fault.Call) time.Duration) func(fault.Call) time.Duration {
	return func(c fault.Call) time.Duration {
		r := rand.New(rand.NewPCG(seed, uint64(c.N)))
		factor := 0.7 + 0.5*r.ExpFloat64()
		if r.IntN(50) == 0 {
			factor *= 5
		}
		return time.Duration(float64(latency(c)) * factor)
	}
}
