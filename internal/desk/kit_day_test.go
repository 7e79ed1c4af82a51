package desk_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// workday is an account with five people at laptops and phones. It knows what the desk cannot:
// who could really see or hear an offer at each moment.
//
//	Asha    Kids             a laptop
//	Bilal   Kids             a phone
//	Carla   Kids and Garden  a laptop and a phone
//	Dev     Garden           two phones
//	Edda    Garden           a laptop, until 13:00; all others work until 17:00
//	Olga    the owner        a phone, and does not work there
//
// An open page polls every two seconds. Here it does so after whatever happens, and when its
// lease has to be renewed: in between, no poll would find or change anything.
type workday struct {
	world *world
	*scribe
	people []*clerk
	phones map[string]*handset // by name
	deps   map[string]string   // ids, by name
	jobs   []*job              // that are not over
	all    []*job
	plan   []errandAt
	judge  dayJudge
	reacts func(*job, *clerk) // to a new offer

	mu      sync.Mutex
	arrived []arrival
}

// clerk is somebody who works in the shop.
type clerk struct {
	name, id string
	laptop   bool
	page     bool      // is open, and polls
	closed   bool      // the page was closed without a word
	polls    time.Time // when it does so next
	onBreak  bool      // went offline
	came     time.Time // online, by their own call
	from, to int       // hours of the day, in Berlin

	rings    []*turnAt // what rings there
	rounds   int       // of offers that rang out unheard since nobody could hear them
	roundEnd time.Time
	stands   string // as it was told

	missed, unheard int       // as the row had them
	counted         time.Time // when the last counted offer ended
	uncounted       []*turnAt // ended just now without an answer
}

// handset is a phone. It belongs to whom it is signed in for.
type handset struct {
	name, token string
	owner       *clerk // nil: signed out
	off         bool   // what is pushed there shows nowhere
	dead        bool   // its token is refused
	tokens      int
}

// arrival is a push that showed on a phone.
type arrival struct {
	on *handset
	n  desk.Notice
}

// job is a customer's call or chat.
type job struct {
	name, id string
	events   int // of its history that are told
	agent    *clerk
	offer    int
	state    desk.State
	call     bool
}

// errandAt is something that is going to happen.
type errandAt struct {
	at time.Time
	do func()
}

func newWorkday(t *testing.T, seed uint64) *workday {
	t.Helper()
	var engine table.Table
	w := newWorld(t, worldOptions{table: func(_ *testing.T, now func() time.Time) table.Table {
		engine = newMemory(now)
		return engine
	}})
	s := &workday{world: w, scribe: &scribe{names: map[string]string{}}, phones: map[string]*handset{}, deps: map[string]string{}}
	w.Phones = dayPhones{w.Phones, s}
	for _, dep := range []string{"Kids", "Garden"} {
		s.deps[dep] = w.department(dep)
	}
	for i, p := range []struct {
		name, deps, phones string
		laptop             bool
		to                 int
	}{
		{"Asha", "Kids", "", true, 17},
		{"Bilal", "Kids", "Bilals", false, 17},
		{"Carla", "Kids Garden", "Carlas", true, 17},
		{"Dev", "Garden", "Devs Devs-old", false, 17},
		{"Edda", "Garden", "", true, 13},
	} {
		w.Random = joinedAs(i + 1)
		var deps []string
		for _, d := range strings.Fields(p.deps) {
			deps = append(deps, s.deps[d])
		}
		m := &clerk{name: p.name, id: w.member(p.name, desk.RoleStaff, deps...), laptop: p.laptop, from: 9, to: p.to, stands: "offline"}
		w.unreached(m.id)
		w.schedule(m.id, fmt.Sprintf("Europe/Berlin 12345/0900-%02d00", p.to))
		s.people, s.names[m.id] = append(s.people, m), m.name
		for _, phone := range strings.Fields(p.phones) {
			s.phones[phone] = &handset{name: phone}
		}
	}
	s.phones["Olgas"] = &handset{name: "Olgas", token: "olgas"}
	_, err := w.PutDevice(w.ctx, w.admin, desk.Device{ID: "Olgas", Platform: desk.FCM, Token: "olgas"})
	must(t, err)
	w.Desk.Table = engine // without the check of keys, which takes a third of the time
	w.Random = &dice{r: rand.New(rand.NewPCG(seed, 5))}
	return s
}

// who is a person by name.
func (s *workday) who(name string) *clerk {
	s.world.t.Helper()
	i := slices.IndexFunc(s.people, func(p *clerk) bool { return p.name == name })
	if i < 0 {
		s.world.t.Fatalf("nobody is called %q", name)
	}
	return s.people[i]
}

func (s *workday) byID(id string) *clerk { return s.who(s.names[id]) }

// set is a phone by name.
func (s *workday) set(name string) *handset {
	s.world.t.Helper()
	h := s.phones[name]
	if h == nil {
		s.world.t.Fatalf("there is no phone %q", name)
	}
	return h
}

// owned are a person's phones, by name.
func (s *workday) owned(p *clerk) (list []*handset) {
	for _, h := range s.phones {
		if h.owner == p {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b *handset) int { return cmp.Compare(a.name, b.name) })
	return list
}

// able reports whether a person could see or hear an offer now.
func (s *workday) able(p *clerk) bool {
	return p.page || slices.ContainsFunc(s.owned(p), (*handset).rings)
}

func (h *handset) rings() bool { return !h.off && !h.dead }

// working reports whether it is within the person's hours of work.
func (s *workday) working(p *clerk) bool {
	h := s.world.clock.Now().Add(time.Hour).Hour() // in Berlin, in winter
	return h >= p.from && h < p.to
}

// dayPhones are the push services: a phone with a dead token is refused, and one that is
// switched off gets nothing, which they do not tell.
type dayPhones struct {
	desk.Phones
	s *workday
}

// Push implements desk.Phones.
func (p dayPhones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	switch h := p.s.phones[d.ID]; {
	case h.dead || d.Token != h.token:
		return desk.ErrUnreachable
	case !h.off:
		p.s.arrived = append(p.s.arrived, arrival{h, n})
	}
	return nil
}

// later plans something.
func (s *workday) later(d time.Duration, do func()) {
	at := s.world.clock.Now().Add(d)
	i, _ := slices.BinarySearchFunc(s.plan, at, func(e errandAt, at time.Time) int {
		return cmp.Or(e.at.Compare(at), -1) // after those of the same time
	})
	s.plan = slices.Insert(s.plan, i, errandAt{at, do})
}

// lives lets time pass up to a moment: the desk's messages arrive, pages poll, and what is
// planned is done.
func (s *workday) lives(until time.Time) {
	s.world.t.Helper()
	for {
		at, do := s.next()
		if do == nil || at.After(until) {
			break
		}
		s.world.at(later(at, s.world.clock.Now()))
		do()
	}
	s.world.at(later(until, s.world.clock.Now()))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// next is what happens next; nil when nothing will.
func (s *workday) next() (at time.Time, do func()) {
	if due, is := s.world.due(); is {
		at, do = due, func() { s.world.deliverDue(); s.stepped() }
	}
	if len(s.plan) > 0 && (do == nil || s.plan[0].at.Before(at)) {
		at, do = s.plan[0].at, func() {
			first := s.plan[0]
			s.plan = s.plan[1:]
			first.do()
			s.stepped()
		}
	}
	for _, p := range s.people {
		if p.page && (do == nil || p.polls.Before(at)) {
			at, do = p.polls, func() { s.pagePolls(p) }
		}
	}
	return at, do
}

// stepped tells and judges what has come of a step, and has all open pages find it out within
// two seconds.
func (s *workday) stepped() {
	s.look()
	soon := s.world.clock.Now().Add(2 * time.Second)
	for _, p := range s.people {
		if p.page && soon.Before(p.polls) {
			p.polls = soon
		}
	}
}

// pagePolls asks what is a person's own. It asks again before the lease has to be renewed.
func (s *workday) pagePolls(p *clerk) {
	s.world.poll(p.id)
	const renew = 3 * time.Minute
	p.polls = s.world.row(p.id).Page.Add(-renew).Truncate(2 * time.Second).Add(2 * time.Second)
}

// on is a person as one who asks on a device.
func (s *workday) on(p *clerk, device string) desk.Caller {
	c := s.world.staff(p.id)
	c.DeviceID = device
	return c
}

// onCall reports whether a person is on a call.
func (s *workday) onCall(p *clerk) bool {
	return slices.ContainsFunc(s.jobs, func(j *job) bool { return j.call && j.agent == p && j.state == desk.Active })
}
