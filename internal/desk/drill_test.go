package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestDrill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	for _, id := range w.agents {
		w.phone(id)
	}
	e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{DepartmentID: w.dep, Channel: roster.Chat})
	must(t, err)
	if !e.Drill || e.State != desk.Ringing || e.Offer == nil || e.DepartmentID != w.dep || e.Channel != roster.Chat {
		t.Fatalf("drill: %+v", e)
	}
	if n := w.notices(e.Offer.MemberID); len(n) != 1 || !n[0].Drill {
		t.Errorf("push: %+v", n)
	}
	got := w.accept(e.Offer.MemberID, e.ID)
	if !got.Drill || got.Conversation == nil {
		t.Errorf("accepted: %+v", got)
	}
	w.complete(e.Offer.MemberID, e.ID)

	// Nobody takes it: it is over, and nobody is to be called back. The three come one
	// after another in one world, which must be clean again for the next.
	for _, c := range []struct {
		name string
		end  func(w *world, id string)
	}{
		{"declined", func(w *world, id string) {
			for w.peek(id).State == desk.Ringing {
				w.decline(w.peek(id).OfferTo, id)
			}
		}},
		{"missed", func(w *world, _ string) { w.pass(2*stands + time.Second) }},
		{"ended, asking for a callback", func(w *world, id string) {
			_, err := w.End(w.ctx, w.acc, id, true)
			must(w.t, err)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{Channel: roster.Call})
			must(t, err)
			c.end(w, e.ID)
			v := w.view(e.ID)
			if v.State != desk.Cancelled || v.CallbackID != nil || v.EndedAt == nil {
				t.Errorf("got %+v", v)
			}
			w.clean(e.ID)
		})
	}
	if l, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{States: []string{"open"}}, desk.Page{}); err != nil || len(l.Items) != 0 {
		t.Errorf("callbacks: %+v, %v", l.Items, err)
	}
}

func TestDrillForOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	for _, id := range w.agents {
		e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{MemberID: id, Channel: roster.Chat})
		must(t, err)
		if e.Offer == nil || e.Offer.MemberID != id {
			t.Fatalf("rings at %+v, want %s", e.Offer, id)
		}
		w.decline(id, e.ID) // nobody else is asked
		if s := w.peek(e.ID); s.State != desk.Cancelled || !slices.Equal(s.Offers, []string{id}) {
			t.Errorf("declined: %+v", s)
		}
	}
}

func TestDrillIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	busy, off := w.agents[0], w.agents[1]
	w.capacity(busy, 0, 0)
	w.offline(off)
	night := w.agent("Nora", w.dep)
	w.schedule(night, "Europe/Berlin 12345/2200-2300")
	w.capacity(w.agent("Fred", w.dep), 0, 1) // could take a chat that is not for another
	for _, c := range []struct {
		name             string
		drill            desk.Drill
		problem, because string
	}{
		{"one who is full", desk.Drill{MemberID: busy, Channel: roster.Chat}, "nobody-available", "at_capacity"},
		{"one who is offline", desk.Drill{MemberID: off, Channel: roster.Chat}, "nobody-available", "offline"},
		{"one who is off shift", desk.Drill{MemberID: night, Channel: roster.Call}, "nobody-available", "off_shift"},
		{"nobody in the department", desk.Drill{DepartmentID: w.dep, Channel: roster.Call}, "nobody-available", "all_busy"},
		{"nobody at all", desk.Drill{Channel: roster.Call}, "nobody-available", "all_busy"},
		{"an unknown department", desk.Drill{DepartmentID: "dep_aaaaaaaaaaaa", Channel: roster.Chat}, "invalid", ""},
		{"an unknown member", desk.Drill{MemberID: "mem_aaaaaaaaaaaa", Channel: roster.Chat}, "invalid", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Drill(w.ctx, w.admin, "", c.drill)
			p := wantProblem(t, err, c.problem)
			if c.because != "" && p.Extra["because"] != c.because {
				t.Errorf("because: got %v, want %s", p.Extra["because"], c.because)
			}
		})
	}
	if all, _ := w.listed(w.admin, desk.EscalationFilter{}, 0); len(all) != 0 {
		t.Errorf("refused drills left %v", all)
	}
}

// Asked for twice it is one drill, also when it is the drill that occupies the only agent.
func TestDrillTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	for range 2 {
		e, err := w.Drill(w.ctx, w.admin, "esc_aaaaaaaaaaaa", desk.Drill{Channel: roster.Call})
		must(t, err)
		if e.ID != "esc_aaaaaaaaaaaa" || e.State != desk.Ringing || e.Offer == nil || e.Offer.MemberID != w.agents[0] {
			t.Errorf("drill: %+v", e)
		}
	}
	_, err := w.Drill(w.ctx, w.admin, "esc_bbbbbbbbbbbb", desk.Drill{Channel: roster.Call})
	wantProblem(t, err, "nobody-available")
}

// The agent reads the conversation that the admin wrote, as a customer's would be read.
func TestDrillWithConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	c := desk.Conversation{Summary: "Wants to return a dress.", Trigger: "A person, please", Messages: []desk.ChatMessage{{From: "customer", Text: "A person, please"}}}
	e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{Channel: roster.Chat, Conversation: &c})
	must(t, err)
	got := w.accept(w.agents[0], e.ID).Conversation
	if got == nil || got.Summary != c.Summary || got.Trigger != c.Trigger || !slices.Equal(got.Messages, c.Messages) {
		t.Errorf("conversation: got %+v, want %+v", got, c)
	}
}

// An account has twenty an hour, and others are none of its business. One that was asked for
// before is told of all the same.
func TestTooManyDrills(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	drill := func(id string) (desk.Escalation, error) {
		return w.Drill(w.ctx, w.admin, id, desk.Drill{Channel: roster.Chat})
	}
	last := ""
	for range 20 {
		e, err := drill("")
		must(t, err)
		last = e.ID
		_, err = w.End(w.ctx, w.acc, e.ID, false)
		must(t, err)
	}
	w.pass(20 * time.Minute)
	_, err := drill("")
	if p := wantProblem(t, err, "too-many-drills"); p.After != 40*time.Minute || p.Class != desk.TooMany {
		t.Errorf("problem: got %+v, want one of 40 minutes", p)
	}
	if e, err := drill(last); err != nil || e.ID != last {
		t.Errorf("the last once more: got %s, %v, want %s", e.ID, err, last)
	}
	w.pass(40*time.Minute + time.Second)
	_, err = drill("")
	must(t, err)
}
