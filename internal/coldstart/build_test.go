package coldstart

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/gateway"
)

const (
	root         = "../.."
	emptyPackage = "./internal/coldstart/testdata/empty"
	// empty is the name of the function in emptyPackage.
	empty = "empty"
)

// functions are the names of all functions that are deployed.
func functions() []string { return gateway.Names() }

// scene is an event that a function answers, and what is in the table meanwhile.
type scene struct {
	name, function string
	event          []byte
	table          shelf
	variables      []string // of its environment, that others have not
}

// sample is a function's event of events/, where the table is empty; of several the largest,
// since it is the one with the most to decode.
func sample(t *testing.T, function string) scene {
	t.Helper()
	if function == empty {
		return scene{name: function, function: function, event: []byte("{}")}
	}
	files, err := filepath.Glob(filepath.Join(root, "events", function+"*.json"))
	must(t, err)
	var largest []byte
	for _, path := range files {
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".json"), "-")
		if name != function { // escalations.json is no event of escalate
			continue
		}
		event, err := os.ReadFile(path)
		must(t, err)
		if len(event) > len(largest) {
			largest = event
		}
	}
	if largest == nil {
		t.Fatalf("there is no event for %s", function)
	}
	return scene{name: function, function: function, event: largest}
}

// build makes all functions and the empty one for an architecture, and returns the folder
// with a binary each.
func build(t *testing.T, arch string) string {
	t.Helper()
	return cloudtest.Build(t, arch, "./functions/...", emptyPackage)
}

// zipped is the size of the package that is uploaded: the binary alone, as bootstrap.
func zipped(t *testing.T, binary string) int {
	t.Helper()
	in, err := os.Open(binary)
	must(t, err)
	defer in.Close()
	var size counter
	archive := zip.NewWriter(&size)
	out, err := archive.Create("bootstrap")
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, err)
	must(t, archive.Close())
	return int(size)
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
