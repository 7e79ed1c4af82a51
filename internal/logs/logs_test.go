package logs

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestScopes(t *testing.T) {
	outer := With(context.Background(), slog.String(RequestID, "r1"), slog.String(TraceID, ""))
	inner := With(outer, slog.String("escalation", "esc_1"))
	for _, c := range []struct {
		name string
		ctx  context.Context
		add  []slog.Attr
		args []any
		want string
	}{
		{"no scope", context.Background(), []slog.Attr{slog.Int("offer", 1)}, []any{"error", errors.New("x")}, `"error":"x"`},
		{"outer", outer, nil, nil, `"requestId":"r1"`},
		{"inner", inner, nil, []any{"offer", 2}, `"offer":2,"requestId":"r1","escalation":"esc_1"`},
		{"line's own first", inner, nil, []any{"escalation", "esc_2"}, `"escalation":"esc_2","requestId":"r1"`},
		{"own but empty", inner, nil, []any{"escalation", "", "callback", "", "error", nil}, `"requestId":"r1","escalation":"esc_1"`},
		{"added", inner, []slog.Attr{slog.String("callback", "cb_1")}, nil, `"requestId":"r1","escalation":"esc_1","callback":"cb_1"`},
		{"added again", inner, []slog.Attr{slog.String("callback", "cb_2"), slog.String("escalation", "")}, nil,
			`"requestId":"r1","escalation":"esc_1","callback":"cb_2"`},
		{"outer as before", outer, nil, nil, `"requestId":"r1"`},
		{"without its end", context.WithoutCancel(inner), nil, nil, `"requestId":"r1","escalation":"esc_1","callback":"cb_2"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			log := JSON(&b, slog.LevelInfo)
			Add(c.ctx, c.add...)
			log.InfoContext(c.ctx, "offer made", c.args...)
			_, got, _ := strings.Cut(strings.TrimSuffix(b.String(), "}\n"), `"msg":"offer made",`)
			if got != c.want {
				t.Errorf("logged %s, want %s", got, c.want)
			}
		})
	}
}

func TestLevels(t *testing.T) {
	var b strings.Builder
	log := JSON(&b, slog.LevelWarn).With("function", "timer")
	log.InfoContext(context.Background(), "offer made")
	log.WarnContext(With(context.Background(), slog.String(RequestID, "r1")), "push failed")
	if got := b.String(); strings.Contains(got, "offer made") || !strings.Contains(got, `"function":"timer","requestId":"r1"`) {
		t.Errorf("logged %s", got)
	}
	if h := Handler(log.Handler()); h != log.Handler() {
		t.Error("a handler that adds already was wrapped again")
	}
}
