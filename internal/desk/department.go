package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Department is a group of members with a rotation of its own for each channel.
type Department struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	MemberCount int    `json:"memberCount"`
}

const (
	// totalDepartments is how many an account has. Those that are made at the same moment do not
	// see each other, so that a few more may come to be.
	totalDepartments = 200
	// totalTombstones is how many lie there of those that were deleted: each claim reads them.
	totalTombstones = 800
)

// CreateDepartment makes a department. Its name is unique in the account by names.Fold,
// else problem name-taken. Callers who may ask twice and want one give an id; empty makes a
// new one. Problems are too-many-departments and too-often, too.
func (d *Desk) CreateDepartment(ctx context.Context, by Caller, id, name string) (Department, error) {
	if err := Invalids(badName("name", "", &name)); err != nil {
		return Department{}, err
	}
	id, err := d.idOr(id, "dep_")
	if err != nil {
		return Department{}, err
	}
	room := sync.OnceValue(func() error { return d.roomForDepartment(ctx, by) })
	_, err = update(ctx, d, keys.Department(by.AccountID, id), func(s *stored[roster.Department]) (bool, []table.Op, error) {
		if s.found() { // asked before, and done
			return false, nil, nil
		}
		if err := room(); err != nil {
			return false, nil, err
		}
		ops, err := d.takeName(ctx, by.AccountID, id, name)
		if err != nil {
			return false, nil, err
		}
		s.value = roster.Department{Name: name, Created: millis(d.Now())}
		swept, err := d.sweepTombstones(ctx, by.AccountID)
		return true, append(append(ops, swept...), d.audit(by.AccountID, by.MemberID, auditDepartmentMade, id, edited("name", nil, name))), err
	})
	return Department{ID: id, Name: name}, err
}

// roomForDepartment counts a department that is to be made. Of what was deleted that counts which
// no Write sweeps away yet.
func (d *Desk) roomForDepartment(ctx context.Context, by Caller) error {
	all, err := d.allDepartments(ctx, by.AccountID)
	if err != nil {
		return err
	}
	live, lately := len(living(all)), 0
	for _, dep := range all {
		if dep.Deleted && !sweeps(dep, d.Now()) {
			lately++
		}
	}
	switch {
	case live >= totalDepartments:
		err = tooManyOf("too-many-departments", "Too many departments", fmt.Sprintf("There are %d departments. Delete one first.", live))
	case lately >= totalTombstones:
		err = tooManyOf("too-many-departments", "Too many departments", fmt.Sprintf("%d departments were deleted within 30 days.", lately))
	default:
		return d.spend(ctx, by, by.AccountID, ofDepartments)
	}
	return d.refused(ctx, by, err)
}

// Department gives one department of the caller's account; problem not-found for any other.
func (d *Desk) Department(ctx context.Context, c Caller, id string) (Department, error) {
	all, err := d.Departments(ctx, c)
	if err != nil {
		return Department{}, err
	}
	i := slices.IndexFunc(all, func(v Department) bool { return v.ID == id })
	if i < 0 {
		return Department{}, notFound("department")
	}
	return all[i], nil
}

// RenameDepartment gives a department another name. Its places and open work stay: they go
// by the id. Problems are not-found, name-taken and invalid.
func (d *Desk) RenameDepartment(ctx context.Context, by Caller, id, name string, conditions ...If[Department]) (Department, error) {
	held := held[Department]{conditions: conditions}
	_, err := update(ctx, d, keys.Department(by.AccountID, id), func(s *stored[roster.Department]) (bool, []table.Op, error) {
		old := s.value.Name
		if !s.found() || s.value.Deleted {
			return false, nil, notFound("department")
		}
		if err := held.hold(Department{ID: id, Name: old}, old == name); err != nil || old == name {
			return false, nil, err
		}
		if err := Invalids(badName("name", old, &name)); err != nil {
			return false, nil, err
		}
		s.value.Name = name
		ops, err := d.moveName(ctx, by.AccountID, id, old, name)
		if err != nil {
			return false, nil, err
		}
		swept, err := d.sweepTombstones(ctx, by.AccountID)
		return true, append(append(ops, swept...), d.audit(by.AccountID, by.MemberID, auditDepartmentNamed, id, edited("name", old, name))), err
	})
	if err != nil {
		return Department{}, err
	}
	return d.Department(ctx, by, id)
}

// DeleteDepartment deletes a department and no member, by one tombstone. Its id is ignored
// from then on wherever it is still written: members' rows lose it at their next write,
// escalations that ring for it go on by the rule for unknown departments, callbacks belong
// to none. Clearing a thousand rows instead would fight with every claim. After thirty days
// another Write of a department sweeps the tombstone away; its name stays.
func (d *Desk) DeleteDepartment(ctx context.Context, by Caller, id string, conditions ...If[Department]) error {
	tried := false
	_, err := update(ctx, d, keys.Department(by.AccountID, id), func(s *stored[roster.Department]) (bool, []table.Op, error) {
		switch {
		case s.value.Deleted && tried:
			return false, nil, nil // by the try before, of which no answer came
		case !s.found() || s.value.Deleted:
			return false, nil, notFound("department")
		}
		if err := hold(conditions, Department{ID: id, Name: s.value.Name}); err != nil {
			return false, nil, err
		}
		s.value.Deleted, s.value.Gone, tried = true, millis(d.Now()), true
		ops, err := d.leaveName(ctx, by.AccountID, id, s.value.Name)
		if err != nil {
			return false, nil, err
		}
		swept, err := d.sweepTombstones(ctx, by.AccountID)
		return true, append(append(ops, swept...), d.audit(by.AccountID, by.MemberID, auditDepartmentGone, id, edited("name", s.value.Name, nil))), err
	})
	return err
}

// Departments lists the departments of the caller's account by name.
func (d *Desk) Departments(ctx context.Context, c Caller) ([]Department, error) {
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	list := make([]Department, 0, len(s.Departments))
	for id, dep := range s.Departments {
		v := Department{ID: id, Name: dep.Name}
		for _, r := range s.Rows {
			if !r.Removed && r.In(id) {
				v.MemberCount++
			}
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b Department) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Names of departments are compared by names.Fold, and each has an item under its folded
// form: two who take a name at once meet there. Whether it is taken is read from the
// departments themselves. Names were once compared by their lower case alone, with their
// items under that; two that are the same now may both be there. They are twins, and the
// older has the name.

// badName says what is wrong with a name that replaces another. It does not judge one that
// stays as it is, or nil: a name from before names were checked must not block every other
// change.
func badName(field, old string, name *string) []FieldError {
	if name == nil || *name == old && old != "" {
		return nil
	}
	if detail := names.Problem(*name); detail != "" {
		return []FieldError{{field, detail}}
	}
	return nil
}

// nameTaken is the answer to a second Kids, or KIDS.
func nameTaken() *Problem {
	return conflict("name-taken", "The name is taken", "There is a department of that name.")
}

// takeName gives the operations that a department's own Write needs to have the name;
// problem name-taken when another one has it. It reads the name's items before the
// departments: whoever takes the name after that writes to its item, and the Write fails.
func (d *Desk) takeName(ctx context.Context, acc, id, name string) ([]table.Op, error) {
	var ops []table.Op
	for i, k := range keys.DepartmentNames(acc, name) {
		p, err := load[pointer](ctx, d.Table, k)
		switch {
		case err != nil:
			return nil, err
		case i == 0 && p.value.ID != id: // nobody's, or of a department that lost the name
			ops = append(ops, put(k, pointer{id}, table.AtVersion(p.version)))
		case i == 0 || p.value.ID != id:
			// Its own already, or where a function of before, which still runs, would take it.
			ops = append(ops, table.Check(k, table.AtVersion(p.version)))
		}
	}
	departments, err := d.readDepartments(ctx, acc)
	if err != nil {
		return nil, err
	}
	if other := roster.WithName(departments, name); other != "" && other != id {
		return nil, nameTaken()
	}
	return ops, nil
}

// leaveName gives the operations that a department's own Write needs to give its name up:
// its own items go, by today's rule and by the one before, but for some.
func (d *Desk) leaveName(ctx context.Context, acc, id, name string, but ...table.Key) ([]table.Op, error) {
	var ops []table.Op
	for _, k := range keys.DepartmentNames(acc, name) {
		if slices.Contains(but, k) {
			continue
		}
		p, err := load[pointer](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		if p.value.ID == id {
			ops = append(ops, table.Delete(k, table.AtVersion(p.version)))
		}
	}
	return ops, nil
}

// moveName is takeName of a new name and leaveName of the old one. Kids and KIDS fold to
// the same: then the item stays.
func (d *Desk) moveName(ctx context.Context, acc, id, old, name string) ([]table.Op, error) {
	ops, err := d.takeName(ctx, acc, id, name)
	if err != nil {
		return nil, err
	}
	var kept []table.Key
	for _, op := range ops {
		kept = append(kept, op.Item.Key) // a Write has one operation a key
	}
	more, err := d.leaveName(ctx, acc, id, old, kept...)
	return append(ops, more...), err
}
