package api

import (
	"context"
	"errors"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// readNewMember reads the form in which an admin adds a person. Nobody becomes the owner
// by it, so that role is not among the words. The admin types the first password and tells
// it to the person.
func readNewMember(o *object) desk.NewMember {
	return desk.NewMember{
		FirstName:     o.name("firstName"),
		LastName:      o.name("lastName"),
		Email:         o.email("email", required),
		Role:          enum(o, "role", required, desk.RoleAdmin, desk.RoleStaff),
		DepartmentIDs: o.texts("departmentIds", mostDepartments, optional, checkID("dep")),
		Password:      o.confirmed(),
	}
}

// createMember adds a person, who can sign in at once and stands at the end of every
// rotation. An e-mail signs in one member of one account: 409 email-taken, even if the
// other account is unknown to the caller.
func createMember(ctx context.Context, q *call) (answer, error) {
	n, err := read(q, readNewMember)
	if err != nil {
		return answer{}, q.withDepartments(ctx, err, n.Role, n.DepartmentIDs)
	}
	n.ID = q.newID("mem_")
	return created(q.desk.CreateMember(ctx, q.caller, n))
}

// withDepartments adds to bad fields what only the desk can say about the departments:
// whether they are there, and whether staff need one. So the form shows all that is wrong
// at once. The desk is asked only about departments and a role that could be read; else
// err stays as it is.
func (q *call) withDepartments(ctx context.Context, err error, role desk.Role, ids []string) error {
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != desk.Invalid {
		return err
	}
	for _, f := range p.Fields {
		if f.Field == "" || f.Field == "role" || strings.HasPrefix(f.Field, "departmentIds") {
			return err // they cannot be judged, or are judged already
		}
	}
	more, failed := q.desk.BadDepartments(ctx, q.caller, role, ids)
	if failed != nil {
		return failed
	}
	return desk.Invalids(append(p.Fields, more...))
}

// withPatchedDepartments is withDepartments for a patch. It may leave one half of role and
// departments as it is, which is then read from the member: {"role": "staff"} is wrong for
// an admin in no department.
func (q *call) withPatchedDepartments(ctx context.Context, err error, p memberPatch) error {
	if p.Role == nil && p.DepartmentIDs == nil {
		return err
	}
	m, failed := q.desk.Member(ctx, q.caller, q.id())
	if failed != nil {
		return failed
	}
	if p.Role != nil {
		m.Role = *p.Role
	}
	if p.DepartmentIDs != nil {
		m.DepartmentIDs = *p.DepartmentIDs
	}
	return q.withDepartments(ctx, err, m.Role, m.DepartmentIDs)
}

// deleteMember ends the person's access at once. What rings for them rings for the next,
// what they are at is offered to others, and the owner is 409 owner.
func deleteMember(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.DeleteMember(ctx, q.caller, q.id(), unlessEdited[desk.Member](q)...))
}

// handover is who becomes the owner, an admin, as the desk holds, and the owner's password.
type handover struct{ to, current string }

func readOwner(o *object) handover {
	return handover{to: o.id("memberId", "mem", required), current: o.text("currentPassword", longestPassword, required)}
}

// postOwner begins to hand the account over: 202, and a code goes to the owner. Where there
// is no mail it is done with 204, as after the code. The owner is an admin from then on and
// cannot take it back.
func postOwner(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readOwner)
	if err != nil {
		return answer{}, err
	}
	handed, err := q.desk.HandOver(ctx, q.caller, in.to, in.current)
	if handed {
		return done(err)
	}
	return accepted(err)
}

// confirmOwner hands the account over by the code.
func confirmOwner(ctx context.Context, q *call) (answer, error) {
	code, err := read(q, readCode)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.ConfirmHandOver(ctx, q.caller, code))
}
