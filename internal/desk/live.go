package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

// mostLive is how much open work one look at what goes on reads: what Lambda can answer
// with, and more than any team of today's limits has at a time.
const mostLive = 5000

// Live is what goes on in an account at one moment: who could take work, what rings and
// what is open. Nothing in it is of what is past, so a look costs the same after a year.
type Live struct {
	At time.Time `json:"at"` // first: ETags leave it out there
	// TimeZoneData is the release of the tz database that shifts go by.
	TimeZoneData string           `json:"timeZoneData"`
	Now          roster.Counts    `json:"now"`
	InHours      bool             `json:"inBusinessHours"`
	NextAt       *time.Time       `json:"nextAt"` // the next beginning of a shift; nil when unknown
	Departments  []LiveDepartment `json:"departments"`
	// NoDepartment is what goes on for no department, or for one that was deleted. Everyone
	// may be asked for it, as Now tells.
	NoDepartment LiveCounts   `json:"noDepartment"`
	Members      []LiveMember `json:"members"`
	Ringing      []LiveWork   `json:"ringing"` // each offer that rings, of a transfer too
	Active       []LiveWork   `json:"active"`  // what somebody has accepted
	More         bool         `json:"more"`    // there is more than what was counted
}

// LiveDepartment is a department with who could take work there now, and what goes on.
type LiveDepartment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	roster.Counts
	LiveCounts
}

// LiveCounts counts what goes on. A callback of several departments counts in each.
type LiveCounts struct {
	Ringing          int `json:"ringing"`
	Active           int `json:"active"`
	CallbacksOpen    int `json:"callbacksOpen"`    // that nobody has claimed
	CallbacksOverdue int `json:"callbacksOverdue"` // due and not done, claimed or not
}

// LiveMember is one of the team with what rings for them and what they are at.
type LiveMember struct {
	ID           string              `json:"id"`
	FirstName    string              `json:"firstName"`
	Availability roster.Availability `json:"availability"`
	Work         []MembersWork       `json:"work"`
}

// MembersWork is one escalation in the hands of a member. A transfer under way is active with
// its sender and rings at its receiver.
type MembersWork struct {
	EscalationID string         `json:"escalationId"`
	Channel      roster.Channel `json:"channel"`
	State        State          `json:"state"` // ringing or active
	Since        time.Time      `json:"since"`
}

// LiveWork is an escalation that rings or is active, as its own item tells. What the customer
// said lies elsewhere: see Desk.Escalation.
type LiveWork struct {
	EscalationID   string         `json:"escalationId"`
	Channel        roster.Channel `json:"channel"`
	Reason         Reason         `json:"reason"`
	DepartmentID   string         `json:"departmentId"` // of what rings for a transfer: to which it goes
	DepartmentName *string        `json:"departmentName"`
	Drill          bool           `json:"drill"`
	Transfer       bool           `json:"transfer"` // one is under way
	Offer          *LiveOffer     `json:"offer"`
	AssignedTo     *Agent         `json:"assignedTo"`
	CreatedAt      time.Time      `json:"createdAt"`
	AcceptedAt     *time.Time     `json:"acceptedAt"`
}

// LiveOffer is an offer that rings, and at whom.
type LiveOffer struct {
	Number         int       `json:"number"`
	MemberID       string    `json:"memberId"`
	FirstName      string    `json:"firstName"`
	RingingUntil   time.Time `json:"ringingUntil"`
	RingingSeconds int       `json:"ringingSeconds"` // what is left now
}

// Live tells admins what goes on. It reads the desk once, each escalation that a desk row
// names, and the lists of callbacks that somebody is still to call.
func (d *Desk) Live(ctx context.Context, c Caller) (Live, error) {
	l := looking{now: d.Now()}
	err := together(
		func() error { return d.lookAtDesk(ctx, c.AccountID, &l) },
		func() (err error) { l.open, err = d.countWaiting(ctx, c.AccountID, callbackOpen); return err },
		func() (err error) { l.claimed, err = d.countWaiting(ctx, c.AccountID, callbackClaimed); return err },
	)
	if err != nil {
		return Live{}, err
	}
	return l.live(), nil
}

// looking is what one look at what goes on has read.
type looking struct {
	now           time.Time
	roster        *roster.Roster
	names         map[string]string // first names by member
	work          []openWork        // the oldest first
	more          bool              // there is more work
	open, claimed waiting
}

// openWork is an escalation as read for a look.
type openWork struct {
	id string
	*escalation
}

// lookAtDesk reads the desk and the open work that its rows name. Of a transfer under way
// two rows name the same.
func (d *Desk) lookAtDesk(ctx context.Context, acc string, l *looking) (err error) {
	if l.roster, err = d.readDesk(ctx, acc); err != nil {
		return err
	}
	var ids []string
	l.names = make(map[string]string, len(l.roster.Rows))
	for _, r := range l.roster.Rows { // also of those who were removed, until it has gone on
		l.names[r.ID] = r.FirstName
		for _, w := range r.Work {
			ids = append(ids, w.Escalation)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	l.more = len(ids) > mostLive
	for chunk := range slices.Chunk(ids[:min(len(ids), mostLive)], walkChunk) {
		found := make([]*escalation, len(chunk))
		err := inParallel(len(chunk), func(i int) (err error) {
			found[i], err = d.readOpen(ctx, acc, chunk[i])
			return err
		})
		if err != nil {
			return err
		}
		for i, e := range found {
			if e != nil {
				l.work = append(l.work, openWork{chunk[i], e})
			}
		}
	}
	slices.SortStableFunc(l.work, func(a, b openWork) int { return cmp.Compare(a.Created, b.Created) })
	return nil
}

// readOpen reads an escalation; nil when it has ended since its desk row was read.
func (d *Desk) readOpen(ctx context.Context, acc, id string) (*escalation, error) {
	e, err := d.readEscalation(ctx, acc, id)
	if IsProblem(err, "not-found") || err == nil && !e.State.Open() {
		return nil, nil
	}
	if err == nil {
		d.wakeOverdue(ctx, id, e)
	}
	return e, err
}

// live puts together what was read.
func (l *looking) live() Live {
	team, free := l.roster.Standings(l.now)
	v := Live{
		At: l.now.UTC().Truncate(time.Second), TimeZoneData: hours.Release(), Now: free[""], InHours: l.roster.Business("", l.now).Contains(l.now),
		Departments: []LiveDepartment{}, Members: make([]LiveMember, 0, len(team)), Ringing: []LiveWork{}, Active: []LiveWork{},
		More: l.more || !l.open.whole || !l.claimed.whole,
	}
	if at := l.roster.NextShift("", "", l.now); !at.IsZero() {
		at = at.UTC()
		v.NextAt = &at
	}
	works := l.membersWork()
	for _, m := range team {
		v.Members = append(v.Members, LiveMember{m.Row.ID, m.Row.FirstName, m.Availability, append([]MembersWork{}, works[m.Row.ID]...)})
	}
	for _, w := range l.work {
		if w.Offer != nil {
			v.Ringing = append(v.Ringing, l.view(w, w.rings()))
		}
		if w.State == Active {
			v.Active = append(v.Active, l.view(w, w.Department))
		}
	}
	l.count(&v, free)
	return v
}

// membersWork is what each member has, by what was read of the escalations: an offer that
// went on since the rows were read is with who has it now.
func (l *looking) membersWork() map[string][]MembersWork {
	works := map[string][]MembersWork{}
	add := func(member string, w openWork, state State, since time.Time) {
		works[member] = append(works[member], MembersWork{w.id, w.Channel, state, since})
	}
	for _, w := range l.work {
		if o := w.Offer; o != nil {
			add(o.Member, w, Ringing, w.since(didOffer, o.Member))
		}
		if w.State == Active {
			add(w.Assigned.ID, w, Active, w.since(didAccept, w.Assigned.ID))
		}
	}
	return works
}

// since is when the member was last offered it, or accepted it. Where the history tells that
// no more it is since when it rings, or is active, at all.
func (w openWork) since(what, member string) time.Time {
	for _, h := range slices.Backward(w.History) {
		if h.What == what && h.Member == member {
			return instant(h.At)
		}
	}
	return instant(cmp.Or(w.Accepted, w.Created))
}

// rings is the department for which the offer rings: of a transfer to a department that one,
// where it will be filed.
func (w openWork) rings() string {
	if t := w.Transfer; t != nil && t.Department != "" {
		return t.Department
	}
	return w.Department
}

// view is an escalation as a look shows it, with the names of today. A department that was
// deleted is none.
func (l *looking) view(w openWork, dep string) LiveWork {
	v := LiveWork{
		EscalationID: w.id, Channel: w.Channel, Reason: w.Reason, Drill: w.Drill, Transfer: w.Transfer != nil,
		CreatedAt: instant(w.Created), AcceptedAt: moment(w.Accepted),
	}
	if known, is := l.roster.Departments[dep]; is {
		v.DepartmentID, v.DepartmentName = dep, &known.Name
	}
	if o := w.Offer; o != nil {
		until := instant(o.Until)
		v.Offer = &LiveOffer{o.Number, o.Member, l.named(o.Member, o.Name), until, ceilSeconds(until.Sub(l.now))}
	}
	if a := w.Assigned; a != nil {
		v.AssignedTo = &Agent{ID: a.ID, FirstName: l.named(a.ID, a.FirstName)}
	}
	return v
}

// named is a member's first name of today, and of one who is not there any more that of then.
func (l *looking) named(member, then string) string { return cmp.Or(l.names[member], then) }

// count sums up by department what is listed, and the callbacks.
func (l *looking) count(v *Live, free map[string]roster.Counts) {
	counts := map[string]*LiveCounts{"": &v.NoDepartment}
	for id := range l.roster.Departments {
		counts[id] = &LiveCounts{}
	}
	for _, w := range v.Ringing {
		counts[w.DepartmentID].Ringing++
	}
	for _, w := range v.Active {
		counts[w.DepartmentID].Active++
	}
	l.countCallbacks(counts)
	for id, dep := range l.roster.Departments {
		v.Departments = append(v.Departments, LiveDepartment{id, dep.Name, free[id], *counts[id]})
	}
	slices.SortFunc(v.Departments, func(a, b LiveDepartment) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}

// countCallbacks counts the callbacks that somebody is still to call. What is overdue goes by
// the entries of the lists, which are put anew when a callback's due moves.
func (l *looking) countCallbacks(counts map[string]*LiveCounts) {
	see := sight{departments: l.roster.Departments}
	for _, cb := range slices.Concat(l.open.list, l.claimed.list) {
		var in []string
		for _, dep := range cb.departments() {
			in = append(in, see.department(dep))
		}
		slices.Sort(in)
		for _, dep := range slices.Compact(in) {
			if cb.State == callbackOpen {
				counts[dep].CallbacksOpen++
			}
			if cb.Due < millis(l.now) {
				counts[dep].CallbacksOverdue++
			}
		}
	}
}
