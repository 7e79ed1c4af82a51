package coldstart

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/gateway"
)

// The budgets of a function, in what it takes of a processor: the clock goes by whatever else the
// machine does. Init lasts from the start of its process until it asks for the first event, and the
// factors are of what the empty function takes in the same run, since that depends on the machine;
// only make bench holds them.
const (
	zipBudget  = 4_300_000
	initFactor = 3
	ringFactor = 6.5 // of the processor's time until an escalation rings
)

// zipBudgets are those of functions that link more than the others.
var zipBudgets = map[string]int{
	"team":              4_310_000, // Cognito, Step Functions and Secrets Manager
	gateway.MCPFunction: 4_450_000, // the protocol of models
}

// TestZips holds what is deployed to its budget.
func TestZips(t *testing.T) {
	notShort(t)
	folder := build(t, "arm64")
	for _, function := range functions() {
		t.Run(function, func(t *testing.T) {
			t.Parallel()
			checkZip(t, function, zipped(t, filepath.Join(folder, function)))
		})
	}
}

// TestBootstraps has a process of each function answer its sample event.
func TestBootstraps(t *testing.T) {
	notShort(t)
	linuxOnly(t)
	folder := build(t, runtime.GOARCH)
	for _, function := range functions() {
		t.Run(function, func(t *testing.T) {
			r := play(t, folder, sample(t, function))
			for _, a := range r.answers {
				checkAnswer(t, a)
			}
			if asks := function != gateway.PagesFunction; asks != (r.calls > 0) {
				t.Errorf("%d calls of AWS, want some: %t", r.calls, asks)
			}
		})
	}
	t.Run("rings", func(t *testing.T) {
		for _, a := range play(t, folder, ringing(t)).answers {
			checkRings(t, a)
		}
	})
}

// notShort skips what builds all functions, which takes seconds.
func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() || os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("short: without building the functions")
	}
}

// linuxOnly skips where no process of a function can run.
func linuxOnly(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("functions run on Linux")
	}
}

func checkZip(t *testing.T, function string, size int) {
	t.Helper()
	if budget := cmp.Or(zipBudgets[function], zipBudget); size > budget {
		t.Errorf("%s: the zip has %d bytes, want at most %d", function, size, budget)
	}
}

// checkRings takes the answer to an escalation that rings.
func checkRings(t *testing.T, a cloudtest.Answer) {
	t.Helper()
	var said struct{ State string }
	if err := json.Unmarshal(a.Body, &said); err != nil || said.State != "ringing" {
		t.Errorf("%s: %v: %s", a.Kind, err, a.Body)
	}
}

// checkAnswer takes every answer but those that put the fault on the function. Where AWS
// holds nothing, most say that something is not found.
func checkAnswer(t *testing.T, a cloudtest.Answer) {
	t.Helper()
	var said struct {
		StatusCode        int
		ErrorType         string
		BatchItemFailures []any
	}
	if err := json.Unmarshal(a.Body, &said); err != nil {
		t.Fatalf("%s: %v: %s", a.Kind, err, a.Body)
	}
	if said.StatusCode >= 500 || said.ErrorType == "internal" || len(said.BatchItemFailures) > 0 {
		t.Errorf("%s: %s", a.Kind, a.Body)
	}
}
