package desk_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// An offer that was seen on no phone and no page counts as unreachable: two in a row, and
// the agent is offline, and knows why.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		acts   string // unseen, missed, declined, accepted, on again
		online bool
	}{
		{"one", "u", true},
		{"two", "uu", false},
		{"seen in between", "umu", true},
		{"declined in between", "udu", true},
		{"accepted in between", "uau", true},
		{"went online between", "uou", true},
		{"missed is not unseen", "mum", false}, // two were missed in a row that arrived
		{"although never missed", "dduu", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			g := newGauges()
			w.Metrics = g.add
			agent := w.agents[0]
			w.phone(agent)
			for i, act := range c.acts {
				if act == 'o' {
					w.offline(agent)
					w.online(agent)
					continue
				}
				id := w.ring(w.request(i)).EscalationID
				switch act {
				case 'u':
					w.pass(stands)
					if got := whats(w.view(id)); !slices.Equal(got, []string{"offered", "unreachable", "callback"}) {
						t.Errorf("history: %v", got)
					}
				case 'm':
					w.seen(id)
					w.pass(stands)
				case 'd':
					w.decline(agent, id)
				case 'a':
					w.accept(agent, id)
					w.complete(agent, id)
				}
			}
			if got := w.row(agent).Online; got != c.online {
				t.Fatalf("online: got %t, want %t", got, c.online)
			}
			because := w.availability(agent).Because
			if c.acts == "uu" && because != "unreachable" {
				t.Errorf("because %s", because)
			}
			if n := g.sums["OffersUnreachable"]; int(n) != count(c.acts, 'u') {
				t.Errorf("counted %v unreachable", n)
			}
		})
	}
}

func count(s string, c rune) int {
	n := 0
	for _, r := range s {
		if r == c {
			n++
		}
	}
	return n
}

// A page that lists the offer has seen it, as a phone has that says so.
func TestPagesSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0] // without any phone
	id := w.ring(w.request(1)).EscalationID
	_, err := w.MyEscalations(w.ctx, w.staff(agent))
	must(t, err)
	w.pass(stands)
	if got := whats(w.view(id)); !slices.Equal(got, []string{"offered", "missed", "callback"}) {
		t.Errorf("history: %v", got)
	}
}

// When all phones of an agent refuse the push for good the offer goes on at once.
func TestAllRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	phones := w.moodyPhones()
	a := w.ring(w.request(0))
	first := a.Agent.ID
	w.end(a.EscalationID)
	for _, agent := range w.agents {
		w.put(agent, "a-"+agent, "ta"+agent)
		w.put(agent, "b-"+agent, "tb"+agent)
	}
	second := w.agents[0]
	if second == first {
		second = w.agents[1]
	}
	phones.set("a-"+second, desk.ErrUnreachable)
	phones.set("b-"+second, desk.ErrUnreachable)
	id := w.ring(w.request(1)).EscalationID
	if s := w.peek(id); s.OfferTo != second {
		t.Fatalf("it rings at %+v, want %s", s, second)
	}
	w.pass(0)
	if s := w.peek(id); s.OfferTo != first || s.Offer != 2 {
		t.Errorf("after a moment: %+v, want it to ring at the next", s)
	}
	if r := w.row(second); len(r.Work) != 0 || r.Online || w.availability(second).Because != "unreachable" {
		t.Errorf("the row of the first: %+v", r)
	}
	me, err := w.Me(w.ctx, w.staff(second))
	must(t, err)
	if n := me.Devices; n.Registered != 2 || n.Working != 0 {
		t.Errorf("devices %+v", n)
	}
	w.decline(first, id)

	// Nothing is pushed to a phone that refused, until it is registered again.
	before := len(phones.tries())
	w.offline(first)
	w.comes(second) // on a page
	next := w.ring(w.request(2)).EscalationID
	w.pass(20 * time.Second)
	if s := w.peek(next); s.OfferTo != second || len(phones.tries()) != before {
		t.Errorf("pushed to %v, it rings at %+v", phones.tries()[before:], s)
	}
	phones.set("a-"+second, nil)
	w.put(second, "a-"+second, "ta"+second)
	w.end(next)
	w.ring(w.request(3))
	if tries := phones.tries()[before:]; !slices.Contains(tries, "a-"+second) || slices.Contains(tries, "b-"+second) {
		t.Errorf("pushed to %v", tries)
	}
}

// withDeadPhone makes a world whose one agent has a phone that refuses pushes.
func withDeadPhone(t *testing.T) (w *world, agent string) {
	t.Helper()
	w = newWorld(t, worldOptions{agents: 1})
	w.put(w.agents[0], "a", "t")
	w.moodyPhones().set("a", desk.ErrUnreachable)
	return w, w.agents[0]
}

// One who has a page open keeps the offer, though their phone is dead, and stays online.
func TestRefusedWithPage(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	w.poll(agent)
	id := w.ring(w.request(1)).EscalationID
	w.pass(time.Second)
	if s := w.peek(id); s.OfferTo != agent || !w.row(agent).Online {
		t.Errorf("%+v, %+v", s, w.row(agent))
	}
}

// A phone that fails and then refuses while the push is tried again ends the offer, too.
func TestRefusesLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	agent := w.agents[0]
	w.put(agent, "a", "t")
	w.put(agent, "b", "u")
	phones.set("a", errors.New("throttled"))
	phones.set("b", desk.ErrUnreachable)
	id := w.ring(w.request(1)).EscalationID
	w.pass(0)
	if s := w.peek(id); s.OfferTo != agent {
		t.Errorf("with one that may still work: %+v", s)
	}
	phones.set("a", desk.ErrUnreachable)
	w.pass(5 * time.Second)
	if s := w.peek(id); s.State != desk.CalledFor {
		t.Errorf("with none that works: %+v", s)
	}
}

// A row from before devices were counted may have phones that are all known to be dead. The
// first offer finds out, and goes on at once.
func TestKnownToRefuse(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	w.ring(w.request(1))
	w.pass(0)
	w.online(agent)
	must(t, w.SetReach(w.ctx, w.acc, agent, nil, time.Time{}))
	id := w.ring(w.request(2)).EscalationID
	w.pass(0)
	if s := w.peek(id); s.State != desk.CalledFor || w.row(agent).Online || w.availability(agent).Because != "unreachable" {
		t.Errorf("%+v, %+v", s, w.row(agent))
	}
}

// Going offline has all phones stop ringing, each once.
func TestOfflineStopsEveryPhoneOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.put(agent, "second", "t2")
	w.ring(w.request(1))
	w.offline(agent)
	w.wantKinds(agent, "offer", "offerWithdrawn")
}
