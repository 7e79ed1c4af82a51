package desk_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// Of two phones of one agent one takes the call; the other one learns it, and does not lead
// the agent to a customer who is spoken to already.
func TestAcceptOnTwoPhones(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		first, second string
		gone          bool
	}{
		{"the same one again", "phone", "phone", false},
		{"another one", "phone", "page", true},
		{"neither told", "", "", false},
		{"the second not told, by an old app", "phone", "", false},
		{"the first not told, as stored before", "", "page", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			by := w.staff(w.agents[0])
			id := w.ring(w.request(1)).EscalationID
			by.DeviceID = c.first
			first, err := w.Accept(w.ctx, by, id, 1)
			must(t, err)
			by.DeviceID = c.second
			again, err := w.Accept(w.ctx, by, id, 1)
			if !c.gone {
				must(t, err)
				if diff := cmp.Diff(first, again); diff != "" {
					t.Errorf("accepted again (-first +again):\n%s", diff)
				}
				return
			}
			p := wantProblem(t, err, "offer-gone")
			if who, ok := p.Extra["takenBy"].(desk.Agent); !ok || who.ID != by.MemberID {
				t.Errorf("takenBy: got %v, want the agent", p.Extra["takenBy"])
			}
		})
	}
}

// Whoever accepts after a transfer does so on a device of their own.
func TestAcceptATransferOnTwoPhones(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	sender := w.staff(a.Agent.ID)
	sender.DeviceID = "sender"
	_, err := w.Accept(w.ctx, sender, a.EscalationID, 1)
	must(t, err)
	_, err = w.Transfer(w.ctx, sender, a.EscalationID, desk.Transfer{DepartmentID: w.dep})
	must(t, err)
	receiver := w.staff(w.peek(a.EscalationID).OfferTo)
	for _, c := range []struct {
		device string
		gone   bool
	}{{"receiver", false}, {"receiver", false}, {"page", true}} {
		receiver.DeviceID = c.device
		if _, err := w.Accept(w.ctx, receiver, a.EscalationID, 2); desk.IsProblem(err, "offer-gone") != c.gone {
			t.Errorf("on %s: got %v, want it gone: %t", c.device, err, c.gone)
		}
	}
}

// Two phones that accept at the same moment do not both get it, whatever the table answers.
func TestAcceptOnTwoPhonesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.ring(w.request(1)).EscalationID
	got := make([]error, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			by := w.staff(w.agents[0])
			by.DeviceID = string(rune('a' + i))
			_, got[i] = w.Accept(w.ctx, by, id, 1)
		})
	}
	all.Wait()
	won := 0
	for i, err := range got {
		switch {
		case err == nil:
			won++
		case !desk.IsProblem(err, "offer-gone"):
			t.Errorf("phone %d: got %v, want success or offer-gone", i, err)
		}
	}
	if won != 1 {
		t.Errorf("got %d phones that have it, want 1", won)
	}
}

// What was missed may be declined, also by one who has it by a later offer; what one is at
// may not.
func TestDeclineWhatHasPassed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	w.offline(w.agents[0])
	holder, receiver := w.agent("Hanna", w.dep), w.agent("Hugo", w.dep)
	id := w.ring(w.request(1)).EscalationID
	if w.peek(id).OfferTo != holder {
		holder, receiver = receiver, holder
	}
	w.accept(holder, id)
	for range 2 { // offers 2 and 3
		_, err := w.Transfer(w.ctx, w.staff(holder), id, desk.Transfer{MemberID: receiver})
		must(t, err)
		if w.peek(id).Offer == 2 {
			w.decline(receiver, id)
		}
	}
	w.accept(receiver, id)
	for _, c := range []struct {
		by    string
		offer int
		gone  bool
	}{{receiver, 2, false}, {receiver, 3, true}, {receiver, 0, true}, {holder, 1, false}, {holder, 0, false}, {holder, 2, true}} {
		err := w.Decline(w.ctx, w.staff(c.by), id, c.offer, "")
		if gone := desk.IsProblem(err, "offer-gone"); gone != c.gone || err != nil && !gone {
			t.Errorf("offer %d of %s: got %v, want it gone: %t", c.offer, c.by, err, c.gone)
		}
	}
}
