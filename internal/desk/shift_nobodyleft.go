package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/hours"
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

// When the owner hears that nobody is left.
const (
	nobodyAfter = time.Minute      // of nobody
	nobodyEvery = 15 * time.Minute // and not more often, however often people come and go
	openedAfter = 2 * time.Minute  // of business hours to which nobody came
	// After so long whoever has begun to tell has done it, or died.
	tellWithin = 10 * time.Second
)

// whoIsLeft keeps since when nobody could take work in business hours, and has the owner
// told when that has lasted a minute, once until somebody can again or business is over.
// Whoever went or came calls it after their own Write, and it reads consistently: of several
// who go at once the last sees that all are gone. Having noted it, it looks again: somebody
// may have come meanwhile who did not see the note.
//
// The message that tells is sent before the note {"nobody":1795428000000}. A crash between
// the two leaves one that finds nothing noted, or another time, and does nothing.
func (d *Desk) whoIsLeft(ctx context.Context, acc string) error {
	for range maxTries {
		note, err := d.noteLeft(ctx, acc)
		if err != nil || note == nil {
			return err
		}
		switch err := d.Table.Write(ctx, note...); {
		case err == nil:
			continue
		case !again(err):
			return fmt.Errorf("noting who is left: %w", err)
		}
		if err := d.pause(ctx); err != nil {
			return err
		}
	}
	return errBusy
}

// noteLeft gives the Write that notes whether somebody is left; none when it is noted. A note
// whose message should have come long ago, or that a version made which sent none, gets
// another.
func (d *Desk) noteLeft(ctx context.Context, acc string) ([]table.Op, error) {
	s, err := d.readDesk(ctx, acc)
	if err != nil || s.Version == 0 {
		return nil, err
	}
	a, now := &s.Account, d.Now()
	switch nobody, noted := nobodyThere(s, now); {
	case !nobody && a.NobodySince == 0:
		return nil, nil
	case !nobody:
		a.NobodySince, a.NobodyTold = 0, false
	case !noted:
		a.NobodySince, a.NobodyTold = millis(now), false
		if err := d.awaitNobody(ctx, acc, a, nobodyDue(a)); err != nil {
			return nil, err
		}
	case untoldTooLong(a, now):
		return nil, d.awaitNobody(ctx, acc, a, now)
	default:
		return nil, nil
	}
	return []table.Op{put(keys.Account(acc), a, table.AtVersion(s.Version))}, nil
}

// nobodyThere reports whether nobody can take work in business hours, and whether that is
// noted. A note from before the end of business counts no more: whoever goes home from a shop
// where nobody is left need not be online, and nothing clears it then.
func nobodyThere(s *roster.Roster, now time.Time) (nobody, noted bool) {
	if s.Someone(now) {
		return false, false
	}
	business := s.Business("", now)
	if !business.Contains(now) {
		return false, false
	}
	since := s.Account.NobodySince
	if since == 0 {
		return true, false
	}
	return true, !closedSince(business, instant(since), now)
}

// closedSince reports whether business was over at some time since it was open.
func closedSince(business hours.Calendar, since, now time.Time) bool {
	at, opens, ok := business.Next(since)
	return ok && !opens && !at.After(now)
}

// nobodyDue is when the owner is to hear of what is noted. Where somebody has begun to tell
// it, that is when they can be taken for dead.
func nobodyDue(a *roster.Account) time.Time {
	told := instant(a.NobodyToldAt)
	if a.NobodyToldAt > a.NobodySince {
		return told.Add(tellWithin)
	}
	due := instant(a.NobodySince).Add(nobodyAfter)
	if next := told.Add(nobodyEvery); a.NobodyToldAt != 0 && next.After(due) {
		return next
	}
	return due
}

// untoldTooLong reports whether the message that was to tell what is noted must be lost.
func untoldTooLong(a *roster.Account, now time.Time) bool {
	return !a.NobodyTold && !now.Before(nobodyDue(a).Add(overdue))
}

// unnoticed reports whether a desk, as it was read, has nobody, and the owner would not hear
// of it: one whose page was closed leaves without a Write, and nobody looks then.
func unnoticed(s *roster.Roster, now time.Time) bool {
	nobody, noted := nobodyThere(s, now)
	return nobody && s.Version != 0 && (!noted || untoldTooLong(&s.Account, now))
}

// awaitNobody sends the message that tells the owner of what is noted, or about to be.
func (d *Desk) awaitNobody(ctx context.Context, acc string, a *roster.Account, at time.Time) error {
	m := Message{Kind: WakeNobody, AccountID: acc, Since: a.NobodySince, Due: at}
	return d.send(ctx, at, m)
}

// awaitOpened has somebody look, two minutes after shifts began, whether anybody came.
func (d *Desk) awaitOpened(ctx context.Context, acc string, boundary time.Time) error {
	m := Message{Kind: WakeOpened, AccountID: acc, Since: millis(boundary), Due: boundary.Add(openedAfter)}
	if now := d.Now().Truncate(time.Millisecond); m.Due.Before(now) { // the tick was late, and no timer
		m.Due = now
	}
	return d.send(ctx, m.Due, m)
}

// wakeNobody tells the owner that nobody is left, or that nobody came, if it is so. That it
// was begun is noted before, and that it was done after: a message that comes twice tells
// once, and after a crash in between the owner hears twice rather than not at all.
func (d *Desk) wakeNobody(ctx context.Context, m Message) error {
	if d.Now().Before(m.Due) {
		return d.send(ctx, m.Due, m)
	}
	t := telling{d: d, m: m}
	if err := d.write(ctx, "that nobody is left", func(failed error) ([]table.Op, error) { return t.begin(ctx, failed) }); err != nil {
		return err
	}
	if t.desk == nil {
		return nil
	}
	d.tellNobodyLeft(ctx, m.AccountID, t.desk)
	_, err := update(ctx, d, keys.Account(m.AccountID), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		told, a := &t.desk.Account, &s.value
		todo := a.NobodySince == told.NobodySince && a.NobodyToldAt == told.NobodyToldAt && !a.NobodyTold
		a.NobodyTold = true
		return todo, nil, nil
	})
	return err
}

// telling is a message that may tell the owner, on its way.
type telling struct {
	d      *Desk
	m      Message
	began  int64          // as the last Write had it
	unsure int64          // as a Write of unknown outcome had it
	desk   *roster.Roster // the desk of which the owner is to hear; nil when there is nothing to tell
}

// begin gives the Write that notes that it is begun to tell the owner, or that somebody is
// there. When it is too early another message is sent. What an opened message finds, and
// nobody had noted, is noted in the same Write.
func (t *telling) begin(ctx context.Context, failed error) ([]table.Op, error) {
	if errors.Is(failed, table.ErrOutcomeUnknown) {
		t.unsure = t.began
	}
	t.began, t.desk = 0, nil
	s, err := t.d.readDesk(ctx, t.m.AccountID)
	if err != nil || s.Version == 0 {
		return nil, err
	}
	a, now := &s.Account, t.d.Now()
	nobody, noted := nobodyThere(s, now)
	found := t.m.Kind == WakeOpened && nobody && !noted
	switch {
	case found:
		a.NobodySince, a.NobodyTold = openedSince(s, t.m.Since, now), false
	case a.NobodySince == 0 || a.NobodySince != t.m.Since || a.NobodyTold:
		return nil, nil // the world has moved on
	case t.unsure != 0 && a.NobodyToldAt == t.unsure:
		t.desk = s
		return nil, nil
	}
	switch due := nobodyDue(a); {
	case !nobody:
		a.NobodySince, a.NobodyTold = 0, false
	case now.Before(due):
		if err := t.d.awaitNobody(ctx, t.m.AccountID, a, due); err != nil || !found {
			return nil, err
		}
	default:
		a.NobodyToldAt = millis(now)
		t.began, t.desk = a.NobodyToldAt, s
	}
	return []table.Op{put(keys.Account(t.m.AccountID), a, table.AtVersion(s.Version))}, nil
}

// openedSince is since when nobody is there, for one who looks after shifts began: since
// business did, if it began with them. Else, or when the owner has heard since, somebody was
// there and went unseen; that has to last a minute, like all else.
func openedSince(s *roster.Roster, boundary int64, now time.Time) int64 {
	business, at := s.Business("", now), instant(boundary)
	if boundary <= s.Account.NobodyToldAt || business.Contains(at.Add(-time.Millisecond)) || closedSince(business, at, now) {
		return millis(now)
	}
	return boundary
}

// tellNobodyLeft counts it and pushes to the owner, unless that nudge is off.
func (d *Desk) tellNobodyLeft(ctx context.Context, acc string, s *roster.Roster) {
	d.count(metricNobodyLeft, "", "", 1)
	if owner := s.Account.Owner; owner != "" && !s.Account.Muted(roster.NudgeNobodyLeft) {
		d.push(ctx, acc, owner, Notice{Kind: NoticeNobodyLeft}, nil)
	}
}
