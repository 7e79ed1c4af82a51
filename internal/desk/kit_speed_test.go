package desk_test

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// speed measures escalations a second on one bolt file: so many callers at once, each
// with accounts of its own, ten agents in each. All of them ring.
type speed struct {
	noSync  bool
	callers int
	total   int
}

const speedAgents, speedChats = 10, 5 // of an account, and what each takes

type speedResult struct {
	speed
	rate float64
	cpu  time.Duration // of the process, for each escalation: what counts on a machine that does other things too
	took []time.Duration
}

func (s speed) run(t *testing.T) speedResult {
	t.Helper()
	twins, err := local.Open(t.TempDir(), local.Options{NoSync: s.noSync, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer func() { must(t, twins.Close()) }()
	w := &world{t: t, ctx: t.Context(), Desk: twins.Desk}
	requests := s.requests(w)
	took := make([]time.Duration, s.total)
	var wg sync.WaitGroup
	var rang atomic.Int64
	start, busy := time.Now(), cpuTime(t)
	for c := range s.callers {
		wg.Go(func() {
			for i := c; i < s.total; i += s.callers {
				begin := time.Now()
				a, err := w.Escalate(w.ctx, requests[i].Asked())
				took[i] = time.Since(begin)
				if err == nil && a.Outcome == desk.OutcomeRinging {
					rang.Add(1)
				}
			}
		})
	}
	wg.Wait()
	all, busy := time.Since(start), cpuTime(t)-busy
	if rang.Load() != int64(s.total) {
		t.Errorf("%d of %d rang", rang.Load(), s.total)
	}
	return speedResult{speed: s, rate: float64(s.total) / all.Seconds(), cpu: busy / time.Duration(s.total), took: took}
}

// cpuTime is what the process has used of all cores.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// requests makes the accounts and what is asked of them: caller c has the requests c,
// c+callers and so on.
func (s speed) requests(w *world) []desk.Request {
	type team struct{ acc, dep string }
	each := speedAgents * speedChats // requests for one account
	teams := make([][]team, s.callers)
	for c := range teams {
		for range (s.total/s.callers+each)/each + 1 {
			a, err := w.AddAccount(w.ctx, desk.NewAccount{Name: "Shop", TimeZone: "Europe/Berlin"})
			must(w.t, err)
			dep, err := w.AddDepartment(w.ctx, a.ID, "Sales")
			must(w.t, err)
			w.acc, w.dep, w.agents = a.ID, dep.ID, nil
			w.crowd(speedAgents, speedChats, "")
			teams[c] = append(teams[c], team{a.ID, dep.ID})
		}
	}
	requests := make([]desk.Request, s.total)
	for i := range requests {
		t := teams[i%s.callers][i/s.callers/each]
		w.acc, w.dep = t.acc, t.dep
		requests[i] = shop(w.request(i))
	}
	return requests
}
