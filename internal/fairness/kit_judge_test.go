package fairness

import (
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// result is what came of a week.
type result struct {
	enquiries, callbacks int
	offers               int
	orders               [2]verdict // by departments, and by the team's
	jain                 float64    // of offers for each minute in which a member could take one
	least, most          float64    // shares of the time at work in which a member had some
}

// verdict is what is said of turns in one of the two orders.
type verdict struct {
	judged   int // pairs of an offer and another member who could have taken it since its agent's last
	passed   int // of these, where the other had no offer since
	strictly int // the same, where an offer of another order does not count
	widest   int // difference of offers between two of the same departments, both able all the while
}

// The two orders: turns of each department and channel, or of each channel.
const (
	byDepartment = iota
	byTeam
)

// order is one in which turns go; by the team's it has no department.
type order struct {
	kind int
	queue
}

// judge measures a week by the promise of docs/design.md: between two offers to one agent every
// other who could have taken the second since the first got one. It knows what happened, and
// nothing of rules.
type judge struct {
	s     *shop
	step  int
	seats []seat // of the agents
	pairs map[pairOf]*pair
	result
}

// seat is what the judge knows of one agent.
type seat struct {
	able     map[roster.Channel]int // since which step they can take one, without a break
	last     int                    // step of the last offer
	lastOf   map[order]int          // the same, by order
	offers   int
	looked   time.Time // since when it is as it was at the last look
	anything bool      // they can take something,
	there    bool      // are there,
	busy     bool      // and have work
	minutes  struct{ able, there, busy float64 }
}

// pair is how far the offers of two members drift apart while both are able.
type pair struct{ since, difference, low, high int }

type pairOf struct {
	a, b int
	order
}

func newJudge(s *shop) *judge {
	g := &judge{s: s, pairs: map[pairOf]*pair{}}
	for _, a := range s.agents {
		g.seats = append(g.seats, seat{able: map[roster.Channel]int{}, lastOf: map[order]int{}, looked: monday})
		g.look(a)
	}
	return g
}

// look notes since when a member can take work, and for how long they could.
func (g *judge) look(a *agent) {
	g.step++
	seat, account := &g.seats[a.n], &g.s.roster.Account
	passed := g.s.now.Sub(seat.looked).Minutes()
	seat.looked = g.s.now
	if seat.anything {
		seat.minutes.able += passed
	}
	if seat.there {
		seat.minutes.there += passed
	}
	if seat.there && seat.busy {
		seat.minutes.busy += passed
	}
	seat.anything = false
	for _, ch := range []roster.Channel{roster.Call, roster.Chat} {
		if a.Unable(account, ch, g.s.now) != "" {
			delete(seat.able, ch)
			continue
		}
		seat.anything = seat.anything || ch == roster.Chat || g.s.mixed
		if seat.able[ch] == 0 {
			seat.able[ch] = g.step
		}
	}
	seat.there, seat.busy = a.There(account, g.s.now), len(a.Work) > 0
}

// offered judges an offer before it is made.
func (g *judge) offered(a *agent, q queue, e *enquiry) {
	g.step++
	for _, o := range []order{{byDepartment, q}, {byTeam, queue{channel: q.channel}}} {
		g.turn(a, o, q, e)
	}
	mine := &g.seats[a.n]
	g.offers++
	mine.offers++
	mine.last = g.step
}

// turn judges it as one of an order.
func (g *judge) turn(a *agent, o order, q queue, e *enquiry) {
	mine, verdict := &g.seats[a.n], &g.orders[o.kind]
	before := mine.lastOf[o]
	for _, other := range g.s.agents {
		theirs := &g.seats[other.n]
		since := theirs.able[q.channel]
		if other == a || since == 0 || !other.In(q.department) {
			continue
		}
		if slices.Equal(a.Departments, other.Departments) {
			verdict.widest = max(verdict.widest, g.apart(a.n, other.n, o, max(since, mine.able[q.channel])))
		}
		if before == 0 || since > before || slices.Contains(e.Offered, other.ID) {
			continue
		}
		verdict.judged++
		if theirs.last < before {
			verdict.passed++
		}
		if theirs.lastOf[o] < before {
			verdict.strictly++
		}
	}
	mine.lastOf[o] = g.step
}

// apart notes an offer to a beside b, who have both been able since a step, and tells how far
// their offers have been apart.
func (g *judge) apart(a, b int, o order, since int) int {
	by, key := 1, pairOf{a, b, o}
	if a > b {
		by, key = -1, pairOf{b, a, o}
	}
	p := g.pairs[key]
	if p == nil || p.since != since {
		p = &pair{since: since}
		g.pairs[key] = p
	}
	p.difference += by
	p.low, p.high = min(p.low, p.difference), max(p.high, p.difference)
	return p.high - p.low
}

// sums adds what was judged to a result.
func (g *judge) sums(r *result) {
	g.enquiries, g.callbacks = r.enquiries, r.callbacks
	*r = g.result
	var sum, squares float64
	r.least = 1
	for n, a := range g.s.agents {
		g.look(a)
		seat := g.seats[n]
		x := float64(seat.offers) / seat.minutes.able
		sum, squares = sum+x, squares+x*x
		share := seat.minutes.busy / seat.minutes.there
		r.least, r.most = min(r.least, share), max(r.most, share)
	}
	r.jain = sum * sum / (float64(len(g.seats)) * squares)
}
