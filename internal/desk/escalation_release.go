package desk

import (
	"context"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// releaseRows applies the step's releases and returns a put for every row that the
// step changes, the chosen agent's included.
func (c *change) releaseRows(ctx context.Context, s *step) ([]table.Op, error) {
	changed := map[string]bool{}
	if s.next.Offer != nil && (c.cur == nil || c.cur.Offer == nil || c.cur.Offer.Number != s.next.Offer.Number) {
		changed[s.next.Offer.Member] = true
	}
	for _, rel := range s.release {
		r, err := c.row(ctx, rel.member)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		did, err := c.releaseRow(ctx, s, r, rel)
		if err != nil {
			return nil, err
		}
		changed[rel.member] = changed[rel.member] || did
	}
	ops := make([]table.Op, 0, len(changed))
	for member, did := range changed {
		if did {
			r := c.rows[member]
			ops = append(ops, put(keys.Row(c.acc, member), r, table.AtVersion(r.Version)))
		}
	}
	return ops, nil
}

// readyRelease reads what the fresh places of a release need, where the row it is of was read.
func (c *change) readyRelease(ctx context.Context, s *step) error {
	for _, rel := range s.release {
		before := c.rows[rel.member]
		if !rel.fresh || before == nil || c.account == nil {
			continue
		}
		after := before.Clone()
		after.Drop(c.id)
		if len(roster.RoomGained(before, after, c.account)) > 0 {
			return c.needCounters(ctx)
		}
	}
	return nil
}

// releaseRow applies one release and reports whether the row is to be written.
func (c *change) releaseRow(ctx context.Context, s *step, r *roster.Row, rel release) (changed bool, err error) {
	if rel.keep {
		changed = r.ForgetMissed()
		s.setBadge(r)
		return changed, nil
	}
	a, err := c.settings(ctx)
	if err != nil {
		return false, err
	}
	before := r.Clone()
	if !s.next.offeredTo(r.ID, 0) { // else it rings there again
		r.Drop(c.id)
	}
	if r.CountMissed(rel.how, rel.rang, a) {
		s.notices = append(s.notices, letter{member: r.ID, notice: Notice{Kind: NoticeOffline, ShiftEnds: r.ShiftEnds(a, c.now)}})
	}
	s.setBadge(r)
	if rel.fresh {
		if err := c.giveFreshPlaces(ctx, before, r, a); err != nil {
			return false, err
		}
	}
	return true, nil
}

// giveFreshPlaces moves an agent who was full and has room again to the tail.
func (c *change) giveFreshPlaces(ctx context.Context, before, after *roster.Row, a *roster.Account) error {
	gained := roster.RoomGained(before, after, a)
	if len(gained) == 0 {
		return nil
	}
	if err := c.needCounters(ctx); err != nil {
		return err
	}
	for _, ch := range gained {
		after.FreshPlaces(ch, c.counters)
	}
	return nil
}

// needCounters reads the counters unless they were read for this try.
func (c *change) needCounters(ctx context.Context) (err error) {
	if c.counters == nil {
		c.counters, err = c.d.readCounters(ctx, c.acc)
	}
	return err
}
