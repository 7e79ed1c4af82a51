package fault_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/tabletest"
)

func engine(t *testing.T, now func() time.Time) table.Table {
	t.Helper()
	b, err := local.OpenTable(filepath.Join(t.TempDir(), "table.db"), local.TableOptions{NoSync: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func item(sort, body string) table.Item {
	return table.Item{Key: table.Key{Partition: "p", Sort: sort}, Body: []byte(body)}
}

// TestContract: latency, conflicts and torn reads stay within the contract.
func TestContract(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table {
		return fault.New(engine(t, now), fault.Options{
			Latency:   func(fault.Call) time.Duration { return time.Millisecond },
			Sleep:     func(context.Context, time.Duration) error { runtime.Gosched(); return nil },
			Conflicts: true,
			Torn:      true,
		})
	})
}

func TestHooks(t *testing.T) {
	ctx := t.Context()
	inner := engine(t, nil)
	a := item("a", "1")
	tests := []struct {
		name    string
		before  error
		after   error
		applied bool
	}{
		{"refused", table.ErrUnavailable, nil, false},
		{"request lost", table.ErrOutcomeUnknown, nil, false},
		{"answer lost", nil, table.ErrOutcomeUnknown, true},
		{"untouched", nil, nil, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var calls []fault.Call
			f := fault.New(inner, fault.Options{
				Before: func(c fault.Call) error { calls = append(calls, c); return test.before },
				After:  func(fault.Call, error) error { return test.after },
			})
			if err := inner.Write(ctx, table.Delete(a.Key, table.Condition{})); err != nil {
				t.Fatal(err)
			}
			want := test.before
			if want == nil {
				want = test.after
			}
			if err := f.Write(ctx, table.Put(a, table.Absent)); !errors.Is(err, want) {
				t.Errorf("Write: %v, want %v", err, want)
			}
			if _, found, err := inner.Get(ctx, a.Key); err != nil || found != test.applied {
				t.Errorf("written: %v, %v, want %v", found, err, test.applied)
			}
			f.Get(ctx, a.Key)
			f.Query(ctx, table.Range{Partition: "p"})
			f.Increment(ctx, item("c", "").Key, time.Now())
			var got []string
			for _, c := range calls {
				got = append(got, strconv.Itoa(c.N)+c.Kind.String()+c.Key.Sort+c.Range.Partition)
			}
			if want := []string{"1Write", "2Geta", "3Queryp", "4Incrementc"}; !slices.Equal(got, want) {
				t.Errorf("hooks saw %q, want %q", got, want)
			}
		})
	}
}

// TestConflicts stops a Write of two operations in the middle and tries everything else
// meanwhile.
func TestConflicts(t *testing.T) {
	ctx := t.Context()
	inner := engine(t, nil)
	a, b, c := item("a", "1"), item("b", "1"), item("c", "1")
	counter := item("n", "").Key

	under, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	f := fault.New(inner, fault.Options{
		Conflicts: true,
		Latency:   func(c fault.Call) time.Duration { return time.Duration(c.N) },
		Sleep: func(_ context.Context, d time.Duration) error {
			if d == 0 { // half of the first call's
				once.Do(func() { close(under); <-goOn })
			}
			return nil
		},
	})
	first := make(chan error)
	go func() {
		first <- f.Write(ctx, table.Put(a, table.Absent), table.Put(b, table.Absent), table.Check(counter, table.Absent))
	}()
	<-under

	tests := []struct {
		name string
		call func() error
		want error
	}{
		{"Write of several, one shared", func() error {
			return f.Write(ctx, table.Put(c, table.Absent), table.Delete(b.Key, table.Condition{}))
		}, table.ErrConflict},
		{"Write of one", func() error { return f.Write(ctx, table.Put(a, table.Absent)) }, table.ErrConflict},
		{"Increment of a checked counter", func() error {
			_, _, err := f.Increment(ctx, counter, time.Now())
			return err
		}, table.ErrConflict},
		{"Write of others", func() error {
			return f.Write(ctx, table.Put(c, table.Absent), table.Put(item("d", ""), table.Absent))
		}, nil},
		{"lone check", func() error { return f.Write(ctx, table.Check(a.Key, table.Absent)) }, nil},
		{"Get", func() error { _, _, err := f.Get(ctx, a.Key); return err }, nil},
		{"Query", func() error { _, err := f.Query(ctx, table.Range{Partition: "p"}); return err }, nil},
	}
	for _, test := range tests {
		if err := test.call(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if err := f.Write(ctx, table.Delete(a.Key, table.AtVersion(1)), table.Delete(b.Key, table.AtVersion(1))); err != nil {
		t.Errorf("after the first Write: %v", err)
	}
}

// TestLatency: the context may end on the way there, when nothing has happened, and on
// the way back, when nobody knows.
func TestLatency(t *testing.T) {
	inner := engine(t, nil)
	for _, c := range []struct {
		name   string
		halves int // of the latency that pass before the context ends
		want   error
	}{
		{"on the way there", 0, context.Canceled},
		{"on the way back", 1, table.ErrOutcomeUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			slept := 0
			f := fault.New(inner, fault.Options{
				Latency: func(fault.Call) time.Duration { return time.Hour },
				Sleep: func(ctx context.Context, d time.Duration) error {
					if d != 30*time.Minute {
						t.Errorf("sleeps %v", d)
					}
					if slept++; slept > c.halves {
						cancel()
					}
					return ctx.Err()
				},
			})
			it := item(strconv.Itoa(c.halves), "x")
			if err := f.Write(ctx, table.Put(it, table.Absent)); !errors.Is(err, c.want) {
				t.Errorf("Write: %v, want %v", err, c.want)
			}
			if _, found, _ := inner.Get(t.Context(), it.Key); found != (c.halves == 1) {
				t.Errorf("written %v", found)
			}
		})
	}
}

func TestTorn(t *testing.T) {
	ctx := t.Context()
	inner := engine(t, nil)
	put := func(body string) {
		t.Helper()
		var ops []table.Op
		for _, sort := range []string{"a", "b", "c", "d"} {
			ops = append(ops, table.Put(item(sort, body), table.Condition{}))
		}
		if err := inner.Write(ctx, ops...); err != nil {
			t.Fatal(err)
		}
	}
	for _, newest := range []bool{false, true} {
		put("1")
		f := fault.New(inner, fault.Options{Torn: true, Before: func(fault.Call) error { put("2"); return nil }})
		items, err := f.Query(ctx, table.Range{Partition: "p", Newest: newest})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, it := range items {
			got += it.Key.Sort + string(it.Body)
		}
		if want := map[bool]string{false: "a1b1c2d2", true: "d1c1b2a2"}[newest]; got != want {
			t.Errorf("Query newest %v = %s, want %s", newest, got, want)
		}
	}
}

// TestRandom: a caller that reads after an unknown outcome keeps count, whatever fails.
func TestRandom(t *testing.T) {
	ctx := t.Context()
	f := fault.New(engine(t, nil), fault.Random(fault.Options{}, 1, 0.2, 0.2, 0.2))
	seen := map[error]bool{}
	k := item("a", "").Key
	for n := range int64(50) {
		for {
			it, _, err := f.Get(ctx, k)
			if err == nil && it.Version == n+1 {
				break
			}
			if err == nil {
				err = f.Write(ctx, table.Put(table.Item{Key: k}, table.AtVersion(n)))
			}
			seen[err] = true
		}
	}
	if !seen[nil] || !seen[table.ErrUnavailable] || !seen[table.ErrOutcomeUnknown] || len(seen) != 3 {
		t.Errorf("errors seen: %v", seen)
	}
}
