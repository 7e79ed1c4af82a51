package desk_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// wantRenewed renews a member's shift, which is to find that it waits for another boundary,
// or not.
func (w *world) wantRenewed(member string, want bool) {
	w.t.Helper()
	if got, err := w.RenewShift(w.ctx, member); err != nil || got != want {
		w.t.Errorf("renewed: %t, %v, want %t", got, err, want)
	}
}

// A shift that waits by old laws is renewed when the new ones come: from then on everything is
// noted and told as if they had always been there, a beginning also by the nudge before it,
// and once. The same again changes nothing. The shift goes from nine to five by UTC.
func TestRenewedShifts(t *testing.T) {
	defer hours.Use(nil)
	utc := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	soon, over := desk.NoticeShiftSoon, desk.NoticeShiftOver
	kinds := func(kinds ...desk.NoticeKind) []desk.NoticeKind { return kinds }
	for _, c := range []struct {
		name    string
		east    int // hours, by the new law
		changed time.Time
		away    bool
		runs    string
		then    []looked
	}{
		{"same", 0, utc(23, 10, 0), false, "1-1", []looked{{utc(23, 16, 59), true, nil}, {utc(23, 17, 1), false, kinds(over)}}},
		{"end earlier", 1, utc(23, 10, 0), false, "1-2", []looked{
			{utc(23, 15, 59), true, nil}, {utc(23, 16, 1), false, kinds(over)}, {utc(23, 17, 1), false, kinds(over)}, {utc(24, 8, 1), true, kinds(over)},
		}},
		{"end later", -1, utc(23, 10, 0), false, "1-2", []looked{{utc(23, 17, 59), true, nil}, {utc(23, 18, 1), false, kinds(over)}}},
		{"end some minutes ago", 1, utc(23, 16, 10), false, "1-2", []looked{{utc(23, 16, 11), false, kinds(over)}, {utc(23, 17, 1), false, kinds(over)}}},
		{"end long ago", 9, utc(23, 16, 30), false, "1-2", []looked{{utc(23, 16, 31), false, nil}, {utc(23, 17, 1), false, nil}, {utc(24, 0, 1), true, nil}}},
		{"a beginning where the end was", -8, utc(23, 10, 0), false, "1-2", []looked{{utc(23, 10, 1), false, nil}, {utc(23, 17, 1), true, nil}}},
		{"beginning earlier", 1, utc(23, 20, 0), true, "1-2", []looked{
			{utc(24, 7, 54), false, nil}, {utc(24, 7, 56), false, kinds(soon)}, {utc(24, 8, 1), true, kinds(soon)},
			{utc(24, 9, 1), true, kinds(soon)}, {utc(24, 16, 1), false, kinds(soon)},
		}},
		{"beginning in three minutes", 1, utc(24, 7, 57), true, "1-2", []looked{{utc(24, 7, 58), false, kinds(soon)}, {utc(24, 8, 1), true, kinds(soon)}, {utc(24, 9, 1), true, kinds(soon)}}},
		{"beginning later", -1, utc(23, 20, 0), true, "1-2", []looked{
			{utc(24, 9, 1), false, nil}, {utc(24, 9, 54), false, nil}, {utc(24, 9, 56), false, kinds(soon)}, {utc(24, 10, 1), true, kinds(soon)},
		}},
		{"beginning later, announced by the old law", -1, utc(24, 8, 57), true, "1-2", []looked{
			{utc(24, 9, 1), false, kinds(soon)}, {utc(24, 9, 56), false, kinds(soon, soon)}, {utc(24, 10, 1), true, kinds(soon, soon)},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			hours.Use(hourstest.Database(t, "2099a", nil))
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.phone(agent)
			w.schedule(agent, "America/Vancouver 1234567/0900-1700")
			if c.away {
				w.offline(agent)
			}
			w.until(c.changed)
			hours.Use(hourstest.Database(t, "2099b", hourstest.Laws{"America/Vancouver": c.east}))
			w.wantRenewed(agent, c.runs != "1-1")
			w.wantRenewed(agent, false)
			for _, l := range c.then {
				w.until(l.at)
				if got := w.noted(agent); got != l.noted {
					t.Errorf("%s: noted as on shift: %t, want %t", l.at.Format(time.DateTime), got, l.noted)
				}
				w.wantKinds(agent, l.told...)
				w.wantRenewed(agent, false)
			}
			w.until(utc(25, 12, 0)) // the old one ends in the meantime
			w.wantRunning(agent, c.runs)
		})
	}
}

// Nothing is written where nothing differs before a week has passed, or a tick is due that
// will see it, or there is nothing to renew.
func TestNothingToRenew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		make func(w *world, agent string)
		runs []string
	}{
		{"same", func(w *world, agent string) { w.schedule(agent, workdays) }, []string{"1-1"}},
		{"no hours", func(*world, string) {}, nil},
		{"hours taken away", func(w *world, agent string) {
			w.schedule(agent, workdays)
			w.deliverDue()
			w.schedule(agent, "")
		}, []string{"1-1"}}, // until its next tick
		{"removed", func(w *world, agent string) {
			w.schedule(agent, workdays)
			w.deliverDue()
			must(w.t, w.DeleteMember(w.ctx, w.admin, agent))
		}, []string{"1-1"}},
		{"further than a week away", func(w *world, agent string) {
			w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-30"}})
			w.schedule(agent, "Europe/Berlin 1/0900-1700")
			w.until(berlin(23, 18, 0)) // it waits for December 7
			w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-30", "2026-12-07"}})
		}, []string{"1-1"}},
		{"the tick is due", func(w *world, agent string) {
			w.schedule(agent, workdays)
			w.deliverDue()
			w.at(berlin(23, 17, 0))
			w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
		}, []string{"1-1"}},
		{"the first tick is due", func(w *world, agent string) {
			w.schedule(agent, workdays)
			w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-23"}})
		}, []string{"1-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			c.make(w, agent)
			if c.name == "same" {
				w.deliverDue()
			}
			w.faulty(fault.Options{Before: func(call fault.Call) error {
				if call.Kind == fault.Write {
					t.Errorf("wrote %v", call.Ops[0].Item.Key)
				}
				return nil
			}})
			w.wantRenewed(agent, false)
			w.wantRenewed("mem_aaaaaaaaaaaa", false)
			w.wantRunning(agent, c.runs...)
		})
	}
}

// toRenew is a world in which an agent's shift waits for an end that a holiday has taken away.
func toRenew(t *testing.T) (w *world, agent string) {
	t.Helper()
	w = newWorld(t, worldOptions{agents: 1})
	agent = w.agents[0]
	w.schedule(agent, workdays)
	w.deliverDue()
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-23"}})
	return w, agent
}

// A boundary that moves into the next seven days, or out of them, matters. Holidays move it
// like laws do.
func TestRenewedWithinAWeek(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		before, after []string // holidays; the shifts are on Mondays
	}{
		{"out", nil, []string{"2026-11-30"}},
		{"in", []string{"2026-11-30"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.settings(desk.AccountPatch{Holidays: &c.before})
			w.schedule(w.agents[0], "Europe/Berlin 1/0900-1700")
			w.until(berlin(23, 18, 0))
			w.settings(desk.AccountPatch{Holidays: &c.after})
			w.wantRenewed(w.agents[0], true)
		})
	}
}

// Two who renew a shift at once make one generation of it.
func TestRenewedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w, agent := toRenew(t)
	var wrote atomic.Int32
	var meet, both sync.WaitGroup
	meet.Add(2)
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "shift") && wrote.Add(1) <= 2 { // neither has seen the other's
			meet.Done()
			meet.Wait()
		}
		return nil
	}})
	for range 2 {
		both.Go(func() {
			if _, err := w.RenewShift(w.ctx, agent); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	w.wantRunning(agent, "1-1", "1-2")
	w.until(berlin(24, 12, 0))
	w.wantRunning(agent, "1-2")
}

// Whoever hears of no outcome finds their own work, and tells of it.
func TestRenewedAnswerLost(t *testing.T) {
	t.Parallel()
	w, agent := toRenew(t)
	lost := false
	w.faulty(fault.Options{After: func(c fault.Call, err error) error {
		if writes(c, "shift") && !lost {
			lost = true
			return table.ErrOutcomeUnknown
		}
		return err
	}})
	w.wantRenewed(agent, true)
	w.wantRunning(agent, "1-1", "1-2")
}

// A generation that nobody began is begun by the next call, or else by the next tick.
func TestRenewedButNotBegun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		then func(w *world, agent string)
	}{
		{"again", func(w *world, agent string) { w.wantRenewed(agent, false) }},
		{"the old one ticks", func(w *world, _ string) { w.until(berlin(23, 18, 0)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, agent := toRenew(t)
			w.Shifts = &slowToStart{Shifts: w.Shifts}
			if _, err := w.RenewShift(w.ctx, agent); !errors.Is(err, errDead) {
				t.Fatal(err)
			}
			w.wantRunning(agent, "1-1")
			c.then(w, agent)
			w.until(berlin(24, 12, 0))
			w.wantRunning(agent, "1-2")
			if !w.noted(agent) {
				t.Error("not noted as on shift")
			}
		})
	}
}

// The name of an execution says whose it is; others' names are told.
func TestMemberOfExecution(t *testing.T) {
	t.Parallel()
	e := desk.ShiftExecution{MemberID: "mem_q4mxl5orusgm", Version: 3, Generation: 12}
	if member, ok := desk.MemberOfExecution(e.Name()); !ok || member != e.MemberID {
		t.Errorf("%s: %q, %t", e.Name(), member, ok)
	}
	for _, name := range []string{
		"", "mem_q4mxl5orusgm", "mem_q4mxl5orusgm-3", "mem_q4mxl5orusgm-3-1-1", "mem_q4mxl5orusgm-0-1", "mem_q4mxl5orusgm-1-x",
		"mem_q4mxl5orusgm-01-1", "mem_q4mxl5orusgm-+1-1", "b7c1f3d0-4e5a-4b6c-8d7e-9f0a1b2c3d4e", "acc_q4mxl5orusgm-1-1",
	} {
		if member, ok := desk.MemberOfExecution(name); ok {
			t.Errorf("%s is %s", name, member)
		}
	}
}
