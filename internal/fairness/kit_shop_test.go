package fairness

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

// A week: Monday to Friday, customers come from eight to eight by the clocks of Berlin.
const (
	team   = 10
	days   = 5
	opens  = 8 * time.Hour
	closes = 20 * time.Hour
	every  = 90 * time.Second // a customer on average
)

// monday is midnight in Berlin.
var monday = time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)

// The departments, and how an enquiry for one of two is.
const (
	kids   = "dep_kidskidskids"
	garden = "dep_gardengarden"
)

// cell is how a shop works.
type cell struct {
	name   string
	one    bool // chat at a time for each member; else three
	two    bool // departments, with every third member in both
	shifts bool // three a day, and breaks; else all are there from eight to eight
	mixed  bool // calls besides chats, and members with one to five chats at a time, some without calls
	refuse bool // one offer in seven is declined, one in ten missed
}

var cells = []cell{
	{name: "one at a time", one: true},
	{name: "three chats each"},
	{name: "shifts and breaks", shifts: true},
	{name: "calls, mixed capacities", mixed: true},
	{name: "two departments", two: true},
	{name: "declines and misses", refuse: true},
	{name: "all of it", two: true, shifts: true, mixed: true, refuse: true},
}

// agent is a member of the team, with what others' rules go by.
type agent struct {
	*roster.Row
	n       int
	there   bool          // online and on shift
	came    time.Time     // since when
	touched time.Time     // when an offer or work of theirs last began or ended
	asked   int           // number of the offer that was the last
	askedBy map[queue]int // the same, by queue
	had     map[queue]int // offers
	worked  bool          // accepted something since they were last without work
	idle    time.Time     // since when they have none
	rings   []*enquiry    // at them
}

// queue is those who are asked, and for what.
type queue struct {
	department string
	channel    roster.Channel
}

// enquiry is a customer's call or chat.
type enquiry struct {
	roster.Want
	id     string
	n      int
	offers int
	since  time.Time // the last of them
	at     *agent    // whom it is with, ringing or accepted; nil when with nobody
	takes  time.Duration
}

// shop is a week under way.
type shop struct {
	cell
	seed     uint64
	rule     rule
	roster   *roster.Roster
	agents   []*agent // in the order of their rows
	now      time.Time
	events   events
	counters map[string]int64 // of the product
	turns    map[queue]int    // of those who count
	offers   int
	planned  int
	judge    *judge
	result
}

// week plays one.
func (c cell) week(rule rule, seed uint64) result {
	s := c.opened(rule, seed)
	s.plans()
	for s.happens() {
	}
	s.judge.sums(&s.result)
	return s.result
}

// opened is a shop before its first customer.
func (c cell) opened(rule rule, seed uint64) *shop {
	s := &shop{cell: c, seed: seed, rule: rule, counters: map[string]int64{}, turns: map[queue]int{}, now: monday}
	s.hires()
	s.judge = newJudge(s)
	return s
}

// hires makes the team and the roster.
func (s *shop) hires() {
	s.roster = &roster.Roster{
		AccountID: "acc_shop", Account: roster.NewAccount("Shop", "Europe/Berlin", ""), Version: 1,
		Departments: map[string]roster.Department{kids: {Name: "Kids"}, garden: {Name: "Garden"}},
	}
	s.roster.Account.Balance = s.rule.balance
	for n := range team {
		r := &roster.Row{ID: fmt.Sprintf("mem_%02d", n), Online: true, Calls: 1, Departments: []string{kids}, Places: map[string]int64{}}
		if s.two {
			r.Departments = [][]string{{kids, garden}, {kids}, {garden}}[n%3]
		}
		switch {
		case s.one:
			r.Chats = new(1)
		case s.mixed:
			chats := 1 + n%5
			r.Chats, r.Calls = &chats, min(1, n%4)
		}
		from, to := s.shift(n)
		r.Schedule = fmt.Sprintf("Europe/Berlin 12345/%02d00-%02d00", int(from.Hours()), int(to.Hours()))
		var err error
		if r.Hours, err = hours.Parse(r.Schedule); err != nil {
			panic(err)
		}
		s.roster.Rows = append(s.roster.Rows, r)
		s.agents = append(s.agents, &agent{Row: r, n: n, askedBy: map[queue]int{}, had: map[queue]int{}})
	}
}

// shift is when a member's begins and ends.
func (s *shop) shift(n int) (from, to time.Duration) {
	if !s.shifts {
		return opens, closes
	}
	from = opens + time.Duration(n%3)*2*time.Hour
	return from, from + 8*time.Hour
}

// plans draws what happens whatever the rule.
func (s *shop) plans() {
	r := rand.New(rand.NewPCG(s.seed, 1))
	for day := range days {
		for at := opens; at < closes; at += drawn(r, every) {
			s.later(s.clock(day, at), s.asks(r))
		}
		for _, a := range s.agents {
			s.works(rand.New(rand.NewPCG(s.seed, uint64(2+a.n+team*day))), day, a)
		}
	}
}

// clock is a time of a day.
func (s *shop) clock(day int, at time.Duration) time.Time {
	return monday.AddDate(0, 0, day).Add(at)
}

// works plans a member's day: their shift changes by itself, and is only looked at. Where there
// are shifts they work for an hour and a half on average, and rest for twelve minutes.
func (s *shop) works(r *rand.Rand, day int, a *agent) {
	from, to := s.shift(a.n)
	s.later(s.clock(day, from), func() { s.look(a) })
	s.later(s.clock(day, to), func() { s.look(a) })
	for at := from + drawn(r, 90*time.Minute); s.shifts && at < to; at += drawn(r, 90*time.Minute) {
		s.later(s.clock(day, at), func() { s.goes(a) })
		at += drawn(r, 12*time.Minute)
		s.later(s.clock(day, at), func() { s.comes(a) })
	}
}

// asks draws a customer.
func (s *shop) asks(r *rand.Rand) func() {
	s.enquiries++
	e := &enquiry{id: fmt.Sprint("esc_", s.enquiries), n: s.enquiries, Want: roster.Want{Channel: roster.Chat, Department: kids, Overflow: true}}
	call, other := r.IntN(10) < 3, r.IntN(10) < 4
	e.takes = time.Minute + drawn(r, 11*time.Minute)
	if s.mixed && call {
		e.Channel, e.takes = roster.Call, e.takes/2
	}
	if s.two && other {
		e.Department = garden
	}
	return func() { s.offer(e) }
}

// drawn is a duration by chance, of an exponential distribution.
func drawn(r *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(r.ExpFloat64() * float64(mean)).Truncate(time.Millisecond)
}

// offer has an enquiry ring at the next, or makes it a callback.
func (s *shop) offer(e *enquiry) {
	e.at = nil
	turn := s.roster.Turn(e.Want, s.now)
	if e.offers == s.roster.Account.MaxOffers || turn.Next == nil {
		s.callbacks++
		return
	}
	q := queue{turn.Asked, e.Channel}
	a := s.rule.choose(s, q, turn, s.free(q, e))
	s.judge.offered(a, q, e)
	s.offers++
	e.offers++
	e.at, e.since, e.Offered = a, s.now, append(e.Offered, a.ID)
	a.asked, a.askedBy[q], a.touched = s.offers, s.offers, s.now
	a.had[q]++
	a.rings = append(a.rings, e)
	a.Add(e.id, e.Channel)
	s.look(a)
	s.answers(a, e)
}

// free are those who can take an enquiry, in the order of their ids.
func (s *shop) free(q queue, e *enquiry) (list []*agent) {
	for _, a := range s.agents {
		if a.In(q.department) && !slices.Contains(e.Offered, a.ID) && a.Unable(&s.roster.Account, q.channel, s.now) == "" {
			list = append(list, a)
		}
	}
	return list
}

// answers plans what comes of an offer. One member answers one enquiry alike, whatever the rule.
func (s *shop) answers(a *agent, e *enquiry) {
	number := e.offers
	r := rand.New(rand.NewPCG(s.seed, uint64(1<<40+e.n*team+a.n)))
	does := s.accepts
	after := 5*time.Second + time.Duration(r.IntN(10_000))*time.Millisecond
	switch chance := r.IntN(70); {
	case s.refuse && chance < 10:
		does = func(a *agent, e *enquiry) { s.passOn(a, e, roster.EndDeclined) }
	case s.refuse && chance < 17:
		after = s.roster.Account.Ring() + 3*time.Second
		does = func(a *agent, e *enquiry) { s.passOn(a, e, roster.EndMissed) }
	}
	s.later(s.now.Add(after), func() {
		if e.offers == number && slices.Contains(a.rings, e) {
			does(a, e)
		}
	})
}

// accepts begins work. What else rings there goes on when it is a call.
func (s *shop) accepts(a *agent, e *enquiry) {
	a.silent(e)
	a.worked = true
	a.ForgetMissed()
	s.later(s.now.Add(e.takes), func() {
		s.ends(a, e, true)
	})
	if e.Channel == roster.Call {
		s.passAll(a)
	}
}

// passOn has an offer go to the next.
func (s *shop) passOn(a *agent, e *enquiry, how string) {
	a.silent(e)
	if a.CountMissed(how, roster.Rang{From: e.since.UnixMilli(), Until: s.now.UnixMilli()}, &s.roster.Account) {
		s.later(s.now.Add(10*time.Minute), func() { s.comes(a) })
		s.passAll(a)
	}
	s.ends(a, e, false)
	s.offer(e)
}

func (s *shop) passAll(a *agent) {
	for _, e := range slices.Clone(a.rings) {
		s.passOn(a, e, "")
	}
}

// silent ends the ringing of an enquiry.
func (a *agent) silent(e *enquiry) {
	a.rings = slices.DeleteFunc(a.rings, func(r *enquiry) bool { return r == e })
}

// ends takes work off a desk. Who was full and completes some of it gets a fresh place, as package
// desk has it.
func (s *shop) ends(a *agent, e *enquiry, completed bool) {
	before := a.Clone()
	a.Drop(e.id)
	if completed {
		for _, ch := range roster.RoomGained(before, a.Row, &s.roster.Account) {
			a.FreshPlaces(ch, s.counters)
		}
	}
	a.touched = s.now
	if len(a.Work) == 0 && a.worked {
		a.worked, a.idle = false, s.now
	}
	s.look(a)
}

func (s *shop) comes(a *agent) {
	a.Online, a.OfflineFor = true, ""
	a.ForgetMissed()
	s.look(a)
}

func (s *shop) goes(a *agent) {
	a.Online = false
	s.look(a)
	s.passAll(a)
}

// look notes how a member stands after each change.
func (s *shop) look(a *agent) {
	if there := a.There(&s.roster.Account, s.now); there != a.there {
		a.there = there
		if there {
			a.came = s.now
		}
	}
	s.judge.look(a)
}
