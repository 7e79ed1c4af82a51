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
	Bytes float64         `json:"bytes"`
}

// add takes in what another run measured.
func (s *step) add(more step) {
	s.Name, s.Took, s.CPU = more.Name, append(s.Took, more.Took...), s.CPU+more.CPU
	s.Units, s.Bytes = s.Units+more.Units, s.Bytes+more.Bytes
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

// other is what is measured beside the steps of a life.
type other struct {
	title  string
	target float64
	cell   func(s *step) (text string, of float64)
}

// others are by the names of their steps.
var others = map[string]other{
	"desk of 1,000": {"desk of 1,000 members read, processor time", 0.50, func(s *step) (string, float64) {
		return ms(time.Duration(s.each(float64(s.CPU)))), float64(s.CPU)
	}},
	"life": {"a life, memory traffic", 0.60, func(s *step) (string, float64) {
		return fmt.Sprintf("%.0f KB", s.each(s.Bytes)/1000), s.Bytes
	}},
	"at once, fsync": {"16 at once in one rotation, with fsync, p50", 0.60, func(s *step) (string, float64) {
		return ms(s.median()), float64(s.median())
	}},
}

// report prints the tables.
func report(w io.Writer, before, after []*step) {
	cells := func(cells ...string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }
	cells("step", "before, p50", "now, p50", "ratio", "target", "processor time, ratio", "write units, before", "now")
	cells(strings.Split(strings.Repeat("--- ", 8), " ")[:8]...)
	units := [2]float64{}
	for i, b := range before {
		a := after[i]
		if _, beside := others[b.Name]; beside {
			continue
		}
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
	fmt.Fprintf(w, "\nWrite units of a life without the decline: %.1f before, %.1f now.\n\n", units[0], units[1])
	cells("beside", "before", "now", "ratio", "target")
	cells(strings.Split(strings.Repeat("--- ", 5), " ")[:5]...)
	for i, b := range before {
		if o, beside := others[b.Name]; beside {
			was, of := o.cell(b)
			is, to := o.cell(after[i])
			cells(o.title, was, is, fmt.Sprintf("%.2f", to/of), fmt.Sprintf("%.2f", o.target))
		}
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
