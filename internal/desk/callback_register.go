package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// leaveCustomer lets nobody join the callback any more. Another that the customer has by
// now keeps its pointer.
func (d *Desk) leaveCustomer(ctx context.Context, id string, cb *callback) ([]table.Op, error) {
	contact := cb.Customer.contact()
	if contact == "" {
		return nil, nil
	}
	k := keys.OpenCallback(cb.Account, contact, cb.Department)
	p, err := load[pointer](ctx, d.Table, k)
	if err != nil || p.value.ID != id {
		return nil, err
	}
	return []table.Op{table.Delete(k, table.AtVersion(p.version))}, nil
}

// registerCallback makes the step's escalation a callback if it is to be one: a new one, or
// one that is open for the same customer and department. A second call of a customer who
// waits is no second entry in the list.
func (c *change) registerCallback(ctx context.Context, s *step) ([]table.Op, error) {
	if !s.callback {
		return nil, nil
	}
	e := s.next
	if e.Drill { // nobody is to be called
		e.State, e.Ended = Cancelled, millis(c.now)
		e.log(c.now, didCancel, "", "")
		return nil, nil
	}
	if err := c.readForCallback(ctx); err != nil {
		return nil, err
	}
	e.Because = cmp.Or(s.because, c.snap.Because(e.want(c.account), c.now))
	if e.State.Open() {
		e.State, e.Ended = CalledFor, millis(c.now)
	}
	e.log(c.now, didCallback, "", "")
	contact := c.request.Request.Customer.contact()
	if contact == "" {
		return c.newCallback(ctx, s, "", 0), nil
	}
	p, err := load[pointer](ctx, c.d.Table, keys.OpenCallback(c.acc, contact, e.Department))
	if err != nil {
		return nil, err
	}
	if p.found() {
		cb, err := load[callback](ctx, c.d.Table, keys.Callback(p.value.ID))
		if err != nil {
			return nil, err
		}
		if cb.value.pending() && len(cb.value.Escalations) < maxJoined {
			return c.joinCallback(e, p.value.ID, cb), nil
		}
	}
	return c.newCallback(ctx, s, contact, p.version), nil
}

// readForCallback reads what registering a callback needs and is not at hand.
func (c *change) readForCallback(ctx context.Context) error {
	if err := c.needDesk(ctx); err != nil {
		return err
	}
	if c.request != nil {
		return nil
	}
	env, _, found, err := c.d.loadHead(ctx, c.id)
	if err == nil && !found {
		err = notFound("request")
	}
	if err == nil {
		c.request = &env
	}
	return err
}

// newCallback registers one of its own; version is that of the pointer for later ones of the
// customer. Two at once meet there: one of them finds a conflict, reads again and joins.
func (c *change) newCallback(ctx context.Context, s *step, contact string, version int64) []table.Op {
	e, r := s.next, &c.request.Request
	s.registered = true
	id := keys.DerivedID("cb_", c.id) // an escalation has one callback at most
	e.Callback = id
	cb := callback{
		Account: c.acc, State: callbackOpen, Escalations: []string{c.id}, Department: e.Department,
		Customer: r.Customer, Summary: r.Conversation.Summary, Because: e.Because, NeedsContact: contact == "",
		Due: millis(c.awaitDue(ctx, id, e.Department)), Created: millis(c.now),
	}
	ops := []table.Op{put(keys.ListedCallback(c.acc, cb.State, cb.Due, id), listedCallback{cb.Department}, table.Condition{})}
	if contact != "" {
		ops = append(ops, put(keys.OpenCallback(c.acc, contact, e.Department), pointer{id}, table.AtVersion(version)))
	}
	if e.Interaction != "" {
		cb.Interactions = []string{e.Interaction}
		ops = append(ops, put(keys.InteractionCallback(c.acc, e.Interaction, id), pointer{id}, table.Condition{}))
	}
	return append(ops, put(keys.Callback(id), cb, table.Absent))
}

// joinCallback adds the escalation to the customer's callback that is open already.
func (c *change) joinCallback(e *escalation, id string, cb stored[callback]) []table.Op {
	e.Callback = id
	v := &cb.value
	if !slices.Contains(v.Escalations, c.id) {
		v.Escalations = append(v.Escalations, c.id)
	}
	// What is known stands, what was missing is filled in: neither changes the contact.
	v.Customer = c.request.Request.Customer.with(v.Customer)
	if sum := c.request.Request.Conversation.Summary; sum != "" {
		v.Summary = sum
	}
	var ops []table.Op
	if e.Interaction != "" && !slices.Contains(v.Interactions, e.Interaction) {
		v.Interactions = append(v.Interactions, e.Interaction)
		ops = append(ops, put(keys.InteractionCallback(c.acc, e.Interaction, id), pointer{id}, table.Condition{}))
	}
	return append(ops, put(keys.Callback(id), v, table.AtVersion(cb.version)))
}

// closedCallback is a callback that a step closes, as it is then.
type closedCallback struct {
	id string
	*callback
}

// closeCallbacks ends the open, unclaimed callbacks of the interaction or customer: the
// matter is resolved. What somebody has claimed is left to them.
func (c *change) closeCallbacks(ctx context.Context, s *step) ([]table.Op, error) {
	if !s.resolved {
		return nil, nil
	}
	ids, err := c.relatedCallbacks(ctx, s.next.Interaction)
	if err != nil {
		return nil, err
	}
	var ops []table.Op
	for _, id := range ids {
		if len(ops) > table.MaxOps/2 {
			break // the rest stay open, which loses nothing
		}
		more, cb, err := c.closeCallback(ctx, id)
		if err != nil {
			return nil, err
		}
		if more != nil {
			s.closed = append(s.closed, closedCallback{id, cb})
		}
		ops = append(ops, more...)
	}
	return ops, nil
}

// relatedCallbacks finds the callbacks of the escalation's customer that are open or
// claimed, and all of its interaction.
func (c *change) relatedCallbacks(ctx context.Context, interaction string) ([]string, error) {
	env, _, found, err := c.d.loadHead(ctx, c.id)
	if err != nil || !found {
		return nil, err
	}
	var ranges []table.Range
	if contact := env.Request.Customer.contact(); contact != "" {
		ranges = append(ranges, table.Range{Partition: keys.Customer(c.acc, contact), Prefix: keys.PrefixOpen})
	}
	if interaction != "" {
		ranges = append(ranges, table.Range{Partition: keys.Interaction(c.acc, interaction), Prefix: keys.PrefixCallback})
	}
	var ids []string
	for _, r := range ranges {
		items, err := c.d.Table.Query(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("reading callbacks: %w", err)
		}
		for _, it := range items {
			p, err := decode[pointer](it)
			if err != nil {
				return nil, err
			}
			ids = append(ids, p.value.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// closeCallback gives the operations that end one; none when it is not open.
func (c *change) closeCallback(ctx context.Context, id string) ([]table.Op, *callback, error) {
	cb, err := load[callback](ctx, c.d.Table, keys.Callback(id))
	if err != nil || cb.value.State != callbackOpen {
		return nil, nil, err
	}
	ops, err := c.d.leaveCustomer(ctx, id, &cb.value)
	if err != nil {
		return nil, nil, err
	}
	ops = append(ops, cb.value.move(id, callbackDone, c.now)...)
	cb.value.Note = "Resolved in " + c.id + "."
	return append(ops, put(keys.Callback(id), cb.value, table.AtVersion(cb.version))), &cb.value, nil
}
