package hours

import (
	"math/bits"
	"slices"
	"sort"
	"time"
)

// Schedule is compiled working hours. A nil *Schedule is that of a member without
// hours and is always on shift.
type Schedule struct {
	text string
	zone *zone
	// weekly[week[d]:week[d+1]] are the windows that start on weekday d, Monday first.
	week   [8]uint16
	weekly []window
	// dates are the exceptions. All windows of one day are ascending and apart, so only
	// the last of a day can run into the next; its end is then above 1440.
	dates      []dated
	unreadable bool // the text says nothing that this process understands
}

// newSchedule compiles a plan.
func newSchedule(text string, z *zone, p plan) *Schedule {
	s := &Schedule{text: text, zone: z, dates: p.dates}
	n := 0
	for _, r := range p.week {
		n += bits.OnesCount8(r.days)
	}
	s.weekly = make([]window, 0, n)
	for day := range len(dayNames) {
		for _, r := range p.week {
			if r.days&(1<<day) != 0 {
				s.weekly = append(s.weekly, r.window)
			}
		}
		from := s.week[day]
		s.weekly = s.weekly[:int(from)+len(merge(s.weekly[from:]))]
		s.week[day+1] = uint16(len(s.weekly))
	}
	for i := range s.dates {
		s.dates[i].windows = merge(s.dates[i].windows)
	}
	return s
}

// merge turns the windows of one day as written into those of a Schedule, in place.
func merge(day []window) []window {
	for i := range day {
		if day[i].end <= day[i].start {
			day[i].end += dayMinutes
		}
	}
	slices.SortFunc(day, func(a, b window) int { return int(a.start) - int(b.start) })
	merged := day[:0]
	for _, v := range day {
		if n := len(merged); n > 0 && v.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, v.end)
			continue
		}
		merged = append(merged, v)
	}
	return merged
}

// Compact returns the short text that [Parse] reads, which the table stores. That of
// the nil Schedule is empty.
func (s *Schedule) Compact() string {
	if s == nil {
		return ""
	}
	return s.text
}

// Hours returns the schedule as people write it, zero for the nil Schedule, with days in the order of the week
// and exceptions in the order of their dates, and otherwise as it was given.
func (s *Schedule) Hours() WorkingHours {
	switch {
	case s == nil:
		return WorkingHours{}
	case s.unreadable:
		return asStored(s.text)
	}
	var p plan
	_ = p.decode(s.text) // it was decoded before, to build s
	return p.hours()
}

// Contains reports whether somebody with this schedule is on shift at t.
func (s *Schedule) Contains(t time.Time) bool {
	if s == nil {
		return true
	}
	sec := t.Unix()
	offset, _ := s.zone.at(sec)
	wall := sec + offset
	m := mod(wall, daySeconds)
	day := (wall - m) / daySeconds
	m /= 60
	for _, v := range s.day(day) {
		if int64(v.start) <= m && m < int64(v.end) {
			return true
		}
	}
	return m < tail(s.day(day-1))
}

// Next returns the first boundary after t and whether the shift opens there or closes.
// It is not ok when there is none within [Horizon].
func (s *Schedule) Next(t time.Time) (at time.Time, opens, ok bool) { return next(s, t) }

// Intervals returns the shifts between two instants, merged, clipped and ascending. It
// is never nil.
func (s *Schedule) Intervals(from, to time.Time) []Interval { return intervals(s, from, to) }

// span implements line.
func (s *Schedule) span(sec int64) (on bool, until int64) {
	if s == nil {
		return true, forever
	}
	offset, end := s.zone.at(sec)
	on, until = s.wall(sec + offset)
	if until != forever {
		until -= offset
	}
	// A transition comes first if it is earlier: the wall clock jumps there.
	return on, min(until, end)
}

// wall is span on the endless wall clock, in seconds since 1970-01-01T00:00 there.
func (s *Schedule) wall(sec int64) (on bool, until int64) {
	m := mod(sec, daySeconds)
	midnight := sec - m
	day := midnight / daySeconds
	m /= 60
	if end := tail(s.day(day - 1)); m < end {
		return true, midnight + end*60
	}
	for _, v := range s.day(day) {
		if m < int64(v.start) {
			return false, midnight + int64(v.start)*60
		}
		if m < int64(v.end) {
			return true, midnight + int64(v.end)*60
		}
	}
	return false, s.opening(day + 1)
}

// opening returns the first start of a window on the given day or later, or a time
// before it when that is far away.
func (s *Schedule) opening(day int64) int64 {
	if len(s.weekly) > 0 {
		// Two weeks are enough unless exceptions silence them.
		for range 14 {
			if windows := s.day(day); len(windows) > 0 {
				return day*daySeconds + int64(windows[0].start)*60
			}
			day++
		}
		return day * daySeconds
	}
	for _, d := range s.dates[s.date(day):] {
		if len(d.windows) > 0 {
			return max(day, int64(d.first))*daySeconds + int64(d.windows[0].start)*60
		}
	}
	return forever
}

// tail returns the minute at which the windows of a day end on the day after.
func tail(windows []window) int64 {
	if n := len(windows); n > 0 {
		return int64(windows[n-1].end) - dayMinutes
	}
	return 0
}

// day returns the windows that start on a day, counted from 1970-01-01.
func (s *Schedule) day(day int64) []window {
	if i := s.date(day); i < len(s.dates) && int64(s.dates[i].first) <= day {
		return s.dates[i].windows
	}
	weekday := mod(day+3, 7) // 1970-01-01 was a Thursday
	return s.weekly[s.week[weekday]:s.week[weekday+1]]
}

// date returns the index of the first exception that does not end before a day.
func (s *Schedule) date(day int64) int {
	return sort.Search(len(s.dates), func(i int) bool { return int64(s.dates[i].last) >= day })
}
