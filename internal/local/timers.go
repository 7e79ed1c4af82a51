package local

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

var (
	timersBucket = []byte("timers")      // messages by id, big-endian
	deadBucket   = []byte("timers-dead") // the same for those that were given up
)

var errTimersClosed = errors.New("local: timers are closed")

// Handler carries out a message, like desk.Desk.Wake.
type Handler func(ctx context.Context, m desk.Message) error

// TimersOptions are the options of OpenTimers; the zero value suits the sandbox.
type TimersOptions struct {
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Log is told of failures; nil for slog.Default.
	Log *slog.Logger
	// RetryAfter is how long a message whose handler failed stays away, as SQS's
	// visibility timeout does; 0 for 5 seconds.
	RetryAfter time.Duration
	// MaxReceives is how often a message is tried before it becomes a dead letter; 0 for 50.
	MaxReceives int
	// Workers is how many messages are handled at once; 0 for 16.
	Workers int
	// Timeout bounds one delivery; 0 for 30 seconds.
	Timeout time.Duration
}

// Timers delivers messages at their time, as a queue with delays does in the cloud.
// They lie in a bucket beside the table, so that they outlive the process: at least
// once, in any order, until the handler succeeds.
//
// After Start they are delivered by themselves. Tests leave Start out, and look at
// Pending and call Deliver instead.
type Timers struct {
	o       TimersOptions
	file    *File
	changed chan struct{} // holds a token when the run loop should look again

	mu      sync.Mutex // guards what follows
	waiting queue
	closed  bool
	stop    context.CancelFunc // of the run loop and of deliveries; nil before Start
	done    chan struct{}      // closed when the run loop has ended

	inFlight int // only the run loop uses it
}

// Delivery is a message that waits for its time, or for its next try.
type Delivery struct {
	ID       uint64       `json:"-"`
	At       time.Time    `json:"at"`
	Receives int          `json:"receives,omitempty"` // failed tries so far
	Message  desk.Message `json:"message"`
}

// OpenTimers loads the messages that the file holds.
func OpenTimers(file *File, o TimersOptions) (*Timers, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.RetryAfter = cmp.Or(o.RetryAfter, 5*time.Second)
	o.MaxReceives = cmp.Or(o.MaxReceives, 50)
	o.Workers = cmp.Or(o.Workers, 16)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	t := &Timers{o: o, file: file, changed: make(chan struct{}, 1)}
	waiting, err := t.read(timersBucket)
	if err != nil {
		return nil, fmt.Errorf("open timers: %w", err)
	}
	for _, d := range waiting {
		heap.Push(&t.waiting, d)
	}
	return t, nil
}

// Send implements desk.Timers. The message is on the disk when it returns.
func (t *Timers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.isClosed() {
		return errTimersClosed
	}
	d := &Delivery{At: at, Message: m}
	err := t.file.update(func(tx *bbolt.Tx) error {
		id, err := tx.Bucket(timersBucket).NextSequence()
		if err != nil {
			return err
		}
		d.ID = id
		return d.put(tx.Bucket(timersBucket))
	})
	if err != nil {
		return fmt.Errorf("send timer: %w", err)
	}
	t.enqueue(d)
	return nil
}

// Pending returns the messages that wait, the next one first.
func (t *Timers) Pending() []Delivery {
	t.mu.Lock()
	defer t.mu.Unlock()
	pending := make([]Delivery, len(t.waiting))
	for i, d := range t.waiting {
		pending[i] = *d
	}
	slices.SortFunc(pending, func(a, b Delivery) int { return compare(&a, &b) })
	return pending
}

// Dead returns the messages that were given up, oldest first.
func (t *Timers) Dead() ([]Delivery, error) {
	found, err := t.read(deadBucket)
	dead := make([]Delivery, len(found))
	for i, d := range found {
		dead[i] = *d
	}
	return dead, err
}

// Deliver hands the pending message of that id to handle now, whatever its time is,
// and returns what handle said. It goes like a delivery by Start's loop in all else.
func (t *Timers) Deliver(ctx context.Context, id uint64, handle Handler) error {
	t.mu.Lock()
	i := slices.IndexFunc(t.waiting, func(d *Delivery) bool { return d.ID == id })
	if i < 0 {
		t.mu.Unlock()
		return fmt.Errorf("local: no message %d is pending", id)
	}
	d := heap.Remove(&t.waiting, i).(*Delivery)
	t.mu.Unlock()
	return t.deliver(ctx, d, handle)
}

func (t *Timers) isClosed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

// enqueue adds d to those that wait and has the run loop look again.
func (t *Timers) enqueue(d *Delivery) {
	t.mu.Lock()
	heap.Push(&t.waiting, d)
	t.mu.Unlock()
	t.nudge()
}

func (t *Timers) nudge() {
	select {
	case t.changed <- struct{}{}:
	default: // a token is there already
	}
}

func (t *Timers) read(bucket []byte) ([]*Delivery, error) {
	var found []*Delivery
	err := t.file.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket).ForEach(func(k, v []byte) error {
			d := &Delivery{ID: binary.BigEndian.Uint64(k)}
			if err := json.Unmarshal(v, d); err != nil {
				return fmt.Errorf("message %d: %w", d.ID, err)
			}
			found = append(found, d)
			return nil
		})
	})
	return found, err
}

func (d *Delivery) put(b *bbolt.Bucket) error {
	v, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return b.Put(sequenceKey(d.ID), v)
}

// queue is a heap of messages by time, and by id where times are equal.
type queue []*Delivery

func compare(a, b *Delivery) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
}

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return compare(q[i], q[j]) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*Delivery)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}
