package hours

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// zoneFile is one name in the database.
type zoneFile struct {
	name  string
	alias bool // a name before it has the same content
}

func zoneFiles(t testing.TB) []zoneFile {
	t.Helper()
	db := BuiltIn()
	utc, _ := db.File("UTC")
	seen := map[string]bool{utc: true}
	var files []zoneFile
	for _, name := range db.Names() {
		content, _ := db.File(name)
		files = append(files, zoneFile{name: name, alias: seen[content]})
		seen[content] = true
	}
	if len(files) < 500 {
		t.Fatalf("%d zones", len(files))
	}
	return files
}

// TestEveryZone holds random schedules against the oracle in every zone of the tz
// database: every minute within three days of each transition from 2024 to 2028, and
// of 50 random weeks from 1975 to 2060. Names with the same content share the weeks.
func TestEveryZone(t *testing.T) {
	every, weeks := 1, 50
	switch {
	case testing.Short():
		every, weeks = 23, 2
	case raced:
		weeks = 5 // the detector makes a minute dear, and more of them show it nothing new
	}
	files := zoneFiles(t)
	shards := runtime.GOMAXPROCS(0)
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			for i := shard * every; i < len(files) && !t.Failed(); i += shards * every {
				r := rand.New(rand.NewPCG(uint64(i), 1))
				aroundTransitions(t, r, files[i].name)
				if !files[i].alias {
					inWeeks(t, r, files[i].name, weeks)
				}
			}
		})
	}
}

const days = 24 * time.Hour

func aroundTransitions(t *testing.T, r *rand.Rand, zone string) {
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, at := range transitions(t, zone, from, from.AddDate(5, 0, 0)) {
		judgeRandom(t, r, zone, at.Add(-3*days), 6*24*60)
	}
}

func inWeeks(t *testing.T, r *rand.Rand, zone string, weeks int) {
	first := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 60
	last := time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 60
	for range weeks {
		judgeRandom(t, r, zone, time.Unix((first+r.Int64N(last-first))*60, 0), 7*24*60)
	}
}

func judgeRandom(t *testing.T, r *rand.Rand, zone string, from time.Time, minutes int) {
	w := randomHours(r, zone, from)
	s, err := Compile(w)
	if err != nil {
		t.Fatalf("%s: %v", zone, err)
	}
	judge(t, s.Compact(), s, from, newOracle(t, w).on(from, minutes))
}

// transitions finds the instants at which a zone's offset changes.
func transitions(t testing.TB, zone string, from, to time.Time) []time.Time {
	loc, err := BuiltIn().Location(zone)
	if err != nil {
		t.Fatal(err)
	}
	offset := func(at time.Time) int {
		_, seconds := at.In(loc).Zone()
		return seconds
	}
	var found []time.Time
	const step = 6 * time.Hour
	for at := from; at.Before(to); at = at.Add(step) {
		if offset(at) == offset(at.Add(step)) {
			continue
		}
		lo, hi := at, at.Add(step)
		for hi.Sub(lo) > time.Minute {
			mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Minute)
			if offset(mid) == offset(lo) {
				lo = mid
			} else {
				hi = mid
			}
		}
		found = append(found, hi)
	}
	return found
}

// randomHours draws a schedule with times near those at which clocks change, and with
// exceptions within the days that follow from.
func randomHours(r *rand.Rand, zone string, from time.Time) WorkingHours {
	w := WorkingHours{TimeZone: zone}
	for range r.IntN(5) {
		e := Entry{Start: randomClock(r), End: randomClock(r)}
		for _, day := range dayNames {
			if r.IntN(3) > 0 {
				e.Days = append(e.Days, day)
			}
		}
		if len(e.Days) > 0 {
			w.Entries = append(w.Entries, e)
		}
	}
	for day := -2; day < 9; day++ {
		if r.IntN(4) > 0 {
			continue
		}
		e := Exception{Date: from.AddDate(0, 0, day).UTC().Format(time.DateOnly)}
		for range r.IntN(3) {
			e.Entries = append(e.Entries, Window{randomClock(r), randomClock(r)})
		}
		w.Exceptions = append(w.Exceptions, e)
	}
	return w
}

func randomClock(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0: // anywhere
		return minute(r.IntN(1440)).String()
	case 1: // on a half hour of the night
		return minute(r.IntN(8) * 30).String()
	case 2: // around midnight
		return minute((1440 - 5 + r.IntN(10)) % 1440).String()
	}
	return minute(r.IntN(5 * 60)).String() // in the night
}
