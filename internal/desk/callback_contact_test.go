package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func TestContact(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	r := w.request(1)
	r.Customer = desk.Customer{Name: "Meera"}
	a := w.miss(r)
	if !a.Callback.NeedsContact || !w.callback(a.Callback.ID).NeedsContact || !strings.Contains(a.Say, "?") {
		t.Fatalf("without contact: %+v", a)
	}
	about := desk.About{CallbackID: a.Callback.ID}
	_, err := w.Contact(w.ctx, w.outsider().AccountID, about, desk.Customer{Phone: "+49301"})
	wantProblem(t, err, "not-found")
	_, err = w.Contact(w.ctx, w.acc, desk.About{CallbackID: "cb_aaaaaaaaaaaa"}, desk.Customer{Phone: "+49301"})
	wantProblem(t, err, "not-found")
	for range 2 { // repeated
		cb, err := w.Contact(w.ctx, w.acc, about, desk.Customer{Email: " Meera@Example.com", Locale: "en"})
		must(t, err)
		want := desk.Customer{Name: "Meera", Email: "meera@example.com", Locale: "en"}
		if cb.Customer != want || cb.NeedsContact || cb.State != "open" || cb.Entries[0].Customer != want {
			t.Errorf("completed: %+v", cb)
		}
	}
	if s, err := w.Status(w.ctx, w.acc, a.EscalationID); err != nil || s.Callback.NeedsContact {
		t.Errorf("status: %+v, %v", s, err)
	}
	_, err = w.Contact(w.ctx, w.acc, about, desk.Customer{Phone: "+49301"})
	must(t, err)
	for i, c := range []desk.Customer{{Phone: "+49301"}, {Email: "meera@example.com"}} {
		r := w.request(10 + i)
		r.Customer = c
		if got := w.miss(r).Callback.ID; got != a.Callback.ID {
			t.Errorf("%+v does not join", c)
		}
	}
}

// How the assistant may name the conversation that it speaks of.
func TestContactOfWhichConversation(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	ask := func(n int, phone string) desk.Answer {
		r := w.request(n)
		r.Customer = desk.Customer{Name: "First", Phone: phone}
		if n > 1 {
			r.Customer.Name = "Other"
		}
		return w.miss(r)
	}
	first := ask(1, "+49301")
	id := first.Callback.ID
	other := ask(2, "+49301")
	stranger := ask(3, "+49303")
	if other.Callback.ID != id {
		t.Fatal("the second conversation does not join")
	}
	for _, c := range []struct {
		name    string
		about   desk.About
		problem string
		entry   int // whose e-mail it becomes; the first one's is the callback's as well
	}{
		{"the callback alone", desk.About{CallbackID: id}, "which-conversation", 0},
		{"nothing", desk.About{}, "not-found", 0},
		{"an interaction that is not in it", desk.About{CallbackID: id, InteractionID: "conv-3"}, "not-found", 0},
		{"an escalation that is not in it", desk.About{CallbackID: id, EscalationID: stranger.EscalationID}, "not-found", 0},
		{"an unknown interaction", desk.About{InteractionID: "conv-99"}, "not-found", 0},
		{"an unknown escalation", desk.About{EscalationID: "esc_aaaaaaaaaaaa"}, "not-found", 0},
		{"callback and interaction", desk.About{CallbackID: id, InteractionID: "conv-2"}, "", 1},
		{"callback and escalation", desk.About{CallbackID: id, EscalationID: first.EscalationID}, "", 0},
		{"interaction", desk.About{InteractionID: "conv-1"}, "", 0},
		{"escalation", desk.About{EscalationID: other.EscalationID}, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := w.callback(id)
			email := strings.ReplaceAll(c.name, " ", ".") + "@example.com"
			cb, err := w.Contact(w.ctx, w.acc, c.about, desk.Customer{Email: email})
			if c.problem != "" {
				wantProblem(t, err, c.problem)
				if diff := cmp.Diff(before, w.callback(id)); diff != "" {
					t.Errorf("refused, and changed (-before +after):\n%s", diff)
				}
				return
			}
			must(t, err)
			for i := range 2 {
				if got := cb.Entries[i].Customer.Email; (got == email) != (i == c.entry) {
					t.Errorf("entry %d has the e-mail %q", i, got)
				}
			}
			if (cb.Customer.Email == email) != (c.entry == 0) || cb.Customer.Name != "First" {
				t.Errorf("the callback's customer is %+v", cb.Customer)
			}
		})
	}
}

func TestContactOpensAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		given desk.Customer
		opens bool
	}{
		{"the phone that is known", desk.Customer{Phone: "+525512345678"}, false},
		{"the phone that is known, of another network", desk.Customer{Phone: "+5215512345678"}, false},
		{"the e-mail that is known", desk.Customer{Email: "MEERA@example.com"}, false},
		{"a name", desk.Customer{Name: "Meera K."}, false},
		{"a new phone", desk.Customer{Phone: "+49301"}, true},
		{"a new e-mail", desk.Customer{Email: "m@example.com"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := quiet(t)
			r := w.request(1)
			r.Customer = desk.Customer{Name: "Meera", Phone: "+525512345678", Email: "meera@example.com"}
			id := w.miss(r).Callback.ID
			agent := w.staff(w.agents[0])
			_, err := w.ClaimCallback(w.ctx, agent, id)
			must(t, err)
			_, err = w.AttemptCallback(w.ctx, agent, id, desk.NewAttempt{Outcome: "wrong_number"})
			must(t, err)
			_, err = w.DismissCallback(w.ctx, agent, id, desk.Ending{Note: "wrong number"})
			must(t, err)
			w.clock.Advance(24 * time.Hour)
			for range 2 {
				_, err = w.Contact(w.ctx, w.acc, desk.About{CallbackID: id}, c.given)
				must(t, err)
			}
			cb := w.callback(id)
			want := "dismissed"
			if c.opens {
				want = "open"
			}
			if cb.State != want || cb.AttemptsCount != 1 || cb.Entries[0].State != map[bool]string{true: "open", false: "helped"}[c.opens] {
				t.Fatalf("it is %s, want %s: %+v", cb.State, want, cb.Callback)
			}
			if c.opens && (cb.ClaimedBy != nil || cb.Note != nil || cb.EndedAt != nil || !cb.DueAt.Equal(w.clock.Now().Add(240*time.Minute))) {
				t.Errorf("open again: %+v", cb.Callback)
			}
			// A repeat after it was dismissed again does not.
			if c.opens {
				_, err = w.DismissCallback(w.ctx, w.admin, id, desk.Ending{Note: "spam"})
				must(t, err)
				cb, err := w.Contact(w.ctx, w.acc, desk.About{CallbackID: id}, c.given)
				if err != nil || cb.State != "dismissed" {
					t.Errorf("repeated after another end: %s, %v", cb.State, err)
				}
			}
		})
	}
}

// Two callbacks turn out to be of one customer.
func TestContactUnites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		claims     []int // who has which: agent 0 the older, agent 1 the younger
		younger    string
		speaksLast bool // the younger one's conversation gives the contact
	}{
		{"the younger says so", nil, "done", true},
		{"the older says so", nil, "done", false},
		{"the older is claimed", []int{0}, "done", true},
		{"the younger is claimed", []int{1}, "claimed", true},
		{"both are claimed", []int{0, 1}, "claimed", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			var cbs [2]string
			for i := range cbs {
				w.offline(w.agents[i])
				w.phone(w.agents[i])
			}
			for i, phone := range []string{"+49301", "+49302"} {
				r := w.request(i)
				r.Customer = desk.Customer{Phone: phone}
				cbs[i] = w.miss(r).Callback.ID
				w.clock.Advance(time.Minute)
			}
			for _, i := range c.claims {
				_, err := w.ClaimCallback(w.ctx, w.staff(w.agents[i]), cbs[i])
				must(t, err)
			}
			about, phone := desk.About{InteractionID: "conv-0"}, "+49302"
			if c.speaksLast {
				about, phone = desk.About{InteractionID: "conv-1"}, "+49301"
			}
			for range 2 {
				_, err := w.Contact(w.ctx, w.acc, about, desk.Customer{Phone: phone})
				must(t, err)
			}
			older, younger := w.callback(cbs[0]), w.callback(cbs[1])
			united := c.younger == "done"
			if younger.State != c.younger || (younger.JoinedTo != nil && *younger.JoinedTo == older.ID) != united {
				t.Fatalf("the younger: %+v", younger.Callback)
			}
			for _, i := range c.claims {
				w.wantNews(w.agents[i], 1)
			}
			if !united {
				return
			}
			if older.EntriesCount != 2 || len(older.Entries) != 2 || len(older.Conversations) != 2 {
				t.Errorf("the older: %+v", older.Callback)
			}
			r := w.request(5)
			r.Customer = desk.Customer{Phone: "+49302"}
			if got := w.miss(r).Callback.ID; got != older.ID {
				t.Errorf("the next joins %s, want the older, %s", got, older.ID)
			}
			// The id that was given out keeps working.
			_, err := w.Withdraw(w.ctx, w.acc, desk.About{CallbackID: younger.ID})
			must(t, err)
			if got := w.callback(younger.ID).Entries[0].State; got != "taken_back" {
				t.Errorf("withdrawn by the younger's id: %s", got)
			}
			_, err = w.CompleteCallback(w.ctx, w.admin, older.ID, desk.Ending{})
			must(t, err)
			for _, e := range w.callback(older.ID).Entries {
				if e.State == "open" {
					t.Errorf("the older is done, and open is %+v", e)
				}
			}
		})
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.agents[0]
	w.phone(agent)
	ask := func(n int) string {
		r := w.request(n)
		r.Customer = desk.Customer{Phone: "+49301"}
		return w.miss(r).Callback.ID
	}
	id := ask(1)
	ask(2)
	_, err := w.ClaimCallback(w.ctx, w.staff(agent), id)
	must(t, err)
	_, err = w.Withdraw(w.ctx, w.acc, desk.About{CallbackID: id})
	wantProblem(t, err, "which-conversation")
	for i, c := range []struct{ state, first, second string }{
		{"claimed", "taken_back", "open"},
		{"done", "taken_back", "taken_back"},
	} {
		for range 2 {
			cb, err := w.Withdraw(w.ctx, w.acc, desk.About{InteractionID: []string{"conv-1", "conv-2"}[i]})
			must(t, err)
			if cb.State != c.state || cb.Entries[0].State != c.first || cb.Entries[1].State != c.second {
				t.Errorf("no. %d: %+v", i, cb)
			}
		}
	}
	w.wantNews(agent, 1) // of the same callback
	if next := ask(3); next == id {
		t.Error("one that is done was joined")
	}
}

// What joined after the agent looked is not ended with the rest.
func TestEntriesSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		seen  *int
		state string
		last  string
	}{
		{"all, by an older app", nil, "done", "helped"},
		{"both", ptr(2), "done", "helped"},
		{"more than there are", ptr(9), "done", "helped"},
		{"the first", ptr(1), "claimed", "open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := quiet(t)
			agent := w.staff(w.agents[0])
			ask := func(n int) string {
				r := w.request(n)
				r.Customer = desk.Customer{Phone: "+49301"}
				return w.miss(r).Callback.ID
			}
			id := ask(1)
			_, err := w.ClaimCallback(w.ctx, agent, id)
			must(t, err)
			ask(2)
			for range 2 {
				cb, err := w.CompleteCallback(w.ctx, agent, id, desk.Ending{Note: "Helped", EntriesSeen: c.seen})
				must(t, err)
				if cb.State != c.state || cb.Entries[0].State != "helped" || cb.Entries[1].State != c.last {
					t.Errorf("%+v", cb)
				}
			}
		})
	}
}
