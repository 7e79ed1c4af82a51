package desk_test

import (
	"context"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// closed is a shop on Monday evening, with hours from nine to five: nobody is logged in.
func closed(t *testing.T, agents int) *world {
	t.Helper()
	w := newWorld(t, worldOptions{agents: agents})
	w.phone(w.admin.MemberID)
	w.until(berlin(23, 18, 0))
	for _, id := range w.agents {
		w.offline(id)
		w.schedule(id, workdays)
	}
	w.pass(time.Minute) // their first ticks
	w.wantTold(0, "after hours")
	return w
}

// When business hours begin and nobody comes for two minutes the owner is told, once a day.
func TestNobodyCame(t *testing.T) {
	t.Parallel()
	w := closed(t, 2)
	w.until(berlin(24, 9, 2).Add(-time.Second))
	w.wantTold(0, "somebody may come")
	w.pass(time.Second)
	w.wantTold(1, "nobody came")
	w.until(berlin(25, 9, 1))
	w.wantTold(1, "that day")
	w.pass(time.Minute)
	w.wantTold(2, "nor on the next")
	w.until(berlin(26, 9, 1))
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{NobodyLeft: ptr(false)}})
	w.until(berlin(27, 12, 0))
	w.wantTold(2, "switched off")
}

// Who comes within the two minutes is somebody.
func TestSomebodyCame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		then  func(w *world)
		early int // times that the owner is told until 9:02
		later int // and until the shop closes
	}{
		{"in time", func(w *world) {
			w.until(berlin(24, 8, 59))
			w.online(w.agents[0])
		}, 0, 0},
		{"a minute late", func(w *world) {
			w.until(berlin(24, 9, 1))
			w.online(w.agents[1])
		}, 0, 0},
		{"and goes again", func(w *world) {
			w.until(berlin(24, 9, 1))
			w.online(w.agents[1])
			w.pass(30 * time.Second)
			w.offline(w.agents[1])
		}, 0, 1},
		{"and is not on shift", func(w *world) {
			w.schedule(w.agents[0], "Europe/Berlin 12345/1000-1700")
			w.until(berlin(24, 9, 1))
			w.online(w.agents[0])
		}, 1, 1},
		{"one without hours", func(w *world) {
			w.until(berlin(24, 8, 0))
			w.online(w.admin.MemberID)
		}, 0, 0},
		{"it is a holiday", func(w *world) {
			w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
		}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := closed(t, 2)
			c.then(w)
			w.until(berlin(24, 9, 2))
			w.wantTold(c.early, "two minutes after nine")
			w.until(berlin(24, 20, 0))
			w.wantTold(c.later, "in the evening")
		})
	}
}

// A shift that begins in the midst of business opens nothing: of a stretch that is known
// nobody hears again, and one that went unseen has to last a minute like all others.
func TestShiftBeginsInBusiness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		unseen bool // the early one goes, and nothing is written
		at, by time.Time
	}{
		{"seen", false, berlin(24, 9, 31), berlin(24, 9, 31)},
		{"unseen", true, berlin(24, 10, 2), berlin(24, 10, 3)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := closed(t, 2)
			early := w.agents[0]
			w.schedule(w.agents[1], "Europe/Berlin 12345/1000-1700")
			w.online(early)
			w.until(berlin(24, 9, 30))
			if c.unseen {
				must(t, w.SetOnline(w.ctx, w.acc, early, false))
			} else {
				w.offline(early)
			}
			w.until(c.at.Add(-time.Second))
			w.wantTold(0, "not yet")
			w.until(c.by)
			w.wantTold(1, "nobody is left")
			w.until(berlin(24, 12, 0))
			w.wantTold(1, "a shift has begun")
		})
	}
}

// Of all whose shifts begin at one boundary, and who are not there, the first to tick has
// one look be taken; where somebody is there each who is costs nothing, and nobody looks.
func TestOneAsksWhoCame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		there int
		looks int
		marks int // Gets of whether it was asked
	}{
		{"nobody is there", 0, 1, 5},
		{"two are there", 2, 1, 3},
		{"all are there", 5, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := closed(t, 5)
			for _, id := range w.agents[:c.there] {
				w.online(id)
			}
			looks, marks, asked := 0, 0, 0
			w.Timers = told{Timers: w.Timers, of: func(m desk.Message) {
				if m.Kind == desk.WakeOpened {
					asked++
				}
			}}
			w.faulty(fault.Options{Before: func(call fault.Call) error {
				switch {
				case call.Kind == fault.Query && call.Range.Partition == w.acc+"/desk":
					looks++
				case call.Kind == fault.Get && call.Key.Partition == w.acc+"/opened":
					marks++
				}
				return nil
			}})
			w.until(berlin(24, 9, 5))
			if looks != c.looks || marks != c.marks || asked != c.looks {
				t.Errorf("asked %d times, looked %d times, read %d marks; want %d, %d, %d", asked, looks, marks, c.looks, c.looks, c.marks)
			}
		})
	}
}

// told are timers that tell of what is sent.
type told struct {
	desk.Timers
	of func(m desk.Message)
}

func (s told) Send(ctx context.Context, at time.Time, m desk.Message) error {
	s.of(m)
	return s.Timers.Send(ctx, at, m)
}

// A tick that comes hours late has it looked at once, and goes by what is so then: that a
// shop opened the day before last says nothing of today.
func TestOpenedLate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		at          time.Time
		soon, later int // times that the owner is told at once, and within a minute
	}{
		{"in business hours", berlin(24, 11, 0), 1, 1},
		{"after them", berlin(24, 18, 0), 0, 0},
		{"on another day", berlin(26, 9, 30), 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := closed(t, 1)
			w.at(c.at)
			w.deliverDue()
			w.wantTold(c.soon, "looked late")
			w.pass(time.Minute)
			w.wantTold(c.later, "a minute later")
			w.pass(time.Hour)
			w.wantTold(c.later, "an hour later")
		})
	}
}
