// Package tabletest is the contract of package table as a test suite. Every engine,
// and every wrapper around one, passes it:
//
//	func TestContract(t *testing.T) {
//		tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table { ... })
//	}
package tabletest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// An Open makes an empty table that expires items by the clock now, and sees to its
// end through t.Cleanup.
type Open func(t *testing.T, now func() time.Time) table.Table

// Run holds the engine behind open to the contract. Every case has its own table.
func Run(t *testing.T, open Open) {
	cases := []struct {
		name string
		run  func(*suite)
	}{
		{"Get", testGet},
		{"Bodies", testBodies},
		{"Versions", testVersions},
		{"Conditions", testConditions},
		{"AllOrNothing", testAllOrNothing},
		{"Check", testCheck},
		{"Query", testQuery},
		{"QueryPages", testQueryPages},
		{"QueryOrder", testQueryOrder},
		{"QueryLarge", testQueryLarge},
		{"QueryExpired", testQueryExpired},
		{"Expiry", testExpiry},
		{"ExpiryConditions", testExpiryConditions},
		{"Counter", testCounter},
		{"CounterConcurrent", testCounterConcurrent},
		{"OneWinner", testOneWinner},
		{"TransfersKeepTheSum", testTransfers},
		{"Limits", testLimits},
		{"LimitsOfSize", testLimitsOfSize},
		{"Context", testContext},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			clock := &Clock{}
			clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
			c.run(&suite{T: t, Table: open(t, clock.Now), clock: clock})
		})
	}
}

// A Clock is a time that a test owns. It may be used by many goroutines.
type Clock struct{ ns atomic.Int64 }

// Now returns what Set and Advance made of it.
func (c *Clock) Now() time.Time { return time.Unix(0, c.ns.Load()).UTC() }

// Set puts the clock to t.
func (c *Clock) Set(t time.Time) { c.ns.Store(t.UnixNano()) }

// Advance moves the clock on by d.
func (c *Clock) Advance(d time.Duration) { c.ns.Add(int64(d)) }

// suite is what a case works with: its table and clock, and calls that must succeed.
type suite struct {
	*testing.T
	table.Table
	clock *Clock
}

func key(sort string) table.Key { return table.Key{Partition: "p", Sort: sort} }

func item(sort, body string) table.Item {
	return table.Item{Key: key(sort), Body: []byte(body)}
}

func (s *suite) write(ops ...table.Op) {
	s.Helper()
	if err := s.Write(s.Context(), ops...); err != nil {
		s.Fatalf("Write: %v", err)
	}
}

// refuse expects ops to fail for the conditions of the operations at want.
func (s *suite) refuse(want []int, ops ...table.Op) {
	s.Helper()
	err := s.Write(s.Context(), ops...)
	var failed *table.ConditionError
	if !errors.As(err, &failed) {
		s.Fatalf("Write: got error %v, want a ConditionError of %v", err, want)
	}
	if !slices.Equal(failed.Failed, want) {
		s.Fatalf("Write: conditions %v failed, want %v", failed.Failed, want)
	}
}

func (s *suite) get(k table.Key) (table.Item, bool) {
	s.Helper()
	it, found, err := s.Get(s.Context(), k)
	if err != nil {
		s.Fatalf("Get(%v): %v", k, err)
	}
	return it, found
}

// want expects an item of this body and version under k.
func (s *suite) want(k table.Key, body string, version int64) {
	s.Helper()
	it, found := s.get(k)
	switch {
	case !found:
		s.Fatalf("Get(%v): not found, want %q of version %d", k, body, version)
	case it.Key != k || string(it.Body) != body || it.Version != version:
		s.Fatalf("Get(%v) = %q of version %d under %v, want %q of version %d", k, it.Body, it.Version, it.Key, body, version)
	}
}

// absent expects nothing under k.
func (s *suite) absent(k table.Key) {
	s.Helper()
	if it, found := s.get(k); found {
		s.Fatalf("Get(%v) = %q of version %d, want nothing", k, it.Body, it.Version)
	}
}

// sorts expects a query to find items of exactly these sort keys in this order.
func (s *suite) sorts(r table.Range, want ...string) {
	s.Helper()
	items, err := s.Query(s.Context(), r)
	if err != nil {
		s.Fatalf("Query(%+v): %v", r, err)
	}
	got := []string{}
	for _, it := range items {
		if it.Key.Partition != r.Partition {
			s.Fatalf("Query(%+v) found %v of another partition", r, it.Key)
		}
		got = append(got, it.Key.Sort)
	}
	if !slices.Equal(got, want) {
		s.Fatalf("Query(%+v) = %q, want %q", r, got, want)
	}
}

func (s *suite) draw(k table.Key, now time.Time) (int64, time.Time) {
	s.Helper()
	n, previous, err := s.Increment(s.Context(), k, now)
	if err != nil {
		s.Fatalf("Increment(%v): %v", k, err)
	}
	return n, previous
}

// retry calls write until it is neither a conflict nor unavailable, which engines may
// answer to concurrent writers at any time.
func retry(ctx context.Context, write func() error) error {
	for {
		err := write()
		if !errors.Is(err, table.ErrConflict) && !errors.Is(err, table.ErrUnavailable) {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w (last: %w)", ctx.Err(), err)
		}
	}
}
