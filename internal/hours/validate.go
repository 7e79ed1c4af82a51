package hours

import (
	"fmt"
	"strconv"
	"time"
)

// Validate names every bad field at once; none means that Compile succeeds. Of a list
// that is too long only the part up to its limit is looked at, which bounds the answer.
func (w WorkingHours) Validate() []FieldError {
	var c check
	if detail := ZoneFault(w.TimeZone); detail != "" {
		c.add("timeZone", detail)
	}
	for i, e := range limit(&c, "entries", w.Entries, MaxEntries) {
		field := index("entries", i)
		c.days(field+".days", e.Days)
		c.window(field, e.Start, e.End)
	}
	seen := map[int32]bool{}
	sum := 0
	for i, e := range limit(&c, "exceptions", w.Exceptions, MaxExceptions) {
		field := index("exceptions", i)
		c.date(field+".date", e.Date, seen)
		for j, v := range limit(&c, field+".entries", e.Entries, MaxEntries) {
			c.window(index(field+".entries", j), v.Start, v.End)
		}
		sum += len(e.Entries)
	}
	if sum > MaxExceptionEntries {
		c.add("exceptions", fmt.Sprintf("at most %d entries in all exceptions together", MaxExceptionEntries))
	}
	return c.bad
}

// ZoneFault is what is wrong with the name of a time zone that somebody sets, or nothing.
// The built-in database decides, so that what is stored can be read wherever this version
// runs, whichever database lies over it. A zone that a newer release may have brought is
// answered with ours, so that whoever has read of it knows why.
func ZoneFault(name string) (detail string) {
	if !zoneName(name) {
		return "must be the name of an IANA time zone, such as Asia/Kolkata"
	}
	if _, err := BuiltIn().zone(name); err != nil {
		return "is not a time zone that release " + BuiltIn().Release() + " knows"
	}
	return ""
}

// check collects the bad fields.
type check struct{ bad []FieldError }

func (c *check) add(field, detail string) {
	c.bad = append(c.bad, FieldError{Field: field, Detail: detail})
}

// limit reports a list that is too long and returns the part that is not.
func limit[T any](c *check, field string, list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	c.add(field, fmt.Sprintf("at most %d of them", most))
	return list[:most]
}

func (c *check) days(field string, days []string) {
	if len(days) == 0 {
		c.add(field, "at least one day")
	}
	var seen uint8
	for i, name := range days {
		bit := dayBit(name)
		switch {
		case bit == 0:
			c.add(index(field, i), "must be one of mon, tue, wed, thu, fri, sat, sun")
		case seen&bit != 0:
			c.add(index(field, i), "the same day twice")
		}
		if seen |= bit; i > len(dayNames) {
			return // a list this long has been faulted and could be endless
		}
	}
}

func (c *check) window(field, start, end string) {
	if m, ok := parseClock(start); !ok || m == dayMinutes {
		c.add(field+".start", "must be a time from 00:00 to 23:59")
	}
	if _, ok := parseClock(end); !ok {
		c.add(field+".end", "must be a time from 00:00 to 24:00")
	}
}

func (c *check) date(field, text string, seen map[int32]bool) {
	day, ok := parseDate(text)
	switch {
	case !ok:
		c.add(field, "must be a date such as 2026-12-25")
	case seen[day]:
		c.add(field, "the same date twice")
	}
	if ok {
		seen[day] = true
	}
}

// index is the path of a list's element.
func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// dayNames are the days in the order of the bits of a rule and of Schedule.week.
var dayNames = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// dayBit is a day's bit, or 0.
func dayBit(name string) uint8 {
	for i, n := range dayNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

const (
	dayMinutes = 24 * 60
	daySeconds = dayMinutes * 60
)

// parseClock reads HH:MM, 24:00 included, as minutes.
func parseClock(s string) (m minute, ok bool) {
	if len(s) != len("09:00") || s[2] != ':' {
		return 0, false
	}
	return clock(s[:2], s[3:])
}

// clock puts hours and minutes of two digits each together.
func clock(hh, mm string) (m minute, ok bool) {
	h, ok1 := digits(hh)
	past, ok2 := digits(mm)
	if m = minute(h*60 + past); !ok1 || !ok2 || past >= 60 || m > dayMinutes {
		return 0, false
	}
	return m, true
}

// parseDate reads 2026-12-25 as days since 1970-01-01.
func parseDate(s string) (day int32, ok bool) {
	if len(s) != len("2026-12-25") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	return civil(s[:4], s[5:7], s[8:])
}

// civil puts a date together and refuses those that no calendar has.
func civil(yyyy, mm, dd string) (day int32, ok bool) {
	y, ok1 := digits(yyyy)
	m, ok2 := digits(mm)
	d, ok3 := digits(dd)
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Month() != time.Month(m) { // nor is a day of it that it has not
		return 0, false
	}
	return int32(t.Unix() / daySeconds), true
}

// date is the other way round.
func date(day int32) time.Time { return time.Unix(int64(day)*daySeconds, 0).UTC() }

// digits reads a number of digits only, which strconv.Atoi does not insist on.
func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(s) > 0
}
