package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/logs"
)

// tailSize is how much of its log an invocation answers with: the last 4 KB
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
const tailSize = 4 << 10

// tail is the log of one invocation, for callers who ask for it. It lies in the invocation's
// context.
type tail struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

// tailKey is the key of a tail in a context.
type tailKey struct{}

// begin writes the line that Lambda begins a log with.
func (t *tail) begin(ctx context.Context, requestID string) context.Context {
	fmt.Fprintf(t, "START RequestId: %s Version: %s\n", requestID, latest)
	return context.WithValue(ctx, tailKey{}, t)
}

// end writes the lines that Lambda ends it with, but for the memory, which only a process of
// its own can tell.
func (t *tail) end(requestID string, took time.Duration) {
	ms := float64(took.Microseconds()) / 1000
	fmt.Fprintf(t, "END RequestId: %s\nREPORT RequestId: %[1]s\tDuration: %.2f ms\tBilled Duration: %d ms\t\n", requestID, ms, int(math.Ceil(ms)))
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lines.Write(p)
}

// encoded is the end of the log as an answer's header has it.
func (t *tail) encoded() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.lines.Bytes()
	return base64.StdEncoding.EncodeToString(text[max(0, len(text)-tailSize):])
}

// tailed is a slog.Handler that writes lines to the tail of their invocation as well, in the
// form and from the level of the functions, whatever the terminal shows.
type tailed struct {
	slog.Handler
	attrs []slog.Attr
}

// withTails has the lines of a log go to the tails of invocations.
func withTails(log *slog.Logger) *slog.Logger {
	return slog.New(logs.Handler(tailed{Handler: log.Handler()}))
}

// Enabled implements slog.Handler.
func (h tailed) Enabled(ctx context.Context, l slog.Level) bool {
	return h.Handler.Enabled(ctx, l) || l >= slog.LevelInfo && tailOf(ctx) != nil
}

// Handle implements slog.Handler.
func (h tailed) Handle(ctx context.Context, r slog.Record) error {
	if t := tailOf(ctx); t != nil && r.Level >= slog.LevelInfo {
		_ = slog.NewJSONHandler(t, nil).WithAttrs(h.attrs).Handle(ctx, r.Clone()) // into memory
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h tailed) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tailed{h.Handler.WithAttrs(attrs), slices.Concat(h.attrs, attrs)}
}

// WithGroup implements slog.Handler. Nobody here has groups.
func (h tailed) WithGroup(name string) slog.Handler {
	return tailed{h.Handler.WithGroup(name), h.attrs}
}

func tailOf(ctx context.Context) *tail {
	t, _ := ctx.Value(tailKey{}).(*tail)
	return t
}
