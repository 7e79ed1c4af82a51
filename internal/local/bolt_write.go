package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"

	"github.com/connectnow/backend/internal/table"
)

// waiter is a Write or Increment that waits for a commit.
type waiter struct {
	ops     []table.Op
	counter table.Key // when there are no ops
	at      int64     // of the counter: time of the draw

	done  chan struct{}
	err   error
	value int64  // of the counter
	old   record // of the counter, before
}

// Write implements table.Table.
func (b *Bolt) Write(ctx context.Context, ops ...table.Op) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := table.Validate(ops); err != nil {
		return err
	}
	if len(ops) == 0 {
		return nil
	}
	r := &waiter{ops: ops}
	b.submit(r)
	return r.err
}

// Increment implements table.Table.
func (b *Bolt) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return 0, time.Time{}, err
	}
	if err := k.Validate(); err != nil {
		return 0, time.Time{}, err
	}
	r := &waiter{counter: k, at: now.UnixMilli()}
	b.submit(r)
	if r.err != nil || !r.old.hasAt {
		return r.value, time.Time{}, r.err
	}
	return r.value, time.UnixMilli(r.old.at).UTC(), nil
}

// submit returns when r has been committed or refused. Whoever finds the queue empty
// leads: it waits for the commit under way, during which others queue up behind it,
// and then carries out all of them in one transaction. bbolt's own Batch would run
// everyone again when one fails; here a failed condition is an answer, not a failure.
func (b *Bolt) submit(r *waiter) {
	r.done = make(chan struct{})
	b.mu.Lock()
	b.queue = append(b.queue, r)
	leads := len(b.queue) == 1
	b.mu.Unlock()
	if !leads {
		<-r.done
		return
	}
	b.commit.Lock()
	b.mu.Lock()
	batch := b.queue
	b.queue = nil
	b.mu.Unlock()
	if err := b.carryOut(batch); err != nil {
		// Conditions were judged by what the others of the batch had written, so the
		// failure is everybody's.
		for _, r := range batch {
			r.err = err
		}
	}
	b.commit.Unlock()
	for _, r := range batch {
		close(r.done)
	}
}

// carryOut does the requests of a batch one after the other in one transaction.
func (b *Bolt) carryOut(batch []*waiter) error {
	tx, err := b.db.Begin(true)
	if err != nil {
		return fmt.Errorf("%w: %w", table.ErrUnavailable, err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	now := b.now()
	items := tx.Bucket(itemsBucket)
	changed := false
	for _, r := range batch {
		var wrote bool
		if r.ops == nil {
			wrote, err = true, r.increment(items)
		} else {
			wrote, err = r.write(items, now)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", table.ErrUnavailable, err)
		}
		changed = changed || wrote
	}
	if !changed {
		return nil
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, bberrors.ErrTxClosed) || errors.Is(err, bberrors.ErrDatabaseNotOpen) {
			return fmt.Errorf("%w: %w", table.ErrUnavailable, err)
		}
		// Whether the last page reached the disk cannot be told.
		return fmt.Errorf("%w: %w", table.ErrOutcomeUnknown, err)
	}
	return nil
}

// write judges the conditions and then, if all hold, changes the items. An error is of
// the file and spoils the batch; a failed condition goes to r.err.
func (r *waiter) write(items *bbolt.Bucket, now time.Time) (wrote bool, err error) {
	var scratch [256]byte
	var failed []int
	for i := range r.ops {
		op := &r.ops[i]
		if kind, _ := op.If.Kind(); kind == table.KindAlways {
			continue
		}
		var old record
		v := items.Get(itemKey(scratch[:0], op.Item.Key.Partition, op.Item.Key.Sort))
		if v != nil {
			if old, err = decodeRecord(v); err != nil {
				return false, err
			}
		}
		if !op.If.Holds(v != nil && !table.Expired(old.expires, now), old.version) {
			failed = append(failed, i)
		}
	}
	if failed != nil {
		r.err = &table.ConditionError{Failed: failed}
		return false, nil
	}
	for i := range r.ops {
		op := &r.ops[i]
		k := itemKey(scratch[:0], op.Item.Key.Partition, op.Item.Key.Sort)
		switch op.Kind {
		case table.OpPut:
			rec := record{version: op.If.NextVersion(), expires: op.Item.ExpiresUnix(), body: op.Item.Body}
			err = items.Put(k, rec.encode())
		case table.OpDelete:
			err = items.Delete(k)
		default:
			continue
		}
		if err != nil {
			return false, err
		}
		wrote = true
	}
	return wrote, nil
}

// increment draws from the counter.
func (r *waiter) increment(items *bbolt.Bucket) error {
	k := itemKey(nil, r.counter.Partition, r.counter.Sort)
	if v := items.Get(k); v != nil {
		old, err := decodeRecord(v)
		if err != nil {
			return err
		}
		r.old = old
		r.old.body = nil // only valid within the transaction
	}
	r.value = r.old.version + 1
	return items.Put(k, record{version: r.value, at: r.at, hasAt: true}.encode())
}
