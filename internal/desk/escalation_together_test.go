package desk_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table/fault"
)

// What somebody waits for is as many calls of the table one after another as need each other, and
// no more: the others go on beside them. The time is virtual, and so exact: a read takes 4 ms, a put
// 5 and a Write of several items 12.
func TestCallsThatFollowOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, false, 1, fault.Options{Latency: cloudLatency})
		f.crowd(2, 3, "")
		for _, agent := range f.agents { // their pages are open, and known to be
			_, err := f.bare.MyEscalations(f.ctx, f.staff(agent))
			must(t, err)
		}
		first := f.atOnce(0, 1, roster.Chat)[0]
		id := first.EscalationID
		second := f.agents[0]
		if second == first.Agent.ID {
			second = f.agents[1]
		}
		by := f.staff(second)
		for _, step := range []struct {
			name string
			most time.Duration
			do   func() error
		}{
			// The desk, the ticket, the desk again, the Write; then the devices.
			{"decline", 4 + 5 + 4 + 12 + 4, func() error { return f.Decline(f.ctx, f.staff(first.Agent.ID), id, 1, "") }},
			// The row, the state, the request or whether it was seen; then that it was.
			{"look", 4 + 4 + 4 + 5, func() error { _, err := f.MyEscalations(f.ctx, by); return err }},
			// State, account and row; the entry in the list; the Write; the view, and the customer's callbacks.
			{"accept", 4 + 5 + 5 + 4 + 4, func() error { _, err := f.Accept(f.ctx, by, id, 2); return err }},
			// State, account and row; request and conversation, then the customer's callbacks; the Write; the view.
			{"complete", 4 + 4 + 4 + 12 + 4 + 4, func() error {
				_, err := f.Complete(f.ctx, by, id, desk.Completion{Outcome: "resolved"})
				return err
			}},
		} {
			began := time.Now()
			must(t, step.do())
			if took := time.Since(began); took > step.most*time.Millisecond {
				t.Errorf("%s takes %v, at most %v", step.name, took, step.most*time.Millisecond)
			}
		}
	})
}
