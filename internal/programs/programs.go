// Package programs has what tests need and Go does not have: programs and libraries from npm and
// elsewhere, which are downloaded when missing. It imports nothing of this module, so that tests of
// packages at the bottom can use it: else all that lies between would be compiled once more for them.
package programs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Need gets what a test cannot do without. In short tests (-short or CONNECTNOW_SHORT=1)
// the test is skipped, and also where it cannot be had, unless CI is set: then it fails.
func Need[T any](t testing.TB, what string, get func() (T, error)) T {
	t.Helper()
	if testing.Short() || os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("short: without " + what)
	}
	v, err := get()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("no %s: %v", what, err)
	default:
		t.Skipf("no %s: %v", what, err)
	}
	return v
}

// FromNPM puts a program from npm into the cache, if need be, and returns where it is.
// folder, from the module's root, has its package-lock.json; see scripts/npm-cache.
func FromNPM(folder string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return Cached("scripts/npm-cache", filepath.Join(root, filepath.FromSlash(folder)))
}

// Cached runs a script that puts something into the cache, the last of its arguments, and
// returns where that is, as the script says.
func Cached(script string, arguments ...string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	cache := os.Getenv("CONNECTNOW_CACHE")
	if cache == "" {
		cache = filepath.Join(root, ".cache")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append(append([]string{filepath.Join(root, script)}, arguments...), cache)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if lines := bytes.Split(bytes.TrimSpace(stderr.Bytes()), []byte("\n")); len(lines[len(lines)-1]) > 0 {
			return "", fmt.Errorf("%s", lines[len(lines)-1])
		}
		return "", fmt.Errorf("install: %w", err)
	}
	return string(bytes.TrimSpace(out)), nil
}

// Root looks for go.mod from the working directory, which is the package's in a
// test, upwards.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
}
