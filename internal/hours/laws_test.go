package hours

import (
	"fmt"
	"testing"
	"time"
)

// TestLaws holds the offsets around clock changes that were made law in 2026, and that
// software of 2025 gets wrong. The instants are what zdump says of release 2026f; the news
// of the tz database (data.iana.org/time-zones/tzdb/NEWS) names the decisions. After a new
// law a line here may be wrong: then change it, with its source.
func TestLaws(t *testing.T) {
	for _, c := range []struct {
		zone   string
		at     string // an instant; the offset holds from there, and before it the other one
		before string
		after  string
		source string
	}{
		// British Columbia: Interpretation Amendment Act, 2019, in force by Order in Council
		// 63/2026 (bclaws.gov.bc.ca/civix/document/id/oic/oic_cur/0063_2026): UTC-7 for good.
		{"America/Vancouver", "2026-03-08T10:00:00Z", "-08:00", "-07:00", "2026b"},
		{"America/Vancouver", "2026-11-01T09:00:00Z", "-07:00", "-07:00", "2026b"},
		{"America/Vancouver", "2027-03-14T10:00:00Z", "-07:00", "-07:00", "2026b"},
		{"Canada/Pacific", "2026-11-01T09:00:00Z", "-07:00", "-07:00", "2026b"},
		// The neighbours south of the border go on.
		{"America/Los_Angeles", "2026-11-01T09:00:00Z", "-07:00", "-08:00", "2026f"},
		{"America/Los_Angeles", "2027-03-14T10:00:00Z", "-08:00", "-07:00", "2026f"},
		// Alberta: UTC-6 for good since 2026-06-18.
		{"America/Edmonton", "2026-03-08T09:00:00Z", "-07:00", "-06:00", "2026c"},
		{"America/Edmonton", "2026-11-01T08:00:00Z", "-06:00", "-06:00", "2026c"},
		{"America/Edmonton", "2027-03-14T09:00:00Z", "-06:00", "-06:00", "2026c"},
		// The Northwest Territories: UTC-6 for good since 2026-08-21.
		{"America/Yellowknife", "2026-11-01T08:00:00Z", "-06:00", "-06:00", "2026c"},
		{"America/Yellowknife", "2027-03-14T09:00:00Z", "-06:00", "-06:00", "2026c"},
		{"America/Inuvik", "2026-11-01T08:00:00Z", "-06:00", "-06:00", "2026d"},
		{"America/Inuvik", "2027-03-14T09:00:00Z", "-06:00", "-06:00", "2026d"},
		// Manitoba: Official Time Amendment Act, Bill 2 of the 42nd Legislature's 5th session
		// (web2.gov.mb.ca/bills/42-5/b002e.php: "five hours behind Coordinated Universal
		// Time"), in force since 2026-10-31. Northwestern Ontario follows by regulation.
		{"America/Winnipeg", "2026-03-08T08:00:00Z", "-06:00", "-05:00", "2026e"},
		{"America/Winnipeg", "2026-11-01T07:00:00Z", "-05:00", "-05:00", "2026e"},
		{"America/Winnipeg", "2027-03-14T08:00:00Z", "-05:00", "-05:00", "2026e"},
		{"America/Rainy_River", "2026-11-01T07:00:00Z", "-05:00", "-05:00", "2026f"},
		{"America/Rainy_River", "2027-03-14T08:00:00Z", "-05:00", "-05:00", "2026f"},
		// Cuba: stays on UTC-4 through the winter, until 2027-11-07.
		{"America/Havana", "2026-03-08T05:00:00Z", "-05:00", "-04:00", "2026f"},
		{"America/Havana", "2026-11-01T05:00:00Z", "-04:00", "-04:00", "2026f"},
		{"America/Havana", "2027-03-14T05:00:00Z", "-04:00", "-04:00", "2026f"},
		{"America/Havana", "2027-11-07T05:00:00Z", "-04:00", "-05:00", "2026f"},
		// Morocco and Western Sahara: UTC for good from 2026-09-20, 02:00 on the clock, so that
		// neither the start nor the end of Ramadan 2027, about 02-08 and 03-09, changes it. The
		// two Sundays are those at which 2025c expects it to.
		{"Africa/Casablanca", "2026-09-20T01:00:00Z", "+01:00", "+00:00", "2026c"},
		{"Africa/Casablanca", "2027-02-07T02:00:00Z", "+00:00", "+00:00", "2026c"},
		{"Africa/Casablanca", "2027-03-14T02:00:00Z", "+00:00", "+00:00", "2026c"},
		{"Africa/El_Aaiun", "2026-09-20T01:00:00Z", "+01:00", "+00:00", "2026c"},
		{"Africa/El_Aaiun", "2027-02-07T02:00:00Z", "+00:00", "+00:00", "2026c"},
		{"Africa/El_Aaiun", "2027-03-14T02:00:00Z", "+00:00", "+00:00", "2026c"},
		// Moldova: at the hour of the European Union, 01:00 UTC, not an hour before it.
		{"Europe/Chisinau", "2026-03-29T00:00:00Z", "+02:00", "+02:00", "2026b"},
		{"Europe/Chisinau", "2026-03-29T01:00:00Z", "+02:00", "+03:00", "2026b"},
		{"Europe/Chisinau", "2026-10-25T01:00:00Z", "+03:00", "+02:00", "2026b"},
	} {
		t.Run(c.zone+" "+c.at, func(t *testing.T) {
			at := instant(t, c.at)
			got := fmt.Sprint(offsetAt(t, c.zone, at.Add(-time.Second)), " ", offsetAt(t, c.zone, at))
			if want := c.before + " " + c.after; got != want {
				t.Errorf("got %s, want %s since %s", got, want, c.source)
			}
		})
	}
}

// offsetAt is what a schedule in a zone reckons with, and what package time says of it.
func offsetAt(t *testing.T, name string, at time.Time) string {
	t.Helper()
	z, err := loadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	offset, _ := z.at(at.Unix())
	if _, seconds := at.In(z.loc).Zone(); int64(seconds) != offset {
		t.Errorf("%s at %v: %d s, by package time %d s", name, at, offset, seconds)
	}
	return at.In(time.FixedZone("", int(offset))).Format("-07:00")
}
