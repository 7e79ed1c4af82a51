package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestDecline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	a := w.ring(w.request(1))
	first := w.staff(a.Agent.ID)
	place := w.place(first.MemberID, w.dep, roster.Chat)
	must(t, w.Decline(w.ctx, first, a.EscalationID, 1, "at lunch"))
	s := w.peek(a.EscalationID)
	if s.Offer != 2 || s.OfferTo == first.MemberID {
		t.Fatalf("after declining: %+v", s)
	}
	if got := w.place(first.MemberID, w.dep, roster.Chat); got != place {
		t.Errorf("place after declining: got %d, want %d", got, place)
	}
	for _, number := range []int{0, 1} { // the same call again
		must(t, w.Decline(w.ctx, first, a.EscalationID, number, "at lunch"))
	}
	if got := w.peek(a.EscalationID); !cmp.Equal(got, s) {
		t.Errorf("after declining again: %+v, want %+v", got, s)
	}
	w.decline(s.OfferTo, a.EscalationID)
	last := w.peek(a.EscalationID)
	wantProblem(t, w.Decline(w.ctx, w.admin, a.EscalationID, 0, ""), "offer-gone")
	w.decline(last.OfferTo, a.EscalationID)
	w.decline(last.OfferTo, a.EscalationID) // again, when all is over

	e := w.view(a.EscalationID)
	if e.State != desk.CalledFor || *e.Because != roster.NoAnswer || e.Offer != nil || e.EndedAt == nil {
		t.Errorf("after the last declined: %+v", e)
	}
	want := []string{"offered", "declined", "offered", "declined", "offered", "declined", "callback"}
	if !slices.Equal(whats(e), want) || e.History[1].Note != "at lunch" || e.History[1].MemberID != first.MemberID {
		t.Errorf("history: %+v", e.History)
	}
	for _, id := range w.agents {
		if r := w.row(id); r.Missed != 0 || !r.Online || len(r.Work) > 0 {
			t.Errorf("row of one who declined: %+v", r)
		}
	}
}

func TestMaxOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	w.settings(desk.AccountPatch{MaxOffers: ptr(2)})
	a := w.ring(w.request(1))
	w.decline(a.Agent.ID, a.EscalationID)
	w.pass(stands)
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor || len(s.Offers) != 2 {
		t.Errorf("after two offers: %+v", s)
	}
}

func TestMissedOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	first := w.ring(w.request(1))
	w.seen(first.EscalationID)
	w.pass(stands)
	second := w.ring(w.request(2))
	w.seen(second.EscalationID)
	w.pass(10 * time.Second)
	third := w.ring(w.request(3))
	if r := w.row(agent); r.Missed != 1 || !r.Online || w.peek(first.EscalationID).State != desk.CalledFor {
		t.Fatalf("after one missed: %+v", r)
	}
	w.pass(stands - 10*time.Second)
	if r := w.row(agent); r.Missed != 2 || r.Online || len(r.Work) != 0 {
		t.Errorf("after two missed: %+v", r)
	}
	if a := w.availability(agent); a.Status != "offline" || a.Because != "missed_offers" {
		t.Errorf("availability: %+v", a)
	}
	for _, c := range []struct {
		name, id string
		want     []string
	}{
		{"first", first.EscalationID, []string{"offered", "missed", "callback"}},
		{"second", second.EscalationID, []string{"offered", "missed", "callback"}},
		{"third", third.EscalationID, []string{"offered", "declined", "callback"}}, // it was still ringing
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := whats(w.in(t).view(c.id)); !slices.Equal(got, c.want) {
				t.Errorf("history: got %v, want %v", got, c.want)
			}
		})
	}
	kinds := ids(w.notices(agent), func(n desk.Notice) string { return string(n.Kind) })
	if want := []string{"offer", "offerWithdrawn", "callbacksWaiting", "offer", "offer", "offerWithdrawn", "offerWithdrawn", "setOffline"}; !slices.Equal(kinds, want) {
		t.Errorf("pushes: got %v, want %v", kinds, want)
	}
	w.online(agent)
	if r := w.row(agent); r.Missed != 0 || w.availability(agent).Because != "receiving" {
		t.Errorf("online again: %+v", r)
	}
}

func TestMissedOffersInARow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		limit  int
		acts   string // missed, declined, accepted
		online bool
	}{
		{"two missed", 2, "mm", false},
		{"accepted between", 2, "mamam", true},
		{"declines do not count", 2, "ddddm", true},
		{"nor do they start it anew", 2, "mdm", false},
		{"never", 0, "mmmm", true},
		{"three", 3, "mmam", true},
		{"three, and the third", 3, "ammm", false},
		{"one", 1, "m", false},
		{"going online starts it new", 2, "mom", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.settings(desk.AccountPatch{MissedOffersUntilOffline: &c.limit})
			agent := w.agents[0]
			for i, act := range c.acts {
				if act == 'o' {
					w.offline(agent)
					w.online(agent)
					continue
				}
				a := w.ring(w.request(i))
				switch act {
				case 'm':
					w.seen(a.EscalationID)
					w.pass(stands)
				case 'd':
					w.decline(agent, a.EscalationID)
				case 'a':
					w.accept(agent, a.EscalationID)
					w.complete(agent, a.EscalationID)
				}
			}
			if got := w.row(agent).Online; got != c.online {
				t.Errorf("online: got %t, want %t", got, c.online)
			}
		})
	}
}
