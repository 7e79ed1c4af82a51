package coldstart

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/costs"
)

const (
	// wholeCore is the memory in MB with which a function has the worth of one core; with less it
	// has as much less (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
	wholeCore = 1769
	// given is the memory in MB of all functions, which infra says.
	given = 256
)

// atShare is how long a function works with so much memory at what takes a whole core so long.
func atShare(processor time.Duration, mb int) time.Duration {
	return time.Duration(float64(processor) * max(1, wholeCore/float64(mb)))
}

// latency is how long the cloud takes for a call.
func latency(service, operation string) time.Duration {
	switch {
	case service == "": // SNS
		return 10 * time.Millisecond
	case service == "AmazonSQS":
		return 6 * time.Millisecond
	case operation == "TransactWriteItems":
		return 12 * time.Millisecond
	case operation == "GetItem" || operation == "Query":
		return 4 * time.Millisecond
	}
	return 5 * time.Millisecond
}

// waited is what a process took for an escalation: the first, its own start included, and one of
// those that came after.
type waited struct {
	cold, warm           time.Duration // of a processor
	firstWall, laterWall time.Duration // from the event to the answer, by the clock
}

// warmed are how many escalations of a process come after its first.
const warmed = 20

// wait plays a scene in a process that is asked often.
func wait(t *testing.T, folder string, of scene, slow bool) (w waited) {
	t.Helper()
	p, _, stop := start(t, folder, of, slow)
	defer stop()
	p.Ready()
	a, took := p.Invoke(cloudtest.Invocation{Event: of.event})
	checkRings(t, a)
	p.Ready()
	w.cold, w.firstWall = spent(t, p), took
	var later []time.Duration
	for range warmed {
		a, took := p.Invoke(cloudtest.Invocation{Event: of.event})
		checkRings(t, a)
		later = append(later, took)
		p.Ready()
	}
	w.warm = (spent(t, p) - w.cold) / warmed
	slices.Sort(later)
	w.laterWall = later[warmed/2]
	return w
}

// TestBenchMemory prints what an escalation that rings takes and costs with more and less memory. What
// a function works at becomes shorter with its share of a core, and what it waits for AWS does not.
func TestBenchMemory(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	linuxOnly(t)
	folder, of := build(t, runtime.GOARCH), ringing(t)
	all := map[bool][]waited{}
	for range runs {
		for _, slow := range []bool{false, true} {
			all[slow] = append(all[slow], wait(t, folder, of, slow))
		}
	}
	middle := func(slow bool, figure func(waited) time.Duration) time.Duration { return median(all[slow], figure) }
	waits := func(figure func(waited) time.Duration) time.Duration {
		return middle(true, figure) - middle(false, figure)
	}
	cold, warm := middle(false, func(w waited) time.Duration { return w.cold }), middle(false, func(w waited) time.Duration { return w.warm })
	first, later := waits(func(w waited) time.Duration { return w.firstWall }), waits(func(w waited) time.Duration { return w.laterWall })
	prices, err := costs.ReadPrices()
	must(t, err)
	price := prices[slices.IndexFunc(prices, func(p costs.Price) bool { return p.Item == costs.GBSeconds })].Of
	fmt.Printf("\n### An escalation that rings, with more and less memory\n\n")
	fmt.Printf("A new process works for %s of a core and waits for AWS for %s, one that is warm for %s and %s.\n\n", ms(cold), ms(first), ms(warm), ms(later))
	head("memory", "of a core", "the first of a process", "a million of them", "a later one", "a million of them")
	for _, mb := range []int{128, given, 512, 1024, wholeCore} {
		dollars := func(d time.Duration) string { return fmt.Sprintf("$%.2f", 1e6*d.Seconds()*float64(mb)/1024*price) }
		one, other := atShare(cold, mb)+first, atShare(warm, mb)+later
		line(fmt.Sprintf("%d MB", mb), fmt.Sprintf("%.2f", float64(mb)/wholeCore), ms(one), dollars(one), ms(other), dollars(other))
	}
}
