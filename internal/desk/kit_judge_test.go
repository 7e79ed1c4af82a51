package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// judge goes through a journal and holds it against the promises:
//
//   - between two offers to one agent, the second chosen by the rotation, everyone else
//     who from the first draw to the second claim was able to take that second
//     escalation had an offer, with a ticket between the two: of the same rotation, or
//     by the team's order of any department. When the account changes the order it
//     begins anew;
//   - offers go to nobody who is offline, off shift, full, elsewhere or asked before, nor
//     to one whom nothing can reach: without a device and without a page open;
//   - they go by the order that the account has set;
//   - open work is on exactly the desk rows of those who have it, at every commit;
//   - tickets are drawn once and used once.
//
// It knows the product by its promises and by what lies in the table, and shares no
// code with what it judges.
type judge struct {
	j     *journal
	rows  map[string]agentRow
	works map[string]workItem
	drawn map[string]map[int64]int  // by rotation: when a ticket was drawn
	used  map[string]map[int64]bool // by rotation: tickets that became an offer
	able  map[seat]int              // since when the agent has been able, without a break
	turns map[seat][]int64          // tickets of the agent's turns, since the order began
	last  map[seat]int64            // the last of them, and of all before
	holds map[string][]string       // who has the escalation on the desk row
	gone  map[string]bool           // departments that were deleted
	spell []spell                   // the orders that held, one after the other
	start int                       // the entry of the first draw, or of the change of the order
	clock time.Time                 // the minute of the last look at the clock

	offers, rotated, judged int // offers, chosen by the rotation, and pairs with others that were judged
	widest                  int // largest difference of offers between two who were able from the start
	again                   int // offers of what somebody was asked before
	passed                  int // agents passed over
	closed                  int // agents who were able until no page of theirs was open any more
	faults                  []string
}

// seat is an agent in a rotation.
type seat struct{ agent, rotation string }

// accountChats is how many chats the accounts of these tests allow, where a row says
// nothing.
const accountChats = 3

// judged goes through all of the journal.
func judged(j *journal) *judge {
	v := &judge{
		j: j, rows: map[string]agentRow{}, works: map[string]workItem{},
		drawn: map[string]map[int64]int{}, used: map[string]map[int64]bool{},
		able: map[seat]int{}, turns: map[seat][]int64{}, last: map[seat]int64{}, holds: map[string][]string{},
		gone: map[string]bool{}, spell: []spell{{}},
	}
	for _, e := range j.entries { // every rotation there is
		for _, w := range e.rows {
			for k := range w.Places {
				v.rotation(k)
			}
			for _, dep := range append(w.Departments, "dep_*") {
				v.rotation(strings.TrimPrefix(dep, "dep_") + "/call")
				v.rotation(strings.TrimPrefix(dep, "dep_") + "/chat")
			}
		}
	}
	v.start = slices.IndexFunc(j.entries, func(e entry) bool { return e.draw != "" })
	for i, e := range j.entries {
		v.lookAtClock(i, e.at)
		switch {
		case e.draw != "":
			v.rotation(e.draw)
			v.drawn[e.draw][e.ticket] = i
			continue
		case e.order:
			v.spell = append(v.spell, spell{e.at, e.team})
			v.turns, v.start = map[seat][]int64{}, i
		}
		for _, dep := range e.gone {
			v.gone[dep] = true
		}
		for id, w := range e.works {
			v.work(i, e, id, w)
		}
		v.apply(i, e)
	}
	return v
}

func (v *judge) rotation(k string) {
	if v.drawn[k] == nil {
		v.drawn[k], v.used[k] = map[int64]int{}, map[int64]bool{}
	}
}

func (v *judge) fault(i int, format string, args ...any) {
	v.faults = append(v.faults, fmt.Sprintf("entry %d: ", i)+fmt.Sprintf(format, args...)+v.j.story(max(0, i-12), i))
}

// lookAtClock lets shifts begin and end, which they do by the minute, and open pages end.
func (v *judge) lookAtClock(i int, at time.Time) {
	minute := at.Truncate(time.Minute)
	same := minute.Equal(v.clock)
	v.clock = minute
	for id, r := range v.rows {
		if r.Page == 0 && (same || r.Hours == "") {
			continue
		}
		before := len(v.able)
		v.ability(i, id, r, at)
		if !r.reachable(at) && len(v.able) < before {
			v.closed++
		}
	}
}

// ability notes since when the agent can take work of each rotation.
func (v *judge) ability(i int, id string, r agentRow, at time.Time) {
	for k := range v.drawn {
		s := seat{id, k}
		if _, was := v.able[s]; !r.can(k, at) {
			delete(v.able, s)
		} else if !was {
			v.able[s] = i
		}
	}
}

// unable breaks the time of an agent whose page was about to be closed and is renewed: a
// claim that read their row before, and looks at its clock after, takes it for closed.
func (v *judge) unable(id string) {
	for k := range v.drawn {
		delete(v.able, seat{id, k})
	}
}

// work judges one escalation of a commit, before the commit is applied.
func (v *judge) work(i int, e entry, id string, w workItem) {
	before := v.works[id]
	o := w.Offer
	if o == nil || before.Offer != nil && before.Offer.Number == o.Number {
		return
	}
	v.offers++
	if len(w.Offered) > 1 {
		v.again++
	}
	if w.Offers != before.Offers+1 || o.Number != w.Offers {
		v.fault(i, "%s goes from offer %d to %d (%d)", id, before.Offers, w.Offers, o.Number)
	}
	k := v.rotationOf(i, e, w)
	if k == "" {
		return
	}
	if n := len(w.Offered); n == 0 || w.Offered[n-1] != o.Member || slices.Contains(w.Offered[:n-1], o.Member) {
		v.fault(i, "%s is offered to %s after %v", id, o.Member, w.Offered)
	}
	if r := v.rows[o.Member]; !r.can("*/"+w.Channel, e.at) && !r.can("*/"+w.Channel, e.at.Add(-500*time.Millisecond)) {
		v.fault(i, "%s is offered to %s who cannot take it", id, o.Member)
	}
	second, drawn := v.drawn[k][o.Ticket]
	if !drawn || v.used[k][o.Ticket] {
		v.fault(i, "ticket %d of %s was not drawn or is used twice", o.Ticket, k)
	}
	v.used[k][o.Ticket] = true
	if !v.ordered(second, k, w) {
		v.fault(i, "the offer of %s to %s goes by the order of %s", id, o.Member, k)
	}
	s := seat{o.Member, k}
	if !w.directed() {
		v.rotated++
		if !v.rows[o.Member].in(k) {
			v.fault(i, "%s is not in the rotation %s", o.Member, k)
		}
		v.passOver(i, second, s, w)
	}
	if v.last[s] >= o.Ticket {
		v.fault(i, "%s has ticket %d after %d", o.Member, o.Ticket, v.last[s])
	}
	v.last[s], v.turns[s] = o.Ticket, append(v.turns[s], o.Ticket)
	v.spread(s)
}

// rotationOf finds the rotation of an offer: the one in which the agent's place became
// the ticket.
func (v *judge) rotationOf(i int, e entry, w workItem) string {
	var found []string
	for k, place := range e.rows[w.Offer.Member].Places {
		if place == w.Offer.Ticket && v.rows[w.Offer.Member].Places[k] != place && strings.HasSuffix(k, "/"+w.Channel) {
			found = append(found, k)
		}
	}
	if len(found) != 1 {
		v.fault(i, "ticket %d moved the places %q of %s", w.Offer.Ticket, found, w.Offer.Member)
		return ""
	}
	return found[0]
}

// passOver counts those who had no turn between the agent's last one and this one.
func (v *judge) passOver(i, draw int, s seat, w workItem) {
	mine := v.turns[s]
	if len(mine) == 0 {
		return
	}
	first := mine[len(mine)-1]
	from, asked := v.drawn[s.rotation][first], v.asked(s.rotation, w)
	for other := range v.rows {
		since, able := v.able[seat{other, asked}]
		if other == s.agent || !able || since > from || slices.Contains(w.Offered, other) {
			continue
		}
		v.judged++
		theirs := v.turns[seat{other, s.rotation}]
		if n := len(theirs); n == 0 || theirs[n-1] < first {
			v.passed++
			v.fault(i, "%s passed over in %s, of those in %s: %s has turns with tickets %d (drawn in entry %d) and %d (entry %d)",
				other, s.rotation, asked, s.agent, first, from, w.Offer.Ticket, draw)
		}
	}
}

// spread compares the numbers of offers of all who have been able from the start, by the
// team's order among those of the same departments as the one who has the offer.
func (v *judge) spread(s seat) {
	low, high := -1, 0
	for id, r := range v.rows {
		if !v.throughout(id, s.rotation) || v.byTeam() && !slices.Equal(r.departments(), v.rows[s.agent].departments()) {
			continue
		}
		n := len(v.turns[seat{id, s.rotation}])
		if low < 0 || n < low {
			low = n
		}
		high = max(high, n)
	}
	if low >= 0 {
		v.widest = max(v.widest, high-low)
	}
}

// apply makes the commit the state and checks what must hold after it.
func (v *judge) apply(i int, e entry) {
	for id, r := range e.rows {
		v.room(i, id, v.rows[id], r)
		for _, w := range v.rows[id].Work {
			v.holds[w.Escalation] = slices.DeleteFunc(v.holds[w.Escalation], func(m string) bool { return m == id })
		}
		for _, w := range r.Work {
			v.holds[w.Escalation] = append(v.holds[w.Escalation], id)
		}
		if !v.rows[id].reachable(e.at.Add(v.j.slack)) {
			v.unable(id)
		}
		v.rows[id] = r
		v.ability(i, id, r, e.at)
	}
	for id, w := range e.works {
		v.works[id] = w
	}
	for id := range e.works {
		v.held(i, id)
	}
	for _, r := range e.rows {
		for _, w := range r.Work {
			v.held(i, w.Escalation)
		}
	}
}

// held checks that the escalation is with those who have it, and nobody else.
func (v *judge) held(i int, id string) {
	var want []string
	if w := v.works[id]; w.open() {
		if w.Assigned != nil {
			want = append(want, w.Assigned.ID)
		}
		if w.Offer != nil {
			want = append(want, w.Offer.Member)
		}
	}
	got := slices.Clone(v.holds[id])
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		v.fault(i, "%s is on the desks of %v, and %v have it", id, got, want)
	}
}

// room checks that what was added to a row fitted.
func (v *judge) room(i int, id string, before, after agentRow) {
	for n, w := range after.Work {
		if slices.Contains(before.Work, w) {
			continue
		}
		rest := after
		rest.Work = slices.Delete(slices.Clone(after.Work), n, n+1)
		if !rest.fits(w.Channel) {
			v.fault(i, "%s has %v with %d calls and %d chats at most", id, after.Work, after.Calls, after.chats())
		}
	}
}

// unended lists what is not over.
func (v *judge) unended() (left []string) {
	for id, w := range v.works {
		if w.open() {
			left = append(left, id+" is "+w.State)
		}
	}
	for id, r := range v.rows {
		if len(r.Work) > 0 {
			left = append(left, fmt.Sprintf("%s has %v", id, r.Work))
		}
	}
	return left
}
