package desk_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

// burst is so many escalations at once in one department, again and again, each in a process of its own.
type burst struct {
	agents, places int // places: the chats that each agent takes
	claimers       int
	rounds         int
}

// burstResult is what came of all rounds of a burst.
type burstResult struct {
	burst
	took     []time.Duration // of each escalation
	longest  []time.Duration // of each round
	rang     []int           // of each round
	callback []int
	tries    map[string]int // Writes for each escalation's first offer
	counts   meter.Counts
	failed   []error
	turns    []dealt // in the order of tickets
	over     int     // agents above capacity
	verdict  *judge  // nil without a journal
}

// dealt is one turn.
type dealt struct {
	ticket int64
	agent  string
}

// claims tells when a call is the Write of a claim, and of which escalation.
func claims(c fault.Call) (id string, ok bool) {
	for _, op := range c.Ops {
		if op.Item.Key.Sort == "state" && strings.HasPrefix(op.Item.Key.Partition, "esc_") {
			return op.Item.Key.Partition, true
		}
	}
	return "", false
}

// play lets all rounds ring. On DynamoDB there is no journal, since it lets one commit
// through at a time.
func (b burst) play(t *testing.T, dynamo bool, o fault.Options) *burstResult {
	res := &burstResult{burst: b, tries: map[string]int{}}
	var mu sync.Mutex
	o.Before = func(c fault.Call) error {
		if id, ok := claims(c); ok {
			mu.Lock()
			res.tries[id]++
			mu.Unlock()
		}
		return nil
	}
	f := newFloor(t, dynamo, 1, o)
	f.journal.off = dynamo
	m := meter.New(f.world.Desk.Table)
	f.world.Desk.Table = m
	f.world.crowd(b.agents, b.places, "")
	for n := range b.rounds {
		f.skip(time.Minute)
		before := m.Counts()
		b.round(f, n, res)
		c := m.Counts().Sub(before)
		res.counts.ReadUnits += c.ReadUnits
		res.counts.WriteUnits += c.WriteUnits
		b.clear(f, n, res)
	}
	slices.SortFunc(res.turns, func(a, b dealt) int { return cmp.Compare(a.ticket, b.ticket) })
	if !dynamo {
		res.verdict = judged(f.journal)
	}
	return res
}

// round escalates all at once.
func (b burst) round(f *floor, n int, res *burstResult) {
	answers, took := make([]desk.Answer, b.claimers), make([]time.Duration, b.claimers)
	errs := make([]error, b.claimers)
	requests := make([]desk.Request, b.claimers)
	for i := range requests {
		requests[i] = shop(f.world.request(n*b.claimers + i))
	}
	var wg sync.WaitGroup
	start := time.Now()
	for i := range b.claimers {
		wg.Go(func() {
			answers[i], errs[i] = f.world.Apart().Escalate(f.world.ctx, requests[i].Asked())
			took[i] = time.Since(start)
		})
	}
	wg.Wait()
	rang, callbacks := 0, 0
	for i, a := range answers {
		switch {
		case errs[i] != nil:
			res.failed = append(res.failed, errs[i])
		case a.Outcome == desk.OutcomeRinging:
			rang++
		case a.Outcome == desk.OutcomeCallback:
			callbacks++
		}
	}
	res.took = append(res.took, took...)
	res.longest = append(res.longest, slices.Max(took))
	res.rang, res.callback = append(res.rang, rang), append(res.callback, callbacks)
}

// clear notes who had a turn, and has all customers leave.
func (b burst) clear(f *floor, n int, res *burstResult) {
	rows, err := f.bare.Rows(f.world.ctx, f.world.acc)
	must(f.world.t, err)
	for _, r := range rows {
		if len(r.Work) > b.places {
			res.over++
		}
	}
	for i := range b.claimers {
		r := f.world.request(n*b.claimers + i)
		id := keys.EscalationID(f.world.acc, r.RequestID, r.InteractionID)
		s, err := f.bare.Peek(f.world.ctx, f.world.acc, id)
		must(f.world.t, err)
		if s.Offer > 0 {
			res.turns = append(res.turns, dealt{s.Ticket, s.OfferTo})
		}
		if s.Found {
			_, err = f.bare.End(f.world.ctx, f.world.acc, id, false)
			must(f.world.t, err)
		}
	}
}

// firstTry is the share of those that claimed with their first Write, and how many
// Writes they took on average.
func (r *burstResult) firstTry() (share, mean float64) {
	first, all := 0, 0
	for _, n := range r.tries {
		if n == 1 {
			first++
		}
		all += n
	}
	return float64(first) / float64(len(r.tries)), float64(all) / float64(len(r.tries))
}

// widest is the largest difference of turns between two agents at any moment, in the
// order of tickets.
func (r *burstResult) widest() int {
	turns, most, widest := map[string]int{}, 0, 0
	for _, d := range r.turns {
		turns[d.agent]++
		most = max(most, turns[d.agent])
		least := most
		for _, n := range turns {
			least = min(least, n)
		}
		if len(turns) < r.agents {
			least = 0
		}
		widest = max(widest, most-least)
	}
	return widest
}

// wrong lists what a burst must not do.
func (r *burstResult) wrong() (bad []string) {
	for i, rang := range r.rang {
		room := min(r.claimers, r.agents*r.places)
		if rang != room || rang+r.callback[i] != r.claimers {
			bad = append(bad, fmt.Sprintf("round %d: %d ring and %d are callbacks", i, rang, r.callback[i]))
		}
	}
	for _, err := range r.failed {
		bad = append(bad, err.Error())
	}
	if r.over > 0 {
		bad = append(bad, fmt.Sprintf("%d above capacity", r.over))
	}
	if n := r.widest(); n > 1 {
		bad = append(bad, fmt.Sprintf("turns differ by %d", n))
	}
	if r.verdict != nil {
		bad = append(bad, r.verdict.faults...)
	}
	return bad
}

// at is the q-quantile.
func at(d []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(d))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
