package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/table"
)

// MemberPatch changes a member; nil fields stay as they are.
type MemberPatch struct {
	FirstName     *string   `json:"firstName"`
	LastName      *string   `json:"lastName"`
	Email         *string   `json:"email"`
	Role          *Role     `json:"role"`
	DepartmentIDs *[]string `json:"departmentIds"`
	Capacity      *Capacity `json:"capacity"`
}

// PatchMember changes a member. Who gets room by a raised capacity, or comes into a
// department, starts at the tail there.
func (d *Desk) PatchMember(ctx context.Context, c Caller, id string, patch MemberPatch) (Member, error) {
	for range maxTries {
		p, err := d.readPerson(ctx, c.AccountID, id)
		if err != nil {
			return Member{}, err
		}
		s, err := d.readSettings(ctx, c.AccountID)
		if err != nil {
			return Member{}, err
		}
		ops, err := d.patchPerson(ctx, s, &p, patch)
		if err != nil {
			return Member{}, err
		}
		if err = d.Table.Write(ctx, ops...); err == nil {
			return p.view(&s.account, s.departments, d.Now()), nil
		}
		if !again(err) {
			return Member{}, fmt.Errorf("changing a member: %w", err)
		}
		if err := d.pause(ctx); err != nil {
			return Member{}, err
		}
	}
	return Member{}, errBusy
}

func (d *Desk) patchPerson(ctx context.Context, s *snapshot, p *person, patch MemberPatch) ([]table.Op, error) {
	if err := patch.check(s, *p); err != nil {
		return nil, err
	}
	f, r := &p.profile.value, p.row
	profileBefore, before := *f, r.clone()
	patch.apply(f, r)
	var ops []table.Op
	if patch.Email != nil {
		more, err := d.moveEmail(ctx, r.id, f, lowerEmail(*patch.Email))
		if err != nil {
			return nil, err
		}
		ops = more
	}
	if patch.Capacity != nil || patch.DepartmentIDs != nil {
		if err := d.tailPlaces(ctx, s, before, r); err != nil {
			return nil, err
		}
	}
	// What stays as it is is not written: claims depend on the row's version.
	if !sameRow(before, r) {
		ops = append(ops, put(rowKey(s.accountID, r.id), r, table.AtVersion(r.version)))
	}
	if *f != profileBefore {
		ops = append(ops, put(profileKey(r.id), f, table.AtVersion(p.profile.version)))
	}
	return ops, nil
}

func (patch MemberPatch) apply(f *profile, r *row) {
	if patch.FirstName != nil {
		f.FirstName, r.FirstName = *patch.FirstName, *patch.FirstName
	}
	if patch.LastName != nil {
		f.LastName = *patch.LastName
	}
	if patch.Role != nil {
		f.Role = *patch.Role
	}
	if patch.Capacity != nil {
		chats := patch.Capacity.Chats
		r.Calls, r.Chats = patch.Capacity.Calls, &chats
	}
	if patch.DepartmentIDs != nil {
		r.Departments = slices.Clone(*patch.DepartmentIDs)
	}
}

// sameRow reports whether the rows are stored alike.
func sameRow(a, b *row) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// check finds every bad value of the patch.
func (patch MemberPatch) check(s *snapshot, p person) error {
	var bad []FieldError
	for _, name := range []struct {
		field string
		value *string
	}{{"firstName", patch.FirstName}, {"lastName", patch.LastName}, {"email", patch.Email}} {
		if name.value != nil && strings.TrimSpace(*name.value) == "" {
			bad = append(bad, FieldError{name.field, "must not be empty"})
		}
	}
	bad = append(bad, patch.badRole(s, p)...)
	if cp := patch.Capacity; cp != nil {
		if cp.Calls < 0 || cp.Calls > 1 {
			bad = append(bad, FieldError{"capacity.calls", "must be 0 or 1"})
		}
		if cp.Chats < 0 || cp.Chats > 20 {
			bad = append(bad, FieldError{"capacity.chats", "must be 0 to 20"})
		}
	}
	if err := Invalids(bad); err != nil {
		return err
	}
	if patch.Role != nil && *patch.Role != p.profile.value.Role && (p.profile.value.Role == RoleOwner || *patch.Role == RoleOwner) {
		return conflict("owner", "The owner", "The owner keeps the role until it is handed over.")
	}
	return nil
}

// badRole judges role and departments, which depend on each other.
func (patch MemberPatch) badRole(s *snapshot, p person) (bad []FieldError) {
	role, deps := p.profile.value.Role, p.row.Departments
	if patch.Role != nil {
		role = *patch.Role
		if role != RoleOwner && role != RoleAdmin && role != RoleStaff {
			bad = append(bad, FieldError{"role", "must be owner, admin or staff"})
		}
	}
	if patch.DepartmentIDs != nil {
		deps = *patch.DepartmentIDs
	} else {
		deps = s.known(deps)
	}
	if patch.Role == nil && patch.DepartmentIDs == nil {
		return bad
	}
	return append(bad, s.badDepartments(role, deps)...)
}

// known leaves out departments that were deleted.
func (s *snapshot) known(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := s.departments[id]; return !ok })
}

// badDepartments judges the departments that a member of the role is to have. Staff
// come to be without one only when theirs is deleted, or while there are none.
func (s *snapshot) badDepartments(role Role, ids []string) []FieldError {
	if len(ids) == 0 && role == RoleStaff && len(s.departments) > 0 {
		return []FieldError{{"departmentIds", "must name at least one department: staff belong to one"}}
	}
	var bad []FieldError
	for i, id := range ids {
		field := fmt.Sprintf("departmentIds[%d]", i)
		if _, ok := s.departments[id]; !ok {
			bad = append(bad, FieldError{field, "is not a department of this account"})
		} else if slices.Index(ids, id) != i {
			bad = append(bad, FieldError{field, "is there twice"})
		}
	}
	return bad
}

func (d *Desk) moveEmail(ctx context.Context, id string, f *profile, email string) ([]table.Op, error) {
	if email == f.Email {
		return nil, nil
	}
	p, err := load[pointer](ctx, d.Table, emailKey(email))
	if err != nil {
		return nil, err
	}
	if p.found() && p.value.ID != id {
		return nil, emailTaken()
	}
	old := f.Email
	f.Email = email
	return []table.Op{
		table.Delete(emailKey(old), table.Condition{}),
		put(emailKey(email), pointer{id}, table.AtVersion(p.version)),
	}, nil
}

func emailTaken() *Problem {
	return conflict("email-taken", "The e-mail is taken", "Another member signs in with this e-mail.")
}

// tailPlaces gives a row the places that come with its change: at the tail of the
// rotations of departments it came into, and of the channels it has room for again.
// Places of departments it left go.
func (d *Desk) tailPlaces(ctx context.Context, s *snapshot, before, after *row) error {
	counters, err := d.readCounters(ctx, s.accountID)
	if err != nil {
		return err
	}
	if after.Places == nil {
		after.Places = map[string]int64{}
	}
	for _, ch := range []Channel{Call, Chat} {
		for _, dep := range after.Departments {
			if k := (rotation{dep, ch}).key(); !before.in(dep) && counters[k] > 0 {
				after.Places[k] = counters[k]
			}
		}
		for _, dep := range before.Departments {
			if !after.in(dep) {
				delete(after.Places, rotation{dep, ch}.key())
			}
		}
	}
	for _, ch := range roomGained(before, after, &s.account) {
		after.freshPlaces(ch, counters)
	}
	return nil
}
