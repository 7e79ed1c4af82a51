package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// openFile opens a file that does not wait for the disk.
func openFile(t *testing.T, path string) *File {
	t.Helper()
	f, err := OpenFile(path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func newFile(t *testing.T) *File { return openFile(t, filepath.Join(t.TempDir(), "test.db")) }

func openTimers(t *testing.T, f *File, o TimersOptions) *Timers {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	timers, err := OpenTimers(f, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = timers.Close() })
	return timers
}

func ring(offer int) desk.Message {
	return desk.Message{Kind: desk.WakeRing, AccountID: "acc_1", EscalationID: "esc_1", Offer: offer}
}

func send(t *testing.T, timers *Timers, at time.Time, m desk.Message) {
	t.Helper()
	if err := timers.Send(t.Context(), at, m); err != nil {
		t.Fatal(err)
	}
}

// pass lets time go by in a bubble, and all that happens in it.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestTimersSurviveKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	file := openFile(t, path)
	timers := openTimers(t, file, TimersOptions{})
	now := time.Now().UTC().Truncate(time.Millisecond)
	want := []desk.Message{ring(1), ring(2)}
	want[0].Notice = &desk.Notice{Kind: desk.NoticeOffer, RingingUntil: now}
	send(t, timers, now.Add(2*time.Hour), want[1])
	send(t, timers, now.Add(time.Hour), want[0])
	// Closing the file without the timers is all that a killed process does.
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}

	pending := openTimers(t, openFile(t, path), TimersOptions{}).Pending()
	if len(pending) != 2 {
		t.Fatalf("%d messages after reopening, want 2", len(pending))
	}
	for i, d := range pending {
		if d.Message.Offer != want[i].Offer || !d.At.Equal(now.Add(time.Duration(i+1)*time.Hour)) {
			t.Errorf("message %d = %+v, want %+v", i, d, want[i])
		}
	}
	if n := pending[0].Message.Notice; n == nil || !n.RingingUntil.Equal(now) {
		t.Errorf("notice = %+v, want that of %+v", n, want[0])
	}
}

// TestTimersWakeOnTime runs in a bubble with a clock that jumps from event to event, so
// that the times are exact.
func TestTimersWakeOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := openTimers(t, newFile(t), TimersOptions{})
		start := time.Now()
		var got []string
		var mu sync.Mutex
		timers.Start(func(_ context.Context, m desk.Message) error {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, fmt.Sprintf("%d at %v", m.Offer, time.Since(start)))
			return nil
		})
		send(t, timers, start.Add(25*time.Second), ring(1))
		send(t, timers, start.Add(time.Hour), ring(2))
		send(t, timers, start.Add(-time.Hour), ring(3)) // has passed: at once
		pass(10 * time.Second)
		send(t, timers, start.Add(15*time.Second), ring(4)) // sooner than what is waited for
		pass(2 * time.Hour)

		want := []string{"3 at 0s", "4 at 15s", "1 at 25s", "2 at 1h0m0s"}
		if !slices.Equal(got, want) {
			t.Errorf("deliveries %q, want %q", got, want)
		}
		if p := timers.Pending(); len(p) != 0 {
			t.Errorf("still pending: %+v", p)
		}
		if err := timers.Close(); err != nil {
			t.Fatal(err)
		}
		if left, err := timers.read(timersBucket); err != nil || len(left) != 0 {
			t.Errorf("left in the file: %+v, %v", left, err)
		}
	})
}

func TestTimersTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := openTimers(t, newFile(t), TimersOptions{RetryAfter: 5 * time.Second})
		defer timers.Close()
		start := time.Now()
		var tries []time.Duration
		timers.Start(func(context.Context, desk.Message) error {
			tries = append(tries, time.Since(start))
			switch len(tries) {
			case 1:
				return errors.New("no luck")
			case 2:
				panic("bad luck")
			}
			return nil
		})
		send(t, timers, start, ring(1))
		pass(time.Minute)
		if want := []time.Duration{0, 5 * time.Second, 10 * time.Second}; !slices.Equal(tries, want) {
			t.Errorf("tries at %v, want %v", tries, want)
		}
	})
}

func TestTimersGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		timers := openTimers(t, newFile(t), TimersOptions{MaxReceives: 3, Log: slog.New(slog.NewTextHandler(&log, nil))})
		defer timers.Close()
		tries := 0
		timers.Start(func(context.Context, desk.Message) error {
			tries++
			return errors.New("never")
		})
		send(t, timers, time.Now(), ring(7))
		pass(time.Hour)
		dead, err := timers.Dead()
		if err != nil || len(dead) != 1 || dead[0].Message.Offer != 7 || tries != 3 {
			t.Errorf("after %d tries dead letters = %+v, %v; want the message after 3", tries, dead, err)
		}
		if p := timers.Pending(); len(p) != 0 {
			t.Errorf("still pending: %+v", p)
		}
		if !strings.Contains(log.String(), "given up") {
			t.Errorf("the log does not tell: %s", log.String())
		}
	})
}

func TestTimersSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := openTimers(t, newFile(t), TimersOptions{Workers: 3})
		defer timers.Close()
		atOnce, most, done := 0, 0, 0
		var mu sync.Mutex
		timers.Start(func(ctx context.Context, _ desk.Message) error {
			mu.Lock()
			atOnce++
			most = max(most, atOnce)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			atOnce--
			done++
			mu.Unlock()
			return nil
		})
		start := time.Now()
		for i := range 9 {
			send(t, timers, start, ring(i))
		}
		pass(3500 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		if most != 3 || done != 9 {
			t.Errorf("%d done in 3.5 s with at most %d at once, want 9 with 3", done, most)
		}
	})
}

func TestTimersTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := openTimers(t, newFile(t), TimersOptions{Timeout: 30 * time.Second})
		defer timers.Close()
		var took []time.Duration
		timers.Start(func(ctx context.Context, _ desk.Message) error {
			if len(took) > 0 {
				return nil
			}
			start := time.Now()
			<-ctx.Done()
			took = append(took, time.Since(start))
			return ctx.Err()
		})
		send(t, timers, time.Now(), ring(1))
		pass(time.Minute)
		if want := []time.Duration{30 * time.Second}; !slices.Equal(took, want) || len(timers.Pending()) != 0 {
			t.Errorf("hung for %v, want %v; pending %+v", took, want, timers.Pending())
		}
	})
}

func TestTimersClose(t *testing.T) {
	file := newFile(t)
	timers := openTimers(t, file, TimersOptions{})
	started := make(chan struct{})
	timers.Start(func(ctx context.Context, _ desk.Message) error {
		close(started)
		<-ctx.Done()
		return ctx.Err()
	})
	send(t, timers, time.Now(), ring(1))
	<-started
	if err := timers.Close(); err != nil {
		t.Fatal(err)
	}
	if err := timers.Send(t.Context(), time.Now(), ring(2)); err == nil {
		t.Error("Send after Close succeeded")
	}
	again := openTimers(t, file, TimersOptions{}).Pending()
	if len(again) != 1 || again[0].Receives != 0 {
		t.Errorf("after an interrupted delivery pending = %+v, want the message as if untouched", again)
	}
}

func TestTimersByHand(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	timers := openTimers(t, newFile(t), TimersOptions{Now: func() time.Time { return now }, RetryAfter: time.Second})
	send(t, timers, now.Add(time.Hour), ring(1))
	p := timers.Pending()
	fail := errors.New("fail")
	if err := timers.Deliver(t.Context(), p[0].ID, func(context.Context, desk.Message) error { return fail }); !errors.Is(err, fail) {
		t.Errorf("Deliver = %v, want what the handler said", err)
	}
	p = timers.Pending()
	if len(p) != 1 || !p[0].At.Equal(now.Add(time.Second)) || p[0].Receives != 1 {
		t.Errorf("after a failure pending = %+v, want it in a second", p)
	}
	if err := timers.Deliver(t.Context(), p[0].ID, func(context.Context, desk.Message) error { return nil }); err != nil {
		t.Error(err)
	}
	if err := timers.Deliver(t.Context(), p[0].ID, nil); err == nil || len(timers.Pending()) != 0 {
		t.Error("a message that was carried out is still there")
	}
}

func TestTimersManyAtOnce(t *testing.T) {
	timers := openTimers(t, newFile(t), TimersOptions{})
	const senders, each = 20, 10
	var wg, arrived sync.WaitGroup
	arrived.Add(senders * each)
	timers.Start(func(_ context.Context, m desk.Message) error {
		arrived.Done() // panics, and so fails, when one comes twice without need
		return nil
	})
	for s := range senders {
		wg.Go(func() {
			for i := range each {
				at := time.Now().Add(time.Duration(i%3) * time.Millisecond)
				if err := timers.Send(t.Context(), at, ring(s*each+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	arrived.Wait()
	if err := timers.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := timers.read(timersBucket); err != nil || len(left) != 0 {
		t.Errorf("%d messages left in the file, %v; want none", len(left), err)
	}
}
