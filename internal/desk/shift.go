package desk

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// ShiftExecution is an execution of Shifts: which it is, and all that its ticks are told.
type ShiftExecution struct {
	AccountID  string `json:"accountId"`
	MemberID   string `json:"memberId"`
	Version    int64  `json:"version"`    // of the member's working hours, from 1
	Generation int64  `json:"generation"` // counts executions of one version, from 1
}

// Name tells the execution apart from all others that there ever were, such as
// mem_q4mxl5orusgm-3-1. Step Functions keeps a name taken for 90 days, so none is used twice.
func (e ShiftExecution) Name() string {
	return fmt.Sprintf("%s-%d-%d", e.MemberID, e.Version, e.Generation)
}

// ShiftTick is the answer to a tick.
type ShiftTick struct {
	// WakeAt is when the next tick is due, in whole seconds.
	WakeAt time.Time `json:"wakeAt"`
}

// ErrShiftOver is the answer to a tick whose execution has nothing more to do: it ends.
var ErrShiftOver = &Problem{
	Class: Conflict, Name: "shift-over", Title: "The execution is over", Detail: "Another one goes on, or the member has no working hours any more.",
}

// ErrShiftEnded is what Shifts.Start returns for an execution that ran and has ended,
// whether it was done, failed or was stopped by hand.
var ErrShiftEnded = errors.New("desk: the execution has ended")

// A member with working hours has a shift item: whether they are on shift as far as has
// been noticed, until when, and which execution of Shifts ticks for them. Nudges go by it.
// Whether a phone rings, and what pages show, does not: claims and pages read the schedule
// itself, so that a tick that is late, or lost, disturbs nobody.
//
// The item is not in the desk partition, and a tick writes no desk row: ten thousand
// members whose shifts begin at nine cost the claims of that moment no retry.
const (
	longestWait = 24 * time.Hour       // between ticks: holidays of the account come and go
	nudgeBefore = 5 * time.Minute      // a shift
	nudgeWithin = 15 * time.Minute     // of a boundary; later nobody wants to hear of it
	spreadOver  = 20 * time.Second     // members' ticks of one boundary, as seconds after it
	handOverAt  = 2_000                // ticks, of which each takes 7 of an execution's 25,000 events
	handOverAge = 300 * 24 * time.Hour // of an execution, which may have a year
)

// shift is a shift item as stored:
// {"v":3,"g":1,"on":true,"u":1795449600000,"n":12,"st":1795428000000} is on shift until 16:00.
type shift struct {
	Version    int64 `json:"v"` // of the hours; never begins anew
	Generation int64 `json:"g"` // of executions for this version
	On         bool  `json:"on,omitempty"`
	Until      int64 `json:"u,omitempty"`  // the next boundary; 0 when there is none
	Nudged     int64 `json:"nu,omitempty"` // the beginning that was announced last
	Ticks      int   `json:"n,omitempty"`  // of this execution
	Started    int64 `json:"st"`           // when it was begun
	Changed    int64 `json:"c,omitempty"`  // until when changes of the hours count: see ofHours
}

// renewed is the item for other hours. Its version names executions that were never there. It
// is too-often where there were too many others lately.
func (s shift) renewed(on bool, now time.Time) (shift, error) {
	changed, wait := ofHours.room(s.Changed, now)
	if wait > 0 {
		return s, ofHours.tooOften(wait)
	}
	return shift{Version: s.Version + 1, Generation: 1, On: on, Started: millis(now), Changed: changed}, nil
}

// next is the item with the following execution, as a hand-over or revival writes it.
func (s shift) next(now time.Time) shift {
	s.Generation++
	s.Ticks, s.Started = 0, millis(now)
	return s
}

// execution is the one that the item wants to run. Any other ends at its next tick.
func (s shift) execution(acc, member string) ShiftExecution {
	return ShiftExecution{AccountID: acc, MemberID: member, Version: s.Version, Generation: s.Generation}
}

// tock is what one tick makes of a shift item, and what follows from it.
type tock struct {
	shift
	wake    time.Time
	ended   time.Time       // the boundary of the shift's end, if the member is online
	opened  time.Time       // that of its beginning, if the member is not there
	began   bool            // the shift, and the member is online
	free    *roster.Account // the settings, when that member is on no call
	notices []Notice
}

// tick brings the item up to date. It goes by what is so now and not by what was to happen:
// a tick that was late by hours, or came twice, notes the same. So does one whose boundary
// other clock laws, or a holiday, have moved or taken away since.
func (s shift) tick(r *roster.Row, a *roster.Account, now time.Time) tock {
	t := tock{shift: s, wake: now.Add(longestWait)}
	boundary := instant(s.Until)
	if s.Until == 0 || boundary.After(now) { // of hours whose first tick is late, or of other rules
		boundary = now
	}
	t.On = r.OnShift(a, now)
	if !s.On && t.On && !r.There(a, now) {
		t.opened = boundary
	}
	switch {
	case s.On && !t.On && r.Online:
		t.ended = boundary
		if s.Until != 0 && turned(r, a, now) && !a.Muted(roster.NudgeShiftOver) {
			t.notices = append(t.notices, Notice{Kind: NoticeShiftOver})
		}
	case !s.On && t.On && r.Online:
		t.began = true
		if r.Free(a, now) {
			t.free = a
		}
	}
	t.Until = 0
	if at, opens, ok := r.Calendar(a).Next(now); ok {
		t.Until = millis(at)
		t.await(at, now)
		if opens {
			t.announce(r, a, at, now)
		}
	}
	if t.Ticks++; t.Ticks >= handOverAt || now.Sub(instant(s.Started)) >= handOverAge {
		t.shift = t.shift.next(now)
	}
	return t
}

// turned reports whether a boundary passed within the last quarter of an hour, by the rules of
// now. The one that the item waited for says nothing of that: it may be of older laws.
func turned(r *roster.Row, a *roster.Account, now time.Time) bool {
	at, _, ok := r.Calendar(a).Next(now.Add(-nudgeWithin))
	return ok && !at.After(now)
}

// await lets the next tick come no later than at.
func (t *tock) await(at, now time.Time) {
	if at.After(now) && at.Before(t.wake) {
		t.wake = at
	}
}

// announce tells a member who is offline that the shift is about to begin. Nudged remembers
// its beginning, so that a second tick within the five minutes is silent.
func (t *tock) announce(r *roster.Row, a *roster.Account, at, now time.Time) {
	soon := at.Add(-nudgeBefore)
	t.await(soon, now)
	if now.Before(soon) || t.Nudged == millis(at) {
		return
	}
	t.Nudged = millis(at)
	if !r.Online && !a.Muted(roster.NudgeShiftSoon) {
		t.notices = append(t.notices, Notice{Kind: NoticeShiftSoon, StartsAt: at.UTC()})
	}
}

// TickShift carries out one tick of an execution: it notes whether the member's shift has
// begun or ended, tells them, and says when to tick again. ErrShiftOver when none is needed
// any more, or when another one goes on: that one is begun by then. Any other error means
// that the same tick may be tried again.
func (d *Desk) TickShift(ctx context.Context, e ShiftExecution) (ShiftTick, error) {
	var t, sent tock // this try's, and that of a Write of unknown outcome
	unsure := false
	err := d.write(ctx, "the shift of "+e.MemberID, func(failed error) ([]table.Op, error) {
		if errors.Is(failed, table.ErrOutcomeUnknown) {
			sent, unsure = t, true
		}
		s, err := load[shift](ctx, d.Table, keys.Shift(e.MemberID))
		switch {
		case err != nil:
			return nil, err
		case unsure && s.value == sent.shift:
			t = sent
			return nil, nil
		case !s.found() || s.value.execution(e.AccountID, e.MemberID) != e:
			return nil, d.endShift(ctx, e)
		}
		r, a, err := d.readStanding(ctx, e.AccountID, e.MemberID)
		if err != nil {
			return nil, err
		}
		if r == nil || r.Removed || r.Hours == nil {
			return nil, ErrShiftOver
		}
		if !r.Hours.Readable() { // the next tick looks again, a day later
			d.Log.WarnContext(ctx, "working hours not read: the member is off shift", "account", e.AccountID, "member", e.MemberID)
		}
		t = s.value.tick(r, a, d.Now())
		return []table.Op{put(keys.Shift(e.MemberID), t.shift, table.AtVersion(s.version))}, d.noteTick(ctx, e.AccountID, t, a)
	})
	if err != nil {
		return ShiftTick{}, err
	}
	return d.afterTick(ctx, e, t)
}

// endShift ends an execution that the shift item does not want. It begins the wanted one
// before: whoever wrote the item may have died.
func (d *Desk) endShift(ctx context.Context, e ShiftExecution) error {
	if err := d.runShift(ctx, e.AccountID, e.MemberID); err != nil {
		return err
	}
	return ErrShiftOver
}

// noteTick does what a beginning or end of a shift leads to, before the item says that it is
// done: a crash in between repeats the tick. Of all who end at one boundary the first to tick
// looks who is left: the schedules tell that of all others, too. Of all who begin at one and
// are not there, the first has somebody look later whether anybody came.
func (d *Desk) noteTick(ctx context.Context, acc string, t tock, a *roster.Account) error {
	switch {
	case t.began && a.NobodySince != 0:
		if err := d.whoIsLeft(ctx, acc); err != nil {
			return err
		}
	case !t.ended.IsZero():
		return d.once(ctx, keys.Left(acc, millis(t.ended)), func() error { return d.whoIsLeft(ctx, acc) })
	}
	if t.opened.IsZero() {
		return nil
	}
	return d.once(ctx, keys.Opened(acc, millis(t.opened)), func() error { return d.awaitOpened(ctx, acc, t.opened) })
}

// once does what a mark says that it was done, unless it is there. The mark comes last: it is
// done twice rather than never. Who meets with a conflict there finds somebody else's.
func (d *Desk) once(ctx context.Context, mark table.Key, do func() error) error {
	if _, found, err := d.Table.Get(ctx, mark); err != nil || found {
		return wrapRead(err, mark)
	}
	if err := do(); err != nil {
		return err
	}
	err := d.Table.Write(ctx, d.expiring(table.Put(table.Item{Key: mark}, table.Condition{})))
	if errors.Is(err, table.ErrConflict) {
		return nil
	}
	return err
}

// afterTick tells the member, and begins the execution that takes over.
func (d *Desk) afterTick(ctx context.Context, e ShiftExecution, t tock) (ShiftTick, error) {
	if t.free != nil {
		if err := d.hear(ctx, e.AccountID, e.MemberID, t.free, missed{}); err != nil {
			d.Log.WarnContext(ctx, "member not told: what waits is told later", "member", e.MemberID, "error", err)
		}
	}
	for _, n := range t.notices {
		d.push(ctx, e.AccountID, e.MemberID, n, nil)
	}
	if t.Generation != e.Generation {
		return ShiftTick{}, d.endShift(ctx, e)
	}
	// Rounded up, since what comes early has nothing to do.
	at := t.wake.Add(spread(e.MemberID) + time.Second - 1)
	return ShiftTick{WakeAt: at.UTC().Truncate(time.Second)}, nil
}

// spread is how long after a boundary a member's tick comes: 0 to 19 seconds, the same each
// time. So a thousand shifts that begin at nine do not tick in one second.
func spread(member string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(member)) // never fails
	return time.Duration(h.Sum32()%uint32(spreadOver/time.Second)) * time.Second
}

// runShift keeps the execution of a member's shift item running. One that ended early
// cannot be begun again, and another generation follows it.
func (d *Desk) runShift(ctx context.Context, acc, member string) error {
	for range maxTries {
		r, err := d.readRow(ctx, acc, member)
		if err != nil || r == nil || r.Removed || r.Hours == nil {
			return err
		}
		s, err := load[shift](ctx, d.Table, keys.Shift(member))
		if err != nil || !s.found() {
			return err
		}
		err = d.Shifts.Start(ctx, s.value.execution(acc, member))
		if !errors.Is(err, ErrShiftEnded) {
			return err
		}
		op := put(keys.Shift(member), s.value.next(d.Now()), table.AtVersion(s.version))
		if err := d.Table.Write(ctx, op); err != nil && !again(err) {
			return fmt.Errorf("writing the shift of %s: %w", member, err)
		}
	}
	return errBusy
}
