package local

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func openShifts(t *testing.T, path string) (*File, *Shifts) {
	t.Helper()
	f := openFile(t, path)
	s, err := OpenShifts(f, ShiftsOptions{RetryAfter: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return f, s
}

var execution = desk.ShiftExecution{AccountID: "acc_a", MemberID: "mem_a", Version: 1, Generation: 1}

// An execution ticks until it is over: again at the time it was told, again after a
// failure, after a restart from where it was; and never once it has ended.
func TestShifts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shifts.db")
	f, s := openShifts(t, path)
	ticks := make(chan desk.ShiftExecution)
	answers := make(chan error)
	handle := func(ctx context.Context, e desk.ShiftExecution) (desk.ShiftTick, error) {
		select {
		case ticks <- e:
		case <-ctx.Done():
			return desk.ShiftTick{}, ctx.Err()
		}
		return desk.ShiftTick{WakeAt: time.Now()}, <-answers
	}
	s.Run(handle)
	for range 2 { // the second time it runs already
		if err := s.Start(t.Context(), execution); err != nil {
			t.Fatal(err)
		}
	}
	for _, answer := range []error{nil, errors.New("away"), nil} {
		if e := <-ticks; e != execution {
			t.Errorf("a tick of %+v", e)
		}
		answers <- answer
	}
	s.Close() // while the next tick waits
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, s = openShifts(t, path)
	s.Run(handle)
	<-ticks
	answers <- desk.ErrShiftOver
	s.Close()
	if err := s.Start(t.Context(), execution); !errors.Is(err, desk.ErrShiftEnded) {
		t.Errorf("begun again: %v", err)
	}
	again := execution
	again.Generation++
	if err := s.Start(t.Context(), again); err != nil {
		t.Error(err)
	}
	if list := s.Waiting(); len(list) != 1 || list[0].Execution != again {
		t.Errorf("waiting: %+v", list)
	}
}

// A tick that panics is tried again, and the other shifts go on.
func TestShiftsOutliveAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := OpenShifts(newFile(t), ShiftsOptions{RetryAfter: 5 * time.Second, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		start, ticks := time.Now(), map[string][]time.Duration{}
		s.Run(func(_ context.Context, e desk.ShiftExecution) (desk.ShiftTick, error) {
			ticks[e.MemberID] = append(ticks[e.MemberID], time.Since(start))
			if e == execution && len(ticks[e.MemberID]) < 3 {
				panic("bad luck")
			}
			return desk.ShiftTick{WakeAt: start.Add(time.Hour)}, nil
		})
		defer s.Close()
		good := execution
		good.MemberID = "mem_b"
		for _, e := range []desk.ShiftExecution{execution, good} {
			if err := s.Start(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		want := map[string][]time.Duration{execution.MemberID: {0, 5 * time.Second, 10 * time.Second}, good.MemberID: {0}}
		if diff := cmp.Diff(want, ticks); diff != "" {
			t.Errorf("ticks (-want +got):\n%s", diff)
		}
	})
}

// Many that start the same execution at once start one.
func TestStartShiftAtOnce(t *testing.T) {
	_, s := openShifts(t, filepath.Join(t.TempDir(), "shifts.db"))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := s.Start(t.Context(), execution); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(s.Waiting()); n != 1 {
		t.Errorf("%d wait", n)
	}
	if err := s.Stop(execution); err != nil {
		t.Error(err)
	}
	if err := s.Stop(execution); err == nil {
		t.Error("stopped twice")
	}
	if err := s.Tick(t.Context(), execution, nil); err == nil {
		t.Error("ticked after its end")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Start(ctx, execution); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
