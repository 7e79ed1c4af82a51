package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// A callback that nobody sees to is looked at: when it is due, and again and again while it
// is overdue. The head says when the next look is, and the timer for it is sent before the
// Write that says so, so that there is no look without one. Each look sends the timer of
// the next in a chain that does not end before the callback does; a reader sends again what
// should have come long ago.
const (
	lookPatience = 10 * time.Minute // after which a reader takes a look's timer for lost
	lookSoon     = 10 * time.Second // from a release to the look: its Write is there by then
	sameDue      = time.Minute      // by less than this a due time does not move: tries of one registration differ by that
	awayTooLong  = 4 * time.Hour    // of business: a holder who is away at two looks so far apart loses the callback
)

// awaitDue fixes when the callback is due, once for all tries, and sends the timer for
// then. The timer comes before the Write, so that there is no callback without one. Should
// it fail the callback is registered all the same: a customer matters more than a reminder,
// and who reads it sends the timer again.
func (c *change) awaitDue(ctx context.Context, id, dep string) time.Time {
	if c.due.IsZero() {
		c.due = c.snap.CallbackDue(dep, c.now, c.now).Truncate(time.Millisecond)
	}
	if c.awaited {
		return c.due
	}
	err := c.d.sendDue(ctx, c.acc, id, c.due)
	if err != nil {
		c.d.Log.WarnContext(ctx, "timer not sent: who reads the callback sends it", "escalation", c.id, "callback", id, "error", err)
	}
	c.awaited = err == nil
	return c.due
}

// sendDue sends the timer that looks at a callback at a time, or soon if that has passed:
// when it arrives the Write that follows it is there.
func (d *Desk) sendDue(ctx context.Context, acc, id string, at time.Time) error {
	if soon := d.Now().Add(lookSoon).Truncate(time.Millisecond); at.Before(soon) {
		at = soon
	}
	return d.send(ctx, at, Message{Kind: WakeDue, AccountID: acc, CallbackID: id, Due: at})
}

// dueAt has the callback be due at a time, in milliseconds, as if nobody was reminded of it.
func (cb *callback) dueAt(due int64) {
	cb.Due, cb.NextLook, cb.Overdue, cb.Reminders, cb.Away = due, due, "", 0, 0
}

// nextLook is when the callback is looked at next: when it is due, until it was found
// overdue. What an older version reminded of has no further look, and one is due at once.
func (cb *callback) nextLook() time.Time {
	if cb.Overdue == "" || cb.NextLook == 0 {
		return instant(cb.Due)
	}
	return instant(cb.NextLook)
}

// opened is since when the customer waits.
func (cb *callback) opened() time.Time {
	if cb.Opened != 0 {
		return instant(cb.Opened)
	}
	return instant(cb.Created)
}

// lookLost reports whether a look should have come long ago, or at all: callbacks that an
// older version wrote have none behind their first.
func (d *Desk) lookLost(cb *callback) bool {
	at := cb.nextLook()
	if cb.NextLook != 0 {
		at = at.Add(lookPatience)
	}
	return cb.pending() && !d.Now().Before(at)
}

// mendLook sends the timer of a look that was lost again. Whoever reads a callback does so,
// and of a list for one of them.
func (d *Desk) mendLook(ctx context.Context, id string, cb *callback) {
	m := Message{Kind: WakeDue, AccountID: cb.Account, CallbackID: id, Due: cb.nextLook()}
	if cb.NextLook == 0 { // nobody has awaited it since then
		m.Due = d.Now()
	}
	if err := d.send(ctx, d.Now(), m); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: the look waits for the next reader", "callback", id, "error", err)
	}
}

// lookAgain has a callback that is overdue looked at as soon as its Write is there: nobody
// holds it any more. A timer that cannot be sent is the next reader's to send.
func (d *Desk) lookAgain(ctx context.Context, id string, cb *callback) {
	cb.Away = 0
	if cb.Overdue == "" {
		return // its look is yet to come
	}
	now := d.Now()
	if err := d.sendDue(ctx, cb.Account, id, now); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: who reads the callback sends it", "callback", id, "error", err)
	}
	cb.NextLook = millis(now)
}

// stir notes that the holder sees to the callback: their claim does not lapse. It reports
// whether that is news.
func (cb *callback) stir(member string) bool {
	if cb.Away == 0 || !cb.claimedBy(member) {
		return false
	}
	cb.Away = 0
	return true
}

// noteRead notes that the holder has read the callback. It is a Write only after a look at
// which they were not there; should it fail the claim may lapse, which loses nothing.
func (d *Desk) noteRead(ctx context.Context, id, member string, cb *callback) {
	if !cb.stir(member) {
		return
	}
	_, err := d.updateCallback(ctx, id, func(s *stored[callback]) (bool, []table.Op, error) {
		return s.value.stir(member), nil, nil
	})
	if err != nil {
		d.Log.WarnContext(ctx, "reading not noted: the claim may lapse", "callback", id, "member", member, "error", err)
	}
}

// wakeDue looks at a callback that should have been done by now.
func (d *Desk) wakeDue(ctx context.Context, m Message) error {
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	l := look{d: d, m: m, mark: mark}
	cb, err := d.updateCallback(ctx, m.CallbackID, func(s *stored[callback]) (bool, []table.Op, error) {
		return l.judge(ctx, s)
	})
	switch {
	case err != nil:
		return err
	case !l.early.IsZero():
		return d.send(ctx, l.early, m)
	case l.mine:
		l.tell(ctx, &cb)
	}
	return nil
}

// look is what one due message comes to. The queue may deliver two at once: the one whose
// mark the callback gets reminds people.
type look struct {
	d    *Desk
	m    Message
	mark string

	early   time.Time // when the message should have come, if it was too early
	mine    bool
	first   bool   // it was not overdue before
	lapsed  *Agent // who held it until this look
	letters []letter
}

// judge looks at the callback as it is now, and says what to write. A crash after the Write
// loses a reminder, and the next look tells.
func (l *look) judge(ctx context.Context, s *stored[callback]) (write bool, more []table.Op, err error) {
	l.early = time.Time{}
	cb, now := &s.value, l.d.Now()
	switch {
	case !s.found(): // its Write may still come, but not for ever
		if now.Before(l.m.Due) {
			l.early = l.m.Due
		}
		return false, nil, nil
	case cb.Account != l.m.AccountID || !cb.pending():
		return false, nil, nil
	case cb.Overdue == l.mark: // found after an outcome that was unknown
		l.mine = true
		return false, nil, nil
	}
	l.mine = false
	if next := cb.nextLook(); now.Before(next) {
		if l.m.Due.Equal(next) {
			l.early = next
		}
		return false, nil, nil // the timer of a later look was sent before that was written
	}
	snap, err := l.d.readDesk(ctx, cb.Account)
	if err != nil {
		return false, nil, err
	}
	due := snap.CallbackDue(cb.Department, cb.opened(), now).Truncate(time.Millisecond)
	if due.After(now) && due.Sub(instant(cb.Due)) >= sameDue {
		more = l.move(cb, due)
	} else if more, err = l.remind(ctx, snap, cb); err != nil {
		return false, nil, err
	}
	return true, more, l.d.sendDue(ctx, cb.Account, l.m.CallbackID, instant(cb.NextLook))
}

// move moves the due time: the hours by which it was fixed are others now, such as by a
// holiday that was declared since.
func (l *look) move(cb *callback, due time.Time) []table.Op {
	ops := []table.Op{cb.unlist(l.m.CallbackID)}
	away := cb.Away
	cb.dueAt(millis(due))
	cb.Away = away
	return append(ops, cb.list(l.m.CallbackID))
}

// remind finds who is to be told that the callback is overdue, and when to look again: after
// a while that grows, or, when nobody is there, at the next shift of any of them.
func (l *look) remind(ctx context.Context, snap *roster.Roster, cb *callback) (ops []table.Op, err error) {
	now := l.d.Now()
	l.mine, l.first, cb.Overdue = true, cb.Overdue == "", l.mark
	ops = l.lapse(snap, cb, now)
	who := &duty{snap: snap, cb: cb, now: now}
	there, err := who.there(ctx, l.d)
	if err != nil {
		return nil, err
	}
	l.letters = who.letters(there, l.m.CallbackID)
	next := snap.Reminder(cb.Department, cb.Reminders, now)
	if len(l.letters) > 0 {
		cb.Reminders++
	} else if at := who.nextShift(); !at.IsZero() {
		next = at
	}
	cb.NextLook = millis(next.Truncate(time.Millisecond))
	return ops, nil
}

// lapse takes the callback from a holder who was not there at two looks, and has not seen to
// it in between.
func (l *look) lapse(snap *roster.Roster, cb *callback, now time.Time) []table.Op {
	l.lapsed = nil
	if cb.Claimed == nil {
		cb.Away = 0
		return nil
	}
	switch r := snap.Row(cb.Claimed.ID); {
	case r != nil && r.There(&snap.Account, now):
		cb.Away = 0
	case cb.Away == 0:
		cb.Away = millis(now)
	case !snap.AfterBusiness(cb.Department, instant(cb.Away), now, awayTooLong).After(now):
		l.lapsed, cb.Claimed, cb.Away = cb.Claimed, nil, 0
		return cb.move(l.m.CallbackID, callbackOpen, now)
	}
	return nil
}

// tell tells people, and other systems, what was written.
func (l *look) tell(ctx context.Context, cb *callback) {
	d, id := l.d, l.m.CallbackID
	if l.first {
		d.Log.InfoContext(ctx, "callback overdue", "callback", id)
		d.count(metricOverdue, "", "", 1)
		d.announce(ctx, d.callbackEvent(cb.Account, id, callbackOverdue, "", cb))
	}
	if l.lapsed != nil {
		d.Log.InfoContext(ctx, "callback changed", "callback", id, "member", l.lapsed.ID, "became", "lapsed")
		d.announce(ctx, d.callbackEvent(cb.Account, id, callbackOpen, "", cb))
		d.tellHolder(ctx, cb.Account, l.lapsed.ID, id)
		d.tellNew(ctx, cb.Account, cb.departments())
	}
	_ = inParallel(len(l.letters), func(i int) error {
		if to := l.letters[i]; to.kept {
			d.keepFor(ctx, cb.Account, to.member, to.notice)
		} else {
			d.tellFree(ctx, cb.Account, to.member, to.notice)
		}
		return nil
	})
}
