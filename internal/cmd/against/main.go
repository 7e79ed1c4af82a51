// Command against compares two builds of the command life, by turns in one run, so that whatever
// else the machine does meets both: `make bench-against REV=29bdf6a`. It prints a table of the
// medians, and of ratios of the second to the first.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// targets are the most that a step's median may be of what it was, where one was set.
var targets = map[string]float64{"accept": 0.55, "complete": 0.62, "decline": 0.80, "escalate": 0.88, "look": 0.55, "look again": 0.55}

// step is what one build tells of a step; see the command life.
type step struct {
	Name  string          `json:"name"`
	Took  []time.Duration `json:"took"`
	CPU   time.Duration   `json:"cpu"`
	Units int             `json:"units"`
}

// add takes in what another run measured.
func (s *step) add(more step) {
	s.Name, s.Took, s.CPU, s.Units = more.Name, append(s.Took, more.Took...), s.CPU+more.CPU, s.Units+more.Units
}

// median is half of them at most.
func (s *step) median() time.Duration {
	sorted := slices.Sorted(slices.Values(s.Took))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

// each is a sum for one of them.
func (s *step) each(sum float64) float64 { return sum / float64(max(1, len(s.Took))) }

func main() {
	turns := flag.Int("turns", 6, "how often each runs")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: against [-turns N] BEFORE AFTER")
		os.Exit(2)
	}
	builds := [2][]*step{}
	for turn := range 2 * *turns {
		which := turn % 2
		if turn/2%2 == 1 { // who went first goes second
			which = 1 - which
		}
		measured, err := run(flag.Arg(which))
		if err != nil {
			fmt.Fprintln(os.Stderr, "against:", err)
			os.Exit(1)
		}
		for i, s := range measured {
			if len(builds[which]) == i {
				builds[which] = append(builds[which], &step{})
			}
			builds[which][i].add(s)
		}
	}
	report(os.Stdout, builds[0], builds[1])
}

// run has a build measure.
func run(build string) (all []step, err error) {
	c := exec.Command(build)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", build, err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var s step
		switch err := d.Decode(&s); err {
		case nil:
			all = append(all, s)
		case io.EOF:
			return all, nil
		default:
			return nil, fmt.Errorf("%s: %w", build, err)
		}
	}
}

// report prints the table.
func report(w io.Writer, before, after []*step) {
	cells := func(cells ...string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }
	cells("step", "before, p50", "now, p50", "ratio", "target", "processor time, ratio", "write units, before", "now")
	cells(strings.Split(strings.Repeat("--- ", 8), " ")[:8]...)
	units := [2]float64{}
	for i, b := range before {
		a := after[i]
		target := "-"
		if t := targets[b.Name]; t > 0 {
			target = fmt.Sprintf("%.2f", t)
		}
		was, is := b.each(float64(b.Units)), a.each(float64(a.Units))
		if b.Name != "decline" {
			units[0], units[1] = units[0]+was, units[1]+is
		}
		cells(b.Name, ms(b.median()), ms(a.median()), fmt.Sprintf("%.2f", float64(a.median())/float64(b.median())), target,
			fmt.Sprintf("%.2f", a.each(float64(a.CPU))/b.each(float64(b.CPU))), fmt.Sprintf("%.1f", was), fmt.Sprintf("%.1f", is))
	}
	fmt.Fprintf(w, "\nWrite units of a life without the decline: %.1f before, %.1f now.\n", units[0], units[1])
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
