package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// suite is the tests of one folder, built with mutants in them.
type suite struct {
	root, folder, binary string
	tests                []test // the quickest first
}

type test struct {
	name    string
	File    string // a hash of the file that it stands in
	Took    time.Duration
	Reaches map[string]bool
}

// bench has the suites that were built, with all mutants in them.
type bench struct {
	root, dir, overlay string
	suites             map[tests]*suite
}

// judge says what becomes of a mutant when the tests of folders look at it, and which of them
// noticed.
func (b *bench) judge(m *mutant, by []tests) (v verdict, folder string, err error) {
	for _, t := range by {
		folder := t.folder
		if b.suites[t] == nil {
			fmt.Fprintln(os.Stderr, "building and timing the tests of", folder)
			full, err := buildSuite(b.root, folder, b.overlay, filepath.Join(b.dir, filepath.Base(folder)+".test"))
			if err == nil {
				err = full.learn(b.dir, t.pattern)
			}
			if err != nil {
				return survived, "", err
			}
			b.suites[t] = full
		}
		if v := b.suites[t].try(m); v != survived {
			return v, folder, nil
		}
	}
	return survived, "", nil
}

// buildSuite builds the tests of a folder with an overlay.
func buildSuite(root, folder, overlay, binary string) (*suite, error) {
	build := exec.Command("go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", binary, "./"+folder)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the tests of %s: %w\n%s", folder, err, out)
	}
	return &suite{root: root, folder: folder, binary: binary}, nil
}

// verdict is what became of a mutant.
type verdict int

const (
	survived verdict = iota
	killed
	timedOut
)

// mostMemory bounds a mutant whose loop never ends, in KB.
const mostMemory = 8 << 20

// run runs tests in their short form until the first fails.
func (s *suite) run(pattern string, most time.Duration, env ...string) (verdict, string) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf(`ulimit -v %d; exec "$0" "$@"`, mostMemory),
		s.binary, "-test.short", "-test.failfast", "-rapid.seed=1", "-rapid.checks=30", "-rapid.nofailfile", "-rapid.shrinktime=1ms", "-test.run", pattern)
	c.Dir, c.Env = filepath.Join(s.root, s.folder), append(os.Environ(), append(env, "CONNECTNOW_SHORT=1")...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = time.Second
	out, err := c.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return timedOut, ""
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return survived, string(out)
	}
	return killed, string(out)
}

// learn runs every test by itself, without a mutant, to see how long it takes and what it reaches.
// That is kept in .cache/mutants until the test's file changes. Those that fail already are told and
// not used.
func (s *suite) learn(dir, pattern string) error {
	list := exec.Command(s.binary, "-test.list", pattern)
	list.Dir = filepath.Join(s.root, s.folder)
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("listing the tests of %s: %w", s.folder, err)
	}
	known, path := map[string]test{}, filepath.Join(s.root, ".cache", "mutants", filepath.Base(s.folder)+".json")
	if body, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(body, &known); err != nil {
			return err
		}
	}
	written, err := testFiles(filepath.Join(s.root, s.folder))
	if err != nil {
		return err
	}
	reached := filepath.Join(dir, "reached")
	for _, name := range strings.Fields(string(out)) {
		t := known[name]
		if t.name = name; t.File != "" && t.File == written[name] {
			s.tests = append(s.tests, t)
			continue
		}
		begun := time.Now()
		v, said := s.run("^"+name+"$", 2*time.Minute, "MUTANTS_REACHED="+reached)
		if v != survived {
			fmt.Printf("not used, fails without a mutant: %s of %s\n%.300s\n", name, s.folder, said)
			continue
		}
		t.File, t.Took, t.Reaches = written[name], time.Since(begun), map[string]bool{}
		text, _ := os.ReadFile(reached) // absent where nothing is reached that is mutated
		os.Remove(reached)
		for _, function := range strings.Fields(string(text)) {
			t.Reaches[function] = true
		}
		known[name], s.tests = t, append(s.tests, t)
	}
	slices.SortFunc(s.tests, func(a, b test) int { return int(a.Took - b.Took) })
	body, err := json.Marshal(known)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, body, 0o600)
}

// testName is where a test begins.
var testName = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)\w*)\(`)

// testFiles has a hash of the file that each test of a folder stands in.
func testFiles(folder string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	written := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, name := range testName.FindAllSubmatch(text, -1) {
			written[string(name[1])] = fmt.Sprintf("%x", sha256.Sum256(text))
		}
	}
	return written, nil
}

// first is how long the tests take that are run first, since most mutants die of one that is quick.
// Each run after it takes five times as long.
const first = 100 * time.Millisecond

// try runs the tests that reach a mutant, the quick ones first.
func (s *suite) try(m *mutant) verdict {
	var names []string
	var sum time.Duration
	flush := func() verdict {
		if len(names) == 0 {
			return survived
		}
		v, _ := s.run("^("+strings.Join(names, "|")+")$", 5*time.Second+4*sum, fmt.Sprint("MUTANT=", m.n))
		names, sum = nil, 0
		return v
	}
	most := first
	for _, t := range s.tests {
		if !t.Reaches[m.key()] {
			continue
		}
		if sum > most {
			most *= 5
			if v := flush(); v != survived {
				return v
			}
		}
		names, sum = append(names, t.name), sum+t.Took
	}
	return flush()
}
