// Package local plays the roles of the cloud on one machine: a table in one file,
// and beside it what else the product needs to run without AWS.
package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"

	"github.com/connectnow/backend/internal/table"
)

var (
	itemsBucket = []byte("items") // the table; the key is made by itemKey
	sweepBucket = []byte("sweep") // one entry: the key at which the next sweep begins
	sweepFrom   = []byte("from")
)

// sweepSize bounds how many items OpenTable looks at for expired ones. Every open goes
// on where the last one stopped, so that large files are swept in turns and opening
// stays quick.
const sweepSize = 20_000

// TableOptions are the options of OpenTable.
type TableOptions struct {
	// NoSync leaves writing to the disk to the operating system: fast, survives a crash
	// of the process but not of the machine.
	NoSync bool
	// Now is the clock by which items expire; nil for time.Now.
	Now func() time.Time
}

// Bolt is a table in one bbolt file. Concurrent writers share commits, so that the
// cost of reaching the disk is paid once for all that wait for it.
type Bolt struct {
	db  *bbolt.DB
	now func() time.Time

	mu     sync.Mutex // guards queue
	queue  []*waiter  // waiting for the next commit
	commit sync.Mutex // held by the one who commits
}

// OpenTable opens the table in the file at path and makes it where there is none. One
// process at a time can have it open.
func OpenTable(path string, o TableOptions) (*Bolt, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:        time.Second,
		NoSync:         o.NoSync,
		NoGrowSync:     o.NoSync,
		NoFreelistSync: true, // found again at open; saves a write per commit
		FreelistType:   bbolt.FreelistMapType,
	})
	if errors.Is(err, bberrors.ErrTimeout) {
		return nil, fmt.Errorf("open table %s: another process has it open", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open table %s: %w", path, err)
	}
	b := &Bolt{db: db, now: o.Now}
	if b.now == nil {
		b.now = time.Now
	}
	if err := db.Update(b.prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("open table %s: %w", path, err), db.Close())
	}
	return b, nil
}

// DB returns the file, for further buckets beside the table's. Whoever adds one names
// it so that it cannot be taken for "items" or "sweep".
func (b *Bolt) DB() *bbolt.DB { return b.db }

// Close waits for what is under way and closes the file. Calls after it fail with
// table.ErrUnavailable.
func (b *Bolt) Close() error { return b.db.Close() }

// prepare makes the buckets and removes some of what has expired.
func (b *Bolt) prepare(tx *bbolt.Tx) error {
	items, err := tx.CreateBucketIfNotExists(itemsBucket)
	if err != nil {
		return err
	}
	sweep, err := tx.CreateBucketIfNotExists(sweepBucket)
	if err != nil {
		return err
	}
	now, seen := b.now(), 0
	var gone [][]byte
	c := items.Cursor()
	k, v := c.Seek(sweep.Get(sweepFrom))
	for ; k != nil && seen < sweepSize; k, v = c.Next() {
		if r, err := decodeRecord(v); err == nil && table.Expired(r.expires, now) {
			gone = append(gone, bytes.Clone(k))
		}
		seen++
	}
	next := bytes.Clone(k) // empty at the end: the next sweep begins anew
	for _, k := range gone {
		if err := items.Delete(k); err != nil {
			return err
		}
	}
	return sweep.Put(sweepFrom, next)
}

// Get implements table.Table.
func (b *Bolt) Get(ctx context.Context, k table.Key) (it table.Item, found bool, err error) {
	if err := ctx.Err(); err != nil {
		return table.Item{}, false, err
	}
	if err := k.Validate(); err != nil {
		return table.Item{}, false, err
	}
	now := b.now()
	err = b.view(func(items *bbolt.Bucket) error {
		v := items.Get(itemKey(nil, k.Partition, k.Sort))
		if v == nil {
			return nil
		}
		r, err := decodeRecord(v)
		if err != nil || table.Expired(r.expires, now) {
			return err
		}
		it, found = r.item(k), true
		return nil
	})
	return it, found, err
}

// Query implements table.Table.
func (b *Bolt) Query(ctx context.Context, r table.Range) (found []table.Item, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	now := b.now()
	err = b.view(func(items *bbolt.Bucket) error {
		prefix := itemKey(nil, r.Partition, r.Prefix)
		w := walk{c: items.Cursor(), back: r.Newest}
		for k, v := w.first(prefix, r); k != nil && bytes.HasPrefix(k, prefix); k, v = w.next() {
			rec, err := decodeRecord(v)
			if err != nil {
				return fmt.Errorf("item %q: %w", k, err)
			}
			if table.Expired(rec.expires, now) {
				continue
			}
			key := table.Key{Partition: r.Partition, Sort: string(k[2+len(r.Partition):])}
			found = append(found, rec.item(key))
			if len(found) == r.Limit { // never with Limit 0
				break
			}
		}
		return nil
	})
	return found, err
}

// view runs f on the items as they were last committed.
func (b *Bolt) view(f func(items *bbolt.Bucket) error) error {
	err := b.db.View(func(tx *bbolt.Tx) error { return f(tx.Bucket(itemsBucket)) })
	if errors.Is(err, bberrors.ErrDatabaseNotOpen) {
		return fmt.Errorf("%w: %w", table.ErrUnavailable, err)
	}
	return err
}

// walk steps over the items of a range in either direction.
type walk struct {
	c    *bbolt.Cursor
	back bool
}

// first goes to where the range begins; prefix is the beginning of all its keys.
func (w walk) first(prefix []byte, r table.Range) (k, v []byte) {
	if !w.back {
		if r.After == "" || r.After < r.Prefix {
			return w.c.Seek(prefix)
		}
		after := itemKey(nil, r.Partition, r.After)
		k, v = w.c.Seek(after)
		if bytes.Equal(k, after) {
			return w.c.Next()
		}
		return k, v
	}
	end := following(prefix)
	if r.After != "" {
		if after := itemKey(nil, r.Partition, r.After); bytes.Compare(after, end) < 0 {
			end = after
		}
	}
	if k, _ := w.c.Seek(end); k == nil {
		return w.c.Last()
	}
	return w.c.Prev()
}

func (w walk) next() (k, v []byte) {
	if w.back {
		return w.c.Prev()
	}
	return w.c.Next()
}

// following returns the smallest key beyond all that begin with prefix. Item keys
// begin with a length below 0xff00, so there always is one.
func following(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	end[len(end)-1]++
	return end
}
