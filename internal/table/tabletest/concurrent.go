package tabletest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/connectnow/backend/internal/table"
)

func testCounter(s *suite) {
	c := key("COUNTER#a")
	first := s.clock.Now().Add(123 * time.Millisecond)
	if n, previous := s.draw(c, first); n != 1 || !previous.IsZero() {
		s.Fatalf("first Increment = %d, %v, want 1 and no time", n, previous)
	}
	second := first.Add(1501*time.Millisecond + 700*time.Nanosecond)
	if n, previous := s.draw(c, second); n != 2 || !previous.Equal(first) {
		s.Fatalf("second Increment = %d, %v, want 2, %v", n, previous, first)
	}
	if n, previous := s.draw(c, first); n != 3 || !previous.Equal(second.Truncate(time.Millisecond)) {
		s.Fatalf("third Increment = %d, %v, want 3, %v to the millisecond", n, previous, second)
	}
	if n, _ := s.draw(key("COUNTER#b"), first); n != 1 {
		s.Fatalf("Increment of another counter = %d, want 1", n)
	}

	s.want(c, "", 3)
	s.write(table.Check(c, table.AtVersion(3)))
	items, err := s.Query(s.Context(), table.Range{Partition: "p", Prefix: "COUNTER#"})
	if err != nil || len(items) != 2 || items[0].Version != 3 || items[1].Version != 1 {
		s.Fatalf("Query = %v, %v, want counters at 3 and 1", items, err)
	}
	s.write(table.Delete(c, table.AtVersion(3)))
	s.absent(c)
	if n, previous := s.draw(c, second); n != 1 || !previous.IsZero() {
		s.Fatalf("Increment after Delete = %d, %v, want 1 and no time", n, previous)
	}
}

// many runs f n times at once and waits.
func many(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

func testCounterConcurrent(s *suite) {
	const drawers, each = 8, 12
	numbers := make([][]int64, drawers)
	many(drawers, func(i int) {
		for range each {
			n, _, err := s.Increment(s.Context(), key("c"), s.clock.Now())
			if err != nil {
				s.Errorf("Increment: %v", err)
				return
			}
			numbers[i] = append(numbers[i], n)
		}
	})
	var all []int64
	for _, mine := range numbers {
		if !slices.IsSorted(mine) {
			s.Errorf("one drawer got %v", mine)
		}
		all = append(all, mine...)
	}
	slices.Sort(all)
	for i, n := range all {
		if n != int64(i+1) {
			s.Fatalf("numbers drawn are %v, want 1 to %d once each", all, drawers*each)
		}
	}
	s.want(key("c"), "", drawers*each)
}

// testOneWinner lets writers fight for one version, alone and in a larger Write.
func testOneWinner(s *suite) {
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	const rounds, writers = 5, 8
	for round := range int64(rounds) {
		var won atomic.Int64
		many(writers, func(i int) {
			mine := strconv.Itoa(i)
			ops := []table.Op{table.Put(item("a", mine), table.AtVersion(round))}
			if i%2 == 0 {
				ops = append(ops, table.Put(item("log"+mine, strconv.FormatInt(round, 10)), table.Condition{}))
			}
			err := retry(ctx, func() error { return s.Write(ctx, ops...) })
			var failed *table.ConditionError
			switch {
			case err == nil:
				won.Add(1)
			case !errors.As(err, &failed) || !slices.Equal(failed.Failed, []int{0}):
				s.Errorf("Write: %v", err)
			}
		})
		if won.Load() != 1 {
			s.Fatalf("round %d has %d winners, want 1", round, won.Load())
		}
		if it, _ := s.get(key("a")); it.Version != round+1 {
			s.Fatalf("version %d after round %d", it.Version, round)
		}
	}
}

// testTransfers moves amounts between three accounts from many sides; all Writes being
// all or nothing and on versions, the sum stays.
func testTransfers(s *suite) {
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	accounts := []string{"x", "y", "z"}
	for _, a := range accounts {
		s.write(table.Put(item(a, "100"), table.Absent))
	}
	const movers, each = 6, 5
	many(movers, func(i int) {
		for n := range each {
			from, to := accounts[(i+n)%3], accounts[(i+n+1+i%2)%3]
			for {
				err := retry(ctx, func() error { return s.transfer(ctx, from, to, i+1) })
				if err == nil {
					break
				}
				if failed := new(table.ConditionError); !errors.As(err, &failed) {
					s.Errorf("transfer: %v", err)
					return
				}
			}
		}
	})
	sum, versions := 0, int64(0)
	for _, a := range accounts {
		it, _ := s.get(key(a))
		n, err := strconv.Atoi(string(it.Body))
		if err != nil {
			s.Fatal(err)
		}
		sum, versions = sum+n, versions+it.Version
	}
	if want := int64(3 + 2*movers*each); sum != 300 || versions != want {
		s.Fatalf("sum is %d after versions %d in all, want 300 after %d", sum, versions, want)
	}
}

func (s *suite) transfer(ctx context.Context, from, to string, amount int) error {
	var ops []table.Op
	for sort, change := range map[string]int{from: -amount, to: amount} {
		it, _, err := s.Get(ctx, key(sort))
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(it.Body))
		if err != nil {
			return err
		}
		ops = append(ops, table.Put(item(sort, strconv.Itoa(n+change)), table.AtVersion(it.Version)))
	}
	return s.Write(ctx, ops...)
}

// testContext wants a context that has ended to be the answer, and nothing done.
func testContext(s *suite) {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if _, _, err := s.Get(ctx, key("a")); !errors.Is(err, context.Canceled) {
		s.Errorf("Get: %v, want context.Canceled", err)
	}
	if _, err := s.Query(ctx, table.Range{Partition: "p"}); !errors.Is(err, context.Canceled) {
		s.Errorf("Query: %v, want context.Canceled", err)
	}
	for _, ops := range [][]table.Op{
		{},
		{table.Put(item("a", "1"), table.Absent)},
		{table.Put(item("a", "1"), table.Absent), table.Put(item("b", "1"), table.Absent)},
		{table.Check(key("a"), table.Absent)},
	} {
		err := s.Write(ctx, ops...)
		if !errors.Is(err, context.Canceled) || errors.Is(err, table.ErrOutcomeUnknown) {
			s.Errorf("Write of %d: %v, want context.Canceled", len(ops), err)
		}
	}
	if _, _, err := s.Increment(ctx, key("c"), s.clock.Now()); !errors.Is(err, context.Canceled) {
		s.Errorf("Increment: %v, want context.Canceled", err)
	}
	s.sorts(table.Range{Partition: "p"})
}
