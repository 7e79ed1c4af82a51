package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// If is a caller's condition on a thing before its change, such as the If-Match of HTTP. It
// is asked about the thing as read for the Write, which is done only to what was read. Its
// error ends the change.
type If[T any] func(now T) error

// hold asks all conditions.
func hold[T any](conditions []If[T], now T) error {
	for _, condition := range conditions {
		if err := condition(now); err != nil {
			return err
		}
	}
	return nil
}

// held asks the conditions of a change that is tried more than once: not again where the
// thing is as a try before made it.
type held[T any] struct {
	conditions []If[T]
	tried      bool
}

func (h *held[T]) hold(now T, done bool) error {
	if done && h.tried {
		return nil
	}
	h.tried = true
	return hold(h.conditions, now)
}

// MemberPatch changes a member; nil fields stay as they are. What members may change of
// themselves is the route's matter.
type MemberPatch struct {
	FirstName     *string   `json:"firstName"`
	LastName      *string   `json:"lastName"`
	Email         *string   `json:"email"`
	Language      *string   `json:"language"`
	Role          *Role     `json:"role"`
	DepartmentIDs *[]string `json:"departmentIds"`
	Capacity      *Capacity `json:"capacity"`
}

// PatchMember changes a member. Whoever gets room by a raised capacity, or comes into a
// department, starts at the tail there. Problems are invalid, email-taken, owner, and
// forbidden: only the owner changes the owner's e-mail, to which codes are sent.
//
// A new e-mail is one that nobody has proved to be the member's, so no codes go to it. Whoever
// signed in by the old one gets a letter. Problem own-email: one's own is changed by a code.
func (d *Desk) PatchMember(ctx context.Context, c Caller, id string, patch MemberPatch, conditions ...If[Member]) (Member, error) {
	var n notices
	if patch.Email != nil {
		var err error
		if n, err = d.announceLetters(ctx, c.AccountID, id, 1); err != nil {
			return Member{}, fmt.Errorf("having a letter sent: %w", err)
		}
	}
	member, err := d.patchMember(ctx, c, id, patch, n, conditions)
	if err != nil {
		return member, err
	}
	return d.withDevices(ctx, member)
}

// patchMember writes a member's two items, of which a Write of either depends on both.
func (d *Desk) patchMember(ctx context.Context, c Caller, id string, patch MemberPatch, n notices, conditions []If[Member]) (m Member, err error) {
	unsure := false // whether a try before may have gone through
	err = d.write(ctx, "the member "+id, func(failed error) ([]table.Op, error) {
		unsure = unsure || errors.Is(failed, table.ErrOutcomeUnknown)
		p, s, err := d.readMember(ctx, c.AccountID, id)
		if err != nil {
			return nil, err
		}
		before := p.view(s, d.Now())
		ops, err := d.patchPerson(ctx, c, s, &p, patch, n)
		if err != nil {
			return nil, err
		}
		if len(ops) > 0 || !unsure { // else it is as it was to become
			if err := hold(conditions, before); err != nil {
				return nil, err
			}
		}
		if len(conditions) > 0 {
			ops = p.unchanged(s.AccountID, ops)
		}
		m = p.view(s, d.Now())
		return ops, nil
	})
	return m, err
}

// unchanged makes a Write depend on both halves of the member, also on the one that it
// leaves as it is: the condition was asked about both.
func (p person) unchanged(acc string, ops []table.Op) []table.Op {
	if len(ops) == 0 {
		return nil
	}
	halves := []table.Op{
		table.Check(keys.Row(acc, p.row.ID), table.AtVersion(p.row.Version)),
		table.Check(keys.Profile(p.row.ID), table.AtVersion(p.profile.version)),
	}
	return append(ops, slices.DeleteFunc(halves, func(half table.Op) bool {
		return slices.ContainsFunc(ops, func(op table.Op) bool { return op.Item.Key == half.Item.Key })
	})...)
}

// patchPerson applies the patch to p and gives the Write's operations; none when nothing
// changes.
func (d *Desk) patchPerson(ctx context.Context, c Caller, s *roster.Roster, p *person, patch MemberPatch, n notices) ([]table.Op, error) {
	if err := patch.check(s, *p); err != nil {
		return nil, err
	}
	f, r := &p.profile.value, p.row
	if patch.Email != nil && lowerEmail(*patch.Email) != f.Email {
		switch {
		case c.MemberID == r.ID:
			return nil, conflict("own-email", "Your own e-mail", "One's own e-mail is changed by a code that is sent to the new one.")
		case f.Role == RoleOwner:
			return nil, forbidden("Only the owner changes the owner's e-mail.")
		}
	}
	profileBefore, before, was := *f, r.Clone(), p.view(s, d.Now())
	patch.apply(f, r)
	if f.Role.Manages() && !profileBefore.Role.Manages() {
		f.Promoted = millis(d.Now())
	}
	var ops []table.Op
	if patch.Email != nil {
		more, err := d.moveEmail(ctx, r.ID, f, lowerEmail(*patch.Email), n)
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
		ops = append(ops, put(keys.Row(s.AccountID, r.ID), r, table.AtVersion(r.Version)))
	}
	if !reflect.DeepEqual(*f, profileBefore) {
		ops = append(ops, put(keys.Profile(r.ID), f, table.AtVersion(p.profile.version)))
	}
	if f.Language != profileBefore.Language {
		more, err := d.speakOnDevices(ctx, r.ID, f.Language)
		if err != nil {
			return nil, err
		}
		ops = append(ops, more...)
	}
	if len(ops) > 0 {
		ops = append(ops, d.audit(s.AccountID, c.MemberID, auditMemberChanged, r.ID, editsOf(was, p.view(s, d.Now()), given(patch))...))
	}
	return ops, nil
}

// given lists the fields that a patch gives, by their names in the body, sorted.
func given(patch any) (names []string) {
	v := reflect.ValueOf(patch)
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			names = append(names, v.Type().Field(i).Tag.Get("json"))
		}
	}
	slices.Sort(names)
	return names
}

// set gives a field the value of a patch, if that has one.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (patch MemberPatch) apply(f *profile, r *roster.Row) {
	set(&f.FirstName, patch.FirstName)
	set(&r.FirstName, patch.FirstName)
	set(&f.LastName, patch.LastName)
	set(&f.Role, patch.Role)
	set(&f.Language, patch.Language)
	if patch.Capacity != nil {
		chats := patch.Capacity.Chats
		r.Calls, r.Chats = patch.Capacity.Calls, &chats
	}
	if patch.DepartmentIDs != nil {
		r.Departments = slices.Clone(*patch.DepartmentIDs)
	}
}

// sameRow reports whether the rows are stored alike.
func sameRow(a, b *roster.Row) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// check finds every bad value of the patch.
func (patch MemberPatch) check(s *roster.Roster, p person) error {
	if p.profile.value.Role == RoleOwner && patch.Role != nil && *patch.Role != RoleOwner {
		return ownerStays()
	}
	f := &p.profile.value
	bad := slices.Concat(badName("firstName", f.FirstName, patch.FirstName), badName("lastName", f.LastName, patch.LastName))
	if patch.Email != nil && strings.TrimSpace(*patch.Email) == "" {
		bad = append(bad, FieldError{"email", "must not be empty"})
	}
	bad = append(bad, patch.badRole(s, p)...)
	if cp := patch.Capacity; cp != nil {
		bad = slices.Concat(bad, outOfBounds("capacity.calls", cp.Calls), outOfBounds("capacity.chats", cp.Chats))
	}
	if err := Invalids(bad); err != nil {
		return err
	}
	if patch.Role != nil && *patch.Role == RoleOwner && p.profile.value.Role != RoleOwner {
		return ownerStays()
	}
	return nil
}

// badRole judges role and departments, which depend on each other.
func (patch MemberPatch) badRole(s *roster.Roster, p person) (bad []FieldError) {
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
		deps = s.Known(deps)
	}
	if patch.Role == nil && patch.DepartmentIDs == nil {
		return bad
	}
	return append(bad, badDepartments(s.Departments, role, deps)...)
}

// BadDepartments names what is wrong with the departments of a new member, for callers who
// have found other bad fields and name all of them at once.
func (d *Desk) BadDepartments(ctx context.Context, c Caller, role Role, ids []string) ([]FieldError, error) {
	departments, err := d.readDepartments(ctx, c.AccountID)
	if err != nil {
		return nil, err
	}
	return badDepartments(departments, role, ids), nil
}

// badDepartments judges the departments of a member with the role. Staff are without one
// only when theirs is deleted, or while there are none.
func badDepartments(departments map[string]roster.Department, role Role, ids []string) []FieldError {
	if len(ids) == 0 && role == RoleStaff && len(departments) > 0 {
		return []FieldError{{"departmentIds", "must name at least one department: staff belong to one"}}
	}
	var bad []FieldError
	for i, id := range ids {
		field := fmt.Sprintf("departmentIds[%d]", i)
		if _, ok := departments[id]; !ok {
			bad = append(bad, FieldError{field, "is not a department of this account"})
		} else if slices.Index(ids, id) != i {
			bad = append(bad, FieldError{field, "is there twice"})
		}
	}
	return bad
}

// moveEmail frees the old e-mail and takes the new one in the same Write.
func (d *Desk) moveEmail(ctx context.Context, id string, f *profile, email string, n notices) ([]table.Op, error) {
	if email == f.Email {
		return nil, nil
	}
	p, err := load[pointer](ctx, d.Table, keys.Email(email))
	if err != nil {
		return nil, err
	}
	if p.found() && p.value.ID != id {
		return nil, emailTaken()
	}
	old := f.Email
	ops, theirs, err := d.freeEmail(ctx, id, old)
	if err != nil {
		return nil, err
	}
	if theirs {
		ops = append(ops, n.written(d, Letter{Kind: LetterEmailChanged, To: old, Language: f.Language})...)
	}
	f.Email, f.Unproved = email, true
	return append(ops, put(keys.Email(email), pointer{id}, table.AtVersion(p.version))), nil
}

func emailTaken() *Problem {
	return conflict("email-taken", "The e-mail is taken", "Another member signs in with this e-mail.")
}

// tailPlaces gives a row the places that come with its change: at the tail of the rotations
// of departments it came into, and of the channels it has room for again. From any earlier
// place a newcomer would overtake agents who have waited there. Places of departments it
// left go.
func (d *Desk) tailPlaces(ctx context.Context, s *roster.Roster, before, after *roster.Row) error {
	counters, err := d.readCounters(ctx, s.AccountID)
	if err != nil {
		return err
	}
	if after.Places == nil {
		after.Places = map[string]int64{}
	}
	for _, ch := range []roster.Channel{roster.Call, roster.Chat} {
		for _, dep := range after.Departments {
			if k := (roster.Rotation{Department: dep, Channel: ch}).Key(); !before.In(dep) && counters[k] > 0 {
				after.Places[k] = counters[k]
			}
		}
		for _, dep := range before.Departments {
			if !after.In(dep) {
				delete(after.Places, roster.Rotation{Department: dep, Channel: ch}.Key())
			}
		}
	}
	for _, ch := range roster.RoomGained(before, after, &s.Account) {
		after.FreshPlaces(ch, counters)
	}
	return nil
}
