package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// callbackSettles is how long a callback is what repeats of its request get. A customer who
// asks later than that asks anew.
const callbackSettles = time.Minute

// look reads all that the first decision about a request needs, and finds its id.
func (c *change) look(ctx context.Context, a Asked) error {
	c.forget()
	var beside *elsewhere
	given := c.id != "" || a.RequestID != ""
	former, err := c.identify(a)
	if err != nil {
		return err
	}
	c.sendEarly(ctx)
	err = together(
		func() error { return c.readDesk(ctx) },
		func() (err error) {
			beside, err = c.d.readElsewhere(ctx, c.acc, a.InteractionID)
			if err == nil && !given && a.InteractionID != "" {
				err = c.numbered(ctx, a, beside.number)
			}
			return err
		},
		func() error {
			if !given {
				return nil
			}
			return c.named(ctx, a, former)
		},
	)
	c.beside, c.now = beside, c.d.Now()
	if err == nil && c.snap.Version == 0 {
		return notFound("account")
	}
	return err
}

// identify finds the id of a request where nothing has to be read for it, and that which it would
// have had in versions before.
func (c *change) identify(a Asked) (former string, err error) {
	switch {
	case c.id != "":
	case a.RequestID != "":
		c.id = keys.EscalationID(c.acc, a.RequestID, a.InteractionID)
		if a.InteractionID != "" && keys.Plain(a.RequestID) {
			former = keys.FormerEscalationID(c.acc, a.RequestID)
		}
	case a.InteractionID == "":
		c.id, err = c.d.newID("esc_")
	}
	return former, err
}

// named finds what a request with an id has become. What was stored by the id of before,
// without its interaction, is found where the interaction is the same.
func (c *change) named(ctx context.Context, a Asked, former string) error {
	var before envelope
	err := together(
		func() error { return c.readState(ctx) },
		func() (err error) {
			if former != "" {
				before, _, _, err = c.d.loadHead(ctx, former)
			}
			return err
		},
	)
	switch {
	case err != nil:
		return err
	case former != "" && before.Request.InteractionID == a.InteractionID:
		c.id = former
	case c.cur != nil && c.cur.Interaction != a.InteractionID: // of another interaction, by the id of before
		c.id = keys.InteractionEscalationID(c.acc, a.RequestID, a.InteractionID)
	default:
		return nil
	}
	c.cur, c.version = nil, 0
	return c.readState(ctx)
}

// numbered gives a request without an id the number of its interaction's last one, if that
// still goes on, else the next. So a repeat of an unanswered call meets what it made, and
// the same chat rings again after it was handed back.
func (c *change) numbered(ctx context.Context, a Asked, last int) error {
	for n := max(1, last); ; n++ {
		id := keys.NumberedEscalationID(c.acc, a.InteractionID, n)
		e, followed, err := c.d.standing(ctx, id)
		if err != nil {
			return err
		}
		if e.found() && c.d.over(&e.value) {
			continue
		}
		c.id, c.number = id, n
		if e.found() && !followed {
			c.cur, c.version = &e.value, e.version
		}
		return nil
	}
}

// standing gives the escalation of a request, or the one that it follows.
func (d *Desk) standing(ctx context.Context, id string) (e stored[escalation], followed bool, err error) {
	var p stored[pointer]
	err = together(
		func() (err error) { e, err = load[escalation](ctx, d.Table, keys.Escalation(id)); return err },
		func() (err error) { p, err = load[pointer](ctx, d.Table, keys.Follows(id)); return err },
	)
	if err != nil || e.found() || !p.found() {
		return e, false, err
	}
	e, err = load[escalation](ctx, d.Table, keys.Escalation(p.value.ID))
	return e, true, err
}

// over reports whether a further request is one of its own.
func (d *Desk) over(e *escalation) bool {
	if e.State == CalledFor {
		return !d.Now().Before(instant(e.Ended).Add(callbackSettles))
	}
	return !e.State.Open()
}

// keeping is a request that is to be stored.
type keeping struct {
	envelope
	packed packedRequest
	laid   bool // its pieces are stored
}

// prepare makes a new request ready to be stored, and reads one from before.
func (c *change) prepare(ctx context.Context, env envelope) error {
	if c.cur == nil {
		c.request = &env
		c.keeping = &keeping{envelope: env, packed: c.d.packRequest(env)}
		return nil
	}
	kept, _, found, err := c.d.loadHead(ctx, c.id)
	if err == nil && !found {
		err = notFound("request")
	}
	c.request = &kept
	return err
}

// errKept says that the request was stored before. It is no failure: what was decided is
// decided again about the stored one.
var errKept = errors.New("the request is kept already")

// arm sends the timer of the offer to be made and stores the request, if that is still to
// be done. The timer goes first: what is stored has one, so it ends well even if all
// who know of it die. An early one, which has been on its way for a reading by now, the request
// does not wait for. unsent is the error of the timer alone.
//
// Beside them it stores the entries by which the request will be found: of a process that dies
// here they lead to nothing, and whoever finds one passes it by.
func (c *change) arm(ctx context.Context, t timer) (unsent, err error) {
	k := c.keeping
	lays := k != nil && !k.laid // else a try before did
	var entries []table.Op
	if lays {
		entries = c.entries(k.At, &k.Request)
		if r := k.Request.InteractionID; r != "" {
			entries = append(entries, put(keys.InteractionRequest(c.acc, r), lastAsked{c.id, k.At}, table.Condition{}))
		}
	}
	listed := false // then they go into the Write of the claim
	sent := make(chan struct{})
	err = together(
		func() error {
			defer close(sent)
			unsent = t.send(ctx)
			return nil
		},
		func() error {
			if lays {
				if err := c.lay(ctx); err != nil {
					return err
				}
			}
			if !t.early {
				<-sent
			}
			return c.keep(ctx)
		},
		func() error {
			listed = nil == inParallel(len(entries), func(i int) error { return c.d.Table.Write(ctx, entries[i]) })
			return nil
		},
	)
	if err == nil && lays {
		c.listed = listed
	}
	return unsent, err
}

// lay stores what of a request must be there before it counts: its pieces.
func (c *change) lay(ctx context.Context) error {
	err := c.d.storePieces(ctx, c.id, c.keeping.packed)
	c.keeping.laid = err == nil
	return err
}

// keep stores the request, once, with what belongs into the same Write. It returns errKept,
// with the request as it is kept, when there was one before.
func (c *change) keep(ctx context.Context, more ...table.Op) error {
	k := c.keeping
	if k == nil {
		return nil
	}
	if !k.laid {
		if err := c.lay(ctx); err != nil {
			return err
		}
	}
	kept, own, err := c.d.storeHead(ctx, c.id, k.envelope, k.packed, more...)
	if err != nil {
		return err
	}
	c.keeping = nil
	if own {
		return nil
	}
	c.request, c.listed = &kept, false
	p, err := load[pointer](ctx, c.d.Table, keys.Follows(c.id))
	if err != nil {
		return err
	}
	if p.found() {
		e, err := c.d.readEscalation(ctx, c.acc, p.value.ID)
		if err != nil {
			return fmt.Errorf("reading what %s follows: %w", c.id, err)
		}
		c.followed = &elsewhere{id: p.value.ID, open: e, kept: true}
	}
	return errKept
}

// entries are the operations that make an escalation findable in lists.
func (c *change) entries(created int64, r *Request) []table.Op {
	ops := []table.Op{table.Put(table.Item{Key: keys.Listed(c.acc, created, c.id)}, table.Condition{})}
	if r.Drill {
		return ops
	}
	for _, contact := range r.Customer.Contacts() {
		ops = append(ops, table.Put(table.Item{Key: keys.CustomerEscalation(c.acc, contact, created, c.id)}, table.Condition{}))
	}
	return ops
}

// EscalationOf finds the escalation that an interaction was asked for last: machines know
// their call or chat, and may speak of it before escalate has answered. Problem not-found
// when there is none; while a request is less than a minute old it may still come: not-yet.
func (d *Desk) EscalationOf(ctx context.Context, accountID, interactionID string) (string, error) {
	var last stored[lastOf]
	var asked stored[lastAsked]
	err := together(
		func() (err error) {
			last, err = load[lastOf](ctx, d.Table, keys.InteractionEscalation(accountID, interactionID))
			return err
		},
		func() (err error) {
			asked, err = load[lastAsked](ctx, d.Table, keys.InteractionRequest(accountID, interactionID))
			return err
		},
	)
	if err != nil {
		return "", err
	}
	if asked.found() && asked.value.ID != last.value.ID && d.Now().Before(instant(asked.value.At).Add(mayStillCome)) {
		if coming, err := d.coming(ctx, asked.value.ID, last.value.ID); err != nil || coming {
			return "", cmp.Or(err, error(errNotYet))
		}
	}
	if !last.found() {
		return "", notFound("escalation")
	}
	return last.value.ID, nil
}

// coming reports whether a request is on its way to an escalation of its own: it has none,
// and the last one of its interaction is over.
func (d *Desk) coming(ctx context.Context, id, last string) (bool, error) {
	e, _, err := d.standing(ctx, id)
	if err != nil || e.found() || last == "" {
		return err == nil && !e.found(), err
	}
	before, err := load[escalation](ctx, d.Table, keys.Escalation(last))
	return !before.value.State.Open(), err
}

// mayStillCome is how long after its request an escalation may be on its way.
const mayStillCome = time.Minute

var errNotYet = &Problem{
	Class: Unavailable, Name: "not-yet", Title: "Not there yet",
	Detail: "The escalation of this interaction has been asked for and is not there yet. Try again.",
}

// lastAsked is an interaction's last request, as stored.
type lastAsked struct {
	ID string `json:"id"`
	At int64  `json:"at"`
}
