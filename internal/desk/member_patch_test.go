package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestPatchMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent := w.agents[0]
	support := w.department("Support")
	before, err := w.Member(w.ctx, w.admin, agent)
	must(t, err)
	got, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{})
	must(t, err)
	if diff := cmp.Diff(before, got); diff != "" {
		t.Errorf("nothing (-before +after):\n%s", diff)
	}
	want := before
	want.FirstName, want.LastName, want.Email, want.Role = "Ada", "Byron", "ada@example.com", desk.RoleAdmin
	want.Language, want.EmailProved = "en-IN", false // an admin's word proves nothing
	want.DepartmentIDs, want.DepartmentNames, want.Capacity = []string{support}, []string{"Support"}, desk.Capacity{Calls: 0, Chats: 20}
	want.Availability.Receiving.Call = false
	for range 2 {
		got, err = w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{
			FirstName: ptr("Ada"), LastName: ptr("Byron"), Email: ptr("Ada@Example.com"), Role: ptr(desk.RoleAdmin),
			Language: ptr("en-IN"), DepartmentIDs: &[]string{support}, Capacity: &desk.Capacity{Calls: 0, Chats: 20},
		})
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("all (-want +got):\n%s", diff)
		}
		if kept, err := w.Member(w.ctx, w.admin, agent); err != nil || !cmp.Equal(kept, got) {
			t.Errorf("kept: %+v, %v", kept, err)
		}
	}
	// Who signs in with which e-mail.
	for _, c := range []struct{ email, want string }{
		{"ADA@example.com", agent},
		{"agent0@example.com", ""},
		{"agent1@example.com", w.agents[1]},
	} {
		t.Run(c.email, func(t *testing.T) {
			got, err := w.MemberByEmail(w.ctx, c.email)
			if got.MemberID != c.want || c.want == "" && !desk.IsProblem(err, "not-found") {
				t.Errorf("got %q, %v, want %q", got.MemberID, err, c.want)
			}
		})
	}
	if c, err := w.Caller(w.ctx, desk.Bearer{MemberID: agent, SignedInAt: w.clock.Now()}); err != nil || c.Role != desk.RoleAdmin {
		t.Errorf("role: %+v, %v", c, err)
	}
	// The e-mail given up is free.
	_, err = w.PatchMember(w.ctx, w.admin, w.agents[1], desk.MemberPatch{Email: ptr("agent0@example.com")})
	must(t, err)
}

func TestBadMemberPatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent := w.agents[0]
	stranger := w.outsider()
	before, err := w.Member(w.ctx, w.admin, agent)
	must(t, err)
	for _, c := range []struct {
		name    string
		id      string
		patch   desk.MemberPatch
		problem string
		fields  []string
	}{
		{"all fields", agent, desk.MemberPatch{
			FirstName: ptr(""), LastName: ptr(" "), Email: ptr(""), Role: ptr(desk.Role("boss")),
			DepartmentIDs: &[]string{"dep_aaaaaaaaaaaa", w.dep, w.dep}, Capacity: &desk.Capacity{Calls: 2, Chats: 21},
		}, "invalid", []string{"firstName", "lastName", "email", "role", "departmentIds[0]", "departmentIds[2]", "capacity.calls", "capacity.chats"}},
		{"negative", agent, desk.MemberPatch{Capacity: &desk.Capacity{Calls: -1, Chats: -1}}, "invalid", []string{"capacity.calls", "capacity.chats"}},
		{"good beside bad", agent, desk.MemberPatch{FirstName: ptr("Ada"), Capacity: &desk.Capacity{Calls: 2}}, "invalid", []string{"capacity.calls"}},
		{"staff without a department", agent, desk.MemberPatch{DepartmentIDs: &[]string{}}, "invalid", []string{"departmentIds"}},
		{"e-mail taken", agent, desk.MemberPatch{Email: ptr("AGENT1@example.com"), FirstName: ptr("Ada")}, "email-taken", nil},
		{"taken in another account", agent, desk.MemberPatch{Email: ptr("ria@example.org")}, "email-taken", nil},
		{"becoming the owner", agent, desk.MemberPatch{Role: ptr(desk.RoleOwner)}, "owner", nil},
		{"the owner", w.admin.MemberID, desk.MemberPatch{Role: ptr(desk.RoleAdmin)}, "owner", nil},
		{"another account's", stranger.MemberID, desk.MemberPatch{FirstName: ptr("Ada")}, "not-found", nil},
		{"nobody", "mem_aaaaaaaaaaaa", desk.MemberPatch{FirstName: ptr("Ada")}, "not-found", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.PatchMember(w.ctx, w.admin, c.id, c.patch)
			if !desk.IsProblem(err, c.problem) {
				t.Errorf("got %v, want %s", err, c.problem)
			} else if c.fields != nil {
				wantFields(t, err, c.fields...)
			}
			if after, err := w.Member(w.ctx, w.admin, agent); err != nil || !cmp.Equal(before, after) {
				t.Errorf("the member was changed: %+v, %v", after, err)
			}
		})
	}
	if _, err := w.PatchMember(w.ctx, w.admin, w.admin.MemberID, desk.MemberPatch{Role: ptr(desk.RoleOwner), LastName: ptr("Owner")}); err != nil {
		t.Errorf("the owner stays the owner: %v", err)
	}
	if _, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{Role: ptr(desk.RoleAdmin), DepartmentIDs: &[]string{}}); err != nil {
		t.Errorf("an admin without a department: %v", err)
	}
	_, err = w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{Role: ptr(desk.RoleStaff)})
	wantFields(t, err, "departmentIds")
}

func TestStaffWithoutDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	_, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{FirstName: "A", LastName: "B", Email: "a@example.com", Role: desk.RoleStaff})
	wantFields(t, err, "departmentIds")
	if _, err := w.MemberByEmail(w.ctx, "a@example.com"); !desk.IsProblem(err, "not-found") {
		t.Errorf("refused, it left the e-mail: %v", err)
	}
}

// Who comes into a department starts at its tail; who leaves it rings for it no more.
func TestChangeOfDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	support := w.department("Support")
	moved, err := w.PatchMember(w.ctx, w.admin, w.agents[0], desk.MemberPatch{DepartmentIDs: &[]string{support}})
	must(t, err)
	for i := range 3 { // Sales has the other one alone
		a := w.take(w.request(i))
		if a.Agent.ID != w.agents[1] {
			t.Fatalf("rings at %s, who has left", a.Agent.ID)
		}
		w.complete(a.Agent.ID, a.EscalationID)
	}
	newcomer := w.agent("Nora", w.dep)
	_, err = w.PatchMember(w.ctx, w.admin, moved.ID, desk.MemberPatch{DepartmentIDs: &[]string{support, w.dep}})
	must(t, err)
	for _, id := range []string{moved.ID, newcomer} {
		if got := w.place(id, w.dep, roster.Chat); got != 3 {
			t.Errorf("place of one who came: got %d, want 3", got)
		}
		if got := w.place(id, w.dep, roster.Call); got != 0 {
			t.Errorf("place for calls, of which there were none: got %d", got)
		}
	}
	// Leaving and coming back is no way to the head.
	place := w.place(moved.ID, w.dep, roster.Chat)
	for _, deps := range [][]string{{support}, {w.dep}} {
		_, err = w.PatchMember(w.ctx, w.admin, moved.ID, desk.MemberPatch{DepartmentIDs: &deps})
		must(t, err)
		if got := w.place(moved.ID, w.dep, roster.Chat); slices.Contains(deps, w.dep) != (got > 0) {
			t.Errorf("in %v: place %d", deps, got)
		}
	}
	if got := w.place(moved.ID, w.dep, roster.Chat); got < place {
		t.Errorf("after leaving and coming back: got %d, was %d", got, place)
	}
}

// A change that claims do not care about does not touch what they depend on.
func TestPatchDuringClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	wrote := 0
	w.Table = counting{w.Table, &wrote, "mem/" + w.agents[0]}
	_, err := w.PatchMember(w.ctx, w.admin, w.agents[0], desk.MemberPatch{LastName: ptr("New"), Email: ptr("new@example.com"), DepartmentIDs: &[]string{w.dep}})
	must(t, err)
	if wrote != 0 {
		t.Errorf("the desk row was written %d times", wrote)
	}
	w.clock.Advance(time.Second)
	if _, err := w.SetPresence(w.ctx, w.admin, w.agents[0], "online"); err != nil || wrote != 0 {
		t.Errorf("online once more: written %d times, %v", wrote, err)
	}
}
