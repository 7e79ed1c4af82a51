package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// mostReminded is how many members are told that a callback is overdue. More would not
// call the customer any sooner.
const mostReminded = 20

// awaitDue fixes when the callback is due, once for all tries, and sends the timer for
// then. The timer comes before the Write, so that there is no callback without one. Should
// it fail the callback is registered all the same: a customer matters more than a reminder,
// and lists begin with what is due.
func (c *change) awaitDue(ctx context.Context, id, dep string) time.Time {
	if c.due.IsZero() {
		c.due = c.snap.CallbackDue(dep, c.now, c.now).Truncate(time.Millisecond)
	}
	if c.awaited {
		return c.due
	}
	err := c.d.sendDue(ctx, c.acc, id, c.due)
	if err != nil {
		c.d.Log.WarnContext(ctx, "timer not sent: nobody is reminded of the callback", "escalation", c.id, "callback", id, "error", err)
	}
	c.awaited = err == nil
	return c.due
}

// sendDue sends the timer that looks at a callback when it is due.
func (d *Desk) sendDue(ctx context.Context, acc, id string, due time.Time) error {
	return d.Timers.Send(ctx, due, Message{Kind: WakeDue, AccountID: acc, CallbackID: id, Due: due})
}

// wakeDue reminds people of a callback that is due and not done.
func (d *Desk) wakeDue(ctx context.Context, m Message) error {
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	r := reminder{d: d, m: m, mark: mark}
	cb, err := d.updateCallback(ctx, m.CallbackID, func(s *stored[callback]) (bool, []table.Op, error) {
		write, err := r.look(ctx, s)
		return write, nil, err
	})
	switch {
	case err != nil:
		return err
	case !r.early.IsZero():
		m.Due = r.early
		return d.Timers.Send(ctx, r.early, m)
	case r.mine:
		d.Log.InfoContext(ctx, "callback overdue", "callback", m.CallbackID)
		d.count(metricOverdue, "", "", 1)
		d.announce(ctx, d.callbackEvent(m.AccountID, m.CallbackID, callbackOverdue, "", &cb))
		_ = inParallel(len(r.letters), func(i int) error {
			d.push(ctx, m.AccountID, r.letters[i].member, r.letters[i].notice, nil)
			return nil
		})
	}
	return nil
}

// reminder is what one due message comes to. The queue may deliver two at once: the one
// whose mark the callback gets reminds people.
type reminder struct {
	d    *Desk
	m    Message
	mark string

	early   time.Time // when to look again, if it was too early
	letters []letter
	mine    bool
}

// look judges the callback as it is now, and says whether to write the mark. A crash after
// the mark loses the reminder; the lists show the callback first all the same.
func (r *reminder) look(ctx context.Context, s *stored[callback]) (write bool, err error) {
	r.early, r.mine = time.Time{}, false
	cb, due := &s.value, instant(s.value.Due)
	if !s.found() { // its Write may still come, but not for ever
		due = r.m.Due
	}
	switch {
	case s.found() && (cb.Account != r.m.AccountID || !cb.pending()):
		return false, nil
	case r.d.Now().Before(due):
		r.early = due
		return false, nil
	case !s.found():
		return false, nil
	case cb.Overdue != "":
		r.mine = cb.Overdue == r.mark // found after an outcome that was unknown
		return false, nil
	}
	if r.letters, err = r.d.reminders(ctx, r.m.CallbackID, cb); err != nil {
		return false, err
	}
	cb.Overdue, r.mine = r.mark, true
	return true, nil
}

// reminders go to whoever claimed the callback; else to those of its department who are
// there, the least busy first; else to the owner.
func (d *Desk) reminders(ctx context.Context, id string, cb *callback) ([]letter, error) {
	n := Notice{Kind: NoticeCallbackDue, CallbackID: id}
	if cb.Claimed != nil {
		return []letter{{member: cb.Claimed.ID, notice: n}}, nil
	}
	s, err := d.readDesk(ctx, cb.Account)
	if err != nil {
		return nil, err
	}
	dep, _ := s.DepartmentOf(cb.Department, "")
	n.Department = s.Departments[dep].Name
	there := slices.DeleteFunc(s.Rows, func(r *roster.Row) bool { return !r.In(dep) || !r.There(&s.Account, d.Now()) })
	slices.SortStableFunc(there, func(a, b *roster.Row) int { return len(a.Work) - len(b.Work) })
	var letters []letter
	for _, r := range there[:min(len(there), mostReminded)] {
		letters = append(letters, letter{member: r.ID, notice: n})
	}
	if owner := s.Account.Owner; letters == nil && owner != "" {
		letters = append(letters, letter{member: owner, notice: n})
	}
	return letters, nil
}
