package cloudtest

import (
	"bytes"
	"context"
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
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	return cached("scripts/npm-cache", filepath.Join(root, filepath.FromSlash(folder)))
}

// cached runs a script that puts something into the cache, the last of its arguments, and
// returns where that is, as the script says.
func cached(script string, arguments ...string) (string, error) {
	root, err := moduleRoot()
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
