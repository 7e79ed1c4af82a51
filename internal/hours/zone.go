package hours

import (
	"math"
	"slices"
	"strings"
	"time"
)

// forever is later than every instant; a span that never ends ends there.
const forever = math.MaxInt64

// A zone answers with arithmetic alone within these years and asks package time
// outside. They cover what schedules are about; the table costs some 100 µs and 4 KB
// a zone, once.
var (
	tableFrom = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	tableTo   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// zone maps instants to wall time. Reading package time's tables anew for each of a
// thousand rows costs ten times as much: beyond the last listed transition it parses
// the zone's rule at every call.
type zone struct {
	loc     *time.Location
	periods []period // ascending, of different offsets, from tableFrom to tableTo
}

// period is a stretch of time with one offset; it ends where the next one starts.
type period struct {
	start  int64 // Unix seconds
	offset int64 // seconds to add for wall time
}

// loadZone finds a zone by its IANA name. A database that lies over the built-in one may
// lack a name: then that of the built-in one holds.
func loadZone(name string) (*zone, error) {
	z, err := Current().zone(name)
	if err != nil {
		return BuiltIn().zone(name)
	}
	return z, nil
}

// zoneName refuses what package time would load though it is not a zone's name: the
// machine's own zone and the copies of the database that system folders carry.
func zoneName(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules":
		return false
	}
	if strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/") {
		return false
	}
	for _, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '/' && c != '_' && c != '-' && c != '+' {
			return false
		}
	}
	return true
}

// newZone writes down the periods of a location.
func newZone(loc *time.Location) *zone {
	z := &zone{loc: loc}
	for sec := tableFrom; sec < tableTo; {
		offset, end := lookup(loc, sec)
		if n := len(z.periods); n == 0 || z.periods[n-1].offset != offset {
			z.periods = append(z.periods, period{sec, offset})
		}
		sec = end
	}
	z.periods = slices.Clip(z.periods)
	return z
}

// at returns the offset at an instant and an instant up to which it certainly holds.
func (z *zone) at(sec int64) (offset, end int64) {
	if sec < tableFrom || sec >= tableTo {
		return lookup(z.loc, sec)
	}
	lo, hi := 0, len(z.periods)
	for hi-lo > 1 {
		if mid := int(uint(lo+hi) >> 1); z.periods[mid].start <= sec {
			lo = mid
		} else {
			hi = mid
		}
	}
	end = tableTo
	if hi < len(z.periods) {
		end = z.periods[hi].start
	}
	return z.periods[lo].offset, end
}

// lookup is at by package time alone.
func lookup(loc *time.Location, sec int64) (offset, end int64) {
	t := time.Unix(sec, 0).In(loc)
	_, seconds := t.Zone()
	offset, end = int64(seconds), forever
	if _, bound := t.ZoneBounds(); !bound.IsZero() {
		end = bound.Unix()
	}
	if end <= sec {
		// Where a rule rather than a list gives the transitions, package time ends
		// a period after 365 days even in a leap year, before its last day.
		end = sec - mod(sec, daySeconds) + daySeconds
	}
	return offset, end
}

// mod is the remainder that is never negative.
func mod(a, b int64) int64 {
	r := a % b
	if r < 0 {
		r += b
	}
	return r
}
