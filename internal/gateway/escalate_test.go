package gateway

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// lost is a table that cannot be reached.
type lost struct{ table.Table }

func (lost) Get(context.Context, table.Key) (it table.Item, found bool, err error) {
	return it, false, table.ErrUnavailable
}

func (lost) Query(context.Context, table.Range) ([]table.Item, error) {
	return nil, table.ErrUnavailable
}

// Of the errors of the function escalate those that are the caller's problem are counted, and
// no others: what is left of Lambda's count is what somebody has to look at.
func TestRefusedIsNoError(t *testing.T) {
	w := newWorld(t)
	w.presence("online", w.asha)
	var mu sync.Mutex
	refused, others := 0, 0
	w.desk.Metrics = func(m desk.Metric) {
		mu.Lock()
		defer mu.Unlock()
		switch m.Name {
		case "EscalationsRefused":
			refused++
		case "ProvisionsRefused":
			others++
		}
	}
	sound := w.desk.Table
	ask := func(rest string) string { return fmt.Sprintf(`{"accountId": %q, %s}`, w.acc, rest) }
	for _, c := range []struct {
		name, payload string
		broken        bool
		failed        bool
		refused       int
	}{
		{name: "taken", payload: ask(`"action": "escalate", "requestId": "r1"`)},
		{name: "no JSON", payload: `escalate!`, failed: true, refused: 1},
		{name: "unknown action", payload: ask(`"action": "explode"`), failed: true, refused: 1},
		{name: "unknown account", payload: `{"action": "escalate", "accountId": "acc_aaaaaaaaaaaa"}`, failed: true, refused: 1},
		{name: "unknown escalation", payload: ask(`"action": "status", "escalationId": "esc_aaaaaaaaaaaa"`), failed: true, refused: 1},
		{name: "the table is away", payload: ask(`"action": "escalate", "requestId": "r2"`), broken: true, failed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.desk.Table, refused = sound, 0
			if c.broken {
				w.desk.Table = lost{sound}
			}
			_, err := Escalate(w.desk).Invoke(t.Context(), []byte(c.payload))
			if (err != nil) != c.failed || refused != c.refused {
				t.Errorf("got %v, %d refused; want %d", err, refused, c.refused)
			}
		})
	}
	w.desk.Table, refused = sound, 0
	if _, err := Provision(w.desk).Invoke(t.Context(), []byte(`{}`)); err == nil || refused != 0 || others != 1 {
		t.Errorf("provision: %v, %d and %d refused; want 0 and 1", err, refused, others)
	}
	for _, c := range []struct {
		name, document string
		want           bool
	}{
		{"not-yet", `{"status": 503}`, true},
		{"busy", `{"status": 503}`, false},
		{"internal", `{"status": 500}`, false},
		{"assistant-off", `{"status": 409}`, true},
	} {
		if got := callers(c.name, []byte(c.document)); got != c.want {
			t.Errorf("%s is the caller's: %t", c.name, got)
		}
	}
}
