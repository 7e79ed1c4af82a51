package local

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/tabletest"
)

func openBolt(t testing.TB, path string, o TableOptions) *Bolt {
	t.Helper()
	b, err := OpenTable(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func boltFile(t testing.TB) string { return filepath.Join(t.TempDir(), "table.db") }

func boltKey(sort string) table.Key { return table.Key{Partition: "p", Sort: sort} }

func TestBoltContract(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table {
		return openBolt(t, boltFile(t), TableOptions{NoSync: true, Now: now})
	})
}

func TestBoltKeepsItsItems(t *testing.T) {
	ctx, path := t.Context(), boltFile(t)
	b := openBolt(t, path, TableOptions{})
	it := table.Item{Key: boltKey("a"), Body: []byte("body"), Expires: time.Now().Add(time.Hour).Truncate(time.Second)}
	if err := b.Write(ctx, table.Put(it, table.Absent)); err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(1234)
	if _, _, err := b.Increment(ctx, boltKey("c"), at); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTable(path, TableOptions{}); !errors.Is(err, ErrInUse) {
		t.Errorf("second OpenTable: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = openBolt(t, path, TableOptions{})
	got, found, err := b.Get(ctx, it.Key)
	if err != nil || !found || string(got.Body) != "body" || got.Version != 1 || !got.Expires.Equal(it.Expires) {
		t.Errorf("Get after opening again = %+v, %v, %v", got, found, err)
	}
	if n, previous, err := b.Increment(ctx, boltKey("c"), time.Now()); n != 2 || !previous.Equal(at) || err != nil {
		t.Errorf("Increment after opening again = %d, %v, %v", n, previous, err)
	}
}

func TestBoltClosed(t *testing.T) {
	ctx := t.Context()
	b := openBolt(t, boltFile(t), TableOptions{NoSync: true})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, getErr := b.Get(ctx, boltKey("a"))
	_, queryErr := b.Query(ctx, table.Range{Partition: "p"})
	writeErr := b.Write(ctx, table.Put(table.Item{Key: boltKey("a")}, table.Absent))
	_, _, drawErr := b.Increment(ctx, boltKey("c"), time.Now())
	for i, err := range []error{getErr, queryErr, writeErr, drawErr} {
		if !errors.Is(err, table.ErrUnavailable) {
			t.Errorf("call %d of a closed table: %v, want ErrUnavailable", i, err)
		}
	}
}

// TestBoltSweep: opening removes expired items, some each time, and no others.
func TestBoltSweep(t *testing.T) {
	path, now := boltFile(t), time.Now()
	o := TableOptions{NoSync: true, Now: func() time.Time { return now }}
	const n = sweepSize + sweepSize/2
	b := openBolt(t, path, o)
	err := b.file.db.Update(func(tx *bbolt.Tx) error {
		for i := range n {
			r := record{version: 1, expires: now.Unix() + 1}
			if i%100 == 0 {
				r.expires = 0
			}
			if err := tx.Bucket(itemsBucket).Put(itemKey(nil, "p", fmt.Sprintf("%06d", i)), r.encode(nil)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	for i, want := range []int{n - sweepSize + sweepSize/100, n / 100, n / 100} {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		b = openBolt(t, path, o)
		got := 0
		_ = b.file.db.View(func(tx *bbolt.Tx) error {
			got = tx.Bucket(itemsBucket).Stats().KeyN
			return nil
		})
		if got != want {
			t.Errorf("after opening %d times %d items are left, want %d", i+1, got, want)
		}
	}
}

// TestBoltKilled kills a writing process again and again; what it reported as written
// must be there, and of each Write all or nothing.
func TestBoltKilled(t *testing.T) {
	if path := os.Getenv("CONNECTNOW_BOLT_WRITER"); path != "" {
		writeUntilKilled(t, path)
	}
	path, reported := boltFile(t), int64(0)
	for range 4 {
		reported = runAndKill(t, path, reported)
		b := openBolt(t, path, TableOptions{})
		x, _, err := b.Get(t.Context(), boltKey("x"))
		y, _, err2 := b.Get(t.Context(), boltKey("y"))
		c, _, err3 := b.Get(t.Context(), boltKey("c"))
		if err := errors.Join(err, err2, err3, b.Close()); err != nil {
			t.Fatal(err)
		}
		if x.Version < reported || x.Version != y.Version || c.Version < x.Version {
			t.Fatalf("reported %d, found versions %d and %d, counter %d", reported, x.Version, y.Version, c.Version)
		}
		reported = x.Version
	}
}

// runAndKill starts a writer, lets it report some Writes, kills it and returns the last
// version that it reported.
func runAndKill(t *testing.T, path string, from int64) int64 {
	cmd := exec.Command(os.Args[0], "-test.run=^TestBoltKilled$")
	cmd.Env = append(os.Environ(), "CONNECTNOW_BOLT_WRITER="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := from
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatalf("writer says %q", lines.Text())
		}
		if last = n; n == from+25 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		} // and read on what it said before it died
	}
	_ = cmd.Wait() // killed, as wanted
	if last < from+25 {
		t.Fatalf("writer ended at %d", last)
	}
	return last
}

func writeUntilKilled(t *testing.T, path string) {
	b := openBolt(t, path, TableOptions{})
	x, _, err := b.Get(t.Context(), boltKey("x"))
	for v := x.Version; err == nil; v++ {
		if _, _, err = b.Increment(t.Context(), boltKey("c"), time.Now()); err != nil {
			break
		}
		err = b.Write(t.Context(),
			table.Put(table.Item{Key: boltKey("x"), Body: make([]byte, 3000)}, table.AtVersion(v)),
			table.Put(table.Item{Key: boltKey("y")}, table.AtVersion(v)))
		fmt.Println(v + 1)
	}
	t.Fatal(err)
}

// BenchmarkEscalation measures what one escalation costs the table: a Query of ten
// rows, an Increment, a Put alone and a Write of five.
func BenchmarkEscalation(b *testing.B) {
	for _, noSync := range []bool{true, false} {
		for _, callers := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("noSync=%v/callers=%d", noSync, callers), func(b *testing.B) {
				bolt := openBolt(b, boltFile(b), TableOptions{NoSync: noSync})
				var all atomic.Int64
				b.SetParallelism(max(1, callers/2)) // times GOMAXPROCS
				b.ReportAllocs()
				if callers == 1 {
					for b.Loop() {
						escalate(b, bolt, all.Add(1))
					}
				} else {
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							escalate(b, bolt, all.Add(1))
						}
					})
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "escalations/s")
			})
		}
	}
}

// accounts is how many desk partitions the benchmark spreads its calls over, so that
// they do not spend their time on conflicts.
const accounts = 200

func escalate(b *testing.B, t *Bolt, n int64) {
	ctx, desk := b.Context(), fmt.Sprintf("A#%012d", n%accounts)
	rows, err := t.Query(ctx, table.Range{Partition: desk, Prefix: "MEM#"})
	if err != nil {
		b.Fatal(err)
	}
	for i := len(rows); i < 10; i++ {
		row := table.Item{Key: table.Key{Partition: desk, Sort: fmt.Sprintf("MEM#%012d", i)}, Body: make([]byte, 200)}
		if err := t.Write(ctx, table.Put(row, table.Condition{})); err != nil {
			b.Fatal(err)
		}
		rows = append(rows, row)
	}
	if _, _, err := t.Increment(ctx, table.Key{Partition: desk + "#C", Sort: "n"}, time.Now()); err != nil {
		b.Fatal(err)
	}
	put := func(kind string, size int) table.Op {
		k := table.Key{Partition: fmt.Sprintf("%s#%s#%012d", kind, desk, n), Sort: "META"}
		return table.Put(table.Item{Key: k, Body: make([]byte, size), Expires: time.Now().Add(time.Hour)}, table.Absent)
	}
	if err := t.Write(ctx, put("CONV", 2000)); err != nil {
		b.Fatal(err)
	}
	row := table.Item{Key: rows[n%10].Key, Body: make([]byte, 220)}
	err = t.Write(ctx, table.Put(row, table.Condition{}), put("ESC", 600), put("PTR", 60), put("RCPT", 400), put("LIST", 60))
	if err != nil {
		b.Fatal(err)
	}
}

// TestErrorsHoldNoKeys: they end in logs, and keys are made of phone numbers and e-mails.
func TestErrorsHoldNoKeys(t *testing.T) {
	b := openBolt(t, boltFile(t), TableOptions{NoSync: true})
	k := table.Key{Partition: "secret", Sort: "secret"}
	err := b.file.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(itemsBucket).Put(itemKey(nil, k.Partition, k.Sort), []byte{flagExpires})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _, getErr := b.Get(t.Context(), k)
	_, queryErr := b.Query(t.Context(), table.Range{Partition: k.Partition})
	for _, err := range []error{getErr, queryErr, b.Write(t.Context(), table.Check(k, table.Exists))} {
		if !errors.Is(err, errCorrupt) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want %v without the key", err, errCorrupt)
		}
	}
}
