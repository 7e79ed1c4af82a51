package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// SetPresence takes a member online or offline. Going offline ends the offers that ring for
// them as declined; what is active stays with them. Going online forgets the offers missed
// before. Problem forbidden for another's presence unless the caller manages, invalid for
// any other status.
func (d *Desk) SetPresence(ctx context.Context, c Caller, memberID, status string) (roster.Availability, error) {
	if status != roster.StatusOnline && status != roster.StatusOffline {
		return roster.Availability{}, Invalids([]FieldError{{"status", "must be online or offline"}})
	}
	if memberID != c.MemberID && !c.Role.Manages() {
		return roster.Availability{}, forbidden("Only admins set others' presence.")
	}
	var trail []table.Op
	if memberID != c.MemberID { // one's own comes and goes every day
		trail = append(trail, d.audit(c.AccountID, c.MemberID, auditMemberPresence, memberID, "status"))
	}
	changed := false
	r, err := d.updateRow(ctx, c.AccountID, memberID, func(r *roster.Row) (bool, error) {
		online := status == roster.StatusOnline
		if r.Online == online && (online || r.OfflineFor == "") {
			return false, nil
		}
		changed = changed || r.Online != online
		r.Online, r.OfflineFor = online, ""
		if online {
			r.Missed, r.Unreached = 0, 0
		}
		return true, nil
	}, trail...)
	// Once it may be written, the rest is done also for a caller who has hung up, and when
	// not all can be read. Asking again would not help: it finds nothing changed.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if changed && status == roster.StatusOffline {
			d.noteWhoIsLeft(ctx, c.AccountID)
		}
		return roster.Availability{}, err
	}
	// After the write: a member who comes must see a note made before others saw them.
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil {
		d.afterPresence(ctx, c.AccountID, r, nil, changed)
		return roster.Availability{}, err
	}
	d.afterPresence(ctx, c.AccountID, r, &a.value, changed)
	return r.Availability(&a.value, d.Now()), nil
}

// afterPresence does what a written presence leads to; a is nil when it could not be read. A
// crash here loses a nudge or an event. Offers that should have ended end with their ring time.
func (d *Desk) afterPresence(ctx context.Context, acc string, r *roster.Row, a *roster.Account, changed bool) {
	var follow []func() error
	if r.Hours != nil { // does what ticks for them still run?
		follow = append(follow, func() error { return d.runShift(ctx, acc, r.ID) })
	}
	if !r.Online {
		follow = append(follow, func() error { d.endOffersOf(ctx, acc, r.ID); return nil })
	}
	if a == nil || a.NobodySince != 0 || !r.Online && changed {
		follow = append(follow, func() error { return d.whoIsLeft(ctx, acc) })
	}
	if changed {
		follow = append(follow, func() error { d.announce(ctx, d.presenceEvent(acc, r.ID, r.Status())); return nil })
	}
	if r.Online && changed && (a == nil || !a.Muted(roster.NudgeCallbacksWaiting)) {
		follow = append(follow, func() error { return d.tellWaiting(ctx, acc, r.ID) })
	}
	if err := together(follow...); err != nil {
		d.Log.WarnContext(ctx, "presence not followed up: some of what follows failed", "member", r.ID, "error", err)
	}
}

// TeamMember is one member in a TeamAvailability; for staff only id, first name and
// receiving are filled.
type TeamMember struct {
	ID           string               `json:"id"`
	FirstName    string               `json:"firstName"`
	Receiving    roster.Receiving     `json:"receiving"`
	Availability *roster.Availability `json:"availability,omitempty"`
}

// Counts is a number by channel. An agent who is free for both counts in both.
type Counts struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

// TeamAvailability is who could take a call or a chat now.
type TeamAvailability struct {
	Now     Counts       `json:"now"`
	Online  int          `json:"online"`
	OnShift int          `json:"onShift"`
	NextAt  *time.Time   `json:"nextAt"` // the next beginning of a shift; nil when unknown
	Members []TeamMember `json:"members,omitempty"`
}

// TeamAvailability tells the assistant who could take work now, in a department or, with an
// empty one, in the account. A department that is not there counts as everyone with
// overflow, else as nobody: what an escalation to it would meet. Problem not-found without
// the account.
func (d *Desk) TeamAvailability(ctx context.Context, accountID, departmentID string) (TeamAvailability, error) {
	s, err := d.readDesk(ctx, accountID)
	if err != nil {
		return TeamAvailability{}, err
	}
	if s.Version == 0 {
		return TeamAvailability{}, notFound("account")
	}
	dep, unknown := s.DepartmentOf(departmentID, "")
	if unknown && s.Account.Overflow != "everyone" {
		return TeamAvailability{}, nil
	}
	t := teamOf(s, dep, d.Now(), nil)
	t.Members = nil
	return t, nil
}

// Team tells who could take work now. Admins see everyone; staff see those who can take a
// transfer, without the reason why others cannot. Problem not-found without the department.
func (d *Desk) Team(ctx context.Context, c Caller, departmentID string) (TeamAvailability, error) {
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil {
		return TeamAvailability{}, err
	}
	if !s.Has(departmentID) {
		return TeamAvailability{}, notFound("department")
	}
	return teamOf(s, departmentID, d.Now(), &c), nil
}

// teamOf sums a department up: for c, who sees more as an admin; for nobody the sums alone.
func teamOf(s *roster.Roster, dep string, now time.Time, c *Caller) TeamAvailability {
	t := TeamAvailability{Members: []TeamMember{}}
	for _, r := range s.Rows {
		if r.Removed || !r.In(dep) {
			continue
		}
		v := r.Availability(&s.Account, now)
		if r.Online {
			t.Online++
		}
		if v.OnShift {
			t.OnShift++
		}
		if v.Receiving.Call {
			t.Now.Call++
		}
		if v.Receiving.Chat {
			t.Now.Chat++
		}
		m := TeamMember{ID: r.ID, FirstName: r.FirstName, Receiving: v.Receiving}
		switch {
		case c == nil:
		case c.Role.Manages():
			m.Availability = &v
			t.Members = append(t.Members, m)
		case r.ID != c.MemberID && (v.Receiving.Call || v.Receiving.Chat):
			t.Members = append(t.Members, m)
		}
	}
	if at := s.NextShift(dep, now); !at.IsZero() {
		at = at.UTC()
		t.NextAt = &at
	}
	return t
}
