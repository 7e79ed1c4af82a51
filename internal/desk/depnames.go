package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/table"
)

// Names of departments are compared by names.Fold, and each has an item under what that
// makes of it: two who take a name at once meet there. What is taken is read from the
// departments themselves, since names were once compared by their lower case alone: their
// items lie under that, and two that are the same now may both be there. They are twins;
// the older has the name.

// badName says what is wrong with a name that is to replace another. One that stays as it
// is, or nil, is not judged: it may be from before names were looked at so closely.
func badName(field, old string, name *string) []FieldError {
	if name == nil || *name == old && old != "" {
		return nil
	}
	if detail := names.Problem(*name); detail != "" {
		return []FieldError{{field, detail}}
	}
	return nil
}

func nameTaken() *Problem {
	return conflict("name-taken", "The name is taken", "There is a department of that name.")
}

// withName finds the department that has a name: of twins the older; empty when there is
// none.
func withName(departments map[string]department, name string) string {
	found, folded := "", names.Fold(name)
	for id, dep := range departments {
		if names.Fold(dep.Name) == folded && (found == "" || dep.older(id, departments[found], found)) {
			found = id
		}
	}
	return found
}

// older reports whether a department was made before another. Those that do not know when
// are from before it was kept; two of these, and those of one millisecond, go by their
// ids.
func (a department) older(id string, b department, other string) bool {
	return cmp.Or(cmp.Compare(a.Created, b.Created), strings.Compare(id, other)) < 0
}

// takeName is what a department's own Write needs to have the name; problem name-taken
// when another one has it. The name's items are read before the departments: whoever
// takes the name after that writes to its item, and the Write fails.
func (d *Desk) takeName(ctx context.Context, acc, id, name string) ([]table.Op, error) {
	var ops []table.Op
	for i, k := range depNameKeys(acc, name) {
		p, err := load[pointer](ctx, d.Table, k)
		switch {
		case err != nil:
			return nil, err
		case p.value.ID == id: // its own already
		case i == 0: // nobody's, or that of one who lost the name
			ops = append(ops, put(k, pointer{id}, table.AtVersion(p.version)))
		default: // where a function of before, which still runs, would take it
			ops = append(ops, table.Check(k, table.AtVersion(p.version)))
		}
	}
	departments, err := d.readDepartments(ctx, acc)
	if err != nil {
		return nil, err
	}
	if other := withName(departments, name); other != "" && other != id {
		return nil, nameTaken()
	}
	return ops, nil
}

// leaveName is what a department's own Write needs to give its name up: the items that
// are its own go, by today's rule and by that of before, but for some.
func (d *Desk) leaveName(ctx context.Context, acc, id, name string, but ...table.Key) ([]table.Op, error) {
	var ops []table.Op
	for _, k := range depNameKeys(acc, name) {
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

// moveName is takeName of a new name and leaveName of the old one, which may fold to the
// same.
func (d *Desk) moveName(ctx context.Context, acc, id, old, name string) ([]table.Op, error) {
	ops, err := d.takeName(ctx, acc, id, name)
	if err != nil {
		return nil, err
	}
	kept := []table.Key{depNameKey(acc, name)}
	for _, op := range ops {
		kept = append(kept, op.Item.Key) // a Write has one operation a key
	}
	more, err := d.leaveName(ctx, acc, id, old, kept...)
	return append(ops, more...), err
}
