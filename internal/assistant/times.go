package assistant

import (
	"strconv"
	"strings"
	"time"
)

// timeForm is how a time was sent.
type timeForm uint8

const (
	oddTime      timeForm = iota // the text as sent should stay
	plainTime                    // RFC 3339
	zonelessTime                 // odd, and as clocks on a wall have it
)

// instant reads a time: RFC 3339, the same without a zone, which is then UTC, or seconds
// since 1970 or a thousandth of them.
func instant(v raw) (*time.Time, timeForm) {
	s, _ := v.text()
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339, s); err == nil && inYears(t) != nil {
		return inYears(t), plainTime
	}
	if t, err := time.Parse("2006-01-02 15:04:05Z07:00", s); err == nil {
		return inYears(t), oddTime
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return inYears(t), zonelessTime
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f > 0 {
		for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
			if sec := f / unit; sec < 1e11 { // the year 5138
				return inYears(time.UnixMilli(int64(sec * 1000))), oddTime
			}
		}
	}
	return nil, oddTime
}

// inYears gives a time in UTC, or nil for a year that RFC 3339 cannot write.
func inYears(t time.Time) *time.Time {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	return &t
}
