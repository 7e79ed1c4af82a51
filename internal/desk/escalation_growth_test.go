package desk_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/chart"
)

var drawGrowth = flag.Bool("draw", false, "with BENCH=1, draw docs/pictures/growth.svg anew")

var (
	teamSizes  = []int{1, 10, 100, 1000}
	crowdSizes = []int{1, 8, 64}
)

// TestGrowth: an escalation at a team of 1,000 members takes at most twice as long as at one of
// ten, for a single caller and for eight at once, and at most two units more to write. Time is
// virtual, so that only latencies count and the machine does not.
func TestGrowth(t *testing.T) {
	unraced(t)
	for _, n := range []int{1, 8} {
		t.Run(fmt.Sprint(n, " at once"), func(t *testing.T) {
			few, many := growth{10, n}.virtually(t), growth{1000, n}.virtually(t)
			few.holds(t, many)
		})
	}
}

// holds compares a large team with one of ten.
func (few grown) holds(t *testing.T, many grown) {
	t.Helper()
	for _, q := range []float64{.5, 1} {
		if a, b := at(few.took, q), at(many.took, q); b > 2*a {
			t.Errorf("%d at once: %v with 10 members and %v with 1,000 (quantile %v)", few.callers, a, b, q)
		}
	}
	// The receipt names twenty members at most, so that a larger team adds a kilobyte in a transaction.
	if a, b := few.counts.WriteUnits, many.counts.WriteUnits; b > a+2*len(many.took) {
		t.Errorf("%d at once: %d write units with 10 members and %d with 1,000", few.callers, a, b)
	}
}

// TestBenchGrowth prints how escalations grow with team and callers, and with -draw draws it.
func TestBenchGrowth(t *testing.T) {
	benchOnly(t, "Growth: a read takes 4 ms, a ticket or put 5, a transaction 12, a message 6, a push 10; virtual time")
	all := map[growth]grown{}
	head("members", "at once", "answer p50", "the last", "write units", "read units")
	for _, members := range teamSizes {
		for _, n := range crowdSizes {
			r := growth{members, n}.virtually(t)
			all[r.growth] = r
			line(members, n, millisOf(at(r.took, .5)), millisOf(at(r.took, 1)), perOne(r.counts.WriteUnits, r), perOne(r.counts.ReadUnits, r))
		}
	}
	for _, n := range crowdSizes {
		all[growth{10, n}].holds(t, all[growth{1000, n}])
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("\nProcessor time on DynamoDB Local, one caller, load %s\n\n", strings.Join(strings.Fields(string(load))[:1], ""))
	head("members", "processor time each")
	for _, members := range teamSizes {
		r := growth{members, 1}.onDynamoDB(t)
		line(members, fmt.Sprintf("%.1f ms", (r.cpu/time.Duration(len(r.took))).Seconds()*1000))
	}
	if *drawGrowth {
		must(t, os.WriteFile("../../docs/pictures/growth.svg", growthPicture(all), 0o644))
	}
}

func millisOf(d time.Duration) string {
	return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
}

func perOne(units int, r grown) string {
	return fmt.Sprintf("%.1f", float64(units)/float64(len(r.took)))
}

// growthPicture draws latency and units by the size of the team.
func growthPicture(all map[growth]grown) []byte {
	var sizes []float64
	for _, members := range teamSizes {
		sizes = append(sizes, float64(members))
	}
	series := func(name string, n int, value func(r grown) float64) chart.Series {
		s := chart.Series{Name: name}
		for _, members := range teamSizes {
			s.Values = append(s.Values, value(all[growth{members, n}]))
		}
		return s
	}
	last := func(r grown) float64 { return at(r.took, 1).Seconds() * 1000 }
	reads := func(r grown) float64 { return float64(r.counts.ReadUnits) / float64(len(r.took)) }
	latency := chart.Lines{Title: "Until the last one’s phone rings", X: "members", Y: "milliseconds", At: sizes}
	units := chart.Lines{Title: "DynamoDB units for each escalation", X: "members", Y: "units", At: sizes}
	for _, n := range crowdSizes {
		latency.Series = append(latency.Series, series(fmt.Sprint(n, " at once"), n, last))
		units.Series = append(units.Series, series(fmt.Sprintf("read, %d", n), n, reads))
	}
	units.Series = append(units.Series, series("write, 1", 1, func(r grown) float64 { return float64(r.counts.WriteUnits) / float64(len(r.took)) }))
	ten, thousand := all[growth{10, 1}], all[growth{1000, 1}]
	return chart.Picture{
		Title: "An escalation that rings, as the team grows",
		Description: fmt.Sprintf("One escalation at a time rings after %.0f ms with 10 members and after %.0f ms with 1,000, and takes %.0f and %.0f units to read.",
			last(ten), last(thousand), reads(ten), reads(thousand)),
		Height: 330, Panels: []chart.Panel{latency, units},
	}.SVG()
}
