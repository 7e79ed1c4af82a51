package coldstart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// coldTarget is the most that a start with the first escalation that rings may take of what it took
// at 29bdf6a.
const coldTarget = 0.65

// TestBenchAgainst prints what a new process of escalate takes until a phone rings, beside an older
// commit, by turns: of `make bench-against`, which has checked it out into the folder AGAINST, and has
// built the command life of both. Each function reads a business that the same build has made.
func TestBenchAgainst(t *testing.T) {
	older := os.Getenv("AGAINST")
	if older == "" {
		t.Skip("compares: make bench-against")
	}
	linuxOnly(t)
	turns := runs
	if n, err := strconv.Atoi(os.Getenv("TURNS")); err == nil {
		turns = 5 * n // many more fit into the time of one life
	}
	var folders [2]string
	var scenes [2]scene
	var all [2][]run
	for i, tree := range []string{older, root} {
		folders[i] = cloudtest.BuildIn(t, tree, runtime.GOARCH, "./functions/escalate")
		scenes[i] = ringingOf(t, tree)
	}
	for turn := range 2 * turns {
		i := (turn + turn/2) % 2 // who went first goes second
		r := play(t, folders[i], scenes[i])
		checkRings(t, r.answers[0])
		all[i] = append(all[i], r)
	}
	var processor [2]time.Duration
	var init [2]time.Duration
	for i := range all {
		processor[i] = median(all[i], func(r run) time.Duration { return r.processor })
		init[i] = median(all[i], func(r run) time.Duration { return r.init })
	}
	fmt.Printf("\nA new process of `escalate` until a phone rings, medians of %d by turns:\n\n", turns)
	head("", "before", "now", "ratio", "target")
	row := func(name string, took [2]time.Duration, target string) {
		line(name, ms(took[0]), ms(took[1]), fmt.Sprintf("%.2f", float64(took[1])/float64(took[0])), target)
	}
	row("init, by the clock", init, "-")
	row("processor time until it rings", processor, fmt.Sprintf("%.2f", coldTarget))
	row(fmt.Sprintf("the same at the share of %d MB", given), [2]time.Duration{atShare(processor[0], given), atShare(processor[1], given)}, fmt.Sprintf("%.2f", coldTarget))
}

// ringingOf is the scene of an escalation that rings, in a table that the build of a tree has filled.
func ringingOf(t *testing.T, tree string) scene {
	t.Helper()
	client := cloudtest.Start(t)
	name := cloudtest.CreateTable(t, client)
	life, err := filepath.Abs(filepath.Join(tree, ".cache", "life"))
	must(t, err)
	command := exec.CommandContext(t.Context(), life, "-endpoint", cloudtest.Endpoint(t), "-table", name)
	command.Stderr = os.Stderr
	said, err := command.Output()
	must(t, err)
	account := strings.TrimSpace(string(said))
	of := scene{name: tree, function: "escalate", event: escalation(t, account), table: scan(t, client, name)}
	deployed, err := os.ReadFile(filepath.Join(tree, "infra", "functions.go"))
	must(t, err)
	if !strings.Contains(string(deployed), "GOMAXPROCS") { // told since
		of.variables = []string{"GOMAXPROCS="}
	}
	return of
}
