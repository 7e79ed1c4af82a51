package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
)

// Answer is what the assistant is told about an escalation: its state now.
type Answer struct {
	EscalationID   string          `json:"escalationId"`
	Handle         string          `json:"handle"` // empty of one that was stored before there were any
	State          State           `json:"state"`
	Outcome        Outcome         `json:"outcome"`
	Agent          *Agent          `json:"agent"`
	RingingUntil   *time.Time      `json:"ringingUntil"`
	RingingSeconds *int            `json:"ringingSeconds"`
	Callback       *AnswerRecall   `json:"callback"`
	Because        *roster.Because `json:"because"`
	NextAgentAt    *time.Time      `json:"nextAgentAt"`
	Say            string          `json:"say"`
	Adjusted       []Adjusted      `json:"adjusted,omitempty"` // of the request that it answers
	HandedBack     *HandedBack     `json:"handedBack"`

	// Joined tells that another request began it, with other words or for another customer.
	// Whoever speaks for a model keeps to itself then whose it is.
	Joined bool `json:"-"`
}

// HandedBack is what the agent says to the assistant who has the customer again. Both texts
// may be empty.
type HandedBack struct {
	Verdict string `json:"verdict"`
	Note    string `json:"note"`
}

// Status tells how an escalation stands now. Asking also mends: an overdue timer is sent again.
func (d *Desk) Status(ctx context.Context, accountID, escalationID string) (Answer, error) {
	e, err := d.readEscalation(ctx, accountID, escalationID)
	if err != nil {
		return Answer{}, err
	}
	d.wakeOverdue(ctx, escalationID, e)
	return d.answer(ctx, escalationID, e, nil)
}

// End is the customer leaving: what rings is cancelled, what is active completed as
// customer_left. With callback one is registered, also for what had ended before. Problem
// not-found.
func (d *Desk) End(ctx context.Context, accountID, escalationID string, callback bool) (Answer, error) {
	c := &change{d: d, acc: accountID, id: escalationID}
	c.decide = func(c *change) (*step, error) {
		if c.cur == nil {
			return nil, notFound("escalation")
		}
		return c.cur.end(callback && !c.cur.Drill, c.now), nil
	}
	e, err := c.run(ctx)
	if err != nil {
		return Answer{}, err
	}
	return d.answer(ctx, escalationID, e, c.snap)
}

// answer tells the assistant how e stands. snap, when it is at hand, saves a read.
func (d *Desk) answer(ctx context.Context, id string, e *escalation, snap *roster.Roster) (Answer, error) {
	a := Answer{EscalationID: id, Handle: e.handle(id), State: e.State}
	now := d.Now()
	switch e.State {
	case Ringing:
		a.Outcome = OutcomeRinging
		if o := e.Offer; o != nil {
			until, left := instant(o.Until), ceilSeconds(instant(o.Until).Sub(now))
			a.Agent, a.RingingUntil, a.RingingSeconds = &Agent{o.Member, o.Name}, &until, &left
		}
	case Active:
		a.Outcome, a.Agent = OutcomeAccepted, e.Assigned
	case CalledFor:
		a.Outcome = OutcomeCallback
	default:
		a.Outcome, a.Agent = OutcomeEnded, e.Assigned
		if e.Outcome == outcomeHandBack {
			a.Outcome, a.HandedBack = OutcomeHandedBack, &HandedBack{Verdict: e.Verdict, Note: e.Note}
		}
	}
	if e.Because != "" {
		a.Because = &e.Because
	}
	if e.Callback != "" {
		cb, err := load[callback](ctx, d.Table, keys.Callback(e.Callback))
		if err != nil {
			return a, err
		}
		a.Callback = &AnswerRecall{ID: e.Callback, NeedsContact: cb.value.NeedsContact, DueAt: instant(cb.value.Due)}
	}
	if e.State == CalledFor {
		if snap == nil {
			var err error
			if snap, err = d.readDesk(ctx, e.Account); err != nil {
				return a, err
			}
		}
		a.NextAgentAt = snap.NextAgent(e.want(&snap.Account), now)
	}
	a.Say = d.speech(ctx, e, snap).say(a)
	return a, nil
}
