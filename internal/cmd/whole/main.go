// Command whole prints, as a pattern for go test -run, the tests of packages that do less in
// short mode or with the race detector: those that ask testing.Short or the constant raced, or
// call what does. All other tests of a package whose short form was raced have run whole.
//
//	whole internal/desk internal/api
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var tests []string
	for _, folder := range os.Args[1:] {
		names, err := shortened(folder)
		if err != nil {
			fmt.Fprintln(os.Stderr, "whole:", err)
			os.Exit(1)
		}
		tests = append(tests, names...)
	}
	slices.Sort(tests)
	fmt.Printf("^(%s)$\n", strings.Join(slices.Compact(tests), "|"))
}

// shortened gives the tests of a folder that are another in short mode or with the detector.
func shortened(folder string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	uses := map[string]map[string]bool{} // of functions and methods by their names, whoever's they are
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return nil, err
		}
		for _, d := range parsed.Decls {
			note(uses, d)
		}
	}
	asks := map[string]bool{"Short": true, "raced": true}
	for grown := true; grown; {
		grown = false
		for name, of := range uses {
			if !asks[name] && anyOf(of, asks) {
				asks[name], grown = true, true
			}
		}
	}
	var tests []string
	for name := range uses {
		if asks[name] && strings.HasPrefix(name, "Test") {
			tests = append(tests, name)
		}
	}
	return tests, nil
}

// note adds the names that a declaration uses, for each name that it declares.
func note(uses map[string]map[string]bool, d ast.Decl) {
	add := func(name string, in ast.Node) {
		if uses[name] == nil {
			uses[name] = map[string]bool{}
		}
		ast.Inspect(in, func(n ast.Node) bool {
			if id, is := n.(*ast.Ident); is {
				uses[name][id.Name] = true
			}
			return true
		})
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body != nil {
			add(d.Name.Name, d.Body)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, is := spec.(*ast.ValueSpec); is {
				for _, name := range v.Names {
					for _, value := range v.Values {
						add(name.Name, value)
					}
				}
			}
		}
	}
}

func anyOf(names, wanted map[string]bool) bool {
	for name := range names {
		if wanted[name] {
			return true
		}
	}
	return false
}
