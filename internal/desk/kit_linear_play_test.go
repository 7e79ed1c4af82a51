package desk_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// linear plays on a floor behind a wire, and keeps what everybody was told. Processes die between
// calls, requests and messages come twice.
type linear struct {
	*floor
	w     *wire
	post  *post
	names map[string]int // numbers of agents by their ids
	moves bool           // work is transferred

	told, rows *hearsay // of escalations, and of members' rows
	mu         sync.Mutex
	chance     *rand.Rand
	work       []desk.Request
	calls      map[string]bool // ids of those that are no chats
	marks      []mark          // agents whose offers go on, and no more
}

// mark is a moment that counts for all escalations.
type mark struct {
	at int64
	spoken
}

// chatsEach is how many chats an agent of these takes.
const chatsEach = 2

// linearOptions are what differs between plays.
type linearOptions struct {
	dynamo  bool
	seed    uint64
	moves   bool
	agents  int
	rounds  int
	acts    int
	share   float64
	breaks  func(table.Table) table.Table // a store that does not keep its word
	endless bool                          // nothing is asked of the end
}

// newLinear makes the floor.
func newLinear(t *testing.T, o linearOptions) *linear {
	t.Helper()
	fo := fault.Options{Conflicts: true, Torn: true, Latency: tailed(o.seed, cloudLatency)}
	if o.dynamo { // has latencies of its own
		fo.Latency = nil
	}
	var clock atomic.Int64
	p := &linear{
		floor: newFloor(t, o.dynamo, o.seed, fo), w: newWire(o.seed, o.share), post: &post{}, names: map[string]int{}, moves: o.moves,
		told: newHearsay(&clock), rows: newHearsay(&clock), chance: rand.New(rand.NewPCG(o.seed, 7)), calls: map[string]bool{},
	}
	p.journal.off = true
	_, err := p.bare.PatchAccount(p.world.ctx, p.world.admin, desk.AccountPatch{MissedOffersUntilOffline: ptr(0), MaxOffers: ptr(mostLinearOffers)})
	must(t, err)
	p.world.crowd(o.agents, chatsEach, "")
	for i, id := range p.world.agents {
		p.names[id] = i
	}
	if o.breaks != nil {
		p.journal.Table = o.breaks(p.journal.Table)
	}
	p.world.Desk.Table = wiredTable{p.world.Desk.Table, p.w}
	p.world.Desk.Timers, p.bare.Timers = wiredTimers{p.post, p.w, 3 * time.Second}, p.post
	return p
}

// playLinear plays all of it.
func playLinear(t *testing.T, o linearOptions) *linear {
	t.Helper()
	p := newLinear(t, o)
	for range o.rounds {
		p.round(o.acts)
	}
	if !o.endless {
		p.end()
	}
	p.w.behind.Wait()
	for _, id := range p.ids() {
		for _, m := range p.marks {
			p.told.between(id, m.at, m.at, m.spoken)
		}
	}
	return p
}

func (p *linear) draw(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.chance.IntN(n)
}

func (p *linear) ids() (ids []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.work {
		ids = append(ids, p.world.idOf(r))
	}
	return ids
}

// process is a desk, of which every tenth dies.
func (p *linear) process() *desk.Desk {
	if p.draw(10) == 0 {
		return dying(p.world.Desk, p.draw(14))
	}
	return p.world.Desk
}

// heeding is the desk for one call, and whether one of its Writes had no answer.
func heeding(d *desk.Desk) (*desk.Desk, *atomic.Bool) {
	h, one := &heedful{Table: d.Table}, *d
	one.Table = h
	return &one, &h.lost
}

// round lets some time pass, and then all that is due and so many acts go at once.
func (p *linear) round(acts int) {
	p.skip(time.Duration(p.draw(20_000)) * time.Millisecond)
	var wg sync.WaitGroup
	for _, l := range p.post.left(1) {
		if l.at.After(p.Now()) {
			continue
		}
		p.post.take(l.id, 1)
		for range 1 + p.draw(10)/9 {
			wg.Go(func() { p.wake(p.process(), l.message) })
		}
	}
	for range acts {
		after, act := time.Duration(p.draw(60))*time.Millisecond, p.act()
		wg.Go(func() {
			_ = pause(p.world.ctx, after)
			act()
		})
	}
	wg.Wait()
}

// wake delivers a message. What the timers make of an offer nobody is told.
func (p *linear) wake(d *desk.Desk, m desk.Message) {
	var err error
	switch {
	case m.Kind == desk.WakeRing:
		began := p.told.began()
		p.told.between(m.EscalationID, began, began, spoken{do: "time", who: nobody, number: m.Offer})
		err = d.Wake(p.world.ctx, m)
	case m.Kind == desk.WakeFinish && m.MemberID != "":
		err = p.goesOn(d, m.MemberID, func() error { return d.Wake(p.world.ctx, m) })
	default:
		err = d.Wake(p.world.ctx, m)
	}
	if err != nil { // the queue hands it out again
		must(p.world.t, p.post.Send(p.world.ctx, p.Now().Add(5*time.Second), m))
	}
}

// goesOn notes that meanwhile what rings for an agent may go on. Where that was not done to its
// end, it may go on for ever.
func (p *linear) goesOn(d *desk.Desk, member string, do func() error) error {
	m := mark{p.told.began(), spoken{do: "away", who: p.names[member]}}
	err := do()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marks = append(p.marks, m)
	if _, mayDie := d.Timers.(mortalTimers); err == nil && !mayDie {
		p.marks = append(p.marks, mark{p.told.began(), spoken{do: "back", who: m.who}})
	}
	return err
}

// act draws what somebody does.
func (p *linear) act() func() {
	agent, d := p.world.agents[p.draw(len(p.world.agents))], p.process()
	switch n := p.draw(20); {
	case n < 5:
		return p.escalate(d)
	case n < 6:
		return func() { p.load(agent) }
	case n < 8:
		return func() { p.look(d, agent) }
	case n < 9:
		status := []string{roster.StatusOffline, roster.StatusOnline, roster.StatusOnline}[p.draw(3)]
		return func() { p.present(d, agent, status) }
	default:
		kinds := []string{"accept", "accept", "accept", "decline", "decline", "complete", "complete", "ask", "leave", "transfer"}
		kind, stale, pick := kinds[p.draw(len(kinds))], p.draw(5) == 0, p.draw(1000)
		return func() {
			if id := p.choose(agent, stale, pick); id != "" {
				p.do(d, kind, agent, id)
			}
		}
	}
}

// choose is an escalation of the agent's, or any where it is to be one that is none of theirs any more.
func (p *linear) choose(agent string, stale bool, pick int) string {
	list := p.ids()
	if !stale {
		rows, err := p.bare.Rows(p.world.ctx, p.world.acc)
		must(p.world.t, err)
		i := slices.IndexFunc(rows, func(r desk.RowState) bool { return r.ID == agent })
		list = rows[i].Work
	}
	if len(list) == 0 {
		return ""
	}
	return list[pick%len(list)]
}

// end has all that rings run out, and all work completed, without faults. What is left then on
// any row is a fault of its own.
func (p *linear) end() {
	p.w.mend()
	p.world.Desk = p.bare
	for range 30 {
		letters := slices.DeleteFunc(p.post.left(1), func(l letter) bool {
			return l.message.Kind != desk.WakeRing && l.message.Kind != desk.WakeFinish
		})
		if len(letters) == 0 {
			break
		}
		p.skip(max(0, letters[len(letters)-1].at.Sub(p.Now())))
		for _, l := range letters {
			p.post.take(l.id, 1)
			p.wake(p.bare, l.message)
		}
	}
	for _, id := range p.ids() {
		s, err := p.bare.Peek(context.Background(), p.world.acc, id)
		must(p.world.t, err)
		if s.State == desk.Active {
			p.do(p.bare, "complete", s.Assigned, id)
		}
		p.do(p.bare, "ask", p.world.agents[0], id)
	}
	for _, agent := range p.world.agents {
		p.look(p.bare, agent)
		p.load(agent)
	}
	for member, ops := range p.rows.calls {
		if last := ops[len(ops)-1].Input.(spoken); len(last.work) > 0 {
			p.world.t.Errorf("in the end %s still has %v", member, last.work)
		}
	}
}
