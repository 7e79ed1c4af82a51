package fairness

import (
	"cmp"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// rule chooses one of those who are free, of whom there is one at least.
type rule struct {
	name    string
	balance string // of the account, which the product's rule alone goes by
	choose  func(s *shop, q queue, turn roster.Turn, free []*agent) *agent
}

// rules are the product's, two of those that everybody writes first, and those of the field as
// they are documented; docs/numbers.md names the documents.
var rules = []rule{
	{"ConnectNow, by department", "", product},
	{"ConnectNow, by team", roster.BalanceTeam, product},
	{"counter modulo the free", "", func(s *shop, q queue, _ roster.Turn, free []*agent) *agent {
		s.turns[q]++
		return free[s.turns[q]%len(free)]
	}},
	{"counter modulo all, or the next", "", func(s *shop, q queue, _ roster.Turn, free []*agent) *agent {
		s.turns[q]++
		return s.from(s.turns[q], q, free)
	}},
	// The same, but the counter stands at whom it was.
	{"Asterisk, rrmemory", "", func(s *shop, q queue, _ roster.Turn, free []*agent) *agent {
		a := s.from(s.turns[q], q, free)
		s.turns[q] = a.n + 1
		return a
	}},
	// A list in Redis for each inbox: whoever was assigned one goes to its other end.
	{"Chatwoot, round robin", "", func(_ *shop, q queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int { return cmp.Compare(a.askedBy[q], b.askedBy[q]) })
	}},
	{"Zendesk, highest spare capacity", "", func(s *shop, q queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int {
			return cmp.Or(cmp.Compare(s.spare(b, q.channel), s.spare(a, q.channel)), cmp.Compare(a.asked, b.asked))
		})
	}},
	// Handling a contact, and coming, put somebody at the bottom.
	{"Amazon Connect, longest available", "", func(_ *shop, _ queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int { return later(a.came, a.touched).Compare(later(b.came, b.touched)) })
	}},
	// Those without work before all others, by how long they have had none.
	{"Twilio TaskRouter, longest idle", "", func(_ *shop, _ queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int {
			switch x, y := len(a.Work) > 0, len(b.Work) > 0; {
			case x && y:
				return cmp.Compare(a.asked, b.asked)
			case x:
				return 1
			case y:
				return -1
			}
			return a.idle.Compare(b.idle)
		})
	}},
	{"Rocket.Chat, lowest count", "", func(_ *shop, q queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int { return cmp.Compare(a.had[q], b.had[q]) })
	}},
	{"Rocket.Chat, load balancing", "", func(_ *shop, _ queue, _ roster.Turn, free []*agent) *agent {
		return first(free, func(a, b *agent) int {
			return cmp.Or(cmp.Compare(len(a.Work), len(b.Work)), cmp.Compare(a.asked, b.asked))
		})
	}},
}

// product goes by the turn that package roster found, and does to places and counters what package
// desk does: draw above all that were seen, and move the place to it.
func product(s *shop, _ queue, turn roster.Turn, free []*agent) *agent {
	k := turn.Rotation.Key()
	for s.counters[k]++; s.counters[k] <= s.roster.Newest(turn.Rotation); s.counters[k]++ {
	}
	turn.Next.Places[k] = s.counters[k]
	return free[slices.IndexFunc(free, func(a *agent) bool { return a.Row == turn.Next })]
}

// from is the first of the free from the n-th of the team on, all the way round.
func (s *shop) from(n int, q queue, free []*agent) *agent {
	return first(free, func(a, b *agent) int { return cmp.Compare((a.n-n%team+team)%team, (b.n-n%team+team)%team) })
}

// first is the least of the free; of equals that with the lowest id.
func first(free []*agent, compare func(a, b *agent) int) *agent {
	return slices.MinFunc(free, compare)
}

// spare is how many more of a channel fit.
func (s *shop) spare(a *agent, ch roster.Channel) int {
	if ch == roster.Call {
		return a.Calls - a.Open(roster.Call)
	}
	return a.ChatCapacity(&s.roster.Account) - a.Open(roster.Chat)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
