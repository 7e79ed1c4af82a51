package desk_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/connectnow/backend/internal/desk"
)

// What callers are told must fit one sequence of the state machine, whatever goes on at once and
// whatever fails. A hearsay keeps what each was told and when; a model says what may be told in
// which state; and porcupine looks for an order of all calls that the model allows and in which
// none comes before another that had ended before it began.
//
// A call of unknown outcome may have happened at any time after it began, or never. Its end is
// thus put behind all others, as porcupine's own tests do with those of etcd, and the models let
// it either happen or not.

// spoken is one call about one escalation, callback or member, and what was answered.
type spoken struct {
	do     string // what was asked for
	who    int    // the agent who asked; nobody for the customer, and for time
	number int    // of an offer; 0 for any
	unsure bool   // no answer came, or it may have been done before what was answered
	late   bool   // a Write of it had no answer: what it found later is what was answered

	refused string // the name of the problem
	state   string
	to      int      // whom it rings for, as answered
	by      int      // who has it, or who ended it, as answered
	work    []string // of a member, as their row has it
	id      string   // the escalation that a member takes or loses
	call    bool     // it is a call
}

// Agents are numbered from 0.
const (
	nobody = -1
	anyone = -2 // somebody, of whom nothing was told
)

func (c spoken) String() string {
	s := fmt.Sprintf("%s(%d", c.do, c.who)
	if c.number > 0 {
		s += fmt.Sprintf(", offer %d", c.number)
	}
	if c.unsure {
		return s + ") → ?"
	}
	return s + fmt.Sprintf(") → %s", strings.TrimSpace(fmt.Sprint(c.refused, " ", c.state, c.id, c.work, " to ", c.to, " by ", c.by)))
}

// hearsay is what was told, by what it is about.
type hearsay struct {
	clock *atomic.Int64 // counts, so that each moment is one of its own

	mu    sync.Mutex
	calls map[string][]porcupine.Operation
}

func newHearsay(clock *atomic.Int64) *hearsay {
	return &hearsay{clock: clock, calls: map[string][]porcupine.Operation{}}
}

// began is a moment; see heard.
func (h *hearsay) began() int64 { return h.clock.Add(1) }

// heard keeps a call that ends now. Where one of its Writes had no answer, the call may have been
// done then, and was answered by what it found later.
func (h *hearsay) heard(about string, began int64, c spoken, lost bool) {
	ended := h.clock.Add(1)
	c.late = lost
	h.between(about, began, ended, c)
	if lost && !c.unsure {
		h.keep(about, began, ended, spoken{do: c.do, who: c.who, number: c.number, unsure: true, to: nobody, by: nobody})
	}
}

// between keeps what happened in between two moments.
func (h *hearsay) between(about string, began, ended int64, c spoken) {
	if c.unsure {
		ended = math.MaxInt64
	}
	h.keep(about, began, ended, c)
}

func (h *hearsay) keep(about string, began, ended int64, c spoken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[about] = append(h.calls[about], porcupine.Operation{ClientId: max(0, c.who+1), Input: c, Call: began, Return: ended})
}

// count is how many calls were kept.
func (h *hearsay) count() (n int) {
	for _, calls := range h.calls {
		n += len(calls)
	}
	return n
}

// checkTime is how long porcupine may look at what was told about one thing. It takes milliseconds
// where there is an order.
const checkTime = 5 * time.Second

// check has porcupine look for an order of what was told, about each thing on its own, and tells
// of those for which there is none. Outside of a bubble: it has to have real time.
func (h *hearsay) check(m porcupine.NondeterministicModel) (wrong []string) {
	model := m.ToModel()
	for about, calls := range h.calls {
		if got := porcupine.CheckOperationsTimeout(model, calls, checkTime); got != porcupine.Ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s%s", about, got, story(calls)))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// story tells the calls in the order in which they began.
func story(calls []porcupine.Operation) string {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var b strings.Builder
	for _, c := range calls {
		until := fmt.Sprint(c.Return)
		if c.Return == math.MaxInt64 {
			until = "…"
		}
		fmt.Fprintf(&b, "\n\t%d–%s %v", c.Call, until, c.Input)
	}
	return b.String()
}

// of is what was told where a call failed: a problem is an answer. That six tries met with others
// is none, since one of them may have happened, and neither is an error of any other kind.
func (c spoken) of(err error, names map[string]int) spoken {
	var p *desk.Problem
	switch {
	case err == nil:
		return c
	case !errors.As(err, &p) || p.Name == "busy":
		c.unsure = true
		return c
	}
	c.refused = p.Name
	if state, is := p.Extra["state"].(desk.State); is {
		c.state = string(state)
	}
	for _, key := range []string{"takenBy", "completedBy", "claimedBy"} {
		if a, is := p.Extra[key].(desk.Agent); is {
			c.by = number(names, a.ID)
		}
	}
	return c
}

// number is an agent's, by their id.
func number(names map[string]int, id string) int {
	if n, known := names[id]; known {
		return n
	}
	return nobody
}

// wantLinear fails the test where there is no order.
func wantLinear(t *testing.T, what string, wrong []string) {
	t.Helper()
	for _, w := range wrong {
		t.Errorf("%s: no order fits what was told of %s", what, w)
	}
}
