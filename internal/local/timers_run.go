package local

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// Start delivers messages to handle from now on, until Close. It is called once.
func (t *Timers) Start(handle Handler) {
	ctx, stop := context.WithCancel(context.Background())
	t.mu.Lock()
	t.stop, t.done = stop, make(chan struct{})
	t.mu.Unlock()
	go t.run(ctx, handle)
}

// Close ends deliveries: it cancels those under way and waits for them. What has not
// succeeded stays in the file for the next start. The file itself stays open.
func (t *Timers) Close() error {
	t.mu.Lock()
	t.closed = true
	stop, done := t.stop, t.done
	t.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
	return nil
}

// run starts a delivery for each message that is due, and sleeps until the next one
// is, or until something changes.
func (t *Timers) run(ctx context.Context, handle Handler) {
	finished := make(chan struct{}, t.o.Workers)
	defer close(t.done)
	for {
		due, wait := t.due()
		for _, d := range due {
			go func() {
				// The error is in the log, and in the message's next try.
				_ = t.deliver(ctx, d, handle)
				finished <- struct{}{}
			}()
		}
		var next <-chan time.Time
		if wait >= 0 {
			next = time.After(wait)
		}
		select {
		case <-next:
		case <-t.changed:
		case <-finished:
			t.inFlight--
		case <-ctx.Done():
			for ; t.inFlight > 0; t.inFlight-- {
				<-finished
			}
			return
		}
	}
}

// due takes the messages whose time has come, as many as there are idle workers, and
// says how long it is until the next one; negative when none can be started before
// something changes.
func (t *Timers) due() (due []*Delivery, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.waiting) > 0 && t.inFlight < t.o.Workers {
		if wait := t.waiting[0].At.Sub(t.o.Now()); wait > 0 {
			return due, wait
		}
		due = append(due, heap.Pop(&t.waiting).(*Delivery))
		t.inFlight++
	}
	return due, -1
}

// deliver hands d to handle and settles it by what came of it.
func (t *Timers) deliver(ctx context.Context, d *Delivery, handle Handler) error {
	limited, cancel := context.WithTimeout(ctx, t.o.Timeout)
	defer cancel()
	err := guard(func() error { return handle(limited, d.Message) })
	switch {
	case err == nil:
		t.remove(ctx, d)
	case errors.Is(ctx.Err(), context.Canceled):
		t.enqueue(d) // interrupted, not failed: it comes again at the next start
	default:
		t.retry(ctx, d, err)
	}
	return err
}

// guard makes a panic of handle an error, since what is wrong with one message, or one
// shift, must not stop the others.
func guard(handle func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return handle()
}

// logOf is the log with what a message is about.
func (o TimersOptions) logOf(d *Delivery) *slog.Logger {
	m := d.Message
	return o.Log.With("timer", string(m.Kind), "account", m.AccountID, "escalation", m.EscalationID, "callback", m.CallbackID,
		"member", m.MemberID, "offer", m.Offer, "receives", d.Receives)
}

// remove forgets a message that was carried out. When even that fails it comes again.
func (t *Timers) remove(ctx context.Context, d *Delivery) {
	err := t.file.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(timersBucket).Delete(sequenceKey(d.ID))
	})
	if err != nil && !t.isClosed() {
		t.o.logOf(d).ErrorContext(ctx, "timer not removed: it is handled and comes again", "error", err)
		d.At = t.o.Now().Add(t.o.RetryAfter)
		t.enqueue(d)
	}
}

// retry puts a message whose handling failed back for later, or among the dead letters.
func (t *Timers) retry(ctx context.Context, d *Delivery, cause error) {
	d.Receives++
	d.At = t.o.Now().Add(t.o.RetryAfter)
	dead := d.Receives >= t.o.MaxReceives
	log := t.o.logOf(d)
	err := t.file.update(func(tx *bbolt.Tx) error {
		if !dead {
			return d.put(tx.Bucket(timersBucket))
		}
		if err := tx.Bucket(timersBucket).Delete(sequenceKey(d.ID)); err != nil {
			return err
		}
		return d.put(tx.Bucket(deadBucket))
	})
	if err != nil {
		log.ErrorContext(ctx, "timer not put back: it is tried again all the same", "error", err)
	}
	if dead && err == nil {
		log.ErrorContext(ctx, "timer given up: it failed too often", "error", cause)
		return
	}
	log.WarnContext(ctx, "timer failed: it is tried again", "error", cause)
	t.enqueue(d)
}
