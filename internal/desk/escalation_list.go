package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// EscalationFilter narrows a list; empty fields ask nothing, and all that ask must hold. By
// customer, member or time it reads only what it needs, by the other fields it passes by what
// does not match.
type EscalationFilter struct {
	States       []State
	MemberID     string // whom it concerns: who handles or handled it, or had an offer of it that went on
	DepartmentID string
	Channel      roster.Channel
	Outcome      string
	Verdict      string
	Drill        *bool
	Customer     string    // a phone number in E.164 or an e-mail, as the request gave it
	From, To     time.Time // created in [From, To)
}

// Escalations lists escalations, newest first: for admins the account's, for staff
// their own.
func (d *Desk) Escalations(ctx context.Context, by Caller, f EscalationFilter, p Page) (List[Escalation], error) {
	if !by.Role.Manages() {
		f.MemberID = by.MemberID
	}
	member := f.MemberID
	if member != "" && member != by.MemberID {
		if known, err := d.wasHere(ctx, by.AccountID, member); err != nil {
			return List[Escalation]{}, err
		} else if !known {
			member = ""
		}
	}
	names := d.directory(ctx, by.AccountID)
	return walk(ctx, d, f.entries(by.AccountID, member), p, func(ctx context.Context, it table.Item) (*Escalation, error) {
		id := afterSlash(it.Key.Sort)
		e, err := d.readEscalation(ctx, by.AccountID, id)
		if IsProblem(err, "not-found") {
			return nil, nil
		}
		if err == nil && !strings.HasSuffix(it.Key.Sort, keys.SortTime(e.Created)+"/"+id) {
			return nil, nil // of a request that came twice at once; it is listed by the one that counts
		}
		if err != nil || !f.matches(e) {
			return nil, err
		}
		if concerned, err := d.concerned(ctx, id, e, f.MemberID); err != nil || !concerned {
			return nil, err
		}
		v, err := d.namedView(ctx, names, id, e, false, nil)
		return &v, err
	})
}

// wasHere reports whether somebody is a member of the account, or was. The list of a member
// lies under their id alone: to walk through that of another account would show nothing, but
// its cursors would tell when that member took what. Of who is not here the account's own list
// is walked through, which has those whom a version removed that left no name behind.
//
// All that is read lies under the account, so that an id elsewhere costs what nobody's costs.
func (d *Desk) wasHere(ctx context.Context, acc, mem string) (bool, error) {
	row, err := d.readRow(ctx, acc, mem)
	if err != nil || row != nil {
		return row != nil, err
	}
	name, err := d.formerName(ctx, acc, mem)
	return name != nil, err
}

// entries is the range of the list that the filter leaves: one customer's, one member's or
// the account's, between two times.
func (f EscalationFilter) entries(acc, member string) entries {
	r := entries{Range: table.Range{Partition: keys.Escalations(acc), Newest: true}}
	switch contacts := contactOf(f.Customer).Contacts(); {
	case len(contacts) > 0:
		r.Partition, r.Prefix = keys.Customer(acc, contacts[0]), keys.PrefixEsc
	case member != "":
		r.Partition, r.Prefix = member, keys.PrefixEsc
	}
	if !f.To.IsZero() {
		r.After = r.Prefix + keys.SortTime(ceilMillis(f.To))
	}
	if !f.From.IsZero() {
		r.until = r.Prefix + keys.SortTime(ceilMillis(f.From))
	}
	return r
}

// contactOf is the customer with a phone number or an e-mail.
func contactOf(s string) Customer {
	if strings.Contains(s, "@") {
		return Customer{Email: s}
	}
	return Customer{Phone: s}
}

// ceilMillis rounds a bound up to milliseconds, in which times are kept. Rounded down, a
// From of half a millisecond after a time would include it. The result stays among the
// times that sort.
func ceilMillis(t time.Time) int64 {
	return min(max(0, millis(t.Add(time.Millisecond-1))), keys.LastMillis)
}

// matches judges what keys do not tell, the member left aside.
func (f EscalationFilter) matches(e *escalation) bool {
	switch {
	case len(f.States) > 0 && !slices.Contains(f.States, e.State),
		f.DepartmentID != "" && e.Department != f.DepartmentID,
		f.Channel != "" && e.Channel != f.Channel,
		f.Outcome != "" && e.Outcome != f.Outcome,
		f.Verdict != "" && e.Verdict != f.Verdict,
		f.Drill != nil && e.Drill != *f.Drill:
		return false
	}
	return true
}

// concerned reports whether a member has to do with an escalation: it rings for them, they
// handle or handled it, or an offer of theirs went on to others. Nobody in particular always
// has.
func (d *Desk) concerned(ctx context.Context, id string, e *escalation, member string) (bool, error) {
	if member == "" || e.assignedTo(member) || e.State.Open() && e.offeredTo(member, 0) || concerns(e.History, member) {
		return true, nil
	}
	err := d.readPast(ctx, id, e)
	return concerns(e.past, member), err
}

// concerns reports whether what has happened makes an escalation the member's for good.
func concerns(events []event, member string) bool {
	return slices.ContainsFunc(events, func(h event) bool { return h.Member == member && h.lasting() })
}

// concerned are the members whom the step makes the escalation concern for good. An offer is
// not among it: most are answered, and an entry for each would cost a write unit.
func (s *step) concerned() []string {
	known := 0
	if s.before != nil {
		known = len(s.before.History)
	}
	var list []string
	for _, h := range s.next.History[known:] {
		if h.lasting() {
			list = append(list, h.Member)
		}
	}
	return distinct(list)
}

// lasting reports whether an event makes the escalation its member's for good. An offer that
// was only taken back was never theirs; one that went on though they had not declined has a
// note that tells why.
func (h *event) lasting() bool {
	switch h.What {
	case didAccept, didDecline, didMiss, didUnreach:
		return true
	}
	return h.What == didWithdraw && (h.Note != "" || h.Ref > 0)
}

// sees reports whether the caller may look at an escalation: admins always, staff where it
// concerns them, and where they may see the callback that it became.
func (d *Desk) sees(ctx context.Context, by Caller, id string, e *escalation) (bool, error) {
	if by.Role.Manages() {
		return true, nil
	}
	concerned, err := d.concerned(ctx, id, e, by.MemberID)
	if err != nil || concerned || e.Callback == "" {
		return concerned, err
	}
	see, err := d.sight(ctx, by)
	if err != nil {
		return false, err
	}
	own, err := load[callback](ctx, d.Table, keys.Callback(e.Callback))
	if err != nil || see.sees(&own.value) || own.value.JoinedTo == "" {
		return own.found() && see.sees(&own.value), err
	}
	older, err := load[callback](ctx, d.Table, keys.Callback(own.value.JoinedTo)) // shows it, too
	return older.found() && see.sees(&older.value), err
}
