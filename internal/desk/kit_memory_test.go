package desk_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/tabletest"
)

// memory is an engine without a file. The crash tests begin some thousand times from
// the same state, and it can be copied. It passes the contract of all engines.
type memory struct {
	now  func() time.Time
	seen func(ops []table.Op) // is told of every Write that went through, in their order

	mu    sync.Mutex
	items map[string]map[string]record // by partition and sort key
}

type record struct {
	item table.Item
	at   time.Time // of a counter: the last draw
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, seen: func([]table.Op) {}, items: map[string]map[string]record{}}
}

// clone copies the items; bodies are never changed and so are shared.
func (m *memory) clone(now func() time.Time) *memory {
	c := newMemory(now)
	for p, items := range m.items {
		c.items[p] = maps.Clone(items)
	}
	return c
}

func (m *memory) get(k table.Key) (record, bool) {
	r, found := m.items[k.Partition][k.Sort]
	return r, found && !table.Expired(r.item.ExpiresUnix(), m.now())
}

func (m *memory) put(r record) {
	k := r.item.Key
	if m.items[k.Partition] == nil {
		m.items[k.Partition] = map[string]record{}
	}
	m.items[k.Partition][k.Sort] = r
}

// Get implements table.Table.
func (m *memory) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if err := cmpErr(ctx.Err(), k.Validate); err != nil {
		return table.Item{}, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, found := m.get(k)
	if !found {
		return table.Item{}, false, nil
	}
	return r.item, true, nil
}

// cmpErr is err, or else what check says.
func cmpErr(err error, check func() error) error {
	if err != nil {
		return err
	}
	return check()
}

// Query implements table.Table.
func (m *memory) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if err := cmpErr(ctx.Err(), r.Validate); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sorts := slices.Sorted(maps.Keys(m.items[r.Partition]))
	if r.Newest {
		slices.Reverse(sorts)
	}
	var found []table.Item
	for _, sort := range sorts {
		beyond := r.After == "" || sort > r.After && !r.Newest || sort < r.After && r.Newest
		if !strings.HasPrefix(sort, r.Prefix) || !beyond {
			continue
		}
		if rec, there := m.get(table.Key{Partition: r.Partition, Sort: sort}); there {
			found = append(found, rec.item)
		}
		if len(found) == r.Limit && r.Limit > 0 {
			break
		}
	}
	return found, nil
}

// Write implements table.Table.
func (m *memory) Write(ctx context.Context, ops ...table.Op) error {
	if err := cmpErr(ctx.Err(), func() error { return table.Validate(ops) }); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var failed []int
	for i, op := range ops {
		if r, found := m.get(op.Item.Key); !op.If.Holds(found, r.item.Version) {
			failed = append(failed, i)
		}
	}
	if failed != nil {
		return &table.ConditionError{Failed: failed}
	}
	for _, op := range ops {
		switch op.Kind {
		case table.OpPut:
			it := op.Item
			it.Version, it.Body = op.If.NextVersion(), bytes.Clone(it.Body)
			if exp := it.ExpiresUnix(); exp != 0 {
				it.Expires = time.Unix(exp, 0).UTC()
			}
			m.put(record{item: it})
		case table.OpDelete:
			delete(m.items[op.Item.Key.Partition], op.Item.Key.Sort)
		}
	}
	m.seen(ops)
	return nil
}

// Increment implements table.Table.
func (m *memory) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	if err := cmpErr(ctx.Err(), k.Validate); err != nil {
		return 0, time.Time{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, _ := m.get(k)
	previous := r.at
	r.item.Key, r.at = k, now.UTC().Truncate(time.Millisecond)
	r.item.Version++
	m.put(r)
	return r.item.Version, previous, nil
}

func TestMemory(t *testing.T) {
	tabletest.Run(t, func(_ *testing.T, now func() time.Time) table.Table { return newMemory(now) })
}
