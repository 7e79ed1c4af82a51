package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// registerCallback makes the step's escalation a callback if it is to be one: an entry of
// one that goes on for the same conversation or customer, else a new one. A second call of
// a customer who waits is no second callback.
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
	joins, err := c.readJoins(ctx, e)
	if err != nil {
		return nil, err
	}
	if joins.found == nil || c.joins >= mostJoins {
		return c.newCallback(ctx, s, joins), nil
	}
	c.joins++
	return c.joinCallback(s, joins), nil
}

// mostJoins is how often joining may meet with a conflict. A customer must not wait for it:
// then the callback is registered anew.
const mostJoins = 3

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

// joins is what an escalation may join, and what leads further ones there.
type joins struct {
	entry      entry
	department string // a live one, or none
	contacts   []string
	leads      []lead // by each contact, in this department
	id         string
	found      *stored[callback]
}

// lead is a pointer from a customer's contact to a callback, as it is now.
type lead struct {
	key     table.Key
	version int64
	id      string // the one that it leads to and that goes on; empty when there is none
	at      stored[callback]
}

// readJoins looks for a callback to join: of the same interaction, whatever department it
// asked for, else of the same phone, else of the same e-mail in the same department.
func (c *change) readJoins(ctx context.Context, e *escalation) (*joins, error) {
	j := &joins{contacts: c.request.Request.Customer.Contacts()}
	if c.snap.Has(e.Department) {
		j.department = e.Department
	}
	j.entry = newEntry(c.id, j.department, c.request)
	of, err := c.d.callbacksOf(ctx, c.acc, e.Interaction)
	if err != nil {
		return nil, err
	}
	for _, id := range of {
		cb, err := load[callback](ctx, c.d.Table, keys.Callback(id))
		if err != nil {
			return nil, err
		}
		j.take(id, cb)
	}
	for i, contact := range c.request.Request.Customer.lookups() {
		l, err := c.d.lead(ctx, c.acc, contact, j.department, c.snap.Has)
		if err != nil {
			return nil, err
		}
		if l.id != "" {
			j.take(l.id, l.at)
		}
		if i < len(j.contacts) {
			j.leads = append(j.leads, l)
		}
	}
	return j, nil
}

// take is the first that has room.
func (j *joins) take(id string, cb stored[callback]) {
	if j.found == nil && cb.value.room(j.department) {
		j.id, j.found = id, &cb
	}
}

// room reports whether another entry may join.
func (cb *callback) room(dep string) bool {
	deps := cb.departments()
	return cb.pending() && len(cb.Marks) < maxEntries && (slices.Contains(deps, dep) || len(deps) < maxDepartments)
}

// callbacksOf lists the callbacks of an interaction.
func (d *Desk) callbacksOf(ctx context.Context, acc, interaction string) ([]string, error) {
	if interaction == "" {
		return nil, nil
	}
	return d.pointers(ctx, table.Range{Partition: keys.Interaction(acc, interaction), Prefix: keys.PrefixCallback})
}

// pointers gives the ids that the pointers of a range lead to.
func (d *Desk) pointers(ctx context.Context, r table.Range) ([]string, error) {
	items, err := d.Table.Query(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("reading callbacks: %w", err)
	}
	ids := make([]string, len(items))
	for i, it := range items {
		p, err := decode[pointer](it)
		if err != nil {
			return nil, err
		}
		ids[i] = p.value.ID
	}
	return ids, nil
}

// lead finds the callback that a contact leads to in a department. Pointers of departments
// that were deleted are of none.
func (d *Desk) lead(ctx context.Context, acc, contact, dep string, live func(string) bool) (lead, error) {
	l := lead{key: keys.OpenCallback(acc, contact, dep)}
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Customer(acc, contact), Prefix: keys.PrefixOpen})
	if err != nil {
		return l, fmt.Errorf("reading callbacks: %w", err)
	}
	for _, it := range items {
		own := it.Key == l.key
		if own {
			l.version = it.Version
		}
		of := it.Key.Sort[len(keys.PrefixOpen):]
		if l.id != "" || !own && (dep != "" || live(of)) {
			continue
		}
		p, err := decode[pointer](it)
		if err != nil {
			return l, err
		}
		id, cb, err := d.goesOn(ctx, p.value.ID)
		if err != nil {
			return l, err
		}
		if cb.value.pending() {
			l.id, l.at = id, cb
		}
	}
	return l, nil
}

// goesOn reads a callback, or the older one that it was joined to while that is pending.
func (d *Desk) goesOn(ctx context.Context, id string) (string, stored[callback], error) {
	cb, err := load[callback](ctx, d.Table, keys.Callback(id))
	for range maxTries {
		older := cb.value.JoinedTo
		if err != nil || older == "" {
			break
		}
		next, failed := load[callback](ctx, d.Table, keys.Callback(older))
		if failed != nil || !next.value.pending() && next.value.JoinedTo == "" {
			return id, cb, failed
		}
		id, cb = older, next
	}
	return id, cb, err
}

// newCallback registers one of its own. Two of one customer at once meet at the pointers:
// one of them finds a conflict, reads again and joins.
func (c *change) newCallback(ctx context.Context, s *step, j *joins) []table.Op {
	e, r := s.next, &c.request.Request
	s.registered, s.waits = true, []string{j.department}
	id := keys.DerivedID("cb_", c.id) // an escalation has one callback at most
	e.Callback = id
	cb := callback{
		Account: c.acc, State: callbackOpen, Escalations: []string{c.id}, Marks: string(markOpen), Department: j.department,
		Customer: r.Customer, Summary: r.Conversation.Summary, Because: e.Because, NeedsContact: len(j.contacts) == 0,
		Due: millis(c.awaitDue(ctx, id, j.department)), Created: millis(c.now), Interaction: e.Interaction,
	}
	cb.NextLook = cb.Due
	cb.noteEntry(j.entry)
	ops := append(c.indexEntry(id, &cb, j), cb.list(id), j.entry.put(id, 1, table.Absent))
	return append(ops, cb.put(id, 0, millis(c.now))...)
}

// joinCallback adds the escalation as an entry to a callback that goes on. The head stays
// the first conversation's: another may be a stranger's.
func (c *change) joinCallback(s *step, j *joins) []table.Op {
	s.next.Callback = j.id
	v := &j.found.value
	if slices.Contains(v.Escalations, c.id) {
		return v.put(j.id, j.found.version, v.Changed) // as it is: a mere check needs leave that functions lack
	}
	v.Escalations = append(v.Escalations, c.id)
	v.Marks += string(markOpen)
	if v.Interaction != "" && v.Interaction == s.next.Interaction {
		v.Customer = j.entry.Customer.with(v.Customer) // its own words: what was missing is filled in
		v.NeedsContact = len(v.Customer.Contacts()) == 0
	}
	v.noteEntry(j.entry)
	ops := c.indexEntry(j.id, v, j)
	if deps := v.departments(); !slices.Contains(deps, j.department) {
		v.Departments = append(slices.Clone(deps), j.department)
		if v.Claimed == nil {
			s.waits = []string{j.department}
		}
		ops = append(ops, v.list(j.id))
	}
	if v.Claimed != nil {
		s.tellHolder(v.Claimed.ID, j.id)
	}
	ops = append(ops, j.entry.put(j.id, len(v.Marks), table.Absent))
	return append(ops, v.put(j.id, j.found.version, millis(c.now))...)
}

// noteEntry keeps the last entry in short, for lists.
func (cb *callback) noteEntry(e entry) { cb.LastEntry = &e }

// indexEntry has the callback found by what an entry says of its customer. Pointers that
// lead to another one that goes on stay, unless that one is full.
func (c *change) indexEntry(id string, cb *callback, j *joins) []table.Op {
	var ops []table.Op
	if j.entry.Interaction != "" {
		ops = append(ops, put(keys.InteractionCallback(c.acc, j.entry.Interaction, id), pointer{id}, table.Condition{}))
	}
	for i, contact := range j.contacts {
		ops = append(ops, put(keys.CustomerCallback(c.acc, contact, cb.Created, id), pointer{id}, table.Condition{}))
		if l := &j.leads[i]; l.id == "" || l.id != id && !l.at.value.room(j.department) {
			ops = append(ops, put(l.key, pointer{id}, table.AtVersion(l.version)))
		}
	}
	return ops
}
