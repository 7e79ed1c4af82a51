package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/names"
)

// mostDepartments bounds how many departments a member can be put into at once: the row
// that routing reads names all of them.
const mostDepartments = 100

// getMe is what the app shows at its start: role, departments, availability and why the
// phone does not ring.
func getMe(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Me(ctx, q.caller))
}

// patchMe changes what members change of themselves; all else is for admins, and an unknown
// field here.
func patchMe(ctx context.Context, q *call) (answer, error) {
	patch, err := read(q, readMyPatch)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.PatchMember(ctx, q.caller, q.caller.MemberID, patch, unlessEdited[desk.Member](q)...))
}

// readMyPatch reads one's own form, such as {"language": "en-IN"}.
func readMyPatch(o *object) desk.MemberPatch {
	return desk.MemberPatch{
		FirstName: given(o, "firstName", o.newName),
		LastName:  given(o, "lastName", o.newName),
		Language:  given(o, "language", o.language),
	}
}

// listMembers pages through the account's members by name, such as those of
// ?departmentId=dep_…&status=online, or of ?q=rao.
func listMembers(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	filter := desk.MemberFilter{
		DepartmentID: p.id("departmentId", "dep"),
		Status:       p.text("status", checkOneOf("online", "offline")),
		Text:         p.text("q", checkPart),
	}
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return page(q.desk.Members(ctx, q.caller, filter, part))
}

// checkPart looks at a part of a name or an e-mail. One that folds to nothing would find
// everybody.
func checkPart(s string) string {
	if names.Fold(s) == "" {
		return "must not be blank"
	}
	return tooLong(s, longestEmail)
}

// getMember gives one member; one of another account is 404. Its ETag is for the If-Match
// of a form.
func getMember(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Member(ctx, q.caller, q.id()))
}

// patchMember changes what is named. A member who gets room by a raised capacity, or comes
// into a department, stands at the end of the rotation there.
func patchMember(ctx context.Context, q *call) (answer, error) {
	patch, err := read(q, readMemberPatch)
	if err != nil {
		return answer{}, q.withPatchedDepartments(ctx, err, patch)
	}
	whole, err := patch.whole(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.PatchMember(ctx, q.caller, q.id(), whole, unlessEdited[desk.Member](q)...))
}

// memberPatch is a desk.MemberPatch whose capacity may be given for one channel alone.
type memberPatch struct {
	desk.MemberPatch
	calls, chats *int
}

// readMemberPatch reads an admin's form. The role owner is let through for the desk to
// refuse in the words of a conflict: 409 owner says how an account is handed over.
func readMemberPatch(o *object) memberPatch {
	p := memberPatch{MemberPatch: desk.MemberPatch{
		FirstName: given(o, "firstName", o.newName),
		LastName:  given(o, "lastName", o.newName),
		Email:     given(o, "email", o.email),
		Language:  given(o, "language", o.language),
		Role: given(o, "role", func(name string, n need) desk.Role {
			return enum(o, name, n, desk.RoleOwner, desk.RoleAdmin, desk.RoleStaff)
		}),
		DepartmentIDs: given(o, "departmentIds", func(name string, n need) []string {
			return o.texts(name, mostDepartments, n, checkID("dep"))
		}),
	}}
	given(o, "capacity", func(name string, n need) struct{} {
		o.object(name, n, func(o *object) {
			p.calls, p.chats = given(o, "calls", o.setting), given(o, "chats", o.setting)
		})
		return struct{}{}
	})
	return p
}

// whole fills the half of a capacity that was not given from the member as it is. A patch
// that names both halves, or neither, reads nothing.
func (p memberPatch) whole(ctx context.Context, q *call) (desk.MemberPatch, error) {
	if p.calls == nil && p.chats == nil {
		return p.MemberPatch, nil
	}
	var c desk.Capacity
	if p.calls == nil || p.chats == nil {
		m, err := q.desk.Member(ctx, q.caller, q.id())
		if err != nil {
			return p.MemberPatch, err
		}
		c = m.Capacity
	}
	if p.calls != nil {
		c.Calls = *p.calls
	}
	if p.chats != nil {
		c.Chats = *p.chats
	}
	p.Capacity = &c
	return p.MemberPatch, nil
}

// setting reads a number that is set, within the bounds that the desk has for the field.
func (o *object) setting(name string, n need) int {
	b := desk.SettingBounds[o.path(name)]
	return o.integer(name, b.Least, b.Most, n)
}
