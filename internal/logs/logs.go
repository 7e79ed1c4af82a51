// Package logs has every log line say what it belongs to.
//
// Whoever begins a piece of work (a request, a timer's delivery, a tick of a shift) opens a
// scope with With; what becomes known on the way is added to it with Add. A Handler puts
// the scope's attributes into all lines that are logged with its context, so that the
// desk, which knows nothing of requests, logs what it knows and nothing else.
//
// The same thing has the same key in all lines: requestId, traceId, account, escalation,
// callback, member, offer. None of them is personal.
package logs

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
)

// Keys of what finds the lines of one invocation.
const (
	RequestID = "requestId"
	TraceID   = "traceId"
)

// scopeKey is the key of the scope in a context.
type scopeKey struct{}

// scope is what the lines of one piece of work have in common.
type scope struct {
	mu    sync.Mutex
	attrs []slog.Attr
}

// usual is more than most lines have.
const usual = 16

// behind adds the scope's attributes to those of a line, but for keys that the line has itself.
func (s *scope) behind(attrs []slog.Attr) []slog.Attr {
	if s == nil {
		return attrs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	own := attrs
	attrs = slices.Grow(attrs, len(s.attrs))
	for _, a := range s.attrs {
		if !slices.ContainsFunc(own, func(b slog.Attr) bool { return a.Key == b.Key }) {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// set keeps one value of each key, the latest. An empty one changes nothing.
func (s *scope) set(attrs []slog.Attr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attrs = slices.Grow(s.attrs, len(attrs))
	for _, a := range attrs {
		if empty(a) {
			continue
		}
		if i := slices.IndexFunc(s.attrs, func(b slog.Attr) bool { return a.Key == b.Key }); i >= 0 {
			s.attrs[i] = a
		} else {
			s.attrs = append(s.attrs, a)
		}
	}
}

func scopeOf(ctx context.Context) *scope {
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// With opens a scope within that of ctx. The lines logged with the context that it returns
// have these attributes, and those of ctx for other keys.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	s := &scope{attrs: scopeOf(ctx).behind(nil)}
	s.set(attrs)
	return context.WithValue(ctx, scopeKey{}, s)
}

// Add tells what has become known: all further lines of the scope of ctx have it, those of
// callers as well. Without a scope there is nobody to tell.
func Add(ctx context.Context, attrs ...slog.Attr) {
	if s := scopeOf(ctx); s != nil {
		s.set(attrs)
	}
}

// handler adds the scope's attributes to what it hands on.
type handler struct{ slog.Handler }

// Handler makes a handler whose lines have the attributes of their context's scope. What a
// line says itself goes before them, and an attribute that is the empty string is left
// out. One that does so already is returned as it is.
func Handler(h slog.Handler) slog.Handler {
	if _, is := h.(handler); is {
		return h
	}
	return handler{h}
}

// JSON is how functions log: lines of JSON, from this level on.
func JSON(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(Handler(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})))
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	var room [usual]slog.Attr
	attrs := room[:0]
	r.Attrs(func(a slog.Attr) bool {
		if !empty(a) {
			attrs = append(attrs, a)
		}
		return true
	})
	attrs = scopeOf(ctx).behind(attrs)
	line := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	line.AddAttrs(attrs...)
	return h.Handler.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

func empty(a slog.Attr) bool {
	return a.Value.Kind() == slog.KindString && a.Value.String() == "" ||
		a.Value.Kind() == slog.KindAny && a.Value.Any() == nil
}
