package desk_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// stage is a world in memory that can be copied, and on which a process can be stopped
// at any of its calls. Its timers do not run: what was sent lies in the post, for the
// test to deliver as it likes.
type stage struct {
	world    world
	memory   *memory
	journal  *journal
	witness  *desk.Witness
	post     *post
	bells    *bells
	random   *seeded
	register *register
	outbox   *outbox
	machine  *machine
	gauges   *gauges
	told     *hearing

	esc, cb string  // what an operation is about
	piece   int     // from how many bytes on a request is kept in pieces; 0 for many
	next    int     // number of the next request
	left    bool    // the customer left
	knows   bool    // the process has read the account before
	lost    bool    // a timer was lost
	woken   *letter // the message whose handling the operation is
	leaver  string  // the member who is removed

	cut        string    // the member whose last way to be reached goes
	signedIn   string    // the member whose tokens are to die
	signedInAt time.Time // when they signed in before
	code       string    // for another password
	wrongCode  bool      // the code was wrong
	worker     string    // the member whose hours it is about
	sessionsOf string    // the member whose sessions end
}

func newStage(t *testing.T, agents int) *stage {
	t.Helper()
	st := &stage{witness: desk.NewWitness(), post: &post{}, bells: &bells{}, random: newSeeded(1), register: newRegister(), outbox: &outbox{}, machine: newMachine(), gauges: newGauges(), told: &hearing{}}
	st.world.t, st.world.ctx, st.world.clock = t, context.Background(), newClock()
	st.memory = newMemory(st.world.clock.Now)
	st.journal = &journal{}
	st.connect()
	a, err := st.world.AddAccount(st.world.ctx, desk.NewAccount{Name: "Shop", TimeZone: "Europe/Berlin"})
	must(t, err)
	st.world.acc = a.ID
	st.world.dep = st.world.department("Sales")
	st.world.admin = st.world.caller(st.world.member("Olga", desk.RoleOwner), desk.RoleOwner)
	for i := range agents {
		st.world.agents = append(st.world.agents, st.agent(fmt.Sprintf("Agent%d", i), st.world.dep))
	}
	return st
}

// connect makes the parts work with each other.
func (st *stage) connect() {
	st.memory.seen = st.witness.Saw
	st.journal.Table, st.journal.now = keyed{Table: st.memory, t: st.world.t}, st.world.clock.Now
	st.world.Desk = st.process(nil)
}

// clone copies the stage as it is now.
func (st *stage) clone(t *testing.T) *stage {
	c := *st
	c.world.t, c.world.clock = t, &clock{now: st.world.clock.Now()}
	c.memory, c.witness = st.memory.clone(c.world.clock.Now), st.witness.Clone()
	c.journal = &journal{entries: slices.Clone(st.journal.entries)}
	c.post, c.bells = &post{letters: slices.Clone(st.post.letters)}, &bells{refuses: st.bells.refuses, rung: slices.Clone(st.bells.rung)}
	c.random, c.register, c.machine = st.random.clone(), st.register.clone(), st.machine.clone()
	c.outbox = st.outbox.clone()
	c.gauges, c.told = st.gauges.clone(), st.told.clone()
	c.connect()
	return &c
}

// process makes a desk whose calls p has in its hands; with nil they just happen.
func (st *stage) process(p *process) *desk.Desk {
	d := desk.New(st.journal, st.post, st.bells, st.register, st.machine)
	d.Now, d.Sleep, d.Random = st.world.clock.Now, st.world.clock.Sleep, st.random
	d.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	d.Metrics, d.Mail, d.Secrets = st.gauges.add, st.outbox, desk.FixedSecret([]byte("a secret of thirty-two bytes or more"))
	d.Announce = st.told.hear(p)
	d.SetPieceSize(st.piece)
	if p != nil {
		p.table = st.journal
		d.Table = fault.New(st.journal, fault.Options{Before: p.before, After: p.after})
		d.Timers, d.Phones = stoppedTimers{st.post, p}, stoppedPhones{st.bells, p}
		d.Identity, d.Shifts = stoppedIdentity{st.register, p}, stoppedShifts{st.machine, p}
		d.Mail = stoppedMail{st.outbox, p}
	}
	return d
}

// agent adds one who is online and has a phone.
func (st *stage) agent(name string, deps ...string) string {
	st.world.t.Helper()
	id := st.world.agent(name, deps...)
	st.world.phone(id)
	return id
}

// to moves the clock on to at, never back.
func (st *stage) to(at time.Time) {
	if d := at.Sub(st.world.clock.Now()); d > 0 {
		st.world.clock.Advance(d)
	}
}

// seeded is randomness that is the same in every run.
type seeded struct {
	mu  sync.Mutex
	src rand.ChaCha8
}

func newSeeded(n byte) *seeded { return &seeded{src: *rand.NewChaCha8([32]byte{n})} }

func (s *seeded) clone() *seeded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &seeded{src: s.src}
}

func (s *seeded) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Read(b)
}

// post keeps every message that was sent.
type post struct {
	mu      sync.Mutex
	letters []letter
}

type letter struct {
	id        int
	at        time.Time
	message   desk.Message
	delivered int
}

// Send implements desk.Timers.
func (p *post) Send(_ context.Context, at time.Time, m desk.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, letter{id: len(p.letters), at: at, message: m})
	return nil
}

// left lists what was delivered fewer than n times, the earliest first.
func (p *post) left(n int) []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(p.letters), func(l letter) bool { return l.delivered >= n })
	slices.SortFunc(left, func(a, b letter) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
	return left
}

// take notes n more deliveries.
func (p *post) take(id, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters[id].delivered += n
}

// about lists the messages of a kind about what has an id, oldest first.
func (p *post) about(kind desk.MessageKind, id string) []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []letter
	for _, l := range p.letters {
		if m := l.message; m.Kind == kind && slices.Contains([]string{m.EscalationID, m.CallbackID, m.DepartmentID, m.AccountID}, id) {
			found = append(found, l)
		}
	}
	return found
}

// bells are phones that note what rang. A token is told as token-{member}, and the address is
// that member.
type bells struct {
	mute    bool   // nothing gets through
	refuses string // the member whose phones refuse for good

	mu   sync.Mutex
	rung []ring
}

type ring struct {
	member string
	notice desk.Notice
}

// Register implements desk.Phones.
func (b *bells) Register(_ context.Context, _ string, d desk.Device) (desk.Device, error) {
	d.Address = strings.TrimPrefix(d.Token, "token-")
	return d, nil
}

// Forget implements desk.Phones.
func (b *bells) Forget(context.Context, desk.Device) error { return nil }

// Push implements desk.Phones.
func (b *bells) Push(_ context.Context, dev desk.Device, n desk.Notice) error {
	if b.mute {
		return errFailed
	}
	if b.refuses == dev.Address {
		return desk.ErrUnreachable
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, ring{dev.Address, n})
	return nil
}
