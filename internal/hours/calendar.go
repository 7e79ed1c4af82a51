package hours

import "time"

// OnShift reports whether somebody with a schedule is on shift at t in an account with
// holidays; either may be nil. It is what routing asks for each row.
func OnShift(s *Schedule, h *Holidays, t time.Time) bool {
	return s.Contains(t) && !h.Contains(t)
}

// Calendar is when at least one of several schedules is on shift and it is no holiday:
// one member's real shifts, or the business hours of a department or an account. The
// zero Calendar is always on shift.
type Calendar struct {
	shifts   []*Schedule // different ones, none nil; empty is always
	holidays *Holidays
}

// Union is the calendar of everybody together. It is always on shift when one of them
// is, having no schedule, or when there is nobody.
func Union(schedules ...*Schedule) Calendar {
	var c Calendar
	seen := make(map[string]bool, len(schedules))
	for _, s := range schedules {
		if s == nil {
			return Calendar{}
		}
		// Colleagues mostly share their hours: a thousand members, a handful of schedules.
		if !seen[s.text] {
			seen[s.text] = true
			c.shifts = append(c.shifts, s)
		}
	}
	return c
}

// Without is one member's calendar in an account with holidays; both may be nil.
func (s *Schedule) Without(h *Holidays) Calendar { return Union(s).Without(h) }

// Without is the calendar with an account's holidays, in place of any it had.
func (c Calendar) Without(h *Holidays) Calendar {
	c.holidays = h
	return c
}

// Contains reports whether somebody is on shift at t.
func (c Calendar) Contains(t time.Time) bool {
	if c.holidays.Contains(t) {
		return false
	}
	for _, s := range c.shifts {
		if s.Contains(t) {
			return true
		}
	}
	return len(c.shifts) == 0
}

// Next returns the first boundary after t and whether the shift opens there or closes.
// It is not ok when there is none within [Horizon].
func (c Calendar) Next(t time.Time) (at time.Time, opens, ok bool) { return next(c, t) }

// Intervals returns the shifts between two instants, merged, clipped and ascending. It
// is never nil.
func (c Calendar) Intervals(from, to time.Time) []Interval { return intervals(c, from, to) }

// Add returns the first instant at which the given time on shift has passed since from:
// a deadline that counts business hours. It is not ok when [Horizon] does not hold so
// much, above all when nobody is ever on shift.
func (c Calendar) Add(from time.Time, open time.Duration) (at time.Time, ok bool) {
	return add(c, from, open)
}

// span implements line.
func (c Calendar) span(sec int64) (on bool, until int64) {
	closed, reopens := c.holidays.span(sec)
	if closed {
		return false, reopens
	}
	on, until = c.union(sec)
	return on, min(until, reopens)
}

// union is span without the holidays.
func (c Calendar) union(sec int64) (on bool, until int64) {
	if len(c.shifts) == 0 {
		return true, forever
	}
	closes, opens := sec, int64(forever)
	for _, s := range c.shifts {
		now, until := s.span(sec)
		if now {
			on, closes = true, max(closes, until)
		} else {
			opens = min(opens, until)
		}
	}
	if on {
		return true, closes // nobody else can end it earlier
	}
	return false, opens
}
