// Package meter wraps a table.Table and counts what DynamoDB would charge for its
// calls. DynamoDB Local cannot be asked: it reports four write units for every
// transaction, whatever is in it.
//
// The rules are AWS's documented ones:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
// and, for transactions,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
package meter

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// Counts are calls made and units charged for them. Conflicts and Failed count Writes
// that ended so; they are charged all the same.
type Counts struct {
	Gets, Queries, Writes, Increments int
	Conflicts, Failed                 int
	ReadUnits, WriteUnits             int
}

// Sub returns what was counted between earlier and c.
func (c Counts) Sub(earlier Counts) Counts {
	return Counts{
		Gets:       c.Gets - earlier.Gets,
		Queries:    c.Queries - earlier.Queries,
		Writes:     c.Writes - earlier.Writes,
		Increments: c.Increments - earlier.Increments,
		Conflicts:  c.Conflicts - earlier.Conflicts,
		Failed:     c.Failed - earlier.Failed,
		ReadUnits:  c.ReadUnits - earlier.ReadUnits,
		WriteUnits: c.WriteUnits - earlier.WriteUnits,
	}
}

// Calls returns the number of all calls.
func (c Counts) Calls() int { return c.Gets + c.Queries + c.Writes + c.Increments }

// Table is a table.Table that counts. Make it with New.
type Table struct {
	inner table.Table

	mu     sync.Mutex
	counts Counts
	sizes  map[table.Key]int // what lies in the table, as far as seen
}

// New wraps inner. A write is charged by the larger of the old item and the new, so
// the meter remembers the sizes of all items that it sees go by: it is made for tests
// and benchmarks, and exact for those that begin with an empty table.
func New(inner table.Table) *Table {
	return &Table{inner: inner, sizes: map[table.Key]int{}}
}

// Counts returns what was counted so far.
func (t *Table) Counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts
}

// Bytes returns what the items take that lie in the table, as far as seen; counters and what
// has expired since are not looked at. DynamoDB charges for them by the month.
func (t *Table) Bytes() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := 0
	for _, n := range t.sizes {
		sum += n
	}
	return sum
}

// Get implements table.Table: one read unit per started 4 KB, at least one.
func (t *Table) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	it, found, err := t.inner.Get(ctx, k)
	if reached(err) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.counts.Gets++
		t.counts.ReadUnits += readUnits(t.saw(it, found))
	}
	return it, found, err
}

// Query implements table.Table: one read unit per started 4 KB of the sum of all
// items, at least one. Expired items that were skipped are not seen here.
func (t *Table) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	items, err := t.inner.Query(ctx, r)
	if reached(err) {
		t.mu.Lock()
		defer t.mu.Unlock()
		sum := 0
		for _, it := range items {
			sum += t.saw(it, true)
		}
		t.counts.Queries++
		t.counts.ReadUnits += readUnits(sum)
	}
	return items, err
}

// Write implements table.Table: one write unit per started KB of the larger of the old
// item and the new, at least one for every operation. Several operations are a
// transaction, in which everything is done twice, also for a mere check. One operation
// is a plain put or delete, and a lone check a read: that is how the DynamoDB engine
// sends them. What fails for a condition or a conflict is charged.
func (t *Table) Write(ctx context.Context, ops ...table.Op) error {
	err := t.inner.Write(ctx, ops...)
	if !reached(err) || len(ops) == 0 {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.Writes++
	if failed := new(table.ConditionError); errors.As(err, &failed) {
		t.counts.Failed++
	}
	if errors.Is(err, table.ErrConflict) {
		t.counts.Conflicts++
	}
	if len(ops) == 1 && ops[0].Kind == table.OpCheck {
		t.counts.ReadUnits += readUnits(t.sizes[ops[0].Item.Key])
		return err
	}
	units := 0
	for _, op := range ops {
		units += writeUnits(max(t.sizes[op.Item.Key], newSize(op)))
	}
	if len(ops) > 1 {
		units *= 2
	}
	t.counts.WriteUnits += units
	if err == nil {
		t.did(ops)
	}
	return err
}

// Increment implements table.Table: one write unit.
func (t *Table) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	n, previous, err := t.inner.Increment(ctx, k, now)
	if reached(err) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.counts.Increments++
		t.counts.WriteUnits++
	}
	return n, previous, err
}

// saw remembers the size of an item that was read, and returns it.
func (t *Table) saw(it table.Item, found bool) int {
	if !found {
		return 0
	}
	n := table.Size(it)
	t.sizes[it.Key] = n
	return n
}

// did remembers what a Write left behind.
func (t *Table) did(ops []table.Op) {
	for _, op := range ops {
		switch op.Kind {
		case table.OpPut:
			t.sizes[op.Item.Key] = newSize(op)
		case table.OpDelete:
			delete(t.sizes, op.Item.Key)
		}
	}
}

// newSize returns the bytes that op puts, 0 if it puts nothing.
func newSize(op table.Op) int {
	if op.Kind != table.OpPut {
		return 0
	}
	it := op.Item
	it.Version = op.If.NextVersion()
	return table.Size(it)
}

// reached says whether a call got as far as being charged. Of an unknown outcome that
// is assumed; requests that are refused, or never sent, cost nothing.
func reached(err error) bool {
	return !errors.Is(err, table.ErrUnavailable) && !errors.Is(err, table.ErrLimit) &&
		(errors.Is(err, table.ErrOutcomeUnknown) ||
			!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded))
}

func readUnits(size int) int  { return max(1, (size+4095)/4096) }
func writeUnits(size int) int { return max(1, (size+1023)/1024) }
