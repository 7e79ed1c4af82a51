package hours

import "time"

// Horizon is how far Next and Add look ahead.
const Horizon = 400 * 24 * time.Hour

// Interval is a stretch of time from From up to, not including, To, in UTC.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// line divides time into stretches on and off shift. span says which of them holds a
// Unix second and an instant up to which that certainly stays so; the next stretch may
// turn out to be of the same kind. Everything else follows from it, so schedules,
// holidays and their combinations all walk the same way.
type line interface {
	span(sec int64) (on bool, until int64)
}

// next implements Next for every line.
func next(l line, t time.Time) (at time.Time, opens, ok bool) {
	sec := t.Unix()
	last := sec + int64(Horizon/time.Second)
	on, until := l.span(sec)
	for until <= last {
		now, end := l.span(until)
		if now != on {
			return time.Unix(until, 0).UTC(), now, true
		}
		until = end
	}
	return time.Time{}, false, false
}

// intervals implements Intervals for every line.
func intervals(l line, from, to time.Time) []Interval {
	found := []Interval{}
	if !from.Before(to) {
		return found
	}
	open := false // whether the last interval may grow
	for start, last := from.Unix(), to.Unix(); start <= last; {
		on, until := l.span(start)
		switch {
		case on && open:
			found[len(found)-1].To = clip(until, from, to)
		case on:
			found = append(found, Interval{From: clip(start, from, to), To: clip(until, from, to)})
		}
		open, start = on, until
	}
	// A window that opens within the last second opens after to if to is whole.
	if n := len(found); n > 0 && !found[n-1].From.Before(found[n-1].To) {
		found = found[:n-1]
	}
	return found
}

// clip returns a second as an instant in UTC that is not outside the bounds.
func clip(sec int64, from, to time.Time) time.Time {
	switch {
	case sec > to.Unix():
		return to.UTC()
	case sec <= from.Unix():
		return from.UTC()
	}
	return time.Unix(sec, 0).UTC()
}

// add implements Add for every line.
func add(l line, from time.Time, open time.Duration) (at time.Time, ok bool) {
	if open <= 0 {
		return from.UTC(), true
	}
	last := from.Unix() + int64(Horizon/time.Second)
	for start := from; start.Unix() <= last; {
		on, until := l.span(start.Unix())
		if until == forever {
			return start.Add(open).UTC(), on
		}
		end := time.Unix(until, 0)
		if on {
			if rest := end.Sub(start); rest < open {
				open -= rest
			} else {
				return start.Add(open).UTC(), true
			}
		}
		start = end
	}
	return time.Time{}, false
}
