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

// Turn is how a want can be met now: by which rotation, and by whom.
type Turn struct {
	Rotation Rotation
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
func (s *Roster) Turn(w Want, now time.Time) Turn {
	w = s.resolve(w)
	t := Turn{Rotation: Rotation{w.Department, w.Channel}}
	if w.Member != "" {
		// Their place moves where they have one.
		if r := s.Row(w.Member); r == nil || w.Unknown || !r.In(w.Department) {
			t.Rotation.Department = ""
		}
		t.Next = s.next(t.Rotation, w, now)
		return t
	}
	if !w.Unknown {
		t.Next = s.next(t.Rotation, w, now)
	}
	if t.Next == nil && w.Overflow && (w.Department != "" || w.Unknown) {
		t.Rotation.Department = ""
		t.overflow = true
		t.Next = s.next(t.Rotation, w, now)
	}
	return t
}

// next is the free agent with the lowest place, by id where places are equal: in a new
// department, where all have 0, any two readers must choose the same one.
func (s *Roster) next(rot Rotation, w Want, now time.Time) *Row {
	var best *Row
	k := rot.Key()
	for _, r := range s.Rows { // in the order of their ids
		if s.whyNot(r, rot, w, now) == "" && (best == nil || r.Places[k] < best.Places[k]) {
			best = r
		}
	}
	return best
}

// whyNot says why r cannot have this turn; empty when r is free for it. Receipts tell what
// it says, so they cannot differ from the choice.
func (s *Roster) whyNot(r *Row, rot Rotation, w Want, now time.Time) string {
	switch {
	case slices.Contains(w.Offered, r.ID):
		return reasonAlreadyOffered
	case w.Member != "" && r.ID != w.Member:
		return cmp.Or(r.Unable(&s.Account, rot.Channel, now), ReasonLaterInRotation)
	case w.Member == "" && !r.In(rot.Department):
		return reasonNotInDepartment
	}
	return r.Unable(&s.Account, rot.Channel, now)
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
		if r.Removed || !w.Unknown && !r.In(w.Department) {
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
	at = at.UTC()
	return &at
}
