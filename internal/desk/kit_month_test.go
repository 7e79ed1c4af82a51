package desk_test

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// month is a team in memory that lives for days, with the model of its callbacks beside.
// What it does is drawn by chance, one thing after the other; calls go wrong by chance, too,
// and processes die between any two of them. It must run in a synctest bubble.
type month struct {
	world world
	*mirror
	memory *memory
	agenda *agenda
	watch  *censor
	chance *rand.Rand
	random *seeded
	sums   monthSums

	sound   bool // nothing goes wrong any more
	persons []person
	recent  []*talk
	worked  []deed   // resolved lately
	members []string // the owner and an admin first
	teams   map[string][]string
	deps    []string
	open    []string // callbacks that may wait
	listed  int      // how many were put among them
	n       int      // number of the next request
}

// person is a customer. Strangers may have the same number.
type person struct{ name, phone, other, email string }

// monthSums are what a month comes to.
type monthSums struct {
	asked, deaths, faults, late, twice, looks, rounds, lost, blind int
}

func newMonth(t *testing.T, seed uint64, persons int) *month {
	t.Helper()
	m := &month{mirror: newMirror(), chance: rand.New(rand.NewPCG(seed, 28)), random: newSeeded(byte(seed)), teams: map[string][]string{}}
	m.world.t, m.world.ctx, m.world.clock = t, context.Background(), newClock()
	m.memory = newMemory(m.world.clock.Now)
	m.agenda = &agenda{running: map[string]bool{}, ended: map[string]bool{}, now: m.world.clock.Now}
	m.world.Desk = desk.New(m.memory, m.agenda, &bells{}, newRegister(), m.agenda)
	m.watch = &censor{Phones: &bells{}, w: &m.world, sent: map[desk.NoticeKind]int{}, of: map[string][]time.Time{}}
	m.settle(m.world.Desk)
	a, err := m.world.AddAccount(m.world.ctx, desk.NewAccount{Name: "Shop", TimeZone: "Europe/Berlin"})
	must(t, err)
	m.world.acc = a.ID
	for _, name := range []string{"Sales", "Support", "Returns"} {
		m.found(name)
	}
	m.world.dep = m.deps[0]
	m.world.admin = m.world.caller(m.world.member("Olga", desk.RoleOwner), desk.RoleOwner)
	must(t, m.world.SetOwner(m.world.ctx, m.world.acc, m.world.admin.MemberID))
	m.members = []string{m.world.admin.MemberID, m.world.member("Ada", desk.RoleAdmin)}
	for i := range 9 {
		m.hire(fmt.Sprint("Agent", i), m.deps[i%3], m.deps[i%2])
	}
	for _, id := range m.members[:2] {
		m.world.phone(id)
	}
	m.world.settings(desk.AccountPatch{ChatCapacity: ptr(2), RingSeconds: ptr(10), CallbackDueMinutes: ptr(60), MissedOffersUntilOffline: ptr(0)})
	for i := range persons {
		p := person{name: fmt.Sprint("Customer", i), phone: fmt.Sprintf("+4930%07d", i), other: fmt.Sprintf("+4989%07d", i), email: fmt.Sprintf("c%d@example.com", i)}
		switch {
		case i%5 == 1: // a stranger with the number of the one before
			p.phone = m.persons[i-1].phone
		case i%7 == 3:
			p.phone, p.other = "", ""
		case i%11 == 4:
			p = person{name: p.name}
		}
		m.persons = append(m.persons, p)
	}
	m.memory.seen = m.saw
	return m
}

// settle gives a desk the month's clock and randomness.
func (m *month) settle(d *desk.Desk) {
	d.Now, d.Sleep, d.Random, d.Log = m.world.clock.Now, m.world.clock.Sleep, m.random, slog.New(slog.DiscardHandler)
}

func (m *month) found(name string) {
	dep := m.world.department(name)
	m.deps, m.live[dep] = append(m.deps, dep), true
}

// hire adds a member with a phone, most of them with working hours.
func (m *month) hire(name string, deps ...string) {
	slices.Sort(deps)
	deps = slices.Compact(deps)
	id := m.world.member(name, desk.RoleStaff, deps...)
	m.teams[id] = deps
	m.world.phone(id)
	if h := []string{workdays, "Europe/Berlin 12345/1200-2000", "", "Europe/Berlin 1234567/2200-0600"}[m.chance.IntN(4)]; h != "" {
		m.world.schedule(id, h)
	}
	m.members = append(m.members, id)
}

// try does one thing in a process of its own, of which some calls go wrong. People try again
// what they had no answer to, or give it up.
func (m *month) try(a deed, do func(*desk.Desk) error) error {
	for {
		err := m.once(a, do)
		if err == nil || !desk.Transient(err) && !errors.Is(err, errDead) || m.chance.IntN(4) == 0 {
			return err
		}
		m.world.clock.Advance(time.Duration(1+m.chance.IntN(4)) * time.Second)
	}
}

func (m *month) once(a deed, do func(*desk.Desk) error) error {
	s := &schedule{chance: m.chance}
	switch x := m.chance.IntN(12); {
	case m.sound:
	case x == 0:
		s.at = 1 + m.chance.IntN(30)
	case x < 4: // at a call that changes something
		n := m.chance.IntN(6)
		s.stopAt = func(a attempt) bool {
			if a.kind != "Get" && a.kind != "Query" {
				n--
			}
			return n < 0
		}
	}
	p := s.process()
	p.table = m.memory
	d := desk.New(fault.New(m.memory, fault.Options{Before: p.before, After: p.after}), stoppedTimers{m.agenda, p}, stoppedPhones{addressees{m.watch, m}, p}, newRegister(), stoppedShifts{m.agenda, p})
	m.settle(d)
	m.act = a
	err := p.run(func() error { return do(d) })
	m.act = deed{what: "nothing"}
	if stopped := s.stopped(); stopped != nil {
		m.sums.faults++
		if s.died {
			m.sums.deaths++
		}
		if stopped.kind == "Push" {
			m.sums.lost++
		}
	}
	return err
}

// pass lets time go by, and delivers what becomes due: mostly at its time, some late, some
// twice, and again when it fails.
func (m *month) pass(d time.Duration) {
	end := m.world.clock.Now().Add(d)
	for len(m.agenda.list) > 0 && !m.agenda.list[0].at.After(end) {
		it := m.agenda.next()
		m.to(it.at)
		if !m.sound && !it.late && m.chance.IntN(20) == 0 {
			it.at, it.late = it.at.Add(time.Duration(m.chance.IntN(15*60))*time.Second), true
			m.sums.late++
			m.agenda.put(it)
			continue
		}
		m.deliver(it)
		if !m.sound && m.chance.IntN(20) == 0 {
			m.sums.twice++
			m.deliver(it)
		}
	}
	m.to(end)
}

func (m *month) to(at time.Time) {
	if d := at.Sub(m.world.clock.Now()); d > 0 {
		m.world.clock.Advance(d)
	}
}

func (m *month) deliver(it errand) {
	if it.shift != nil {
		m.tick(it)
		return
	}
	about := it.message
	switch about.Kind {
	case desk.WakeDue:
		m.sums.looks++
	case desk.WakeRound:
		m.sums.rounds++
	}
	a := deed{what: "wake " + string(about.Kind), callback: about.CallbackID, esc: about.EscalationID}
	if m.once(a, func(d *desk.Desk) error { return d.Wake(m.world.ctx, about) }) != nil {
		it.at = m.world.clock.Now().Add(30 * time.Second)
		m.agenda.put(it)
	}
}

func (m *month) tick(it errand) {
	var t desk.ShiftTick
	err := m.once(deed{what: "tick"}, func(d *desk.Desk) (err error) {
		t, err = d.TickShift(m.world.ctx, *it.shift)
		return err
	})
	switch {
	case desk.IsProblem(err, "shift-over"):
		m.agenda.ended[it.shift.Name()] = true
		return
	case err != nil:
		t.WakeAt = m.world.clock.Now().Add(10 * time.Second)
	}
	it.at = t.WakeAt
	m.agenda.put(it)
}

// agenda has the messages and the ticks that are to come, the earliest first.
type agenda struct {
	list           []errand
	sent           int
	running, ended map[string]bool // executions
	now            func() time.Time
}

type errand struct {
	n       int
	at      time.Time
	message desk.Message
	shift   *desk.ShiftExecution
	late    bool
}

// Send implements desk.Timers.
func (a *agenda) Send(_ context.Context, at time.Time, m desk.Message) error {
	a.put(errand{at: at, message: m})
	return nil
}

// Start implements desk.Shifts.
func (a *agenda) Start(_ context.Context, e desk.ShiftExecution) error {
	if a.ended[e.Name()] {
		return desk.ErrShiftEnded
	}
	if !a.running[e.Name()] {
		a.running[e.Name()] = true
		a.put(errand{at: a.now(), shift: &e})
	}
	return nil
}

func (a *agenda) put(it errand) {
	a.sent++
	it.n = a.sent
	heap.Push(a, it)
}

func (a *agenda) next() errand { return heap.Pop(a).(errand) }

// Len implements heap.Interface.
func (a *agenda) Len() int { return len(a.list) }

// Less implements heap.Interface.
func (a *agenda) Less(i, j int) bool {
	return cmp.Or(a.list[i].at.Compare(a.list[j].at), cmp.Compare(a.list[i].n, a.list[j].n)) < 0
}

// Swap implements heap.Interface.
func (a *agenda) Swap(i, j int) { a.list[i], a.list[j] = a.list[j], a.list[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) { a.list = append(a.list, x.(errand)) }

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := a.list[len(a.list)-1]
	a.list = a.list[:len(a.list)-1]
	return last
}

// looked reports which callbacks have a look to come, and the latest of them.
func (a *agenda) looked() map[string]time.Time {
	looks := map[string]time.Time{}
	for _, it := range a.list {
		if m := it.message; m.Kind == desk.WakeDue && it.shift == nil {
			if at, ok := looks[m.CallbackID]; !ok || it.at.Before(at) {
				looks[m.CallbackID] = it.at
			}
		}
	}
	return looks
}

// kinds lists the pushes that were sent, by kind.
func (m *month) kinds() string {
	var list []string
	for k, n := range m.watch.sent {
		list = append(list, fmt.Sprintf("%s %d", k, n))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// addressees are phones that hold pushes about one callback against the rules of whom they
// go to. The table of who may hear of any at all is the censor's.
type addressees struct {
	*censor
	m *month
}

// Push implements desk.Phones.
func (a addressees) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	member := strings.TrimPrefix(d.ID, "phone-")
	p := a.m.papers[n.CallbackID]
	switch {
	case n.CallbackID == "":
	case p == nil:
		a.m.wrong("%s is told of %s, which is none", member, n.CallbackID)
	case n.Kind == desk.NoticeCallbackNews && !slices.Contains(p.held, member):
		a.m.wrong("%s is told of %s, which they never held", member, p.id)
	case n.Kind == desk.NoticeCallbackDue && p.ended():
		a.m.wrong("%s is reminded of %s, which has ended", member, p.id)
	case n.Kind == desk.NoticeCallbackDue && p.holder != member:
		holder, err := a.m.world.Standing(ctx, a.m.world.acc, p.holder)
		if p.holder != "" && (err != nil || holder != nil && holder.There) {
			a.m.wrong("%s is reminded of %s, whose holder is there (%v)", member, p.id, err)
		}
		if !a.m.mayTake(member, p) {
			a.m.wrong("%s is reminded of %s, which is not theirs to take", member, p.id)
		}
	}
	return a.censor.Push(ctx, d, n)
}

// mayTake reports whether a member manages, or is of a department of the callback.
func (m *month) mayTake(member string, p *paper) bool {
	live := slices.DeleteFunc(slices.Clone(p.deps), func(dep string) bool { return !m.live[dep] })
	return slices.Contains(m.members[:2], member) || len(live) == 0 ||
		slices.ContainsFunc(live, func(dep string) bool { return dep == "" || slices.Contains(m.teams[member], dep) })
}
