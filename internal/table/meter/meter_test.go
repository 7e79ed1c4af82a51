package meter_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
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

func TestContract(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table { return meter.New(engine(t, now)) })
}

// sized returns an item of exactly size bytes.
func sized(sort string, size int) table.Item {
	it := table.Item{Key: table.Key{Partition: "p", Sort: sort}, Version: 1}
	it.Body = []byte(strings.Repeat("x", size-table.Size(it)-len(table.AttrBody)))
	return it
}

func TestUnits(t *testing.T) {
	ctx := t.Context()
	m := meter.New(engine(t, nil))
	always := table.Condition{}
	write := func(ops ...table.Op) func() error {
		return func() error { return m.Write(ctx, ops...) }
	}
	get := func(sort string) func() error {
		return func() error { _, _, err := m.Get(ctx, sized(sort, 99).Key); return err }
	}
	query := func(r table.Range) func() error {
		return func() error { _, err := m.Query(ctx, r); return err }
	}
	a, b := sized("a", 1024), sized("b", 1025)
	steps := []struct {
		name        string
		call        func() error
		read, write int
	}{
		{"put of 1 KB", write(table.Put(a, table.Absent)), 0, 1},
		{"put of a byte more", write(table.Put(b, table.Absent)), 0, 2},
		{"put that fails", write(table.Put(a, table.Absent)), 0, 1},
		{"two puts", write(table.Put(a, always), table.Put(b, always)), 0, 6},
		{"two puts that fail", write(table.Put(a, table.Absent), table.Put(b, always)), 0, 6},
		{"put, check of 2 KB, check of nothing", write(table.Put(a, always), table.Check(b.Key, table.Exists), table.Check(sized("z", 99).Key, table.Absent)), 0, 8},
		{"lone check", write(table.Check(b.Key, table.Exists)), 1, 0},
		{"smaller over larger", write(table.Put(sized("b", 100), always)), 0, 2},
		{"then it is small", write(table.Put(sized("b", 100), always)), 0, 1},
		{"delete", write(table.Delete(a.Key, always)), 0, 1},
		{"delete of nothing", write(table.Delete(a.Key, always)), 0, 1},
		{"get of nothing", get("a"), 1, 0},
		{"put of 4 KB", write(table.Put(sized("a", 4096), always)), 0, 4},
		{"get of 4 KB", get("a"), 1, 0},
		{"put of more", write(table.Put(sized("a", 4097), always)), 0, 5},
		{"get of more", get("a"), 2, 0},
		{"query of 4197 bytes", query(table.Range{Partition: "p"}), 2, 0},
		{"query of 100 bytes", query(table.Range{Partition: "p", Prefix: "b"}), 1, 0},
		{"query of nothing", query(table.Range{Partition: "q"}), 1, 0},
		{"counter", func() error { _, _, err := m.Increment(ctx, sized("c", 99).Key, time.Now()); return err }, 0, 1},
		{"beyond the limits", write(table.Put(table.Item{}, always)), 0, 0},
		{"nothing", write(), 0, 0},
	}
	for _, step := range steps {
		before := m.Counts()
		_ = step.call()
		got := m.Counts().Sub(before)
		if got.ReadUnits != step.read || got.WriteUnits != step.write {
			t.Errorf("%s: %d read and %d write units, want %d and %d", step.name, got.ReadUnits, got.WriteUnits, step.read, step.write)
		}
	}
	if got := m.Bytes(); got != 4197 { // a and b
		t.Errorf("%d bytes lie in the table, want 4197", got)
	}
	want := meter.Counts{Gets: 3, Queries: 3, Writes: 13, Increments: 1, Failed: 2, ReadUnits: 9, WriteUnits: 39}
	if got := m.Counts(); got != want || got.Calls() != 20 {
		t.Errorf("counts are %+v, want %+v", got, want)
	}
}

// TestClaim is the claim as design.md prices it: 5 write units and, for ten agents of
// 235 bytes, one read unit.
func TestClaim(t *testing.T) {
	ctx := t.Context()
	m := meter.New(engine(t, nil))
	for i := range 10 {
		if err := m.Write(ctx, table.Put(sized(fmt.Sprint("MEM#", i), 235), table.Absent)); err != nil {
			t.Fatal(err)
		}
	}
	before := m.Counts()
	rows, err := m.Query(ctx, table.Range{Partition: "p", Prefix: "MEM#"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Increment(ctx, sized("COUNTER", 99).Key, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := m.Write(ctx, table.Put(sized("MEM#0", 240), table.AtVersion(rows[0].Version)), table.Put(sized("E", 600), table.Absent)); err != nil {
		t.Fatal(err)
	}
	if got := m.Counts().Sub(before); got.ReadUnits != 1 || got.WriteUnits != 5 {
		t.Errorf("a claim takes %d read and %d write units, want 1 and 5", got.ReadUnits, got.WriteUnits)
	}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		err   error
		units int
	}{{table.ErrUnavailable, 0}, {table.ErrConflict, 4}, {table.ErrOutcomeUnknown, 4}} {
		m := meter.New(fault.New(engine(t, nil), fault.Options{Before: func(fault.Call) error { return test.err }}))
		err := m.Write(t.Context(), table.Put(sized("a", 99), table.Absent), table.Put(sized("b", 99), table.Absent))
		got := m.Counts()
		if !errors.Is(err, test.err) || got.WriteUnits != test.units || (got.Conflicts == 1) != (test.err == table.ErrConflict) {
			t.Errorf("%v: got %v and %+v, want %d units", test.err, err, got, test.units)
		}
	}
}
