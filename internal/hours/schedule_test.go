package hours

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// weekly compiles entries, with exceptions.
func weekly(t testing.TB, zone string, entries []Entry, exceptions ...Exception) *Schedule {
	t.Helper()
	s, err := Compile(WorkingHours{TimeZone: zone, Entries: entries, Exceptions: exceptions})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instant reads RFC 3339.
func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// list prints intervals by the clock in a zone, with days where they differ from the first.
func list(t testing.TB, zone string, intervals []Interval) string {
	t.Helper()
	loc, err := BuiltIn().Location(zone)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, i := range intervals {
		text = append(text, i.From.In(loc).Format("2T15:04Z07:00")+" "+i.To.In(loc).Format("2T15:04Z07:00"))
	}
	return strings.Join(text, ", ")
}

const everyDay = "mon tue wed thu fri sat sun"

// intervalCases are the rules of the package by name; the clock shown is the zone's.
var intervalCases = []struct {
	name, zone string
	entries    []Entry
	exceptions []Exception
	from, to   string
	want       string
}{
	{
		"to 23:59 a minute is missing", "UTC", []Entry{on("mon tue", "22:00", "23:59"), on("tue", "00:00", "01:00")}, nil,
		"2026-11-23T00:00:00Z", "2026-11-24T12:00:00Z", "23T22:00Z 23T23:59Z, 24T00:00Z 24T01:00Z",
	},
	{
		"to 24:00 none is", "UTC", []Entry{on("mon", "22:00", "24:00"), on("tue", "00:00", "01:00")}, nil,
		"2026-11-23T00:00:00Z", "2026-11-24T12:00:00Z", "23T22:00Z 24T01:00Z",
	},
	{
		"to 00:00 is to 24:00", "UTC", []Entry{on("mon", "22:00", "00:00")}, nil,
		"2026-11-23T00:00:00Z", "2026-11-24T12:00:00Z", "23T22:00Z 24T00:00Z",
	},
	{
		"21:00 to 02:00 belongs to its first day", "Asia/Kolkata", []Entry{on("sun", "21:00", "02:00")}, nil,
		"2026-11-21T00:00:00Z", "2026-11-25T00:00:00Z", "22T21:00+05:30 23T02:00+05:30",
	},
	{
		"equal times are 24 hours", "UTC", []Entry{on("mon", "09:00", "09:00")}, nil,
		"2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", "23T09:00Z 24T09:00Z",
	},
	{
		"overlapping and adjoining entries are one shift", "UTC",
		[]Entry{on("mon", "13:00", "15:00"), on("mon", "09:00", "12:00"), on("mon", "11:00", "13:00"), on("mon", "10:00", "11:00")}, nil,
		"2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "23T09:00Z 23T15:00Z",
	},
	{
		"clipped", "UTC", []Entry{on(everyDay, "00:00", "24:00")}, nil,
		"2026-11-23T01:02:03Z", "2026-11-24T04:05:06Z", "23T01:02Z 24T04:05Z",
	},
	{
		"an exception replaces what starts on its date, not the tail of the night", "UTC", []Entry{on(everyDay, "21:00", "02:00")},
		[]Exception{{Date: "2026-11-24", Entries: []Window{{"10:00", "11:00"}}}, {Date: "2026-11-25"}},
		"2026-11-23T12:00:00Z", "2026-11-27T00:00:00Z", "23T21:00Z 24T02:00Z, 24T10:00Z 24T11:00Z, 26T21:00Z 27T00:00Z",
	},
	{
		"an exception's own night runs into the next date", "UTC", nil,
		[]Exception{{Date: "2026-11-24", Entries: []Window{{"21:00", "02:00"}}}, {Date: "2026-11-25"}},
		"2026-11-23T12:00:00Z", "2026-11-27T00:00:00Z", "24T21:00Z 25T02:00Z",
	},
	{
		"exceptions that are alike", "UTC", nil,
		[]Exception{{"2026-11-25", []Window{{"09:00", "10:00"}}}, {"2026-11-24", []Window{{"09:00", "10:00"}}}, {"2026-11-26", []Window{{"09:00", "10:00"}}}},
		"2026-11-23T12:00:00Z", "2026-11-27T00:00:00Z", "24T09:00Z 24T10:00Z, 25T09:00Z 25T10:00Z, 26T09:00Z 26T10:00Z",
	},
	{
		"in the lost hour there is nothing", "Europe/Berlin", []Entry{on("sun", "02:15", "02:45")}, nil,
		"2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", "",
	},
	{
		"into the lost hour: the transition closes", "Europe/Berlin", []Entry{on("sun", "01:30", "02:30")}, nil,
		"2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", "29T01:30+01:00 29T03:00+02:00",
	},
	{
		"out of the lost hour: the transition opens", "Europe/Berlin", []Entry{on("sun", "02:30", "04:00")}, nil,
		"2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", "29T03:00+02:00 29T04:00+02:00",
	},
	{
		"both passes of the doubled hour count", "Europe/Berlin", []Entry{on("sun", "02:15", "02:45")}, nil,
		"2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z", "25T02:15+02:00 25T02:45+02:00, 25T02:15+01:00 25T02:45+01:00",
	},
	{
		"into the doubled hour: the transition opens again", "Europe/Berlin", []Entry{on("sun", "01:00", "02:30")}, nil,
		"2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z", "25T01:00+02:00 25T02:30+02:00, 25T02:00+01:00 25T02:30+01:00",
	},
	{
		"out of the doubled hour: the transition closes", "Europe/Berlin", []Entry{on("sun", "02:30", "04:00")}, nil,
		"2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z", "25T02:30+02:00 25T02:00+01:00, 25T02:30+01:00 25T04:00+01:00",
	},
	{
		"a night of nine hours", "Europe/Berlin", []Entry{on("sat", "22:00", "06:00")}, nil,
		"2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z", "24T22:00+02:00 25T06:00+01:00",
	},
	{
		"half an hour back", "Australia/Lord_Howe", []Entry{on("sun", "01:00", "01:45")}, nil,
		"2026-04-04T00:00:00Z", "2026-04-05T00:00:00Z", "5T01:00+11:00 5T01:45+11:00, 5T01:30+10:30 5T01:45+10:30",
	},
	{
		"the day that Samoa skipped", "Pacific/Apia", []Entry{on("thu", "22:00", "02:00"), on("fri", "09:00", "17:00"), on("fri", "23:00", "01:00")}, nil,
		"2011-12-28T00:00:00Z", "2012-01-01T00:00:00Z", "29T22:00-10:00 31T01:00+14:00",
	},
	{
		"the day that Kwajalein skipped", "Pacific/Kwajalein", []Entry{on("fri sat", "20:00", "04:00")}, nil,
		"1993-08-20T00:00:00Z", "1993-08-24T00:00:00Z", "20T20:00-12:00 22T04:00+12:00",
	},
	{
		"a midnight lost", "America/Sao_Paulo", []Entry{on("sat", "22:00", "00:30"), on("sun", "00:15", "02:00")}, nil,
		"2018-11-03T12:00:00Z", "2018-11-04T12:00:00Z", "3T22:00-03:00 4T02:00-02:00",
	},
	{
		"a midnight lost, to midnight", "Asia/Beirut", []Entry{on("sat", "22:00", "24:00")}, nil,
		"2024-03-30T00:00:00Z", "2024-04-01T00:00:00Z", "30T22:00+02:00 31T01:00+03:00",
	},
	{
		"a midnight doubled", "Asia/Beirut", []Entry{on("sat", "23:30", "24:00"), on("sun", "00:00", "00:30")}, nil,
		"2024-10-26T00:00:00Z", "2024-10-28T00:00:00Z", "26T23:30+03:00 26T23:00+02:00, 26T23:30+02:00 27T00:30+02:00",
	},
	{
		"before 1970", "Europe/London", []Entry{on("sun", "02:15", "02:45")}, nil,
		"1967-10-28T00:00:00Z", "1967-10-30T00:00:00Z", "29T02:15+01:00 29T02:45+01:00, 29T02:15Z 29T02:45Z",
	},
	{
		"before 1970, off by seconds", "Africa/Monrovia", []Entry{on(everyDay, "09:00", "10:00")}, nil,
		"1969-12-31T00:00:30Z", "1970-01-02T00:00:30Z", "31T09:00-00:44 31T10:00-00:44, 1T09:00-00:44 1T10:00-00:44",
	},
	{
		"the last day of a leap year, beyond the table", "America/New_York", []Entry{on(everyDay, "12:00", "11:00")}, nil,
		"2104-12-30T16:30:00Z", "2105-01-02T00:00:00Z", "30T12:00-05:00 31T11:00-05:00, 31T12:00-05:00 1T11:00-05:00, 1T12:00-05:00 1T19:00-05:00",
	},
}

func TestIntervals(t *testing.T) {
	for _, test := range intervalCases {
		t.Run(test.name, func(t *testing.T) {
			s := weekly(t, test.zone, test.entries, test.exceptions...)
			from, to := instant(t, test.from), instant(t, test.to)
			if got := list(t, test.zone, s.Intervals(from, to)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			judge(t, test.name, s, from, newOracle(t, s.Hours()).on(from, int(to.Sub(from)/time.Minute)))
		})
	}
}

func TestNextFarAway(t *testing.T) {
	now := instant(t, "2026-11-22T10:00:00Z")
	in := func(days int) Exception {
		date := now.AddDate(0, 0, days).Format(time.DateOnly)
		return Exception{Date: date, Entries: []Window{{"09:00", "12:00"}}}
	}
	closed := func(n int) (list []Exception) {
		for i := range n {
			list = append(list, Exception{Date: now.AddDate(0, 0, i).Format(time.DateOnly)})
		}
		return list
	}
	always := []Entry{on(everyDay, "00:00", "24:00")}
	for _, test := range []struct {
		name string
		s    *Schedule
		want string
	}{
		{"no hours", nil, "no"},
		{"never", weekly(t, "UTC", nil), "no"},
		{"never, where clocks change", weekly(t, "Europe/Berlin", nil), "no"},
		{"always", weekly(t, "Europe/Berlin", always), "no"},
		{"always by two halves", weekly(t, "UTC", []Entry{on(everyDay, "09:00", "21:00"), on(everyDay, "21:00", "09:00")}), "no"},
		{"only a past exception", weekly(t, "UTC", nil, in(-3)), "no"},
		{"only a later one", weekly(t, "UTC", nil, in(-3), in(1), in(300)), "2026-11-23T09:00:00Z true"},
		{"within 400 days", weekly(t, "UTC", nil, in(400)), "2027-12-27T09:00:00Z true"},
		{"400 days to the second", weekly(t, "UTC", nil, Exception{"2027-12-27", []Window{{"10:00", "12:00"}}}), "2027-12-27T10:00:00Z true"},
		{"not within them", weekly(t, "UTC", nil, in(401)), "no"},
		{"today", weekly(t, "UTC", nil, in(0)), "2026-11-22T12:00:00Z false"},
		{"a year off", weekly(t, "Europe/Berlin", always, closed(366)...), "2027-11-22T23:00:00Z true"},
		{"always but for a day", weekly(t, "UTC", always, Exception{Date: "2027-11-22"}), "2027-11-22T00:00:00Z false"},
	} {
		at, opens, ok := test.s.Next(now)
		got := "no"
		if ok {
			got = fmt.Sprint(at.Format(time.RFC3339), " ", opens)
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestNoSchedule(t *testing.T) {
	var s *Schedule
	now := instant(t, "2026-11-22T10:00:00.5Z")
	if !s.Contains(now) {
		t.Error("off shift")
	}
	if got := s.Intervals(now, now.Add(time.Hour)); len(got) != 1 || got[0] != (Interval{now, now.Add(time.Hour)}) {
		t.Errorf("Intervals: %v", got)
	}
	if again, err := Parse(s.Compact()); again != nil || err != nil {
		t.Errorf("the compact form: %v, %v", again, err)
	}
}

// TestFractions: bounds within a second are kept, and nothing is empty or reversed.
func TestFractions(t *testing.T) {
	s := weekly(t, "UTC", []Entry{on("sun", "10:00", "11:00")})
	for _, test := range []struct{ from, to, want string }{
		{"2026-11-22T09:59:59.9Z", "2026-11-22T10:00:00Z", "[]"},
		{"2026-11-22T09:59:59.9Z", "2026-11-22T10:00:00.1Z", `[{"from":"2026-11-22T10:00:00Z","to":"2026-11-22T10:00:00.1Z"}]`},
		{"2026-11-22T10:59:59.1Z", "2026-11-22T10:59:59.2Z", `[{"from":"2026-11-22T10:59:59.1Z","to":"2026-11-22T10:59:59.2Z"}]`},
		{"2026-11-22T10:59:59.1+00:00", "2026-11-22T12:30:00+01:00", `[{"from":"2026-11-22T10:59:59.1Z","to":"2026-11-22T11:00:00Z"}]`},
		{"2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z", "[]"},
		{"2026-11-22T10:30:00Z", "2026-11-22T10:30:00Z", "[]"},
		{"2026-11-22T10:30:00Z", "2026-11-22T10:00:00Z", "[]"},
	} {
		got, _ := json.Marshal(s.Intervals(instant(t, test.from), instant(t, test.to)))
		if string(got) != test.want {
			t.Errorf("from %s to %s: got %s, want %s", test.from, test.to, got, test.want)
		}
	}
}

// TestJSON is the example of the API.
func TestJSON(t *testing.T) {
	const given = `{"timeZone":"Asia/Kolkata","entries":[{"days":["tue","mon"],"start":"09:00","end":"17:30"}],"exceptions":[{"date":"2026-12-26","entries":[{"start":"10:00","end":"24:00"}]},{"date":"2026-12-25","entries":[]}]}`
	const want = `{"timeZone":"Asia/Kolkata","entries":[{"days":["mon","tue"],"start":"09:00","end":"17:30"}],"exceptions":[{"date":"2026-12-25","entries":[]},{"date":"2026-12-26","entries":[{"start":"10:00","end":"24:00"}]}]}`
	var w WorkingHours
	if err := json.Unmarshal([]byte(given), &w); err != nil {
		t.Fatal(err)
	}
	s, err := Compile(w)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(s.Hours()); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, _ := json.Marshal(weekly(t, "UTC", nil).Hours()); string(got) != `{"timeZone":"UTC","entries":[]}` {
		t.Errorf("without entries: %s", got)
	}
}

func TestCompact(t *testing.T) {
	office := weekly(t, "Asia/Kolkata", []Entry{on("mon tue wed thu fri", "09:00", "17:30")})
	vacation := []Exception{{Date: "2026-12-31"}, {Date: "2027-01-01"}, {Date: "2027-01-02"}}
	for _, test := range []struct {
		s    *Schedule
		want string
	}{
		{office, "Asia/Kolkata 12345/0900-1730"},
		{weekly(t, "UTC", nil), "UTC"},
		{weekly(t, "UTC", []Entry{on("mon", "09:00", "12:00"), on("mon", "13:00", "24:00"), on("sun", "21:00", "02:00")}), "UTC 1/0900-1200,1300-2400 7/2100-0200"},
		{weekly(t, "UTC", nil, vacation...), "UTC 20261231+2"},
		{weekly(t, "UTC", nil, append(vacation, Exception{"2027-01-03", []Window{{"09:00", "10:00"}, {"11:00", "12:00"}}})...), "UTC 20261231+2 20270103/0900-1000,1100-1200"},
	} {
		if got := test.s.Compact(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
	if n := len(office.Compact()); n >= 40 {
		t.Errorf("a usual schedule takes %d bytes", n)
	}
}

// TestParseRefuses: what Compact does not write is damage, not a schedule.
func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		" ", "Mars", "Local 1/0900-1000", "UTC ", "UTC  1/0900-1000", "UTC 1", "UTC 1/", "UTC /0900-1000", "UTC 8/0900-1000",
		"UTC 21/0900-1000", "UTC 11/0900-1000", "UTC 01/0900-1000", "UTC 1/0900x1000", "UTC 1/0900", "UTC 1/0900-1000,", "UTC 1/09:00-10:00", "UTC 1/2400-0900",
		"UTC 1/0900-2401", "UTC 1/0960-1000", "UTC 20260230", "UTC 20261301", "UTC 2026010a", "UTC 20260101/", "UTC 202601011",
		"UTC 20260101+", "UTC 20260101+0", "UTC 20260101+07", "UTC 20260101+366", "UTC 20260102 20260101", "UTC 20260101+1 20260102",
		"UTC 20260101 1/0900-1000", "UTC 1/0900-1000" + strings.Repeat(",0900-1000", MaxEntries), "UTC" + dates(MaxExceptions+1),
	} {
		if s, err := Parse(text); err == nil || s != nil {
			t.Errorf("%q: %v, %v", text, s, err)
		}
	}
	if _, err := Parse("UTC" + dates(MaxExceptions)); err != nil {
		t.Error(err)
	}
}

// dates are exceptions on every other day.
func dates(n int) (text string) {
	for i := range n {
		text += date(int32(20000 + 2*i)).Format(" 20060102")
	}
	return text
}

// TestConcurrent is for the race detector: schedules and zones are shared.
func TestConcurrent(t *testing.T) {
	zones := []string{"Asia/Kolkata", "Europe/Berlin", "America/New_York", "Asia/Tokyo"}
	now := instant(t, "2026-11-23T10:00:00Z")
	shared := weekly(t, "Africa/Cairo", []Entry{on("mon", "09:00", "17:00")})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				s, err := Parse(zones[(i+j)%len(zones)] + " 12345/0900-1730")
				if err != nil {
					t.Error(err)
					return
				}
				s.Contains(now)
				if !shared.Contains(now) {
					t.Error("off shift")
				}
				Union(s, shared).Next(now)
			}
		})
	}
	wg.Wait()
}
