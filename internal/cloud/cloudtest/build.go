package cloudtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

// recipe is the Makefile's command that builds a function.
var recipe = regexp.MustCompile(`(?m)^lambda := GOOS=linux GOARCH=arm64 (.* go build .*)$`)

// Build makes functions for an architecture, and returns the folder with a binary each,
// named after its package's folder. The command is the Makefile's, so that its flags cannot
// differ from those of what is deployed; but all packages, which are named from the module's
// root, go to one run of go build, which saves seconds.
func Build(t testing.TB, arch string, packages ...string) string {
	t.Helper()
	root, err := programs.Root()
	must(t, err)
	return BuildIn(t, root, arch, packages...)
}

// BuildIn is Build of the sources that are checked out in the folder root, by their own Makefile.
func BuildIn(t testing.TB, root, arch string, packages ...string) string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	must(t, err)
	found := recipe.FindSubmatch(makefile)
	if found == nil {
		t.Fatal("the Makefile builds functions by a command that this test does not know")
	}
	folder := t.TempDir()
	command := exec.CommandContext(t.Context(), "sh", "-c", string(found[1])+` -o "$FOLDER/" `+strings.Join(packages, " "))
	command.Dir = root
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "FOLDER="+folder)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("building for %s: %v\n%s", arch, err, said)
	}
	return folder
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
