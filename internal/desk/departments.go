package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/table"
)

// CreateDepartment makes a department; its name is unique in the account by names.Fold.
// id is given by callers who may ask twice and want one; empty: a new one.
func (d *Desk) CreateDepartment(ctx context.Context, by Caller, id, name string) (Department, error) {
	if err := Invalids(badName("name", "", &name)); err != nil {
		return Department{}, err
	}
	if id == "" {
		var err error
		if id, err = d.newID("dep_"); err != nil {
			return Department{}, err
		}
	}
	_, err := update(ctx, d, depKey(by.AccountID, id), func(s *stored[department]) (bool, []table.Op, error) {
		if s.found() { // asked before, and done
			return false, nil, nil
		}
		ops, err := d.takeName(ctx, by.AccountID, id, name)
		if err != nil {
			return false, nil, err
		}
		s.value = department{Name: name, Created: millis(d.Now())}
		return true, append(ops, d.audit(by.AccountID, by.MemberID, auditDepartmentMade, id)), nil
	})
	return Department{ID: id, Name: name}, err
}

// Department gives one department of the caller's account.
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

// RenameDepartment gives a department another name.
func (d *Desk) RenameDepartment(ctx context.Context, by Caller, id, name string, conditions ...If[Department]) (Department, error) {
	tried := false
	_, err := update(ctx, d, depKey(by.AccountID, id), func(s *stored[department]) (bool, []table.Op, error) {
		old := s.value.Name
		if !s.found() || s.value.Deleted {
			return false, nil, notFound("department")
		}
		if old != name || !tried { // else it is as a try before made it
			if err := hold(conditions, Department{ID: id, Name: old}); err != nil {
				return false, nil, err
			}
		}
		if tried = true; old == name {
			return false, nil, nil
		}
		if err := Invalids(badName("name", old, &name)); err != nil {
			return false, nil, err
		}
		s.value.Name = name
		ops, err := d.moveName(ctx, by.AccountID, id, old, name)
		return true, append(ops, d.audit(by.AccountID, by.MemberID, auditDepartmentNamed, id, "name")), err
	})
	if err != nil {
		return Department{}, err
	}
	return d.Department(ctx, by, id)
}

// DeleteDepartment deletes a department and no member. Its id is ignored from then on
// wherever it is still written: members' rows lose it at their next write, what rings
// for it goes on by the rule for unknown departments, callbacks belong to none.
func (d *Desk) DeleteDepartment(ctx context.Context, by Caller, id string, conditions ...If[Department]) error {
	tried := false
	_, err := update(ctx, d, depKey(by.AccountID, id), func(s *stored[department]) (bool, []table.Op, error) {
		switch {
		case s.value.Deleted && tried:
			return false, nil, nil // by the try before, of which no answer came
		case !s.found() || s.value.Deleted:
			return false, nil, notFound("department")
		}
		if err := hold(conditions, Department{ID: id, Name: s.value.Name}); err != nil {
			return false, nil, err
		}
		s.value.Deleted, tried = true, true
		ops, err := d.leaveName(ctx, by.AccountID, id, s.value.Name)
		return true, append(ops, d.audit(by.AccountID, by.MemberID, auditDepartmentGone, id)), err
	})
	return err
}

// Departments lists the departments of the caller's account by name.
func (d *Desk) Departments(ctx context.Context, c Caller) ([]Department, error) {
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	list := make([]Department, 0, len(s.departments))
	for id, dep := range s.departments {
		v := Department{ID: id, Name: dep.Name}
		for _, r := range s.rows {
			if !r.Removed && r.in(id) {
				v.MemberCount++
			}
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b Department) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}
