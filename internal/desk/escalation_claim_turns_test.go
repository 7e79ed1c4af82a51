package desk_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table/fault"
)

// TestSixForThree: six escalations with three agents who complete each. Every agent has
// exactly two, in the same order twice, whatever the channel.
func TestSixForThree(t *testing.T) {
	for _, ch := range []roster.Channel{roster.Call, roster.Chat} {
		for _, gap := range []time.Duration{0, 100 * time.Millisecond, time.Minute} {
			t.Run(fmt.Sprint(ch, " every ", gap), func(t *testing.T) {
				w := newWorld(t, worldOptions{agents: 3})
				var order []string
				for i := range 6 {
					r := w.request(i)
					r.Channel = ch
					a := w.escalate(r)
					order = append(order, a.Agent.ID)
					w.handle(a)
					w.clock.Advance(gap)
				}
				once := slices.Compact(slices.Sorted(slices.Values(order[:3])))
				if len(once) != 3 || !slices.Equal(order[:3], order[3:]) {
					t.Errorf("order of turns %v", order)
				}
			})
		}
	}
}

// handle accepts and completes what rings.
func (w *world) handle(a desk.Answer) {
	w.t.Helper()
	_, err := w.Accept(w.ctx, w.staff(a.Agent.ID), a.EscalationID, 0)
	must(w.t, err)
	_, err = w.Complete(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Completion{Outcome: "resolved"})
	must(w.t, err)
}

// TestSixAtOnce: the same when all six come at once, three at a time for calls.
func TestSixAtOnce(t *testing.T) {
	for _, test := range []struct {
		channel roster.Channel
		atOnce  int
	}{{roster.Call, 3}, {roster.Chat, 6}} {
		t.Run(string(test.channel), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFloor(t, false, 1, fault.Options{Conflicts: true, Torn: true, Latency: tailed(3, cloudLatency)})
				f.world.crowd(3, 3, "")
				turns := map[string]int{}
				for from := 0; from < 6; from += test.atOnce {
					for _, a := range f.atOnce(from, test.atOnce, test.channel) {
						turns[a.Agent.ID]++
						f.world.handle(a)
					}
				}
				for _, id := range f.world.agents {
					if turns[id] != 2 {
						t.Errorf("%s had %d turns, want 2", id, turns[id])
					}
				}
				if v := judged(f.journal); v.passed != 0 || v.widest > 1 || len(v.faults) > 0 || len(v.unended()) > 0 {
					t.Errorf("passed over %d, offers differ by %d, %v, %v", v.passed, v.widest, v.faults, v.unended())
				}
			})
		})
	}
}

// atOnce escalates n requests at once, each in a process of its own, and returns the answers.
func (f *floor) atOnce(from, n int, ch roster.Channel) []desk.Answer {
	f.world.t.Helper()
	return f.atOnceBy(f.world.Apart, from, n, ch)
}

// atOnceBy escalates n requests at once, each by a desk, and returns the answers.
func (f *floor) atOnceBy(of func() *desk.Desk, from, n int, ch roster.Channel) []desk.Answer {
	f.world.t.Helper()
	answers, errs := make([]desk.Answer, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := f.world.request(from + i)
			r.Channel = ch
			answers[i], errs[i] = of().Escalate(f.world.ctx, r.Asked())
		})
	}
	wg.Wait()
	for _, err := range errs {
		must(f.world.t, err)
	}
	return answers
}

// TestFiveCallsDeep: at most five calls of AWS one after the other come before the
// answer (read, timer, request, claim, push); all others run beside them, the ticket too.
// A process that has read the account before reads it beside the timer, and stores the request
// beside one that takes long. Every call but the timer's takes a second here.
func TestFiveCallsDeep(t *testing.T) {
	for timer, deepest := range map[time.Duration][]time.Duration{1: {5, 4, 4}, 3: {7, 5, 5}} {
		t.Run(fmt.Sprintf("the timer %d s", timer), func(t *testing.T) { callsDeep(t, timer*time.Second, deepest) })
	}
}

// callsDeep has customers come to a process that knows nothing, who wait so many seconds at most.
func callsDeep(t *testing.T, timer time.Duration, deepest []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, false, 1, fault.Options{Latency: func(fault.Call) time.Duration { return time.Second }})
		f.world.crowd(10, 3, "")
		for _, id := range f.world.agents {
			f.world.phone(id)
		}
		f.skip(time.Minute)
		f.world.Desk.Timers, f.world.Desk.Phones = slowTimers{f.world.Desk.Timers, timer}, slowPhones{f.world.Desk.Phones, time.Second}
		f.world.Desk.Forget()
		for i, most := range deepest {
			start := time.Now()
			a := f.world.escalate(shop(f.world.request(i)))
			if took := time.Since(start); took > most*time.Second || a.Outcome != desk.OutcomeRinging {
				t.Errorf("escalation %d: %s after %v, want ringing after %d s at most", i, a.Outcome, took, most)
			}
			f.skip(time.Minute)
		}
	})
}

// slowTimers take their time to send.
type slowTimers struct {
	desk.Timers
	takes time.Duration
}

func (s slowTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	if err := pause(ctx, s.takes); err != nil {
		return err
	}
	return s.Timers.Send(ctx, at, m)
}

// slowPhones take their time to ring.
type slowPhones struct {
	desk.Phones
	takes time.Duration
}

func (s slowPhones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	if err := pause(ctx, s.takes); err != nil {
		return err
	}
	return s.Phones.Push(ctx, d, n)
}

// TestRowsReadSinceTheDraw: a query is no snapshot. Here one reads the row of an agent
// who comes online only afterwards, is held up, and reads the row of another after that
// one's turn. By what it read the claim would give that one the second turn too, and
// pass over the first, who could have taken it from before the other's ticket was drawn.
func TestRowsReadSinceTheDraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var held sync.Once
		f := newFloor(t, false, 1, fault.Options{Torn: true, Latency: func(c fault.Call) (d time.Duration) {
			switch c.Kind {
			case fault.Query:
				d = 10 * time.Millisecond
				held.Do(func() { d = 200 * time.Millisecond })
			case fault.Write, fault.Increment:
				d = 20 * time.Millisecond
			}
			return d
		}})
		first, last := f.oneOnline()
		var late, quick desk.Answer
		var wg sync.WaitGroup
		wg.Go(func() { late = f.world.escalate(f.world.request(1)) })
		time.Sleep(time.Millisecond)
		wg.Go(func() { quick = f.world.escalate(f.world.request(2)) })
		time.Sleep(25 * time.Millisecond) // the second has read the desk, and is about to draw
		f.quietly(first, "online")
		wg.Wait()
		if quick.Agent.ID != last || late.Agent.ID != first {
			t.Errorf("turns of %s and %s, want %s and %s", quick.Agent.ID, late.Agent.ID, last, first)
		}
		if v := judged(f.journal); v.passed != 0 || v.judged != 0 || len(v.faults) != 0 {
			t.Errorf("judged %d, passed over %d: %v", v.judged, v.passed, v.faults)
		}
	})
}

// oneOnline is a team of eight of whom one is online, in the half of the desk that torn queries read late;
// first is in the other half.
func (f *floor) oneOnline() (first, last string) {
	f.world.crowd(8, 3, "")
	slices.Sort(f.world.agents)
	for _, id := range f.world.agents[:7] {
		f.quietly(id, "offline")
	}
	f.skip(time.Minute)
	return f.world.agents[0], f.world.agents[7]
}

// quietly sets a presence at once.
func (f *floor) quietly(id, status string) {
	f.world.t.Helper()
	_, err := f.bare.SetPresence(f.world.ctx, f.world.admin, id, status)
	must(f.world.t, err)
}

// TestRowsReadSinceALateDraw: the time of the draw before is from before a call that reached the table 150 ms
// later. Meanwhile somebody came online, and another claim had begun to read.
func TestRowsReadSinceALateDraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slowDraw, slowRead sync.Once
		var first, second atomic.Bool
		f := newFloor(t, false, 1, fault.Options{
			Torn: true,
			Before: func(c fault.Call) error {
				if c.Kind == fault.Increment && first.Load() {
					slowDraw.Do(func() { time.Sleep(150 * time.Millisecond) })
				}
				return nil
			},
			Latency: func(c fault.Call) time.Duration {
				d := cloudLatency(c)
				if c.Kind == fault.Query && second.Load() {
					slowRead.Do(func() { d = 100 * time.Millisecond })
				}
				return d
			},
		})
		comes, _ := f.oneOnline()
		var wg sync.WaitGroup
		first.Store(true)
		wg.Go(func() { f.world.escalate(f.world.request(1)) })
		time.Sleep(150 * time.Millisecond)
		second.Store(true)
		var a desk.Answer
		wg.Go(func() { a = f.world.escalate(f.world.request(2)) })
		time.Sleep(2 * time.Millisecond)
		f.quietly(comes, "online")
		wg.Wait()
		if a.Agent.ID != comes {
			t.Errorf("the second turn is that of %s, want %s", a.Agent.ID, comes)
		}
		if v := judged(f.journal); v.passed != 0 || len(v.faults) != 0 {
			t.Errorf("judged %d, passed over %d: %v", v.judged, v.passed, v.faults)
		}
	})
}

// TestLostTickets: tickets that never land cost a claim a bounded wait, and none once
// they were lost long ago.
func TestLostTickets(t *testing.T) {
	for _, test := range []struct {
		name   string
		ago    time.Duration
		atOnce int
		most   time.Duration
	}{
		{"just now, one claim", 0, 1, 1200 * time.Millisecond},
		{"a second ago, one claim", time.Second, 1, 30 * time.Millisecond},
		{"a second ago, two claims", time.Second, 2, 250 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFloor(t, false, 1, fault.Options{Conflicts: true, Torn: true, Latency: cloudLatency})
				f.world.crowd(5, 3, "")
				must(t, f.bare.Draw(f.world.ctx, f.world.acc, f.world.dep, 40))
				f.skip(test.ago)
				start := time.Now()
				for _, a := range f.atOnce(0, test.atOnce, roster.Chat) {
					if a.Outcome != desk.OutcomeRinging {
						t.Errorf("got %s", a.Outcome)
					}
				}
				if took := time.Since(start); took > test.most {
					t.Errorf("took %v, want %v at most", took, test.most)
				}
			})
		})
	}
}

// TestBursts holds what make bench measures in real time, in virtual time: then the
// calls take what they take in the cloud, and computing takes nothing.
func TestBursts(t *testing.T) {
	for _, b := range []burst{{10, 20, 8, 3}, {100, 5, 64, 1}, {30, 1, 64, 1}} {
		t.Run(fmt.Sprint(b.claimers, " on ", b.agents), func(t *testing.T) {
			if testing.Short() && b.claimers > 8 {
				t.Skip("takes seconds")
			}
			synctest.Test(t, func(t *testing.T) {
				r := b.play(t, false, fault.Options{Conflicts: true, Torn: true, Latency: cloudLatency})
				for _, bad := range r.wrong() {
					t.Error(bad)
				}
				if share, mean := r.firstTry(); share < 0.95 || at(r.longest, 1) > 2*time.Second {
					t.Errorf("%.1f %% claim at the first try, %.2f Writes for one, the last answer after %v", 100*share, mean, at(r.longest, 1))
				}
			})
		})
	}
}
