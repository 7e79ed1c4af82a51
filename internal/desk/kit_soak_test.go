package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// soak is a shop for which very many customers come, one after another and several at once, while
// one call in twenty goes wrong and processes die. Its time is virtual, so it must run in a bubble
// of package synctest. What it comes to is reckoned by books of its own.
type soak struct {
	world *world
	*runner
	o      soakOptions
	w      *wire
	memory *memory
	queue  *soakQueue
	books  *books
	bare   *desk.Desk // without faults
	deps   []string
	people []*soakAgent
	byID   map[string]*soakAgent
	closed context.Context // ends when all have gone home
	close  func()
	at     sync.WaitGroup // who is at something
	deaths int
}

// soakOptions are one shop's.
type soakOptions struct {
	seed      uint64
	customers int
	agents    int
	share     float64       // of the calls, in which something goes wrong
	timers    bool          // processes that handle timers die as well
	every     time.Duration // one comes on average

	breaks func(table.Table) table.Table // a store that does not keep its word
	loses  int                           // a queue that loses one message in so many; 0 for none
}

// soakChats is how many chats an agent of a soak takes.
const soakChats = 3

func newSoak(t *testing.T, o soakOptions) *soak {
	t.Helper()
	s := &soak{
		world: &world{t: t, ctx: context.Background(), clock: newClock()}, runner: &runner{from: time.Now(), base: newClock().now},
		o: o, w: newWire(o.seed, o.share), byID: map[string]*soakAgent{},
	}
	s.closed, s.close = context.WithCancel(context.Background())
	s.memory = newMemory(s.Now)
	s.books = newBooks(s.Now)
	s.memory.seen = s.books.saw
	s.queue = &soakQueue{now: s.Now, deliver: s.deliver, loses: func() bool { return o.loses > 0 && s.w.odds(o.loses) }}
	phones := &soakPhones{bells: &bells{}, s: s}
	d := desk.New(s.memory, s.queue, phones, newRegister(), newMachine())
	d.Now, d.Sleep, d.Random = s.Now, pause, &dice{r: rand.New(rand.NewPCG(o.seed, 1))}
	d.Log, d.Mail, d.Secrets = slog.New(slog.DiscardHandler), &outbox{}, desk.FixedSecret([]byte("a secret of thirty-two bytes or more"))
	s.bare, s.world.Desk = d, d
	s.furnish()
	whole := *d
	var store table.Table = s.memory
	if o.breaks != nil {
		store = o.breaks(store)
	}
	slow := fault.New(store, fault.Options{Conflicts: true, Latency: tailed(o.seed, cloudLatency)})
	whole.Table, whole.Timers, whole.Phones = wiredTable{slow, s.w}, wiredTimers{s.queue, s.w, 4 * time.Second}, wiredPhones{phones, s.w}
	s.world.Desk = &whole
	return s
}

// furnish makes the account: two departments, and agents of one or both.
func (s *soak) furnish() {
	a, err := s.world.AddAccount(s.world.ctx, desk.NewAccount{Name: "Shop", TimeZone: "Europe/Berlin"})
	must(s.world.t, err)
	s.world.acc = a.ID
	s.deps = []string{s.world.department("Sales"), s.world.department("Support")}
	s.world.admin = s.world.caller(s.world.member("Olga", desk.RoleOwner), desk.RoleOwner)
	must(s.world.t, s.world.SetOwner(s.world.ctx, s.world.acc, s.world.admin.MemberID))
	s.world.settings(desk.AccountPatch{ActiveMinutes: &desk.ActiveMinutesPatch{Call: ptr(30), Chat: ptr(30)}, ChatCapacity: ptr(soakChats), MaxOffers: ptr(4)})
	for i := range s.o.agents {
		deps := [][]string{s.deps[:1], s.deps[1:], s.deps}[i%3]
		p := &soakAgent{s: s, id: s.world.member(fmt.Sprint("Agent", i), desk.RoleStaff, deps...), answered: map[string]bool{}, busy: map[string]bool{}, rings: make(chan desk.Notice, 64)}
		s.people, s.byID[p.id], s.world.agents = append(s.people, p), p, append(s.world.agents, p.id)
		s.world.phone(p.id)
		s.world.online(p.id)
	}
}

// process is a desk, of which one in forty dies.
func (s *soak) process() *desk.Desk {
	if s.w.off || !s.w.odds(40) {
		return s.world.Desk
	}
	return s.dies()
}

func (s *soak) dies() *desk.Desk {
	s.books.mu.Lock()
	s.deaths++
	s.books.mu.Unlock()
	return dying(s.world.Desk, int(s.w.within(16)))
}

// deliver hands a message to the desk. One whose process dies is handed out again by the queue.
func (s *soak) deliver(m desk.Message) error {
	d := s.world.Desk
	if s.o.timers && !s.w.off && s.w.odds(200) {
		d = s.dies()
	}
	err := d.Wake(s.world.ctx, m)
	if err != nil && m.Kind == desk.WakeRing {
		s.books.timerDied(m.EscalationID)
	}
	return err
}

// passes is a random time of d on average, which varies much.
func (s *soak) passes(d time.Duration) time.Duration {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return time.Duration(float64(d) * min(6, s.w.chance.ExpFloat64()))
}

// goes begins what somebody does, beside all else.
func (s *soak) goes(do func()) { s.at.Go(do) }

// soakQueue is a queue whose messages come at their time or a little later. What cannot be handled
// is handed out again after half a minute, as SQS does when its visibility ends.
type soakQueue struct {
	now     func() time.Time
	deliver func(desk.Message) error
	loses   func() bool // the message that was sent

	mu    sync.Mutex
	sent  int
	again int
	dead  []desk.Message

	closed bool
	under  sync.WaitGroup // deliveries
}

// close has no more messages come, and waits for those under way.
func (q *soakQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.under.Wait()
}

// The queue's settings, as infra makes it.
const (
	visibility = 30 * time.Second
	receives   = 50
)

// Send implements desk.Timers.
func (q *soakQueue) Send(_ context.Context, at time.Time, m desk.Message) error {
	q.mu.Lock()
	q.sent++
	q.mu.Unlock()
	if q.loses() {
		return nil
	}
	wait := (at.Sub(q.now()) + time.Second - 1).Truncate(time.Second)
	q.plan(max(0, wait), m, 0)
	return nil
}

func (q *soakQueue) plan(wait time.Duration, m desk.Message, tries int) {
	time.AfterFunc(wait, func() {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return
		}
		q.under.Add(1)
		q.mu.Unlock()
		defer q.under.Done()
		if q.deliver(m) == nil {
			return
		}
		q.mu.Lock()
		q.again++
		dead := tries+1 >= receives
		if dead {
			q.dead = append(q.dead, m)
		}
		q.mu.Unlock()
		if !dead {
			q.plan(visibility, m, tries+1)
		}
	})
}

// soakPhones ring for the agents of a soak.
type soakPhones struct {
	*bells
	s *soak
}

// Push implements desk.Phones. One phone in some hundred has lost its app by then.
func (p *soakPhones) Push(_ context.Context, dev desk.Device, n desk.Notice) error {
	agent := p.s.byID[dev.Address]
	if agent == nil {
		return nil
	}
	if p.s.w.odds(400) && !p.s.w.off {
		return desk.ErrUnreachable
	}
	select {
	case agent.rings <- n:
	default: // they look at it later
	}
	return nil
}

// run lets all customers come and all that they began end. It reports whether it did, in the time
// that it should take.
func (s *soak) run() bool {
	for _, p := range s.people {
		s.goes(p.works)
	}
	s.goes(s.books.watch(s.closed))
	var here sync.WaitGroup
	for n := range s.o.customers {
		_ = pause(s.world.ctx, s.passes(s.o.every))
		here.Go(func() { newSoakCustomer(s, n).lives() })
	}
	here.Wait()
	over := false
	for range 2000 { // minutes: eight agents call back for hours what five thousand left
		if over = s.over(); over {
			break
		}
		_ = pause(s.world.ctx, time.Minute)
	}
	s.close()
	s.at.Wait()
	s.queue.close()
	s.w.behind.Wait()
	return over
}

// over reports whether nothing rings, nobody has anything, and all callbacks are done.
func (s *soak) over() bool {
	if s.books.alive() > 0 {
		return false
	}
	open, err := s.bare.Callbacks(s.world.ctx, s.world.admin, desk.CallbackFilter{States: []string{"open", "claimed"}}, desk.Page{Limit: 1})
	must(s.world.t, err)
	return len(open.Items) == 0
}
