package desk_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// wire is what lies between a desk and all that it calls, and goes wrong by chance. What a client
// of AWS repeats by itself is tried three times, as internal/cloud has it: a read that was
// refused, and a message. A Write is not, so that the desk hears of all that may become of one.
type wire struct {
	share float64 // of the calls, in which something goes wrong

	mu     sync.Mutex
	chance *rand.Rand
	calls  map[string]int // by what was called
	faults map[string]int // by what was called and what went wrong
	off    bool
	behind sync.WaitGroup // Writes that come late
}

func newWire(seed uint64, share float64) *wire {
	return &wire{share: share, chance: rand.New(rand.NewPCG(seed, 22)), calls: map[string]int{}, faults: map[string]int{}}
}

// wireTries is how often a client tries.
const wireTries = 3

// draw notes a call, and says what goes wrong with it; empty for nothing.
func (w *wire) draw(what string, kinds ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[what]++
	if w.off || w.chance.Float64() >= w.share {
		return ""
	}
	kind := kinds[w.chance.IntN(len(kinds))]
	w.faults[what+": "+kind]++
	return kind
}

// within is a random time of up to d.
func (w *wire) within(d time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Duration(w.chance.Int64N(int64(d)))
}

// odds is true once in n times.
func (w *wire) odds(n int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.chance.IntN(n) == 0
}

// mend has nothing go wrong any more.
func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off = true
}

// sum are all calls, and what went wrong, by kind.
func (w *wire) sum() (calls, failed int, faults map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := range maps.Values(w.calls) {
		calls += n
	}
	for n := range maps.Values(w.faults) {
		failed += n
	}
	return calls, failed, maps.Clone(w.faults)
}

// slowness is how long a call that is slow takes besides.
const slowness = 400 * time.Millisecond

// again tries what may be repeated. A call that is slow is done all the same.
func (w *wire) again(ctx context.Context, what string, do func() error) error {
	for range wireTries {
		kind := w.draw(what, "refused", "slow")
		if kind == "refused" {
			if err := pause(ctx, w.within(60*time.Millisecond)); err != nil {
				return err
			}
			continue
		}
		if kind == "slow" {
			if err := pause(ctx, w.within(slowness)); err != nil {
				return err
			}
		}
		return do()
	}
	return table.ErrUnavailable
}

// wiredTable is a table behind a wire.
type wiredTable struct {
	table.Table
	w *wire
}

// Get implements table.Table.
func (t wiredTable) Get(ctx context.Context, k table.Key) (it table.Item, found bool, err error) {
	err = t.w.again(ctx, "get", func() (err error) {
		it, found, err = t.Table.Get(ctx, k)
		return err
	})
	return it, found, err
}

// Query implements table.Table.
func (t wiredTable) Query(ctx context.Context, r table.Range) (items []table.Item, err error) {
	err = t.w.again(ctx, "query", func() (err error) {
		items, err = t.Table.Query(ctx, r)
		return err
	})
	return items, err
}

// Write implements table.Table. One that comes late is done when its caller has long gone on.
func (t wiredTable) Write(ctx context.Context, ops ...table.Op) error {
	switch t.w.draw("write", "refused", "conflict", "request lost", "answer lost", "late", "slow") {
	case "refused":
		return table.ErrUnavailable
	case "conflict":
		return table.ErrConflict
	case "request lost":
		return table.ErrOutcomeUnknown
	case "answer lost":
		_ = t.Table.Write(ctx, ops...)
		return table.ErrOutcomeUnknown
	case "late":
		t.w.behind.Go(func() {
			later := context.WithoutCancel(ctx)
			_ = pause(later, t.w.within(slowness))
			_ = t.Table.Write(later, ops...)
		})
		return table.ErrOutcomeUnknown
	case "slow":
		if err := pause(ctx, t.w.within(slowness)); err != nil {
			return err
		}
	}
	return t.Table.Write(ctx, ops...)
}

// heedful is a table that notes whether a Write through it had no answer.
type heedful struct {
	table.Table
	lost atomic.Bool
}

// Write implements table.Table.
func (h *heedful) Write(ctx context.Context, ops ...table.Op) error {
	err := h.Table.Write(ctx, ops...)
	if errors.Is(err, table.ErrOutcomeUnknown) {
		h.lost.Store(true)
	}
	return err
}

// Increment implements table.Table.
func (t wiredTable) Increment(ctx context.Context, k table.Key, now time.Time) (n int64, previous time.Time, err error) {
	switch t.w.draw("ticket", "refused", "conflict", "answer lost") {
	case "refused":
		return 0, time.Time{}, table.ErrUnavailable
	case "conflict":
		return 0, time.Time{}, table.ErrConflict
	case "answer lost":
		_, _, _ = t.Table.Increment(ctx, k, now)
		return 0, time.Time{}, table.ErrOutcomeUnknown
	}
	return t.Table.Increment(ctx, k, now)
}

// wiredTimers are a queue behind a wire: what was sent may come twice, or late.
type wiredTimers struct {
	desk.Timers
	w    *wire
	late time.Duration // at most
}

// Send implements desk.Timers.
func (t wiredTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	for range wireTries {
		switch t.w.draw("queue", "refused", "answer lost", "twice", "late") {
		case "refused":
			continue
		case "answer lost":
			_ = t.Timers.Send(ctx, at, m)
			continue
		case "twice":
			if err := t.Timers.Send(ctx, at.Add(t.w.within(t.late)), m); err != nil {
				return err
			}
		case "late":
			at = at.Add(t.w.within(t.late))
		}
		return t.Timers.Send(ctx, at, m)
	}
	return errFailed
}

// wiredPhones are push services behind a wire. Some pushes are taken and never arrive.
type wiredPhones struct {
	desk.Phones
	w *wire
}

// Push implements desk.Phones.
func (p wiredPhones) Push(ctx context.Context, dev desk.Device, n desk.Notice) error {
	switch p.w.draw("push", "refused", "lost", "slow", "twice") {
	case "refused":
		return errFailed
	case "lost":
		return nil
	case "slow":
		if err := pause(ctx, p.w.within(3*time.Second)); err != nil {
			return err
		}
	case "twice":
		_ = p.Phones.Push(ctx, dev, n)
	}
	return p.Phones.Push(ctx, dev, n)
}

// mortal is a process that dies after so many calls: nothing that it wants happens then.
type mortal struct{ left atomic.Int64 }

// dying is the desk as a process has it that dies after n calls.
func dying(d *desk.Desk, n int) *desk.Desk {
	m, one := &mortal{}, *d
	m.left.Store(int64(n))
	one.Table, one.Timers, one.Phones = mortalTable{d.Table, m}, mortalTimers{d.Timers, m}, mortalPhones{d.Phones, m}
	if d.Announce != nil {
		one.Announce = func(ctx context.Context, a desk.Announcement) error {
			return m.call(func() error { return d.Announce(ctx, a) })
		}
	}
	return &one
}

func (m *mortal) call(do func() error) error {
	if m.left.Add(-1) < 0 {
		return errDead
	}
	return do()
}

type mortalTable struct {
	table.Table
	m *mortal
}

// Get implements table.Table.
func (t mortalTable) Get(ctx context.Context, k table.Key) (it table.Item, found bool, err error) {
	err = t.m.call(func() (err error) { it, found, err = t.Table.Get(ctx, k); return err })
	return it, found, err
}

// Query implements table.Table.
func (t mortalTable) Query(ctx context.Context, r table.Range) (items []table.Item, err error) {
	err = t.m.call(func() (err error) { items, err = t.Table.Query(ctx, r); return err })
	return items, err
}

// Write implements table.Table.
func (t mortalTable) Write(ctx context.Context, ops ...table.Op) error {
	return t.m.call(func() error { return t.Table.Write(ctx, ops...) })
}

// Increment implements table.Table.
func (t mortalTable) Increment(ctx context.Context, k table.Key, now time.Time) (n int64, previous time.Time, err error) {
	err = t.m.call(func() (err error) { n, previous, err = t.Table.Increment(ctx, k, now); return err })
	return n, previous, err
}

type mortalTimers struct {
	desk.Timers
	m *mortal
}

// Send implements desk.Timers.
func (t mortalTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	return t.m.call(func() error { return t.Timers.Send(ctx, at, m) })
}

type mortalPhones struct {
	desk.Phones
	m *mortal
}

// Push implements desk.Phones.
func (p mortalPhones) Push(ctx context.Context, dev desk.Device, n desk.Notice) error {
	return p.m.call(func() error { return p.Phones.Push(ctx, dev, n) })
}
