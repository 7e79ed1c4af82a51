package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Waiting in turn. When claims come at once each waits until those who drew before it have
// landed, so that they do not fight for one row. It is a hint, never a lock: once nothing
// has landed for some laps (a claimer died, or found nobody) the next goes on.
//
// Measured with DynamoDB's conflicts and latencies of 4, 5 and 12 ms for a query, a draw
// and a transaction, 64 at once on 100 agents: all claim at the first try, the last after
// 1.4 s. With latencies that vary (one call in fifty takes five times as long) 99.8 % still
// do, the last after 1.5 s. An earlier rule bounded the whole wait by two laps more than
// there were claims ahead. One late claim then made all behind it run out of patience: 93 %
// claimed at the first try, and some not in six. Shorter laps save 18 % of the time at 18
// ms, and cost reads where calls take longer than that.
const (
	turnWindow = 500 * time.Millisecond // draws longer ago, when the desk was read, were of claims that have ended
	lap        = 22 * time.Millisecond  // about what one claim takes
	nap        = lap / 2                // how soon to look again when it should have been one's turn
	firstLook  = 8 * lap                // after so long look whether as many are ahead: they may have been lost long ago
	patience   = 3 * lap                // after so long without a landing nobody is waited for
	maxDraws   = 20                     // tickets drawn in one try
)

// find looks, if the step seeks one, for the agent whose turn it is and writes the offer
// into the step; when nobody is free it does what the step says for that case. It returns
// the operations that belong to it.
func (c *change) find(ctx context.Context, s *step) ([]table.Op, error) {
	if !s.seek {
		return nil, nil
	}
	if err := c.needDesk(ctx); err != nil {
		return nil, err
	}
	if err := c.snap.Unread(); err != nil { // told here, where a phone may stay silent for it, and not at every poll
		c.d.Log.WarnContext(ctx, "working hours not read: who has them is off shift", "account", c.acc, "error", err)
	}
	w := s.next.want(c.account)
	number := s.next.Offers + 1
	var chosen *choice
	var err error
	switch {
	case !s.late:
		chosen, err = c.deal(ctx, s, w, number)
	case c.keeping != nil: // a request that is not stored yet
		err = c.armSilent(ctx, number)
	}
	if err != nil {
		return nil, err
	}
	if chosen == nil {
		if s.first && s.next.Drill && s.because == roster.Trouble {
			return nil, errUnsent // no customer waits: it is asked for again
		}
		s.left = unnoticed(c.snap, c.d.Now())
		if s.nobody != nil {
			if err := s.nobody(s, c.d.Now()); err != nil {
				return nil, err
			}
		}
		s.callback = s.callback || s.fallback
		t := c.snap.Turn(w, c.now)
		if s.late && t.Next != nil {
			s.because = roster.Trouble
		}
		return c.keepReceipt(s, c.snap.Receipt(t, w, nil, c.now)), nil
	}
	return c.offer(ctx, s, w, number, chosen)
}

// offer makes the offer to the agent chosen, and returns the operations that keep its receipt.
func (c *change) offer(ctx context.Context, s *step, w roster.Want, number int, chosen *choice) ([]table.Op, error) {
	receipt := c.snap.Receipt(chosen.turn, w, chosen.row, c.now)
	receipt.Offer, receipt.Ticket = number, chosen.ticket
	r, err := c.row(ctx, chosen.row.ID)
	if err != nil {
		return nil, err
	}
	r.Add(c.id, s.next.Channel)
	r.Places[chosen.turn.Rotation.Key()] = chosen.ticket
	s.rotation = chosen.turn.Rotation.Key()
	dep := chosen.turn.Asked
	from := dep
	if w.Member != "" { // asked for in person, perhaps from another department
		dep, from = w.Department, ""
	}
	s.next.offerTo(r, offer{Number: number, Ticket: chosen.ticket, Until: millis(c.until), From: from}, c.now)
	badge := len(r.Work)
	s.notices = append(s.notices, letter{member: r.ID, notice: Notice{
		Kind: NoticeOffer, Offer: number, Department: c.snap.Departments[dep].Name, Transfer: s.next.Transfer != nil,
		RingingUntil: c.until, Badge: &badge,
	}})
	c.devices = c.readDevices(ctx, r.ID)
	return c.keepReceipt(s, receipt), nil
}

// choice is the agent chosen for an offer.
type choice struct {
	turn   roster.Turn
	row    *roster.Row
	ticket int64
}

// deal draws a ticket and chooses; nil when nobody is free, or when the offer's timer could
// not be sent: an offer without one might stand for ever. The callback then says so.
func (c *change) deal(ctx context.Context, s *step, w roster.Want, number int) (*choice, error) {
	if s.first && c.snap.Turn(w, c.now).Next == nil {
		if err := c.armSilent(ctx, number); err != nil {
			return nil, err
		}
	}
	for range maxDraws {
		t := c.snap.Turn(w, c.d.Now())
		if t.Next == nil {
			return nil, nil
		}
		ticket, sent, err := c.draw(ctx, s, t, w, number)
		if err != nil {
			return nil, err
		}
		if !sent {
			s.because = roster.Trouble
			return nil, nil
		}
		// The time is read here, just before the Write: a shift that ended while
		// waiting in turn has ended.
		c.now = c.d.Now()
		final := c.snap.Turn(w, c.now)
		switch {
		case final.Next == nil:
			return nil, nil
		case final.Rotation != t.Rotation:
			continue
		case c.snap.Newest(t.Rotation) >= ticket:
			// Others landed after this ticket was drawn: it would go back in the order.
			delete(c.tickets, t.Rotation.Key())
			continue
		}
		return &choice{turn: final, row: final.Next, ticket: ticket}, nil
	}
	return nil, errBusy
}

// armSilent is arm where no ticket is drawn and nobody rings. The timer goes out all the same:
// if this process dies now the timer goes on.
func (c *change) armSilent(ctx context.Context, number int) error {
	unsent, err := c.arm(ctx, c.timer(number))
	if err == nil && unsent != nil {
		c.d.Log.WarnContext(ctx, "timer not sent: the callback is registered all the same", "escalation", c.id, "error", unsent)
	}
	return err
}

// drawn is a ticket that is not used yet.
type drawn struct {
	number  int64
	crowded bool // others drew shortly before
}

// draw takes a ticket and waits in turn. The ticket is kept for the next try, should this
// one meet with a conflict. Beside the draw the offer's timer is sent and a new request stored; sent
// is false when the timer failed.
//
// A crash after it wastes a number: tickets are an order, and no row needs each of them.
func (c *change) draw(ctx context.Context, s *step, t roster.Turn, w roster.Want, number int) (ticket int64, sent bool, err error) {
	key := t.Rotation.Key()
	if kept, ok := c.tickets[key]; ok && c.timers[number] {
		if kept.crowded {
			err = c.inTurn(ctx, t.Rotation, w, kept.number)
		}
		return kept.number, true, err
	}
	var timerErr, keepErr error
	ring := c.timer(number) // by the account as it was read until now
	err = together(
		func() error { return c.drawAlone(ctx, t.Rotation) },
		func() error { timerErr, keepErr = c.arm(ctx, ring); return nil },
		func() error { c.enter(ctx, s); return nil },
	)
	switch {
	case err != nil:
		return 0, false, err
	case keepErr != nil:
		return 0, false, keepErr
	case timerErr != nil:
		c.d.Log.ErrorContext(ctx, "timer not sent: nobody rings", "escalation", c.id, "offer", number, "error", timerErr)
		return 0, false, nil
	}
	drew := c.tickets[key]
	if drew.crowded {
		err = c.inTurn(ctx, t.Rotation, w, drew.number)
	}
	return drew.number, true, err
}

// drawAlone draws a ticket, and reads the desk anew where the previous one may have been drawn
// while it was read: its time is from before a call that may have been slow or repeated, by another clock;
// of what this process drew it knows better.
// A query reads row by row, and may have read some rows before that draw and others
// after what came of it: an agent who is able from the draw on must not be passed over. With
// tickets ahead, inTurn reads.
func (c *change) drawAlone(ctx context.Context, rot roster.Rotation) error {
	key := rot.Key()
	ticket, previous, err := c.d.Table.Increment(ctx, keys.Counter(c.acc, key), c.d.Now())
	if err != nil {
		return fmt.Errorf("drawing a ticket: %w", err)
	}
	crowded := previous.After(c.snap.Began.Add(-turnWindow))
	c.tickets[key] = drawn{ticket, crowded}
	before := c.d.landings.draw(c.acc, key, ticket, crowded, c.snap.Began, c.d.Now())
	if !before && c.ahead(rot, ticket) == 0 {
		return c.readDesk(ctx)
	}
	return nil
}

// inTurn waits for the tickets before this one that have not landed: until the last of them has
// in this process, or as long as their claims should take, then in naps. It returns with the desk read anew, unless there
// was nothing to wait for.
func (c *change) inTurn(ctx context.Context, rot roster.Rotation, w roster.Want, ticket int64) error {
	ahead, idle := c.ahead(rot, ticket), time.Duration(0)
	wait := min(time.Duration(ahead)*lap, firstLook)
	for ahead > 0 && idle < patience {
		if err := c.d.landings.wait(ctx, c.acc, rot.Key(), ticket-1, wait, c.d.Sleep); err != nil {
			return err
		}
		if err := c.readDesk(ctx); err != nil {
			return err
		}
		if c.snap.Turn(w, c.d.Now()).Next == nil {
			return nil
		}
		before := ahead
		ahead = c.ahead(rot, ticket)
		if ahead < before || wait < untilTurn(before) {
			idle = 0
		} else {
			idle += wait
		}
		wait = untilTurn(ahead)
	}
	return nil
}

// untilTurn is how long to wait with so many ahead: 55 ms for three, the first being on its
// way.
func untilTurn(ahead int) time.Duration { return time.Duration(ahead-1)*lap + nap }

// ahead is how many tickets before this one have not landed on any row; 0 also when
// a later one has, since then waiting is over.
func (c *change) ahead(rot roster.Rotation, ticket int64) int {
	return int(max(0, ticket-1-c.snap.Newest(rot)))
}

// enter stores before the Write what may be there without it: the entry in the list of each member
// whom the step makes it concern, which lists pass by until it does, and the receipt of the turn before,
// which was written with that. The Write has fewer items then, each of which costs twice in it; what fails
// here is among them, and what a try before has stored is left out.
func (c *change) enter(ctx context.Context, s *step) {
	members := slices.DeleteFunc(s.concerned(), func(member string) bool { return slices.Contains(c.entered, member) })
	entered := make([]bool, len(members))
	moved := c.moved
	_ = inParallel(len(members)+1, func(i int) error {
		if i < len(members) {
			entered[i] = c.d.Table.Write(ctx, c.handled(members[i], s.next)) == nil
			return nil
		}
		if op, held := s.next.heldReceipt(c.id); held && moved != s.next.Receipts && c.d.Table.Write(ctx, op) == nil {
			moved = s.next.Receipts
		}
		return nil
	})
	c.moved = moved
	for i, member := range members {
		if entered[i] {
			c.entered = append(c.entered, member)
		}
	}
}

// handled is the entry of an escalation in the list of a member.
func (c *change) handled(member string, e *escalation) table.Op {
	return table.Put(table.Item{Key: keys.Handled(member, e.Created, c.id)}, table.Condition{})
}

// listings are the operations that make an escalation findable: in the account's list, by
// its customer and from its interaction when it is new, and in the list of each member whom
// the step makes it concern. Those of lists were stored beside the request, where that was done just now.
func (c *change) listings(s *step) (ops []table.Op) {
	for _, member := range s.concerned() {
		if !slices.Contains(c.entered, member) {
			ops = append(ops, c.handled(member, s.next))
		}
	}
	if !s.first {
		return ops
	}
	if !c.listed {
		ops = append(ops, c.entries(s.next.Created, &c.request.Request)...)
	}
	if s.next.Interaction != "" {
		last := lastOf{pointer{c.id}, c.number}
		ops = append(ops, put(keys.InteractionEscalation(c.acc, s.next.Interaction), last, table.AtVersion(c.interaction)))
	}
	return ops
}
