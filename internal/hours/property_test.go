package hours

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rapidHours draws any valid schedule. Exceptions lie within the days around from.
func rapidHours(t *rapid.T, label, zone string, from time.Time) WorkingHours {
	clock := rapid.Custom(func(t *rapid.T) string {
		return minute(rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(0, 180)).Draw(t, "minute")).String()
	})
	window := rapid.Custom(func(t *rapid.T) Window {
		v := Window{Start: clock.Draw(t, "start"), End: clock.Draw(t, "end")}
		if v.End == "00:00" && rapid.Bool().Draw(t, "24:00") {
			v.End = "24:00"
		}
		return v
	})
	w := WorkingHours{TimeZone: zone}
	for _, v := range rapid.SliceOfN(window, 0, 6).Draw(t, label) {
		set := rapid.SliceOfNDistinct(rapid.SampledFrom(dayNames[:]), 1, 7, rapid.ID).Draw(t, "days")
		w.Entries = append(w.Entries, Entry{Days: set, Start: v.Start, End: v.End})
	}
	for _, day := range rapid.SliceOfNDistinct(rapid.IntRange(-2, 11), 0, 8, rapid.ID).Draw(t, label+" exceptions") {
		w.Exceptions = append(w.Exceptions, Exception{
			Date:    from.AddDate(0, 0, day).Format(time.DateOnly),
			Entries: rapid.SliceOfN(window, 0, 3).Draw(t, "windows"),
		})
	}
	return w
}

// rapidWeek draws the begin of a stretch of time in which a zone may change its clocks.
func rapidWeek(t *rapid.T, zone string) time.Time {
	from := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if around := transitions(quiet{}, zone, from, from.AddDate(9, 0, 0)); len(around) > 0 && rapid.Bool().Draw(t, "transition") {
		return rapid.SampledFrom(around).Draw(t, "around").Add(-3 * days)
	}
	return from.Add(time.Duration(rapid.IntRange(0, 9*365*24*60).Draw(t, "minute")) * time.Minute)
}

// quiet is a testing.TB for helpers that cannot fail with names from the database.
type quiet struct{ testing.TB }

func (quiet) Helper() {}

// TestAnySchedule holds single schedules, holidays and unions of several schedules in
// several zones against the oracle.
func TestAnySchedule(t *testing.T) {
	var names []string
	for _, f := range zoneFiles(t) {
		names = append(names, f.name)
	}
	zoneOf := rapid.SampledFrom(names)
	rapid.Check(t, func(rt *rapid.T) {
		const length = 8 * 24 * 60
		zone := zoneOf.Draw(rt, "zone")
		from := rapidWeek(rt, zone)
		holidays, off := rapidHolidays(rt, t, zoneOf.Draw(rt, "account"), from, length)
		somebody := make([]bool, length)
		var team []*Schedule
		for i := range rapid.IntRange(1, 3).Draw(rt, "members") {
			w := rapidHours(rt, fmt.Sprint("member ", i), zone, from)
			s, err := Compile(w)
			if err != nil {
				rt.Fatal(err)
			}
			own := newOracle(t, w).on(from, length)
			judge(t, s.Compact(), s, from, own)
			judge(t, s.Compact()+" with holidays", s.Without(holidays), from, but(own, off))
			for m, on := range own {
				somebody[m] = somebody[m] || on
			}
			team = append(team, s)
			zone = zoneOf.Draw(rt, "next zone")
		}
		judge(t, "union", Union(team...), from, somebody)
		business := Union(team...).Without(holidays)
		judge(t, "business hours", business, from, but(somebody, off))
		judgeAdd(t, business, from, but(somebody, off), rapid.IntRange(1, length).Draw(rt, "open"))
		if t.Failed() {
			rt.FailNow()
		}
	})
}

// rapidHolidays draws an account's holidays and says which minutes they silence.
func rapidHolidays(rt *rapid.T, t *testing.T, zone string, from time.Time, length int) (*Holidays, []bool) {
	var dates []string
	w := WorkingHours{TimeZone: zone}
	for _, day := range rapid.SliceOfNDistinct(rapid.IntRange(-1, 9), 0, 3, rapid.ID).Draw(rt, "holidays") {
		date := from.AddDate(0, 0, day).Format(time.DateOnly)
		dates = append(dates, date)
		w.Exceptions = append(w.Exceptions, Exception{Date: date, Entries: []Window{{"00:00", "24:00"}}})
	}
	h, bad := ParseHolidays(zone, dates)
	if len(bad) > 0 {
		rt.Fatal(bad)
	}
	off := newOracle(t, w).on(from, length)
	for m := range off {
		if at := from.Add(time.Duration(m) * time.Minute); h.Contains(at) != off[m] {
			rt.Fatalf("holidays in %s %v: Contains(%v) = %v", zone, dates, at, !off[m])
		}
	}
	return h, off
}

// but is a without b.
func but(a, b []bool) []bool {
	c := make([]bool, len(a))
	for i := range a {
		c[i] = a[i] && !b[i]
	}
	return c
}

// judgeAdd counts minutes.
func judgeAdd(t *testing.T, c Calendar, from time.Time, want []bool, minutes int) {
	t.Helper()
	left := minutes
	for i, on := range want {
		if on {
			left--
		}
		if left == 0 {
			end := from.Add(time.Duration(i+1) * time.Minute)
			if at, ok := c.Add(from, time.Duration(minutes)*time.Minute); !ok || !at.Equal(end) {
				t.Errorf("Add(%v, %d minutes) = %v, %v; want %v", from, minutes, at, ok, end)
			}
			return
		}
	}
	end := from.Add(time.Duration(len(want)) * time.Minute)
	if at, ok := c.Add(from, time.Duration(minutes)*time.Minute); ok && at.Before(end) {
		t.Errorf("Add(%v, %d minutes) = %v, too early", from, minutes, at)
	}
}

// TestRoundTrip: the compact form and the JSON say the same, whatever the schedule.
func TestRoundTrip(t *testing.T) {
	from := time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		w := rapidHours(rt, "entries", "Asia/Kolkata", from)
		s, err := Compile(w)
		if err != nil {
			rt.Fatal(err)
		}
		again, err := Parse(s.Compact())
		if err != nil {
			rt.Fatal(err)
		}
		if !reflect.DeepEqual(again, s) {
			rt.Fatalf("Parse(Compact) differs:\n got %+v\nwant %+v", again, s)
		}
		normal := s.Hours()
		third, err := Compile(normal)
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := third.Compact(), s.Compact(); got != want {
			rt.Fatalf("Compile(Hours): got %s, want %s", got, want)
		}
		text, _ := json.Marshal(normal)
		var read WorkingHours
		if err := json.Unmarshal(text, &read); err != nil || !reflect.DeepEqual(read, normal) {
			rt.Fatalf("JSON: %v, got %+v, want %+v", err, read, normal)
		}
		sameHours(rt, w, normal)
	})
}

// sameHours: normalising keeps every entry in its place, and every exception.
func sameHours(t *rapid.T, given, normal WorkingHours) {
	if len(given.Entries) != len(normal.Entries) || len(given.Exceptions) != len(normal.Exceptions) {
		t.Fatalf("something got lost:\n got %+v\nwant %+v", normal, given)
	}
	for i, e := range given.Entries {
		n := normal.Entries[i]
		if n.Start != e.Start || n.End != e.End || len(n.Days) != len(e.Days) {
			t.Fatalf("entry %d: got %+v, want %+v", i, n, e)
		}
	}
	byDate := map[string][]Window{}
	for _, e := range normal.Exceptions {
		byDate[e.Date] = e.Entries
	}
	for _, e := range given.Exceptions {
		if got, ok := byDate[e.Date]; !ok || fmt.Sprint(got) != fmt.Sprint(e.Entries) {
			t.Fatalf("exception %s: got %v, want %v", e.Date, got, e.Entries)
		}
	}
}

// FuzzParse: no text makes Parse panic, and what it takes survives a round trip.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "UTC", "Asia/Kolkata 12345/0900-1730", "Europe/Berlin 12345/0900-1300,1400-1730 6/2200-0200",
		"Asia/Kolkata 20261224+7 20270115/1000-1200,1300-2400", "UTC 1/0900", "UTC 20260101+366", "UTC 20260101 1/0900-1000",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		at := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
		s.Next(at)
		if s == nil {
			return
		}
		again, err := Parse(encode(planOf(s.Hours())))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, want := again.Intervals(at, at.Add(30*days)), s.Intervals(at, at.Add(30*days)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	})
}
