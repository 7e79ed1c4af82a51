package desk_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	want := desk.Member{
		ID: agent, FirstName: "Agent0", LastName: "Test", Email: "agent0@example.com", Role: desk.RoleStaff, DepartmentIDs: []string{w.dep},
		DepartmentNames: []string{"Sales"},
		Capacity:        desk.Capacity{Calls: 1, Chats: 3},
		Availability:    roster.Availability{Status: "online", OnShift: true, Receiving: roster.Receiving{Call: true, Chat: true}, Because: "receiving"},
		CreatedAt:       w.clock.Now(),
		Devices:         desk.DeviceCounts{Registered: 1, Working: 1, LastSeenAt: ptr(w.clock.Now())},
		EmailProved:     true,
	}
	w.phone(agent)
	for _, c := range []struct {
		name string
		read func() (desk.Member, error)
	}{
		{"me", func() (desk.Member, error) { return w.Me(w.ctx, w.staff(agent)) }},
		{"by admin", func() (desk.Member, error) { return w.Member(w.ctx, w.admin, agent) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.read()
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	w.schedule(agent, workdays)
	got, err := w.Me(w.ctx, w.staff(agent))
	must(t, err)
	if h := got.WorkingHours; h == nil || h.TimeZone != "Europe/Berlin" || len(h.Entries) != 1 || h.Entries[0].End != "17:00" {
		t.Errorf("hours: %+v", h)
	}
	_, err = w.Member(w.ctx, w.outsider(), agent)
	wantProblem(t, err, "not-found")
	_, err = w.Member(w.ctx, w.admin, "mem_aaaaaaaaaaaa")
	wantProblem(t, err, "not-found")
}

func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	support := w.department("Support")
	susi := w.member("Susi", desk.RoleStaff, support, w.dep)
	w.offline(w.agents[1])
	for _, c := range []struct {
		name   string
		filter desk.MemberFilter
		want   []string
	}{
		{"all", desk.MemberFilter{}, append([]string{w.admin.MemberID, susi}, w.agents...)},
		{"of a department", desk.MemberFilter{DepartmentID: support}, []string{susi}},
		{"online", desk.MemberFilter{Status: "online"}, []string{w.agents[0], w.agents[2]}},
		{"offline, of one", desk.MemberFilter{Status: "offline", DepartmentID: w.dep}, []string{susi, w.agents[1]}},
		{"of one that is not here", desk.MemberFilter{DepartmentID: "dep_aaaaaaaaaaaa"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for p := (desk.Page{Limit: 2}); ; {
				l, err := w.Members(w.ctx, w.admin, c.filter, p)
				must(t, err)
				got = append(got, ids(l.Items, func(m desk.Member) string { return m.ID })...)
				if p.Cursor = l.NextCursor; p.Cursor == "" {
					break
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	deps, err := w.Departments(w.ctx, w.staff(susi))
	must(t, err)
	if diff := cmp.Diff([]desk.Department{{ID: w.dep, Name: "Sales", MemberCount: 4}, {ID: support, Name: "Support", MemberCount: 1}}, deps); diff != "" {
		t.Errorf("departments (-want +got):\n%s", diff)
	}
	must(t, w.BuryDepartment(w.ctx, w.acc, support))
	if l, err := w.Members(w.ctx, w.admin, desk.MemberFilter{DepartmentID: support}, desk.Page{}); err != nil || len(l.Items) != 0 {
		t.Errorf("of one that was deleted: %+v, %v", l.Items, err)
	}
	if m, err := w.Member(w.ctx, w.admin, susi); err != nil || !slices.Equal(m.DepartmentIDs, []string{w.dep}) {
		t.Errorf("departments of a member of it: %+v, %v", m.DepartmentIDs, err)
	}
}

func TestCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	c, err := w.Caller(w.ctx, desk.Bearer{MemberID: agent, SignedInAt: w.clock.Now()})
	must(t, err)
	if c != (desk.Caller{MemberID: agent, AccountID: w.acc, Role: desk.RoleStaff, SignedInAt: w.clock.Now(), ManagesSince: c.ManagesSince}) {
		t.Errorf("got %+v", c)
	}
	for _, id := range []string{"", "mem_aaaaaaaaaaaa", w.acc, "mem_aaaaaaaaaaaa/desk"} {
		_, err := w.Caller(w.ctx, desk.Bearer{MemberID: id, SignedInAt: w.clock.Now()})
		wantClass(t, err, desk.Unauthorized)
	}
}
