package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// File puts an escalation under another department, and nobody's phone rings: it is for work
// that is in hand, or over, under the wrong name. What waits as a callback waits for the new
// department from then on. Problems are use-transfer for what rings, invalid for a department
// that is not there, and not-found unless the caller handles it.
func (d *Desk) File(ctx context.Context, by Caller, id, department string, conditions ...If[Escalation]) (Escalation, error) {
	e, err := d.changeBy(ctx, by, id, nil, func(c *change) (*step, error) {
		if !c.cur.handledBy(by) {
			return nil, notFound("escalation")
		}
		if err := hold(conditions, Escalation{ID: id, DepartmentID: c.cur.Department}); err != nil {
			return nil, err
		}
		if err := c.needDesk(ctx); err != nil {
			return nil, err
		}
		if err := knowsGoal(c.snap, Transfer{DepartmentID: department}); err != nil {
			return nil, err
		}
		s, err := c.cur.file(department, by.MemberID, c.now)
		if s != nil && by.Role.Manages() {
			s.beside = append(s.beside, d.audit(c.acc, by.MemberID, auditEscalationFiled, id, edited("departmentId", optional(c.cur.Department), department)))
		}
		return s, err
	})
	if err != nil {
		return Escalation{}, err
	}
	d.noteSign(ctx, by.MemberID, id, e)
	return d.viewWithCallbacks(ctx, by, id, e, false, nil)
}

// file changes the department alone. It may be done in every state but ringing, also to what
// was cancelled: reports go by it. An offer of a transfer under way goes on.
func (e *escalation) file(department, by string, now time.Time) (*step, error) {
	switch {
	case e.State == Ringing:
		return nil, conflict("use-transfer", "It rings", "It rings for an agent. Transfer it: then it rings in the other department.")
	case e.Department == department && !e.Unknown:
		return nil, nil
	}
	s := &step{next: e.clone(), actor: by, filed: e.Callback != ""}
	s.next.Department, s.next.Unknown = department, false
	s.next.log(now, didFile, by, "")
	return s, nil
}

// fileCallback has the escalation's open entry in a callback follow it to its department, and
// with it the lists, and the pointer by which the customer's next request there finds it.
func (c *change) fileCallback(ctx context.Context, s *step) ([]table.Op, error) {
	if !s.filed {
		return nil, nil
	}
	id := s.next.Callback
	cb, err := load[callback](ctx, c.d.Table, keys.Callback(id))
	if err != nil || !cb.found() {
		return nil, err
	}
	v := &cb.value
	list, err := c.d.entries(ctx, id, v, max(maxEntries, len(v.Marks)))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(e numbered) bool { return e.value.Escalation == c.id && v.Marks[e.n-1] == markOpen })
	if i < 0 {
		return nil, nil // it was helped, and nobody waits for it
	}
	e := &list[i]
	e.value.Department = s.next.Department
	v.refile(list)
	ops := append([]table.Op{e.value.put(id, e.n, table.AtVersion(e.version))}, v.put(id, cb.version, millis(c.now))...)
	at := filedAt{id: id, cb: v}
	if !v.pending() {
		older, more, err := c.fileOlder(ctx, id, v, e.value.Department)
		if err != nil || older.cb == nil {
			return ops, err
		}
		at, ops = older, append(ops, more...)
	}
	if at.cb.Claimed != nil {
		s.tellHolder(at.cb.Claimed.ID, at.id)
	} else {
		s.waits = append(s.waits, e.value.Department)
	}
	more, err := c.indexFiled(ctx, at, &e.value)
	return append(append(ops, at.cb.list(at.id)), more...), err
}

// filedAt is the callback that goes on for the entry that is filed.
type filedAt struct {
	id string
	cb *callback
}

// fileOlder has the older callback that a younger one was joined to listed for the department.
func (c *change) fileOlder(ctx context.Context, id string, younger *callback, department string) (filedAt, []table.Op, error) {
	if younger.JoinedTo == "" {
		return filedAt{}, nil, nil
	}
	older, g, err := c.d.goesOn(ctx, younger.JoinedTo)
	if err != nil || older == id || !g.value.pending() {
		return filedAt{}, nil, err
	}
	if deps := g.value.departments(); !slices.Contains(deps, department) {
		g.value.Departments = append(slices.Clone(deps), department)
	}
	return filedAt{older, &g.value}, g.value.put(older, g.version, millis(c.now)), nil
}

// indexFiled has the callback found by the entry's customer in its new department.
func (c *change) indexFiled(ctx context.Context, at filedAt, e *entry) ([]table.Op, error) {
	j := &joins{entry: *e, department: e.Department, contacts: e.Customer.Contacts()}
	for _, contact := range j.contacts {
		l, err := c.d.lead(ctx, c.acc, contact, j.department, c.snap.Has)
		if err != nil {
			return nil, err
		}
		j.leads = append(j.leads, l)
	}
	return c.indexEntry(at.id, at.cb, j), nil
}

// refile makes the departments those of all entries, at least one; the oldest entry comes first.
// Those of younger callbacks that were joined stay.
func (cb *callback) refile(list []numbered) {
	deps := make([]string, 0, len(list))
	for i := range list {
		deps = append(deps, list[i].value.Department)
	}
	if len(cb.Joined) > 0 {
		deps = append(deps, cb.departments()...)
	}
	all := []string{}
	for _, dep := range deps {
		if !slices.Contains(all, dep) {
			all = append(all, dep)
		}
	}
	cb.Department, cb.Departments = all[0], nil
	if len(all) > 1 {
		cb.Departments = all
	}
	if newest := &list[len(list)-1].value; cb.LastEntry != nil && cb.LastEntry.Escalation == newest.Escalation {
		last := *cb.LastEntry
		last.Department = newest.Department
		cb.LastEntry = &last
	}
}
