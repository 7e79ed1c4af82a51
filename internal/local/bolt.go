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

	"github.com/connectnow/backend/internal/table"
)

var (
	itemsBucket = []byte("items") // the table; the key is made by itemKey
	sweepBucket = []byte("sweep") // one entry: the key at which the next sweep begins
	sweepFrom   = []byte("from")
)

// sweepSize bounds how many items are looked at for expired ones when a table is opened.
// Every open goes on where the last one stopped, so that large files are swept in turns
// and opening stays quick.
const sweepSize = 20_000

// TableOptions are the options of OpenTable.
type TableOptions struct {
	// NoSync is that of OpenFile.
	NoSync bool
	// Now is the clock by which items expire; nil for time.Now.
	Now func() time.Time
}

// Bolt is a table in a bbolt file.
type Bolt struct {
	file *File
	now  func() time.Time
}

// OpenTable opens a table that has the file at path for itself, without the other twins.
func OpenTable(path string, o TableOptions) (*Bolt, error) {
	file, err := OpenFile(path, o.NoSync)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	b, err := openTable(file, o.Now)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return b, nil
}

// openTable opens the table that the file holds.
func openTable(file *File, now func() time.Time) (*Bolt, error) {
	b := &Bolt{file: file, now: now}
	if err := file.update(b.sweep); err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	return b, nil
}

// Close closes the file.
func (b *Bolt) Close() error { return b.file.Close() }

// sweep removes some of what has expired.
func (b *Bolt) sweep(tx *bbolt.Tx) error {
	items, sweep := tx.Bucket(itemsBucket), tx.Bucket(sweepBucket)
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
		rows := scratch.Get().(*[]row)
		defer func() {
			clear(*rows) // else they would keep what they have read
			*rows = (*rows)[:0]
			scratch.Put(rows)
		}()
		for k, v := w.first(prefix, r); k != nil && bytes.HasPrefix(k, prefix); k, v = w.next() {
			rec, err := decodeRecord(v)
			if err != nil {
				return err // without the key: it may be somebody's phone number
			}
			if table.Expired(rec.expires, now) {
				continue
			}
			*rows = append(*rows, row{k[2+len(r.Partition):], rec})
			if len(*rows) == r.Limit { // never with Limit 0
				break
			}
		}
		found = itemsOf(r.Partition, *rows)
		return nil
	})
	return found, err
}

// scratch holds the rows of a query until all are read and their number is known.
var scratch = sync.Pool{New: func() any { return new([]row) }}

// view runs read on the items as they were last committed.
func (b *Bolt) view(read func(items *bbolt.Bucket) error) error {
	return b.file.view(func(tx *bbolt.Tx) error { return read(tx.Bucket(itemsBucket)) })
}

// fill is how full a page is left that is divided. Most keys come behind all others of their
// kind, by their times: pages that are left half empty stay so.
const fill = 0.9

// changed is the bucket of the items, to be changed.
func changed(tx *bbolt.Tx) *bbolt.Bucket {
	items := tx.Bucket(itemsBucket)
	items.FillPercent = fill
	return items
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
