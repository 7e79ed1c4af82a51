package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/meter"
)

// counts are those that a caller sees on a list's first page.
func (w *world) counts(by desk.Caller, f desk.CallbackFilter) desk.CallbackCounts {
	w.t.Helper()
	l, err := w.CallbacksCounted(w.ctx, by, f, desk.Page{Limit: 1})
	must(w.t, err)
	if l.Counts == nil {
		w.t.Fatal("no counts on the first page")
	}
	if l.NextCursor != "" {
		next, err := w.CallbacksCounted(w.ctx, by, f, desk.Page{Cursor: l.NextCursor})
		if err != nil || next.Counts != nil {
			w.t.Errorf("on the second page: %+v, %v", next.Counts, err)
		}
	}
	return *l.Counts
}

// Counts are of what the caller sees, whatever the list is narrowed to, and tell of one's own
// also where an older version listed it.
func TestCallbackCounts(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	susi, sales := w.staff(w.member("Susi", desk.RoleStaff, support)), w.staff(w.agents[0])
	var all []string
	for i := range 6 { // three for Sales, two for Support, one for nobody
		r := w.request(i)
		switch i {
		case 3, 4:
			r.DepartmentID = support
		case 5:
			r.DepartmentID = ""
		}
		w.settings(desk.AccountPatch{CallbackDueMinutes: ptr(100 * (i + 1))})
		all = append(all, w.miss(r).Callback.ID)
	}
	claim := func(by desk.Caller, id string) {
		_, err := w.ClaimCallback(w.ctx, by, id)
		must(t, err)
	}
	claim(sales, all[0])
	claim(sales, all[5])
	claim(susi, all[3])
	// Of Support only Susi, who is moved away, keeps in sight what she has claimed.
	_, err := w.PatchMember(w.ctx, w.admin, susi.MemberID, desk.MemberPatch{DepartmentIDs: &[]string{w.dep}})
	must(t, err)
	check := func(when string, want map[string]desk.CallbackCounts) {
		t.Helper()
		got := map[string]desk.CallbackCounts{"admin": w.counts(w.admin, desk.CallbackFilter{}), "sales": w.counts(sales, desk.CallbackFilter{}), "susi": w.counts(susi, desk.CallbackFilter{})}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	check("at first", map[string]desk.CallbackCounts{"admin": {Open: 3}, "sales": {Open: 2, Mine: 2}, "susi": {Open: 2, Mine: 1}})
	w.clock.Advance(250 * time.Minute) // 100 and 200 have passed
	overdue := map[string]desk.CallbackCounts{"admin": {Open: 3, Overdue: 2}, "sales": {Open: 2, Mine: 2, Overdue: 2}, "susi": {Open: 2, Mine: 1, Overdue: 2}}
	check("when two are overdue", overdue)
	for _, f := range []desk.CallbackFilter{{States: []string{"done"}}, {Overdue: true}, {Mine: true}, {DepartmentID: support}, {Customer: "x@example.com"}} {
		if got := w.counts(sales, f); got != overdue["sales"] {
			t.Errorf("with %+v: %+v, want %+v", f, got, overdue["sales"])
		}
	}
	for _, state := range []string{"open", "claimed"} { // as an older version listed them
		items, err := w.Table.Query(w.ctx, table.Range{Partition: keys.Callbacks(w.acc, state)})
		must(t, err)
		for _, it := range items {
			cb, err := w.Callback(w.ctx, w.admin, it.Key.Sort[14:], "")
			must(t, err)
			it.Body = fmt.Appendf(nil, `{"d":%q}`, cb.DepartmentID)
			must(t, w.Table.Write(w.ctx, table.Put(it, table.Condition{})))
		}
	}
	check("of an older version", overdue)
	mine, err := w.Callbacks(w.ctx, sales, desk.CallbackFilter{Mine: true}, desk.Page{})
	must(t, err)
	if got := ids(mine.Items, func(cb desk.Callback) string { return cb.ID }); !slices.Equal(got, []string{all[0], all[5]}) {
		t.Errorf("one's own: %v", got)
	}
	_, err = w.ReleaseCallback(w.ctx, sales, all[0])
	must(t, err)
	_, err = w.CompleteCallback(w.ctx, susi, all[3], desk.Ending{})
	must(t, err)
	check("after a release and an end", map[string]desk.CallbackCounts{
		"admin": {Open: 4, Overdue: 2}, "sales": {Open: 3, Mine: 1, Overdue: 2}, "susi": {Open: 3, Overdue: 2},
	})
}

// Beyond 1,000 of a state it is told that there are more, and what counting costs is bounded.
func TestCallbackCountsEnd(t *testing.T) {
	t.Parallel()
	var m *meter.Table
	w := newWorld(t, worldOptions{agents: 1, record: func(engine table.Table) table.Table {
		m = meter.New(engine)
		return m
	}})
	var ops []table.Op
	for i := range 1200 {
		state, body := "open", fmt.Appendf(nil, `{"d":%q}`, w.dep)
		if i%12 == 11 {
			state, body = "claimed", fmt.Appendf(nil, `{"d":%q,"m":%q}`, w.dep, w.agents[0])
		}
		k := keys.ListedCallback(w.acc, state, w.clock.Now().UnixMilli()+int64(i), fmt.Sprintf("cb_%012d", i))
		ops = append(ops, table.Put(table.Item{Key: k, Body: body}, table.Absent))
	}
	for some := range slices.Chunk(ops, table.MaxOps) {
		must(t, w.Table.Write(w.ctx, some...))
	}
	w.clock.Advance(time.Hour)
	before := m.Counts()
	n := w.counts(w.staff(w.agents[0]), desk.CallbackFilter{States: []string{"done"}})
	units := m.Counts().Sub(before).ReadUnits
	if want := (desk.CallbackCounts{Open: 1000, Mine: 100, Overdue: 1100, More: true}); n != want || units > 60 {
		t.Errorf("%+v for %d read units, want %+v for at most 60", n, units, want)
	}
	t.Logf("1,100 callbacks are counted for %d read units", units)
}
