package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSurvivorsStand: each known survivor is a fault that can be put into the code as it is, and
// has a reason.
func TestSurvivorsStand(t *testing.T) {
	all, err := find("../../..")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, list := range all {
		for _, s := range list {
			for _, m := range s.mutants() {
				there[m.tell()] = true
			}
		}
	}
	for line := range strings.Lines(survivors) {
		if n := strings.Count(line, "\t"); n != 4 {
			t.Errorf("%d columns, want 5: %s", n+1, line)
		}
	}
	for m, why := range reasons() {
		if !there[m] || len(why) < len("because") {
			t.Errorf("not in the code any more, or without a reason: %s", m)
		}
	}
}

func TestMutants(t *testing.T) {
	root := t.TempDir()
	const text = `package p

const most = 3

func (r *row) first(list []int, some bool) (n int, ok bool) {
	for i := range make([]int, 0, 8) {
		n += list[i]
	}
	if some && n < 2 {
		r.note(row{seen: true, name: "x"})
		return n, true
	}
	return f()
}
`
	if err := os.WriteFile(filepath.Join(root, "p.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := sources(root, ".", regexp.MustCompile("."), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list[0].mutants() {
		got = append(got, m.Func+": "+m.Line+" → "+m.After)
	}
	want := []string{
		"row.first: n += list[i] → -",
		"row.first: n += list[i] → n -= list[i]",
		"row.first: if some && n < 2 { → if some {",
		"row.first: if some && n < 2 { → if n < 2 {",
		"row.first: if some && n < 2 { → if some && n <= 2 {",
		"row.first: if some && n < 2 { → if some && n >= 2 {",
		"row.first: if some && n < 2 { → if some && n < 3 {",
		"row.first: if some && n < 2 { → if some && n < (1) {",
		`row.first: r.note(row{seen: true, name: "x"}) → -`,
		`row.first: r.note(row{seen: true, name: "x"}) → r.note(row{name: "x"})`,
		`row.first: r.note(row{seen: true, name: "x"}) → r.note(row{seen: true, })`,
		"row.first: return n, true → return *new(int), true",
		"row.first: return n, true → return n, false",
		"row.first: return f() → return *new(int), *new(bool)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	woven := list[0].woven(func(*mutant, int, int) {})
	if !strings.Contains(woven, "case 0: return func() (n int, ok bool) {") {
		t.Error(woven)
	}
}
