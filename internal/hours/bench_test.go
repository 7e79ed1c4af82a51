package hours

import (
	"syscall"
	"testing"
	"time"
)

// samples are the schedules whose cost is watched.
var samples = []struct{ name, text string }{
	{"office", "Asia/Kolkata 12345/0900-1730"},
	{"split", "America/New_York 12345/0900-1300,1400-1730 6/2100-0200 20261224+7"},
}

func sample(t testing.TB, text string) *Schedule {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestContainsDoesNotAllocate: routing asks a thousand times for each claim.
func TestContainsDoesNotAllocate(t *testing.T) {
	h := holidays(t, "Asia/Kolkata", "2026-12-25", "2027-01-26")
	for _, test := range samples {
		s := sample(t, test.text)
		for _, at := range []time.Time{instant(t, "2026-12-24T10:00:00Z"), instant(t, "2150-12-24T10:00:00Z"), time.Now()} {
			if n := testing.AllocsPerRun(100, func() { OnShift(s, h, at) }); n != 0 {
				t.Errorf("%s at %v: %v allocations", test.name, at, n)
			}
		}
	}
}

// year walks all boundaries of a year.
func year(t testing.TB, s *Schedule) (boundaries int) {
	at := instant(t, "2026-01-01T00:00:00Z")
	for end := at.AddDate(1, 0, 0); at.Before(end); boundaries++ {
		next, _, ok := s.Next(at)
		if !ok {
			t.Fatal("no boundary")
		}
		at = next
	}
	return boundaries
}

// TestYear counts what a year has and that walking it is quick.
func TestYear(t *testing.T) {
	s := sample(t, samples[0].text)
	if got, want := year(t, s), 2*261+1; got != want { // 2026 has 261 working days; one more lies beyond
		t.Errorf("%d boundaries, want %d", got, want)
	}
	best := time.Hour
	for range 20 { // the best of some, because other tests of this process run meanwhile
		before := processor(t)
		year(t, s)
		best = min(best, processor(t)-before)
	}
	if best > time.Millisecond && !raced {
		t.Errorf("a year of boundaries took %v of a processor", best)
	}
}

// processor is what this process has used of all cores: of the clock others on this machine take their part.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkContains(b *testing.B) {
	for _, test := range samples {
		b.Run(test.name, func(b *testing.B) {
			s, at := sample(b, test.text), instant(b, "2026-12-23T16:00:00Z")
			b.ReportAllocs()
			for b.Loop() {
				s.Contains(at)
			}
		})
	}
}

func BenchmarkYearOfBoundaries(b *testing.B) {
	for _, test := range samples {
		b.Run(test.name, func(b *testing.B) {
			s := sample(b, test.text)
			for b.Loop() {
				year(b, s)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, test := range samples {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sample(b, test.text)
			}
		})
	}
}

func BenchmarkNewZone(b *testing.B) {
	z, err := loadZone("America/New_York")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		newZone(z.loc)
	}
}

// A cold start opens the database and reads its first zone.
func BenchmarkFirstZone(b *testing.B) {
	for b.Loop() {
		db, err := OpenDatabase(builtIn)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := db.zone("Pacific/Auckland"); err != nil {
			b.Fatal(err)
		}
	}
}
