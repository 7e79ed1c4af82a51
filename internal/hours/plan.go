package hours

import "slices"

// plan is what hours say, in minutes and days; windows are as written.
type plan struct {
	zone  string
	week  []rule
	dates []dated // ascending by date
}

// rule is one entry of the week.
type rule struct {
	days uint8 // bit 0 is Monday
	window
}

// window is a stretch of a day in minutes since its midnight. As written, an end at or
// before the start means the next day; in a Schedule it is then above 1440.
type window struct{ start, end minute }

// minute is a time of day, counted from its midnight.
type minute uint16

// String is the time on a clock, 24:00 for the end of the day.
func (m minute) String() string { return string(m.append(nil, ":")) }

func (m minute) append(b []byte, between string) []byte {
	b = append(b, '0'+byte(m/600), '0'+byte(m/60%10))
	b = append(b, between...)
	return append(b, '0'+byte(m%60/10), '0'+byte(m%10))
}

// dated is an exception for consecutive days, counted from 1970-01-01.
type dated struct {
	first, last int32
	windows     []window
}

// planOf reads valid hours.
func planOf(w WorkingHours) plan {
	p := plan{zone: w.TimeZone}
	for _, e := range w.Entries {
		r := rule{window: windowOf(e.Start, e.End)}
		for _, name := range e.Days {
			r.days |= dayBit(name)
		}
		p.week = append(p.week, r)
	}
	days := make([]dated, 0, len(w.Exceptions))
	for _, e := range w.Exceptions {
		day, _ := parseDate(e.Date)
		d := dated{first: day, last: day}
		for _, v := range e.Entries {
			d.windows = append(d.windows, windowOf(v.Start, v.End))
		}
		days = append(days, d)
	}
	p.dates = runs(days)
	return p
}

func windowOf(start, end string) window {
	s, _ := parseClock(start)
	e, _ := parseClock(end)
	return window{s, e}
}

// runs sorts single days and joins neighbours that are alike.
func runs(days []dated) []dated {
	slices.SortFunc(days, func(a, b dated) int { return int(a.first) - int(b.first) })
	var joined []dated
	for _, d := range days {
		if n := len(joined); n > 0 && joined[n-1].last+1 == d.first && slices.Equal(joined[n-1].windows, d.windows) {
			joined[n-1].last = d.last
			continue
		}
		joined = append(joined, d)
	}
	return joined
}

// hours writes a plan for people.
func (p plan) hours() WorkingHours {
	w := WorkingHours{TimeZone: p.zone, Entries: make([]Entry, 0, len(p.week))}
	for _, r := range p.week {
		e := Entry{Start: r.start.String(), End: r.end.String()}
		for i, name := range dayNames {
			if r.days&(1<<i) != 0 {
				e.Days = append(e.Days, name)
			}
		}
		w.Entries = append(w.Entries, e)
	}
	for _, d := range p.dates {
		for day := d.first; day <= d.last; day++ {
			e := Exception{Date: date(day).Format("2006-01-02"), Entries: make([]Window, 0, len(d.windows))}
			for _, v := range d.windows {
				e.Entries = append(e.Entries, Window{Start: v.start.String(), End: v.end.String()})
			}
			w.Exceptions = append(w.Exceptions, e)
		}
	}
	return w
}
