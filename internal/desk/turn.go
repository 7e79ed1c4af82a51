package desk

import (
	"slices"
	"time"
)

// want is what an escalation asks of the rotation.
type want struct {
	channel    Channel
	department string   // "" for everyone
	unknown    bool     // a department was asked for that is not there
	overflow   bool     // everyone may be asked when nobody in the department is free
	offered    []string // had their turn at this escalation already
	member     string   // directed at this member alone
}

// turn is how a want can be met now: by which rotation, and by whom.
type turn struct {
	rot      rotation
	overflow bool
	next     *row // whose turn it is: the free agent with the lowest place; nil when nobody is free
}

// turn finds the rotation that can meet w now and whose turn it is there.
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
func (s *snapshot) turn(w want, now time.Time) turn {
	w = s.resolve(w)
	t := turn{rot: rotation{w.department, w.channel}}
	if w.member != "" {
		// Their place moves where they have one.
		if r := s.row(w.member); r == nil || w.unknown || !r.in(w.department) {
			t.rot.department = ""
		}
		t.next = s.next(t.rot, w, now)
		return t
	}
	if !w.unknown {
		t.next = s.next(t.rot, w, now)
	}
	if t.next == nil && w.overflow && (w.department != "" || w.unknown) {
		t.rot.department = ""
		t.overflow = true
		t.next = s.next(t.rot, w, now)
	}
	return t
}

// next is the free agent with the lowest place, by id where places are equal.
func (s *snapshot) next(rot rotation, w want, now time.Time) *row {
	var best *row
	k := rot.key()
	for _, r := range s.rows { // in the order of their ids
		if s.whyNot(r, rot, w, now) == "" && (best == nil || r.Places[k] < best.Places[k]) {
			best = r
		}
	}
	return best
}

// whyNot says why r cannot have this turn; empty when r is free for it.
func (s *snapshot) whyNot(r *row, rot rotation, w want, now time.Time) string {
	switch {
	case slices.Contains(w.offered, r.id):
		return reasonAlreadyOffered
	case w.member != "" && r.id != w.member:
		return reasonLater
	case w.member == "" && !r.in(rot.department):
		return reasonNotInDepartment
	}
	return r.unable(&s.account, rot.channel, now)
}

// newest is the highest place that any row has in the rotation.
func (s *snapshot) newest(rot rotation) int64 {
	k, top := rot.key(), int64(0)
	for _, r := range s.rows {
		top = max(top, r.Places[k])
	}
	return top
}

// because says why nobody in the department asked for can take work: judged over its
// members, over everyone without one.
func (s *snapshot) because(w want, now time.Time) Because {
	w = s.resolve(w)
	if w.unknown && !w.overflow {
		return NoSuchTeam
	}
	shift := false
	for _, r := range s.rows {
		if r.Removed || !w.unknown && !r.in(w.department) || !r.onShift(&s.account, now) {
			continue
		}
		if r.Online {
			return AllBusy
		}
		shift = true
	}
	if shift {
		return NobodyOnline
	}
	return OffShift
}

// nextShift is when the next agent who could be asked comes on shift; zero when that
// is not known.
func (s *snapshot) nextShift(dep string, now time.Time) time.Time {
	var next time.Time
	for _, r := range s.rows {
		if r.Removed || !r.in(dep) || r.onShift(&s.account, now) {
			continue
		}
		at, opens, ok := r.hours.Without(s.account.holidays).Next(now)
		if ok && opens && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// want is what e's next turn has to be like. A department that was deleted meanwhile is
// one that nobody knows.
func (s *snapshot) want(e *escalation) want {
	w := e.want(&s.account)
	if _, ok := s.departments[w.department]; !ok && w.department != "" {
		w.department, w.unknown = "", true
	}
	return w
}

// nextAgent is when the next agent who could be asked comes on shift; nil when it is
// not known.
func (s *snapshot) nextAgent(w want, now time.Time) *time.Time {
	dep := w.department
	if w.overflow {
		dep = ""
	}
	at := s.nextShift(dep, now)
	if at.IsZero() || w.unknown && !w.overflow {
		return nil
	}
	at = at.UTC()
	return &at
}
