package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
)

// looked is what is so at an instant.
type looked struct {
	at    time.Time
	noted bool              // as on shift
	told  []desk.NoticeKind // so far
}

// A country changes its clocks while a shift waits, which begins at nine and ends at five by
// UTC. What is noted and told follows the new law, and nobody hears of an instant that is no
// boundary any more, or was one long ago. The law holds for the whole process, so the test
// runs by itself.
func TestShiftsThatWaitByOldLaws(t *testing.T) {
	defer hours.Use(nil)
	utc := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	soon, over := desk.NoticeShiftSoon, desk.NoticeShiftOver
	for _, c := range []struct {
		name    string
		east    int // hours, by the new law
		changed time.Time
		away    bool
		then    []looked
	}{
		{"end later", -1, utc(23, 16, 30), false, []looked{
			{utc(23, 17, 1), true, nil}, {utc(23, 17, 59), true, nil}, {utc(23, 18, 1), false, []desk.NoticeKind{over}},
		}},
		{"end an hour ago", 1, utc(23, 16, 30), false, []looked{{utc(23, 17, 1), false, nil}, {utc(24, 7, 59), false, nil}, {utc(24, 8, 1), true, nil}}},
		{"end earlier, known before", 1, utc(23, 10, 0), false, []looked{{utc(23, 17, 1), false, nil}, {utc(24, 16, 1), false, []desk.NoticeKind{over}}}},
		{"end gone, and over for the day", 9, utc(23, 16, 30), false, []looked{{utc(23, 17, 1), false, nil}, {utc(24, 0, 1), true, nil}}},
		{"beginning later", -1, utc(23, 20, 0), true, []looked{
			{utc(24, 9, 1), false, nil}, {utc(24, 9, 54), false, nil}, {utc(24, 9, 56), false, []desk.NoticeKind{soon}}, {utc(24, 10, 1), true, []desk.NoticeKind{soon}},
		}},
		{"beginning later, announced by the old law", -1, utc(24, 8, 57), true, []looked{
			{utc(24, 9, 1), false, []desk.NoticeKind{soon}}, {utc(24, 10, 1), true, []desk.NoticeKind{soon, soon}},
		}},
		{"begun by the old law alone", -2, utc(24, 9, 10), false, []looked{
			{utc(24, 9, 11), true, []desk.NoticeKind{over}}, {utc(24, 17, 1), true, []desk.NoticeKind{over}}, {utc(24, 19, 1), false, []desk.NoticeKind{over, over}},
		}},
		{"beginning earlier", 1, utc(23, 20, 0), true, []looked{{utc(24, 8, 56), true, nil}, {utc(24, 15, 59), true, nil}, {utc(24, 16, 1), false, nil}}},
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
			for _, l := range c.then {
				w.until(l.at)
				if got := w.noted(agent); got != l.noted {
					t.Errorf("%s: noted as on shift: %t, want %t", l.at.Format(time.DateTime), got, l.noted)
				}
				w.wantKinds(agent, l.told...)
			}
			w.wantRunning(agent, "1-1")
		})
	}
}

// Whoever was on shift by the old law only rings no more from the moment that the new one
// holds, and a tick in between tells them nothing.
func TestPhonesGoByTheNewLawAtOnce(t *testing.T) {
	defer hours.Use(nil)
	hours.Use(hourstest.Database(t, "2099a", nil))
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.schedule(agent, "America/Vancouver 1234567/0900-1700")
	w.until(time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC))
	hours.Use(hourstest.Database(t, "2099b", hourstest.Laws{"America/Vancouver": 1}))
	if a := w.escalate(w.request(1)); a.Outcome != desk.OutcomeCallback {
		t.Errorf("half an hour after the end: %+v", a)
	}
	e, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	w.tick(e)
	if w.noted(agent) {
		t.Error("still noted as on shift")
	}
	w.wantKinds(agent)
}

// A zone that only the release on top knows is stored nowhere: not in the settings, in a new
// account, or in anybody's hours.
func TestZonesOfTheReleaseOnTop(t *testing.T) {
	defer hours.Use(nil)
	const zone = "Mars/Olympus"
	zones := hourstest.Zones(nil)
	zones[zone] = hourstest.File(1)
	onTop, err := hours.OpenDatabase(hours.PackDatabase("2099a", "a test", zones))
	must(t, err)
	w := newWorld(t, worldOptions{agents: 1})
	hours.Use(onTop)
	for _, c := range []struct {
		name string
		set  func() error
	}{
		{"settings", func() error {
			_, err := w.PatchAccount(w.ctx, w.admin, desk.AccountPatch{TimeZone: ptr(zone)})
			return err
		}},
		{"with holidays", func() error {
			_, err := w.PatchAccount(w.ctx, w.admin, desk.AccountPatch{TimeZone: ptr(zone), Holidays: &[]string{"2026-12-25"}})
			return err
		}},
		{"new account", func() error {
			_, err := w.Provision(w.ctx, desk.NewAccount{Name: "New", TimeZone: zone, Owner: newcomer})
			return err
		}},
		{"hours", func() error {
			_, err := w.SetWorkingHours(w.ctx, w.admin, w.agents[0], &hours.WorkingHours{TimeZone: zone})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p *desk.Problem
			if err := c.set(); !errors.As(err, &p) || len(p.Fields) != 1 || p.Fields[0].Field != "timeZone" || !strings.Contains(p.Fields[0].Detail, hours.BuiltIn().Release()) {
				t.Errorf("got %+v, want timeZone refused with our release", err)
			}
		})
	}
}

// A day that is made a holiday while somebody works it ends without a goodbye at five.
func TestHolidayDuringTheShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.schedule(agent, workdays)
	w.until(berlin(23, 12, 0))
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-23"}})
	w.until(berlin(23, 17, 1))
	if w.noted(agent) {
		t.Error("still noted as on shift")
	}
	w.wantKinds(agent)
}
