package desk_test

import (
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// reckon closes the books: who asked is held against what lies in the table, and that against what
// everybody was told.
func (s *soak) reckon(over bool) reckoning {
	b := s.books
	b.mu.Lock()
	defer b.mu.Unlock()
	r := reckoning{customers: s.o.customers, ended: map[string]int{}, callbacksEnded: map[string]int{}, virtual: s.Now().Sub(newClock().now)}
	if !over {
		b.fault("%d escalations are not over: %v", len(b.open), b.open)
	}
	if len(b.visits) != s.o.customers {
		b.fault("%d customers came, and the books have %d", s.o.customers, len(b.visits))
	}
	callbacks := map[string][]string{} // escalations that say that they are in one
	for id, v := range b.visits {
		it, found, err := s.memory.Get(s.world.ctx, table.Key{Partition: id, Sort: "state"})
		must(s.world.t, err)
		if !found {
			_, stored, err := s.memory.Get(s.world.ctx, table.Key{Partition: id, Sort: "request"})
			must(s.world.t, err)
			if stored || v.taken || !v.gaveUp {
				b.fault("%s is lost: its request is stored %t, the customer was told so %t", id, stored, v.taken)
			}
			r.refused++
			continue
		}
		e := read[soakState](it.Body)
		how := s.ended(e)
		if wrong := v.contradicts(e); wrong != "" {
			b.fault("%s (%s): %s", id, how, wrong)
		}
		r.ended[how]++
		if e.Callback != "" {
			callbacks[e.Callback] = append(callbacks[e.Callback], id)
		}
	}
	s.reckonCallbacks(&r, callbacks)
	for _, row := range s.rows() {
		if len(row.Work) > 0 {
			b.fault("%s still has %v", row.ID, row.Work)
		}
	}
	if len(b.rings) > 0 || len(s.queue.dead) > 0 {
		b.fault("%d offers ring, %d messages are dead letters", len(b.rings), len(s.queue.dead))
	}
	r.offers, r.read, r.latest, r.diedLatest = b.offers, b.callbacksRead, b.latest, b.diedLatest
	r.calls, r.broken, r.faults = s.w.sum()
	r.deaths = s.deaths
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	r.sent, r.again, r.wrong = s.queue.sent, s.queue.again, b.faults
	return r
}

// ended is how an escalation ended, in a word or two.
func (s *soak) ended(e soakState) string {
	called := ""
	if e.Callback != "" {
		called = " and a callback"
	}
	switch e.State {
	case "completed":
		return e.Outcome + called
	case "callback":
		return "callback"
	case "cancelled":
		return "customer left while it rang" + called
	}
	s.books.fault("an escalation has ended as %s", e.State)
	return "not at all"
}

// contradicts is what does not fit what was told; empty where all does.
func (v *visit) contradicts(e soakState) string {
	switch {
	case e.Interaction != v.interaction:
		return "it is of " + e.Interaction
	case len(v.accepted) > 0 && e.State != "completed":
		return "it was accepted, and has ended as " + e.State
	case v.outcome != "" && e.Outcome != v.outcome:
		return "it was completed as " + v.outcome + " and is " + e.Outcome
	case e.State == "completed" && e.Assigned == nil:
		return "it was completed without an agent"
	case v.asked && e.Callback == "":
		return "the customer asked to be called back, and has no callback"
	case e.State == "callback" && e.Callback == "":
		return "it is a callback without one"
	}
	return ""
}

// reckonCallbacks reads every callback: each is of one customer and has ended, and each conversation
// that is to be in one is in exactly that.
func (s *soak) reckonCallbacks(r *reckoning, callbacks map[string][]string) {
	b := s.books
	in := map[string]string{}
	r.callbacks = len(callbacks)
	for id, want := range callbacks {
		cb, err := s.bare.Callback(s.world.ctx, s.world.admin, id, "")
		if err != nil {
			b.fault("%s of %v: %v", id, want, err)
			continue
		}
		if b.sameCustomer(cb) {
			r.right += len(want)
		}
		r.callbacksEnded[cb.State]++
		if cb.State != "done" && cb.State != "dismissed" {
			b.fault("%s is %s", id, cb.State)
		}
		got := slices.Clone(cb.EscalationIDs)
		slices.Sort(got)
		slices.Sort(want)
		for _, esc := range want {
			if _, has := slices.BinarySearch(got, esc); !has {
				b.fault("%s is to be in %s, which has %v", esc, id, got)
			}
		}
		if cb.JoinedTo == nil { // else its entries are read with those of the older one
			b.onlyOnce(in, cb)
		}
		if len(cb.Conversations) != cb.EntriesCount && cb.ConversationsCursor == "" {
			b.fault("%s has %d entries and %d conversations", id, cb.EntriesCount, len(cb.Conversations))
		}
		r.joined += len(want)
	}
}

// onlyOnce wants each conversation in one callback.
func (b *books) onlyOnce(in map[string]string, cb desk.CallbackDetail) {
	for _, esc := range cb.EscalationIDs {
		if other := in[esc]; other != "" && !strings.EqualFold(other, cb.ID) {
			b.fault("%s is in %s and %s", esc, other, cb.ID)
		}
		in[esc] = cb.ID
	}
}
