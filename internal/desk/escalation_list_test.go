package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// wantList wants a list of exactly these, newest first.
func (w *world) wantList(by desk.Caller, f desk.EscalationFilter, want ...string) {
	w.t.Helper()
	got, _ := w.listed(by, f, 0)
	if !slices.Equal(got, want) {
		w.t.Errorf("%+v: got %v, want %v", f, got, want)
	}
}

// All filters of one list, and all of them together.
func TestEscalationFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	meera := func(r desk.Request, email string) desk.Request {
		r.Customer = desk.Customer{Name: "Meera", Phone: "+919800000000", Email: email}
		return r
	}
	first := w.take(meera(w.request(1), "")).EscalationID
	_, err := w.Complete(w.ctx, w.staff(agent), first, desk.Completion{Outcome: "hand_back", Verdict: "assistant_should_know"})
	must(t, err)
	w.clock.Advance(time.Minute)
	second := w.take(meera(w.call(2), "meera@example.com")).EscalationID
	w.complete(agent, second)
	w.clock.Advance(time.Minute)
	other := w.take(w.request(3)).EscalationID
	w.complete(agent, other)
	w.clock.Advance(time.Minute)
	drill, err := w.Drill(w.ctx, w.admin, "", desk.Drill{Channel: roster.Chat, MemberID: agent})
	must(t, err)

	for _, c := range []struct {
		name   string
		filter desk.EscalationFilter
		want   []string
	}{
		{"phone", desk.EscalationFilter{Customer: "+919800000000"}, []string{second, first}},
		{"e-mail", desk.EscalationFilter{Customer: "meera@example.com"}, []string{second}},
		{"nobody's phone", desk.EscalationFilter{Customer: "+4930999"}, nil},
		{"drills", desk.EscalationFilter{Drill: ptr(true)}, []string{drill.ID}},
		{"no drills", desk.EscalationFilter{Drill: ptr(false)}, []string{other, second, first}},
		{"calls", desk.EscalationFilter{Channel: roster.Call}, []string{second}},
		{"outcome", desk.EscalationFilter{Outcome: "resolved"}, []string{other, second}},
		{"verdict", desk.EscalationFilter{Verdict: "assistant_should_know"}, []string{first}},
		{"customer since", desk.EscalationFilter{Customer: "+919800000000", From: w.clock.Now().Add(-2 * time.Minute)}, []string{second}},
		{"customer until", desk.EscalationFilter{Customer: "+919800000000", To: w.clock.Now().Add(-2 * time.Minute)}, []string{first}},
		{"all together", desk.EscalationFilter{
			Customer: "+919800000000", MemberID: agent, DepartmentID: w.dep, Channel: roster.Call, Outcome: "resolved", Drill: ptr(false),
			States: []desk.State{desk.Active, desk.Completed}, From: w.clock.Now().Add(-time.Hour), To: w.clock.Now(),
		}, []string{second}},
		{"customer and another member", desk.EscalationFilter{Customer: "+919800000000", MemberID: w.admin.MemberID}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, limit := range []int{1, 0} {
				got, _ := w.in(t).listed(w.admin, c.filter, limit)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("by %d (-want +got):\n%s", limit, diff)
				}
			}
		})
	}
	// Whom it does not concern is not told by whatever filter.
	bystander := w.staff(w.member("Susi", desk.RoleStaff, w.dep))
	w.wantList(bystander, desk.EscalationFilter{Customer: "+919800000000"})
	w.wantList(bystander, desk.EscalationFilter{MemberID: agent})
	w.wantList(w.staff(agent), desk.EscalationFilter{Customer: "+919800000000"}, second, first)
	w.wantList(w.outsider(), desk.EscalationFilter{Customer: "+919800000000"})
}

// Staff see, for good, what concerned them: which they accepted, passed on, declined or
// missed, and nothing that only rang at them or at others.
func TestStaffSeeWhatConcernsThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		then func(w *world, member, id string)
		sees bool
	}{
		{"declined", func(w *world, m, id string) { w.decline(m, id) }, true},
		{"missed unseen", func(w *world, _, _ string) { w.pass(30 * time.Second) }, true},
		{"missed", func(w *world, _, id string) { w.seen(id); w.pass(30 * time.Second) }, true},
		{"went offline", func(w *world, m, _ string) { w.offline(m) }, true},
		{"accepted and completed", func(w *world, m, id string) { w.accept(m, id); w.complete(m, id) }, true},
		{"passed on", func(w *world, m, id string) {
			w.accept(m, id)
			_, err := w.Transfer(w.ctx, w.staff(m), id, desk.Transfer{DepartmentID: w.dep, Note: "n"})
			must(w.t, err)
			w.accept(w.peek(id).OfferTo, id)
		}, true},
		{"cancelled by the customer", func(w *world, _, id string) { w.end(id) }, false},
		{"moved by an admin", func(w *world, m, id string) {
			_, err := w.Transfer(w.ctx, w.admin, id, desk.Transfer{DepartmentID: w.dep})
			must(w.t, err)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, worldOptions{agents: 2})
			susi := w.agent("Susi", w.department("Support"))
			a := w.ring(w.request(1))
			member, id := a.Agent.ID, a.EscalationID
			c.then(w, member, id)
			check := func(member string, sees bool) {
				t.Helper()
				_, err := w.Escalation(w.ctx, w.staff(member), id)
				if (err == nil) != sees || err != nil && !desk.IsProblem(err, "not-found") {
					t.Errorf("alone: %v, want to see it: %t", err, sees)
				}
				var want []string
				if sees {
					want = []string{id}
				}
				w.wantList(w.staff(member), desk.EscalationFilter{}, want...)
				w.wantList(w.admin, desk.EscalationFilter{MemberID: member}, want...)
			}
			check(member, c.sees)
			check(susi, false)
			// However long it goes on.
			if e := w.peek(id); e.State.Open() && c.sees {
				must(t, w.FillHistory(w.ctx, id, 60, func(int) string { return "" }))
				must(t, w.Unlog(w.ctx, id))
				check(member, true)
				check(susi, false)
			}
		})
	}
}

// What became of an escalation is for whom its callback is for.
func TestStaffSeeByTheCallback(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	susi := w.member("Susi", desk.RoleStaff, w.department("Support"))
	sees := func(member, id string, want bool) {
		t.Helper()
		_, err := w.Escalation(w.ctx, w.staff(member), id)
		if (err == nil) != want || err != nil && !desk.IsProblem(err, "not-found") {
			t.Errorf("got %v, want it seen: %t", err, want)
		}
	}
	id := w.miss(w.request(1)).EscalationID
	sees(w.agents[0], id, true)
	sees(susi, id, false)
	w.wantList(w.staff(w.agents[0]), desk.EscalationFilter{}) // it is among the callbacks

	r := w.request(2)
	r.DepartmentID = ""
	sees(susi, w.miss(r).EscalationID, true) // of no department: for all

	outsider := w.outsider()
	outsider.Role = desk.RoleStaff
	if _, err := w.Escalation(w.ctx, outsider, id); !desk.IsProblem(err, "not-found") {
		t.Errorf("another account: %v", err)
	}
	w.deleteDepartment(w.dep)
	sees(susi, id, true) // of none now
	w.remove(w.agents[0])
	sees(w.agents[0], id, false)
}

// Only what concerned them has an entry; an offer alone costs none.
func TestOffersAreNotListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	w.wantList(w.staff(a.Agent.ID), desk.EscalationFilter{})
	w.end(a.EscalationID)
	w.wantList(w.staff(a.Agent.ID), desk.EscalationFilter{})
}
