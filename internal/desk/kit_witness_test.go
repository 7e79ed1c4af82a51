package desk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Witness sees every Write in its order and notes at once when one breaks the life of
// an escalation: what has ended stays so; what rings rings for somebody; it is handled
// by nobody whom it was not offered to; it has one callback at most, and that one has
// it; and a customer has one callback that is pending in a department. What it does to
// desk rows is the judge's matter.
type Witness struct {
	Broken []string

	escalations map[string]*escalation
	callbacks   map[string]*callback
	closed      map[string]int // how often a callback ended, by state
	offers      map[Offered]bool
	requests    map[string]bool
}

// Offered is an offer as it was made.
type Offered struct {
	Escalation string
	Number     int
	Member     string
}

// NewWitness makes a Witness that has seen nothing yet.
func NewWitness() *Witness {
	return &Witness{escalations: map[string]*escalation{}, callbacks: map[string]*callback{}, closed: map[string]int{}, offers: map[Offered]bool{}, requests: map[string]bool{}}
}

// Clone copies what was seen.
func (w *Witness) Clone() *Witness {
	return &Witness{
		Broken: slices.Clone(w.Broken), escalations: maps.Clone(w.escalations),
		callbacks: maps.Clone(w.callbacks), closed: maps.Clone(w.closed), offers: maps.Clone(w.offers), requests: maps.Clone(w.requests),
	}
}

func (w *Witness) broken(format string, args ...any) {
	w.Broken = append(w.Broken, fmt.Sprintf(format, args...))
}

// Saw takes note of one Write.
func (w *Witness) Saw(ops []table.Op) {
	changed := map[string]*escalation{}
	for _, op := range ops {
		switch id := op.Item.Key.Partition; {
		case op.Kind != table.OpPut:
		case op.Item.Key == keys.Escalation(id):
			changed[id] = witnessed[escalation](w, op)
		case op.Item.Key == keys.Request(id) && strings.HasPrefix(id, "esc_"):
			w.requests[id] = true
		case op.Item.Key == keys.Callback(id):
			before, after := w.callbacks[id], witnessed[callback](w, op)
			if !after.pending() && (before == nil || before.pending()) {
				w.closed[after.State]++
			}
			w.callbacks[id] = after
		}
	}
	for id, e := range changed {
		before := w.escalations[id]
		if before == nil {
			before = &escalation{}
		}
		w.checkState(id, before, e)
		w.checkHands(id, before, e)
		w.escalations[id] = e
	}
	w.checkCallbacks()
}

func witnessed[T any](w *Witness, op table.Op) *T {
	v := new(T)
	if err := json.Unmarshal(op.Item.Body, v); err != nil {
		w.broken("%v: %v", op.Item.Key, err)
	}
	return v
}

func (w *Witness) checkState(id string, before, after *escalation) {
	moved := before.State != after.State || before.Outcome != after.Outcome || before.Callback != after.Callback || before.Offers != after.Offers
	if after.Events < before.Events || moved && after.Events == before.Events {
		w.broken("%s had %d events and has %d", id, before.Events, after.Events)
	}
	if before.State != "" && !before.State.Open() && after.State != before.State {
		w.broken("%s was %s and is %s", id, before.State, after.State)
	}
	if !after.State.Open() && (after.Offer != nil || after.Transfer != nil || after.State != "" && after.Ended == 0) {
		w.broken("%s is %s and not ended: %+v", id, after.State, after)
	}
	if before.Callback != "" && after.Callback != before.Callback {
		w.broken("%s had callback %s and has %s", id, before.Callback, after.Callback)
	}
	if after.State == CalledFor && after.Callback == "" {
		w.broken("%s is without callback", id)
	}
	for other, o := range w.escalations {
		if other != id && after.State.Open() && o.State.Open() && o.Interaction != "" && o.Interaction == after.Interaction {
			w.broken("%s and %s are open for %s", id, other, o.Interaction)
		}
	}
}

// checkHands judges with whom the escalation is.
func (w *Witness) checkHands(id string, before, after *escalation) {
	if after.State.Open() && (after.State == Ringing) != (after.Assigned == nil) || after.State == Ringing && after.Offer == nil {
		w.broken("%s is %s, offered %v, assigned %v", id, after.State, after.Offer, after.Assigned)
	}
	if a := after.Assigned; a != nil && !before.assignedTo(a.ID) && !before.offeredTo(a.ID, 0) {
		w.broken("%s went to %s, who was not offered it", id, a.ID)
	}
	if o := after.Offer; o != nil {
		w.offers[Offered{id, o.Number, o.Member}] = true
		if o.Until == 0 {
			w.broken("%s rings for ever", id)
		}
	}
}

func (w *Witness) checkCallbacks() {
	of, pending := map[string]string{}, map[string]string{}
	for id, cb := range w.callbacks {
		for _, esc := range cb.Escalations {
			if of[esc] != "" {
				w.broken("%s has callbacks %s and %s", esc, of[esc], id)
			}
			of[esc] = id
		}
		if list := cb.Customer.Contacts(); len(list) > 0 && cb.pending() {
			contact := list[0]
			k := contact + cb.Department
			if pending[k] != "" {
				w.broken("%s has callbacks %s and %s", contact, pending[k], id)
			}
			pending[k] = id
		}
	}
	for id, e := range w.escalations {
		if of[id] != e.Callback {
			w.broken("%s has callback %q and is in %q", id, e.Callback, of[id])
		}
	}
}

// Offers are all that were ever made.
func (w *Witness) Offers() map[Offered]bool { return w.offers }

// Requests lists all that were stored.
func (w *Witness) Requests() []string { return slices.Sorted(maps.Keys(w.requests)) }

// Events are how many events each escalation has counted.
func (w *Witness) Events() map[string]int {
	counted := map[string]int{}
	for id, e := range w.escalations {
		counted[id] = e.Events
	}
	return counted
}

// Overdue lists the offers that should have ended well before now.
func (w *Witness) Overdue(now time.Time) []string {
	var found []string
	for id, e := range w.escalations {
		if e.State.Open() && e.Offer != nil && now.After(instant(e.Offer.Until).Add(overdue)) {
			found = append(found, fmt.Sprintf("%s rings since %v for %s", id, instant(e.Offer.Until), e.Offer.Member))
		}
	}
	return found
}

// Escalations lists all that were written.
func (w *Witness) Escalations() []string { return slices.Sorted(maps.Keys(w.escalations)) }

// Metrics are what should have been counted of all that was written.
func (w *Witness) Metrics() map[string]float64 {
	sums := map[string]float64{}
	for _, e := range w.escalations {
		if e.Drill {
			continue
		}
		sums["Escalations Reason "+string(e.Reason)]++
		if !e.State.Open() {
			sums["Escalations Outcome "+string(e.State)]++
		}
		if e.told(didOffer) > 0 {
			sums["Escalations Outcome ringing"]++
		}
		if e.told(didAccept) > 0 {
			sums["Escalations Outcome active"]++
		}
		sums["OffersMissed"] += float64(e.told(didMiss))
		sums["OffersUnreachable"] += float64(e.told(didUnreach))
		sums["OffersDeclined"] += float64(e.told(didDecline))
	}
	for _, cb := range w.callbacks {
		sums["CallbacksRegistered Because "+string(cb.Because)]++
		if cb.Overdue != "" {
			sums["CallbacksOverdue"]++
		}
	}
	for state, n := range w.closed {
		sums["CallbacksClosed State "+state] += float64(n)
	}
	return sums
}

// CallbackState is what tests check of a callback.
type CallbackState struct {
	Due      time.Time
	Pending  bool
	Ended    time.Time
	Reminded bool // people were, of that it is overdue
}

// CallbackStates are all callbacks by their ids.
func (w *Witness) CallbackStates() map[string]CallbackState {
	states := map[string]CallbackState{}
	for id, cb := range w.callbacks {
		states[id] = CallbackState{instant(cb.Due), cb.pending(), instant(cb.Ended), cb.Overdue != ""}
	}
	return states
}

// told is how often the history tells of something.
func (e *escalation) told(what string) (n int) {
	for _, h := range e.History {
		if h.What == what {
			n++
		}
	}
	return n
}

// Callbacks lists by state all that were written.
func (w *Witness) Callbacks() map[string][]string {
	states := map[string][]string{}
	for id, cb := range w.callbacks {
		states[cb.State] = append(states[cb.State], id)
	}
	return states
}
