package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// An execution waits for the boundary that its last tick found. When a country changes its
// clocks that may be another one now. A tick that comes too early mends this by itself, and
// one that comes too late is an hour late at most. Whoever brings newer clock laws to running
// executions calls RenewShift for each, so that none is late.

// renewWithin is how near a boundary must be for a difference to matter. What is further away
// is seen by the ticks until then, of which there is one a day.
const renewWithin = 7 * 24 * time.Hour

// strays reports whether the item waits for something else than what the laws and holidays of
// now have. An execution whose tick is due looks at these by itself.
func (s shift) strays(r *roster.Row, a *roster.Account, now time.Time) bool {
	if s.Ticks == 0 || s.Until != 0 && !instant(s.Until).After(now) {
		return false
	}
	if s.On != r.OnShift(a, now) {
		return true
	}
	until, before := int64(0), millis(now.Add(renewWithin))
	if at, _, ok := r.Calendar(a).Next(now); ok {
		until = millis(at)
	}
	near := func(at int64) bool { return at != 0 && at < before }
	return until != s.Until && (near(until) || near(s.Until))
}

// RenewShift has the execution of a member's shift wait for the boundary that the clock laws
// of now have, and tells whether it waited for another one. A new generation takes over, whose
// first tick comes at once; the old one ends at its next tick. Nothing is written where the
// boundary is the same, or there is no such member.
//
// A crash after the Write leaves an item whose execution was not begun. The next call begins
// it, and so does the next tick of the old one.
func (d *Desk) RenewShift(ctx context.Context, member string) (renewed bool, err error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(member))
	if err != nil || !f.value.ready() {
		return false, err
	}
	acc := f.value.Account
	var sent shift // by the try before, whose outcome may be unknown
	s, err := update(ctx, d, keys.Shift(member), func(s *stored[shift]) (bool, []table.Op, error) {
		if renewed = s.found() && s.value == sent; renewed || !s.found() {
			return false, nil, nil
		}
		r, a, err := d.readStanding(ctx, acc, member)
		if err != nil || r == nil || r.Removed || r.Hours == nil {
			return false, nil, err
		}
		if renewed = s.value.strays(r, a, d.Now()); renewed {
			s.value = s.value.next(d.Now())
			sent = s.value
		}
		return renewed, nil, nil
	})
	if err != nil || s.Ticks > 0 {
		return false, err
	}
	return renewed, d.runShift(ctx, acc, member) // which may not have been begun
}

// MemberOfExecution reads whose shift an execution ticks for out of its name.
func MemberOfExecution(name string) (member string, ok bool) {
	parts := strings.Split(name, "-")
	if len(parts) != 3 || !strings.HasPrefix(parts[0], "mem_") {
		return "", false
	}
	e := ShiftExecution{MemberID: parts[0]}
	e.Version, _ = strconv.ParseInt(parts[1], 10, 64) // compared below
	e.Generation, _ = strconv.ParseInt(parts[2], 10, 64)
	return e.MemberID, e.Version > 0 && e.Generation > 0 && e.Name() == name
}
