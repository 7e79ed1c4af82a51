package desk_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

func TestResolvedClosesCallbacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		asked  func(r *desk.Request, support string) // the callback's
		claims bool                                  // by a colleague
		names  bool                                  // the agent names it besides
		want   string
		entry  string
	}{
		{"same customer", func(*desk.Request, string) {}, false, false, "done", "helped"},
		{"same customer, without a name", func(r *desk.Request, _ string) { r.Customer.Name = "" }, false, false, "done", "helped"},
		{"same customer, name in capitals", func(r *desk.Request, _ string) { r.Customer.Name = "MEERA" }, false, false, "done", "helped"},
		{"same number, another name", func(r *desk.Request, _ string) { r.Customer.Name = "Farhan" }, false, false, "open", "open"},
		{"same customer, another department", func(r *desk.Request, support string) { r.DepartmentID = support }, false, false, "open", "open"},
		{"same conversation, another department", func(r *desk.Request, support string) {
			r.InteractionID, r.DepartmentID, r.Customer = "conv-9", support, desk.Customer{Name: "?"}
		}, false, false, "done", "helped"},
		{"same conversation, claimed by a colleague", func(r *desk.Request, _ string) { r.InteractionID = "conv-9" }, true, false, "claimed", "helped"},
		{"same conversation, claimed by a colleague, and named", func(r *desk.Request, _ string) { r.InteractionID = "conv-9" }, true, true, "claimed", "helped"},
		{"another customer", func(r *desk.Request, _ string) { r.Customer.Phone = "+49305" }, false, false, "open", "open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			agent, colleague := w.agents[0], w.agents[1]
			w.offline(agent)
			w.offline(colleague)
			r := w.request(1)
			r.Customer = desk.Customer{Name: "Meera", Phone: "+49301"}
			c.asked(&r, w.department("Support"))
			id := w.miss(r).Callback.ID
			if c.claims {
				_, err := w.ClaimCallback(w.ctx, w.staff(colleague), id)
				must(t, err)
				w.phone(colleague)
			}
			work := func(n int, outcome string) string {
				r := w.request(n)
				r.InteractionID, r.Customer = "conv-9", desk.Customer{Name: "Meera", Phone: "+49301"}
				w.online(agent)
				a := w.take(r)
				done := desk.Completion{Outcome: outcome}
				if c.names && outcome == "resolved" {
					done.CallbackIDs = []string{id}
				}
				_, err := w.Complete(w.ctx, w.staff(agent), a.EscalationID, done)
				must(t, err)
				w.offline(agent)
				return a.EscalationID
			}
			before := w.callback(id).State
			if work(9, "hand_back"); w.callback(id).State != before {
				t.Errorf("handed back: it is %s, want %s", w.callback(id).State, before)
			}
			solved := work(10, "resolved")
			cb := w.callback(id)
			if cb.State != c.want || cb.Entries[0].State != c.entry {
				t.Fatalf("resolved: it is %s, its entry %s; want %s and %s", cb.State, cb.Entries[0].State, c.want, c.entry)
			}
			if c.claims {
				w.wantNews(colleague, 1)
			}
			if c.want != "done" {
				return
			}
			if cb.Note == nil || !strings.Contains(*cb.Note, solved) || cb.EndedAt == nil {
				t.Errorf("resolved: %+v", cb.Callback)
			}
			// It was, in other words; and it was not, after all.
			_, err := w.Complete(w.ctx, w.staff(agent), solved, desk.Completion{Outcome: "resolved", Note: "Sent a label."})
			must(t, err)
			if cb := w.callback(id); cb.State != "done" {
				t.Errorf("said in other words: it is %s", cb.State)
			}
			if _, err := w.Callback(w.ctx, w.staff(agent), id, ""); err == nil { // else it cannot be named
				for _, again := range []desk.Completion{{Outcome: "no_customer", CallbackIDs: []string{id}}, {Outcome: "resolved"}} {
					_, err = w.Complete(w.ctx, w.staff(agent), solved, again)
					must(t, err)
					if cb := w.callback(id); cb.State != "done" {
						t.Errorf("corrected to %s: it is %s", again.Outcome, cb.State)
					}
				}
			}
			_, err = w.Complete(w.ctx, w.staff(agent), solved, desk.Completion{Outcome: "hand_back"})
			must(t, err)
			if cb := w.callback(id); cb.State != "open" || cb.Entries[0].State != "open" || cb.Note != nil || cb.EndedAt != nil {
				t.Errorf("corrected: %+v", cb.Callback)
			}
		})
	}
}

// An agent sees what else their customer waits for, and closes it with the rest.
func TestCallbacksThatAgentsClose(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent, colleague := w.staff(w.agents[0]), w.staff(w.agents[1])
	support := w.department("Support")
	w.offline(agent.MemberID)
	w.offline(colleague.MemberID)
	ask := func(n int, dep string) string {
		r := w.request(n)
		r.Customer, r.DepartmentID = desk.Customer{Phone: "+49301"}, dep
		return w.miss(r).Callback.ID
	}
	mine, theirs, held := ask(1, w.dep), ask(2, support), ask(3, "")
	_, err := w.ClaimCallback(w.ctx, colleague, held)
	must(t, err)
	w.phone(colleague.MemberID)
	w.online(agent.MemberID)
	r := w.request(9)
	r.Customer = desk.Customer{Phone: "+49301"}
	a := w.ring(r)
	e := w.accept(agent.MemberID, a.EscalationID)
	if got := ids(e.CustomerCallbacks, func(cb desk.CustomerCallback) string { return cb.ID }); !slices.Contains(got, mine) || !slices.Contains(got, held) || slices.Contains(got, theirs) {
		t.Errorf("shown: %v, want those in sight, %s and %s", got, mine, held)
	}
	done := desk.Completion{Outcome: "hand_back", CallbackIDs: []string{theirs}}
	_, err = w.Complete(w.ctx, agent, a.EscalationID, done)
	wantFields(t, err, "callbackIds[0]")
	done.CallbackIDs = []string{mine, held}
	for range 2 {
		_, err = w.Complete(w.ctx, agent, a.EscalationID, done)
		must(t, err)
	}
	for _, c := range []struct{ name, id, want string }{{"in sight", mine, "done"}, {"held by another", held, "claimed"}, {"out of sight", theirs, "open"}} {
		if got := w.callback(c.id).State; got != c.want {
			t.Errorf("%s: it is %s, want %s", c.name, got, c.want)
		}
	}
	w.wantNews(colleague.MemberID, 1)
}

// Two people with one number wait in one callback: helping one leaves the other's entry.
func TestResolvedLeavesStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.offline(agent)
	ask := func(n int, name string) desk.Request {
		r := w.request(n)
		r.Customer = desk.Customer{Name: name, Phone: "+49301"}
		return r
	}
	id := w.miss(ask(1, "Meera")).Callback.ID
	w.miss(ask(2, "Farhan"))
	w.miss(ask(3, ""))
	w.online(agent)
	a := w.take(ask(4, "meera"))
	_, err := w.Complete(w.ctx, w.staff(agent), a.EscalationID, desk.Completion{Outcome: "resolved"})
	must(t, err)
	cb := w.callback(id)
	got := []string{cb.State, cb.Entries[0].State, cb.Entries[1].State, cb.Entries[2].State}
	if want := []string{"open", "helped", "open", "helped"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
