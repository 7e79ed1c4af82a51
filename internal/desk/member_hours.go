package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// mostPreview is the longest time of which real intervals are listed at once.
const mostPreview = 92 * 24 * time.Hour

// WorkingHours gives a member's hours. Problem not-found for one who has none and so is
// always on shift.
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

// rowFor reads the desk row of a member whose hours the caller may see: their own, and as
// an admin everybody's.
func (d *Desk) rowFor(ctx context.Context, c Caller, id string) (*roster.Row, error) {
	r, err := d.readRow(ctx, c.AccountID, id)
	switch {
	case err != nil:
		return nil, err
	case r == nil || r.Removed:
		return nil, notFound("member")
	case id != c.MemberID && !c.Role.Manages():
		return nil, forbidden("Others' working hours are for the owner and admins.")
	}
	return r, nil
}

// SetWorkingHours gives a member other hours, or with nil none: then they are always on
// shift. What rings or is active stays; the phone rings by the new hours from the next
// claim on. All bad fields are named at once.
func (d *Desk) SetWorkingHours(ctx context.Context, by Caller, id string, w *hours.WorkingHours, conditions ...If[hours.WorkingHours]) (hours.WorkingHours, error) {
	if _, err := d.rowFor(ctx, by, id); err != nil {
		return hours.WorkingHours{}, err
	}
	s, err := compileHours(w)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	// An execution that is not begun is begun when this comes, by when the Write is done or
	// never will be.
	m := Message{Kind: WakeFinish, Finish: finishHours, AccountID: by.AccountID, MemberID: id, Due: d.Now().Add(markAfter)}
	if err := d.Timers.Send(ctx, m.Due, m); err != nil {
		return hours.WorkingHours{}, fmt.Errorf("sending the finish message: %w", err)
	}
	could, err := d.writeHours(ctx, by, id, s, conditions)
	if err != nil {
		return hours.WorkingHours{}, err
	}
	if err := d.runShift(ctx, by.AccountID, id); err != nil {
		d.Log.Warn("a shift's execution is begun later", "member", id, "error", err)
	}
	if err := d.whoIsLeftAfter(ctx, by.AccountID, could); err != nil {
		d.Log.Warn("it was not noted who is left", "account", by.AccountID, "error", err)
	}
	return s.Hours(), nil
}

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

// writeHours is the one Write of a change of hours: routing goes by the desk row from then
// on, and the execution that ticks by the old ones finds a version that is not its own. It
// tells whether the member could take work before.
func (d *Desk) writeHours(ctx context.Context, by Caller, id string, s *hours.Schedule, conditions []If[hours.WorkingHours]) (could bool, err error) {
	a, err := d.readAccount(ctx, by.AccountID)
	if err != nil {
		return false, err
	}
	tried := false
	_, err = update(ctx, d, shiftKey(id), func(sh *stored[shift]) (bool, []table.Op, error) {
		r, err := d.readRow(ctx, by.AccountID, id)
		if err != nil {
			return false, nil, err
		}
		if r == nil || r.Removed {
			return false, nil, notFound("member")
		}
		could = could || r.Online && r.OnShift(&a.value, d.Now())
		done := r.Schedule == s.Compact()
		if !done || !tried { // else it is as a try before made it
			if err := hold(conditions, r.Hours.Hours()); err != nil {
				return false, nil, err
			}
		}
		if tried = true; done {
			return false, nil, nil
		}
		r.Schedule, r.Hours = s.Compact(), s
		sh.value = sh.value.renewed(r.OnShift(&a.value, d.Now()), d.Now())
		return true, []table.Op{
			put(rowKey(by.AccountID, id), r, table.AtVersion(r.Version)),
			d.audit(by.AccountID, by.MemberID, auditMemberHours, id),
		}, nil
	})
	return could, err
}

// ShiftPreview lists when a member really is on shift between two instants, at most 92
// days apart: their hours in their zone, without the account's holidays.
func (d *Desk) ShiftPreview(ctx context.Context, c Caller, id string, from, to time.Time) ([]hours.Interval, error) {
	r, err := d.rowFor(ctx, c, id)
	if err != nil {
		return nil, err
	}
	switch {
	case !from.Before(to):
		return nil, Invalids([]FieldError{{"to", "must be after from"}})
	case to.Sub(from) > mostPreview:
		return nil, Invalids([]FieldError{{"to", "must be at most 92 days after from"}})
	}
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	return r.Calendar(&a.value).Intervals(from, to), nil
}
