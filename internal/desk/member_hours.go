package desk

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// mostPreview is the longest time whose intervals are listed at once: a quarter.
const mostPreview = 92 * 24 * time.Hour

// WorkingHours gives a member's hours. Problem not-found for a member without any, who is
// always on shift, and forbidden for another's unless the caller manages.
func (d *Desk) WorkingHours(ctx context.Context, c Caller, id string) (hours.WorkingHours, error) {
	r, err := d.rowFor(ctx, c, id)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	if r.Hours == nil {
		return hours.WorkingHours{}, &Problem{
			Class: NotFound, Name: "not-found", Title: "No working hours", Detail: "There are none: the member is always on shift.",
		}
	}
	return r.Hours.Hours(), nil
}

// rowFor reads a desk row for its hours: the caller's own, and as an admin everybody's.
func (d *Desk) rowFor(ctx context.Context, c Caller, id string) (*roster.Row, error) {
	r, err := d.memberRow(ctx, c.AccountID, id)
	if err == nil && id != c.MemberID && !c.Role.Manages() {
		err = forbidden("Others' working hours are for the owner and admins.")
	}
	return r, err
}

// SetWorkingHours gives a member other hours; nil is none, and puts them always on shift.
// What rings or is active stays; the phone rings by the new hours from the next claim on.
// The problem invalid names all bad fields at once; too-often is the answer to more changes of one
// member's than ten at once, or of a team's than two thousand, for as long as it says.
//
// A crash after the Write leaves hours that nobody ticks for. Phones go by them all the
// same; the finish message begins the ticks half a minute later.
func (d *Desk) SetWorkingHours(ctx context.Context, by Caller, id string, w *hours.WorkingHours, conditions ...If[hours.WorkingHours]) (hours.WorkingHours, error) {
	r, err := d.rowFor(ctx, by, id)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	s, err := compileHours(w)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	if err := hold(conditions, r.Hours.Hours()); err != nil {
		return hours.WorkingHours{}, err
	}
	if r.Schedule != s.Compact() {
		if err := d.beforeHours(ctx, by, id); err != nil {
			return hours.WorkingHours{}, err
		}
	}
	could, err := d.writeHours(ctx, by, id, s, conditions)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	if err := d.runShift(ctx, by.AccountID, id); err != nil {
		d.Log.WarnContext(ctx, "shift not begun: a timer begins it", "member", id, "error", err)
	}
	if err := d.whoIsLeftAfter(ctx, by.AccountID, could); err != nil {
		d.Log.WarnContext(ctx, "team not checked: it is not known who is left", "account", by.AccountID, "error", err)
	}
	return s.Hours(), nil
}

// beforeHours refuses a change where this process knows that there were too many, of the member's
// hours or in the account, and sends the finish message. When that comes the Write is done or
// never will be, and it begins what was not begun. Whoever sends the hours that are there
// already needs neither: should others come in between, theirs has gone out.
func (d *Desk) beforeHours(ctx context.Context, by Caller, id string) error {
	if wait := d.waits(id, ofHours); wait > 0 {
		return d.refused(ctx, by, ofHours.tooOften(wait))
	}
	if wait := d.waits(by.AccountID, ofTeamHours); wait > 0 {
		return d.refused(ctx, by, ofTeamHours.tooOften(wait))
	}
	m := Message{Kind: WakeFinish, Finish: finishHours, AccountID: by.AccountID, MemberID: id, Due: d.Now().Add(markAfter)}
	if err := d.send(ctx, m.Due, m); err != nil {
		return fmt.Errorf("sending the finish message: %w", err)
	}
	return nil
}

// compileHours checks hours and compiles them; nil stays nil.
func compileHours(w *hours.WorkingHours) (*hours.Schedule, error) {
	if w == nil {
		return nil, nil
	}
	var bad []FieldError
	for _, f := range w.Validate() {
		bad = append(bad, FieldError{f.Field, f.Detail})
	}
	if err := Invalids(bad); err != nil {
		return nil, err
	}
	return hours.Compile(*w)
}

// writeHours is the one Write of a change of hours, and tells whether the member could take
// work before. Routing goes by the desk row from then on. The execution of the old hours
// ends at its next tick: it finds a version that is not its own. The shift item counts the changes of
// the member's hours: it is written anyway, and no execution begins without it. What it lets through
// counts in the account.
func (d *Desk) writeHours(ctx context.Context, by Caller, id string, s *hours.Schedule, conditions []If[hours.WorkingHours]) (could bool, err error) {
	a, err := d.readAccount(ctx, by.AccountID)
	if err != nil {
		return false, err
	}
	held := held[hours.WorkingHours]{conditions: conditions}
	spend := sync.OnceValue(func() error { return d.spend(ctx, by, by.AccountID, ofTeamHours) })
	_, err = update(ctx, d, keys.Shift(id), func(sh *stored[shift]) (bool, []table.Op, error) {
		r, err := d.memberRow(ctx, by.AccountID, id)
		if err != nil {
			return false, nil, err
		}
		could = could || r.Online && r.OnShift(&a.value, d.Now())
		done := r.Schedule == s.Compact()
		if err := held.hold(r.Hours.Hours(), done); err != nil || done {
			return false, nil, err
		}
		before := r.Schedule
		r.Schedule, r.Hours = s.Compact(), s
		if sh.value, err = sh.value.renewed(r.OnShift(&a.value, d.Now()), d.Now()); err != nil {
			d.spent.count(spender{id, ofHours.what}, d.Now(), func(c *counted) { c.all = sh.value.Changed })
			return false, nil, d.refused(ctx, by, err)
		}
		if err := spend(); err != nil {
			return false, nil, err
		}
		return true, []table.Op{
			put(keys.Row(by.AccountID, id), r, table.AtVersion(r.Version)),
			d.audit(by.AccountID, by.MemberID, auditMemberHours, id, edited("workingHours", optional(before), optional(r.Schedule))),
		}, nil
	})
	return could, err
}

// ShiftPreview is when a member is on shift.
type ShiftPreview struct {
	Items        []hours.LocalInterval `json:"items"`
	TimeZoneData string                `json:"timeZoneData"` // the release by which it is so
}

// ShiftPreview lists when a member really is on shift between two instants, at most 92
// days apart: their hours in their zone, without the account's holidays. The clock of a
// member without hours is the account's.
func (d *Desk) ShiftPreview(ctx context.Context, c Caller, id string, from, to time.Time) (ShiftPreview, error) {
	r, err := d.rowFor(ctx, c, id)
	if err != nil {
		return ShiftPreview{}, err
	}
	switch {
	case !from.Before(to):
		return ShiftPreview{}, Invalids([]FieldError{{"to", "must be after from"}})
	case to.Sub(from) > mostPreview:
		return ShiftPreview{}, Invalids([]FieldError{{"to", "must be at most 92 days after from"}})
	}
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil {
		return ShiftPreview{}, err
	}
	shifts := r.Calendar(&a.value).Intervals(from, to)
	return ShiftPreview{Items: r.Hours.Local(shifts, a.value.TimeZone), TimeZoneData: hours.Release()}, nil
}
