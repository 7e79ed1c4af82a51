package cloud_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// TestCallsHaveBudgets calls each service, wired as in a deployment, where nothing answers. A
// call is given up after three tries, and so soon that the function can still do something.
func TestCallsHaveBudgets(t *testing.T) {
	if os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("takes seconds: make test has it")
	}
	var tried atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tried.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // or the server would not notice that the caller is gone
		<-r.Context().Done()
	}))
	defer server.Close()
	setEnvironment(t)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	d, err := whole(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	phone := desk.Device{ID: "phone", Platform: desk.FCM, Address: "arn:aws:sns:::endpoint/GCM/x/1"}
	calls := []struct {
		name string
		most time.Duration
		call func(context.Context) error
	}{
		{"table", 2100 * time.Millisecond, func(ctx context.Context) error {
			_, _, err := d.Table.Get(ctx, table.Key{Partition: "p", Sort: "s"})
			return err
		}},
		{"queue", 2100 * time.Millisecond, func(ctx context.Context) error { return d.Timers.Send(ctx, d.Now(), desk.Message{Kind: desk.WakeRing}) }},
		{"schedule", 3 * time.Second, func(ctx context.Context) error {
			return d.Timers.Send(ctx, d.Now().Add(time.Hour), desk.Message{Kind: desk.WakeDue})
		}},
		{"phones", 3 * time.Second, func(ctx context.Context) error { return d.Phones.Push(ctx, phone, desk.Notice{Kind: desk.NoticeOffer}) }},
		{"shifts", 3 * time.Second, func(ctx context.Context) error {
			return d.Shifts.Start(ctx, desk.ShiftExecution{MemberID: "mem_a", Version: 1, Generation: 1})
		}},
		{"identity", 7800 * time.Millisecond, func(ctx context.Context) error { return d.Identity.SetPassword(ctx, "mem_a", "Sandbox-Agent-1") }},
	}
	if testing.Short() {
		calls = calls[:len(calls)-1] // whose three tries take almost eight seconds
	}
	t.Run("all", func(t *testing.T) { // which ends with the last
		for _, c := range calls {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				err := c.call(t.Context())
				// The machine that tests may be busy: a fifth more is no budget forgotten.
				if took := time.Since(began); err == nil || took > c.most+c.most/5 {
					t.Errorf("it took %v: %v; want an error in %v at most", took, err, c.most)
				}
			})
		}
	})
	if got, want := tried.Load(), int64(3*len(calls)); got != want {
		t.Errorf("%d tries of %d calls, want %d", got, len(calls), want)
	}
}

// A call that is refused twice for its rate succeeds, and nobody has waited for long.
func TestThrottledCallIsShort(t *testing.T) {
	var tried atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if tried.Add(1)%3 != 0 {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"}`)
			return
		}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	setEnvironment(t)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	d, err := whole(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const calls = 10
	began := time.Now()
	for range calls {
		if _, _, err := d.Table.Get(t.Context(), table.Key{Partition: "p", Sort: "s"}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began) / calls; tried.Load() != 3*calls || took > 300*time.Millisecond {
		t.Errorf("%d tries, a call took %v; want %d, and at most the two pauses of 0.3 s", tried.Load(), took, 3*calls)
	}
}
