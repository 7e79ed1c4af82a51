package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// SetPresence takes a member online or offline. Going offline ends the offers that ring for
// them as declined; what is active stays with them. Going online forgets the offers missed
// before, and by one's own call it also is the sign of an open page. Problem forbidden for
// another's presence unless the caller manages, invalid for any other status, too-often where
// others would ring by it again and again.
func (d *Desk) SetPresence(ctx context.Context, c Caller, memberID, status string) (roster.Availability, error) {
	if status != roster.StatusOnline && status != roster.StatusOffline {
		return roster.Availability{}, Invalids([]FieldError{{"status", "must be online or offline"}})
	}
	if memberID != c.MemberID && !c.Role.Manages() {
		return roster.Availability{}, forbidden("Only admins set others' presence.")
	}
	p := presence{d: d, by: c, member: memberID, status: status}
	p.spend = sync.OnceValue(func() error { return d.spend(ctx, c, c.MemberID, ofPassingOn) })
	r, err := d.updateRow(ctx, c.AccountID, memberID, func(r *roster.Row) (bool, []table.Op, error) { return p.set(ctx, r) })
	// Once it may be written, the rest is done also for a caller who has hung up, and when
	// not all can be read. Asking again would not help: it finds nothing changed.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if p.changed && status == roster.StatusOffline {
			d.noteWhoIsLeft(ctx, c.AccountID)
		}
		return roster.Availability{}, err
	}
	// After the write: a member who comes must see a note made before others saw them.
	a, err := d.readAccount(ctx, c.AccountID)
	if err != nil {
		d.afterPresence(ctx, c.AccountID, r, nil, p.changed)
		return roster.Availability{}, err
	}
	d.afterPresence(ctx, c.AccountID, r, &a.value, p.changed)
	return r.Availability(&a.value, d.Now()), nil
}

// presence is a member's presence on its way into their row, by as many tries as it takes.
type presence struct {
	d              *Desk
	by             Caller
	member, status string
	spend          func() error // counts that others ring by it
	changed        bool         // by any try: each may be the one that was written
}

// set is one try.
func (p *presence) set(ctx context.Context, r *roster.Row) (write bool, more []table.Op, err error) {
	online, own := p.status == roster.StatusOnline, p.member == p.by.MemberID
	if online && own {
		if write, err = p.d.leasePage(ctx, r); err != nil {
			return false, nil, err
		}
	}
	if r.Online == online && (online || r.OfflineFor == "") {
		return write, nil, nil
	}
	if !online && r.Online && p.rings(ctx, r) {
		if err := p.spend(); err != nil {
			return false, nil, err
		}
	}
	if !own { // one's own comes and goes every day
		more = append(more, p.d.audit(p.by.AccountID, p.by.MemberID, auditMemberPresence, p.member, edited("status", r.Status(), p.status)))
	}
	p.changed = p.changed || r.Online != online
	r.Online, r.OfflineFor = online, ""
	if online {
		r.ForgetMissed()
	}
	return true, more, nil
}

// rings reports whether any of the member's work rings and will go on to others, as it may where it
// cannot be read. What is active does not, or nobody could send a busy team home.
func (p *presence) rings(ctx context.Context, r *roster.Row) bool {
	rings := make([]bool, len(r.Work))
	_ = inParallel(len(rings), func(i int) error {
		e, err := p.d.readEscalation(ctx, p.by.AccountID, r.Work[i].Escalation)
		rings[i] = err != nil || e.State.Open() && e.offeredTo(r.ID, 0)
		return nil
	})
	return slices.Contains(rings, true)
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
	if r.Online && changed {
		follow = append(follow, func() error { return d.becomesFree(ctx, acc, r.ID, time.Time{}) })
	}
	if err := together(follow...); err != nil {
		d.Log.WarnContext(ctx, "presence not followed up: some of what follows failed", "member", r.ID, "error", err)
	}
}

// TeamAvailability tells the assistant who could take work now, in a department or, with an
// empty one, in the account. A department that is not there counts as everyone with
// overflow, else as nobody: what an escalation to it would meet. Problem not-found without
// the account.
func (d *Desk) TeamAvailability(ctx context.Context, accountID, departmentID, department string) (roster.TeamAvailability, error) {
	s, err := d.readDesk(ctx, accountID)
	if err != nil {
		return roster.TeamAvailability{}, err
	}
	if s.Version == 0 {
		return roster.TeamAvailability{}, notFound("account")
	}
	dep, unknown := s.DepartmentOf(departmentID, department)
	if unknown && s.Account.Overflow != "everyone" {
		return roster.TeamAvailability{}, nil
	}
	return s.Team(dep, d.Now(), nil), nil
}

// Team tells who could take work now. Admins see everyone; staff see those who can take a
// transfer, without the reason why others cannot. Problem not-found without the department.
func (d *Desk) Team(ctx context.Context, c Caller, departmentID string) (roster.TeamAvailability, error) {
	s, err := d.readDesk(ctx, c.AccountID)
	if err != nil {
		return roster.TeamAvailability{}, err
	}
	if !s.Has(departmentID) {
		return roster.TeamAvailability{}, notFound("department")
	}
	return s.Team(departmentID, d.Now(), c.sees), nil
}

// sees tells what the caller may see of a member of their team.
func (c Caller) sees(member string, can roster.Receiving) roster.Sight {
	switch {
	case c.Role.Manages():
		return roster.SeeReasons
	case member != c.MemberID && (can.Call || can.Chat):
		return roster.SeeReceiving
	}
	return roster.SeeNothing
}
