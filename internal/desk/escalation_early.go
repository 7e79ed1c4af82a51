package desk

import (
	"context"
	"errors"
	"time"

	"github.com/connectnow/backend/internal/stack"
)

// An offer's timer has to be sent before its request counts, and tells when the offer ends: for
// that the account is read first. A process that has read the account before sends the timer of a first offer
// beside that reading. Whether it was right to do so the reading tells: of a request that was asked before, or
// whose account rings longer now, that timer finds nothing to do, like any of an offer that was never made.

// early is such a timer.
type early struct {
	id    string // the request's, as it was thought to be
	rings time.Duration
	until time.Time
	sent  chan error
	drop  context.CancelCauseFunc
}

// errUnneeded is why a timer that went out early is broken off.
var errUnneeded = errors.New("the timer is not needed")

// sendEarly sends the timer of the first offer, where it is known by now what it has to say.
func (c *change) sendEarly(ctx context.Context) {
	rings, known := c.d.rings.get(c.acc)
	if c.id == "" || !known {
		return
	}
	ctx, drop := context.WithCancelCause(ctx)
	e := &early{id: c.id, rings: rings, until: c.d.ringEnd(rings), sent: make(chan error, 1), drop: drop}
	c.early = e
	c.going.Go(func() {
		stack.Deepen()
		e.sent <- c.d.sendRing(ctx, c.acc, e.id, 1, e.until)
		drop(nil)
	})
}

// fromEarly waits for the timer that went out early, if it is that of the offer to be made; nil where
// another is to be sent.
func (c *change) fromEarly(number int) func(context.Context) error {
	e := c.early
	if e == nil || number != 1 || e.id != c.id || e.rings != c.account.Ring() {
		c.dropEarly()
		return nil
	}
	c.early, c.until = nil, e.until
	return func(context.Context) error { return <-e.sent }
}

// dropEarly breaks off the timer that went out early, if nothing has come to need it: whoever asks
// again how it stands waits for no queue.
func (c *change) dropEarly() {
	if e := c.early; e != nil {
		c.early = nil
		e.drop(errUnneeded)
	}
}

// settle ends a change: nothing goes on behind the caller's back.
func (c *change) settle() {
	c.dropEarly()
	c.going.Wait()
}

// timer sends an offer's timer. An early one has been on its way since before the account was read.
type timer struct {
	send  func(context.Context) error
	early bool
}

// timer fixes when the offer to be made ends, and gives what sends its timer, once for all
// tries. It comes before the Write: whatever dies afterwards is carried on by it. A timer of an
// offer that was never made finds another number and does nothing, or no escalation at all and
// goes on with the request, if there is one.
func (c *change) timer(number int) timer {
	if c.timers[number] {
		return timer{send: func(context.Context) error { return nil }}
	}
	sent := c.fromEarly(number)
	early := sent != nil
	if !early {
		until := c.d.ringEnd(c.account.Ring())
		c.until, sent = until, func(ctx context.Context) error { return c.d.sendRing(ctx, c.acc, c.id, number, until) }
	}
	return timer{early: early, send: func(ctx context.Context) error {
		err := sent(ctx)
		if err == nil {
			c.timers[number] = true
		}
		return err
	}}
}

// ringEnd is when an offer that is made now ends, as phones are told.
func (d *Desk) ringEnd(rings time.Duration) time.Time {
	return d.Now().Add(rings).Truncate(time.Millisecond)
}

// sendRing sends the timer of an offer.
func (d *Desk) sendRing(ctx context.Context, acc, id string, number int, until time.Time) error {
	return d.send(ctx, until.Add(tapTime), Message{Kind: WakeRing, AccountID: acc, EscalationID: id, Offer: number, Due: until})
}
