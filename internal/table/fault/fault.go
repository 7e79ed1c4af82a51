// Package fault wraps a table.Table to make it behave as badly as DynamoDB may: slow,
// in conflict, out of reach, silent about the outcome. Tests stop a program at any of
// its calls with it, and the benchmark measures with the latencies of the cloud.
package fault

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// Kind tells calls apart.
type Kind uint8

// The kinds of calls, one for each method of table.Table.
const (
	Get Kind = iota
	Query
	Write
	Increment
)

// String returns the name of the method.
func (k Kind) String() string { return [...]string{"Get", "Query", "Write", "Increment"}[k] }

// A Call is one call of a Table as hooks see it.
type Call struct {
	N     int // 1 for the first call of this Table, in order of arrival
	Kind  Kind
	Key   table.Key   // of Get and Increment
	Range table.Range // of Query
	Ops   []table.Op  // of Write; not to be changed
}

// Options say what goes wrong. The zero value changes nothing.
type Options struct {
	// Before is asked before a call reaches the table; its error is the call's answer
	// and nothing is done: table.ErrUnavailable for a refusal, table.ErrOutcomeUnknown
	// for a request that was lost on its way.
	Before func(Call) error
	// After is told how a call ended and returns the caller's answer: err to leave it,
	// table.ErrOutcomeUnknown for an answer that was lost on its way back.
	After func(c Call, err error) error
	// Latency is how long a call takes; nil for no time. Half of it passes before the
	// table is reached and half after.
	Latency func(Call) time.Duration
	// Sleep passes the latency; nil for real time. An error is the caller's answer: on
	// the way there as it is, on the way back of a Write or Increment as
	// table.ErrOutcomeUnknown.
	Sleep func(context.Context, time.Duration) error
	// Conflicts turns on DynamoDB's conflicts: while a Write of several operations is
	// under way, any other Write or Increment of one of its keys fails with
	// table.ErrConflict. Reads, and Writes of one operation between themselves, do not
	// conflict, nor does a lone check, which is a read.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
	Conflicts bool
	// Torn makes a Query without Limit read its later items after its latency and the
	// earlier ones before: DynamoDB promises committed items, no snapshot of them.
	Torn bool
}

// Table is a table.Table with faults. Make it with New.
type Table struct {
	inner table.Table
	o     Options

	mu    sync.Mutex
	calls int
	held  map[table.Key]bool // keys of the Writes of several operations under way
}

// New wraps inner.
func New(inner table.Table, o Options) *Table {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return &Table{inner: inner, o: o, held: map[table.Key]bool{}}
}

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, k table.Key) (it table.Item, found bool, err error) {
	err = t.call(ctx, Call{Kind: Get, Key: k}, func() (err error) {
		it, found, err = t.inner.Get(ctx, k)
		return err
	})
	if err != nil {
		return table.Item{}, false, err
	}
	return it, found, nil
}

// Query implements table.Table.
func (t *Table) Query(ctx context.Context, r table.Range) (items []table.Item, err error) {
	var early []table.Item
	if t.o.Torn && r.Limit == 0 && r.Validate() == nil {
		if early, err = t.inner.Query(ctx, r); err != nil {
			return nil, err
		}
	}
	err = t.call(ctx, Call{Kind: Query, Range: r}, func() (err error) {
		items, err = t.inner.Query(ctx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return torn(early, items, r.Newest), nil
}

// torn joins the first half of early with what lies beyond it in late.
func torn(early, late []table.Item, newest bool) []table.Item {
	if len(early) < 2 {
		return late
	}
	joined := early[: len(early)/2 : len(early)/2]
	edge := joined[len(joined)-1].Key.Sort
	for _, it := range late {
		if it.Key.Sort != edge && it.Key.Sort > edge != newest {
			joined = append(joined, it)
		}
	}
	return joined
}

// Write implements table.Table.
func (t *Table) Write(ctx context.Context, ops ...table.Op) error {
	return t.call(ctx, Call{Kind: Write, Ops: ops}, func() error { return t.inner.Write(ctx, ops...) })
}

// Increment implements table.Table.
func (t *Table) Increment(ctx context.Context, k table.Key, now time.Time) (n int64, previous time.Time, err error) {
	err = t.call(ctx, Call{Kind: Increment, Key: k}, func() (err error) {
		n, previous, err = t.inner.Increment(ctx, k, now)
		return err
	})
	if err != nil {
		return 0, time.Time{}, err
	}
	return n, previous, nil
}

// call surrounds one call of the inner table with hooks, latency and conflicts.
func (t *Table) call(ctx context.Context, c Call, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	t.calls++
	c.N = t.calls
	t.mu.Unlock()
	if t.o.Before != nil {
		if err := t.o.Before(c); err != nil {
			return err
		}
	}
	err := t.travel(ctx, c, do)
	if t.o.After != nil {
		return t.o.After(c, err)
	}
	return err
}

// travel lets the latency pass around do, holding the keys meanwhile.
func (t *Table) travel(ctx context.Context, c Call, do func() error) error {
	if t.o.Conflicts {
		release, ok := t.hold(c)
		if !ok {
			do = func() error { return table.ErrConflict }
		}
		defer release()
	}
	if t.o.Latency == nil {
		return do()
	}
	there := t.o.Latency(c) / 2
	if err := t.o.Sleep(ctx, there); err != nil {
		return err
	}
	err := do()
	if lost := t.o.Sleep(ctx, there); lost != nil {
		if c.Kind == Write || c.Kind == Increment {
			return table.ErrOutcomeUnknown
		}
		return lost
	}
	return err
}

// hold takes the keys of a Write of several operations until release. It is not ok
// when the call touches a key that another such Write holds.
func (t *Table) hold(c Call) (release func(), ok bool) {
	var keys []table.Key
	switch {
	case c.Kind == Increment:
		keys = []table.Key{c.Key}
	case c.Kind == Write && !(len(c.Ops) == 1 && c.Ops[0].Kind == table.OpCheck):
		for _, op := range c.Ops {
			keys = append(keys, op.Item.Key)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range keys {
		if t.held[k] {
			return func() {}, false
		}
	}
	if len(keys) < 2 {
		return func() {}, true
	}
	for _, k := range keys {
		t.held[k] = true
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, k := range keys {
			delete(t.held, k)
		}
	}, true
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Random fills in Before and After of o so that calls fail by chance: refused with
// table.ErrUnavailable, and of Writes and Increments also the request or the answer
// lost, which is table.ErrOutcomeUnknown either way. One seed gives one sequence of
// decisions, which meets the same calls as long as they arrive in the same order.
func Random(o Options, seed uint64, refused, requestLost, answerLost float64) Options {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, seed))
	chance := func(p float64) bool {
		mu.Lock()
		defer mu.Unlock()
		return r.Float64() < p
	}
	changes := func(c Call) bool { return c.Kind == Write || c.Kind == Increment }
	o.Before = func(c Call) error {
		switch {
		case chance(refused):
			return table.ErrUnavailable
		case changes(c) && chance(requestLost):
			return table.ErrOutcomeUnknown
		}
		return nil
	}
	o.After = func(c Call, err error) error {
		if changes(c) && chance(answerLost) {
			return table.ErrOutcomeUnknown
		}
		return err
	}
	return o
}
