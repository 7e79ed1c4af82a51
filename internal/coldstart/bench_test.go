package coldstart

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// runs are how many processes of each function are measured. Those of different functions
// take turns, so that whatever else the machine does meets all of them.
const runs = 20

// TestBenchColdStart prints how functions start beside one that does nothing, and holds
// them to their budgets.
func TestBenchColdStart(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	linuxOnly(t)
	fmt.Printf("\n### Cold starts, medians of %d; AWS is a stub that answers at once\n\n%d cores, %s\n\n", runs, runtime.NumCPU(), runtime.Version())
	scenes := []scene{sample(t, empty)}
	for _, function := range functions() {
		scenes = append(scenes, sample(t, function))
	}
	scenes = append(scenes, ringing(t))
	measured := measure(t, scenes)
	deployed := build(t, "arm64")
	head("function", "init", "first invoke", "processor until then", "warm invoke", "peak memory", "zip")
	for _, s := range scenes {
		r, size := measured[s.name], zipped(t, filepath.Join(deployed, s.function))
		line(s.name, ms(r.init), ms(r.first), ms(r.processor), ms(r.warm), mb(r.peak), mb(size))
		checkZip(t, s.function, size)
		if most := initFactor * measured[empty].init; s.function != empty && r.init > most {
			t.Errorf("%s: init takes %v, want at most %v", s.name, r.init, most)
		}
		if most := time.Duration(ringFactor * float64(measured[empty].processor)); s.table != nil && r.processor > most {
			t.Errorf("%s: it takes %v of a processor, want at most %v", s.name, r.processor, most)
		}
	}
}

// measure gives the medians of each scene, by its name.
func measure(t *testing.T, scenes []scene) map[string]run {
	t.Helper()
	folder, all := build(t, runtime.GOARCH), map[string][]run{}
	for range runs {
		for _, s := range scenes {
			all[s.name] = append(all[s.name], play(t, folder, s))
		}
	}
	medians := map[string]run{}
	for name, of := range all {
		medians[name] = run{
			init:      median(of, func(r run) time.Duration { return r.init }),
			first:     median(of, func(r run) time.Duration { return r.first }),
			warm:      median(of, func(r run) time.Duration { return r.warm }),
			processor: median(of, func(r run) time.Duration { return r.processor }),
			peak:      median(of, func(r run) int { return r.peak }),
		}
	}
	return medians
}

func median[T cmp.Ordered](of []run, figure func(run) T) T {
	var figures []T
	for _, r := range of {
		figures = append(figures, figure(r))
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1e3) }

func mb(bytes int) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

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
