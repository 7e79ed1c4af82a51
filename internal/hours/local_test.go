package hours_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
)

// Local times are those of the zone's laws, whatever clocks did on the way.
func TestLocal(t *testing.T) {
	at := func(s string) time.Time {
		got, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	const nine = " 1234567/0900-1700"
	for _, c := range []struct {
		name, schedule string // without a schedule the clock is that of otherwise
		otherwise      string
		from, to       string
		want           [3]string
	}{
		{"east", "Asia/Kolkata" + nine, "", "2026-12-01T03:30:00Z", "2026-12-01T11:30:00Z", [3]string{"2026-12-01T09:00:00", "2026-12-01T17:00:00", "+05:30"}},
		{"west, the law of 2026", "America/Vancouver" + nine, "", "2026-12-01T16:00:00Z", "2026-12-02T00:00:00Z", [3]string{"2026-12-01T09:00:00", "2026-12-01T17:00:00", "-07:00"}},
		{"through a jump", "Europe/Berlin 6/2200-0600", "", "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z", [3]string{"2026-10-24T22:00:00", "2026-10-25T06:00:00", "+02:00"}},
		{"to a jump ahead", "Europe/Berlin 6/2200-0200", "", "2027-03-27T21:00:00Z", "2027-03-28T01:00:00Z", [3]string{"2027-03-27T22:00:00", "2027-03-28T02:00:00", "+01:00"}},
		{"from a jump back", "Europe/Berlin 7/0200-0300", "", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", [3]string{"2026-10-25T02:00:00", "2026-10-25T03:00:00", "+01:00"}},
		{"parts of seconds", "UTC" + nine, "", "2026-12-01T09:00:00.9Z", "2026-12-01T09:00:01.5Z", [3]string{"2026-12-01T09:00:00", "2026-12-01T09:00:01", "+00:00"}},
		{"no hours", "", "Asia/Kathmandu", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", [3]string{"2026-12-01T05:45:00", "2026-12-02T05:45:00", "+05:45"}},
		{"no hours, no zone", "", "Asia/Atlantis", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", [3]string{"2026-12-01T00:00:00", "2026-12-02T00:00:00", "+00:00"}},
		{"before there were zones", "", "Africa/Monrovia", "1850-01-01T00:00:00Z", "1850-01-02T00:00:00Z", [3]string{"1849-12-31T23:16:52", "1850-01-01T23:16:52", "-00:43"}},
		{"the last year", "", "Asia/Tokyo", "9999-12-31T20:00:00Z", "9999-12-31T23:00:00Z", [3]string{"10000-01-01T05:00:00", "10000-01-01T08:00:00", "+09:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := hours.Parse(c.schedule)
			if err != nil {
				t.Fatal(err)
			}
			in := hours.Interval{From: at(c.from), To: at(c.to)}
			want := []hours.LocalInterval{{Interval: in, LocalFrom: c.want[0], LocalTo: c.want[1], Offset: c.want[2]}}
			got := s.Local([]hours.Interval{in}, c.otherwise)
			got[0].Changes = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A stretch over changes of the clock tells when each was, and what the clock shows since then.
func TestLocalTellsOfChanges(t *testing.T) {
	day := func(year int, month time.Month, day, hour int) time.Time {
		return time.Date(year, month, day, hour, 0, 0, 0, time.UTC)
	}
	s, err := hours.Parse("Europe/Berlin 1234567/0000-2400")
	if err != nil {
		t.Fatal(err)
	}
	in := []hours.Interval{
		{From: day(2026, 10, 1, 0), To: day(2027, 4, 1, 0)},
		{From: day(2026, 10, 25, 1), To: day(2027, 3, 28, 1)}, // from one to the other
	}
	local := s.Local(in, "")
	want := []hours.ClockChange{
		{At: day(2026, 10, 25, 1), Local: "2026-10-25T02:00:00", Offset: "+01:00"},
		{At: day(2027, 3, 28, 1), Local: "2027-03-28T03:00:00", Offset: "+02:00"},
	}
	if diff := cmp.Diff([][]hours.ClockChange{want, nil}, [][]hours.ClockChange{local[0].Changes, local[1].Changes}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The list of zones has each name once, in order, with what clocks there say at that time.
func TestZonesNow(t *testing.T) {
	find := func(at time.Time, name string) hours.ZoneNow {
		list := hours.ZonesNow(at)
		i, found := slices.BinarySearchFunc(list, name, func(z hours.ZoneNow, name string) int {
			return strings.Compare(z.Name, name)
		})
		if !found {
			t.Fatalf("no %s among %d zones in order", name, len(list))
		}
		return list[i]
	}
	summer, winter := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, want := range []struct {
		at time.Time
		hours.ZoneNow
	}{
		{summer, hours.ZoneNow{Name: "Europe/Berlin", Offset: "+02:00", Country: "DE"}},
		{winter, hours.ZoneNow{Name: "Europe/Berlin", Offset: "+01:00", Country: "DE"}},
		{winter, hours.ZoneNow{Name: "America/Vancouver", Offset: "-07:00", Country: "CA"}},
		{winter, hours.ZoneNow{Name: "UTC", Offset: "+00:00"}},
		{winter, hours.ZoneNow{Name: "Asia/Calcutta", Offset: "+05:30", Country: "IN"}},
	} {
		if got := find(want.at, want.Name); got != want.ZoneNow {
			t.Errorf("at %v: %+v, want %+v", want.at, got, want.ZoneNow)
		}
	}
	if list := hours.ZonesNow(winter); len(list) != len(hours.BuiltIn().Names()) {
		t.Errorf("%d zones of %d names", len(list), len(hours.BuiltIn().Names()))
	}
}

// Hours that cannot be read are never, and are shown as far as they have a form.
func TestUnreadable(t *testing.T) {
	w := hours.WorkingHours{TimeZone: "Asia/Atlantis", Unreadable: true, Entries: []hours.Entry{{Days: []string{"mon", "tue"}, Start: "09:00", End: "17:00"}}}
	for _, c := range []struct {
		name, text string
		want       hours.WorkingHours
	}{
		{"zone", "Asia/Atlantis 12/0900-1700", w},
		{"form", "Asia/Kolkata 12/0900-1700 8/x", hours.WorkingHours{TimeZone: "Asia/Kolkata", Unreadable: true, Entries: []hours.Entry{}}},
		{"noise", "\xff", hours.WorkingHours{TimeZone: "\xff", Unreadable: true, Entries: []hours.Entry{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := hours.Unreadable(c.text)
			now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
			if _, _, ok := s.Next(now); ok || s.Contains(now) || s.Readable() || s.Compact() != c.text {
				t.Errorf("next %v, contains %v, readable %v, text %q", ok, s.Contains(now), s.Readable(), s.Compact())
			}
			if diff := cmp.Diff(c.want, s.Hours()); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
		})
	}
	for _, text := range []string{"", "Asia/Kolkata 12/0900-1700"} {
		if s, err := hours.Parse(text); err != nil || !s.Readable() {
			t.Errorf("%q is not readable: %v", text, err)
		}
	}
}
