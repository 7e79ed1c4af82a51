package desk

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// maxYounger is how many younger callbacks of its customer one may go on for.
const maxYounger = 10

// head is a callback on its way to be written: as it was read, and as it is to be.
type head struct {
	id      string
	was     callback
	cb      callback
	version int64
}

func newHead(id string, s stored[callback]) *head {
	return &head{id: id, was: s.value, cb: s.value, version: s.version}
}

// ops write the head and move it in the lists; there are none when nothing has changed.
func (h *head) ops(now int64) []table.Op {
	if reflect.DeepEqual(h.was, h.cb) {
		return nil
	}
	var ops []table.Op
	moved := h.was.State != h.cb.State || h.was.Due != h.cb.Due
	if moved {
		ops = append(ops, h.was.unlist(h.id))
	}
	if moved || !slices.Equal(h.was.departments(), h.cb.departments()) {
		ops = append(ops, h.cb.list(h.id))
	}
	return append(ops, h.cb.put(h.id, h.version, now)...)
}

// readHead reads a callback alone.
func (d *Desk) readHead(ctx context.Context, id string) (*spoken, error) {
	cb, err := load[callback](ctx, d.Table, keys.Callback(id))
	return &spoken{id: id, cb: cb}, err
}

// speaking is one call of the assistant about a callback. Each try begins anew.
type speaking struct {
	d        *Desk
	acc      string
	of       About
	customer Customer
	snap     *roster.Roster
	due      time.Time // of one that opens again
	mark     string

	s       *spoken
	own     *head // the callback of the conversation
	root    *head // the one that goes on for it: itself, or the older one
	other   *head // another one of the same customer
	ops     []table.Op
	holders map[string]string // who is told of which callback
	younger string            // one that a try has ended as joined: of all tries
}

// Contact keeps how the customer of a conversation can be reached. Empty fields of customer
// change nothing. It writes into the entries of that conversation and, when it was the first,
// into the callback; never into what another conversation gave. A phone or e-mail that an
// ended callback did not have opens it again. Problems are not-found and which-conversation.
func (d *Desk) Contact(ctx context.Context, accountID string, of About, customer Customer) (Callback, error) {
	return d.speak(ctx, accountID, of, customer, (*speaking).contact)
}

// Withdraw notes that the customer of a conversation needs no call any more. The callback
// ends when no other entry is open. Problems are not-found and which-conversation.
func (d *Desk) Withdraw(ctx context.Context, accountID string, of About) (Callback, error) {
	return d.speak(ctx, accountID, of, Customer{}, (*speaking).withdraw)
}

// speak does one thing to the entries of a conversation, and tells of it.
func (d *Desk) speak(ctx context.Context, acc string, of About, customer Customer, do func(*speaking, context.Context) error) (Callback, error) {
	customer.Email = lowerEmail(customer.Email)
	mark, err := d.newID("")
	if err != nil {
		return Callback{}, err
	}
	p := &speaking{d: d, acc: acc, of: of, customer: customer, mark: mark}
	err = d.write(ctx, "what an assistant says of a callback", func(error) ([]table.Op, error) {
		if err := p.read(ctx); err != nil {
			return nil, err
		}
		if err := do(p, ctx); err != nil {
			return nil, err
		}
		return p.writes(), nil
	})
	if err != nil {
		return Callback{}, err
	}
	p.tell(context.WithoutCancel(ctx))
	v, err := d.wholeCallback(ctx, p.own.id, &p.own.cb)
	if err == nil {
		v.DepartmentName, err = d.directory(ctx, p.own.cb.Account).name(v.DepartmentID)
	}
	return v, err
}

// read reads the callback, its entries and the one that goes on for it.
func (p *speaking) read(ctx context.Context) error {
	p.ops, p.holders, p.other = nil, map[string]string{}, nil
	var err error
	if p.s, err = p.d.spoken(ctx, p.acc, p.of); err != nil {
		return err
	}
	p.own = newHead(p.s.id, p.s.cb)
	p.root = p.own
	if p.own.cb.JoinedTo == "" {
		return nil
	}
	id, cb, err := p.d.goesOn(ctx, p.s.id)
	if err == nil && id != p.own.id && cb.value.pending() {
		p.root = newHead(id, cb)
	}
	return err
}

// writes are the operations of all that has changed.
func (p *speaking) writes() []table.Op {
	now := millis(p.d.Now())
	ops := p.ops
	for i, h := range []*head{p.own, p.root, p.other} {
		if h != nil && (i != 1 || h != p.own) {
			ops = append(ops, h.ops(now)...)
		}
	}
	return ops
}

// contact keeps what the customer's own conversation says.
func (p *speaking) contact(ctx context.Context) error {
	var err error
	if p.snap, err = p.d.readDesk(ctx, p.acc); err != nil {
		return err
	}
	own := &p.s.own[len(p.s.own)-1]
	fresh := p.fresh()
	before := own.value.Customer
	own.value.Customer = before.with(p.customer)
	if own.value.Customer != before {
		p.ops = append(p.ops, own.value.put(p.own.id, own.n, table.AtVersion(own.version)))
		p.noteHolder(p.root)
	}
	cb := &p.own.cb
	if own.n == len(cb.Marks) && cb.LastEntry != nil {
		cb.noteEntry(own.value)
	}
	if first := &p.s.entries[0]; first.n == 1 && first.value.conversation() == own.value.conversation() {
		cb.Customer = cb.Customer.with(p.customer)
		cb.NeedsContact = len(cb.Customer.Contacts()) == 0
	}
	if len(fresh) > 0 {
		p.open(ctx, own.n)
	}
	if own.value.Customer == before {
		return nil // what it says is known, and leads here
	}
	return p.index(ctx, &own.value)
}

// fresh are the contacts that nobody gave before.
func (p *speaking) fresh() []string {
	known := p.own.cb.Customer.Contacts()
	for i := range p.s.entries {
		known = append(known, p.s.entries[i].value.Customer.Contacts()...)
	}
	return slices.DeleteFunc(p.customer.Contacts(), func(c string) bool { return slices.Contains(known, c) })
}

// open opens the entry, and the callback when it has ended: the customer can be reached now.
func (p *speaking) open(ctx context.Context, n int) {
	cb := &p.own.cb
	cb.mark(n, markOpen)
	if p.root.cb.pending() {
		return
	}
	now := p.d.Now()
	if p.due.IsZero() {
		p.due = p.snap.CallbackDue(cb.Department, now, now).Truncate(time.Millisecond)
		if err := p.d.sendDue(ctx, p.acc, p.own.id, p.due); err != nil { // how to reach them matters more
			p.d.Log.WarnContext(ctx, "timer not sent: who reads the callback sends it", "callback", p.own.id, "error", err)
		}
	}
	cb.waits()
	cb.Opened = millis(now)
	cb.dueAt(millis(p.due))
}

// index has the callback found by the contacts of an entry. Where another one that goes on
// is found there, the two are one customer's.
func (p *speaking) index(ctx context.Context, e *entry) error {
	dep := ""
	if p.snap.Has(e.Department) {
		dep = e.Department
	}
	for _, contact := range e.Customer.Contacts() {
		l, err := p.d.lead(ctx, p.acc, contact, dep, p.snap.Has)
		if err != nil {
			return err
		}
		p.ops = append(p.ops, put(keys.CustomerCallback(p.acc, contact, p.own.was.Created, p.own.id), pointer{p.own.id}, table.Condition{}))
		switch {
		case l.id == p.root.id || !p.root.cb.pending():
		case l.id == "":
			p.ops = append(p.ops, put(l.key, pointer{p.root.id}, table.AtVersion(l.version)))
		case p.other == nil:
			p.other = newHead(l.id, l.at)
			p.unite()
		}
	}
	return nil
}

// unite has the older of two callbacks go on for both, unless somebody holds the younger.
// Nothing is moved: who reads the older reads the entries of both.
func (p *speaking) unite() {
	older, younger := p.root, p.other
	if older.cb.Created > younger.cb.Created || older.cb.Created == younger.cb.Created && older.id > younger.id {
		older, younger = younger, older
	}
	p.noteHolder(older)
	deps := slices.Clone(older.cb.departments())
	for _, dep := range younger.cb.departments() {
		if !slices.Contains(deps, dep) {
			deps = append(deps, dep)
		}
	}
	if younger.cb.Claimed != nil || len(older.cb.Joined)+len(younger.cb.Joined) >= maxYounger || len(deps) > maxDepartments {
		p.noteHolder(younger)
		return
	}
	list := append(slices.Clone(older.cb.Joined), joined{younger.id, len(older.cb.Marks), len(younger.cb.Marks)})
	for _, j := range younger.cb.Joined {
		list = append(list, joined{j.ID, len(older.cb.Marks), j.N})
	}
	older.cb.Joined = list
	if len(deps) > 1 {
		older.cb.Departments = deps
	}
	younger.cb.State, younger.cb.Ended, younger.cb.EndedBy = callbackDone, millis(p.d.Now()), p.mark
	younger.cb.JoinedTo, younger.cb.Joined = older.id, nil
	p.younger = younger.id
}

// withdraw marks the conversation's entries as taken back, and ends the callback when no
// other is open.
func (p *speaking) withdraw(ctx context.Context) error {
	for _, e := range p.s.own {
		if p.own.cb.Marks[e.n-1] == markOpen {
			p.own.cb.mark(e.n, markTaken)
		}
	}
	if p.own.cb.Marks == p.own.was.Marks {
		return nil
	}
	p.noteHolder(p.root)
	root := &p.root.cb
	if !root.pending() || root.open() || p.root != p.own && p.own.cb.open() {
		return nil
	}
	others, err := p.d.openJoined(ctx, p.root.id, root)
	others = slices.DeleteFunc(others, func(j joinedCallback) bool { return j.ID == p.own.id })
	if err == nil && len(others) == 0 {
		root.State, root.Ended, root.EndedBy = callbackDone, millis(p.d.Now()), p.mark
		root.Note = "The customer needs no call any more."
	}
	return err
}

// noteHolder notes who is told, once it is written.
func (p *speaking) noteHolder(h *head) {
	if h.cb.Claimed != nil {
		p.holders[h.cb.Claimed.ID] = h.id
	}
}

// tell counts and tells what was written: a crash before it loses a push, nothing more.
func (p *speaking) tell(ctx context.Context) {
	if p.other == nil && p.younger != "" { // found joined after an outcome that was unknown
		if s, err := p.d.readHead(ctx, p.younger); err == nil && s.id != p.own.id {
			p.other = newHead(s.id, s.cb)
		}
	}
	for i, h := range []*head{p.own, p.root, p.other} {
		if h == nil || i == 1 && h == p.own || h.was.State == h.cb.State && h.cb.EndedBy != p.mark {
			continue
		}
		if !h.cb.pending() {
			p.d.count(metricClosed, "State", h.cb.State, 1)
		}
		p.d.Log.InfoContext(ctx, "callback changed", "callback", h.id, "became", h.cb.State)
		p.d.announce(ctx, p.d.callbackEvent(p.acc, h.id, h.cb.State, "", &h.cb))
		if h.cb.State == callbackOpen { // opened again
			p.d.tellNew(ctx, p.acc, h.cb.departments())
		}
	}
	for member, id := range p.holders {
		p.d.tellHolder(ctx, p.acc, member, id)
	}
}
