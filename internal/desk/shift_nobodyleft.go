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

// noteWhoIsLeft is whoIsLeft for callers whose own work is done: what fails here is logged.
func (d *Desk) noteWhoIsLeft(ctx context.Context, acc string) {
	if err := d.whoIsLeft(ctx, acc); err != nil {
		d.Log.WarnContext(ctx, "team not checked: it is not known who is left", "account", acc, "error", err)
	}
}

// whoIsLeftAfter is whoIsLeft after a change to a member. could says whether they could take
// work before it. If not, nobody went, and it only looks at a note that is there already.
func (d *Desk) whoIsLeftAfter(ctx context.Context, acc string, could bool) error {
	if !could {
		a, err := d.readAccount(ctx, acc)
		if err != nil || a.value.NobodySince == 0 {
			return err
		}
	}
	return d.whoIsLeft(ctx, acc)
}

// tellWithin is within what time the owner hears from whoever noted it. Later the next one
// to look takes that process for dead and tells.
const tellWithin = 10 * time.Second

// whoIsLeft keeps since when nobody could take work in business hours, and tells the owner
// when that begins: once until somebody can again, or business is over. Whoever went or
// came calls it after their own Write, and it reads consistently. Of several who go at once
// the last sees that all are gone, and the account's version lets one of them tell.
//
// A crash after the note leaves {"nobody":1795428000000} without "nobodyTold", and the next
// look tells.
func (d *Desk) whoIsLeft(ctx context.Context, acc string) error {
	untold, err := d.noteLeft(ctx, acc)
	if untold == nil {
		return err
	}
	d.tellNobodyLeft(ctx, acc, untold)
	// After telling: the owner hears of it twice rather than not at all.
	_, failed := update(ctx, d, keys.Account(acc), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		todo := s.value.NobodySince == untold.Account.NobodySince && !s.value.NobodyTold
		s.value.NobodyTold = true
		return todo, nil, nil
	})
	return errors.Join(err, failed)
}

// noteLeft notes whether somebody is left. When the owner is to be told it gives the desk
// of that moment, also beside an error, since nobody else may come to tell. Having noted
// it, it looks again: somebody may have come meanwhile who did not see the note.
func (d *Desk) noteLeft(ctx context.Context, acc string) (untold *roster.Roster, err error) {
	var noted, unsure int64
	for range maxTries {
		s, err := d.readDesk(ctx, acc)
		if err != nil || s.Version == 0 {
			return untold, err
		}
		a, now, someone := &s.Account, d.Now(), s.Someone(d.Now())
		since, open := a.NobodySince, !someone && s.Business("", now).Contains(now)
		switch {
		case !someone && since != 0 && (since == noted || since == unsure):
			return s, nil
		case since != 0 && !open:
			a.NobodySince, a.NobodyTold, untold = 0, false, nil
		case since == 0 && open:
			a.NobodySince = millis(now)
		case since != 0 && !a.NobodyTold && now.Sub(instant(since)) >= tellWithin:
			return s, nil
		default:
			return nil, nil
		}
		err = d.Table.Write(ctx, put(keys.Account(acc), a, table.AtVersion(s.Version)))
		switch {
		case err == nil && a.NobodySince != 0:
			noted, untold = a.NobodySince, s
			continue
		case err == nil:
			continue
		case errors.Is(err, table.ErrOutcomeUnknown):
			unsure = a.NobodySince
		case !again(err):
			return untold, fmt.Errorf("noting who is left: %w", err)
		}
		if err := d.pause(ctx); err != nil {
			return untold, err
		}
	}
	return untold, errBusy
}

// tellNobodyLeft counts it and pushes to the owner, unless that nudge is off.
func (d *Desk) tellNobodyLeft(ctx context.Context, acc string, s *roster.Roster) {
	d.count(metricNobodyLeft, "", "", 1)
	if owner := s.Account.Owner; owner != "" && !s.Account.Muted(roster.NudgeNobodyLeft) {
		d.push(ctx, acc, owner, Notice{Kind: NoticeNobodyLeft}, nil)
	}
}
