package hours

import "time"

// Unreadable is the schedule of a stored text that Parse refuses, such as one with a zone
// that this process does not know. Whoever has it is never on shift: a phone that rings at
// night is worse than one that stays silent, and nobody else's hours depend on it.
func Unreadable(compact string) *Schedule {
	s := newSchedule(compact, newZone(time.UTC), plan{})
	s.unreadable = true
	return s
}

// Readable reports whether the schedule says when somebody is on shift. It does but for one
// that Unreadable made; the nil Schedule says always.
func (s *Schedule) Readable() bool { return s == nil || !s.unreadable }

// asStored shows hours that cannot be read, as far as their text has the form of one. What
// has not shows its first word alone, where the zone stands.
func asStored(compact string) WorkingHours {
	var p plan
	if err := p.decode(compact); err != nil {
		p = plan{zone: p.zone}
	}
	w := p.hours()
	w.Unreadable = true
	return w
}
