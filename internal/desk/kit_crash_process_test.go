package desk_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// how says what becomes of a call.
type how int

const (
	done        how = iota
	dies            // the process dies before the call, and nothing more of it happens
	refused         // nothing is done, and the caller knows
	requestLost     // nothing is done, and the caller does not know
	answerLost      // it is done, and the caller does not know
	late            // the caller does not know, and it is done just before the next Write
	unreachable     // of a push: the device is gone for good
	throttled       // of the identity: it is done, and what belongs to it is refused
)

func (h how) String() string {
	return [...]string{"done", "dies", "refused", "request lost", "answer lost", "late", "unreachable", "throttled"}[h]
}

// hows are what can become of a call of each kind, besides being done. Reads change
// nothing: to die before one is to die before the next call that does.
var hows = map[string][]how{
	"Get":       {refused},
	"Query":     {refused},
	"Write":     {dies, refused, requestLost, answerLost, late},
	"Increment": {dies, refused, requestLost, answerLost},
	"Send":      {dies, refused, answerLost},
	"Push":      {dies, refused, unreachable},
	"Phone":     {dies, refused, answerLost},
	"Identity":  {dies, refused, answerLost, throttled},
	"Mail":      {dies, refused, answerLost},
	"Shift":     {dies, refused, answerLost},
}

var (
	errDead   = errors.New("this process is dead")
	errFailed = errors.New("the call failed")
)

// schedule lets processes make their calls to table, timers and phones one at a time,
// in an order that is the same in every run: when all goroutines wait, one of the calls
// that they want to make goes ahead. So every call has a number, and a process can be
// stopped at any. It must run in a synctest bubble.
type schedule struct {
	reverse bool                 // of the calls that wait the last by name goes first, else the first
	chance  *rand.Rand           // decides instead which one goes first, and what becomes of the call at
	at      int                  // number of the call that does not go well, from 1; 0 for none
	stopAt  func(a attempt) bool // the same for the first such call
	how     how
	then    int // how many calls later a process dies for good, should it live on; 0 for never

	died    bool   // a process did
	late    func() // does what is done late
	mu      sync.Mutex
	waiting []*attempt
	made    []attempt
}

// process is one run of the program. Once it is dead nothing that it wants happens.
type process struct {
	*schedule
	table   table.Table // beyond all faults
	dead    bool
	answers map[int]how // by number of the table's call, from before to after
}

func (s *schedule) process() *process { return &process{schedule: s, answers: map[int]how{}} }

// attempt is one call that a process wants to make.
type attempt struct {
	kind, what string
	by         *process
	proceed    chan how
}

func (a attempt) String() string { return a.kind + " " + a.what }

// run carries out act, call by call, and waits for all that it began.
func (s *schedule) run(act func() error) error {
	result := make(chan error, 1)
	go func() { result <- act() }()
	for {
		synctest.Wait()
		a, h := s.next()
		if s.late != nil && (a == nil || a.kind == "Write") {
			s.late()
			s.late = nil
		}
		if a == nil {
			return <-result
		}
		a.proceed <- h
	}
}

// next takes the call that goes ahead, and says how.
func (s *schedule) next() (*attempt, how) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		return nil, done
	}
	a := s.first()
	if a.by.dead {
		return a, dies
	}
	s.made = append(s.made, *a)
	h := s.fate(*a)
	if h == dies {
		s.died, a.by.dead = true, true
	}
	return a, h
}

// fate says what becomes of the call made last.
func (s *schedule) fate(a attempt) how {
	n := len(s.made)
	if s.then > 0 && s.at > 0 && n == s.at+s.then {
		return dies
	}
	if n != s.at && (s.stopAt == nil || !s.stopAt(a)) {
		return done
	}
	s.at, s.stopAt = n, nil
	if s.chance != nil {
		s.how = hows[a.kind][s.chance.IntN(len(hows[a.kind]))]
	}
	return s.how
}

// first takes the call that goes ahead. Of equal ones all go before any other, since it
// cannot be told whose turn it is.
func (s *schedule) first() *attempt {
	slices.SortFunc(s.waiting, func(a, b *attempt) int { return strings.Compare(a.String(), b.String()) })
	i := 0
	switch {
	case s.chance != nil:
		i = s.chance.IntN(len(s.waiting))
	case s.reverse:
		i = len(s.waiting) - 1
	}
	if n := len(s.made); n > 0 {
		last := s.made[n-1].String()
		if same := slices.IndexFunc(s.waiting, func(a *attempt) bool { return a.String() == last }); same >= 0 {
			i = same
		}
	}
	a := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return a
}

// stopped is the call that did not go well; nil when all did.
func (s *schedule) stopped() *attempt {
	if s.at == 0 || s.at > len(s.made) {
		return nil
	}
	return &s.made[s.at-1]
}

// story tells what happened, for the report of a fault.
func (s *schedule) story() string {
	var b strings.Builder
	for i, a := range s.made {
		mark := ""
		if i+1 == s.at {
			mark = "  <- " + s.how.String()
		}
		fmt.Fprintf(&b, "\n  %2d %s%s", i+1, a, mark)
	}
	return b.String()
}

// ask waits until the call may go ahead.
func (p *process) ask(kind, what string) how {
	a := &attempt{kind: kind, what: what, by: p, proceed: make(chan how)}
	p.mu.Lock()
	p.waiting = append(p.waiting, a)
	p.mu.Unlock()
	return <-a.proceed
}

// before and after are the hooks of a fault.Table.
func (p *process) before(c fault.Call) error {
	h := p.ask(c.Kind.String(), subject(c))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[c.N] = h
	switch h {
	case dies:
		return errDead
	case refused:
		return table.ErrUnavailable
	case late:
		p.late = func() { _ = p.table.Write(context.Background(), c.Ops...) }
		return table.ErrOutcomeUnknown
	case requestLost:
		return table.ErrOutcomeUnknown
	}
	return nil
}

func (p *process) after(c fault.Call, err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answers[c.N] == answerLost && err == nil {
		return table.ErrOutcomeUnknown
	}
	return err
}

// subject names what a call is about, the same in every run.
func subject(c fault.Call) string {
	switch c.Kind {
	case fault.Query:
		return c.Range.Partition + " " + c.Range.Prefix
	case fault.Write:
		var keys []string
		for _, op := range c.Ops {
			keys = append(keys, op.Item.Key.Partition+" "+op.Item.Key.Sort)
		}
		slices.Sort(keys)
		return strings.Join(keys, " + ")
	}
	return c.Key.Partition + " " + c.Key.Sort
}

// outside carries out a call to timers or phones.
func (p *process) outside(kind, what string, call func() error) error {
	switch p.ask(kind, what) {
	case done:
		return call()
	case dies:
		return errDead
	case answerLost:
		return errors.Join(call(), errFailed)
	case unreachable:
		return desk.ErrUnreachable
	case throttled:
		if err := call(); err != nil {
			return err
		}
		return fmt.Errorf("%w: %w", errFailed, &desk.Problem{Class: desk.Unavailable, Name: "busy"})
	}
	return errFailed
}

// stoppedTimers and stoppedPhones are those of a process.
type stoppedTimers struct {
	desk.Timers
	p *process
}

func (s stoppedTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	what := fmt.Sprintf("%s %s %d %s", m.Kind, cmp.Or(m.CallbackID, m.EscalationID), m.Offer, m.DeviceID)
	return s.p.outside("Send", what, func() error { return s.Timers.Send(ctx, at, m) })
}

type stoppedPhones struct {
	desk.Phones
	p *process
}

func (s stoppedPhones) Push(ctx context.Context, dev desk.Device, n desk.Notice) error {
	what := fmt.Sprintf("%s %s %s %d", dev.Address, n.Kind, cmp.Or(n.CallbackID, n.EscalationID), n.Offer)
	return s.p.outside("Push", what, func() error { return s.Phones.Push(ctx, dev, n) })
}

func (s stoppedPhones) Register(ctx context.Context, member string, dev desk.Device) (v desk.Device, err error) {
	err = s.p.outside("Phone", "register "+dev.ID, func() error { v, err = s.Phones.Register(ctx, member, dev); return err })
	return v, err
}

func (s stoppedPhones) Forget(ctx context.Context, dev desk.Device) error {
	return s.p.outside("Phone", "forget "+dev.Address, func() error { return s.Phones.Forget(ctx, dev) })
}
