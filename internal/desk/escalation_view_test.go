package desk_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

func TestEscalationList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	support := w.department("Support")
	w.agent("Susi", support)
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	type entry struct {
		id, dep, agent string
		state          desk.State
		at             time.Time
	}
	var all []entry
	for i := range 12 {
		r := w.request(i)
		if i%4 == 3 {
			r.DepartmentID = support
		}
		a := w.ring(r)
		e := entry{a.EscalationID, r.DepartmentID, a.Agent.ID, desk.Ringing, w.clock.Now()}
		switch i % 3 {
		case 0:
			w.accept(e.agent, e.id)
			w.complete(e.agent, e.id)
			e.state = desk.Completed
		case 1:
			w.accept(e.agent, e.id)
			e.state = desk.Active
		case 2:
			if i < 8 {
				w.end(e.id)
				e.state = desk.Cancelled
			}
			e.agent = ""
		}
		all = append([]entry{e}, all...)
		if i > 0 { // the first two at the same moment
			w.clock.Advance(time.Second)
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return b.at.Compare(a.at) })
	if all[10].id < all[11].id { // of equal age: by id, descending
		all[10], all[11] = all[11], all[10]
	}
	where := func(keep func(entry) bool) []string {
		var want []string
		for _, e := range all {
			if keep(e) {
				want = append(want, e.id)
			}
		}
		return want
	}
	a := w.agents[0]
	from, to := all[8].at, all[2].at
	for _, c := range []struct {
		name   string
		by     desk.Caller
		filter desk.EscalationFilter
		want   []string
	}{
		{"all", w.admin, desk.EscalationFilter{}, where(func(entry) bool { return true })},
		{"one's own", w.staff(a), desk.EscalationFilter{},
			where(func(e entry) bool { return e.agent == a })},
		{"one's own, whatever member is asked for", w.staff(a), desk.EscalationFilter{MemberID: w.agents[1]},
			where(func(e entry) bool { return e.agent == a })},
		{"of a state", w.admin, desk.EscalationFilter{States: []desk.State{desk.Completed}},
			where(func(e entry) bool { return e.state == desk.Completed })},
		{"one's own of a state", w.staff(a), desk.EscalationFilter{States: []desk.State{desk.Active}},
			where(func(e entry) bool { return e.agent == a && e.state == desk.Active })},
		{"of a member", w.admin, desk.EscalationFilter{MemberID: a},
			where(func(e entry) bool { return e.agent == a })},
		{"of a department", w.admin, desk.EscalationFilter{DepartmentID: support},
			where(func(e entry) bool { return e.dep == support })},
		{"since", w.admin, desk.EscalationFilter{From: from},
			where(func(e entry) bool { return !e.at.Before(from) })},
		{"until", w.admin, desk.EscalationFilter{To: to},
			where(func(e entry) bool { return e.at.Before(to) })},
		{"between, of a member", w.admin, desk.EscalationFilter{From: from, To: to, MemberID: a},
			where(func(e entry) bool { return !e.at.Before(from) && e.at.Before(to) && e.agent == a })},
		{"between milliseconds", w.admin, desk.EscalationFilter{From: from.Add(-time.Microsecond), To: from.Add(time.Microsecond)},
			where(func(e entry) bool { return e.at.Equal(from) })},
		{"since, between milliseconds", w.admin, desk.EscalationFilter{From: from.Add(time.Microsecond)},
			where(func(e entry) bool { return e.at.After(from) })},
		{"since the year 3000", w.admin, desk.EscalationFilter{From: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil},
		{"until the year 2300", w.admin, desk.EscalationFilter{To: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)}, where(func(entry) bool { return true })},
		{"since the year 1900", w.admin, desk.EscalationFilter{From: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)}, where(func(entry) bool { return true })},
		{"of two states", w.admin, desk.EscalationFilter{States: []desk.State{desk.Completed, desk.Cancelled}},
			where(func(e entry) bool { return e.state == desk.Completed || e.state == desk.Cancelled })},
		{"of no channel here", w.admin, desk.EscalationFilter{Channel: roster.Call}, nil},
		{"of a channel", w.admin, desk.EscalationFilter{Channel: roster.Chat, States: []desk.State{desk.Active}},
			where(func(e entry) bool { return e.state == desk.Active })},
		{"resolved", w.admin, desk.EscalationFilter{Outcome: "resolved"},
			where(func(e entry) bool { return e.state == desk.Completed })},
		{"no drills", w.admin, desk.EscalationFilter{Drill: ptr(false)}, where(func(entry) bool { return true })},
		{"of a customer", w.admin, desk.EscalationFilter{Customer: "+49300000004"},
			where(func(e entry) bool { return e.id == all[7].id })},
		{"of another account", w.outsider(), desk.EscalationFilter{}, nil},
		{"of a stranger's agent", desk.Caller{MemberID: "mem_x", AccountID: "acc_x", Role: desk.RoleAdmin}, desk.EscalationFilter{MemberID: a}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, limit := range []int{1, 3, 100, 0} {
				got, _ := w.in(t).listed(c.by, c.filter, limit)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("by %d (-want +got):\n%s", limit, diff)
				}
			}
		})
	}
	for _, e := range all {
		offer := w.view(e.id).Offer
		mine := e.agent == a || offer != nil && offer.MemberID == a
		v, err := w.Escalation(w.ctx, w.staff(a), e.id)
		if err != nil && (mine || !desk.IsProblem(err, "not-found")) || err == nil && !mine {
			t.Errorf("%s, %s of %q: staff see %v, %v", e.id, e.state, e.agent, v, err)
		}
		if _, err := w.Escalation(w.ctx, desk.Caller{MemberID: "mem_x", AccountID: "acc_x", Role: desk.RoleOwner}, e.id); !desk.IsProblem(err, "not-found") {
			t.Errorf("another account: %v", err)
		}
	}
}

func TestNoCursor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first, err := w.Members(w.ctx, w.admin, desk.MemberFilter{}, desk.Page{Limit: 1})
	must(t, err)
	good, err := base64.RawURLEncoding.DecodeString(first.NextCursor)
	must(t, err)
	// of is a cursor of this list with another text.
	of := func(text string) string {
		return base64.RawURLEncoding.EncodeToString(append(good[:8:8], text...))
	}
	for _, c := range []struct {
		name   string
		cursor string
	}{
		{"no base64", "!"},
		{"of no list", base64.RawURLEncoding.EncodeToString(good[8:])},
		{"short", base64.RawURLEncoding.EncodeToString(good[:7])},
		{"of nothing", of("")},
		{"too long", of("\x00\x00" + strings.Repeat("m", table.MaxSort))},
		{"no text", of("\x00\x00\xff")},
		{"of another storage", of("account")},
		{"the same with a letter more", first.NextCursor + "A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Members(w.ctx, w.admin, desk.MemberFilter{}, desk.Page{Limit: 1, Cursor: c.cursor})
			wantFields(t, err, "cursor")
		})
	}
}

// A list looks at a bounded number of entries for one page; cursors lead through what
// the filter does not match.
func TestLongList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	oldest := w.take(w.request(1)).EscalationID
	created := w.clock.Now()
	var ops []table.Op
	for i := range 2_300 { // entries that lead nowhere
		at := created.Add(time.Duration(1+i) * time.Second)
		ops = append(ops, table.Put(table.Item{Key: table.Key{
			Partition: w.acc + "/escalations", Sort: fmt.Sprintf("%013d/esc_%012d", at.UnixMilli(), i),
		}}, table.Absent))
	}
	for chunk := range slices.Chunk(ops, table.MaxOps) {
		must(t, w.Table.Write(w.ctx, chunk...))
	}
	w.clock.Advance(time.Hour)
	newest := w.take(w.request(2)).EscalationID
	got, pages := w.listed(w.admin, desk.EscalationFilter{States: []desk.State{desk.Active}}, 5)
	if !slices.Equal(got, []string{newest, oldest}) || pages != 3 {
		t.Errorf("in %d pages: got %v, want %s and %s in 3", pages, got, newest, oldest)
	}
	// What is before From is not looked at.
	got, pages = w.listed(w.admin, desk.EscalationFilter{From: w.clock.Now().Add(-30 * time.Minute)}, 5)
	if !slices.Equal(got, []string{newest}) || pages != 1 {
		t.Errorf("since then, in %d pages: got %v, want %s in one", pages, got, newest)
	}
}

func TestMyEscalations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.staff(w.agents[0])
	mine := func() []desk.Escalation {
		t.Helper()
		list, err := w.MyEscalations(w.ctx, agent)
		must(t, err)
		if list == nil {
			t.Error("nil, want an empty list")
		}
		return list
	}
	if got := mine(); len(got) != 0 {
		t.Errorf("at first: %+v", got)
	}
	active := w.take(w.request(1))
	w.clock.Advance(time.Second)
	ringing := w.ring(w.request(2))
	gone := w.ring(w.request(3))
	w.end(gone.EscalationID)
	first := w.clock.Now()
	for range 2 {
		got := mine()
		if !slices.Equal(ids(got, func(e desk.Escalation) string { return e.ID }), []string{active.EscalationID, ringing.EscalationID}) {
			t.Fatalf("got %+v", got)
		}
		if o := got[1].Offer; o == nil || o.SeenAt == nil || !o.SeenAt.Equal(first) {
			t.Errorf("offer: %+v, want it seen at %v", o, first)
		}
		if got[1].Conversation != nil || got[1].Customer.Name != "Meera" {
			t.Errorf("ringing: %+v", got[1])
		}
		w.clock.Advance(time.Second)
	}
	w.complete(agent.MemberID, active.EscalationID)
	w.decline(agent.MemberID, ringing.EscalationID)
	if got := mine(); len(got) != 0 {
		t.Errorf("at last: %+v", got)
	}
}

// A client reads customerCallbacks of one escalation without asking whether it is there: it is
// empty when there are none, of drills too. Lists have none.
func TestCustomerCallbacksAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	drill, err := w.Drill(w.ctx, w.admin, "", desk.Drill{Channel: roster.Chat})
	must(t, err)
	for _, id := range []string{w.ring(w.request(1)).EscalationID, drill.ID} {
		if got := w.view(id).CustomerCallbacks; got == nil || len(got) > 0 {
			t.Errorf("one escalation: got %#v, want an empty list", got)
		}
	}
	l, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	for _, e := range l.Items {
		if e.CustomerCallbacks != nil {
			t.Errorf("in a list: got %#v, want nil", e.CustomerCallbacks)
		}
	}
}

// An offer that cannot be noted as seen is shown all the same.
func TestMyEscalationsWithoutSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	w.Table = readOnly{w.Table}
	list, err := w.MyEscalations(w.ctx, w.staff(w.agents[0]))
	if err != nil || len(list) != 1 || list[0].ID != a.EscalationID || list[0].Offer.SeenAt != nil {
		t.Errorf("got %+v, %v", list, err)
	}
}
