package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Without npm nothing is built and one line says so, unless pages that were built before will do.
func TestWithoutNPM(t *testing.T) {
	script, err := os.ReadFile("../../../scripts/pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		built  bool
		option []string
		want   string
		failed bool
	}{
		{"nothing built", false, nil, "the pages are not built: that needs Node.js 20 with npm\n", true},
		{"nothing built for make build", false, []string{"--or-keep"}, "the pages are not built: that needs Node.js 20 with npm\n", true},
		{"built before", true, nil, "the pages are not built: that needs Node.js 20 with npm\n", true},
		{"built before, for make build", true, []string{"--or-keep"}, "no npm here: the pages are those that were built before\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			for _, folder := range []string{"scripts", "bin", "internal/pages/dist"} {
				must(t, os.MkdirAll(filepath.Join(root, folder), 0o755))
			}
			must(t, os.WriteFile(filepath.Join(root, "scripts/pages"), script, 0o755))
			if c.built {
				must(t, os.WriteFile(filepath.Join(root, "internal/pages/dist/index.html"), nil, 0o644))
			}
			for _, tool := range []string{"bash", "dirname"} {
				path, err := exec.LookPath(tool)
				must(t, err)
				must(t, os.Symlink(path, filepath.Join(root, "bin", tool)))
			}
			command := exec.CommandContext(t.Context(), filepath.Join(root, "bin/bash"), append([]string{filepath.Join(root, "scripts/pages")}, c.option...)...)
			command.Env = []string{"PATH=" + filepath.Join(root, "bin")}
			said, err := command.CombinedOutput()
			if string(said) != c.want || (err != nil) != c.failed {
				t.Errorf("%q, %v; want %q", said, err, c.want)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
