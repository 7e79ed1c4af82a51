package coldstart

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	fmt.Printf("\n### Cold starts, medians of %d; AWS is a stub that answers at once\n\n%d cores, load %s, %s\n\n", runs, runtime.NumCPU(), load(t), runtime.Version())
	scenes := []scene{sample(t, empty)}
	for _, function := range functions() {
		scenes = append(scenes, sample(t, function))
	}
	scenes = append(scenes, ringing(t))
	measured := measure(t, scenes)
	deployed := build(t, "arm64")
	head("function", "init", "of a processor", "first invoke", "of a processor until then", "warm invoke", "peak memory", "zip")
	for _, s := range scenes {
		r, size := measured[s.name], zipped(t, filepath.Join(deployed, s.function))
		line(s.name, ms(r.init), ms(r.starts), ms(r.first), ms(r.processor), ms(r.warm), mb(r.peak), mb(size))
		checkZip(t, s.function, size)
		if most := initFactor * measured[empty].starts; s.function != empty && r.starts > most {
			t.Errorf("%s: init takes %v of a processor, want at most %v", s.name, r.starts, most)
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
			starts:    median(of, func(r run) time.Duration { return r.starts }),
			first:     median(of, func(r run) time.Duration { return r.first }),
			warm:      median(of, func(r run) time.Duration { return r.warm }),
			processor: median(of, func(r run) time.Duration { return r.processor }),
			peak:      median(of, func(r run) int { return r.peak }),
		}
	}
	return medians
}

func median[R any, T cmp.Ordered](of []R, figure func(R) T) T {
	var figures []T
	for _, r := range of {
		figures = append(figures, figure(r))
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// load is how many processes wanted a core in the last minute.
func load(t *testing.T) string {
	t.Helper()
	said, err := os.ReadFile("/proc/loadavg")
	must(t, err)
	one, _, _ := strings.Cut(string(said), " ")
	return one
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
