package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
)

// wakeRing ends an offer when an answer is waited for no longer, and sends its message again
// when it is early. A request without an escalation lost its claimer, and is claimed now. This
// is the promise that every escalation ends well, so an error here brings the message back.
func (d *Desk) wakeRing(ctx context.Context, m Message) error {
	early := time.Time{}
	_, err := d.change(ctx, m.AccountID, m.EscalationID, func(c *change) (*step, error) {
		early = time.Time{}
		if c.cur == nil {
			return c.wakeOrphan(ctx, m, &early)
		}
		o := c.cur.Offer
		if !c.cur.State.Open() || o == nil || o.Number != m.Offer {
			return nil, nil
		}
		if c.now.Before(o.ends()) {
			early = o.ends()
			return nil, nil
		}
		// Only now: most timers find that the world has moved on, and the desk of a
		// large team costs as much as the rest of an escalation.
		if err := c.needDesk(ctx); err != nil {
			return nil, err
		}
		how, why, err := c.howEnded(ctx)
		if err != nil {
			return nil, err
		}
		return c.cur.passOn(c.account, c.now, how, why), nil
	})
	if err != nil || early.IsZero() {
		return err
	}
	return d.send(ctx, early, m)
}

// howEnded is how an offer ended that nobody answered, and why if it is not to be counted: one
// who has gone on a break, or whose page is closed, could not have answered.
func (c *change) howEnded(ctx context.Context) (how, why string, err error) {
	o := c.cur.Offer
	if why = c.snap.Cannot(o.Member, c.id, c.cur.Channel, o.From, c.now); why != "" {
		return didWithdraw, why, nil
	}
	how, err = c.d.howMissed(ctx, c.id, o.Number)
	return how, "", err
}

// howMissed tells an offer that nobody answered from one that never arrived. The first
// counts towards missedOffersUntilOffline, the second shows a phone that does not work.
func (d *Desk) howMissed(ctx context.Context, id string, number int) (string, error) {
	s, err := load[seen](ctx, d.Table, keys.Seen(id, number))
	if s.found() {
		return didMiss, err
	}
	return didUnreach, err
}

// wakeRefused does what follows where all devices of a member refused, which took them
// offline.
func (d *Desk) wakeRefused(ctx context.Context, m Message) error {
	return d.afterLoss(ctx, m.AccountID, m.MemberID, m.Due, didUnreach, "")
}

// orphanRings is how long after its ring time a request without an escalation still rings.
// Its customer has heard nothing for so long that later they are called back.
const orphanRings = time.Minute

// wakeOrphan is wakeRing without an escalation. Nothing is due for a request that was never
// stored, or that follows another escalation; an early message waits, since the claim may
// be under way.
func (c *change) wakeOrphan(ctx context.Context, m Message, early *time.Time) (*step, error) {
	env, _, found, err := c.d.loadHead(ctx, c.id)
	if err != nil || !found {
		return nil, err
	}
	if c.now.Before(m.Due) {
		*early = m.Due
		return nil, nil
	}
	c.request = &env
	p, err := load[pointer](ctx, c.d.Table, keys.Follows(c.id))
	if err != nil || p.found() {
		return nil, err
	}
	other, err := c.elsewhere(ctx)
	if err != nil {
		return nil, err
	}
	if other.open != nil {
		return nil, c.d.follow(ctx, c.id, other)
	}
	if err := c.needDesk(ctx); err != nil {
		return nil, err
	}
	return c.orphan(m.Due), nil
}

// wakeOverdue replaces a lost timer: whoever reads an offer ten seconds after it should have
// passed on, or work past its last warning, sends the timer again. Polling phones thus mend what the
// queue lost.
func (d *Desk) wakeOverdue(ctx context.Context, id string, e *escalation) {
	now := d.Now()
	late := func(due time.Time) bool { return !now.Before(due.Add(overdue)) }
	m := Message{AccountID: e.Account, EscalationID: id}
	switch {
	case e.State.Open() && e.Offer != nil && late(e.Offer.ends()):
		m.Kind, m.Offer, m.Due = WakeRing, e.Offer.Number, instant(e.Offer.Until)
	case e.State == Active && late(instant(e.Due).Add(lastWarning)):
		m.Kind, m.Due = WakeWork, instant(e.Due)
	default:
		return
	}
	if err := d.send(ctx, now, m); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: what is overdue waits for the next reader", "escalation", id, "error", err)
	}
}

// sendWorkTimer sends the timer of accepted work, for when it has been open for very long:
// two hours for a call by default.
func (d *Desk) sendWorkTimer(ctx context.Context, acc, id string, at time.Time) error {
	return d.send(ctx, at, Message{Kind: WakeWork, AccountID: acc, EscalationID: id, Due: at})
}

// wakeWork tells the agent that work has been open for very long, and a quarter of an hour
// later ends it as timed_out. Without it an agent who forgets to complete would have no
// room for ever.
func (d *Desk) wakeWork(ctx context.Context, m Message) error {
	var next time.Time
	var warn string
	e, err := d.change(ctx, m.AccountID, m.EscalationID, func(c *change) (*step, error) {
		next, warn = time.Time{}, ""
		if c.cur == nil || c.cur.State != Active {
			return nil, nil
		}
		due := instant(c.cur.Due)
		switch end := due.Add(lastWarning); {
		case m.Due.Before(due.Add(-time.Minute)):
			return nil, nil // of an agent who has transferred it since; it has a timer of its own
		case c.now.Before(due):
			next = due
		case c.now.Before(end):
			next, warn = end, c.cur.Assigned.ID
		default:
			return c.timeOut(ctx)
		}
		return nil, nil
	})
	if err != nil || next.IsZero() {
		return err
	}
	m.Due = next
	if err := d.send(ctx, next, m); err != nil {
		return err
	}
	if warn != "" {
		d.push(ctx, m.AccountID, warn, Notice{Kind: NoticeLongWork, EscalationID: m.EscalationID, Channel: e.Channel, Drill: e.Drill}, nil)
	}
	return nil
}

// wakePush tries a failed push again, as long as its offer rings on phones.
func (d *Desk) wakePush(ctx context.Context, m Message) error {
	e, err := d.readEscalation(ctx, m.AccountID, m.EscalationID)
	if IsProblem(err, "not-found") {
		return nil
	}
	if err != nil || m.Notice == nil || !e.offeredTo(m.MemberID, m.Offer) || !d.Now().Before(instant(e.Offer.Until)) {
		return err
	}
	devices, err := d.devices(ctx, m.MemberID)
	if err != nil {
		return err
	}
	registered := len(devices)
	if devices = working(devices); len(devices) == 0 && registered > 0 {
		return d.noteRefused(ctx, m.AccountID, m.MemberID, nil)
	}
	devices = slices.DeleteFunc(devices, func(v Device) bool { return m.DeviceID != "" && v.ID != m.DeviceID })
	n := d.inLanguage(ctx, m.AccountID, m.MemberID, devices, *m.Notice)
	_, failed := d.pushToAll(ctx, m.AccountID, m.MemberID, devices, n)
	d.afterRefusals(ctx, m.AccountID, m.MemberID, devices, failed, n)
	for i, err := range failed {
		switch {
		case !mayPass(err):
		case m.DeviceID == "" || waitWanted(err) > 0: // the others have it: this one goes on alone
			d.pushLater(ctx, m.AccountID, m.MemberID, devices[i].ID, n, err)
		default:
			return err
		}
	}
	return nil
}
