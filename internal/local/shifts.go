package local

import (
	"cmp"
	"context"
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

// shiftsBucket holds executions by name, those that have ended too: names are not used
// twice.
var shiftsBucket = []byte("shifts")

// Ticker carries out a tick, like desk.Desk.TickShift.
type Ticker func(ctx context.Context, e desk.ShiftExecution) (desk.ShiftTick, error)

// ShiftsOptions are the options of OpenShifts; the zero value suits the sandbox.
type ShiftsOptions struct {
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Log is told of failures; nil for slog.Default.
	Log *slog.Logger
	// RetryAfter is how soon a tick that failed is tried again; 0 for 5 seconds. Unlike
	// the state machine's, whose retries end, it is tried for ever.
	RetryAfter time.Duration
}

// Shifts runs the executions that tick at the boundaries of working hours, as a state
// machine does in the cloud. They lie in a bucket beside the table and go on after a
// restart.
//
// After Run they tick by themselves. Tests leave Run out, and look at Waiting and call
// Tick instead.
type Shifts struct {
	o       ShiftsOptions
	file    *File
	changed chan struct{} // holds a token when the loop should look again

	mu      sync.Mutex // guards what follows
	waiting map[string]*ShiftRun
	stop    context.CancelFunc // of the loop and of ticks; nil before Run
	done    chan struct{}      // closed when the loop has ended
}

// ShiftRun is an execution as it is kept.
type ShiftRun struct {
	Execution desk.ShiftExecution `json:"execution"`
	At        time.Time           `json:"at"` // of the next tick
	Ended     bool                `json:"ended,omitempty"`
}

// OpenShifts loads the executions that the file holds.
func OpenShifts(file *File, o ShiftsOptions) (*Shifts, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.RetryAfter = cmp.Or(o.RetryAfter, 5*time.Second)
	s := &Shifts{o: o, file: file, changed: make(chan struct{}, 1), waiting: map[string]*ShiftRun{}}
	err := file.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(shiftsBucket).ForEach(func(k, v []byte) error {
			r := &ShiftRun{}
			if err := json.Unmarshal(v, r); err != nil {
				return fmt.Errorf("execution %s: %w", k, err)
			}
			if !r.Ended {
				s.waiting[string(k)] = r
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open shifts: %w", err)
	}
	return s, nil
}

// Start implements desk.Shifts. The first tick is due at once.
func (s *Shifts) Start(ctx context.Context, e desk.ShiftExecution) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &ShiftRun{Execution: e, At: s.o.Now()}
	var before ShiftRun
	var found bool
	err := s.file.update(func(tx *bbolt.Tx) (err error) {
		b := tx.Bucket(shiftsBucket)
		if found, err = getJSON(b, []byte(e.Name()), &before); err != nil || found {
			return err
		}
		return putJSON(b, []byte(e.Name()), r)
	})
	switch {
	case err != nil:
		return fmt.Errorf("start execution: %w", err)
	case found && before.Ended:
		return desk.ErrShiftEnded
	case !found:
		s.wait(r)
	}
	return nil
}

func (s *Shifts) wait(r *ShiftRun) {
	s.mu.Lock()
	s.waiting[r.Execution.Name()] = r
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default: // a token is there already
	}
}

// Waiting returns the executions that run, the one that ticks next first.
func (s *Shifts) Waiting() []ShiftRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]ShiftRun, 0, len(s.waiting))
	for _, r := range s.waiting {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b ShiftRun) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Execution.Name(), b.Execution.Name()))
	})
	return list
}

// Stop ends an execution as somebody might in the console of the cloud.
func (s *Shifts) Stop(e desk.ShiftExecution) error {
	if s.take(e.Name()) == nil {
		return fmt.Errorf("local: no execution %s runs", e.Name())
	}
	return s.save(ShiftRun{Execution: e, Ended: true})
}

// Tick hands the next tick of the execution to handle now, whatever its time is, and
// returns what handle said. It goes like a tick of Run's loop in all else.
func (s *Shifts) Tick(ctx context.Context, e desk.ShiftExecution, handle Ticker) error {
	r := s.take(e.Name())
	if r == nil {
		return fmt.Errorf("local: no execution %s runs", e.Name())
	}
	return s.tick(ctx, *r, handle)
}

func (s *Shifts) take(name string) *ShiftRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.waiting[name]
	delete(s.waiting, name)
	return r
}

func (s *Shifts) save(r ShiftRun) error {
	return s.file.update(func(tx *bbolt.Tx) error {
		return putJSON(tx.Bucket(shiftsBucket), []byte(r.Execution.Name()), r)
	})
}

// tick hands one tick to handle and settles the execution by what came of it.
func (s *Shifts) tick(ctx context.Context, r ShiftRun, handle Ticker) error {
	var t desk.ShiftTick
	err := guard(func() (err error) {
		t, err = handle(ctx, r.Execution)
		return err
	})
	var p *desk.Problem
	switch {
	case errors.As(err, &p) && p.Name == desk.ErrShiftOver.Name:
		r.Ended = true
	case err != nil:
		s.o.Log.WarnContext(ctx, "shift not ticked: it is tried again", "member", r.Execution.MemberID, "execution", r.Execution.Name(), "error", err)
		r.At = s.o.Now().Add(s.o.RetryAfter)
	default:
		r.At = t.WakeAt
	}
	if saved := s.save(r); saved != nil { // after a restart the same tick comes again
		err = errors.Join(err, fmt.Errorf("keep execution: %w", saved))
	}
	if !r.Ended {
		s.wait(&r)
	}
	return err
}

// Run has executions tick by themselves from now on, until Close. It is called once.
func (s *Shifts) Run(handle Ticker) {
	ctx, stop := context.WithCancel(context.Background())
	s.mu.Lock()
	s.stop, s.done = stop, make(chan struct{})
	s.mu.Unlock()
	go s.loop(ctx, handle)
}

// loop ticks what is due, one after the other, and sleeps until something else is.
func (s *Shifts) loop(ctx context.Context, handle Ticker) {
	defer close(s.done)
	for ctx.Err() == nil {
		var next <-chan time.Time
		if list := s.Waiting(); len(list) > 0 {
			wait := list[0].At.Sub(s.o.Now())
			if wait <= 0 {
				_ = s.Tick(ctx, list[0].Execution, handle) // the error is in the log, and in the next try
				continue
			}
			next = time.After(wait)
		}
		select {
		case <-next:
		case <-s.changed:
		case <-ctx.Done():
		}
	}
}

// Close ends the loop and waits for a tick that is under way. Executions go on after the
// next start.
func (s *Shifts) Close() {
	s.mu.Lock()
	stop, done := s.stop, s.done
	s.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}
