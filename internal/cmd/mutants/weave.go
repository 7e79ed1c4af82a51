package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// at is put into each package that is mutated. It says which mutant this process runs, and notes
// which functions are reached, children's too.
const at = `package %s

import (
	"os"
	"strconv"
	"sync"
)

var mutantNow, _ = strconv.Atoi(os.Getenv("MUTANT"))
var mutantsReached = os.Getenv("MUTANTS_REACHED")
var mutantsSeen sync.Map

func mutantAt(function string) int {
	if mutantsReached == "" {
		return mutantNow
	}
	if _, seen := mutantsSeen.LoadOrStore(function, true); !seen {
		if f, err := os.OpenFile(mutantsReached, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
			f.WriteString(function + "\n")
			f.Close()
		}
	}
	return mutantNow
}
`

// key names a function for mutantAt.
func (m *mutant) key() string { return m.File + ":" + m.Func }

// woven is the source with all mutants of its functions in it, each a body of its own that is
// chosen when the function is called, so that one build serves all of them. of says whose a line
// of it is.
func (s *source) woven(of func(m *mutant, from, to int)) string {
	var b strings.Builder
	done, line := 0, 1
	write := func(text string) {
		b.WriteString(text)
		line += strings.Count(text, "\n")
	}
	for _, f := range s.functions {
		write(s.text[done:f.body])
		write(fmt.Sprintf("\nswitch mutantAt(%q) {\n", f.mutants[0].key()))
		for _, m := range f.mutants {
			body := s.text[f.body:m.start] + m.text + s.text[m.end:f.end]
			from := line
			if f.result == "" {
				write(fmt.Sprintf("case %d: func() {%s}(); return\n", m.n, body))
			} else {
				write(fmt.Sprintf("case %d: return func() %s {%s}()\n", m.n, f.result, body))
			}
			of(m, from, line-1)
		}
		write("}\n")
		done = f.body
	}
	write(s.text[done:])
	return b.String()
}

// overlay writes what go's -overlay reads: the files to take in place of others.
func overlay(root, dir string, files map[string]string) (string, error) {
	// This one is skipped in the short form, and would have every build link AWS's clients.
	replace := map[string]string{filepath.Join(root, "internal/hours/second_test.go"): ""}
	for path, text := range files {
		to := filepath.Join(dir, strings.ReplaceAll(path, "/", "+"))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, path)] = to
	}
	body, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "*.json")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(body)
	return f.Name(), err
}

// errorLine is what the compiler says of a file that overlay wrote.
var errorLine = regexp.MustCompile(`(?m)^\S*?([^/\s]+\.go):(\d+):`)

// weave makes the overlay with all mutants that compile, and leaves the others out.
func weave(root, dir string, all []*source) (string, error) {
	for {
		type span struct {
			m        *mutant
			from, to int
		}
		spans, files, folders := map[string][]span{}, map[string]string{}, map[string]bool{}
		for _, s := range all {
			if len(s.functions) == 0 {
				continue
			}
			files[s.path] = s.woven(func(m *mutant, from, to int) { spans[s.path] = append(spans[s.path], span{m, from, to}) })
			folder := filepath.Dir(s.path)
			files[folder+"/mutants_at.go"] = fmt.Sprintf(at, s.pkg)
			folders["./"+folder] = true
		}
		path, err := overlay(root, dir, files)
		if err != nil {
			return "", err
		}
		args := []string{"build", "-gcflags=-e", "-overlay", path}
		for folder := range folders {
			args = append(args, folder)
		}
		build := exec.Command("go", args...)
		build.Dir = root
		out, err := build.CombinedOutput()
		if err == nil {
			return path, nil
		}
		bad := map[*mutant]bool{}
		for _, e := range errorLine.FindAllSubmatch(out, -1) {
			line, _ := strconv.Atoi(string(e[2]))
			for _, sp := range spans[strings.ReplaceAll(string(e[1]), "+", "/")] {
				if sp.from <= line && line <= sp.to {
					bad[sp.m] = true
				}
			}
		}
		if len(bad) == 0 {
			return "", fmt.Errorf("building the mutants: %w\n%s", err, bytes.TrimSpace(out))
		}
		for _, s := range all {
			s.leaveOut(bad)
		}
	}
}

// leaveOut takes mutants out.
func (s *source) leaveOut(bad map[*mutant]bool) {
	kept := s.functions[:0]
	for _, f := range s.functions {
		var list []*mutant
		for _, m := range f.mutants {
			if !bad[m] {
				list = append(list, m)
			}
		}
		if f.mutants = list; len(list) > 0 {
			kept = append(kept, f)
		}
	}
	s.functions = kept
}
