package hours

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

// oracle is the rule of the package, taken literally and minute by minute: package time
// says what the clock on the wall shows, and the JSON says whether that lies in an
// entry. It shares no code with what it judges and knows neither offsets nor boundaries.
type oracle struct {
	hours WorkingHours
	loc   *time.Location
	days  map[[3]int]*[1440]bool // which minutes of a date are on shift
}

func newOracle(t testing.TB, w WorkingHours) *oracle {
	t.Helper()
	loc, err := BuiltIn().Location(w.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	return &oracle{hours: w, loc: loc, days: map[[3]int]*[1440]bool{}}
}

// on says for each minute from an instant whether it is on shift. Where the clock runs
// evenly through half an hour it is read only at both ends of it.
func (o *oracle) on(from time.Time, minutes int) []bool {
	const block = 30
	on := make([]bool, 0, minutes+block)
	for len(on) < minutes {
		at := from.Add(time.Duration(len(on)) * time.Minute)
		first, m1 := o.wall(at)
		last, m2 := o.wall(at.Add((block - 1) * time.Minute))
		if first == last && m2-m1 == block-1 {
			on = append(on, o.day(first)[m1:m2+1]...)
			continue
		}
		for i := range block {
			date, m := o.wall(at.Add(time.Duration(i) * time.Minute))
			on = append(on, o.day(date)[m])
		}
	}
	return on[:minutes]
}

// wall is what the clock shows: a date and the minute of the day.
func (o *oracle) wall(at time.Time) (date [3]int, minute int) {
	local := at.In(o.loc)
	y, m, d := local.Date()
	hour, minute, _ := local.Clock()
	return [3]int{y, int(m), d}, hour*60 + minute
}

// day draws the minutes of a date that lie in entries.
func (o *oracle) day(date [3]int) *[1440]bool {
	if minutes := o.days[date]; minutes != nil {
		return minutes
	}
	minutes := new([1440]bool)
	today := time.Date(date[0], time.Month(date[1]), date[2], 0, 0, 0, 0, time.UTC)
	for _, e := range o.starting(today) {
		start, end := minuteOf(e.Start), minuteOf(e.End)
		if end <= start {
			end = 1440
		}
		for m := start; m < end; m++ {
			minutes[m] = true
		}
	}
	for _, e := range o.starting(today.AddDate(0, 0, -1)) {
		if start, end := minuteOf(e.Start), minuteOf(e.End); end <= start {
			for m := range end {
				minutes[m] = true
			}
		}
	}
	o.days[date] = minutes
	return minutes
}

// starting returns the windows that start on a date.
func (o *oracle) starting(date time.Time) []Window {
	for _, e := range o.hours.Exceptions {
		if e.Date == date.Format(time.DateOnly) {
			return e.Entries
		}
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	var windows []Window
	for _, e := range o.hours.Entries {
		if slices.Contains(e.Days, names[date.Weekday()]) {
			windows = append(windows, Window{e.Start, e.End})
		}
	}
	return windows
}

func minuteOf(clock string) int {
	h, _ := strconv.Atoi(clock[:2])
	m, _ := strconv.Atoi(clock[3:])
	return h*60 + m
}

// subject is what all the types that walk have in common.
type subject interface {
	Contains(time.Time) bool
	Next(time.Time) (time.Time, bool, bool)
	Intervals(from, to time.Time) []Interval
}

// judge holds a subject against what the oracle says of the minutes from an instant.
func judge(t testing.TB, name string, got subject, from time.Time, want []bool) {
	t.Helper()
	from = from.UTC() // as all answers are, so that == will do
	minute := func(i int) time.Time { return from.Add(time.Duration(i) * time.Minute) }
	var intervals []Interval
	var edges []time.Time
	for i, on := range want {
		if at := time.Unix(from.Unix()+int64(i)*60, 0); got.Contains(at) != on {
			t.Errorf("%s: Contains(%v) = %v", name, at, !on)
			return
		}
		switch {
		case i > 0 && on != want[i-1]:
			edges = append(edges, minute(i))
			if got.Contains(minute(i).Add(-time.Nanosecond)) == on {
				t.Errorf("%s: a nanosecond before %v is like after", name, minute(i))
			}
			fallthrough
		case i == 0:
			if on {
				intervals = append(intervals, Interval{From: minute(i)})
			}
		}
		if on {
			intervals[len(intervals)-1].To = minute(i + 1)
		}
	}
	if list := got.Intervals(from, minute(len(want))); !slices.Equal(list, intervals) {
		t.Errorf("%s: Intervals from %v:\n got %v\nwant %v", name, from, list, intervals)
	}
	opens := want[0]
	at := from
	for _, edge := range edges {
		opens = !opens
		// Both from the boundary before and from just before this one.
		for _, since := range []time.Time{at, edge.Add(-time.Nanosecond)} {
			if next, o, ok := got.Next(since); !ok || !next.Equal(edge) || o != opens {
				t.Errorf("%s: Next(%v) = %v, %v, %v; want %v, %v", name, since, next, o, ok, edge, opens)
			}
		}
		at = edge
	}
	if next, _, ok := got.Next(at); ok && next.Before(minute(len(want))) {
		t.Errorf("%s: Next(%v) = %v, where nothing changes", name, at, next)
	}
}
