package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// keepDepartment stores a department as it was stored when names were compared by their
// lower case.
func (w *world) keepDepartment(id, name string) {
	w.t.Helper()
	must(w.t, w.Table.Write(w.ctx,
		table.Put(table.Item{Key: w.departmentKey(id), Body: fmt.Appendf(nil, `{"name":%q}`, name)}, table.Absent),
		table.Put(table.Item{Key: w.nameKey(strings.ToLower(name)), Body: fmt.Appendf(nil, `{"id":%q}`, id)}, table.Absent)))
}

func (w *world) departmentKey(id string) table.Key {
	return table.Key{Partition: w.acc + "/desk", Sort: "dep/" + id}
}

func (w *world) nameKey(folded string) table.Key {
	return table.Key{Partition: w.acc + "/names", Sort: folded}
}

// nameKeys lists what stands in the items of names, but that of Sales.
func (w *world) nameKeys() map[string]string {
	w.t.Helper()
	items, err := w.Table.Query(w.ctx, table.Range{Partition: w.acc + "/names"})
	must(w.t, err)
	keys := map[string]string{}
	for _, it := range items {
		if it.Key.Sort != "sales" {
			keys[it.Key.Sort] = string(it.Body)
		}
	}
	return keys
}

func (w *world) create(name string) (string, error) {
	dep, err := w.CreateDepartment(w.ctx, w.admin, "", name)
	return dep.ID, err
}

// asked is the department that a request gets that names one.
func (w *world) asked(n int, name string) string {
	w.t.Helper()
	r := w.request(n)
	r.DepartmentID, r.Department = "", name
	e, err := w.Escalation(w.ctx, w.admin, w.escalate(r).EscalationID)
	must(w.t, err)
	return e.DepartmentID
}

func TestNamesAreTakenWhateverTheirForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, second string }{
		{"ΠΩΛΗΣΕΙΣ", "πωλησεις"},
		{"πωλησεις", "ΠΩΛΗΣΕΙΣ"},
		{"Kids", "Kidſ"},
		{"Kids", "\u212AIDS"},
		{"Kids", "Ｋｉｄｓ"},
		{"CAFÉ", "Cafe\u0301"},
		{"Straße", "STRASSE"},
		{"Gents shoes", " gents \u00A0 SHOES"},
	} {
		t.Run(c.second, func(t *testing.T) {
			w := newWorld(t, worldOptions{})
			id, err := w.create(c.first)
			must(t, err)
			_, err = w.create(c.second)
			wantProblem(t, err, "name-taken")
			_, err = w.RenameDepartment(w.ctx, w.admin, w.dep, c.second)
			wantProblem(t, err, "name-taken")
			if got := w.asked(1, c.second); got != id {
				t.Errorf("a request by name goes to %q, want %s", got, id)
			}
			// It may take its own name in another form, and nobody else meanwhile or then.
			_, err = w.RenameDepartment(w.ctx, w.admin, id, c.second)
			must(t, err)
			_, err = w.create(c.first)
			wantProblem(t, err, "name-taken")
			must(t, w.DeleteDepartment(w.ctx, w.admin, id))
			if got := w.nameKeys(); len(got) > 0 {
				t.Errorf("deleted, it leaves %v", got)
			}
			_, err = w.create(c.first)
			must(t, err)
		})
	}
}

func TestNamesThatNobodySees(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	for _, name := range []string{"Ki\u200Bds", "\u202EKids", "\u3164", "", "  ", "a\x00b"} {
		if _, err := w.create(name); !invalid(err, "name") {
			t.Errorf("making %+q: got %v, want it refused for its name", name, err)
		}
		if _, err := w.RenameDepartment(w.ctx, w.admin, w.dep, name); !invalid(err, "name") {
			t.Errorf("renaming to %+q: got %v, want it refused for its name", name, err)
		}
		if _, err := w.PatchAccount(w.ctx, w.admin, desk.AccountPatch{Name: &name}); !invalid(err, "name") {
			t.Errorf("an account named %+q: got %v, want it refused for its name", name, err)
		}
		if _, err := w.PatchMember(w.ctx, w.admin, w.admin.MemberID, desk.MemberPatch{FirstName: &name, LastName: &name}); !invalid(err, "firstName", "lastName") {
			t.Errorf("a member named %+q: got %v, want it refused for both names", name, err)
		}
	}
}

// invalid reports whether err refuses exactly these fields.
func invalid(err error, fields ...string) bool {
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != desk.Invalid {
		return false
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Field)
	}
	return slices.Equal(got, fields)
}

// A name of invisible characters alone folds to nothing, and a key has to be something.
func TestInvisibleNamesOfBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.keepDepartment("dep_renamed", "\u200B")
	w.keepDepartment("dep_deleted", "\u3164")
	if _, err := w.RenameDepartment(w.ctx, w.admin, "dep_renamed", "Kids"); err != nil {
		t.Errorf("renaming: %v", err)
	}
	if err := w.DeleteDepartment(w.ctx, w.admin, "dep_deleted"); err != nil {
		t.Errorf("deleting: %v", err)
	}
	want := map[string]string{"kids": `{"id":"dep_renamed"}`}
	if diff := cmp.Diff(want, w.nameKeys()); diff != "" {
		t.Errorf("items of names (-want +got):\n%s", diff)
	}
}

// What was taken before stays, and what is beside it can be changed.
func TestBadNamesOfBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	const bad = "Ki\u200Bds"
	w.keepDepartment("dep_old", bad)
	if _, err := w.RenameDepartment(w.ctx, w.admin, "dep_old", bad); err != nil {
		t.Errorf("its own name: %v", err)
	}
	if got := w.asked(1, "kids"); got != "dep_old" {
		t.Errorf("asked for kids: got %q", got)
	}
	_, err := w.create("Kids")
	wantProblem(t, err, "name-taken")

	id, err := w.AddMember(w.ctx, w.acc, desk.NewMember{FirstName: bad, LastName: bad, Email: "ada@example.com", Role: desk.RoleStaff})
	must(t, err)
	first, last := bad, "Byron"
	m, err := w.PatchMember(w.ctx, w.admin, id, desk.MemberPatch{FirstName: &first, LastName: &last})
	if err != nil || m.FirstName != bad || m.LastName != last {
		t.Errorf("got %+v, %v", m, err)
	}

	_, err = w.RenameDepartment(w.ctx, w.admin, "dep_old", "Kids")
	must(t, err)
	if diff := cmp.Diff(map[string]string{"kids": `{"id":"dep_old"}`}, w.nameKeys()); diff != "" {
		t.Errorf("items of names (-want +got):\n%s", diff)
	}
}

func TestTwinsOfBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.keepDepartment("dep_b", "ΠΩΛΗΣΕΙΣ")
	w.keepDepartment("dep_a", "πωλησεις")
	for n, name := range []string{"ΠΩΛΗΣΕΙΣ", "πωλησεις", "Πωλησεισ", "πωλησεις"} {
		if got := w.asked(n, name); got != "dep_a" {
			t.Errorf("asked for %s: got %q, want dep_a, the first of twins", name, got)
		}
	}
	_, err := w.create("Πωλησεις")
	wantProblem(t, err, "name-taken")
	_, err = w.RenameDepartment(w.ctx, w.admin, "dep_b", "Πωλησεις")
	wantProblem(t, err, "name-taken")
	_, err = w.RenameDepartment(w.ctx, w.admin, "dep_b", "ΠΩΛΗΣΕΙΣ")
	must(t, err)
	// The older may change the form; the item is its own from then on.
	_, err = w.RenameDepartment(w.ctx, w.admin, "dep_a", "Πωλησεις")
	must(t, err)
	if diff := cmp.Diff(map[string]string{"πωλησεισ": `{"id":"dep_a"}`}, w.nameKeys()); diff != "" {
		t.Errorf("items of names (-want +got):\n%s", diff)
	}
	// Gone, the older leaves the name to the other, and that leaves it to all.
	must(t, w.DeleteDepartment(w.ctx, w.admin, "dep_a"))
	if got := w.asked(9, "πωλησεις"); got != "dep_b" {
		t.Errorf("asked for it: got %q, want dep_b, which is left", got)
	}
	_, err = w.create("πωλησεις")
	wantProblem(t, err, "name-taken")
	_, err = w.RenameDepartment(w.ctx, w.admin, "dep_b", "Shoes")
	must(t, err)
	_, err = w.create("πωλησεις")
	must(t, err)
}

// An item of before may lie where another name's lies now: the lower case of İ was i.
func TestNameItemsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.keepDepartment("dep_dotted", "İzmir")
	id, err := w.create("Izmir")
	must(t, err)
	must(t, w.DeleteDepartment(w.ctx, w.admin, "dep_dotted"))
	if diff := cmp.Diff(map[string]string{"izmir": fmt.Sprintf(`{"id":%q}`, id)}, w.nameKeys()); diff != "" {
		t.Errorf("items of names (-want +got):\n%s", diff)
	}
	_, err = w.create("IZMIR")
	wantProblem(t, err, "name-taken")
	_, err = w.create("İZMİR")
	must(t, err)
}

// meanwhile is a table that lets something happen just before its first Write.
type meanwhile struct {
	table.Table
	once *sync.Once
	do   func()
}

func (m meanwhile) Write(ctx context.Context, ops ...table.Op) error {
	m.once.Do(m.do)
	return m.Table.Write(ctx, ops...)
}

// Whose item it is already meets others there, too: it may be their own by the old rule
// alone, under which others take the name.
func TestOwnItemTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.keepDepartment("dep_dotted", "İzmir")
	inner := w.Table
	w.Table = meanwhile{inner, &sync.Once{}, func() {
		w.Table = inner
		_, err := w.create("Izmir")
		must(t, err)
	}}
	_, err := w.RenameDepartment(w.ctx, w.admin, "dep_dotted", "Izmir")
	wantProblem(t, err, "name-taken")
}

// The older of two is the one made first, whatever the ids, and one of before.
func TestTheOlderHasTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	must(t, w.Table.Write(w.ctx,
		table.Put(table.Item{Key: w.departmentKey("dep_a"), Body: []byte(`{"name":"Kids","at":2}`)}, table.Absent),
		table.Put(table.Item{Key: w.departmentKey("dep_b"), Body: []byte(`{"name":"KIDS","at":1}`)}, table.Absent)))
	if got := w.asked(1, "kids"); got != "dep_b" {
		t.Errorf("got %q, want dep_b, which was made first", got)
	}
	w.keepDepartment("dep_c", "kidſ")
	if got := w.asked(2, "kids"); got != "dep_c" {
		t.Errorf("got %q, want dep_c, which is from before", got)
	}
}

// Of one ligature NFKC makes 18 letters.
func TestLongestName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	id, err := w.create(strings.Repeat("\uFDFA", 64))
	must(t, err)
	_, err = w.create(strings.Repeat("\uFDFA", 64) + "\u00A0")
	wantProblem(t, err, "name-taken")
	must(t, w.DeleteDepartment(w.ctx, w.admin, id))
	if got := w.nameKeys(); len(got) > 0 {
		t.Errorf("deleted, it leaves %v", got)
	}
}

// Whoever makes and renames at once, one gets the name.
func TestOneNameAtOnce(t *testing.T) {
	t.Parallel()
	names := []string{"ΠΩΛΗΣΕΙΣ", "πωλησεις", "Πωλησεις"}
	for run := range 50 {
		w := newWorld(t, worldOptions{})
		w.keepDepartment("dep_old", "Shoes")
		errs := make([]error, len(names)+1)
		var wg sync.WaitGroup
		for i, name := range names {
			wg.Go(func() { _, errs[i] = w.create(name) })
		}
		wg.Go(func() { _, errs[len(names)] = w.RenameDepartment(w.ctx, w.admin, "dep_old", names[run%len(names)]) })
		wg.Wait()
		had := 0
		for i, err := range errs {
			var p *desk.Problem
			switch {
			case err == nil:
				had++
			case !errors.As(err, &p) || p.Name != "name-taken":
				t.Errorf("run %d, %d: %v", run, i, err)
			}
		}
		deps, err := w.Departments(w.ctx, w.admin)
		must(t, err)
		deps = slices.DeleteFunc(deps, func(d desk.Department) bool { return d.Name == "Sales" || d.Name == "Shoes" })
		if had != 1 || len(deps) != 1 {
			t.Fatalf("run %d: %d had the name, and there are %v", run, had, deps)
		}
	}
}
