package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// stored is a value with the version it was read at; version 0 means it is not there.
type stored[T any] struct {
	value   T
	version int64
}

// found reports whether the item is there.
func (s stored[T]) found() bool { return s.version != 0 }

// load reads and decodes one item. One that is not there is no error: its version is 0, so
// that AtVersion of it demands that it still is not there.
func load[T any](ctx context.Context, t table.Table, k table.Key) (stored[T], error) {
	it, found, err := t.Get(ctx, k)
	if err != nil || !found {
		return stored[T]{}, wrapRead(err, k)
	}
	return decode[T](it)
}

// decode reads an item's JSON. Its error names the key, never the body: logs hold no
// customers.
func decode[T any](it table.Item) (stored[T], error) {
	s := stored[T]{version: it.Version}
	if err := json.Unmarshal(it.Body, &s.value); err != nil {
		return stored[T]{}, fmt.Errorf("decoding %s: %w", keys.Named(it.Key), err)
	}
	return s, nil
}

// wrapRead says what was being read; nil stays nil.
func wrapRead(err error, k table.Key) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reading %s: %w", keys.Named(k), err)
}

// put encodes v as an operation. All stored types marshal without error.
func put(k table.Key, v any, c table.Condition) table.Op {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("desk: encoding %T: %v", v, err))
	}
	return table.Put(table.Item{Key: k, Body: body}, c)
}

// Retries of a Write that met with a conflict: how often, and how far apart. The six pauses
// take half a second at most, so that a caller has an answer while the customer still waits.
const (
	maxTries  = 6
	pauseLow  = 5 * time.Millisecond
	pauseHigh = 80 * time.Millisecond
)

// pause waits a random time between tries so that rivals do not meet again.
func (d *Desk) pause(ctx context.Context) error { return d.pauseFor(ctx, false) }

// pauseFor is pause for what may be a drill, of which nothing is counted.
func (d *Desk) pauseFor(ctx context.Context, drill bool) error {
	if err := d.Sleep(ctx, pauseLow+d.jitter(pauseHigh-pauseLow)); err != nil {
		return err
	}
	if !drill {
		d.count(metricConflictsRetried, "", "", 1)
	}
	return nil
}

// jitter is a random duration below span. Randomness that fails does not matter here.
func (d *Desk) jitter(span time.Duration) time.Duration {
	var b [2]byte
	if _, err := d.Random.Read(b[:]); err != nil {
		return span / 2
	}
	return span * time.Duration(int(b[0])<<8|int(b[1])) / (1 << 16)
}

// write has decide read and say what to write, and writes it, again when others were
// quicker. decide may be called six times, and is told the error of the Write before. It must
// forget what it found the time before, and recognise its own work: the Write of an unknown
// outcome may have happened. Its error ends everything as it is, and so do no operations.
// Six conflicts are the problem busy.
func (d *Desk) write(ctx context.Context, what string, decide func(failed error) ([]table.Op, error)) error {
	return d.writeFor(ctx, what, false, decide)
}

// writeFor is write for what may be a drill, of which nothing is counted.
func (d *Desk) writeFor(ctx context.Context, what string, drill bool, decide func(failed error) ([]table.Op, error)) error {
	var failed error
	for range maxTries {
		ops, err := decide(failed)
		if err != nil || len(ops) == 0 {
			return err
		}
		if failed = d.Table.Write(ctx, ops...); failed == nil {
			return nil
		}
		if !again(failed) {
			return unwritten(what, failed)
		}
		if err := d.pauseFor(ctx, drill); err != nil {
			return err
		}
	}
	return errBusy
}

// unwritten is the error of a Write that would fail each time. What is beyond the table's
// limits is the problem too-large: no repeat helps, and it is not ours to mend.
func unwritten(what string, err error) error {
	err = fmt.Errorf("writing %s: %w", what, err)
	if errors.Is(err, table.ErrLimit) {
		tooLarge := &Problem{Class: TooLarge, Name: "too-large", Title: "Too large", Detail: "There is more than what can be kept together."}
		err = errors.Join(tooLarge, err)
	}
	return err
}

// update is write of one item: change decides about it as it is. It returns false to leave
// it so; it may add operations that belong to the same Write.
func update[T any](ctx context.Context, d *Desk, k table.Key, change func(s *stored[T]) (write bool, more []table.Op, err error)) (T, error) {
	var s stored[T]
	err := d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		var err error
		if s, err = load[T](ctx, d.Table, k); err != nil {
			return nil, err
		}
		write, more, err := change(&s)
		if err != nil || !write {
			return nil, err
		}
		return append([]table.Op{put(k, s.value, table.AtVersion(s.version))}, more...), nil
	})
	return s.value, err
}

// pointer is an item that leads to another: under email/asha@example.com lies
// {"id":"mem_ius5rzkbfmfh"}.
type pointer struct {
	ID string `json:"id"`
}

// isCondition reports whether err is a condition that did not hold. Then the Write
// certainly did not happen.
func isCondition(err error) bool {
	var c *table.ConditionError
	return errors.As(err, &c)
}

// again reports whether reading and deciding anew is the answer to a failed Write. A request
// beyond the table's limits is not among them: it would fail the same way each time.
func again(err error) bool {
	return isCondition(err) || errors.Is(err, table.ErrConflict) ||
		errors.Is(err, table.ErrOutcomeUnknown) || errors.Is(err, table.ErrUnavailable)
}

// Transient reports whether err says only that the table or the timers could not be reached
// or that others were quicker: the same call may succeed in a moment.
func Transient(err error) bool { return again(err) || errors.Is(err, errUnsent) }

// expiring has an item expire as its family says, which every key has: tests see to that.
func (d *Desk) expiring(op table.Op) table.Op {
	op.Item.Expires = d.Now().Add(keys.FamilyOf(op.Item.Key).Kept.After)
	return op
}
