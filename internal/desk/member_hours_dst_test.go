package desk_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestWhoRingsWhen is who gets a call, half an hour after half an hour, over the weekends
// of 2027 on which New York changes its clocks: Anil in Asia/Kolkata, which never does,
// and Nora in America/New_York, who works through the hour that is lost and the one that
// comes twice. While both are on shift they take turns. The table is
// testdata/who-rings-when.txt; -update writes it anew.
func TestWhoRingsWhen(t *testing.T) {
	unraced(t)
	t.Parallel()
	var b strings.Builder
	for _, weekend := range []struct {
		title    string
		from, to time.Time
	}{
		{"March 2027: at 02:00 the clocks of New York go to 03:00", time.Date(2027, 3, 13, 0, 0, 0, 0, time.UTC), time.Date(2027, 3, 15, 16, 0, 0, 0, time.UTC)},
		{"November 2027: at 02:00 they go back to 01:00", time.Date(2027, 11, 6, 0, 0, 0, 0, time.UTC), time.Date(2027, 11, 8, 16, 0, 0, 0, time.UTC)},
	} {
		fmt.Fprintf(&b, "%s\n\n%-16s  %-9s  %-8s  rings at\n", weekend.title, "UTC", "Kolkata", "New York")
		weekendOf(t, &b, weekend.from, weekend.to)
		b.WriteString("\n")
	}
	path := filepath.Join("testdata", "who-rings-when.txt")
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// weekendOf writes the lines of one weekend, of which those that say the same as the one
// before are left out.
func weekendOf(t *testing.T, b *strings.Builder, from, to time.Time) {
	t.Helper()
	w := newWorld(t, worldOptions{})
	w.at(from)
	names := map[string]string{}
	for _, c := range []struct {
		name, schedule string
	}{
		{"Anil", "Asia/Kolkata 1234567/0900-1800"},
		{"Nora", "America/New_York 57/0100-0330 6/2200-0330 7/2100-2330"},
	} {
		id := w.agent(c.name, w.dep)
		w.schedule(id, c.schedule)
		names[id] = c.name
	}
	before := ""
	for n := 0; w.clock.Now().Before(to); n++ {
		now := w.clock.Now()
		var rings []string
		for again := range 2 { // a second call finds the other one
			a := w.escalate(w.call(2*n + again))
			who := "-"
			if a.Agent != nil {
				who = names[a.Agent.ID]
			}
			rings = append(rings, who)
		}
		for again := range 2 {
			_, err := w.End(w.ctx, w.acc, w.idOf(w.call(2*n+again)), false)
			must(t, err)
		}
		if line := fmt.Sprint(rings); line != before {
			fmt.Fprintf(b, "%s  %-9s  %-8s  %s\n", now.Format("Mon 02 Jan 15:04"), wall(t, now, "Asia/Kolkata"), wall(t, now, "America/New_York"), strings.Join(rings, ", then "))
			before = line
		}
		w.pass(now.Add(30 * time.Minute).Sub(w.clock.Now()))
	}
}

// wall is what a clock in the zone shows.
func wall(t *testing.T, at time.Time, zone string) string {
	t.Helper()
	loc, err := hours.Current().Location(zone)
	must(t, err)
	return at.In(loc).Format("Mon 15:04")
}
