// Command mutants puts faults into the code on which it hangs who is asked, and tells those that no
// test notices:
//
//	mutants [-only PATTERN] [-sample N] [-new] [-near]
//
// A fault exchanges an operator, turns a condition round, takes away half of one, a statement or a
// field that is set, returns nothing, or counts one more or less. Those that survive must stand in
// survivors.tsv with a line why; whatever else survives, and whatever stands there and does not,
// ends the command with 1. Faults that do not compile are none.
package main

import (
	_ "embed" // of the survivors
	"flag"
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
)

// target is a package to mutate, and whose tests look at it, the nearest first.
type target struct {
	folder string
	files  string // a pattern of their names
	takes  func(*ast.FuncDecl) bool
	tests  []tests
}

// tests are those of a folder by a pattern.
type tests struct{ folder, pattern string }

// all are the tests of a folder.
func all(folder string) tests { return tests{folder, "^(Test|Fuzz|Example)"} }

var targets = []target{
	{"internal/hours", ".", nil, []tests{all("internal/hours"), all("internal/roster")}},
	{"internal/roster", ".", nil, []tests{all("internal/roster"), all("internal/desk")}},
	{"internal/desk", `^(escalation(_turn|_end|_transfer|_file)?|callback(_close|_due)?)\.go$`, isTransition, []tests{pure, all("internal/desk")}},
}

// pure are the tests of the state machine alone, which take no time.
var pure = tests{"internal/desk", "^Test(Transitions|TransferToNobody|Asked|Want|OfferTo|Took|HandledBy|TellHolder|CloneOfEscalation|Callback(Moves|Entries|Held|Looks|Lapses|Refiled|OfBefore))$"}

// isTransition tells the pure functions of the state machine: what makes of an escalation, a step
// or a callback the next, without asking the desk or the table anything.
func isTransition(f *ast.FuncDecl) bool {
	takes := false
	lists := []*ast.FieldList{f.Type.Params}
	if f.Recv != nil {
		lists = append(lists, f.Recv)
	}
	for _, l := range lists {
		for _, p := range l.List {
			switch t := p.Type.(type) {
			case *ast.SelectorExpr:
				if t.Sel.Name == "Context" {
					return false
				}
			case *ast.StarExpr:
				switch id, _ := t.X.(*ast.Ident); {
				case id == nil:
				case id.Name == "Desk" || id.Name == "change":
					return false
				case id.Name == "escalation" || id.Name == "step" || id.Name == "callback":
					takes = true
				}
			}
		}
	}
	return takes
}

// survivors are those that are known, a line each: file, function, line, the line mutated, why.
//
//go:embed survivors.tsv
var survivors string

// tell is how a mutant is written down.
func (m *mutant) tell() string { return strings.Join([]string{m.File, m.Func, m.Line, m.After}, "\t") }

// reasons reads the known survivors.
func reasons() map[string]string {
	why := map[string]string{}
	for line := range strings.Lines(survivors) {
		if i := strings.LastIndexByte(line, '\t'); i > 0 {
			why[line[:i]] = strings.TrimSpace(line[i+1:])
		}
	}
	return why
}

// find lists the mutants of all targets, numbered, each with a description of its own.
func find(root string) (found [][]*source, err error) {
	n, same := 0, map[string]int{}
	for _, t := range targets {
		list, err := sources(root, t.folder, regexp.MustCompile(t.files), t.takes)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			for _, m := range s.mutants() {
				n++
				m.n = n
				if same[m.tell()]++; same[m.tell()] > 1 {
					m.After += fmt.Sprintf(" #%d", same[m.tell()])
				}
			}
		}
		found = append(found, list)
	}
	return found, nil
}

// mutants are those of one file.
func (s *source) mutants() []*mutant {
	var list []*mutant
	for _, f := range s.functions {
		list = append(list, f.mutants...)
	}
	return list
}

func main() {
	only := flag.String("only", "", "`pattern` of the mutants to run, of file, function and line")
	fresh := flag.Bool("new", false, "leave out those that are known to survive")
	sample := flag.Int("sample", 1, "run one of so many")
	near := flag.Bool("near", false, "run the tests of the mutant's package alone")
	flag.Parse()
	if *near {
		for i := range targets {
			targets[i].tests = targets[i].tests[:1]
		}
	}
	ok, err := run(regexp.MustCompile(*only), *fresh, *sample)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(only *regexp.Regexp, fresh bool, sample int) (ok bool, err error) {
	root, err := os.Getwd()
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	list, err := find(root)
	if err != nil {
		return false, err
	}
	for i := range list { // what nobody runs need not be built
		if !slices.ContainsFunc(list[i], func(s *source) bool {
			return slices.ContainsFunc(s.mutants(), func(m *mutant) bool { return only.MatchString(m.tell()) })
		}) {
			list[i] = nil
		}
	}
	b := &bench{root: root, dir: dir, suites: map[tests]*suite{}}
	if b.overlay, err = weave(root, dir, slices.Concat(list...)); err != nil {
		return false, err
	}
	ok = true
	why := reasons()
	for i, t := range targets {
		var count [timedOut + 1]int
		elsewhere := 0
		for _, s := range list[i] {
			for _, m := range s.mutants() {
				known := why[m.tell()] != ""
				if !only.MatchString(m.tell()) || fresh && known || m.n%sample != 0 {
					continue
				}
				v, by, err := b.judge(m, t.tests)
				if err != nil {
					return false, err
				}
				count[v]++
				switch {
				case v == survived && !known:
					ok = false
					fmt.Println(m.tell())
				case v != survived && known:
					ok = false
					fmt.Println("does not survive:", m.tell())
				case v == killed && by != t.folder:
					elsewhere++
				}
			}
		}
		total := count[survived] + count[killed] + count[timedOut]
		fmt.Printf("| `%s` | %d | %d | %d | %d | %d | %.1f %% |\n", t.folder, total, count[killed]-elsewhere, elsewhere,
			count[timedOut], count[survived], 100*float64(count[survived])/float64(max(total, 1)))
	}
	return ok, nil
}
