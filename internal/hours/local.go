package hours

import (
	"fmt"
	"time"
)

// LocalInterval is an interval with the times on the clock of whoever works in it, since a
// phone or page may go by older laws. LocalTo is the time to which that clock has come when
// the shift ends: where clocks jump at that very moment, the time before the jump.
type LocalInterval struct {
	Interval
	LocalFrom string `json:"localFrom"` // 2026-12-01T09:00:00
	LocalTo   string `json:"localTo"`
	Offset    string `json:"offset"` // from UTC when it begins, such as -07:00
	// Changes are those of the clock in between, in order.
	Changes []ClockChange `json:"changes,omitempty"`
}

// ClockChange is a jump of a clock.
type ClockChange struct {
	At     time.Time `json:"at"`
	Local  string    `json:"local"`  // what the clock shows from then on: 2027-03-28T03:00:00
	Offset string    `json:"offset"` // from UTC, from then on
}

// Local puts intervals on the clock of the schedule's zone. Someone without hours has the
// clock of another zone, that of their account, and of UTC where nobody knows it.
func (s *Schedule) Local(intervals []Interval, otherwise string) []LocalInterval {
	var z *zone
	if s != nil {
		z = s.zone
	} else if known, err := loadZone(otherwise); err == nil {
		z = known
	} else {
		z = newZone(time.UTC)
	}
	local := make([]LocalInterval, len(intervals))
	for i, in := range intervals {
		from, _ := z.at(in.From.Unix())
		to, _ := z.at(in.To.Add(-1).Unix())
		local[i] = LocalInterval{in, wallText(in.From, from), wallText(in.To, to), offsetText(from), z.changes(in)}
	}
	return local
}

// changes lists the jumps of a zone's clock within an interval, but for those at its ends.
func (z *zone) changes(in Interval) []ClockChange {
	var found []ClockChange
	was, end := z.at(in.From.Unix())
	for end < in.To.Unix() {
		at := time.Unix(end, 0).UTC()
		var now int64
		if now, end = z.at(end); now != was {
			found = append(found, ClockChange{at, wallText(at, now), offsetText(now)})
		}
		was = now
	}
	return found
}

// wallText is the time on a clock so many seconds ahead of UTC.
func wallText(t time.Time, offset int64) string {
	return time.Unix(t.Unix()+offset, 0).UTC().Format("2006-01-02T15:04:05")
}

// offsetText writes an offset in hours and minutes. The seconds that clocks had before there
// were zones are left out.
func offsetText(offset int64) string {
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("%c%02d:%02d", sign, offset/3600, offset/60%60)
}

// ZoneNow is a time zone as a list to choose from shows it.
type ZoneNow struct {
	Name    string `json:"name"`
	Offset  string `json:"offset"`  // from UTC now, such as +05:30
	Country string `json:"country"` // by ISO 3166; empty for a zone of none
}

// ZonesNow are all zones that may be set, by name, with their offsets at t: the names of the
// built-in database, by the rules of the current one.
func ZonesNow(t time.Time) []ZoneNow {
	names := BuiltIn().Names()
	zones := make([]ZoneNow, 0, len(names))
	for _, name := range names {
		if z, err := loadZone(name); err == nil {
			offset, _ := z.at(t.Unix())
			zones = append(zones, ZoneNow{name, offsetText(offset), Country(name)})
		}
	}
	return zones
}
