package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
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
			ID: a.Callback.ID, State: "open", EscalationIDs: []string{a.EscalationID}, DepartmentID: w.dep, Customer: r.Customer,
			Summary: r.Conversation.Summary, Because: roster.NobodyOnline, DueAt: now.Add(240 * time.Minute), Attempts: []desk.Attempt{}, CreatedAt: now,
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
		{"only the e-mail", func(r *desk.Request) { r.Customer.Phone, r.Customer.Email = "", "meera@example.com" }, false},
	} {
		if got := ask(10+i, c.change); (got == first) != c.joins {
			t.Errorf("%s: joined %t, want %t", c.name, got == first, c.joins)
		}
	}
	cb := w.callback(first)
	if len(cb.EscalationIDs) != 5 || cb.Summary != "Last." {
		t.Errorf("joined: %+v", cb.Callback)
	}
	if want := (desk.Customer{Name: "Meera", Phone: "+49301", Email: "meera@example.com"}); cb.Customer != want {
		t.Errorf("customer: got %+v, want what was known and what was missing, %+v", cb.Customer, want)
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
		{"done", func(id string) error { _, err := w.CompleteCallback(w.ctx, w.admin, id, ""); return err }, false},
		{"dismissed", func(id string) error { _, err := w.DismissCallback(w.ctx, w.admin, id, "spam"); return err }, false},
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
	key := table.Key{Partition: first, Sort: "callback"}
	it, _, err := w.Table.Get(w.ctx, key)
	must(t, err)
	fields := map[string]any{}
	must(t, json.Unmarshal(it.Body, &fields))
	fields["e"] = slices.Repeat([]string{w.acc}, 499)
	it.Body, err = json.Marshal(fields)
	must(t, err)
	must(t, w.Table.Write(w.ctx, table.Put(it, table.AtVersion(it.Version))))
	if got := ask(2); got != first {
		t.Errorf("the 500th: got %s, want %s", got, first)
	}
	second := ask(3)
	if second == first || ask(4) != second {
		t.Errorf("the next two: got %s, want another one for both", second)
	}
	if _, err := w.CompleteCallback(w.ctx, w.admin, first, ""); err != nil || ask(5) != second {
		t.Errorf("when the first is done: %v", err)
	}
}

func TestResolvedClosesCallbacks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	support := w.department("Support")
	ask := func(n int, interaction, phone, dep string) string {
		r := w.request(n)
		r.InteractionID, r.Customer, r.DepartmentID = interaction, desk.Customer{Phone: phone}, dep
		return w.miss(r).Callback.ID
	}
	w.offline(agent)
	open := []struct{ name, id string }{
		{"same customer", ask(1, "i-1", "+49301", w.dep)},
		{"same customer, another department", ask(2, "i-2", "+49301", support)},
		{"same interaction", ask(3, "i-main", "+49302", w.dep)},
		{"same interaction, no contact", ask(4, "i-main", "", w.dep)},
	}
	claimed := ask(6, "i-main", "+49306", w.dep)
	stay := []struct{ name, id, state string }{
		{"another customer", ask(5, "i-5", "+49305", w.dep), "open"},
		{"claimed", claimed, "claimed"},
	}
	_, err := w.ClaimCallback(w.ctx, w.staff(agent), claimed)
	must(t, err)

	work := func(n int, outcome string) string {
		r := w.request(n)
		r.InteractionID, r.Customer = "i-main", desk.Customer{Phone: "+49301"}
		w.online(agent)
		a := w.take(r)
		_, err := w.Complete(w.ctx, w.staff(agent), a.EscalationID, desk.Completion{Outcome: outcome})
		must(t, err)
		w.offline(agent)
		return a.EscalationID
	}
	work(10, "hand_back")
	for _, c := range open {
		if cb := w.callback(c.id); cb.State != "open" {
			t.Errorf("handed back: %s is %s, want open", c.name, cb.State)
		}
	}
	solved := work(11, "resolved")
	for _, c := range open {
		if cb := w.callback(c.id); cb.State != "done" || cb.Note == nil || !strings.Contains(*cb.Note, solved) || cb.EndedAt == nil {
			t.Errorf("resolved: %s is %+v", c.name, cb.Callback)
		}
	}
	for _, c := range stay {
		if cb := w.callback(c.id); cb.State != c.state {
			t.Errorf("resolved: %s is %s, want %s", c.name, cb.State, c.state)
		}
	}
	if next := ask(12, "i-12", "+49301", w.dep); next == open[0].id {
		t.Error("one that is done was joined")
	}
}
