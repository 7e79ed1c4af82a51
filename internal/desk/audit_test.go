package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Changes that one makes after another are told in that order, however fast they come.
func TestAuditOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	var want []string
	for i := range 20 {
		w.clock.Advance(10 * time.Microsecond)
		d, err := w.CreateDepartment(w.ctx, w.admin, "", fmt.Sprint("Department ", i))
		must(t, err)
		want = append([]string{d.ID}, want...)
	}
	l, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{}, desk.Page{Limit: 20})
	must(t, err)
	var got []string
	for _, a := range l.Items {
		got = append(got, a.Target)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// inWords is an entry in words: who did what to whom, and its fields from what to what.
func inWords(a desk.AuditEntry) string {
	name := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	list := func(all []*string) string {
		var s string
		for _, n := range all {
			s += " " + name(n)
		}
		return s
	}
	s := name(a.FirstName) + " " + a.What + " " + name(a.TargetName)
	for i, c := range a.Changes {
		if c.Field != a.Fields[i] {
			s += " not " + a.Fields[i]
		}
		s += fmt.Sprintf("; %s %s%s > %s%s", c.Field, c.From, list(c.FromNames), c.To, list(c.ToNames))
	}
	return s
}

// Entries tell every kind of change from what to what, with the names of whom it concerns.
func TestAuditTellsFromWhatToWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.Identity = newRegister()
	agent := w.agents[0]
	support := w.department("Support")
	patch := func(p desk.MemberPatch) error {
		_, err := w.PatchMember(w.ctx, w.admin, agent, p)
		return err
	}
	settings := func(p desk.AccountPatch) error {
		_, err := w.PatchAccount(w.ctx, w.admin, p)
		return err
	}
	for _, c := range []struct {
		name string
		do   func() error
		want string
	}{
		{"name", func() error { return patch(desk.MemberPatch{FirstName: ptr("Ada"), LastName: ptr("Test")}) },
			`Olga member.changed Ada; firstName "Agent0" > "Ada"`},
		{"departments", func() error { return patch(desk.MemberPatch{DepartmentIDs: &[]string{support}}) },
			`Olga member.changed Ada; departmentIds ["` + w.dep + `"] Sales > ["` + support + `"] Support`},
		{"capacity", func() error { return patch(desk.MemberPatch{Capacity: &desk.Capacity{Calls: 1, Chats: 7}}) },
			`Olga member.changed Ada; capacity {"calls":1,"chats":3} > {"calls":1,"chats":7}`},
		{"role and language", func() error { return patch(desk.MemberPatch{Role: ptr(desk.RoleAdmin), Language: ptr("hi")}) },
			`Olga member.changed Ada; language "" > "hi"; role "staff" > "admin"`},
		{"hours", func() error { w.schedule(agent, workdays); return nil },
			`Olga member.working-hours Ada; workingHours null > "` + workdays + `"`},
		{"presence", func() error { w.offline(agent); return nil }, `Olga member.presence Ada; status "online" > "offline"`},
		{"settings", func() error {
			return settings(desk.AccountPatch{RingSeconds: ptr(40), ChatCapacity: ptr(3), Holidays: &[]string{"2026-12-25"}})
		}, `Olga account.changed -; holidays [] > ["2026-12-25"]; ringSeconds 25 > 40`},
		{"what shows nowhere", func() error { return patch(desk.MemberPatch{Capacity: &desk.Capacity{Calls: 1, Chats: 7}}) }, ""},
		{"a new department", func() error { _, err := w.CreateDepartment(w.ctx, w.admin, "dep_shoesshoesaa", "Shoes"); return err },
			`Olga department.created Shoes; name null > "Shoes"`},
		{"its name", func() error { _, err := w.RenameDepartment(w.ctx, w.admin, "dep_shoesshoesaa", "Boots"); return err },
			`Olga department.renamed Boots; name "Shoes" > "Boots"`},
		{"its end", func() error { return w.DeleteDepartment(w.ctx, w.admin, "dep_shoesshoesaa") },
			`Olga department.deleted Boots; name "Boots" > null`},
		{"a new member", func() error {
			_, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
				ID: "mem_ninaninanina", FirstName: "Nina", LastName: "New", Email: "nina@example.com", Role: desk.RoleStaff,
				DepartmentIDs: []string{support}, Password: "First-Word-1",
			})
			return err
		}, `Olga member.created Nina; firstName null > "Nina"; lastName null > "New"; email null > "nina@example.com"; role null > "staff"; departmentIds null > ["` + support + `"] Support`},
		{"her end", func() error { return w.DeleteMember(w.ctx, w.admin, "mem_ninaninanina") },
			`Olga member.deleted Nina; firstName "Nina" > null; lastName "New" > null; email "nina@example.com" > null; role "staff" > null`},
		{"a key", func() error {
			_, err := w.CreateAssistantKey(w.ctx, w.admin, "cnk_aaaaaaaaaaaa", "Shop", nil)
			return err
		}, `Olga key.created -; name null > "Shop"; may null > ["escalate","read"]`},
		{"its end", func() error { return w.DeleteAssistantKey(w.ctx, w.admin, "cnk_aaaaaaaaaaaa") }, `Olga key.deleted -; name "Shop" > null`},
		{"a connection", func() error { _, err := w.Connect(w.ctx, w.acc, desk.ConnectionLex, "ABCDEF1234"); return err },
			`- connection.created -; kind null > "lex"; platformId null > "ABCDEF1234"`},
		{"its end", func() error {
			l, err := w.Connections(w.ctx, w.admin)
			must(t, err)
			return w.Disconnect(w.ctx, w.admin, l[0].ID)
		}, `Olga connection.deleted -; kind "lex" > null; platformId "ABCDEF1234" > null`},
		{"the owner", func() error { return w.ChangeOwner(w.ctx, w.admin, agent) },
			`Olga account.owner Ada; owner "` + w.admin.MemberID + `" Olga > "` + agent + `" Ada`},
	} {
		w.clock.Advance(time.Second)
		before := w.clock.Now()
		must(t, c.do())
		l, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{From: before}, desk.Page{})
		must(t, err)
		got := ""
		for _, a := range l.Items {
			got += inWords(a)
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Entries of an older version have the names of fields alone, and long text is cut.
func TestAuditOfBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	at := fmt.Sprint(w.clock.Now().UnixMilli())
	must(t, w.Table.Write(w.ctx, table.Put(table.Item{
		Key:  keys.Audit(w.acc, at+"000000", "aaaaaaaaaaaa"),
		Body: []byte(`{"t":` + at + `,"m":"mem_gonegonegone","w":"member.changed","o":"` + w.agents[0] + `","f":["email","role"]}`),
	}, table.Absent)))
	w.clock.Advance(time.Second)
	long := strings.Repeat("ä", 250)
	_, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{FirstName: long, Email: "long@example.com", Role: desk.RoleAdmin, Password: "First-Word-1"})
	must(t, err)
	l, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{}, desk.Page{})
	must(t, err)
	if to := string(l.Items[0].Changes[0].To); to != `"`+long[:400]+`…"` {
		t.Errorf("long text is kept as %s", to)
	}
	l, err = w.Audit(w.ctx, w.admin, desk.AuditFilter{What: []string{"member.changed"}}, desk.Page{})
	must(t, err)
	old := l.Items[0]
	if got, want := inWords(old), "- member.changed Agent0; email  > ; role  > "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	body, err := json.Marshal(old.Changes)
	must(t, err)
	if string(body) != `[{"field":"email"},{"field":"role"}]` {
		t.Errorf("as JSON: %s", body)
	}
}

// The filters find who did it or whom it concerns, what, and when, on pages of any size.
func TestAuditFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	start := w.clock.Now()
	for i := range 4 {
		w.clock.Advance(time.Minute)
		_, err := w.PatchMember(w.ctx, w.staff(w.agents[i%2]), w.agents[i%2], desk.MemberPatch{LastName: ptr(fmt.Sprint(i))})
		must(t, err)
		_, err = w.PatchMember(w.ctx, w.admin, w.agents[0], desk.MemberPatch{Language: ptr(fmt.Sprint("l", i))})
		must(t, err)
		_, err = w.CreateDepartment(w.ctx, w.admin, "", fmt.Sprint("D", i))
		must(t, err)
	}
	for _, c := range []struct {
		name   string
		filter desk.AuditFilter
		want   int
	}{
		{"all since", desk.AuditFilter{From: start.Add(time.Second)}, 12},
		{"of one, by whomever", desk.AuditFilter{MemberID: w.agents[0], What: []string{"member.changed"}}, 6},
		{"of another", desk.AuditFilter{MemberID: w.agents[1], What: []string{"member.changed"}}, 2},
		{"by the owner", desk.AuditFilter{MemberID: w.admin.MemberID, From: start.Add(time.Second)}, 8},
		{"of a kind", desk.AuditFilter{What: []string{"department.created"}, From: start.Add(time.Second)}, 4},
		{"of two kinds", desk.AuditFilter{What: []string{"department.created", "member.changed"}}, 13},
		{"between", desk.AuditFilter{From: start.Add(2 * time.Minute), To: start.Add(3 * time.Minute)}, 3},
		{"of nobody", desk.AuditFilter{MemberID: "mem_aaaaaaaaaaaa"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			var seen []time.Time
			for p := (desk.Page{Limit: 2}); ; {
				l, err := w.Audit(w.ctx, w.admin, c.filter, p)
				must(t, err)
				for _, a := range l.Items {
					seen = append(seen, a.At)
				}
				if p.Cursor = l.NextCursor; p.Cursor == "" {
					break
				}
			}
			if len(seen) != c.want || !slices.IsSortedFunc(seen, func(a, b time.Time) int { return b.Compare(a) }) {
				t.Errorf("got %v, want %d entries, newest first", seen, c.want)
			}
		})
	}
}
