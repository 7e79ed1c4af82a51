package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// said is what an escalation says of whom it names, each name with its event.
func said(e desk.Escalation) []string {
	list := []string{"for " + orNull(e.DepartmentName)}
	if e.Offer != nil {
		list = append(list, "rings for "+e.Offer.FirstName)
	}
	for _, h := range e.History {
		list = append(list, h.What+" "+orNull(h.FirstName))
	}
	return list
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func (w *world) wantSaid(id string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, said(w.view(id))); diff != "" {
		w.t.Errorf("names (-want +got):\n%s", diff)
	}
}

func (w *world) remove(member string) {
	w.t.Helper()
	must(w.t, w.DeleteMember(w.ctx, w.admin, member))
	w.pass(time.Minute)
}

func (w *world) deleteDepartment(id string) {
	w.t.Helper()
	must(w.t, w.DeleteDepartment(w.ctx, w.admin, id))
}

// Names stand beside ids: those of now, and of the removed those that they had.
func TestNamesBesideIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	id, first, name := a.EscalationID, a.Agent.ID, a.Agent.FirstName
	w.wantSaid(id, "for Sales", "rings for "+name, "offered "+name)
	w.decline(first, id)
	second := w.peek(id).OfferTo
	w.accept(second, id)
	w.complete(second, id)

	nina := "Nina"
	_, err := w.PatchMember(w.ctx, w.admin, second, desk.MemberPatch{FirstName: &nina})
	must(t, err)
	_, err = w.RenameDepartment(w.ctx, w.admin, w.dep, "Shoes")
	must(t, err)
	renamed := []string{"for Shoes", "offered " + name, "declined " + name, "offered Nina", "accepted Nina", "completed Nina"}
	w.wantSaid(id, renamed...)

	w.remove(second)
	w.deleteDepartment(w.dep)
	w.wantSaid(id, renamed...)
	if _, found, err := w.Table.Get(w.ctx, keys.Profile(second)); found || err != nil {
		t.Errorf("the removed member's profile: %t, %v", found, err)
	}
	list, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	if diff := cmp.Diff(renamed, said(list.Items[0])); diff != "" {
		t.Errorf("names in a list (-want +got):\n%s", diff)
	}
}

// Receipts name everybody, whatever has become of them.
func TestReceiptsHaveNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	id := w.ring(w.request(1)).EscalationID
	w.remove(w.agents[1])
	w.deleteDepartment(w.dep)
	receipts, err := w.Receipts(w.ctx, w.admin, id)
	must(t, err)
	var got []string
	for _, c := range receipts[0].Candidates {
		got = append(got, orNull(c.FirstName))
	}
	slices.Sort(got)
	if want := []string{"Agent0", "Agent1", "Olga"}; !slices.Equal(got, want) || orNull(receipts[0].DepartmentName) != "Sales" {
		t.Errorf("got %v in %s, want %v in Sales", got, orNull(receipts[0].DepartmentName), want)
	}
	r := w.request(2)
	r.DepartmentID = ""
	w.offline(w.agents[0])
	receipts, err = w.Receipts(w.ctx, w.admin, w.miss(r).EscalationID)
	must(t, err)
	if receipts[0].DepartmentName != nil {
		t.Errorf("everyone's rotation is named %s", *receipts[0].DepartmentName)
	}
}

// A callback of a deleted department belongs to none, and then has no name of one.
func TestCallbacksHaveNames(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	a := w.miss(w.request(1))
	shown := func() []string {
		t.Helper()
		list, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{}, desk.Page{})
		must(t, err)
		return []string{
			orNull(w.callback(a.Callback.ID).DepartmentName), orNull(list.Items[0].DepartmentName),
			orNull(w.view(a.EscalationID).CustomerCallbacks[0].DepartmentName),
		}
	}
	if got, want := shown(), []string{"Sales", "Sales", "Sales"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	w.deleteDepartment(w.dep)
	if got, want := shown(), []string{"null", "null", "null"}; !slices.Equal(got, want) {
		t.Errorf("without department: got %v, want %v", got, want)
	}
	// The assistant is told the department that was asked for.
	cb, err := w.Contact(w.ctx, w.acc, desk.About{CallbackID: a.Callback.ID}, desk.Customer{Email: "meera@example.com"})
	must(t, err)
	if cb.DepartmentID != w.dep || orNull(cb.DepartmentName) != "Sales" {
		t.Errorf("to the assistant: %s, %s", cb.DepartmentID, orNull(cb.DepartmentName))
	}
}

// Who tried in an older version was kept by the id alone.
func TestTriersOfBeforeHaveNames(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	id := w.miss(w.request(1)).Callback.ID
	w.StoreOldCallback(id, 1, 1)
	k := keys.Callback(id)
	it, _, err := w.Table.Get(w.ctx, k)
	must(t, err)
	it.Body = []byte(strings.ReplaceAll(string(it.Body), "mem_aaaaaaaaaaaa", w.agents[0]))
	must(t, w.Table.Write(w.ctx, table.Put(it, table.AtVersion(it.Version))))
	w.remove(w.agents[0])
	list, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{}, desk.Page{})
	must(t, err)
	for _, try := range slices.Concat(w.callback(id).Attempts, list.Items[0].Attempts) {
		if name := orNull(try.FirstName); name != "Agent0" {
			t.Errorf("tried by %q, want Agent0", name)
		}
	}
}

// Members have the names of their departments, in the order of the ids.
func TestMembersHaveNamesOfDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	kids := w.department("Kids")
	id := w.member("Asha", desk.RoleStaff, kids, w.dep)
	want := func(names ...string) {
		t.Helper()
		m, err := w.Member(w.ctx, w.admin, id)
		must(t, err)
		if !slices.Equal(m.DepartmentNames, names) || len(m.DepartmentIDs) != len(names) {
			t.Errorf("got %v of %v, want %v", m.DepartmentNames, m.DepartmentIDs, names)
		}
	}
	want("Kids", "Sales")
	w.deleteDepartment(kids)
	want("Sales")
	w.deleteDepartment(w.dep)
	want()
}

// What an older version removed left no name behind, and one account knows none of another.
func TestNamesThatNobodyKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	id := w.take(w.request(1)).EscalationID
	gone := w.peek(id).Assigned
	w.complete(gone, id)
	w.remove(gone)
	w.deleteDepartment(w.dep)
	must(t, w.Table.Write(w.ctx, table.Delete(keys.Former(w.acc, gone), table.Exists), table.Delete(keys.Department(w.acc, w.dep), table.Exists)))
	w.wantSaid(id, "for null", "offered null", "accepted null", "completed null")
	names := w.Names(w.ctx, w.outsider().AccountID)
	for _, id := range []string{w.agents[0], w.agents[1], w.dep, "mem_nobody", "dep_nothing", "", "acc_something"} {
		if name, err := names(id); name != nil || err != nil {
			t.Errorf("another account finds %s to be %s, %v", id, orNull(name), err)
		}
	}
}

// profileGets counts how often profiles are read.
type profileGets struct {
	table.Table
	n *atomic.Int32
}

func (p profileGets) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if k.Sort == "profile" {
		p.n.Add(1)
	}
	return p.Table.Get(ctx, k)
}

// A page reads each name once, however often it stands there.
func TestEachNameIsReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	for n := range 30 {
		a := w.take(w.request(n))
		w.complete(a.Agent.ID, a.EscalationID)
	}
	var n atomic.Int32
	w.Table = profileGets{w.Table, &n}
	list, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{})
	if err != nil || len(list.Items) != 30 || n.Load() != 3 {
		t.Errorf("%d escalations by 3 agents read %d profiles, %v", len(list.Items), n.Load(), err)
	}
}

// What is polled takes the names of who has the work from the work.
func TestPollsReadNoNamesOfWhoHasIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.ring(w.request(1)).EscalationID
	var n atomic.Int32
	w.Table = profileGets{w.Table, &n}
	for _, step := range []func(){func() {}, func() { w.accept(w.agents[0], id); n.Store(0) }} {
		step()
		list, err := w.MyEscalations(w.ctx, w.staff(w.agents[0]))
		if err != nil || len(list) != 1 || orNull(list[0].History[0].FirstName) != "Agent0" || n.Load() != 0 {
			t.Errorf("%+v read %d profiles, %v", list, n.Load(), err)
		}
	}
}

// graves are the tombstones among what each claim reads.
func (w *world) graves() (n int) {
	w.t.Helper()
	items, err := w.Table.Query(w.ctx, table.Range{Partition: keys.Desk(w.acc), Prefix: roster.PrefixDep})
	must(w.t, err)
	for _, it := range items {
		if strings.Contains(string(it.Body), `"x":true`) {
			n++
		}
	}
	return n
}

// After thirty days a tombstone leaves what each claim reads, and nothing else changes.
func TestTombstonesAreSwept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		then func(w *world, other string)
	}{
		{"by a new department", func(w *world, _ string) { w.department("Gents") }},
		{"by one renamed", func(w *world, other string) {
			_, err := w.RenameDepartment(w.ctx, w.admin, other, "Gents")
			must(w.t, err)
		}},
		{"by one deleted", func(w *world, other string) { w.deleteDepartment(other) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, worldOptions{agents: 1})
			ladies := w.department("Ladies")
			id := w.ring(w.request(1)).EscalationID
			w.end(id)
			w.deleteDepartment(w.dep)
			w.clock.Advance(30*24*time.Hour - time.Second)
			w.department("Kids")
			if n := w.graves(); n != 1 {
				t.Fatalf("%d tombstones after less than thirty days, want 1", n)
			}
			w.clock.Advance(2 * time.Second)
			c.then(w, ladies)
			items, err := w.Table.Query(w.ctx, table.Range{Partition: keys.Desk(w.acc), Prefix: roster.PrefixDep + w.dep})
			if len(items) > 0 || err != nil {
				t.Errorf("the tombstone is still there: %v, %v", items, err)
			}
			w.wantSaid(id, "for Sales", "offered Agent0", "withdrawn Agent0", "cancelled null")

			// Its id means nobody, as before: a row that still names it is in no department.
			a := w.ring(w.request(2))
			e := w.view(a.EscalationID)
			if a.Agent.ID != w.agents[0] || e.DepartmentID != "" {
				t.Errorf("asked for it: %+v for %q", a.Agent, e.DepartmentID)
			}
			wantClass(t, w.DeleteDepartment(w.ctx, w.admin, w.dep), desk.NotFound)
			m, err := w.Member(w.ctx, w.admin, w.agents[0])
			if err != nil || len(m.DepartmentIDs) > 0 {
				t.Errorf("its member is in %v, %v", m.DepartmentIDs, err)
			}
		})
	}
}

// Many old tombstones go in several Writes, those of before among them.
func TestManyTombstones(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	for n := range 25 {
		k := table.Key{Partition: keys.Desk(w.acc), Sort: fmt.Sprintf("dep/dep_old%02d", n)}
		body := fmt.Sprintf(`{"name":"Old %d","at":1500000000000,"x":true}`, n)
		must(t, w.Table.Write(w.ctx, table.Put(table.Item{Key: k, Body: []byte(body)}, table.Absent)))
	}
	w.department("Kids")
	if n := w.graves(); n != 5 {
		t.Errorf("%d tombstones after one Write, want 5", n)
	}
	w.department("Gents")
	if n := w.graves(); n != 0 {
		t.Errorf("%d tombstones after two, want 0", n)
	}
	if name, err := w.Names(w.ctx, w.acc)("dep_old24"); orNull(name) != "Old 24" || err != nil {
		t.Errorf("the name of the last: %s, %v", orNull(name), err)
	}
}
