package desk

import (
	"context"
	"errors"
	"slices"
	"time"
)

// passOffersOn has every offer that rings for a member, and was made at that moment or
// before, go on to the next agent. It is for one who cannot take it any more and did nothing
// about it: the offer is counted as nothing, and the note tells in words why it went on. Done
// again it changes nothing.
//
// One goes after the other: each of them writes the member's row.
func (d *Desk) passOffersOn(ctx context.Context, acc, member string, before time.Time, note string) error {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil {
		return err
	}
	var failed []error
	for _, w := range slices.Clone(r.Work) {
		failed = append(failed, d.passOfferOn(ctx, acc, member, w.Escalation, before, didWithdraw, note))
	}
	return errors.Join(failed...)
}

// passOfferOn has one offer go on as passOffersOn does; the zero time is any moment.
func (d *Desk) passOfferOn(ctx context.Context, acc, member, id string, before time.Time, what, note string) error {
	_, err := d.changeBy(ctx, Caller{MemberID: member, AccountID: acc}, id, func(c *change) (*step, error) {
		e := c.cur
		if !e.State.Open() || !e.offeredTo(member, 0) || !before.IsZero() && e.offered(member).After(before) {
			return nil, nil
		}
		a, err := c.settings(ctx)
		if err != nil {
			return nil, err
		}
		return e.passOn(a, c.now, what, note), nil
	})
	if IsProblem(err, "not-found") {
		return nil // it is gone, and so is its offer
	}
	return err
}

// endOffersOf ends a member's ringing offers as declined when they go offline: each
// escalation goes on to the next agent. What is active stays. What fails here ends with its
// ring time.
func (d *Desk) endOffersOf(ctx context.Context, acc, member string) {
	r, err := d.readRow(ctx, acc, member)
	if err != nil || r == nil {
		if err != nil {
			d.Log.WarnContext(ctx, "offer not ended: it cannot be read what rings for one who went offline", "member", member, "error", err)
		}
		return
	}
	work := slices.Clone(r.Work)
	_ = inParallel(len(work), func(i int) error {
		err := d.passOfferOn(ctx, acc, member, work[i].Escalation, time.Time{}, didDecline, "went offline")
		if err != nil { // its timer ends the offer
			d.Log.WarnContext(ctx, "offer not ended: its member went offline, its timer ends it", "escalation", work[i].Escalation, "member", member, "error", err)
		}
		return nil
	})
}
