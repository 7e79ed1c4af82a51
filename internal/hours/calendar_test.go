package hours

import (
	"fmt"
	"testing"
	"time"
)

func holidays(t testing.TB, zone string, dates ...string) *Holidays {
	t.Helper()
	h, bad := ParseHolidays(zone, dates)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	return h
}

// TestHoliday: a holiday is a day of the account's zone, also for members elsewhere and
// for those without hours.
func TestHoliday(t *testing.T) {
	h := holidays(t, "Asia/Kolkata", "2026-12-25")
	newYork := weekly(t, "America/New_York", []Entry{on(everyDay, "12:00", "16:00")})
	for _, test := range []struct {
		at        string
		s         *Schedule
		with, not bool // on shift with the holiday, and without
	}{
		{"2026-12-24T18:29:59Z", nil, true, true},
		{"2026-12-24T18:30:00Z", nil, false, true},
		{"2026-12-25T18:29:59.999Z", nil, false, true},
		{"2026-12-25T18:30:00Z", nil, true, true},
		{"2026-12-24T18:00:00Z", newYork, true, true},
		{"2026-12-24T19:00:00Z", newYork, false, true},
		{"2026-12-25T19:00:00Z", newYork, true, true},
		{"2026-12-25T22:00:00Z", newYork, false, false},
	} {
		at := instant(t, test.at)
		if got := OnShift(test.s, h, at); got != test.with {
			t.Errorf("%s: with the holiday %v", test.at, got)
		}
		if got := test.s.Without(h).Contains(at); got != test.with {
			t.Errorf("%s: Without says %v", test.at, got)
		}
		if got := OnShift(test.s, nil, at); got != test.not {
			t.Errorf("%s: without the holiday %v", test.at, got)
		}
	}
	from, to := instant(t, "2026-12-24T00:00:00Z"), instant(t, "2026-12-26T00:00:00Z")
	if got, want := list(t, "UTC", newYork.Without(h).Intervals(from, to)), "24T17:00Z 24T18:30Z, 25T18:30Z 25T21:00Z"; got != want {
		t.Errorf("Intervals: got %s, want %s", got, want)
	}
	var nobody *Schedule
	if at, opens, ok := nobody.Without(h).Next(from); !ok || opens || !at.Equal(instant(t, "2026-12-24T18:30:00Z")) {
		t.Errorf("Next without hours: %v, %v, %v", at, opens, ok)
	}
	if _, _, ok := nobody.Without(nil).Next(from); ok {
		t.Error("Next with neither")
	}
}

func TestUnion(t *testing.T) {
	early := weekly(t, "UTC", []Entry{on("mon", "06:00", "14:00")})
	late := weekly(t, "UTC", []Entry{on("mon", "14:00", "22:00")})
	night := weekly(t, "UTC", []Entry{on("mon", "21:00", "02:00")})
	never := weekly(t, "UTC", nil)
	from, to := instant(t, "2026-11-23T00:00:00Z"), instant(t, "2026-11-25T00:00:00Z")
	for _, test := range []struct {
		name string
		c    Calendar
		want string
	}{
		{"nobody", Union(), "23T00:00Z 25T00:00Z"},
		{"the zero calendar", Calendar{}, "23T00:00Z 25T00:00Z"},
		{"somebody without hours", Union(early, nil, late), "23T00:00Z 25T00:00Z"},
		{"somebody who never works", Union(never), ""},
		{"one", Union(early, never), "23T06:00Z 23T14:00Z"},
		{"adjoining", Union(late, early), "23T06:00Z 23T22:00Z"},
		{"overlapping", Union(late, night, late), "23T14:00Z 24T02:00Z"},
		{"apart", Union(early, night), "23T06:00Z 23T14:00Z, 23T21:00Z 24T02:00Z"},
		{"holiday", Union(night, early).Without(holidays(t, "UTC", "2026-11-24")), "23T06:00Z 23T14:00Z, 23T21:00Z 24T00:00Z"},
	} {
		if got := list(t, "UTC", test.c.Intervals(from, to)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestAdd(t *testing.T) {
	office := Union(weekly(t, "Europe/Berlin", []Entry{on("mon tue wed thu fri", "09:00", "17:00")}))
	once := weekly(t, "UTC", nil, Exception{"2027-12-01", []Window{{"09:00", "11:00"}}})
	tooLate := weekly(t, "UTC", nil, Exception{"2028-02-01", []Window{{"09:00", "11:00"}}})
	feast := holidays(t, "Europe/Berlin", "2026-11-23", "2026-11-24")
	for _, test := range []struct {
		name string
		c    Calendar
		from string
		open time.Duration
		want string
	}{
		{"during the shift", office, "2026-11-20T08:30:00Z", time.Hour, "2026-11-20T09:30:00Z"},
		{"before it", office, "2026-11-20T05:00:00Z", time.Hour, "2026-11-20T09:00:00Z"},
		{"up to its end", office, "2026-11-20T15:00:00Z", time.Hour, "2026-11-20T16:00:00Z"},
		{"over the weekend", office, "2026-11-20T15:00:00.25Z", time.Hour + time.Second, "2026-11-23T08:00:01.25Z"},
		{"over holidays", office.Without(feast), "2026-11-20T15:00:00Z", 4 * time.Hour, "2026-11-25T11:00:00Z"},
		{"over the end of summer time", office, "2026-10-23T14:00:00Z", 2 * time.Hour, "2026-10-26T09:00:00Z"},
		{"nothing", office, "2026-11-21T15:00:00+01:00", 0, "2026-11-21T14:00:00Z"},
		{"next to nothing", office, "2026-11-21T15:00:00Z", time.Nanosecond, "2026-11-23T08:00:00.000000001Z"},
		{"less than nothing", office, "2026-11-21T15:00:00Z", -time.Hour, "2026-11-21T15:00:00Z"},
		{"always", Union(), "2026-11-21T15:00:00Z", 10000 * time.Hour, "2028-01-12T07:00:00Z"},
		{"always but for holidays", Union().Without(feast), "2026-11-22T22:30:00Z", time.Hour, "2026-11-24T23:30:00Z"},
		{"never", Union(weekly(t, "Europe/Berlin", nil)), "2026-11-21T15:00:00Z", time.Minute, "no"},
		{"within 400 days", Union(once), "2026-11-21T15:00:00Z", time.Hour, "2027-12-01T10:00:00Z"},
		{"400 days to the second", Union(once), "2026-10-27T09:00:00Z", time.Hour, "2027-12-01T10:00:00Z"},
		{"not enough of it", Union(once), "2026-11-21T15:00:00Z", 3 * time.Hour, "no"},
		{"not within 400 days", Union(tooLate), "2026-11-21T15:00:00Z", time.Minute, "no"},
	} {
		at, ok := test.c.Add(instant(t, test.from), test.open)
		got := "no"
		if ok {
			got = at.Format(time.RFC3339Nano)
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// team is a thousand members with a hundred different schedules.
func team(t testing.TB) []*Schedule {
	var members []*Schedule
	for i := range 1000 {
		start := minute(i % 100 * 10)
		text := fmt.Sprintf("Asia/Kolkata 12345/%s-2359", start.append(nil, ""))
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, s)
	}
	return members
}

func BenchmarkUnionAdd(b *testing.B) {
	members := team(b)
	from := instant(b, "2026-11-20T15:00:00Z")
	for b.Loop() {
		if _, ok := Union(members...).Add(from, 20*time.Hour); !ok {
			b.Fatal("never")
		}
	}
}

// Who never comes again has no time on shift to count.
func TestAddNever(t *testing.T) {
	never, err := Parse("UTC")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"2026-11-23T10:00:00Z", "2150-11-23T10:00:00Z"} {
		if at, ok := Union(never).Add(instant(t, from), time.Hour); ok {
			t.Errorf("from %s, an hour has passed at %v", from, at)
		}
	}
}
