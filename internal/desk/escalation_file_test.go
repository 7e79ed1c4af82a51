package desk_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Filing changes the department alone, in every state but ringing, and nobody's phone rings.
func TestFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		begin func(w *world) string
		state desk.State
	}{
		{"active", func(w *world) string { return w.take(w.request(1)).EscalationID }, desk.Active},
		{"completed", func(w *world) string {
			id := w.take(w.request(1)).EscalationID
			w.complete(w.agents[0], id)
			return id
		}, desk.Completed},
		{"cancelled", func(w *world) string {
			id := w.ring(w.request(1)).EscalationID
			w.end(id)
			return id
		}, desk.Cancelled},
		{"called for", func(w *world) string {
			w.offline(w.agents[0])
			return w.miss(w.request(1)).EscalationID
		}, desk.CalledFor},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			gents := w.department("Gents")
			helper := w.member("Hugo", desk.RoleStaff, gents)
			w.phone(helper)
			id := c.begin(w)
			w.online(helper)
			w.clock.Advance(time.Second)
			for range 2 { // done again it changes nothing
				e, err := w.File(w.ctx, w.admin, id, gents)
				must(t, err)
				if e.DepartmentID != gents || e.State != c.state || e.Offer != nil {
					t.Errorf("got %s in %s with the offer %+v, want it %s in Gents", e.State, e.DepartmentID, e.Offer, c.state)
				}
			}
			h := w.view(id).History
			n := 0
			for _, e := range h {
				if e.What == "filed" && e.MemberID == w.admin.MemberID {
					n++
				}
			}
			if n != 1 {
				t.Errorf("got the history %+v, want it filed once, by the admin", h)
			}
			if slices.ContainsFunc(w.notices(helper), func(n desk.Notice) bool { return n.Kind == desk.NoticeOffer }) {
				t.Errorf("a phone rang: %+v", w.notices(helper))
			}
			trail, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{}, desk.Page{})
			must(t, err)
			if !slices.Contains(desk.AuditKinds(), "escalation.filed") {
				t.Error("nobody can ask the audit for filings")
			}
			if a := trail.Items[0]; a.What != "escalation.filed" || a.Target != id || a.MemberID != w.admin.MemberID {
				t.Errorf("the audit's newest entry is %+v, want the filing", a)
			}
		})
	}
}

// The log has words for a filing, as for all else that a history tells.
func TestFileIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	gents := w.department("Gents")
	id := w.take(w.request(1)).EscalationID
	var lines bytes.Buffer
	w.Desk.Log = slog.New(slog.NewTextHandler(&lines, nil))
	_, err := w.File(w.ctx, w.admin, id, gents)
	must(t, err)
	if got := lines.String(); strings.Contains(got, `msg=""`) || !strings.Contains(got, "filed") {
		t.Errorf("got the lines %q, want one that says filed", got)
	}
}

func TestFileIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	gents := w.department("Gents")
	rings := w.ring(w.request(1))
	_, err := w.File(w.ctx, w.admin, rings.EscalationID, gents)
	if p := wantProblem(t, err, "use-transfer"); p.Class != desk.Conflict {
		t.Errorf("got %+v, want a conflict", p)
	}
	_, err = w.File(w.ctx, w.staff(rings.Agent.ID), rings.EscalationID, gents)
	wantProblem(t, err, "not-found") // offered is not assigned
	w.accept(rings.Agent.ID, rings.EscalationID)
	_, err = w.File(w.ctx, w.staff(rings.Agent.ID), rings.EscalationID, "dep_nosuchthing")
	wantFields(t, err, "departmentId")
	must(t, w.DeleteDepartment(w.ctx, w.admin, gents))
	_, err = w.File(w.ctx, w.staff(rings.Agent.ID), rings.EscalationID, gents)
	wantFields(t, err, "departmentId")
	_, err = w.File(w.ctx, w.outsider(), rings.EscalationID, w.dep)
	wantProblem(t, err, "not-found")
}

// A transfer under way goes on, and whoever takes it has it in the department that it was for.
func TestFileDuringTransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	gents, ladies := w.department("Gents"), w.department("Ladies")
	id := w.take(w.request(1)).EscalationID
	receiver := w.agent("Hugo", gents)
	_, err := w.Transfer(w.ctx, w.staff(w.agents[0]), id, desk.Transfer{MemberID: receiver})
	must(t, err)
	e, err := w.File(w.ctx, w.staff(w.agents[0]), id, ladies)
	must(t, err)
	if e.DepartmentID != ladies || e.Offer == nil || e.Offer.MemberID != receiver {
		t.Errorf("got %s offered to %+v, want it in Ladies and still at the receiver", e.DepartmentID, e.Offer)
	}
	if e = w.accept(receiver, id); e.DepartmentID != ladies {
		t.Errorf("accepted it is in %s, want Ladies", e.DepartmentID)
	}
}

// A callback follows its escalation: the lists of the new department have it, those of the old
// one only as long as another conversation is of it, and the customer's next request there
// joins it.
func TestFileWhatWaitsAsACallback(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	gents := w.department("Gents")
	listed := func(dep string) []string {
		t.Helper()
		l, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{DepartmentID: dep}, desk.Page{})
		must(t, err)
		return ids(l.Items, func(cb desk.Callback) string { return cb.ID })
	}
	first := w.miss(w.request(1))
	cb := first.Callback.ID
	again := w.request(1)
	again.RequestID, again.InteractionID = "again", "again"
	second := w.miss(again)
	if second.Callback.ID != cb {
		t.Fatalf("the second is %s, want it to join %s", second.Callback.ID, cb)
	}
	for i, c := range []struct {
		id          string
		sales, gent int
	}{{first.EscalationID, 1, 1}, {second.EscalationID, 0, 1}} {
		w.clock.Advance(time.Second)
		_, err := w.File(w.ctx, w.admin, c.id, gents)
		must(t, err)
		if a, b := listed(w.dep), listed(gents); len(a) != c.sales || len(b) != c.gent {
			t.Errorf("%d filed: Sales lists %v and Gents %v, want %d and %d", i+1, a, b, c.sales, c.gent)
		}
	}
	if got := w.callback(cb); got.DepartmentID != gents || got.EntriesCount != 2 {
		t.Errorf("got it in %s with %d entries, want Gents and 2", got.DepartmentID, got.EntriesCount)
	}
	third := w.request(1)
	third.RequestID, third.InteractionID, third.DepartmentID = "third", "third", gents
	third.Customer.Email = ""
	if got := w.miss(third).Callback.ID; got != cb {
		t.Errorf("the customer's next request in Gents is %s, want it to join %s", got, cb)
	}
}
