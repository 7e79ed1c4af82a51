package roster

import (
	"cmp"
	"slices"
	"time"
)

// Want is what an escalation asks of the rotation.
type Want struct {
	Channel    Channel
	Department string   // "" for everyone
	Unknown    bool     // a department was asked for that is not there
	Overflow   bool     // everyone may be asked when nobody in the department is free
	Offered    []string // had their turn at this escalation already
	Member     string   // directed at this member alone
}

// Turn is how a want can be met now: who is asked, in which order, and whose turn it is.
type Turn struct {
	// Rotation orders those who are asked: the ticket is drawn from its counter, and the
	// place in it moves. It is that of the department asked, or that of everyone where the
	// account's balance is the team's.
	Rotation Rotation
	Asked    string // the department whose members are asked; empty for everyone
	overflow bool
	Next     *Row // whose turn it is: the free agent with the lowest place; nil when nobody is free
}

// Turn finds the rotation that can meet w now and whose turn it is there.
//
// Taking always the lowest place keeps the promise that nobody is passed over, exactly
// and whatever the concurrency. Say i had a turn with ticket t and is chosen again, and
// j could have taken this second escalation all the while since t was drawn. Then the
// claim, which read after that draw, saw j free and yet chose i, so j's place was not
// below i's, which is t at least. Tickets are drawn once and places only grow, so j has
// a later ticket from a turn since; or one given at the tail, but then j was not able
// to take anything just before. Nothing in this asks that the rows were read at one
// moment, or that claims do not overlap. Spreading claims over the first few rows
// instead would lose it.
//
// Nor does it ask that the two turns were of one department, only of one order. Where the
// balance is the team's all departments share the order of everyone, and j's turn between
// may have been in any of them.
func (s *Roster) Turn(w Want, now time.Time) Turn {
	w = s.resolve(w)
	if w.Member != "" {
		// Their place moves where they have one.
		if r := s.Row(w.Member); r == nil || w.Unknown || !r.In(w.Department) {
			return s.deal("", w, now)
		}
		return s.deal(w.Department, w, now)
	}
	t := s.deal(w.Department, w, now)
	if w.Unknown {
		t.Next = nil
	}
	if t.Next == nil && w.Overflow && (w.Department != "" || w.Unknown) {
		t = s.deal("", w, now)
		t.overflow = true
	}
	return t
}

// deal finds whose turn it is when the members of a department are asked, or with an empty
// one everyone: the free agent with the lowest place in the order that holds, by id where
// places are equal. In a new department all have 0, and any two readers must choose the
// same one.
func (s *Roster) deal(asked string, w Want, now time.Time) Turn {
	t := Turn{Rotation: Rotation{asked, w.Channel}, Asked: asked}
	if s.Account.Balance == BalanceTeam {
		t.Rotation.Department = ""
	}
	k := t.Rotation.Key()
	for _, r := range s.Rows { // in the order of their ids
		if s.whyNot(r, asked, w, now) == "" && (t.Next == nil || r.Places[k] < t.Next.Places[k]) {
			t.Next = r
		}
	}
	return t
}

// whyNot says why r cannot have this turn; empty when r is free for it. It goes by who is
// asked, never by who orders. Receipts tell what it says, so they cannot differ from the
// choice.
func (s *Roster) whyNot(r *Row, asked string, w Want, now time.Time) string {
	switch {
	case slices.Contains(w.Offered, r.ID):
		return reasonAlreadyOffered
	case w.Member != "" && r.ID != w.Member:
		return cmp.Or(r.Unable(&s.Account, w.Channel, now), ReasonLaterInRotation)
	case !r.In(asked):
		return reasonNotInDepartment
	}
	return r.Unable(&s.Account, w.Channel, now)
}

// Cannot says why the member of an offer could not take it any more, judged as if it did not
// ring; empty when they could. from is the department whose members were asked, empty where it
// was everyone or the member alone. Nobody has left a department that was deleted.
func (s *Roster) Cannot(member, escalation string, ch Channel, from string, now time.Time) string {
	r := s.Row(member)
	if r == nil {
		return reasonOffline
	}
	r = r.Clone()
	r.Drop(escalation)
	if s.Has(from) && !r.In(from) {
		return cmp.Or(r.Unable(&s.Account, ch, now), reasonNotInDepartment)
	}
	return r.Unable(&s.Account, ch, now)
}

// Newest is the highest place that any row has in the rotation. A claim whose ticket is not
// above it would go back in the order, and draws again.
func (s *Roster) Newest(rot Rotation) int64 {
	k, top := rot.Key(), int64(0)
	for _, r := range s.Rows {
		top = max(top, r.Places[k])
	}
	return top
}

// Because says why nobody in the department asked for can take work, judged over its
// members, or over everyone without one. One agent on a call and nine at home make it
// all_busy: the customer hears that people are there. Of a department without members
// everyone is judged where everyone was asked; else nobody is online, since no shift will
// change that.
func (s *Roster) Because(w Want, now time.Time) Because {
	w = s.resolve(w)
	if w.Unknown && !w.Overflow {
		return NoSuchTeam
	}
	members, shift := false, false
	for _, r := range s.Rows {
		if r.Removed || !r.In(w.Department) {
			continue
		}
		members = true
		if r.There(&s.Account, now) {
			return AllBusy
		}
		shift = shift || r.OnShift(&s.Account, now)
	}
	switch {
	case !members && w.Department != "" && w.Overflow:
		w.Department = ""
		return s.Because(w, now)
	case shift || !members:
		return NobodyOnline
	}
	return OffShift
}

// NextAgent is when the next agent who could be asked comes on shift: of everyone where
// overflow allows it, else of the department. It is nil when that is not known.
func (s *Roster) NextAgent(w Want, now time.Time) *time.Time {
	w = s.resolve(w)
	dep := w.Department
	if w.Overflow {
		dep = ""
	}
	at := s.NextShift(dep, w.Channel, now)
	if at.IsZero() || w.Unknown && !w.Overflow {
		return nil
	}
	return &at
}
