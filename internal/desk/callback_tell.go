package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
)

// mostReminded is how many members are told that a callback is overdue. More would not
// call the customer any sooner.
const mostReminded = 20

// duty is who has to see to an overdue callback, as things are at one moment.
type duty struct {
	snap *roster.Roster
	cb   *callback
	now  time.Time
}

// there is its holder if they are there; else those who may take it and are; else the
// admins, and the owner, who are.
func (w *duty) there(ctx context.Context, d *Desk) ([]*roster.Row, error) {
	var all, own []*roster.Row
	for _, r := range w.snap.Rows {
		switch {
		case !r.There(&w.snap.Account, w.now):
			continue
		case w.cb.claimedBy(r.ID):
			return []*roster.Row{r}, nil
		case w.mayTake(r):
			own = append(own, r)
		}
		all = append(all, r)
	}
	if own != nil {
		return own, nil
	}
	return d.managers(ctx, &w.snap.Account, all)
}

// mayTake reports whether a member of whatever role may take the callback. Everyone may
// where it is of no department, or of deleted ones alone.
func (w *duty) mayTake(r *roster.Row) bool {
	known := w.snap.Known(w.cb.departments())
	return slices.Contains(known, "") || len(known) == 0 || slices.ContainsFunc(known, r.In)
}

// mostProfiles is of how many members it is read whether they manage.
const mostProfiles = 50

// managers are those among the members who manage the account.
func (d *Desk) managers(ctx context.Context, a *roster.Account, rows []*roster.Row) ([]*roster.Row, error) {
	rows = rows[:min(len(rows), mostProfiles)]
	manages := make([]bool, len(rows))
	err := inParallel(len(rows), func(i int) error {
		if rows[i].ID == a.Owner {
			manages[i] = true
			return nil
		}
		f, err := load[profile](ctx, d.Table, keys.Profile(rows[i].ID))
		manages[i] = f.value.Role.Manages()
		return err
	})
	var found []*roster.Row
	for i, r := range rows {
		if manages[i] {
			found = append(found, r)
		}
	}
	return found, err
}

// letters tell members that the callback is overdue, the least busy of many. Where all of
// them are on a call it is kept until they are free.
func (w *duty) letters(members []*roster.Row, id string) (list []letter) {
	free := slices.DeleteFunc(slices.Clone(members), func(r *roster.Row) bool { return !r.Free(&w.snap.Account, w.now) })
	kept := len(free) == 0
	if kept {
		free = members
	}
	leastBusy(free)
	dep, _ := w.snap.DepartmentOf(w.cb.Department, "")
	n := Notice{Kind: NoticeCallbackDue, CallbackID: id, Department: w.snap.Departments[dep].Name}
	for _, r := range free[:min(len(free), mostReminded)] {
		list = append(list, letter{member: r.ID, notice: n, kept: kept})
	}
	return list
}

// leastBusy sorts members by their open work.
func leastBusy(rows []*roster.Row) {
	slices.SortStableFunc(rows, func(a, b *roster.Row) int { return len(a.Work) - len(b.Work) })
}

// nextShift is when the next of those comes whom the callback concerns: its holder, who may
// take it, the owner; where none of them is known to come, anybody.
func (w *duty) nextShift() time.Time {
	var next, anybody time.Time
	for _, r := range w.snap.Rows {
		at := r.NextShift(&w.snap.Account, w.now)
		if at.IsZero() {
			continue
		}
		if anybody.IsZero() || at.Before(anybody) {
			anybody = at
		}
		own := w.cb.claimedBy(r.ID) || w.mayTake(r) || r.ID == w.snap.Account.Owner
		if own && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() {
		return anybody
	}
	return next
}
