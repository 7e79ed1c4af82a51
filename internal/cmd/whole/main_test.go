package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever asks, calls what asks, or goes by what was asked is run whole; nobody else is.
func TestShortened(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a_test.go": `package a_test

func TestAsks(t *testing.T) { if testing.Short() { t.Skip() } }
func TestCalls(t *testing.T) { world{}.large(t) }
func TestGoes(t *testing.T) { for range rounds { step() } }
func TestSame(t *testing.T) { step() }
`,
		"b_test.go": `package a_test

var rounds = tenOr(1000)

func tenOr(n int) int { if raced { return 10 }; return n }
func (world) large(t *testing.T) { deep(t) }
func deep(t *testing.T) { _ = testing.Short() }
func step() {}
func BenchmarkAll(b *testing.B) { deep(nil) }
`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := shortened(folder)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"TestAsks", "TestCalls", "TestGoes"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
