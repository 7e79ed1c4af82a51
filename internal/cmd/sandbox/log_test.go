package main

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/logs"
)

// logged is a sandbox that logs as the functions do, whose timers the test delivers.
type logged struct {
	*process
	s     *sandbox
	clock *clock
	log   *lockedBuffer
}

func openLogged(t *testing.T) *logged {
	t.Helper()
	return openLoggedBy(t, newClock(time.Now()))
}

// openLoggedBy is openLogged by a clock.
func openLoggedBy(t *testing.T, c *clock) *logged {
	t.Helper()
	l := &logged{clock: c, log: &lockedBuffer{}}
	s, err := build(t.Context(), t.TempDir(), local.Options{PasswordMemory: 64, NoSync: true, Now: l.clock.now, Log: logs.JSON(l.log, slog.LevelInfo)})
	if err != nil {
		t.Fatal(err)
	}
	l.s = s
	t.Cleanup(l.s.close)
	server := httptest.NewServer(l.s.handler(t.Context()))
	t.Cleanup(server.Close)
	l.process = &process{t: t, url: server.URL}
	return l
}

// deliver delivers the one timer of this kind, at its time.
func (l *logged) deliver(kind desk.MessageKind, id string) {
	l.t.Helper()
	for _, d := range l.s.Timers.Pending() {
		if d.Message.Kind == kind && d.Message.EscalationID == id {
			l.clock.reach(d.At)
			if err := l.s.Timers.Deliver(l.t.Context(), d.ID, gateway.Wake(l.s.Desk)); err != nil {
				l.t.Fatal(err)
			}
			return
		}
	}
	l.t.Fatalf("no timer of kind %s waits", kind)
}

// TestFollowOneEscalation holds what an operator relies on: grep with the id of an
// escalation finds all that became of it, and finds nobody's data.
func TestFollowOneEscalation(t *testing.T) {
	l := openLogged(t)
	agents := l.online("asha", "bilal")
	event := l.escalation("req-1")
	before := len(l.log.String())

	a := l.escalate(event)
	l.deliver(desk.WakeRing, a.EscalationID)
	second := l.status(a.EscalationID)
	if second.Agent == nil || second.Agent.ID == a.Agent.ID {
		t.Fatalf("after the ring time: %+v, want it ringing at the other one", second)
	}
	token := agents[second.Agent.ID].token
	request[desk.Escalation](l.process, "POST", "/v1/escalations/"+a.EscalationID+"/accept", token, nil)
	request[desk.Escalation](l.process, "POST", "/v1/escalations/"+a.EscalationID+"/complete", token,
		map[string]string{"outcome": "resolved", "note": "Bought the red shoes"})
	l.deliver(desk.WakeWork, a.EscalationID)

	text := l.log.String()[before:]
	t.Logf("%d bytes in %d lines:\n%s", len(text), strings.Count(text, "\n"), text)
	var told []string
	for line := range strings.Lines(text) {
		var v struct{ Msg, RequestID, Route, Function, Timer string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if !strings.Contains(line, a.EscalationID) || v.RequestID == "" {
			t.Errorf("a line without the escalation's id or a request's: %s", line)
		}
		told = append(told, strings.TrimSpace(v.Msg+" "+v.Route+v.Function+timerOf(v.Msg, v.Timer)))
	}
	want := []string{
		"offer made", "push sent", "request answered escalate",
		"offer unreachable: no device showed it", "offer made", "push sent", "push sent", "timer handled ring",
		"request answered escalate",
		"escalation accepted", "request answered /v1/escalations/{id}/accept",
		"escalation completed", "request answered /v1/escalations/{id}/complete",
		"timer handled work",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	l.wantNobodysData(text, event, agents)
}

// TestFollowOneCallback holds the same of a customer whom nobody could take: the line that
// registers the callback has both ids, and those behind it that of the callback.
func TestFollowOneCallback(t *testing.T) {
	l := openLogged(t)
	owner := l.signIn("owner")
	a := l.escalate(l.escalation("req-1"))
	request[thing](l.process, "POST", "/v1/callbacks/"+a.Callback.ID+"/claim", owner.token, nil)
	request[thing](l.process, "POST", "/v1/callbacks/"+a.Callback.ID+"/complete", owner.token, map[string]string{"note": "Called"})
	var told []string
	for line := range strings.Lines(l.log.String()) {
		var v struct{ Msg, Escalation, Became string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if strings.Contains(line, a.Callback.ID) {
			told = append(told, strings.TrimSpace(v.Msg+" "+v.Became+v.Escalation))
		}
	}
	want := []string{
		"callback registered " + a.EscalationID, "request answered " + a.EscalationID,
		"callback changed claimed", "request answered", "callback changed done", "request answered",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// timerOf is the kind of the timer that a line is about.
func timerOf(msg, timer string) string {
	if msg == "timer handled" {
		return timer
	}
	return ""
}

// wantNobodysData looks for the words of customers and agents, and for what is secret.
func (l *logged) wantNobodysData(text string, event map[string]any, agents map[string]member) {
	l.t.Helper()
	private := []string{"Asha", "Bilal", "asha@example.com", "bilal@example.com", "token-of-", "red shoes", agentPassword}
	for _, m := range agents {
		private = append(private, m.token)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, w := range v {
				walk(w)
			}
		case []any:
			for _, w := range v {
				walk(w)
			}
		case string:
			private = append(private, v)
		}
	}
	conversation, _ := event["conversation"].(map[string]any)
	delete(conversation, "attributes") // short words like "gold"
	for _, m := range conversation["messages"].([]any) {
		delete(m.(map[string]any), "from")
	}
	walk(event["customer"])
	walk(conversation)
	if len(private) < 12 {
		l.t.Fatalf("only %q is looked for", private)
	}
	for _, word := range private {
		if word != "" && strings.Contains(text, word) {
			l.t.Errorf("the log says %q", word)
		}
	}
}

func TestShortLines(t *testing.T) {
	for _, c := range []struct {
		name  string
		color bool
		level slog.Level
		msg   string
		args  []any
		want  string
	}{
		{"request", false, slog.LevelInfo, "request answered",
			[]any{"method", "POST", "route", "/v1/escalations/{id}/accept", "status", 200, "ms", 31, "requestId", "r", "account", "acc_a", "caller", "mem_a", "escalation", "esc_a"},
			"POST /v1/escalations/{id}/accept 200 31ms esc_a"},
		{"refused", false, slog.LevelInfo, "request answered",
			[]any{"function", "escalate", "ms", 2, "action", "status", "problem", "not-found", "status", 404}, "escalate status 404 2ms problem=not-found"},
		{"offer", false, slog.LevelInfo, "offer made", []any{"member", "mem_a", "offer", 2, "escalation", "esc_a"}, "offer made esc_a mem_a offer=2"},
		{"words", false, slog.LevelWarn, "push failed", []any{"error", "no route"}, `WARN push failed error="no route"`},
		{"stack", false, slog.LevelError, "request failed", []any{"error", "panic: x\ngoroutine 1"}, "ERROR request failed\npanic: x\ngoroutine 1"},
		{"color", true, slog.LevelError, "timer not sent: nobody rings", nil, "\x1b[31mERROR\x1b[0m timer not sent: nobody rings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			slog.New(&short{out: &b, color: c.color}).Log(t.Context(), c.level, c.msg, c.args...)
			got := strings.TrimSuffix(b.String(), "\n")
			if _, rest, found := strings.Cut(got, " "); !found || rest != c.want {
				t.Errorf("%q, want a time and %q", got, c.want)
			}
		})
	}
}

// A file is no terminal, so its lines have no colour; LOG=json has them in JSON.
func TestLogForms(t *testing.T) {
	for _, c := range []struct{ log, want string }{{"", " offer made esc_a\n"}, {"json", `"msg":"offer made","escalation":"esc_a"}`}, {"JSON", `"requestId":`}} {
		t.Run(c.log, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log")
			out, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if c.log == "JSON" {
				ctx = logs.With(ctx, slog.String(logs.RequestID, "r"))
			}
			newLog(func(name string) string { return map[string]string{"LOG": c.log}[name] }, out).InfoContext(ctx, "offer made", "escalation", "esc_a")
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(text), c.want) || strings.Contains(string(text), "\x1b") {
				t.Errorf("%s, %v, want %s in it", text, err, c.want)
			}
		})
	}
}
