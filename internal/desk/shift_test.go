package desk_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// running are the executions that tick for a member, by their names without the member's.
func (w *world) running(member string) []string {
	var names []string
	for _, r := range w.shifts.Waiting() {
		if r.Execution.MemberID == member {
			names = append(names, r.Execution.Name()[len(member)+1:])
		}
	}
	slices.Sort(names)
	return names
}

// wantRunning wants exactly these executions to tick for a member.
func (w *world) wantRunning(member string, want ...string) {
	w.t.Helper()
	if got := w.running(member); !slices.Equal(got, want) {
		w.t.Errorf("executions: got %v, want %v", got, want)
	}
}

func (w *world) noted(member string) bool {
	w.t.Helper()
	_, on, err := w.Shift(w.ctx, w.acc, member)
	must(w.t, err)
	return on
}

// A claim goes by the schedule, at the instant just before its Write: neither a tick that
// is late nor a wait in turn makes a phone ring after hours.
func TestHoursToTheMillisecond(t *testing.T) {
	t.Parallel()
	end, begin := berlin(23, 17, 0), berlin(24, 9, 0)
	for _, c := range []struct {
		name  string
		at    time.Time
		ahead int // tickets that were drawn just before, whose claims never land
		rings bool
	}{
		{"at 16:59:59.999", end.Add(-time.Millisecond), 0, true},
		{"at 17:00:00.000", end, 0, false},
		{"at 08:59:59.999", begin.Add(-time.Millisecond), 0, false},
		{"at 09:00:00.000", begin, 0, true},
		{"waits in turn, well before the end", end.Add(-time.Second), 1, true},
		{"waits in turn from before to after", end.Add(-10 * time.Millisecond), 1, false},
		{"waits in turn from before its begin", begin.Add(-10 * time.Millisecond), 1, false},
		{"an hour after the end without a tick", end.Add(time.Hour), 0, false},
		{"an hour on shift without a tick", begin.Add(time.Hour), 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			for _, id := range w.agents {
				w.schedule(id, workdays)
			}
			first := w.take(w.request(1)).Agent.ID
			w.at(c.at) // no execution ticks
			must(t, w.Draw(w.ctx, w.acc, w.dep, c.ahead))
			a := w.escalate(w.request(2))
			if got := a.Outcome == desk.OutcomeRinging; got != c.rings {
				t.Errorf("rings: got %t, want %t (%+v)", got, c.rings, a)
			}
			if c.rings && a.Agent.ID == first {
				t.Errorf("rings at %s, who had the last turn", a.Agent.ID)
			}
			if !c.rings && *a.Because != roster.OffShift {
				t.Errorf("because %s", *a.Because)
			}
		})
	}
}

// What is active at the end of a shift stays with its agent, what rings rings on; both
// also when the tick comes.
func TestTickEndsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	w.until(berlin(23, 16, 50))
	active := w.take(w.request(1))
	w.until(berlin(23, 17, 0).Add(-time.Second))
	ringing := w.ring(w.request(2))
	e, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	w.at(berlin(23, 17, 0))
	w.tick(e)
	if w.noted(agent) {
		t.Error("the shift is not noted as over")
	}
	if s := w.peek(ringing.EscalationID); s.State != desk.Ringing || s.OfferTo != agent {
		t.Errorf("what rang: %+v", s)
	}
	w.accept(agent, ringing.EscalationID)
	if s := w.peek(active.EscalationID); s.State != desk.Active || s.Assigned != agent {
		t.Errorf("what was active: %+v", s)
	}
}

// Ticks come at the boundaries, and five minutes before a shift; what is pushed then.
func TestTicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	here, away := w.agents[0], w.agents[1]
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-25"}})
	for _, id := range w.agents {
		w.phone(id)
		w.schedule(id, workdays)
	}
	w.offline(away)
	const slack = 21 * time.Second // ticks of many members are spread
	for _, step := range []struct {
		to         time.Time
		on         bool
		here, away []desk.NoticeKind // so far
	}{
		{berlin(23, 16, 59), true, nil, nil},
		{berlin(23, 17, 0).Add(slack), false, []desk.NoticeKind{desk.NoticeShiftOver}, nil},
		{berlin(24, 8, 54), false, []desk.NoticeKind{desk.NoticeShiftOver}, nil},
		{berlin(24, 8, 55).Add(slack), false, []desk.NoticeKind{desk.NoticeShiftOver}, []desk.NoticeKind{desk.NoticeShiftSoon}},
		{berlin(24, 9, 0).Add(slack), true, []desk.NoticeKind{desk.NoticeShiftOver}, []desk.NoticeKind{desk.NoticeShiftSoon}},
		{berlin(24, 17, 1), false, []desk.NoticeKind{desk.NoticeShiftOver, desk.NoticeShiftOver}, []desk.NoticeKind{desk.NoticeShiftSoon}},
		{berlin(26, 8, 54), false, []desk.NoticeKind{desk.NoticeShiftOver, desk.NoticeShiftOver}, []desk.NoticeKind{desk.NoticeShiftSoon}}, // the 25th is a holiday
		{berlin(26, 9, 1), true, []desk.NoticeKind{desk.NoticeShiftOver, desk.NoticeShiftOver}, []desk.NoticeKind{desk.NoticeShiftSoon, desk.NoticeShiftSoon}},
	} {
		w.until(step.to)
		if got := w.noted(here); got != step.on || w.noted(away) != step.on {
			t.Errorf("%v: noted as on shift: %t and %t, want %t", step.to, got, w.noted(away), step.on)
		}
		w.wantKinds(here, step.here...)
		w.wantKinds(away, step.away...)
	}
	if n := w.notices(away)[0]; !n.StartsAt.Equal(berlin(24, 9, 0)) {
		t.Errorf("announced: %+v", n)
	}
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{ShiftSoon: ptr(false), ShiftOver: ptr(false)}})
	w.until(berlin(30, 12, 0))
	w.wantKinds(here, desk.NoticeShiftOver, desk.NoticeShiftOver)
	w.wantKinds(away, desk.NoticeShiftSoon, desk.NoticeShiftSoon)
	w.wantRunning(here, "1-1")
}

// A tick that comes hours late brings the item up to date, and tells nobody of a boundary
// that is long past.
func TestLateTick(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.schedule(agent, workdays)
	w.deliverDue()
	w.at(berlin(23, 18, 0))
	if !w.noted(agent) {
		t.Fatal("without a tick the shift cannot be noted as over")
	}
	w.deliverDue()
	if w.noted(agent) {
		t.Error("the tick changed nothing")
	}
	w.wantKinds(agent)
}

// Other hours are another version, which the execution of the old one leaves the field to.
// Hours that come back are a new version, too.
func TestChangeOfHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	w.wantRunning(agent, "1-1")
	w.schedule(agent, workdays) // the same again
	w.wantRunning(agent, "1-1")
	w.until(berlin(23, 11, 0))
	w.schedule(agent, "Europe/Berlin 12345/0900-1400")
	w.wantRunning(agent, "1-1", "2-1")
	w.until(berlin(23, 15, 0))
	if w.noted(agent) {
		t.Error("noted by the old hours")
	}
	w.until(berlin(23, 18, 0))
	w.wantRunning(agent, "2-1")
	w.schedule(agent, "")
	if a := w.availability(agent); !a.OnShift || a.NextShiftAt != nil || a.ShiftEndsAt != nil {
		t.Errorf("without hours: %+v", a)
	}
	_, err := w.WorkingHours(w.ctx, w.admin, agent)
	wantProblem(t, err, "not-found")
	w.until(berlin(25, 12, 0))
	w.wantRunning(agent)
	w.schedule(agent, workdays)
	w.until(berlin(26, 12, 0))
	w.wantRunning(agent, "4-1")
	must(t, w.DeleteMember(w.ctx, w.admin, agent))
	w.until(berlin(28, 12, 0))
	w.wantRunning(agent)
	if e, _, err := w.Shift(w.ctx, w.acc, agent); err != nil || e.Version != 0 {
		t.Errorf("of one who is removed is left: %+v, %v", e, err)
	}
}

// A shift is announced once, however often the execution ticks before it.
func TestTicksBeforeTheShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.schedule(agent, workdays)
	w.offline(agent)
	w.until(berlin(24, 8, 56))
	e, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	w.tick(e)
	w.tick(e)
	w.wantKinds(agent, desk.NoticeShiftSoon)
}

// Ticks of one boundary are spread over twenty seconds.
func TestSpread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 8})
	for _, id := range w.agents {
		w.schedule(id, workdays)
	}
	w.deliverDue()
	seen := map[time.Duration]bool{}
	for _, r := range w.shifts.Waiting() {
		late := r.At.Sub(berlin(23, 17, 0))
		if seen[late] = true; late < 0 || late >= 20*time.Second {
			t.Errorf("a tick %v after the boundary", late)
		}
	}
	if len(seen) < 2 {
		t.Errorf("all tick after %v", seen)
	}
}

// An execution that ended though it should not have is followed by another generation as
// soon as the member's presence changes, or their hours are set.
func TestRevival(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	for i, revive := range []func(){
		func() { w.offline(agent) },
		func() { w.online(agent) },
		func() { w.online(agent) }, // changes nothing, and looks all the same
		func() { w.schedule(agent, workdays) },
	} {
		e, _, err := w.Shift(w.ctx, w.acc, agent)
		must(t, err)
		must(t, w.shifts.Stop(e))
		w.wantRunning(agent)
		revive()
		w.wantRunning(agent, "1-"+string(rune('2'+i)))
	}
	w.until(berlin(23, 18, 0))
	if w.noted(agent) {
		t.Error("the revived execution does not tick")
	}
}

// An execution cannot go on for ever: it hands over before a year, and before its events
// are used up.
func TestHandOverOfShifts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	w.deliverDue()
	w.at(berlin(23, 10, 0).AddDate(0, 0, 299))
	w.deliverDue()
	w.wantRunning(agent, "1-1")
	w.clock.Advance(48 * time.Hour)
	w.deliverDue()
	w.wantRunning(agent, "1-2")
	e, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	n := 0
	for ; e.Generation == 2 && n < 3000; n++ {
		w.tick(e)
		e, _, err = w.Shift(w.ctx, w.acc, agent)
		must(t, err)
	}
	if w.wantRunning(agent, "1-3"); n < 1900 || n > 2000 {
		t.Errorf("handed over after %d ticks", n)
	}
}

// A tick for an execution that is not the one of the item changes nothing, and begins the
// one that is.
func TestStaleTick(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	old, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	w.schedule(agent, "Europe/Berlin 12345/0900-1400")
	now, _, err := w.Shift(w.ctx, w.acc, agent)
	must(t, err)
	must(t, w.shifts.Stop(now))
	w.tick(old)
	w.wantRunning(agent, "2-2")
	for _, e := range []desk.ShiftExecution{old, {AccountID: w.acc, MemberID: "mem_aaaaaaaaaaaa", Version: 1, Generation: 1}} {
		if _, err := w.TickShift(w.ctx, e); !errors.Is(err, desk.ErrShiftOver) {
			t.Errorf("a tick of %s: %v", e.Name(), err)
		}
	}
}

// A restart goes on with what ticked before it.
func TestShiftsAfterRestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.schedule(w.agents[0], workdays)
	again, err := local.OpenShifts(w.twins.File, local.ShiftsOptions{Now: w.clock.Now})
	must(t, err)
	w.shifts = again
	w.until(berlin(23, 18, 0))
	if w.noted(w.agents[0]) {
		t.Error("it does not tick any more")
	}
}
