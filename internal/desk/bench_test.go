package desk_test

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/table/fault"
)

// benchOnly skips what is measured rather than tested. make bench sets BENCH=1; the
// tables that it prints are the page docs/numbers.md.
func benchOnly(t *testing.T, title string) {
	t.Helper()
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	fmt.Printf("\n### %s\n\n%d cores, %s\n\n", title, runtime.NumCPU(), runtime.Version())
}

func line(cells ...any) {
	fmt.Print("|")
	for _, c := range cells {
		fmt.Printf(" %v |", c)
	}
	fmt.Println()
}

func head(cells ...any) {
	line(cells...)
	for i := range cells {
		cells[i] = "---"
	}
	line(cells...)
}

// TestBenchUnits prints what DynamoDB charges for the steps of an escalation.
func TestBenchUnits(t *testing.T) {
	benchOnly(t, "Units: one claimer, a conversation of 2 KB, everything counted")
	head("agents", "step", "write units", "read units", "gets", "queries", "writes", "tickets")
	for _, agents := range []int{10, 100, 1000} {
		p := price(t, agents)
		for _, step := range p.steps {
			c := p.counts[step]
			line(agents, step, c.WriteUnits, c.ReadUnits, c.Gets, c.Queries, c.Writes, c.Increments)
		}
	}
}

// TestBenchBursts measures claims at once with DynamoDB's conflicts and latencies, in
// real time.
func TestBenchBursts(t *testing.T) {
	benchOnly(t, "At once on the embedded engine, with DynamoDB's conflicts; a query or get takes 4 ms, a put or ticket 5, a transaction 12")
	headBursts()
	for _, b := range []burst{{10, 20, 8, 25}, {100, 5, 64, 10}, {30, 1, 64, 10}} {
		lineBurst(t, "fixed", b.play(t, false, fault.Options{Conflicts: true, Torn: true, Latency: cloudLatency}))
		lineBurst(t, "varying", b.play(t, false, fault.Options{Conflicts: true, Torn: true, Latency: tailed(1, cloudLatency)}))
	}
}

// TestBenchDynamoDB measures the same on DynamoDB Local, which has latencies of its own
// and no conflicts of transactions.
func TestBenchDynamoDB(t *testing.T) {
	benchOnly(t, "At once on DynamoDB Local, as fast as it is")
	cloudtest.Start(t)
	headBursts()
	for _, b := range []burst{{10, 20, 1, 20}, {10, 20, 8, 10}, {100, 5, 64, 4}, {30, 1, 64, 4}} {
		lineBurst(t, "its own", b.play(t, true, fault.Options{}))
	}
}

func headBursts() {
	head("at once", "agents", "chats each", "latencies", "claim at first try", "writes per claim", "answer p50", "p95", "last of a round p50", "worst",
		"ring", "callbacks", "above capacity", "passed over", "offers differ by", "read units", "write units")
}

func lineBurst(t *testing.T, latencies string, r *burstResult) {
	t.Helper()
	share, mean := r.firstTry()
	ms := func(d time.Duration) string { return fmt.Sprint(d.Round(time.Millisecond)) }
	n, passed := float64(len(r.took)), any("-")
	if r.verdict != nil {
		passed = r.verdict.passed
	}
	line(r.claimers, r.agents, r.places, latencies, fmt.Sprintf("%.1f %%", 100*share), fmt.Sprintf("%.2f", mean), ms(at(r.took, .5)), ms(at(r.took, .95)),
		ms(at(r.longest, .5)), ms(at(r.longest, 1)), slices.Compact(slices.Clone(r.rang)), slices.Compact(slices.Clone(r.callback)), r.over, passed, r.widest(),
		fmt.Sprintf("%.1f", float64(r.counts.ReadUnits)/n), fmt.Sprintf("%.1f", float64(r.counts.WriteUnits)/n))
	for _, bad := range r.wrong() {
		t.Errorf("%d at once: %s", r.claimers, bad)
	}
	if share < 0.95 && r.claimers == 8 && r.verdict != nil {
		t.Errorf("%d at once: %.1f %% claim at the first try", r.claimers, 100*share)
	}
	if worst := at(r.longest, 1); worst > 4*time.Second {
		t.Errorf("%d at once: the last took %v", r.claimers, worst)
	}
}

// TestBenchSpeed measures how many escalations a second one bolt file takes. Each line
// is the median of five runs and the best of them, since other programs on the machine
// only ever make it slower; the processor time of each tells what it would do alone.
func TestBenchSpeed(t *testing.T) {
	benchOnly(t, "Escalations a second on the embedded engine, ten agents to an account; all ring")
	head("fsync", "callers at once", "a second, median", "best", "processor time each", "answer p50", "p95")
	for _, s := range []speed{{true, 1, 2000}, {true, 16, 5000}, {true, 128, 10_000}, {false, 1, 200}, {false, 16, 1000}, {false, 128, 4000}} {
		var runs []speedResult
		for range 5 {
			runs = append(runs, s.run(t))
		}
		slices.SortFunc(runs, func(a, b speedResult) int { return cmp.Compare(a.rate, b.rate) })
		r := runs[2]
		line(!s.noSync, s.callers, fmt.Sprintf("%.0f", r.rate), fmt.Sprintf("%.0f", runs[4].rate), r.cpu.Round(time.Microsecond),
			at(r.took, .5).Round(10*time.Microsecond), at(r.took, .95).Round(10*time.Microsecond))
	}
}
