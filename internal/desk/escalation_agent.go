package desk

import (
	"context"
	"errors"
	"sync"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Accept makes the caller the escalation's agent. Offer 0 is whatever rings for them.
// Problem offer-gone when nothing does, with takenBy once somebody has it. The same call
// again by its agent on the same device is the same success, on another it is offer-gone.
func (d *Desk) Accept(ctx context.Context, by Caller, id string, offer int) (Escalation, error) {
	var timed, others bool
	view := d.viewBeside(by, id, true)
	e, err := d.changeBy(ctx, by, id, func(c *change) {
		c.member, c.also = by.MemberID, func(ctx context.Context, e *escalation) {
			_ = together(
				func() error {
					if e.Offers > 1 { // else nobody can have waited for a word yet
						d.noteSign(ctx, by.MemberID, id, e)
					}
					return nil
				},
				func() error { view.read(ctx, e); return nil },
			)
		}
	}, func(c *change) (*step, error) {
		a, err := c.settings(ctx)
		if err != nil {
			return nil, err
		}
		s, err := c.cur.accept(a, by, offer, c.now)
		if err != nil || s == nil {
			return s, err
		}
		s.answeredOn(by.MemberID, by.DeviceID)
		if timed {
			return s, nil
		}
		if others, err = c.hasOthers(ctx, by.MemberID); err != nil {
			return nil, err
		}
		c.beforeAccept(ctx, by.MemberID, s.next, others)
		timed = true
		return s, nil
	})
	if err != nil {
		return Escalation{}, err
	}
	if !timed {
		d.noteSign(ctx, by.MemberID, id, e)
	}
	if others && e.State == Active && e.assignedTo(by.MemberID) {
		d.afterAccept(ctx, by, id)
	}
	return view.of(ctx, e)
}

// beside reads a view beside what follows a Write, or when it is asked for.
type beside struct {
	d      *Desk
	by     Caller
	id     string
	whole  bool
	change *change // which may have read the request; nil where it reads none

	e    *escalation // that was read
	view Escalation
	err  error
}

func (d *Desk) viewBeside(by Caller, id string, whole bool) *beside {
	return &beside{d: d, by: by, id: id, whole: whole}
}

func (b *beside) read(ctx context.Context, e *escalation) {
	b.e = e
	var known *envelope
	if b.change != nil {
		known = b.change.front
	}
	b.view, b.err = b.d.viewWithCallbacks(ctx, b.by, b.id, e, b.whole, known)
}

// of is the view of an escalation.
func (b *beside) of(ctx context.Context, e *escalation) (Escalation, error) {
	if b.e != e {
		b.read(ctx, e)
	}
	return b.view, b.err
}

// changeBy changes one escalation of the caller's account; problem not-found for any other.
func (d *Desk) changeBy(ctx context.Context, by Caller, id string, needs func(c *change), decide func(c *change) (*step, error)) (*escalation, error) {
	c := &change{d: d, acc: by.AccountID, id: id, decide: func(c *change) (*step, error) {
		if c.cur == nil {
			return nil, notFound("escalation")
		}
		return decide(c)
	}}
	if needs != nil {
		needs(c)
	}
	if err := c.readAhead(by); err != nil {
		return nil, err
	}
	return c.run(ctx)
}

// needsDesk has the desk be read beside the escalation: somebody else is to be found.
func needsDesk(c *change) { c.desk = true }

// Decline passes the caller's offer on: the next agent's phone rings, or the customer is
// called back. Problem offer-gone when they never had it, or have accepted it.
func (d *Desk) Decline(ctx context.Context, by Caller, id string, offer int, reason string) error {
	_, err := d.changeBy(ctx, by, id, needsDesk, func(c *change) (*step, error) {
		a, err := c.settings(ctx)
		if err != nil {
			return nil, err
		}
		if err := c.d.readPast(ctx, c.id, c.cur); err != nil {
			return nil, err
		}
		s, err := c.cur.decline(a, by.MemberID, offer, reason, c.now)
		if s != nil {
			s.answeredOn(by.MemberID, by.DeviceID)
		}
		return s, err
	})
	return err
}

// Transfer asks a department or a member to take over. Until someone accepts, the
// escalation stays with its sender. Problems are nobody-available, escalation-ended, too-often,
// invalid for a goal that is not there, and not-found unless the caller handles it.
func (d *Desk) Transfer(ctx context.Context, by Caller, id string, t Transfer) (Escalation, error) {
	if (t.DepartmentID == "") == (t.MemberID == "") {
		return Escalation{}, Invalids([]FieldError{{"departmentId", "or memberId is required, not both"}})
	}
	spend := sync.OnceValue(func() error { return d.spend(ctx, by, by.MemberID, ofTransfers) })
	e, err := d.changeBy(ctx, by, id, needsDesk, func(c *change) (*step, error) {
		if !c.cur.handledBy(by) {
			return nil, notFound("escalation")
		}
		if c.cur.asked(t, by.MemberID) {
			return nil, nil
		}
		if err := c.needDesk(ctx); err != nil {
			return nil, err
		}
		if err := knowsGoal(c.snap, t); err != nil {
			return nil, err
		}
		if err := spend(); err != nil {
			return nil, err
		}
		return c.cur.ask(t, by.MemberID, c.now)
	})
	if classOf(err) == Invalid {
		d.NoticeForeign(ctx, by, t.MemberID)
	}
	if err != nil {
		return Escalation{}, err
	}
	d.noteSign(ctx, by.MemberID, id, e)
	return d.viewWithCallbacks(ctx, by, id, e, false, nil)
}

// knowsGoal checks that a transfer's goal is there.
func knowsGoal(s *roster.Roster, t Transfer) error {
	if t.DepartmentID != "" {
		if !s.Has(t.DepartmentID) {
			return Invalids([]FieldError{{"departmentId", "is not a department of this account"}})
		}
		return nil
	}
	if r := s.Row(t.MemberID); r == nil || r.Removed {
		return Invalids([]FieldError{{"memberId", "is not a member of this account"}})
	}
	return nil
}

// Complete ends the work with the agent's account of it. What is resolved settles in the same
// Write what its conversation and its customer have open in callbacks, and so do the callbacks
// named. The same member may correct it for ten minutes. Problem escalation-ended for what was
// cancelled or called for, or was completed by somebody else, with completedBy; and invalid for
// callbacks that are not the customer's.
func (d *Desk) Complete(ctx context.Context, by Caller, id string, done Completion) (Escalation, error) {
	view := d.viewBeside(by, id, false)
	e, err := d.changeBy(ctx, by, id, func(c *change) {
		c.member, c.asked, c.also, view.change = by.MemberID, true, view.read, c
	}, func(c *change) (*step, error) {
		if err := c.mayComplete(ctx, by); err != nil {
			return nil, err
		}
		var err error
		if done.wait, err = c.knowsCallbacks(ctx, by, done.CallbackIDs); err != nil {
			return nil, err
		}
		switch {
		case c.cur.State == Completed:
			return c.addAccount(ctx, done, by.MemberID)
		case !c.cur.State.Open():
			return nil, c.cur.hasEnded("")
		}
		return c.cur.complete(done, by.MemberID, c.now), nil
	})
	if classOf(err) == Invalid {
		for _, cb := range done.CallbackIDs[:min(len(done.CallbackIDs), mostClosed)] {
			d.NoticeForeign(ctx, by, cb)
		}
	}
	if err != nil {
		return Escalation{}, err
	}
	return view.of(ctx, e)
}

// mayComplete is the problem not-found unless the caller handles the escalation, or finds one
// completed that they had to do with, such as one that they passed on: who has completed it is
// the answer then, since they may look at it.
func (c *change) mayComplete(ctx context.Context, by Caller) error {
	if c.cur.handledBy(by) {
		return nil
	}
	if c.cur.State == Completed {
		if concerned, err := c.d.concerned(ctx, c.id, c.cur, by.MemberID); err != nil || concerned {
			return err
		}
	}
	return notFound("escalation")
}

// addAccount is that of the escalation; its problem says who has completed it.
func (c *change) addAccount(ctx context.Context, done Completion, by string) (*step, error) {
	if err := c.d.readPast(ctx, c.id, c.cur); err != nil {
		return nil, err
	}
	s, err := c.cur.addAccount(done, by, c.now)
	var p *Problem
	who := c.cur.completedBy()
	if who == "" || !errors.As(err, &p) {
		return s, err
	}
	agent := Agent{ID: who}
	if c.cur.assignedTo(who) {
		agent = *c.cur.Assigned
	} else if name, err := c.d.directory(ctx, c.acc).name(who); err == nil && name != nil {
		agent.FirstName = *name
	}
	p.Extra = map[string]any{"completedBy": agent}
	return nil, p
}

// Seen notes that the offer's push arrived. Should nobody answer, the offer is missed and
// not unreachable. Problem offer-gone once it rings elsewhere.
func (d *Desk) Seen(ctx context.Context, by Caller, id string, offer int) error {
	e, err := d.readEscalation(ctx, by.AccountID, id)
	if err != nil {
		return err
	}
	d.noteSign(ctx, by.MemberID, id, e)
	if !e.State.Open() || !e.offeredTo(by.MemberID, offer) {
		return e.offerGone()
	}
	return d.see(ctx, id, e.Offer.Number)
}

// seen is the note that an offer arrived, as stored: {"t":1795428002000}. An offer that was
// never seen has none.
type seen struct {
	At int64 `json:"t"`
}

// seeFirst is see of an offer that was read without the note.
func (d *Desk) seeFirst(ctx context.Context, id string, number int) error {
	err := d.Table.Write(ctx, put(keys.Seen(id, number), seen{At: millis(d.Now())}, table.Absent))
	if err == nil || isCondition(err) { // another look was quicker
		return nil
	}
	return d.see(ctx, id, number)
}

// see writes that note once. It is an item of its own: a write to the escalation would make
// the agent's accept meet with a conflict.
func (d *Desk) see(ctx context.Context, id string, number int) error {
	_, err := update(ctx, d, keys.Seen(id, number), func(s *stored[seen]) (bool, []table.Op, error) {
		if s.found() {
			return false, nil, nil
		}
		s.value.At = millis(d.Now())
		return true, nil, nil
	})
	return err
}
