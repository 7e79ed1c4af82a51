package desk

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// change is one change of an escalation on its way. decide may be called six times.
type change struct {
	d      *Desk
	acc    string
	id     string
	decide func(c *change) (*step, error)
	desk   bool                               // the whole desk partition is needed from the start
	member string                             // else, whose row and the account are
	asked  bool                               // and what was asked, without the conversation
	also   func(context.Context, *escalation) // what is done beside what follows a Write

	known // of this try

	// Of all tries.
	fresh    bool       // what is needed was read already, for the first try
	beside   *elsewhere // what else the interaction has, when it was read beside
	followed *elsewhere // and which escalation the request follows
	request  *envelope
	front    *envelope        // what was asked, without the conversation, once it was read
	keeping  *keeping         // the request while it is to be stored
	listed   bool             // it is in the lists already
	number   int              // of the interaction's last request without an id
	until    time.Time        // end of the ring time of the offer to be made
	entered  []string         // whose lists have the escalation before it is theirs
	moved    int              // number of the receipt that has an item before it leaves the escalation's
	timers   map[int]bool     // offers whose timer was sent
	due      time.Time        // when the callback to be registered is due
	awaited  bool             // and its timer was sent
	joins    int              // tries to join a callback
	tickets  map[string]drawn // by rotation
	intended []byte           // what a Write of unknown outcome would have stored
	sent     *step            // and the step that it was
	early    *early           // the timer of the first offer, sent before the account was read
	going    sync.WaitGroup   // what goes on beside
}

// change runs a change of an escalation, which may not be there.
func (d *Desk) change(ctx context.Context, acc, id string, decide func(c *change) (*step, error)) (*escalation, error) {
	c := &change{d: d, acc: acc, id: id, decide: decide}
	return c.run(ctx)
}

// known is what one try has read. The next begins with none of it.
type known struct {
	now         time.Time
	cur         *escalation // nil: there is none
	version     int64
	snap        *roster.Roster
	account     *roster.Account
	rows        map[string]*roster.Row // copies that the try may change
	interaction int64                  // version of the pointer from the interaction to its escalation
	counters    map[string]int64
	devices     func() ([]Device, error) // of the agent chosen, being read
}

// run reads, decides and writes until it is done, again after conflicts, and returns the
// escalation as it is then. Six conflicts are the problem busy.
func (c *change) run(ctx context.Context) (*escalation, error) {
	defer c.settle()
	c.timers, c.tickets = map[int]bool{}, map[string]drawn{}
	mark, err := c.d.newID("")
	if err != nil {
		return nil, err
	}
	for range maxTries {
		if !c.fresh {
			if err := c.read(ctx); err != nil {
				return nil, err
			}
		}
		c.fresh = false
		// An unknown outcome was a success if what is there now is what was sent.
		if c.intended != nil && c.cur != nil && bytes.Equal(c.intended, encodeEscalation(c.cur)) {
			c.after(ctx, c.sent)
			return c.cur, nil
		}
		s, err := c.decide(c)
		if errors.Is(err, errKept) {
			continue
		}
		if err != nil || s == nil {
			return c.cur, err
		}
		s.before, s.next.Mark = c.cur, mark
		err = c.try(ctx, s)
		if err == nil {
			c.after(ctx, s)
			return s.stored, nil
		}
		if errors.Is(err, errKept) {
			continue
		}
		if !again(err) {
			return nil, err
		}
		if err := c.pause(ctx); err != nil {
			return nil, err
		}
	}
	return nil, errBusy
}

// read reads the escalation and, where it is needed, the desk beside it.
func (c *change) read(ctx context.Context) error {
	c.forget()
	reads := []func() error{func() error { return c.readState(ctx) }}
	switch {
	case c.desk:
		reads = append(reads, func() error { return c.readDesk(ctx) })
	case c.member != "":
		reads = append(reads,
			func() error { _, err := c.settings(ctx); return err },
			func() error { _, err := c.row(ctx, c.member); return err })
	}
	if c.asked {
		reads = append(reads, func() error { _, err := c.head(ctx); return err })
	}
	err := together(reads...)
	c.now = c.d.Now()
	return err
}

// head gives what was asked, without the conversation; nil when it is not there. It is written
// once, and so read once for all tries.
func (c *change) head(ctx context.Context) (*envelope, error) {
	if c.front == nil {
		env, _, found, err := c.d.loadHead(ctx, c.id)
		if err != nil || !found {
			return nil, err
		}
		c.front = &env
	}
	return c.front, nil
}

// forget drops what was read for the try before.
func (c *change) forget() { c.known = known{rows: map[string]*roster.Row{}} }

// readState reads the escalation.
func (c *change) readState(ctx context.Context) error {
	e, err := load[escalation](ctx, c.d.Table, keys.Escalation(c.id))
	if err != nil || !e.found() {
		return err
	}
	if e.value.Account != c.acc {
		return notFound("escalation")
	}
	c.cur, c.version = &e.value, e.version
	return nil
}

func (c *change) readDesk(ctx context.Context) error {
	began := c.d.Now()
	s, err := c.d.readDesk(ctx, c.acc)
	if err != nil {
		return err
	}
	s.Began = began
	c.snap, c.account = s, &s.Account
	return nil
}

// needDesk reads the desk unless it was read for this try.
func (c *change) needDesk(ctx context.Context) error {
	if c.snap != nil {
		return nil
	}
	return c.readDesk(ctx)
}

// settings gives the account, read alone when the desk was not.
func (c *change) settings(ctx context.Context) (*roster.Account, error) {
	if c.account == nil {
		a, err := c.d.readAccount(ctx, c.acc)
		if err != nil {
			return nil, err
		}
		c.account = &a.value
	}
	return c.account, nil
}

// row gives one copy of a member's row, to be changed; nil when it is gone.
func (c *change) row(ctx context.Context, member string) (*roster.Row, error) {
	if r, ok := c.rows[member]; ok {
		return r, nil
	}
	var r *roster.Row
	if c.snap != nil {
		r = c.snap.Row(member)
	} else {
		var err error
		if r, err = c.d.readRow(ctx, c.acc, member); err != nil {
			return nil, err
		}
	}
	if r != nil {
		r = r.Clone()
	}
	c.rows[member] = r
	return r, nil
}

// try builds the one Write of a step and does it. A conflict leaves at most a ticket
// unused, and a timer with nothing to do.
func (c *change) try(ctx context.Context, s *step) error {
	ops := slices.Clone(s.beside)
	// In this order: whom find finds nobody for becomes a callback, and whom it finds gets
	// their row written with those that are released.
	for _, part := range []func(context.Context, *step) ([]table.Op, error){c.find, c.registerCallback, c.closeCallbacks, c.fileCallback, c.releaseRows} {
		more, err := part(ctx, s)
		if err != nil {
			return err
		}
		ops = append(ops, more...)
	}
	if err := c.keep(ctx); err != nil { // whatever is claimed can be read
		return err
	}
	ops = append(ops, c.listings(s)...)
	known := 0
	if c.cur != nil {
		known = len(c.cur.History)
	}
	s.number()
	stored, more := s.next.stowed(c.id, known)
	s.stored, ops = stored, append(ops, more...)
	body := encodeEscalation(stored)
	err := c.d.Table.Write(ctx, append(ops, table.Put(table.Item{Key: keys.Escalation(c.id), Body: body}, table.AtVersion(c.version)))...)
	if errors.Is(err, table.ErrOutcomeUnknown) {
		c.intended, c.sent = body, s
	}
	if err != nil {
		return unwritten(c.id, err)
	}
	return nil
}

// after counts a Write that succeeded and lets phones ring or stop, also for a caller who
// has hung up. A crash before or in it loses a push, never the escalation.
func (c *change) after(ctx context.Context, s *step) {
	if s == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if s.rotation != "" {
		c.d.landings.land(c.acc, s.rotation, s.next.Offer.Ticket)
	}
	c.measure(s)
	c.logStep(ctx, s)
	fillNotices(c.id, s)
	turns := inTurn(s.notices)
	_ = inParallel(len(turns)+4, func(i int) error {
		switch i {
		case len(turns) + 3:
			if c.also != nil {
				c.also(ctx, s.stored)
			}
		case len(turns):
			c.d.announce(ctx, c.events(s)...)
		case len(turns) + 1:
			c.tellOfCallbacks(ctx, s)
		case len(turns) + 2:
			if s.left {
				c.d.noteWhoIsLeft(ctx, c.acc)
			}
		default:
			c.deliverTurn(ctx, s, turns[i])
		}
		return nil
	})
}

// deliverTurn pushes what must reach a member in order. What else rings for one who is set offline
// is withdrawn beside, and before it says so: no customer waits for a push service.
func (c *change) deliverTurn(ctx context.Context, s *step, turn []letter) {
	last := turn[len(turn)-1]
	if last.notice.Kind != NoticeOffline {
		for _, l := range turn {
			c.deliver(ctx, s, l)
		}
		return
	}
	_ = together(
		func() error { c.d.endOffersOf(ctx, c.acc, last.member); return nil },
		func() error {
			for _, l := range turn[:len(turn)-1] {
				c.deliver(ctx, s, l)
			}
			return nil
		},
	)
	c.d.noteWhoIsLeft(ctx, c.acc)
	c.deliver(ctx, s, last)
}

// deliver pushes a notice of a step that is written, and does what goes with it.
func (c *change) deliver(ctx context.Context, s *step, l letter) {
	switch kind := l.notice.Kind; {
	case kind == NoticeCallbackNews:
		c.d.tellHolder(ctx, c.acc, l.member, l.notice.CallbackID)
		return
	case kind == NoticeReturned && !c.d.there(ctx, c.acc, l.member):
		return
	}
	devices := func() ([]Device, error) { return c.d.devices(ctx, l.member) }
	if l.notice.Kind == NoticeOffer && c.devices != nil {
		devices = c.devices
	}
	if l.answered {
		devices = c.d.others(ctx, l)
	}
	told := c.d.push(ctx, c.acc, l.member, l.notice, c.spoken(devices))
	c.measureRing(s, l.notice, told)
}

// tellOfCallbacks has people told of callbacks that wait since the step, and those whose
// call is over of what waits for them.
func (c *change) tellOfCallbacks(ctx context.Context, s *step) {
	c.d.tellNew(ctx, c.acc, s.waits)
	if s.next.Channel != roster.Call {
		return
	}
	for _, rel := range s.release {
		if r := c.rows[rel.member]; r != nil && !rel.keep && r.Open(roster.Call) == 0 {
			c.d.noteFree(ctx, c.acc, rel.member, s.next.offered(rel.member))
		}
	}
}

// pause is Desk.pause, which counts nothing of a drill.
func (c *change) pause(ctx context.Context) error {
	return c.d.pauseFor(ctx, c.cur != nil && c.cur.Drill || c.request != nil && c.request.Request.Drill)
}
