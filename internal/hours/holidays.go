package hours

import "time"

// Holidays are days on which nobody of an account is on shift, from midnight to
// midnight in the account's zone, whatever the zone of the member. A nil *Holidays is
// an account without any.
type Holidays struct {
	days Schedule // on where the holidays are
}

// ParseHolidays reads an account's holidays, dates such as 2026-12-25 in any order. It
// names every bad field as "timeZone" or "holidays[3]". Without dates it returns nil.
func ParseHolidays(zone string, dates []string) (*Holidays, []FieldError) {
	var c check
	z, err := loadZone(zone)
	if err != nil {
		c.add("timeZone", ZoneFault(zone))
	}
	seen := map[int32]bool{}
	for i, text := range limit(&c, "holidays", dates, MaxExceptions) {
		c.date(index("holidays", i), text, seen)
	}
	if len(c.bad) > 0 || len(dates) == 0 {
		return nil, c.bad
	}
	wholeDay := []window{{0, dayMinutes}}
	days := make([]dated, 0, len(dates))
	for day := range seen {
		days = append(days, dated{first: day, last: day, windows: wholeDay})
	}
	return &Holidays{days: Schedule{zone: z, dates: runs(days)}}, nil
}

// Contains reports whether t lies in a holiday.
func (h *Holidays) Contains(t time.Time) bool { return h != nil && h.days.Contains(t) }

// span implements line.
func (h *Holidays) span(sec int64) (on bool, until int64) {
	if h == nil {
		return false, forever
	}
	return h.days.span(sec)
}
