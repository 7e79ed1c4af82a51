package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/table"
)

// closing is what an escalation has closed of a callback, as it keeps it: a correction opens
// it again.
type closing struct {
	ID      string `json:"id"`
	Entries []int  `json:"n,omitempty"` // the numbers of those that it marked as helped
}

// closedCallback is a callback that a step ends or opens again, as it is then.
type closedCallback struct {
	id string
	*callback
}

// closeCallbacks marks what the escalation has settled: the entries of its own conversation
// and of its customer when it is resolved, and the callbacks that its agent names. One with
// no open entry ends, unless somebody else holds it: they are told.
func (c *change) closeCallbacks(ctx context.Context, s *step) ([]table.Op, error) {
	cl := &closer{change: c, step: s}
	if s.reopen {
		if err := cl.reopen(ctx); err != nil {
			return nil, err
		}
	}
	if s.resolved {
		err := together(
			func() (err error) { cl.ids, err = cl.related(ctx); return err },
			func() error { return c.readyRelease(ctx, s) }, // which would wait for its reads behind
		)
		if err != nil {
			return nil, err
		}
	}
	for _, id := range s.named {
		if err := cl.close(ctx, id, cl.all); err != nil {
			return nil, err
		}
	}
	for _, id := range cl.ids {
		if !slices.Contains(s.named, id) {
			if err := cl.close(ctx, id, cl.own); err != nil {
				return nil, err
			}
		}
	}
	return cl.ops, nil
}

// closer closes callbacks for one escalation.
type closer struct {
	*change
	step     *step
	ids      []string // of the callbacks that resolving is about
	enquiry  Request  // what was asked, when it resolves
	contacts []string
	ops      []table.Op
}

// related finds the callbacks of the escalation's interaction and customer.
func (c *closer) related(ctx context.Context) ([]string, error) {
	env, err := c.head(ctx)
	if err != nil || env == nil {
		return nil, err
	}
	c.enquiry = env.Request
	c.contacts = c.enquiry.Customer.Contacts()
	contacts := c.enquiry.Customer.lookups()
	lists := make([][]string, len(contacts)+1)
	err = inParallel(len(lists), func(i int) (err error) {
		if i == len(contacts) {
			lists[i], err = c.d.callbacksOf(ctx, c.acc, c.step.next.Interaction)
			return err
		}
		lists[i], err = c.d.pointers(ctx, table.Range{Partition: keys.Customer(c.acc, contacts[i]), Prefix: keys.PrefixOpen})
		return err
	})
	if err != nil {
		return nil, err
	}
	ids := slices.Concat(lists...)
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// own picks the entries of the escalation's conversation, and those of its contact and
// department where the names do not differ.
func (c *closer) own(e *entry) bool {
	if e.Escalation == c.id || e.Interaction != "" && e.Interaction == c.enquiry.InteractionID {
		return true
	}
	a, b := names.Fold(e.Customer.Name), names.Fold(c.enquiry.Customer.Name)
	if e.Department != c.step.next.Department || a != "" && b != "" && a != b {
		return false
	}
	return slices.ContainsFunc(e.Customer.Contacts(), func(s string) bool { return slices.Contains(c.contacts, s) })
}

func (c *closer) all(*entry) bool { return true }

// close marks the entries that which picks, and ends the callback when none is open. Beyond
// half of a Write the rest stay open, which loses nothing.
func (c *closer) close(ctx context.Context, id string, which func(*entry) bool) error {
	cb, err := load[callback](ctx, c.d.Table, keys.Callback(id))
	if err != nil || len(c.ops) > table.MaxOps/2 {
		return err
	}
	v := &cb.value
	switch {
	case v.Account != c.acc:
		return nil
	case !v.pending():
		return c.closeJoined(ctx, id, &cb)
	}
	held := v.Claimed != nil && !c.step.by(v.Claimed.ID)
	named := slices.Contains(c.step.named, id)
	if held && named {
		if !slices.Contains(c.ids, id) {
			c.step.tellHolder(v.Claimed.ID, id)
			return nil
		}
		which = c.own // to name it closes no less than to resolve alone
	}
	closes, err := c.help(ctx, id, v, which)
	if err != nil || len(closes.Entries) == 0 && !named {
		return err
	}
	if v.Claimed != nil {
		c.step.tellHolder(v.Claimed.ID, id)
	}
	c.step.next.noteClosed(closes)
	joined, err := c.d.openJoined(ctx, id, v)
	if err != nil {
		return err
	}
	if !held && !v.open() && (named || len(joined) == 0) {
		c.ops = append(c.ops, v.move(id, callbackDone, c.now)...)
		v.Note, v.EndedBy = "Resolved in "+c.id+".", c.id
		c.step.closed = append(c.step.closed, closedCallback{id, v})
		c.ops = append(c.ops, helpJoined(joined, millis(c.now))...)
	}
	c.ops = append(c.ops, v.put(id, cb.version, millis(c.now))...)
	return nil
}

// help marks the open entries that which picks.
func (c *closer) help(ctx context.Context, id string, v *callback, which func(*entry) bool) (closing, error) {
	closes := closing{ID: id}
	list, err := c.d.entries(ctx, id, v, max(maxEntries, len(v.Marks)))
	for i := range list {
		if n := list[i].n; v.Marks[n-1] == markOpen && which(&list[i].value) {
			v.mark(n, markHelped)
			closes.Entries = append(closes.Entries, n)
		}
	}
	return closes, err
}

// closeJoined marks what a younger callback still holds of the conversation: it has ended, and
// its open entries wait in the older one that it was joined to.
func (c *closer) closeJoined(ctx context.Context, id string, cb *stored[callback]) error {
	v := &cb.value
	written := slices.ContainsFunc(c.ops, func(op table.Op) bool { return op.Item.Key == keys.Callback(id) })
	if v.JoinedTo == "" || !v.open() || written || slices.Contains(c.step.named, id) {
		return nil
	}
	closes, err := c.help(ctx, id, v, c.own)
	if err != nil || len(closes.Entries) == 0 {
		return err
	}
	c.step.next.noteClosed(closes)
	c.ops = append(c.ops, v.put(id, cb.version, millis(c.now))...)
	return nil
}

// noteClosed keeps what was closed, once for each callback: a correction may close more of one.
func (e *escalation) noteClosed(closes closing) {
	if i := slices.IndexFunc(e.Closed, func(c closing) bool { return c.ID == closes.ID }); i >= 0 {
		e.Closed[i].Entries = append(slices.Clone(e.Closed[i].Entries), closes.Entries...)
		return
	}
	e.Closed = append(e.Closed, closes)
}

// reopen takes back what the escalation closed: its agent corrected that it was resolved.
// What the agent names again stays closed, and so does what somebody else has ended since.
func (c *closer) reopen(ctx context.Context) error {
	c.step.next.Closed = nil
	for _, closed := range c.step.before.Closed {
		i := slices.Index(c.step.named, closed.ID)
		if i < 0 {
			if err := c.reopenOne(ctx, closed); err != nil {
				return err
			}
			continue
		}
		c.step.named = slices.Delete(c.step.named, i, i+1)
		c.step.next.Closed = append(c.step.next.Closed, closed)
	}
	return nil
}

func (c *closer) reopenOne(ctx context.Context, closed closing) error {
	cb, err := load[callback](ctx, c.d.Table, keys.Callback(closed.ID))
	if err != nil || !cb.found() {
		return err
	}
	v := &cb.value
	for _, n := range closed.Entries {
		if n <= len(v.Marks) && v.Marks[n-1] == markHelped {
			v.mark(n, markOpen)
		}
	}
	if v.State == callbackDone && v.EndedBy == c.id {
		// As with a new one a customer matters more than a reminder.
		if err := c.d.sendDue(ctx, c.acc, closed.ID, instant(v.Due)); err != nil {
			c.d.Log.WarnContext(ctx, "timer not sent: who reads the callback sends it", "escalation", c.id, "callback", closed.ID, "error", err)
		}
		c.ops = append(c.ops, v.reopen(closed.ID)...)
		c.step.reopened = append(c.step.reopened, closedCallback{closed.ID, v})
		c.step.waits = append(c.step.waits, v.departments()...)
	} else if v.Claimed != nil && v.pending() {
		c.step.tellHolder(v.Claimed.ID, closed.ID)
	}
	c.ops = append(c.ops, v.put(closed.ID, cb.version, millis(c.now))...)
	return nil
}

// reopen makes an ended callback one that waits, claimed by nobody. Its attempts stay.
func (cb *callback) reopen(id string) []table.Op {
	ops := []table.Op{cb.unlist(id)}
	cb.waits()
	cb.dueAt(cb.Due)
	return append(ops, cb.list(id))
}

// waits is the state of one that is open again.
func (cb *callback) waits() {
	cb.State, cb.Claimed, cb.Note, cb.Ended, cb.EndedBy, cb.JoinedTo = callbackOpen, nil, "", 0, "", ""
}

// openJoined reads the younger callbacks whose entries belong to this one and are open.
func (d *Desk) openJoined(ctx context.Context, id string, cb *callback) ([]joinedCallback, error) {
	var list []joinedCallback
	for _, j := range cb.Joined {
		younger, err := load[callback](ctx, d.Table, keys.Callback(j.ID))
		if err != nil {
			return nil, fmt.Errorf("reading what was joined: %w", err)
		}
		if cb.goesOnFor(id, &younger.value) && younger.value.open() {
			list = append(list, joinedCallback{j, younger})
		}
	}
	return list, nil
}

// goesOnFor reports whether a younger one still belongs to this callback: it may have been
// opened again since, and be joined to another one now.
func (cb *callback) goesOnFor(id string, younger *callback) bool {
	to := younger.JoinedTo
	return to == id || to != "" && slices.ContainsFunc(cb.Joined, func(j joined) bool { return j.ID == to })
}

// joinedCallback is a younger callback as read.
type joinedCallback struct {
	joined
	stored[callback]
}

// helpJoined marks all entries of younger callbacks as helped.
func helpJoined(list []joinedCallback, now int64) []table.Op {
	var ops []table.Op
	for _, j := range list {
		j.value.helped()
		ops = append(ops, j.value.put(j.ID, j.version, now)...)
	}
	return ops
}
