package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
)

// Hours are seen and set by the member and by admins; what is wrong with them is named at
// once, and changes nothing.
func TestWorkingHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	me, other := w.staff(w.agents[0]), w.staff(w.agents[1])
	bad := hours.WorkingHours{TimeZone: "Mars/Olympus", Entries: []hours.Entry{{Days: []string{"mon", "noday"}, Start: "25:00", End: "17:00"}}}
	_, err := w.SetWorkingHours(w.ctx, me, me.MemberID, &bad)
	if p := wantProblem(t, err, "invalid"); len(p.Fields) != 3 {
		t.Errorf("fields: %+v", p.Fields)
	}
	if w.running(me.MemberID) != nil || len(w.timers.Pending()) > 0 {
		t.Error("something was begun")
	}
	good := hours.WorkingHours{TimeZone: "Europe/Berlin", Entries: []hours.Entry{{Days: []string{"tue", "mon"}, Start: "22:00", End: "06:00"}}}
	got, err := w.SetWorkingHours(w.ctx, me, me.MemberID, &good)
	must(t, err)
	if !slices.Equal(got.Entries[0].Days, []string{"mon", "tue"}) {
		t.Errorf("set: %+v", got)
	}
	from, outsider := berlin(23, 0, 0), w.outsider()
	for _, c := range []struct {
		name string
		call func(c desk.Caller, id string) error
	}{
		{"get", func(c desk.Caller, id string) error { _, err := w.WorkingHours(w.ctx, c, id); return err }},
		{"set", func(c desk.Caller, id string) error { _, err := w.SetWorkingHours(w.ctx, c, id, &good); return err }},
		{"preview", func(c desk.Caller, id string) error {
			_, err := w.ShiftPreview(w.ctx, c, id, from, from.Add(time.Hour))
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			must(t, c.call(me, me.MemberID))
			must(t, c.call(w.admin, me.MemberID))
			wantProblem(t, c.call(other, me.MemberID), "forbidden")
			wantProblem(t, c.call(outsider, me.MemberID), "not-found")
			wantProblem(t, c.call(w.admin, "mem_aaaaaaaaaaaa"), "not-found")
		})
	}
	list, err := w.ShiftPreview(w.ctx, me, me.MemberID, from, from.AddDate(0, 0, 7))
	must(t, err)
	want := []hours.Interval{{From: berlin(23, 22, 0), To: berlin(24, 6, 0)}, {From: berlin(24, 22, 0), To: berlin(25, 6, 0)}}
	if !slices.Equal(intervals(list), want) {
		t.Errorf("preview: %v", list)
	}
	if list, err := w.ShiftPreview(w.ctx, other, other.MemberID, from, from.AddDate(0, 0, 92)); err != nil || len(list.Items) != 1 {
		t.Errorf("without hours: %v, %v", list, err)
	}
	for _, to := range []time.Time{from, from.Add(-time.Second), from.AddDate(0, 0, 92).Add(time.Second)} {
		_, err := w.ShiftPreview(w.ctx, me, me.MemberID, from, to)
		wantProblem(t, err, "invalid")
	}
}

// A preview leaves out the account's holidays.
func TestPreviewOfAHoliday(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.schedule(w.agents[0], workdays)
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
	got, err := w.ShiftPreview(w.ctx, w.admin, w.agents[0], berlin(23, 0, 0), berlin(26, 0, 0))
	must(t, err)
	want := []hours.Interval{{From: berlin(23, 9, 0), To: berlin(23, 17, 0)}, {From: berlin(25, 9, 0), To: berlin(25, 17, 0)}}
	if !slices.Equal(intervals(got), want) {
		t.Errorf("preview: %v, want %v", got, want)
	}
}

// intervals are those of a preview, without the clock.
func intervals(p desk.ShiftPreview) (list []hours.Interval) {
	for _, in := range p.Items {
		list = append(list, in.Interval)
	}
	return list
}
