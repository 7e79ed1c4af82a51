package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// A member is removed in steps. The mark takes access and new work away. Then each open
// work is passed on, callbacks are released, sign-in and devices dropped, and the rows
// deleted. The finish message goes out before the mark. Each step can be repeated, so it
// carries on a crash anywhere: the rows go last, and tell till then what is left to do.
const (
	finishAfter = 5 * time.Second
	markWithin  = time.Minute // after which a message whose mark never came is dropped
)

// DeleteMember removes a member. Their open work goes on to others, or becomes a callback.
// Problems are owner, for the owner, and not-found. Once it succeeds the member has no
// access; the rest may still be under way.
func (d *Desk) DeleteMember(ctx context.Context, by Caller, id string, conditions ...If[Member]) error {
	m := Message{Kind: WakeFinish, Finish: finishDelete, AccountID: by.AccountID, MemberID: id, Due: d.Now().Add(finishAfter)}
	if p, err := d.readPerson(ctx, by.AccountID, id); err != nil {
		return err
	} else if p.profile.value.Role == RoleOwner {
		return ownerStays()
	}
	if err := d.send(ctx, m.Due, m); err != nil {
		return fmt.Errorf("sending the finish message: %w", err)
	}
	if err := d.markRemoved(ctx, by, id, conditions); err != nil {
		return err
	}
	if err := d.finishDeleting(ctx, m); err != nil {
		d.Log.WarnContext(ctx, "member not removed: a timer goes on with it", "member", id, "error", err)
	}
	return nil
}

// ownerStays is the answer to whatever would leave an account without its owner.
func ownerStays() *Problem {
	return conflict("owner", "The owner", "The owner stays until the account is handed over.")
}

// markRemoved is the Write of the mark. It holds both halves of the member: with one of them
// alone they could be offered work without being able to sign in, or the other way round.
func (d *Desk) markRemoved(ctx context.Context, by Caller, id string, conditions []If[Member]) error {
	s, err := d.readSettings(ctx, by.AccountID)
	if err != nil {
		return err
	}
	wasOnline := false
	err = d.write(ctx, "the mark of "+id, func(error) ([]table.Op, error) {
		wasOnline = false
		p, err := d.readPerson(ctx, by.AccountID, id)
		if IsProblem(err, "not-found") {
			return nil, nil // marked by a try before, or by someone else
		}
		if err != nil {
			return nil, err
		}
		f, r := p.profile.value, p.row
		if f.Role == RoleOwner {
			return nil, ownerStays()
		}
		if err := hold(conditions, p.view(s, d.Now())); err != nil {
			return nil, err
		}
		wasOnline = r.Online
		f.Removed, f.SignedOutAt = true, millis(d.Now())
		// Online is from now on whether they could take work up to now, for finishDeleting.
		r.Online = r.There(&s.Account, d.Now())
		r.Removed = true
		return []table.Op{
			put(keys.Profile(id), f, table.AtVersion(p.profile.version)),
			put(keys.Row(by.AccountID, id), r, table.AtVersion(r.Version)),
			d.audit(by.AccountID, by.MemberID, auditMemberDeleted, id,
				edited("firstName", f.FirstName, nil), edited("lastName", f.LastName, nil), edited("email", f.Email, nil), edited("role", f.Role, nil)),
		}, nil
	})
	if err == nil && wasOnline {
		d.announce(ctx, d.presenceEvent(by.AccountID, id, roster.StatusOffline))
	}
	return err
}

// finishDeleting does all steps after the mark, and may be called again after any of them.
// It is called at once, and by the message for the process that died.
func (d *Desk) finishDeleting(ctx context.Context, m Message) error {
	f, err := load[profile](ctx, d.Table, keys.Profile(m.MemberID))
	if err != nil {
		return err
	}
	if f.found() && !f.value.Removed {
		// The mark may still come: look once more. Not often, since every message may be
		// delivered, and would be sent again, twice.
		if last := m.Due.Add(markWithin); d.Now().Before(last) {
			return d.send(ctx, last, m)
		}
		return nil
	}
	r, err := d.readRow(ctx, m.AccountID, m.MemberID)
	if err != nil {
		return err
	}
	if r != nil {
		if err := d.passOnWork(ctx, m.AccountID, r); err != nil {
			return err
		}
	}
	if err := d.releaseCallbacksOf(ctx, m.AccountID, m.MemberID); err != nil {
		return err
	}
	if err := d.dropDevices(ctx, m.MemberID); err != nil {
		return err
	}
	if err := d.Identity.Delete(ctx, m.MemberID); err != nil {
		return fmt.Errorf("deleting the sign-in: %w", err)
	}
	if r != nil {
		if err := d.whoIsLeftAfter(ctx, m.AccountID, r.Online); err != nil {
			return err
		}
	}
	return d.deleteRows(ctx, m, f)
}

// deleteRows is the last step. With work still on the row it fails, and the message comes
// again: a row deleted then would leave an escalation with an agent who does not exist.
func (d *Desk) deleteRows(ctx context.Context, m Message, f stored[profile]) error {
	r, err := d.readRow(ctx, m.AccountID, m.MemberID)
	if err != nil {
		return err
	}
	ops := []table.Op{
		table.Delete(keys.Devices(m.MemberID), table.Condition{}), table.Delete(keys.Shift(m.MemberID), table.Condition{}),
		table.Delete(keys.Told(m.MemberID), table.Condition{}), table.Delete(keys.Sessions(m.MemberID), table.Condition{}),
	}
	if r != nil {
		if len(r.Work) > 0 {
			return errors.New("the member still has open work")
		}
		ops = append(ops, table.Delete(keys.Row(m.AccountID, m.MemberID), table.AtVersion(r.Version)))
	}
	if f.found() {
		more, err := d.dropProfile(ctx, m.MemberID, f)
		if err != nil {
			return err
		}
		ops = append(append(ops, more...), leaveBehind(m.AccountID, m.MemberID, f.value.FirstName))
	}
	return d.Table.Write(ctx, ops...)
}

// passOnWork gives each open work of a removed member to others: offers go to the next
// agent, active work rings anew.
func (d *Desk) passOnWork(ctx context.Context, acc string, r *roster.Row) error {
	gone := Caller{MemberID: r.ID, AccountID: acc}
	return inParallel(len(r.Work), func(i int) error {
		_, err := d.changeBy(ctx, gone, r.Work[i].Escalation, nil, func(c *change) (*step, error) {
			a, err := c.settings(ctx)
			if err != nil || !c.cur.State.Open() {
				return nil, err
			}
			return c.cur.abandon(a, r.ID, c.now), nil
		})
		return err
	})
}

// releaseCallbacksOf opens the callbacks that a removed member had claimed: held by nobody
// who can call, they would wait for ever.
func (d *Desk) releaseCallbacksOf(ctx context.Context, acc, member string) error {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Callbacks(acc, callbackClaimed)})
	if err != nil {
		return fmt.Errorf("reading claimed callbacks: %w", err)
	}
	return inParallel(len(items), func(i int) error {
		id := afterSlash(items[i].Key.Sort)
		released := false
		cb, err := d.updateCallback(ctx, id, func(s *stored[callback]) (bool, []table.Op, error) {
			released = false
			cb := &s.value
			if cb.State != callbackClaimed || cb.Claimed == nil || cb.Claimed.ID != member {
				return false, nil, nil
			}
			cb.Claimed, released = nil, true
			d.lookAgain(ctx, id, cb)
			return true, cb.move(id, callbackOpen, d.Now()), nil
		})
		if err == nil && released {
			d.announce(ctx, d.callbackEvent(acc, id, callbackOpen, member, &cb))
			d.tellNew(ctx, acc, cb.departments())
		}
		return err
	})
}
