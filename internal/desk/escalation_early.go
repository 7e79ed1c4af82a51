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
