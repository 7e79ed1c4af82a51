package api_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// faulty is a table that fails where it is told to.
type faulty struct {
	table.Table
	read  func(table.Key) error
	write func([]table.Op) error
	tries int // Writes that failed
}

func (f *faulty) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if f.read != nil {
		if err := f.read(k); err != nil {
			return table.Item{}, false, err
		}
	}
	return f.Table.Get(ctx, k)
}

func (f *faulty) Write(ctx context.Context, ops ...table.Op) error {
	if f.write != nil {
		if err := f.write(ops); err != nil {
			f.tries++
			return err
		}
	}
	return f.Table.Write(ctx, ops...)
}

// touches reports whether a Write is of a key.
func touches(ops []table.Op, k table.Key) bool {
	return slices.ContainsFunc(ops, func(op table.Op) bool { return op.Item.Key == k })
}

// Whoever never asks twice is not sent away: what fails is done again, and where people cannot
// be asked for even so a callback is registered, by one request.
func TestEnquire(t *testing.T) {
	const ids = `, "interactionId": "conv-1"`
	busy := func(w *world) *faulty {
		return &faulty{write: func(ops []table.Op) error {
			if touches(ops, keys.Row(w.acc, w.asha)) {
				return table.ErrConflict
			}
			return nil
		}}
	}
	for _, c := range []struct {
		name, ids string
		fault     func(w *world) *faulty
		outcome   desk.Outcome // empty where even a callback is in vain
		because   string
	}{
		{"nothing fails", ids, func(*world) *faulty { return &faulty{} }, desk.OutcomeRinging, ""},
		{"the agent's row is never free", ids, busy, desk.OutcomeCallback, "trouble"},
		{"and nothing is named", "", busy, desk.OutcomeCallback, "trouble"},
		{"the table is away for a moment", ids, func(w *world) *faulty {
			until := w.now().Add(time.Second)
			return &faulty{read: func(table.Key) error {
				if w.now().Before(until) {
					return table.ErrUnavailable
				}
				return nil
			}}
		}, desk.OutcomeRinging, ""},
		{"the table is away", ids, func(*world) *faulty {
			return &faulty{read: func(table.Key) error { return table.ErrUnavailable }}
		}, "", ""},
		{"claiming breaks", ids, func(w *world) *faulty {
			return &faulty{write: func(ops []table.Op) error {
				if touches(ops, keys.Row(w.acc, w.asha)) {
					panic("no claim")
				}
				return nil
			}}
		}, desk.OutcomeCallback, "trouble"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.presence(w.asha, "online")
			w.desk.Sleep = func(ctx context.Context, d time.Duration) error { w.late.Add(int64(d)); return ctx.Err() }
			counted := false
			w.desk.Metrics = func(m desk.Metric) { counted = counted || m.Name == "Trouble" && m.Of == "platform" }
			f := c.fault(w)
			f.Table, w.desk.Table = w.desk.Table, f
			out, err := w.server.Enquire(t.Context(), fmt.Appendf(nil, `{"action": "escalate", "accountId": %q, "customer": {"phone": "+919800000000"}%s}`, w.acc, c.ids))
			a, _ := out.(desk.Answer)
			because := ""
			if a.Because != nil {
				because = string(*a.Because)
			}
			if c.outcome == "" {
				if !desk.IsProblem(err, "busy") {
					t.Errorf("got %+v, %v", a, err)
				}
				return
			}
			if err != nil || a.Outcome != c.outcome || because != c.because || a.Handle == "" {
				t.Fatalf("got %+v, %v, want %s because %q", a, err, c.outcome, c.because)
			}
			if counted != (c.name == "claiming breaks") {
				t.Errorf("it is counted as failed: %v", counted)
			}
			f.read, f.write = nil, nil
			w.late.Add(int64(5 * time.Minute))
			w.deliver(desk.WakeRing)
			list := w.do(200, w.owner, "GET", "/v1/escalations", "")
			w.want(list, fields{"items.0.id": a.EscalationID, "items.1": nil})
		})
	}
}

// A table that takes long to say that it is away is not asked for longer than a flow of Amazon
// Connect waits.
func TestEnquireHasAnEnd(t *testing.T) {
	w := newWorld(t)
	w.desk.Sleep = func(ctx context.Context, d time.Duration) error { w.late.Add(int64(d)); return ctx.Err() }
	w.desk.Table = &faulty{Table: w.desk.Table, read: func(k table.Key) error {
		if k == keys.Account(w.acc) { // one of several that are read side by side
			w.late.Add(int64(2 * time.Second))
		}
		return table.ErrUnavailable
	}}
	began := w.now()
	_, err := w.server.Enquire(t.Context(), fmt.Appendf(nil, `{"action": "instructions", "accountId": %q}`, w.acc))
	if took := w.now().Sub(began); !desk.Transient(err) || took > 5*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}
