package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/connectnow/backend/internal/logs"
)

// newLog makes the log of the terminal: short lines for people, or with LOG=json those of
// the functions.
func newLog(getenv func(string) string, out *os.File) *slog.Logger {
	if strings.EqualFold(getenv("LOG"), "json") {
		return logs.JSON(out, slog.LevelInfo)
	}
	info, err := out.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return slog.New(logs.Handler(&short{out: out, color: terminal && getenv("NO_COLOR") == ""}))
}

// short is a slog.Handler of lines that fit beside the code:
//
//	15:04:05 POST /v1/escalations/{id}/accept 200 31ms esc_…
//	15:04:05 offer made esc_… mem_… offer=2
//
// Ids stand without a key, as they say themselves what they are of; those of requests,
// accounts and callers are left out. With LOG=json all is there.
type short struct {
	out   io.Writer
	color bool
	attrs []slog.Attr
}

// Enabled implements slog.Handler.
func (h *short) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

// WithGroup implements slog.Handler. Nobody here has groups.
func (h *short) WithGroup(string) slog.Handler { return h }

// WithAttrs implements slog.Handler.
func (h *short) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	more.attrs = slices.Concat(h.attrs, attrs)
	return &more
}

// Handle implements slog.Handler.
func (h *short) Handle(_ context.Context, r slog.Record) error {
	v := shortLine{values: map[string]string{}}
	for _, a := range h.attrs {
		v.add(a)
	}
	r.Attrs(func(a slog.Attr) bool {
		v.add(a)
		return true
	})
	var b bytes.Buffer
	b.WriteString(h.painted(dim, r.Time.Format("15:04:05")))
	switch {
	case r.Level >= slog.LevelError:
		b.WriteString(" " + h.painted(red, "ERROR"))
	case r.Level >= slog.LevelWarn:
		b.WriteString(" " + h.painted(yellow, "WARN"))
	}
	b.WriteString(" " + v.text(r.Message) + "\n")
	// One call for a line, and files take calls one after the other.
	_, err := h.out.Write(b.Bytes())
	return err
}

// The colours of terminals.
const (
	dim    = "2"
	red    = "31"
	yellow = "33"
)

func (h *short) painted(color, text string) string {
	if !h.color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// shortLine is what a line says, by key.
type shortLine struct {
	keys   []string
	values map[string]string
}

func (l *shortLine) add(a slog.Attr) {
	if _, is := l.values[a.Key]; !is {
		l.keys = append(l.keys, a.Key)
	}
	l.values[a.Key] = a.Value.Resolve().String()
}

// take gives a value and leaves it out of the rest.
func (l *shortLine) take(key string) string {
	value := l.values[key]
	l.keys = slices.DeleteFunc(l.keys, func(k string) bool { return k == key })
	return value
}

// text is the whole line behind its time.
func (l *shortLine) text(message string) string {
	for _, key := range []string{logs.RequestID, logs.TraceID, "account", "caller"} {
		l.take(key)
	}
	words := []string{message}
	if message == "request answered" {
		function, action := l.take("function"), l.take("action")
		if action == function {
			action = ""
		}
		words = []string{l.take("method"), l.take("route"), function, action, l.take("status")}
	}
	if ms := l.take("ms"); ms != "" {
		words = append(words, ms+"ms")
	}
	for _, key := range []string{"escalation", "callback", "member"} {
		words = append(words, l.take(key))
	}
	long := ""
	for _, key := range l.keys {
		switch value := l.values[key]; {
		case strings.Contains(value, "\n"): // a stack, to be read as it is
			long += "\n" + strings.TrimSuffix(value, "\n")
		case strings.ContainsAny(value, " \""):
			words = append(words, key+"="+strconv.Quote(value))
		default:
			words = append(words, key+"="+value)
		}
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ") + long
}
