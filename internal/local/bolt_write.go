package local

import (
	"context"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/table"
)

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
	var failed []int // the ops whose conditions do not hold
	err := b.file.change(func(tx *bbolt.Tx) (wrote bool, err error) {
		items := changed(tx)
		if failed, err = judge(items, ops, b.now()); err != nil || failed != nil {
			return false, err
		}
		return b.write(items, ops)
	})
	if err == nil && failed != nil {
		return &table.ConditionError{Failed: failed}
	}
	return err
}

// Increment implements table.Table.
func (b *Bolt) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return 0, time.Time{}, err
	}
	if err := k.Validate(); err != nil {
		return 0, time.Time{}, err
	}
	var old record
	err := b.file.update(func(tx *bbolt.Tx) (err error) {
		old, err = b.draw(changed(tx), k, now.UnixMilli())
		return err
	})
	switch {
	case err != nil:
		return 0, time.Time{}, err
	case !old.hasAt:
		return old.version + 1, time.Time{}, nil
	}
	return old.version + 1, time.UnixMilli(old.at).UTC(), nil
}

// judge returns the ops whose conditions do not hold.
func judge(items *bbolt.Bucket, ops []table.Op, now time.Time) (failed []int, err error) {
	var scratch [256]byte
	for i := range ops {
		op := &ops[i]
		if kind, _ := op.If.Kind(); kind == table.KindAlways {
			continue
		}
		var old record
		v := items.Get(itemKey(scratch[:0], op.Item.Key.Partition, op.Item.Key.Sort))
		if v != nil {
			if old, err = decodeRecord(v); err != nil {
				return nil, err
			}
		}
		if !op.If.Holds(v != nil && !table.Expired(old.expires, now), old.version) {
			failed = append(failed, i)
		}
	}
	return failed, nil
}

// write changes the items, once all conditions hold.
func (b *Bolt) write(items *bbolt.Bucket, ops []table.Op) (wrote bool, err error) {
	var scratch [256]byte
	for i := range ops {
		op := &ops[i]
		k := itemKey(scratch[:0], op.Item.Key.Partition, op.Item.Key.Sort)
		switch op.Kind {
		case table.OpPut:
			r := record{version: op.If.NextVersion(), expires: op.Item.ExpiresUnix(), body: op.Item.Body}
			err = items.Put(k, b.file.value(r))
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

// draw raises a counter by one and returns what it was before.
func (b *Bolt) draw(items *bbolt.Bucket, k table.Key, at int64) (old record, err error) {
	key := itemKey(nil, k.Partition, k.Sort)
	if v := items.Get(key); v != nil {
		if old, err = decodeRecord(v); err != nil {
			return record{}, err
		}
		old.body = nil // only valid within the transaction
	}
	return old, items.Put(key, b.file.value(record{version: old.version + 1, at: at, hasAt: true}))
}
