package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/logs"
)

const traceHeader = "Root=1-6921a4b2-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5"

// traced is a context with the header of a trace, as Lambda's library makes it.
func traced(ctx context.Context, header any) context.Context {
	//lint:ignore SA1029 the key is the library's
	return context.WithValue(ctx, "x-amzn-trace-id", header)
}

// TestEveryFunctionLogsItsIDs replays the sample event of every function: each writes one
// line for its request, message or tick, and this and all others have the ids of request
// and trace. Files of pages are in API Gateway's log alone.
func TestEveryFunctionLogsItsIDs(t *testing.T) {
	w := newWorld(t)
	makers := Functions()
	for _, r := range story(w) {
		function, _, _ := strings.Cut(strings.TrimSuffix(r.file, ".json"), "-")
		payload := r.payload(w)
		var b bytes.Buffer
		w.desk.Log = logs.JSON(&b, slog.LevelInfo)
		_, err := makers[function](w.desk).Invoke(traced(beside(t, r.file), traceHeader), payload)
		w.desk.Log = slog.New(slog.DiscardHandler)
		must(t, err)
		t.Logf("%s: %d bytes in %d lines", r.file, b.Len(), strings.Count(b.String(), "\n"))
		ends := 0
		for line := range strings.Lines(b.String()) {
			var v struct{ Msg, RequestID, TraceID, Invocation string }
			must(t, json.Unmarshal([]byte(line), &v))
			if v.RequestID == "" || v.TraceID != "1-6921a4b2-0123456789abcdef01234567" || v.RequestID != "invocation-7" && v.Invocation != "invocation-7" {
				t.Errorf("%s: a line without ids: %s", r.file, line)
			}
			if v.Msg == "request answered" || v.Msg == "timer handled" || v.Msg == "shift ticked" || v.Msg == "shifts renewed" || v.Msg == "refusal handled" {
				ends++
			}
		}
		want := 1
		if function == PagesFunction {
			want = 0
		}
		if ends != want {
			t.Errorf("%s: %d lines of what was done, want %d in\n%s", r.file, ends, want, &b)
		}
	}
}

// TestSandboxHasIDs holds that a message or a tick that comes without an invocation has an
// id of its own.
func TestSandboxHasIDs(t *testing.T) {
	w := newWorld(t)
	w.hours(w.asha)
	var b bytes.Buffer
	w.desk.Log = logs.JSON(&b, slog.LevelInfo)
	wake, tick := Wake(w.desk), Tick(w.desk)
	for range 2 {
		must(t, wake(t.Context(), desk.Message{Kind: desk.WakeRing, AccountID: w.acc, EscalationID: "esc_a", Offer: 1, Due: w.clock()}))
	}
	_, err := tick(t.Context(), desk.ShiftExecution{AccountID: w.acc, MemberID: w.asha, Version: 1, Generation: 1})
	must(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(b.String()) {
		var v struct{ RequestID string }
		must(t, json.Unmarshal([]byte(line), &v))
		seen[v.RequestID] = true
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("ids %v, want three in\n%s", seen, &b)
	}
}

func TestTraceOf(t *testing.T) {
	for _, c := range []struct {
		name  string
		value any
		want  string
	}{
		{"header", traceHeader, "1-6921a4b2-0123456789abcdef01234567"},
		{"other order", "Sampled=1; Root=1-a-b", "1-a-b"},
		{"not sampled", "Root=1-a-b;Parent=c;Sampled=0", ""},
		{"not sampled, other order", "Sampled=0; Root=1-a-b", ""},
		{"empty", "", ""},
		{"none", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := traceOf(traced(t.Context(), c.value)); got != c.want {
				t.Errorf("trace %q, want %q", got, c.want)
			}
		})
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		name string
		want slog.Level
	}{{"", slog.LevelInfo}, {"warn", slog.LevelWarn}, {"DEBUG", slog.LevelDebug}, {"loud", slog.LevelInfo}} {
		if got := level(c.name); got != c.want {
			t.Errorf("level %q is %v, want %v", c.name, got, c.want)
		}
	}
}

// A function's process logs JSON lines with the ids that Lambda gave it, and first by whose
// clock laws shifts go.
func TestProcessLogs(t *testing.T) {
	got := invokeProcess(t, `{"action": "explode"}`)
	first, _, _ := strings.Cut(got.stderr, "\n")
	if !strings.Contains(first, `"msg":"time zones known: shifts go by them"`) || !strings.Contains(first, `"release":"`+hours.Release()+`"`) {
		t.Errorf("the first line is %s", first)
	}
	for line := range strings.Lines(got.stderr) {
		var v struct {
			Time           time.Time
			Msg, RequestID string
			Status         int
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if v.Msg == "request answered" && v.RequestID == "invocation-1" && v.Status == 422 && !v.Time.IsZero() {
			return
		}
	}
	t.Errorf("no line of the request in %s", got.stderr)
}
