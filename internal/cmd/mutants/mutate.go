package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mutant is one fault put into the source: what stands from start to end is replaced.
type mutant struct {
	File, Func  string
	Line, After string // the line as it is, and as the fault makes it

	n          int // counted from 1
	start, end int
	text       string
}

// function is a function with mutants. The result is its type's text, empty for none.
type function struct {
	body, end int // offsets of its braces
	result    string
	mutants   []*mutant
}

// source is one file and the faults that can be put into it.
type source struct {
	path      string
	text      string
	pkg       string
	functions []*function
}

// sources reads the files of a folder that are no tests. Without takes, all that they declare is
// mutated, and else the functions that it takes.
func sources(root, folder string, files *regexp.Regexp, takes func(*ast.FuncDecl) bool) ([]*source, error) {
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []*source
	for _, path := range paths {
		if name := filepath.Base(path); strings.HasSuffix(name, "_test.go") || !files.MatchString(name) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s := &source{path: folder + "/" + filepath.Base(path), text: string(text), pkg: parsed.Name.Name}
		for _, d := range parsed.Decls {
			s.declared(d, fset.File(parsed.FileStart), takes)
		}
		all = append(all, s)
	}
	return all, nil
}

// declared adds what a function can be made of. Outside of functions nothing is mutated: another
// constant would have everything be built anew.
func (s *source) declared(d ast.Decl, file *token.File, takes func(*ast.FuncDecl) bool) {
	f, is := d.(*ast.FuncDecl)
	if !is || f.Body == nil || takes != nil && !takes(f) {
		return
	}
	w := &walker{source: s, file: file, name: f.Name.Name}
	if f.Recv != nil {
		w.name = strings.TrimLeft(w.of(f.Recv.List[0].Type), "*") + "." + w.name
	}
	w.in = &function{body: w.at(f.Body.Lbrace) + 1, end: w.at(f.Body.Rbrace)}
	if f.Type.Results != nil {
		w.in.result = w.of(f.Type.Results)
	}
	w.walk(f.Body, results(w, f.Type))
	if w.in.mutants = w.found; len(w.found) > 0 {
		s.functions = append(s.functions, w.in)
	}
}

// walker finds what can be mutated in one declaration.
type walker struct {
	*source
	file  *token.File
	name  string
	in    *function
	found []*mutant
}

func (w *walker) at(p token.Pos) int   { return w.file.Offset(p) }
func (w *walker) of(n ast.Node) string { return w.text[w.at(n.Pos()):w.at(n.End())] }

// results are the types of a function's results as text, one each.
func results(w *walker, t *ast.FuncType) (types []string) {
	if t.Results == nil {
		return nil
	}
	for _, f := range t.Results.List {
		for range max(1, len(f.Names)) {
			types = append(types, w.of(f.Type))
		}
	}
	return types
}

// add notes that the text from one place to another could be another.
func (w *walker) add(from, to token.Pos, text string) {
	start, end := w.at(from), w.at(to)
	first := strings.LastIndexByte(w.text[:start], '\n') + 1
	last := start + strings.IndexByte(w.text[start:]+"\n", '\n')
	after := "-"
	if end <= last {
		after = w.text[first:start] + text + w.text[end:last]
	}
	line := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	w.found = append(w.found, &mutant{
		File: w.path, Func: w.name, Line: line(w.text[first:last]), After: cmp.Or(line(after), "-"),
		start: start, end: end, text: text,
	})
}

// others are what an operator is exchanged for: beyond its bound, its opposite, its inverse.
var others = map[token.Token][]string{
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"}, token.EQL: {"!="}, token.NEQ: {"=="},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.REM: {"*"},
	token.SHL: {">>"}, token.SHR: {"<<"}, token.AND: {"|"}, token.OR: {"&"}, token.AND_NOT: {"&"}, token.XOR: {"&"},
	token.INC: {"--"}, token.DEC: {"++"},
	token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="}, token.MUL_ASSIGN: {"/="}, token.QUO_ASSIGN: {"*="}, token.OR_ASSIGN: {"&="}, token.SHR_ASSIGN: {"<<="},
}

func (w *walker) swap(op token.Token, at token.Pos) {
	for _, other := range others[op] {
		w.add(at, at+token.Pos(len(op.String())), other)
	}
}

// walk finds the mutants below a node of a function with such results.
func (w *walker) walk(root ast.Node, types []string) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.walk(n.Body, results(w, n.Type))
			return false
		case *ast.BinaryExpr:
			w.swap(n.Op, n.OpPos)
			if n.Op == token.LAND || n.Op == token.LOR {
				w.add(n.Pos(), n.End(), w.of(n.X))
				w.add(n.Pos(), n.End(), w.of(n.Y))
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT || n.Op == token.SUB {
				w.add(n.Pos(), n.X.Pos(), "")
			}
		case *ast.BasicLit:
			if v, err := strconv.ParseInt(n.Value, 0, 64); err == nil && n.Kind == token.INT {
				w.add(n.Pos(), n.End(), strconv.FormatInt(v+1, 10))
				w.add(n.Pos(), n.End(), "("+strconv.FormatInt(v-1, 10)+")")
			}
		case *ast.CallExpr:
			return w.call(n)
		case *ast.CompositeLit:
			w.fields(n)
		case *ast.IfStmt:
			w.negate(n.Cond)
		case *ast.ForStmt:
			w.negate(n.Cond)
		case *ast.SwitchStmt:
			for _, c := range n.Body.List {
				for _, cond := range c.(*ast.CaseClause).List {
					if n.Tag == nil {
						w.negate(cond)
					}
				}
			}
		case *ast.IncDecStmt:
			w.swap(n.Tok, n.TokPos)
		case *ast.AssignStmt:
			w.swap(n.Tok, n.TokPos)
		case *ast.BlockStmt:
			w.drop(n.List)
		case *ast.CaseClause:
			w.drop(n.Body)
		case *ast.ReturnStmt:
			w.zero(n, types)
		}
		return true
	})
}

// call leaves out the capacity in a call of make, which nobody can see.
func (w *walker) call(n *ast.CallExpr) bool {
	if f, is := n.Fun.(*ast.Ident); !is || f.Name != "make" {
		return true
	}
	if _, isMap := n.Args[0].(*ast.MapType); len(n.Args) == 2 && !isMap {
		w.walk(n.Args[1], nil)
	}
	return false
}

// negate turns a condition round that has no operator of its own.
func (w *walker) negate(cond ast.Expr) {
	switch cond.(type) {
	case nil, *ast.BinaryExpr, *ast.UnaryExpr:
	default:
		w.add(cond.Pos(), cond.End(), "!("+w.of(cond)+")")
	}
}

// drop takes statements away, one at a time. What declares or returns is not dropped.
func (w *walker) drop(list []ast.Stmt) {
	for _, st := range list {
		switch st := st.(type) {
		case *ast.AssignStmt:
			if st.Tok == token.DEFINE {
				continue
			}
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt, *ast.BranchStmt, *ast.SendStmt:
		default:
			continue
		}
		w.add(st.Pos(), st.End(), "")
	}
}

// fields drops what a literal sets, one at a time.
func (w *walker) fields(n *ast.CompositeLit) {
	for i, e := range n.Elts {
		kv, is := e.(*ast.KeyValueExpr)
		if !is {
			return
		}
		end := n.Rbrace
		if i+1 < len(n.Elts) {
			end = n.Elts[i+1].Pos()
		}
		if _, named := kv.Key.(*ast.Ident); named {
			w.add(e.Pos(), end, "")
		}
	}
}

// zero returns nothing in place of each result.
func (w *walker) zero(n *ast.ReturnStmt, types []string) {
	if len(n.Results) == 1 && len(types) > 1 { // of a call with as many results
		w.add(n.Results[0].Pos(), n.Results[0].End(), "*new("+strings.Join(types, "), *new(")+")")
		return
	}
	for i, r := range n.Results {
		switch text := w.of(r); {
		case text == "false", types[i] == "bool" && text != "true":
			w.add(r.Pos(), r.End(), "true")
			if text != "false" {
				w.add(r.Pos(), r.End(), "false")
			}
		case text == "true":
			w.add(r.Pos(), r.End(), "false")
		case !slices.Contains([]string{"nil", "0", `""`, types[i] + "{}"}, text):
			w.add(r.Pos(), r.End(), "*new("+types[i]+")")
		}
	}
}
