package desk_test

import (
	"context"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// A tick whose answer is lost tells what it has to tell, once, also when it was the last
// of its execution.
func TestTickAnswerLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		days int
		runs string
	}{
		{"one among others", 1, "1-1"},
		{"one that hands over", 300, "1-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.schedule(agent, "UTC 1234567/0900-1700")
			w.until(time.Date(2026, 11, 23+c.days, 12, 0, 0, 0, time.UTC))
			w.wantRunning(agent, "1-1")
			w.phone(agent)
			lost := false
			w.faulty(fault.Options{After: func(call fault.Call, err error) error {
				if writes(call, "shift") && !lost {
					lost = true
					return table.ErrOutcomeUnknown
				}
				return err
			}})
			w.pass(6 * time.Hour)
			w.wantKinds(agent, desk.NoticeShiftOver)
			w.wantRunning(agent, c.runs)
		})
	}
}

// slowToStart are shifts that begin nothing for the first who asks: the process dies.
type slowToStart struct {
	desk.Shifts
	asked bool
}

func (s *slowToStart) Start(ctx context.Context, e desk.ShiftExecution) error {
	if !s.asked {
		s.asked = true
		return errDead
	}
	return s.Shifts.Start(ctx, e)
}

// An execution is begun though the Write of the hours took long and the process died then.
func TestSlowHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	slow := false
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "shift") && !slow {
			slow = true
			w.pass(14 * time.Second)
		}
		return nil
	}})
	w.Shifts = &slowToStart{Shifts: w.Shifts}
	w.schedule(agent, workdays)
	w.wantRunning(agent)
	w.pass(time.Minute)
	w.wantRunning(agent, "1-1")
}

// Of two whose first tick comes after their shifts each looks who is left: it is not known
// that they ended at one boundary.
func TestFirstTickAfterTheShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	w.phone(w.admin.MemberID)
	early, late, away := w.agents[0], w.agents[1], w.agents[2]
	w.schedule(away, "Europe/Berlin 12345/0900-2000")
	w.offline(away)
	w.schedule(early, "Europe/Berlin 12345/0900-1700")
	w.schedule(late, "Europe/Berlin 12345/0900-1730")
	tick := func(at time.Time, member string) {
		w.at(at)
		e, _, err := w.Shift(w.ctx, w.acc, member)
		must(t, err)
		w.tick(e)
	}
	tick(berlin(23, 17, 5), early)
	w.wantTold(0, "one is left")
	tick(berlin(23, 17, 35), late)
	w.pass(time.Minute)
	w.wantTold(1, "nobody is left")
}

// Of all whose shifts end at one boundary the first to tick looks who is left, for all.
func TestOneLooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 5})
	for _, id := range w.agents {
		w.schedule(id, workdays)
	}
	w.until(berlin(23, 16, 0))
	looks := 0
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Query && c.Range.Partition == w.acc+"/desk" {
			looks++
		}
		return nil
	}})
	w.until(berlin(23, 18, 0))
	if looks != 1 {
		t.Errorf("looked %d times, want once", looks)
	}
}
