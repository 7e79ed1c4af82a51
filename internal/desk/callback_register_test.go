package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestWhyNobody(t *testing.T) {
	t.Parallel()
	// Sales has one agent; Olga and the agent of Support are outside of it.
	for _, c := range []struct {
		name   string
		before func(w *world, agent, support string)
		change func(*desk.Request)
		want   roster.Because
	}{
		{"on shift and online", func(w *world, agent, _ string) { w.capacity(agent, 0, 0) }, nil, roster.AllBusy},
		{"on shift, offline", func(w *world, agent, _ string) { w.offline(agent) }, nil, roster.NobodyOnline},
		{"off shift, online", func(w *world, agent, _ string) { w.schedule(agent, "Europe/Berlin 7/0900-1700") }, nil, roster.OffShift},
		{"the others do not count", func(w *world, agent, support string) { w.offline(agent); w.capacity(support, 0, 0) }, nil, roster.NobodyOnline},
		{"everyone: they do", func(w *world, agent, support string) { w.offline(agent); w.capacity(support, 0, 0) }, everyone, roster.AllBusy},
		{"everyone: on shift", func(w *world, agent, support string) { w.offline(agent); w.offline(support) }, everyone, roster.NobodyOnline},
		{"no such team", func(w *world, agent, _ string) {}, unknown, roster.NoSuchTeam},
		{"no such name", func(w *world, agent, _ string) {}, unknownName, roster.NoSuchTeam},
		{"unknown, everyone may be", unknownForEveryone, unknown, roster.NobodyOnline},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.settings(desk.AccountPatch{Overflow: ptr("none")})
			support := w.agent("Susi", w.department("Support"))
			c.before(w, w.agents[0], support)
			r := w.request(1)
			if c.change != nil {
				c.change(&r)
			}
			a := w.miss(r)
			if *a.Because != c.want || w.callback(a.Callback.ID).Because != c.want || *w.view(a.EscalationID).Because != c.want {
				t.Errorf("because: got %s, want %s", *a.Because, c.want)
			}
		})
	}
}

func everyone(r *desk.Request) { r.DepartmentID = "" }

func unknown(r *desk.Request) { r.DepartmentID = "dep_aaaaaaaaaaaa" }

func unknownName(r *desk.Request) { r.DepartmentID, r.Department = "", "Plumbing" }

func unknownForEveryone(w *world, agent, support string) {
	w.settings(desk.AccountPatch{Overflow: ptr("everyone")})
	w.offline(agent)
	w.offline(support)
}

func TestCallbackIsRegistered(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	r := w.request(1)
	r.Customer = desk.Customer{Name: "Meera", Phone: "+919800000000", Email: "Meera@Example.com", Locale: "en-IN", TimeZone: "Asia/Kolkata"}
	a := w.miss(r)
	if a.State != desk.CalledFor || a.Callback.NeedsContact {
		t.Errorf("answer: %+v", a)
	}
	now := w.clock.Now()
	r.Customer.Email = "meera@example.com"
	want := desk.CallbackDetail{
		Callback: desk.Callback{
			ID: a.Callback.ID, State: "open", EscalationIDs: []string{a.EscalationID}, DepartmentID: w.dep, DepartmentName: ptr("Sales"), Customer: r.Customer,
			Summary: r.Conversation.Summary, Because: roster.NobodyOnline, DueAt: now.Add(240 * time.Minute), Attempts: []desk.Attempt{}, CreatedAt: now, UpdatedAt: now,
			EntriesCount: 1, Entries: []desk.Entry{{
				At: now, State: "open", EscalationID: a.EscalationID, InteractionID: "conv-1", Channel: roster.Chat, Reason: desk.CustomerRequest,
				Summary: r.Conversation.Summary, Customer: r.Customer,
			}},
		},
		Conversations: []desk.CallbackConversation{{EscalationID: a.EscalationID, CreatedAt: now, Channel: roster.Chat, Conversation: r.Conversation}},
	}
	if diff := cmp.Diff(want, w.callback(a.Callback.ID)); diff != "" {
		t.Errorf("callback (-want +got):\n%s", diff)
	}
	if e := w.view(a.EscalationID); e.CallbackID == nil || *e.CallbackID != a.Callback.ID {
		t.Errorf("escalation: %+v", e)
	}
	_, err := w.Callback(w.ctx, w.outsider(), a.Callback.ID, "")
	wantProblem(t, err, "not-found")
}

func TestJoining(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	ask := func(n int, change func(*desk.Request)) string {
		r := w.request(n)
		r.Customer = desk.Customer{Name: "Meera", Phone: "+49301"}
		change(&r)
		return w.miss(r).Callback.ID
	}
	same := func(*desk.Request) {}
	first := ask(1, func(r *desk.Request) { r.Customer.Name = ""; r.Conversation.Summary = "First." })
	for i, c := range []struct {
		name   string
		change func(*desk.Request)
		joins  bool
	}{
		{"the same", same, true},
		{"with an e-mail too", func(r *desk.Request) { r.Customer.Email = "meera@example.com" }, true},
		{"another name", func(r *desk.Request) { r.Customer.Name = "M."; r.Conversation.Summary = "Last." }, true},
		{"a call", func(r *desk.Request) { r.Channel = roster.Call; r.Conversation.Summary = "" }, true},
		{"another department", func(r *desk.Request) { r.DepartmentID = support }, false},
		{"no department", everyone, false},
		{"another phone", func(r *desk.Request) { r.Customer.Phone = "+49302" }, false},
		{"only the e-mail, that one of them gave", func(r *desk.Request) { r.Customer.Phone, r.Customer.Email = "", "meera@example.com" }, true},
		{"its conversation, for another department", func(r *desk.Request) {
			r.InteractionID, r.DepartmentID, r.Customer = "conv-1", support, desk.Customer{}
		}, true},
	} {
		if got := ask(10+i, c.change); (got == first) != c.joins {
			t.Errorf("%s: joined %t, want %t", c.name, got == first, c.joins)
		}
	}
	cb := w.callback(first)
	if len(cb.EscalationIDs) != 7 || cb.EntriesCount != 7 || cb.Summary != "First." {
		t.Errorf("joined: %+v", cb.Callback)
	}
	if want := (desk.Customer{Phone: "+49301"}); cb.Customer != want {
		t.Errorf("customer: got %+v, want that of the first, %+v", cb.Customer, want)
	}
	if want := (desk.Customer{Name: "M.", Phone: "+49301"}); cb.Entries[3].Customer != want || cb.Entries[3].Summary != "Last." {
		t.Errorf("entry: got %+v, want its own customer %+v", cb.Entries[3], want)
	}
	if _, err := w.Callback(w.ctx, w.staff(w.member("Susi", desk.RoleStaff, support)), first, ""); err != nil {
		t.Errorf("seen from the department of one of its entries: %v", err)
	}

	mail := ask(30, func(r *desk.Request) { r.Customer = desk.Customer{Email: "Asha@Example.com"} })
	if got := ask(31, func(r *desk.Request) { r.Customer = desk.Customer{Email: "asha@EXAMPLE.com"} }); got != mail {
		t.Error("an e-mail in another case does not join")
	}
	nobody := func(r *desk.Request) { r.Customer = desk.Customer{Name: "?"} }
	if ask(32, nobody) == ask(33, nobody) {
		t.Error("customers without any contact join")
	}
}

func TestJoiningByState(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.staff(w.agents[0])
	for i, c := range []struct {
		name  string
		act   func(id string) error
		joins bool
	}{
		{"claimed", func(id string) error { _, err := w.ClaimCallback(w.ctx, agent, id); return err }, true},
		{"done", func(id string) error {
			_, err := w.CompleteCallback(w.ctx, w.admin, id, desk.Ending{Note: ""})
			return err
		}, false},
		{"dismissed", func(id string) error {
			_, err := w.DismissCallback(w.ctx, w.admin, id, desk.Ending{Note: "spam"})
			return err
		}, false},
	} {
		r := w.request(100 * i)
		id := w.miss(r).Callback.ID
		must(t, c.act(id))
		r.RequestID, r.InteractionID = r.RequestID+"b", r.InteractionID+"b"
		next := w.miss(r).Callback.ID
		if (next == id) != c.joins {
			t.Errorf("%s: joined %t, want %t", c.name, next == id, c.joins)
		}
		r.RequestID, r.InteractionID = r.RequestID+"c", r.InteractionID+"c"
		if last := w.miss(r).Callback.ID; last != next {
			t.Errorf("%s: the one after joined %s, want %s", c.name, last, next)
		}
	}
}

// A callback does not grow for ever: after very many the customer gets a new one.
func TestJoiningEnds(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	ask := func(n int) string {
		r := w.request(n)
		r.Customer = desk.Customer{Phone: "+49301"}
		return w.miss(r).Callback.ID
	}
	first := ask(1)
	for n := 2; n <= 80; n++ {
		if got := ask(n); got != first {
			t.Fatalf("no. %d: got %s, want %s", n, got, first)
		}
	}
	second := ask(81)
	if second == first || ask(82) != second {
		t.Errorf("the next two: got %s, want another one for both", second)
	}
	if _, err := w.CompleteCallback(w.ctx, w.admin, first, desk.Ending{}); err != nil || ask(83) != second {
		t.Errorf("when the first is done: %v", err)
	}
	cb := w.callback(first)
	if cb.EntriesCount != 80 || len(cb.Entries) != 50 || cb.Entries[49].State != "helped" || len(cb.EscalationIDs) != 80 {
		t.Errorf("full: %d entries, %d shown, %d escalations", cb.EntriesCount, len(cb.Entries), len(cb.EscalationIDs))
	}
}

// Departments are bounded, too: they stand in the head.
func TestJoiningEndsByDepartments(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	ask := func(n int, dep string) string {
		r := w.request(n)
		r.InteractionID, r.DepartmentID = "conv-1", dep
		return w.miss(r).Callback.ID
	}
	first := ask(1, w.dep)
	for n := range 19 {
		if got := ask(n+2, w.department(fmt.Sprint("No. ", n))); got != first {
			t.Fatalf("department %d: got %s, want %s", n+2, got, first)
		}
	}
	if got := ask(30, w.department("One more")); got == first {
		t.Error("the 21st department joined")
	}
}
