package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// Offers of one who cannot take them any more go on at once, and are counted as nothing.
func TestOffersPassOnUncounted(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	first, second := w.ring(w.request(1)).EscalationID, w.ring(w.request(2)).EscalationID
	w.clock.Advance(time.Second)
	moment := w.clock.Now()
	w.clock.Advance(time.Second)
	later := w.ring(w.request(3)).EscalationID
	other := w.agent("Other", w.dep)

	for range 2 { // done again it changes nothing
		must(t, w.PassOffersOn(w.ctx, w.acc, agent, moment, "the phone is signed out"))
	}
	for _, id := range []string{first, second} {
		if s := w.peek(id); s.OfferTo != other || s.Offer != 2 {
			t.Errorf("%s: got %+v, want the second offer to be that of the other agent", id, s)
		}
		h := w.view(id).History
		i := slices.IndexFunc(h, func(e desk.Event) bool { return e.What == "withdrawn" })
		if i < 0 || h[i].MemberID != agent || h[i].Note != "the phone is signed out" {
			t.Errorf("%s: got the history %+v, want the offer withdrawn with the note", id, h)
		}
		w.clean(id)
	}
	if s := w.peek(later); s.OfferTo != agent || s.Offer != 1 {
		t.Errorf("got %+v, want what was offered after the moment to ring on", s)
	}
	if r := w.row(agent); !r.Online || r.Missed != 0 || !cmp.Equal(r.Work, []string{later}) {
		t.Errorf("got the row %+v, want it online, without a miss, with the later offer", r)
	}
	w.wantKinds(agent, desk.NoticeOffer, desk.NoticeOffer, desk.NoticeOffer, desk.NoticeWithdrawn, desk.NoticeWithdrawn)
}

// Where nobody else is, the customer is called back: nothing rings for one who is gone.
func TestOffersPassOnToNobody(t *testing.T) {
	w := newWorld(t, worldOptions{agents: 2})
	id := w.take(w.request(1)).EscalationID
	holder := w.peek(id).Assigned
	other := w.agents[0]
	if other == holder {
		other = w.agents[1]
	}
	_, err := w.Transfer(w.ctx, w.staff(holder), id, desk.Transfer{MemberID: other})
	must(t, err)
	rings := w.ring(w.request(2)).EscalationID
	if w.peek(rings).OfferTo != other {
		w.decline(w.peek(rings).OfferTo, rings)
	}
	w.offline(holder)
	must(t, w.PassOffersOn(w.ctx, w.acc, other, w.clock.Now(), "a new password"))
	if s := w.peek(id); s.State != desk.Active || s.Assigned != holder || s.OfferTo != "" {
		t.Errorf("got %+v, want the transfer back with its sender", s)
	}
	if s := w.peek(rings); s.State != desk.CalledFor {
		t.Errorf("got %+v, want a callback", s)
	}
}
