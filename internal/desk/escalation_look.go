package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// MyEscalations gives the caller's ringing offers and the work that they have accepted and
// not completed. Every offer in it counts as seen, and whoever polls has a page open: they
// are reachable without any phone.
func (d *Desk) MyEscalations(ctx context.Context, by Caller) ([]Escalation, error) {
	r, err := d.ownRow(ctx, by)
	if err != nil || r == nil {
		return []Escalation{}, err
	}
	found := make([]*Escalation, len(r.Work))
	names := d.directory(ctx, by.AccountID)
	err = together(
		func() error { d.keepPage(ctx, by, r); return nil },
		func() error {
			return inParallel(len(r.Work), func(i int) (err error) {
				found[i], err = d.myEscalation(ctx, names, by, r.Work[i].Escalation)
				return err
			})
		},
	)
	mine := []Escalation{}
	for _, v := range found {
		if v != nil {
			mine = append(mine, *v)
		}
	}
	return mine, err
}

// myEscalation gives one escalation of the caller's desk row; nil when it is theirs no more. The
// names that a look before told are read beside the escalation: mostly the same are told again.
func (d *Desk) myEscalation(ctx context.Context, names *directory, by Caller, id string) (v *Escalation, err error) {
	mentioned, _ := d.mentions.get(id)
	err = together(
		func() error { names.prepare(mentioned); return nil },
		func() error {
			g, err := d.glance(ctx, by.AccountID, id)
			if err == nil && g.concerns(by.MemberID) {
				v, err = d.lookedAt(ctx, names, by, g)
			}
			return err
		},
	)
	return v, err
}

// lookedAt is an escalation as the one looks at it whose it is. Their offer counts as seen by it,
// and their work as looked after.
func (d *Desk) lookedAt(ctx context.Context, names *directory, by Caller, g glance) (*Escalation, error) {
	e := g.escalation
	// Polled all the time, it takes the names of who has it from it.
	if e.Offer != nil {
		names.know(e.Offer.Member, e.Offer.Name)
	}
	if e.Assigned != nil {
		names.know(e.Assigned.ID, e.Assigned.FirstName)
	}
	if g.request.Version == 0 {
		return nil, fmt.Errorf("looking at escalation %s: its request is missing", g.id)
	}
	env, _, err := unpackHead(g.request)
	if err != nil {
		return nil, err
	}
	var v Escalation
	err = together(
		func() error { d.wakeOverdue(ctx, g.id, e); return nil },
		func() error {
			if g.waits != 0 && e.State == Active && e.assignedTo(by.MemberID) {
				d.markStays(ctx, by.MemberID, g.id, d.unmark(ctx, g.id, g.waits))
			}
			return nil
		},
		func() error {
			if e.Offer == nil {
				return nil
			}
			v.Offer = e.Offer.view(g.id, g.seen[e.Offer.Number], d.Now())
			if v.Offer.SeenAt == nil && e.offeredTo(by.MemberID, 0) {
				d.offerSeen(ctx, g.id, v.Offer)
			}
			return nil
		},
		func() error { return d.tellHistory(ctx, names, g.id, e, notesInList, &v) },
	)
	if err != nil {
		return nil, fmt.Errorf("reading escalation %s: %w", g.id, err)
	}
	d.mentions.keep(g.id, e.mentions())
	v.tell(g.id, e, &env.Request)
	return &v, nil
}

// offerSeen notes that an offer was seen. That is written once, not at every poll. That it rings
// matters more than that it was seen.
func (d *Desk) offerSeen(ctx context.Context, id string, v *Offer) {
	if err := d.seeFirst(ctx, id, v.Number); err != nil {
		d.Log.WarnContext(ctx, "offer not marked as seen: the next look does it", "escalation", id, "error", err)
		return
	}
	v.SeenAt = moment(millis(d.Now()))
}

// glance is what one Query tells of an escalation.
type glance struct {
	id string
	*escalation
	request table.Item
	seen    map[int]int64 // when offers were seen, by number
	waits   int64         // the version of the mark that its customer waits; 0 without one
}

// glance looks at an escalation of the account; without a state when there is none.
func (d *Desk) glance(ctx context.Context, acc, id string) (glance, error) {
	g := glance{id: id, seen: map[int]int64{}}
	items, err := d.Table.Query(ctx, keys.Looked(id))
	if err != nil {
		return g, fmt.Errorf("looking at escalation %s: %w", id, err)
	}
	for _, it := range items {
		switch it.Key {
		case keys.Request(id):
			g.request = it
		case keys.Waits(id):
			g.waits = it.Version
		case keys.Escalation(id):
			e, err := decode[escalation](it)
			if err != nil {
				return g, err
			}
			if e.value.Account == acc {
				g.escalation = &e.value
			}
		default:
			if n := keys.SeenOffer(it.Key); n > 0 {
				s, err := decode[seen](it)
				if err != nil {
					return g, err
				}
				g.seen[n] = s.value.At
			}
		}
	}
	return g, nil
}

// concerns reports whether it rings for the member, or is their work.
func (g glance) concerns(member string) bool {
	e := g.escalation
	return e != nil && e.State.Open() && (e.offeredTo(member, 0) || e.assignedTo(member))
}

// mentions are the ids whose names a look at the escalation tells, those left out that it has by
// itself.
func (e *escalation) mentions() []string {
	ids := []string{e.Department}
	for _, h := range slices.Concat(e.past, e.History) {
		if !e.assignedTo(h.Member) && !e.offeredTo(h.Member, 0) {
			ids = append(ids, h.Member)
		}
	}
	return distinct(ids)
}
