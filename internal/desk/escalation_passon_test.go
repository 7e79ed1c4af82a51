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

// Chats ring at an agent who takes a call: they cannot be answered now, and go on at once. No
// other device of theirs is left ringing, and it is no miss.
func TestChatsGoOnWhenACallIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	open := w.take(w.request(1)).EscalationID
	rings := []string{w.ring(w.request(2)).EscalationID, w.ring(w.request(3)).EscalationID}
	call := w.ring(w.call(4)).EscalationID
	other := w.agent("Other", w.dep)
	w.accept(agent, call)
	for _, id := range rings {
		if s := w.peek(id); s.OfferTo != other || s.Offer != 2 {
			t.Errorf("%s: got %+v, want it to ring at the other agent", id, s)
		}
	}
	if s := w.peek(open); s.Assigned != agent {
		t.Errorf("got %+v, want the open chat to stay", s)
	}
	w.accept(agent, call) // again
	w.pass(10 * time.Minute)
	if r := w.row(agent); !r.Online || r.Missed != 0 {
		t.Errorf("got the row %+v, want it online and without a miss", r)
	}
	if h := w.view(rings[0]).History; h[1].What != "withdrawn" || h[1].Note != "on a call" {
		t.Errorf("got the history %+v, want the first offer withdrawn for a call", h)
	}
}

// A finish message goes out only where something may ring beside the call, and does nothing
// when the world has moved on.
func TestFinishMessageOfAnAcceptedCall(t *testing.T) {
	t.Parallel()
	finish := func(w *world) (found []desk.Message) {
		for _, p := range w.timers.Pending() {
			if p.Message.Finish == "accept" {
				found = append(found, p.Message)
			}
		}
		return found
	}
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	call := w.take(w.call(1)).EscalationID
	if got := finish(w); len(got) != 0 {
		t.Errorf("alone: got %+v, want no message", got)
	}
	w.complete(agent, call)
	chat := w.ring(w.request(2)).EscalationID
	call = w.take(w.call(3)).EscalationID
	got := finish(w)
	if len(got) != 1 || got[0].MemberID != agent || got[0].EscalationID != call || !got[0].Due.Equal(w.clock.Now()) {
		t.Fatalf("got %+v, want one message about agent, call and moment", got)
	}
	if s := w.peek(chat); s.State != desk.CalledFor {
		t.Errorf("got %+v, want the chat with nobody else to be a callback", s)
	}
	w.clock.Advance(time.Second)
	w.complete(agent, call)
	later := w.ring(w.request(4)).EscalationID
	for range 2 {
		must(t, w.Wake(w.ctx, got[0]))
	}
	if s := w.peek(later); s.OfferTo != agent {
		t.Errorf("got %+v, want what rang after the call untouched", s)
	}
}
