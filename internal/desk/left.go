package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// noteWhoIsLeft is whoIsLeft for those who have done what they were asked for already.
func (d *Desk) noteWhoIsLeft(ctx context.Context, acc string) {
	if err := d.whoIsLeft(ctx, acc); err != nil {
		d.Log.Warn("it was not noted who is left", "account", acc, "error", err)
	}
}

// whoIsLeft keeps since when nobody could take work in business hours, and tells the owner
// when that begins: once until somebody can again. It is called after one's own write by
// whoever went or came, and reads consistently: of several who go at once the last sees
// that all are gone, and the account's version lets one of them tell. Having noted it, it
// looks again, for one who came meanwhile and did not see the note.
func (d *Desk) whoIsLeft(ctx context.Context, acc string) error {
	var noted, unsure int64
	for range maxTries {
		s, err := d.readDesk(ctx, acc)
		if err != nil || s.version == 0 {
			return err
		}
		now := d.Now()
		someone, since := s.someone(now), s.account.NobodySince
		switch {
		case !someone && since != 0 && (since == noted || since == unsure):
			d.tellNobodyLeft(ctx, acc, s)
			return nil
		case someone && since != 0:
			s.account.NobodySince = 0
		case !someone && since == 0 && s.business("").Contains(now):
			s.account.NobodySince = millis(now)
		default:
			return nil
		}
		err = d.Table.Write(ctx, put(accountKey(acc), s.account, table.AtVersion(s.version)))
		switch {
		case err == nil && s.account.NobodySince == 0:
			return nil
		case err == nil:
			noted = s.account.NobodySince
			continue
		case errors.Is(err, table.ErrOutcomeUnknown):
			unsure = s.account.NobodySince
		case !again(err):
			return fmt.Errorf("noting who is left: %w", err)
		}
		if err := d.pause(ctx); err != nil {
			return err
		}
	}
	return errBusy
}

// someone reports whether anybody is online and on shift, busy or not.
func (s *snapshot) someone(now time.Time) bool {
	return slices.ContainsFunc(s.rows, func(r *row) bool { return r.there(&s.account, now) })
}

func (d *Desk) tellNobodyLeft(ctx context.Context, acc string, s *snapshot) {
	d.count(metricNobodyLeft, "", "", 1)
	if owner := s.account.Owner; owner != "" && !s.account.silent(nudgeNobodyLeft) {
		d.push(ctx, acc, owner, Notice{Kind: NoticeNobodyLeft}, nil)
	}
}

// listedCallback is an entry of the lists of callbacks: what is asked of them without
// reading each.
type listedCallback struct {
	Department string `json:"d,omitempty"`
}

// mostWaiting is up to where callbacks that wait are counted.
const mostWaiting = 1000

// tellWaiting tells one who went online how many callbacks wait that they may claim.
func (d *Desk) tellWaiting(ctx context.Context, acc, member string) error {
	f, err := load[profile](ctx, d.Table, profileKey(member))
	if err != nil {
		return err
	}
	c := Caller{MemberID: member, AccountID: acc, Role: f.value.Role}
	see, err := d.sight(ctx, c)
	if err != nil {
		return err
	}
	items, err := d.Table.Query(ctx, table.Range{Partition: callbacksPartition(c.AccountID, callbackOpen), Limit: mostWaiting})
	if err != nil {
		return fmt.Errorf("counting callbacks: %w", err)
	}
	n := 0
	for _, it := range items {
		l, err := decode[listedCallback](it)
		if err != nil {
			return err
		}
		if see.sees(&callback{Department: l.value.Department}) {
			n++
		}
	}
	if n > 0 {
		d.push(ctx, c.AccountID, c.MemberID, Notice{Kind: NoticeCallbacks, Count: n}, nil)
	}
	return nil
}
