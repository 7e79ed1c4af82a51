package desk_test

import (
	"slices"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
)

// ticks lets an execution tick as the state machine does: an error is no end, the same
// tick is tried again.
func (st *stage) ticks(d *desk.Desk, e desk.ShiftExecution) error {
	_, err := d.TickShift(st.world.ctx, e)
	if desk.IsProblem(err, "shift-over") {
		st.machine.end(e)
		return nil
	}
	return err
}

// checkShifts lets all that runs tick until nothing changes, and checks that then exactly
// one execution ticks for each who has working hours, and none for anybody else.
func (st *stage) checkShifts(note noter) {
	if len(st.machine.runs) == 0 && len(st.machine.ended) == 0 && st.worker == "" {
		return
	}
	members := append(slices.Clone(st.world.agents), st.world.admin.MemberID)
	for range 3 {
		for _, id := range members {
			for _, e := range st.machine.of(id) {
				if err := st.ticks(st.world.Desk, e); err != nil {
					note("a tick of %s: %v", e.Name(), err)
				}
			}
		}
	}
	for _, id := range members {
		runs := st.machine.of(id)
		_, err := st.world.WorkingHours(st.world.ctx, st.world.admin, id)
		if desk.IsProblem(err, "not-found") {
			if len(runs) > 0 {
				note("%s has no hours, and %v tick", id, runs)
			}
			continue
		}
		now, on, failed := st.world.Shift(st.world.ctx, st.world.acc, id)
		if err != nil || failed != nil || len(runs) != 1 || runs[0] != now {
			note("%s has hours, %v tick, the item says %s: %v, %v", id, runs, now.Name(), err, failed)
		}
		if a := st.world.availability(id); a.OnShift != on {
			note("%s is noted as on shift: %t, and it is %t", id, on, a.OnShift)
		}
	}
}

// scheduling are the operations that have to do with working hours.
func scheduling() []operation {
	daily := func(start, end string) hours.WorkingHours { // what the judge understands
		return hours.WorkingHours{TimeZone: "UTC", Entries: []hours.Entry{{
			Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, Start: start, End: end,
		}}}
	}
	day := func(days, hour int) time.Time { return time.Date(2026, 11, 23+days, hour, 0, 0, 0, time.UTC) }
	office, late := daily("09:00", "17:00"), daily("14:00", "22:00")
	sets := func(w *hours.WorkingHours) action {
		return func(st *stage, d *desk.Desk) error {
			_, err := d.SetWorkingHours(st.world.ctx, st.world.admin, st.worker, w)
			return err
		}
	}
	nobody := func(st *stage) { st.worker = st.world.agents[0] }
	works := func(st *stage) {
		nobody(st)
		must(st.world.t, sets(&office)(st, st.world.Desk))
	}
	at := func(at time.Time) func(st *stage) {
		return func(st *stage) {
			works(st)
			must(st.world.t, st.ticks(st.world.Desk, st.machine.of(st.worker)[0]))
			st.to(at)
		}
	}
	dead := func(st *stage) {
		works(st)
		st.machine.end(st.machine.of(st.worker)[0])
	}
	ticks := func(st *stage, d *desk.Desk) error { return st.ticks(d, st.machine.of(st.worker)[0]) }
	away := func(st *stage) { // when the shift begins
		st.owned()
		at(day(0, 18))(st)
		st.world.offline(st.worker)
		must(st.world.t, st.ticks(st.world.Desk, st.machine.of(st.worker)[0]))
		st.to(day(1, 9))
	}
	opened := func(st *stage) {
		away(st)
		must(st.world.t, st.ticks(st.world.Desk, st.machine.of(st.worker)[0]))
		st.over(desk.WakeOpened)
	}
	presence := func(status string) action {
		return func(st *stage, d *desk.Desk) error {
			_, err := d.SetPresence(st.world.ctx, st.world.staff(st.worker), st.worker, status)
			return err
		}
	}
	closed := func(st *stage) { // today, while the shift waits for its end
		at(day(0, 12))(st)
		st.world.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-23"}})
	}
	renews := func(st *stage, d *desk.Desk) error {
		_, err := d.RenewShift(st.world.ctx, st.worker)
		return err
	}
	has := func(w hours.WorkingHours) func(st *stage) bool {
		return func(st *stage) bool {
			now, err := st.world.WorkingHours(st.world.ctx, st.world.admin, st.worker)
			return err == nil && now.Entries[0].Start == w.Entries[0].Start
		}
	}
	return []operation{
		{name: "set hours", agents: 2, before: nobody, act: sets(&office), needs: "Send Write Shift", outside: true, told: has(office)},
		{name: "change hours", agents: 2, before: works, act: sets(&late), needs: "Send Write Shift", outside: true, told: has(late)},
		{name: "change hours, nobody else", agents: 1, before: works, act: sets(&late), needs: "Send Write Shift", outside: true, told: has(late)},
		{name: "drop hours", agents: 2, before: works, act: sets(nil), needs: "Send Write", outside: true},
		{name: "a shift ends", agents: 2, before: at(day(0, 17)), act: ticks, needs: "Get Write", outside: true},
		{name: "the last shift ends", agents: 1, before: at(day(0, 17)), act: ticks, needs: "Get Write", outside: true},
		{name: "a shift begins", agents: 2, before: at(day(1, 9)), act: ticks, needs: "Get Write", outside: true},
		{name: "a shift begins, nobody is there", agents: 1, before: away, act: ticks, needs: "Get Send:opened Write", outside: true, told: ownerHeard},
		{name: "nobody came", agents: 1, before: opened, act: wakes(desk.WakeOpened), needs: "Query Write Push", told: ownerHeard},
		{name: "an execution hands over", agents: 2, before: at(day(302, 9)), act: ticks, needs: "Write Shift", outside: true},
		{name: "a shift is renewed", agents: 2, before: closed, act: renews, needs: "Get Write Shift", outside: true},
		{name: "a shift is renewed, nothing differs", agents: 2, before: at(day(0, 12)), act: renews, needs: "Get", outside: true},
		{name: "a stale execution ticks", agents: 2, before: func(st *stage) {
			works(st)
			must(st.world.t, sets(&late)(st, st.world.Desk))
		}, act: ticks, needs: "Get Shift", outside: true},
		{name: "goes offline, an execution is dead", agents: 2, before: dead, act: presence("offline"), needs: "Write Shift"},
		{name: "goes online, an execution is dead", agents: 2, before: func(st *stage) {
			nobody(st)
			st.world.offline(st.worker)
			dead(st)
		}, act: presence("online"), needs: "Write Shift"},
	}
}
