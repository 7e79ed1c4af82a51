package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// passOffersOn has every offer that rings for a member, and was made at that moment or
// before, go on to the next agent. It is for one who cannot take it any more and did nothing
// about it: what is how the history has it, and the note tells in words why it went on. Done
// again it changes nothing.
//
// One goes after the other: each of them writes the member's row.
func (d *Desk) passOffersOn(ctx context.Context, acc, member string, before time.Time, what, note string) error {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil {
		return err
	}
	var failed []error
	for _, w := range slices.Clone(r.Work) {
		failed = append(failed, d.passOfferOn(ctx, acc, member, w.Escalation, before, what, note))
	}
	return errors.Join(failed...)
}

// passOfferOn has one offer go on as passOffersOn does; the zero time is any moment.
func (d *Desk) passOfferOn(ctx context.Context, acc, member, id string, before time.Time, what, note string) error {
	_, err := d.changeBy(ctx, Caller{MemberID: member, AccountID: acc}, id, nil, func(c *change) (*step, error) {
		e := c.cur
		if !e.State.Open() || !e.offeredTo(member, 0) || !before.IsZero() && e.offered(member).After(before) {
			return nil, nil
		}
		a, err := c.settings(ctx)
		if err != nil {
			return nil, err
		}
		return e.passOn(a, c.now, what, note), nil
	})
	if IsProblem(err, "not-found") {
		return nil // it is gone, and so is its offer
	}
	return err
}

// hasOthers reports whether a call leaves its agent with other work, some of which may ring:
// nothing else is offered from the moment on at which the call was.
func (c *change) hasOthers(ctx context.Context, member string) (bool, error) {
	if c.cur.Channel != roster.Call {
		return false, nil
	}
	r, err := c.row(ctx, member)
	return r != nil && len(r.Work) > 1, err
}

// beforeAccept sends what goes on should this process die after the accept. It comes before
// the Write, so that the work cannot stay open for ever, and what else rings does not ring on
// at one who speaks. Should the first fail, the next to read the overdue work sends it; should
// the second, those offers end with their ring time. Beside it the escalation is entered in the
// agent's list, so that the Write is of one item alone, which takes half as long and costs half: where
// nothing comes of it the list passes the entry by.
func (c *change) beforeAccept(ctx context.Context, member string, e *escalation, others bool) {
	_ = together(
		func() error {
			if err := c.d.sendWorkTimer(ctx, c.acc, c.id, instant(e.Due)); err != nil {
				c.d.Log.WarnContext(ctx, "timer not sent: work may stay open for long", "escalation", c.id, "error", err)
			}
			return nil
		},
		func() error {
			if err := c.d.Table.Write(ctx, c.handled(member, e)); err == nil {
				c.entered = append(c.entered, member)
			}
			return nil
		},
		func() error {
			if !others {
				return nil
			}
			m := Message{Kind: WakeFinish, Finish: finishAccept, AccountID: c.acc, EscalationID: c.id, MemberID: member, Due: c.now}
			if err := c.d.send(ctx, c.now.Add(finishAfter), m); err != nil {
				c.d.Log.WarnContext(ctx, "timer not sent: what rings beside a call may ring on", "escalation", c.id, "member", member, "error", err)
			}
			return nil
		},
	)
}

// onACall is the note of offers that go on because their agent has taken a call.
const onACall = "on a call"

// afterAccept has the other offers of one who has accepted a call go on, also for a caller
// who has hung up. What fails here the finish message does.
func (d *Desk) afterAccept(ctx context.Context, by Caller, id string) {
	if err := d.passOffersOn(context.WithoutCancel(ctx), by.AccountID, by.MemberID, d.Now(), didWithdraw, onACall); err != nil {
		d.Log.WarnContext(ctx, "offer not passed on: a timer goes on with it", "escalation", id, "member", by.MemberID, "error", err)
	}
}

// finishAccept does what follows an accepted call, should that not have been done. It does
// nothing when the call is over or elsewhere, and comes again while it still rings there: the
// accept may be under way.
func (d *Desk) finishAccept(ctx context.Context, m Message) error {
	e, err := d.readEscalation(ctx, m.AccountID, m.EscalationID)
	if IsProblem(err, "not-found") {
		return nil
	}
	if err != nil {
		return err
	}
	last := m.Due.Add(markWithin)
	switch {
	case e.State == Active && e.assignedTo(m.MemberID):
		return d.passOffersOn(ctx, m.AccountID, m.MemberID, m.Due, didWithdraw, onACall)
	case e.State.Open() && e.offeredTo(m.MemberID, 0) && d.Now().Before(last):
		return d.send(ctx, last, m)
	}
	return nil
}

// endOffersOf ends a member's ringing offers as declined when they go offline: each
// escalation goes on to the next agent. What is active stays. What fails here ends with its
// ring time.
func (d *Desk) endOffersOf(ctx context.Context, acc, member string) {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil {
		if err != nil {
			d.Log.WarnContext(ctx, "offer not ended: it cannot be read what rings for one who went offline", "member", member, "error", err)
		}
		return
	}
	work := slices.Clone(r.Work)
	_ = inParallel(len(work), func(i int) error {
		err := d.passOfferOn(ctx, acc, member, work[i].Escalation, time.Time{}, didDecline, "went offline")
		if err != nil { // its timer ends the offer
			d.Log.WarnContext(ctx, "offer not ended: its member went offline, its timer ends it", "escalation", work[i].Escalation, "member", member, "error", err)
		}
		return nil
	})
}
