package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// TestZonesAreOurs holds that time zones come from the product's own tz database in every
// file, tests included. LoadLocation looks into ZONEINFO and the machine's folders before
// anything else, and time.Local is what TZ or the machine says.
func TestZonesAreOurs(t *testing.T) {
	used := 0
	for folder, p := range packages(t) {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles, p.IgnoredGoFiles) {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range file.Imports {
				if path, err := strconv.Unquote(i.Path.Value); err == nil && path == "time/tzdata" {
					t.Errorf("%s/%s links Go's own tz database", folder, name)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, is := n.(*ast.SelectorExpr)
				if !is {
					return true
				}
				of, is := call.X.(*ast.Ident)
				switch {
				case !is || of.Name != "time":
				case call.Sel.Name == "LoadLocation", call.Sel.Name == "Local":
					t.Errorf("%s/%s uses time.%s, not a zone of package hours", folder, name, call.Sel.Name)
				case call.Sel.Name == "LoadLocationFromTZData":
					used++
				}
				return true
			})
		}
	}
	if used == 0 {
		t.Error("nobody reads zones: the test looks in the wrong place")
	}
}
