package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// gauged is a world with gauges.
func gauged(t *testing.T, o worldOptions) (*world, *gauges) {
	t.Helper()
	w, g := newWorld(t, o), newGauges()
	w.Desk.Metrics = g.add
	return w, g
}

// A message is late by what lies between when it should have come and when it did, without
// what is by design.
func TestLateness(t *testing.T) {
	t.Parallel()
	w, g := gauged(t, worldOptions{})
	now := w.clock.Now()
	for _, c := range []struct {
		name string
		m    desk.Message
		ago  time.Duration
		want float64
	}{
		{"in time", desk.Message{Kind: desk.WakeRound}, 0, 0},
		{"early", desk.Message{Kind: desk.WakeRound}, -time.Minute, 0},
		{"late", desk.Message{Kind: desk.WakeSilent}, 1500 * time.Millisecond, 1500},
		{"a ring, at the end of the tap", desk.Message{Kind: desk.WakeRing}, 3 * time.Second, 0},
		{"a ring, late", desk.Message{Kind: desk.WakeRing}, 5 * time.Second, 2000},
		{"a ring that failed before", desk.Message{Kind: desk.WakeRing, Tries: 9}, 33 * time.Second, 30000},
		{"a schedule, within its minute", desk.Message{Kind: desk.WakeDue}, time.Minute, 0},
		{"a schedule, late", desk.Message{Kind: desk.WakeWork}, 62 * time.Second, 2000},
		{"the second look at an accept", desk.Message{Kind: desk.WakeFinish, Finish: "accept"}, time.Minute, 0},
		{"the second look at a removal", desk.Message{Kind: desk.WakeFinish, Finish: "delete"}, time.Minute, 0},
		{"a finish, late", desk.Message{Kind: desk.WakeFinish, Finish: "accept"}, 66 * time.Second, 1000},
	} {
		c.m.AccountID, c.m.Due = w.acc, now.Add(-c.ago)
		g.times = map[string][]float64{}
		must(t, w.Wake(w.ctx, c.m))
		if diff := cmp.Diff([]float64{c.want}, g.times["TimerLate"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	g.times = map[string][]float64{}
	for _, kind := range []desk.MessageKind{desk.WakePush, desk.WakeEvent, desk.WakeCode} {
		must(t, w.Wake(w.ctx, desk.Message{Kind: kind, AccountID: w.acc, Due: now.Add(-time.Minute), Tries: 3}))
	}
	for _, kind := range []desk.MessageKind{desk.WakeCode, desk.WakeMail} { // mail, which no customer waits for
		must(t, w.Wake(w.ctx, desk.Message{Kind: kind, AccountID: w.acc, Due: now.Add(-time.Hour)}))
	}
	if late := g.times["TimerLate"]; late != nil {
		t.Errorf("late by %v for a service that refuses", late)
	}
}

// A day on which all goes well has no late timer, and no metric of trouble.
func TestNothingLateOnAGoodDay(t *testing.T) {
	t.Parallel()
	w, g, phones := measured(t)
	w.business(phones)
	w.pass(72 * time.Hour)
	late := g.times["TimerLate"]
	if len(late) < 20 || slices.Max(late) > 1000 { // a push takes its time
		t.Errorf("late by %v", late)
	}
	for name, n := range g.sums {
		if strings.HasPrefix(name, "TimersFailed") || strings.HasPrefix(name, "Trouble") {
			t.Errorf("%s is %v", name, n)
		}
	}
}

// While a table refuses every try of a timer counts, at once, and the lateness grows.
func TestTimersThatFail(t *testing.T) {
	t.Parallel()
	w, g := gauged(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	sound := w.Desk.Table
	w.Desk.Table = readOnly{sound}
	w.pass(stands + time.Minute)
	w.Desk.Table = sound
	w.pass(time.Minute)
	failed, late := g.sums["TimersFailed Kind ring"], slices.Max(g.times["TimerLate"])
	if failed < 12 || failed > 60 {
		t.Errorf("%v tries in a minute", failed)
	}
	if late < 60_000 || late > 65_000 {
		t.Errorf("late by %v ms, want about a minute", late)
	}
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor {
		t.Errorf("it is %s", s.State)
	}
	if err := w.Wake(w.ctx, desk.Message{Kind: "mem_ius5rzkbfmfh", AccountID: w.acc}); err != nil {
		t.Error(err)
	}
	w.TimerUnreadable()
	if g.sums["TimersFailed Kind unknown"] != 1 || g.sums["TimersFailed Kind unreadable"] != 1 {
		t.Errorf("counted %v", g.sums)
	}
}

// Trouble is told by what refuses.
func TestTrouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		refuse     func(w *world)
	}{
		{"the queue", "Trouble What queue", func(w *world) {
			w.Timers = &unpunctual{w.timers, func(m desk.Message) bool { return m.Kind == desk.WakeRing }}
		}},
		{"the scheduler", "Trouble What schedule", func(w *world) { w.Timers = unscheduled{w.timers, w.clock} }},
		{"the table", "Trouble What table", func(w *world) { w.Desk.Table = readOnly{w.Desk.Table} }},
		{"conflicts alone", "Trouble What table", func(w *world) { w.Desk.Table = claimless{w.Desk.Table, table.ErrConflict} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, g := gauged(t, worldOptions{agents: 1})
			if c.want == "Trouble What schedule" {
				w.offline(w.agents[0])
			}
			c.refuse(w)
			_, _ = w.Escalate(w.ctx, w.request(1).Asked())
			got := map[string]float64{}
			for name, n := range g.sums {
				if strings.HasPrefix(name, "Trouble") {
					got[name] = n
				}
			}
			if diff := cmp.Diff(map[string]float64{c.want: 1}, got); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
			w.impersonal(g)
		})
	}
}

// A code that nobody got counts once; an address that takes no mail does not.
func TestCodesUnsent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want float64
	}{
		{"sent", nil, 0},
		{"the address takes no mail", desk.ErrNoSuchAddress, 0},
		{"the service refuses", errors.New("no mail today"), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, g := gauged(t, worldOptions{agents: 1})
			w.Mail = &mute{clock: w.clock, err: c.err}
			must(t, w.ForgotPassword(w.ctx, "agent0@example.com"))
			w.pass(time.Minute)
			w.clock.Advance(5 * time.Minute)
			w.deliverDue()
			if n := g.sums["TimersFailed code"]; n != 0 {
				t.Errorf("%v timers failed, of which customers wait for none", n)
			}
			if got := g.sums["CodesUnsent"]; got != c.want {
				t.Errorf("%v codes unsent, want %v", got, c.want)
			}
			if pending := w.timers.Pending(); len(pending) > 0 {
				t.Errorf("%+v is still tried", pending)
			}
		})
	}
	w, g := gauged(t, worldOptions{agents: 1})
	w.Timers = &unpunctual{w.timers, func(desk.Message) bool { return true }}
	if err := w.ForgotPassword(w.ctx, "agent0@example.com"); !desk.Transient(err) || g.sums["CodesUnsent"] != 1 {
		t.Errorf("got %v, %v codes unsent", err, g.sums["CodesUnsent"])
	}
}

// unscheduled are timers of which only the queue works: what is further than a quarter of an
// hour away is refused.
type unscheduled struct {
	desk.Timers
	clock *clock
}

func (u unscheduled) Send(ctx context.Context, at time.Time, m desk.Message) error {
	if at.Sub(u.clock.Now()) > 15*time.Minute {
		return fmt.Errorf("scheduling: %w", desk.ErrUnscheduled)
	}
	return u.Timers.Send(ctx, at, m)
}
