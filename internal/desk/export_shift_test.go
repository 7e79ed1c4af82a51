package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// NoteNobody notes that nobody is left as versions did that told at once.
func (d *Desk) NoteNobody(ctx context.Context, accountID string, since time.Time, told bool) error {
	_, err := update(ctx, d, keys.Account(accountID), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		s.value.NobodySince, s.value.NobodyTold = millis(since), told
		return true, nil, nil
	})
	return err
}

// NobodyTold reports whether it is noted that nobody is left, and that the owner was told.
func (d *Desk) NobodyTold(ctx context.Context, accountID string) (bool, error) {
	a, err := d.readAccount(ctx, accountID)
	return a.value.NobodySince != 0 && a.value.NobodyTold, err
}

// NobodyUntold reports whether nobody is there, that is noted, and the owner was not told.
func (d *Desk) NobodyUntold(ctx context.Context, accountID string) (bool, error) {
	s, err := d.readDesk(ctx, accountID)
	if err != nil {
		return false, err
	}
	_, noted := nobodyThere(s, d.Now())
	return noted && !s.Account.NobodyTold, nil
}

// Shift reads a member's shift item: which execution ticks for them, and whether they are
// noted as on shift.
func (d *Desk) Shift(ctx context.Context, accountID, memberID string) (e ShiftExecution, on bool, err error) {
	s, err := load[shift](ctx, d.Table, keys.Shift(memberID))
	return s.value.execution(accountID, memberID), s.value.On, err
}

// SetSchedule gives a member working hours in compact form.
func (d *Desk) SetSchedule(ctx context.Context, accountID, memberID, compact string) error {
	_, err := d.updateRow(ctx, accountID, memberID, func(r *roster.Row) (bool, []table.Op, error) {
		r.Schedule = compact
		return true, nil, nil
	})
	return err
}

// BeginShifts gives members shift items as SetWorkingHours does, noted as off shift, and
// returns their executions.
func (d *Desk) BeginShifts(ctx context.Context, accountID string, members []string) ([]ShiftExecution, error) {
	var list []ShiftExecution
	for chunk := range slices.Chunk(members, table.MaxOps) {
		var ops []table.Op
		for _, id := range chunk {
			s, _ := shift{}.renewed(false, d.Now())
			ops = append(ops, put(keys.Shift(id), s, table.Absent))
			list = append(list, s.execution(accountID, id))
		}
		if err := d.Table.Write(ctx, ops...); err != nil {
			return nil, err
		}
	}
	return list, nil
}
