package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/meter"
)

// named makes members of Sales by their first and last names.
func (w *world) named(all ...string) (ids []string) {
	w.t.Helper()
	for i, name := range all {
		first, last, _ := strings.Cut(name, "/")
		id, err := w.AddMember(w.ctx, w.acc, desk.NewMember{
			FirstName: first, LastName: last, Email: fmt.Sprintf("m%d@example.com", i), Role: desk.RoleStaff, DepartmentIDs: []string{w.dep},
		})
		must(w.t, err)
		ids = append(ids, id)
	}
	return ids
}

// membersOf reads all pages of a list, and does between after each of them.
func (w *world) membersOf(f desk.MemberFilter, limit int, between func()) (list []string) {
	w.t.Helper()
	for p := (desk.Page{Limit: limit}); ; {
		l, err := w.Members(w.ctx, w.admin, f, p)
		must(w.t, err)
		if len(l.Items) > limit {
			w.t.Errorf("a page of %d", len(l.Items))
		}
		for _, m := range l.Items {
			list = append(list, m.FirstName+"/"+m.LastName)
		}
		if p.Cursor = l.NextCursor; p.Cursor == "" {
			return list
		}
		if between != nil {
			between()
		}
	}
}

// Members are in the order of their names as people read them, on pages of any size.
func TestMembersByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.named("Zoë/A", "asha/rao", "Asha/Das", "BILAL/Khan", "Asha/Rao", "Anna/Zed", "Ａ/wide", "Bilal/Ahmed")
	want := []string{"Ａ/wide", "Anna/Zed", "Asha/Das", "Bilal/Ahmed", "BILAL/Khan", "Olga/Test", "Zoë/A"}
	for limit := range 10 {
		got := w.membersOf(desk.MemberFilter{}, limit+1, nil)
		rao := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return strings.ToLower(s) != "asha/rao" })
		got = slices.DeleteFunc(got, func(s string) bool { return strings.ToLower(s) == "asha/rao" })
		if diff := cmp.Diff(want, got); diff != "" || len(rao) != 2 {
			t.Errorf("pages of %d: twice %v (-want +got):\n%s", limit+1, rao, diff)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"ASHA", "Asha/Das asha/rao Asha/Rao"},
		{" asha  r ", "asha/rao Asha/Rao"},
		{"zoe\u0308", "Zoë/A"},
		{"a das", "Asha/Das"},
		{"M5@EX", "Anna/Zed"},
		{"@example.com", "Ａ/wide Anna/Zed Asha/Das asha/rao Asha/Rao Bilal/Ahmed BILAL/Khan Olga/Test Zoë/A"},
		{"rao asha", ""},
	} {
		t.Run("with "+c.text, func(t *testing.T) {
			w := w.in(t)
			got := w.membersOf(desk.MemberFilter{Text: c.text}, 2, nil)
			want := strings.Fields(c.want)
			for _, list := range [][]string{got, want} { // of one name, whose id is less
				slices.SortStableFunc(list, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
				for i := range list {
					list[i] = strings.Replace(list[i], "asha/rao", "Asha/Rao", 1)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The next page begins behind the last name of the page before, whoever comes, goes or is
// renamed in between: nobody else is left out or told twice.
func TestMembersWhileTheyChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	var all []string
	for i := range 12 {
		all = append(all, fmt.Sprintf("%c/%d", 'A'+i/3, i))
	}
	ids := w.named(all...)
	turn := 0
	got := w.membersOf(desk.MemberFilter{DepartmentID: w.dep}, 3, func() {
		turn++
		switch turn {
		case 1: // the page ended with A/2
			must(t, w.DeleteMember(w.ctx, w.admin, ids[2]))
			w.member("A", desk.RoleStaff, w.dep)
			w.member("0", desk.RoleStaff, w.dep)
		case 2:
			_, err := w.PatchMember(w.ctx, w.admin, ids[5], desk.MemberPatch{FirstName: ptr("A")})
			must(t, err)
			_, err = w.PatchMember(w.ctx, w.admin, ids[0], desk.MemberPatch{LastName: ptr("00")})
			must(t, err)
		}
	})
	// Without 0, and without B/5, who went back in the alphabet.
	want := []string{"A/0", "A/1", "A/2", "A/Test", "B/3", "B/4", "C/6", "C/7", "C/8", "D/10", "D/11", "D/9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Names from before names were checked, and names that fold to thousands of bytes, make
// cursors that lead on.
func TestMembersWithOddNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	long := strings.Repeat("ﷺ", 64)
	w.named(long+"/a", long+"b/b", "\x00\x00/\x00", "\x00/", "/", "x/\x00y", "😀/"+long, "😀/"+long)
	for _, limit := range []int{1, 2, 5, 100} {
		if got := w.membersOf(desk.MemberFilter{}, limit, nil); len(got) != 9 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 8 {
			t.Errorf("pages of %d: %d members, want 9", limit, len(got))
		}
	}
	for _, cursor := range []string{"!", "bWVtL21lbV9hc2hh", strings.Repeat("A", 2000)} {
		_, err := w.Members(w.ctx, w.admin, desk.MemberFilter{}, desk.Page{Cursor: cursor})
		wantProblem(t, err, "invalid")
	}
}

// The counts of devices go by what was registered and what refused.
func TestDeviceCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	phones := w.moodyPhones()
	agent := w.agents[0]
	for _, dev := range []desk.Device{
		{ID: "a", Platform: desk.APNs, Token: "0a", VoIPToken: "0b"},
		{ID: "b", Platform: desk.APNs, Token: "0c", VoIPToken: "0d"},
		{ID: "c", Platform: desk.FCM, Token: "c"},
	} {
		w.clock.Advance(time.Hour)
		_, err := w.PutDevice(w.ctx, w.staff(agent), dev)
		must(t, err)
	}
	seen := w.clock.Now()
	w.clock.Advance(time.Hour)
	phones.set("b", desk.ErrUnreachable)
	wantProblem(t, w.TestDevice(w.ctx, w.staff(agent), "b"), "unreachable")
	want := desk.DeviceCounts{Registered: 3, Working: 2, VoIPWorking: 1, LastSeenAt: &seen}
	l, err := w.Members(w.ctx, w.admin, desk.MemberFilter{Text: "agent"}, desk.Page{})
	must(t, err)
	me, err := w.Me(w.ctx, w.staff(agent))
	must(t, err)
	patched, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{LastName: ptr("New")})
	must(t, err)
	for i, got := range []desk.DeviceCounts{l.Items[0].Devices, me.Devices, patched.Devices} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("answer %d (-want +got):\n%s", i, diff)
		}
	}
	if n := l.Items[1].Devices; n != (desk.DeviceCounts{}) {
		t.Errorf("without any: %+v", n)
	}
}

// A page costs the desk partition and two units a member that it shows, however many
// there are; a search that finds nothing reads 1,000 profiles and then tells where it is.
func TestUnitsOfMembers(t *testing.T) {
	t.Parallel()
	var m *meter.Table
	w := newWorld(t, worldOptions{record: func(engine table.Table) table.Table {
		m = meter.New(engine)
		return m
	}})
	var rows []desk.NewRow
	for i := range 1100 {
		rows = append(rows, desk.NewRow{FirstName: fmt.Sprintf("Agent %04d", i), Calls: 1, Departments: []string{w.dep}, Place: int64(i), Schedule: workdays})
	}
	_, err := w.Crowd(w.ctx, w.acc, rows)
	must(t, err)
	cost := func(f desk.MemberFilter, p desk.Page) (desk.List[desk.Member], int) {
		before := m.Counts()
		l, err := w.Members(w.ctx, w.admin, f, p)
		must(t, err)
		return l, m.Counts().Sub(before).ReadUnits
	}
	first, units := cost(desk.MemberFilter{}, desk.Page{Limit: 50})
	if partition := units - 51 - 50; len(first.Items) != 50 || partition > 60 {
		t.Errorf("a page of %d: %d read units, of which %d are not for its members", len(first.Items), units, partition)
	}
	t.Logf("a page of 50 of 1,100 members: %d read units", units)
	none, units := cost(desk.MemberFilter{Text: "nobody"}, desk.Page{})
	if len(none.Items) != 0 || none.NextCursor == "" || units > 1150 {
		t.Errorf("a search in vain: %d members, cursor %q, %d read units", len(none.Items), none.NextCursor, units)
	}
	t.Logf("a search that finds nobody: %d read units", units)
	rest, _ := cost(desk.MemberFilter{Text: "1099"}, desk.Page{Cursor: none.NextCursor})
	if len(rest.Items) != 1 || rest.NextCursor != "" {
		t.Errorf("its next page: %d members, cursor %q", len(rest.Items), rest.NextCursor)
	}
}
