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
		f.world.crowd(2, 1, "") // with room for one chat: to complete it moves them to the tail
		// calls is a call of an agent's, which begins with the look at who they are.
		calls := func(d *desk.Desk, agent string, first desk.Ahead) desk.Caller {
			by, err := d.Caller(f.world.ctx, desk.Bearer{MemberID: agent, SignedInAt: f.runner.Now(), Ahead: first})
			must(t, err)
			return by
		}
		for _, agent := range f.world.agents { // their pages are open, and known to be
			_, err := f.bare.MyEscalations(f.world.ctx, calls(f.bare, agent, desk.Ahead{}))
			must(t, err)
		}
		first := f.atOnce(0, 1, roster.Chat)[0]
		id := first.EscalationID
		second := f.world.agents[0]
		if second == first.Agent.ID {
			second = f.world.agents[1]
		}
		for _, step := range []struct {
			name string
			most time.Duration
			do   func() error
		}{
			// The desk, beside who calls; the ticket, the desk again, the Write; then the devices.
			{"decline", 4 + 5 + 4 + 12 + 4, func() error {
				return f.world.Decline(f.world.ctx, calls(f.world.Desk, first.Agent.ID, desk.Ahead{Escalation: id, Desk: true}), id, 1, "")
			}},
			// The row, beside who calls; the escalation; then that it was seen, beside the names.
			{"look", 4 + 4 + 5, func() error {
				_, err := f.world.MyEscalations(f.world.ctx, calls(f.world.Desk, second, desk.Ahead{Row: true}))
				return err
			}},
			// The names that were told before are read beside the escalation.
			{"look again", 4 + 4, func() error {
				_, err := f.world.MyEscalations(f.world.ctx, calls(f.world.Desk, second, desk.Ahead{Row: true}))
				return err
			}},
			// State, account and row, beside who calls; the entry in the list; the Write; the view, and the customer's callbacks.
			{"accept", 4 + 5 + 5 + 4 + 4, func() error {
				_, err := f.world.Accept(f.world.ctx, calls(f.world.Desk, second, desk.Ahead{Escalation: id}), id, 2)
				return err
			}},
			// State, account, row and request, beside who calls; the customer's callbacks and the counters; the Write; the view.
			{"complete", 4 + 4 + 12 + 4 + 4, func() error {
				by := calls(f.world.Desk, second, desk.Ahead{Escalation: id, Request: true})
				_, err := f.world.Complete(f.world.ctx, by, id, desk.Completion{Outcome: "resolved"})
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

// Whoever asks for a person waits for three calls: the timer, the request, the Write. The desk is
// read beside the timer where this process has read the account before, the ticket is drawn beside
// the request, and the agent's devices are read beside the Write.
func TestCallsOfAnEscalation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const message = 6
		f := newFloor(t, false, 1, fault.Options{Latency: cloudLatency})
		f.world.crowd(10, 3, "")
		for _, agent := range f.world.agents {
			f.world.phone(agent)
		}
		f.world.Desk.Timers = slowTimers{f.world.Desk.Timers, message * time.Millisecond}
		f.world.Desk.Forget()
		n := 0
		for _, c := range []struct {
			name string
			id   string
			gap  time.Duration // since the ticket before
			most time.Duration
		}{
			{"in an account not read before", "r1", time.Minute, 4 + message + 5 + 12},
			{"in one that was", "r2", time.Minute, message + 5 + 12},
			// The desk, the ticket, the desk again: it may have been read while the other drew.
			{"soon after another", "r3", 200 * time.Millisecond, 4 + 5 + 4 + 12},
			{"at the heels of another", "r4", 0, 4 + 5 + 4 + 12},
			{"half a second after another", "r5", 600 * time.Millisecond, message + 5 + 12},
			// The interaction's last, and what became of it.
			{"without an id of its own", "", time.Minute, 4 + 4 + message + 5 + 12},
		} {
			time.Sleep(c.gap)
			began := time.Now()
			n++
			r := f.world.request(n)
			r.RequestID = c.id
			if a := f.world.escalate(r); a.Outcome != desk.OutcomeRinging {
				t.Fatalf("%s: %+v", c.name, a)
			}
			if took := time.Since(began); took > c.most*time.Millisecond {
				t.Errorf("an escalation %s takes %v, at most %v", c.name, took, c.most*time.Millisecond)
			}
		}
	})
}

// Whoever asks again how it stands waits for no queue, though its timer was sent early: that one is
// broken off, and counts as no trouble.
func TestRepeatWaitsForNoQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, false, 1, fault.Options{Latency: cloudLatency})
		f.world.crowd(3, 3, "")
		g := newGauges()
		f.world.Desk.Metrics = g.add
		first := f.world.escalate(f.world.request(1))
		f.world.Desk.Timers = slowTimers{f.world.Desk.Timers, 2 * time.Second}
		began := time.Now()
		if again := f.world.escalate(f.world.request(1)); again.EscalationID != first.EscalationID {
			t.Errorf("asked again: %+v, first %+v", again, first)
		}
		if took := time.Since(began); took > 12*time.Millisecond {
			t.Errorf("asking again takes %v with a slow queue", took)
		}
		if n := g.sums["Trouble What queue"]; n != 0 {
			t.Errorf("%v troubles are counted", n)
		}
	})
}
