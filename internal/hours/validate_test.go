package hours

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// on is one entry.
func on(days, start, end string) Entry {
	return Entry{Days: strings.Fields(days), Start: start, End: end}
}

func TestValidate(t *testing.T) {
	many := make([]Window, 51)
	for i := range many {
		many[i] = Window{"09:00", "10:00"}
	}
	for _, test := range []struct {
		name  string
		hours WorkingHours
		want  []string // the bad fields
	}{
		{"none", WorkingHours{TimeZone: "Asia/Kolkata"}, nil},
		{"usual", WorkingHours{TimeZone: "UTC", Entries: []Entry{on("mon tue", "09:00", "17:30"), on("sun", "00:00", "24:00")}}, nil},
		{"a whole day from nine", WorkingHours{TimeZone: "UTC", Entries: []Entry{on("mon", "09:00", "09:00")}}, nil},
		{"no zone", WorkingHours{}, []string{"timeZone"}},
		{"the machine's zone", WorkingHours{TimeZone: "Local"}, []string{"timeZone"}},
		{"the system's zone", WorkingHours{TimeZone: "localtime"}, []string{"timeZone"}},
		{"leap seconds", WorkingHours{TimeZone: "right/Asia/Kolkata"}, []string{"timeZone"}},
		{"a folder", WorkingHours{TimeZone: "Asia"}, []string{"timeZone"}},
		{"out of the folder", WorkingHours{TimeZone: "../zoneinfo/UTC"}, []string{"timeZone"}},
		{"a space", WorkingHours{TimeZone: "UTC "}, []string{"timeZone"}},
		{"days", WorkingHours{TimeZone: "UTC", Entries: []Entry{
			on("", "09:00", "17:00"), on("mon Tue mon", "09:00", "17:00"),
		}}, []string{"entries[0].days", "entries[1].days[1]", "entries[1].days[2]"}},
		{"clocks", WorkingHours{TimeZone: "UTC", Entries: []Entry{
			on("mon", "24:00", "24:01"), on("mon", "9:00", "17:60"), on("mon", "", "-1:00"), on("mon", "+1:00", "1a:00"), on("mon", "23:59", "09.00"),
		}}, []string{
			"entries[0].start", "entries[0].end", "entries[1].start", "entries[1].end",
			"entries[2].start", "entries[2].end", "entries[3].start", "entries[3].end", "entries[4].end",
		}},
		{"dates", WorkingHours{TimeZone: "UTC", Exceptions: []Exception{
			{Date: "2026-12-25"}, {Date: "2026-12-25"}, {Date: "2026-02-29"}, {Date: "26-12-25"}, {Date: "2026-13-01"}, {Date: "2028-02-29"},
		}}, []string{"exceptions[1].date", "exceptions[2].date", "exceptions[3].date", "exceptions[4].date"}},
		{"inside an exception", WorkingHours{TimeZone: "UTC", Exceptions: []Exception{
			{Date: "2026-12-25", Entries: []Window{{"09:00", "10:00"}, {"24:00", "25:00"}}}, {Date: "x", Entries: many},
		}}, []string{"exceptions[0].entries[1].start", "exceptions[0].entries[1].end", "exceptions[1].date", "exceptions[1].entries"}},
		{"everything at once", WorkingHours{Entries: []Entry{on("x", "x", "x")}, Exceptions: []Exception{{Date: "x"}}},
			[]string{"timeZone", "entries[0].days[0]", "entries[0].start", "entries[0].end", "exceptions[0].date"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := test.hours.Validate()
			var got []string
			for _, f := range bad {
				got = append(got, f.Field)
				if f.Detail == "" {
					t.Errorf("%s: no detail", f.Field)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v\nwant %v", got, test.want)
			}
			_, err := Compile(test.hours)
			if (err == nil) != (len(bad) == 0) {
				t.Errorf("Compile: %v", err)
			}
			for _, f := range bad {
				if err != nil && !strings.Contains(err.Error(), f.Field) {
					t.Errorf("the error does not name %s: %v", f.Field, err)
				}
			}
		})
	}
}

// TestParseDate: days are counted from 1970, and before it down.
func TestParseDate(t *testing.T) {
	for text, want := range map[string]int32{"1970-01-01": 0, "1969-12-31": -1, "1969-12-30": -2, "1970-02-01": 31, "2000-02-29": 11016, "0001-01-01": -719162} {
		if day, ok := parseDate(text); !ok || day != want || date(day).Format(time.DateOnly) != text {
			t.Errorf("%s is day %d, %v, want %d", text, day, ok, want)
		}
	}
	for _, text := range []string{"2026-00-10", "2026-13-01", "2026-01-00", "2026-01-32", "2026-01-99", "2026-02-29", "2026-12-99", "2026x12-25", "2026-12x25", "202/-12-25", "2026-1a-01"} {
		if day, ok := parseDate(text); ok || day != 0 {
			t.Errorf("%s is day %d", text, day)
		}
	}
}

// TestZoneFault: a name that no zone can have is told from one that this release does not know.
func TestZoneFault(t *testing.T) {
	for _, name := range []string{
		"", "Local", "localtime", "posixrules", "posix/UTC", "right/UTC", "../UTC", "UTC ", "Asia\\Kolkata", "Asia/Kolkata\x00",
		"Asia:Kolkata", "Asia[Kolkata]", "Asia{Kolkata}", "Åsia/Kolkata",
	} {
		if got := ZoneFault(name); !strings.Contains(got, "such as Asia/Kolkata") {
			t.Errorf("%q: %q", name, got)
		}
	}
	for _, name := range []string{"Asia/Atlantis", "Posix/UTC", "a/z/A/Z/0/9/_/-/+"} {
		if got := ZoneFault(name); !strings.Contains(got, "release "+BuiltIn().Release()) {
			t.Errorf("%q: %q", name, got)
		}
	}
	for _, name := range []string{"UTC", "Asia/Kolkata", "Etc/GMT+12", "America/Port-au-Prince", "America/North_Dakota/New_Salem"} {
		if got := ZoneFault(name); got != "" {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestLimits(t *testing.T) {
	w := WorkingHours{TimeZone: "UTC"}
	for range MaxEntries {
		w.Entries = append(w.Entries, on("mon", "09:00", "17:00"))
	}
	for i := range MaxExceptions {
		date := date(int32(20000 + i)).Format("2006-01-02")
		w.Exceptions = append(w.Exceptions, Exception{Date: date, Entries: []Window{{"09:00", "10:00"}, {"11:00", "12:00"}}})
	}
	s, err := Compile(w)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Hours(); len(got.Entries) != MaxEntries || len(got.Exceptions) != MaxExceptions {
		t.Errorf("%d entries and %d exceptions came back", len(got.Entries), len(got.Exceptions))
	}
	w.Entries = append(w.Entries, w.Entries[0])
	w.Exceptions = append(w.Exceptions, Exception{Date: "2000-01-01"})
	w.Exceptions[0].Entries = append(w.Exceptions[0].Entries, Window{"13:00", "14:00"})
	if got := fmt.Sprint(w.Validate()); got != "[{entries at most 50 of them} {exceptions at most 366 of them} {exceptions at most 732 entries in all exceptions together}]" {
		t.Error(got)
	}
}

// TestEndlessDays: an answer does not grow with a body of a megabyte.
func TestEndlessDays(t *testing.T) {
	w := WorkingHours{TimeZone: "UTC", Entries: []Entry{on(strings.Repeat("mon ", 10000), "09:00", "17:00")}}
	if n := len(w.Validate()); n == 0 || n > 10 {
		t.Errorf("%d bad fields", n)
	}
}

func TestParseHolidays(t *testing.T) {
	for _, test := range []struct {
		zone  string
		dates []string
		want  string
	}{
		{"Asia/Kolkata", []string{"2026-12-26", "2026-12-25"}, "[]"},
		{"Asia/Kolkata", nil, "[]"},
		{"Asia/Kolkata", []string{"2026-12-25", "25.12."}, "[holidays[1]]"},
		{"Mars", []string{"2026-12-25", "2026-12-25", "25.12."}, "[timeZone holidays[1] holidays[2]]"},
	} {
		h, bad := ParseHolidays(test.zone, test.dates)
		fields := []string{}
		for _, f := range bad {
			fields = append(fields, f.Field)
		}
		if got := fmt.Sprint(fields); got != test.want || (len(bad) > 0 || len(test.dates) == 0) && h != nil {
			t.Errorf("%s %v: got %s, want %s", test.zone, test.dates, got, test.want)
		}
	}
	if _, bad := ParseHolidays("UTC", make([]string, 367)); len(bad) != 1+MaxExceptions || bad[0].Field != "holidays" {
		t.Errorf("367 holidays: %d bad fields", len(bad))
	}
}
