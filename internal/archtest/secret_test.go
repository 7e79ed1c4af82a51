package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The secret of the members' client is read by the function login, and by no other. So whatever
// signs in, refreshes or revokes must be reached by its routes alone: elsewhere it would work in
// the sandbox, and be refused in the cloud. What reaches what is told by names, which finds too
// much rather than too little.

// mentions are the functions and variables of a package, with all names that stand in each.
type mentions map[string][]mention

// mention is a name, with the one before its dot.
type mention struct{ of, name string }

// mentionsIn reads a package, tests left aside. Methods of one name are one.
func mentionsIn(t *testing.T, folder string) mentions {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(moduleRoot(t), folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	m := mentions{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				m.note(d.Name.Name, d)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, is := spec.(*ast.ValueSpec); is {
						m.note(v.Names[0].Name, v)
					}
				}
			}
		}
	}
	return m
}

// note adds what stands in a declaration.
func (m mentions) note(name string, in ast.Node) {
	ast.Inspect(in, func(n ast.Node) bool {
		switch v := n.(type) {
		case *ast.SelectorExpr:
			of := ""
			switch x := v.X.(type) {
			case *ast.SelectorExpr:
				of = x.Sel.Name
			case *ast.Ident:
				of = x.Name
			}
			m[name] = append(m[name], mention{of, v.Sel.Name})
			ast.Inspect(v.X, func(n ast.Node) bool {
				if call, is := n.(*ast.CallExpr); is {
					m.note(name, call)
				}
				return true
			})
			return false
		case *ast.Ident:
			m[name] = append(m[name], mention{"", v.Name})
		}
		return true
	})
}

// reaching are the declarations from which one comes to a mention that fits.
func (m mentions) reaching(fits func(mention) bool) map[string]bool {
	found := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for name, list := range m {
			if !found[name] && slices.ContainsFunc(list, func(x mention) bool { return fits(x) || found[x.name] && x.name != name }) {
				found[name], grown = true, true
			}
		}
	}
	return found
}

// exported are those that other packages see.
func exported(names map[string]bool) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if ast.IsExported(name) {
			list = append(list, name)
		}
	}
	return list
}

// routesByFunction gives the functions of api's routes by the names that stand in the handler's
// place: one may be wrapped in another.
func routesByFunction(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(moduleRoot(t), "internal/api/routes.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		route, is := n.(*ast.CompositeLit)
		if !is || route.Type != nil || len(route.Elts) != 5 {
			return true
		}
		function := route.Elts[3].(*ast.Ident).Name
		ast.Inspect(route.Elts[4], func(n ast.Node) bool {
			if name, is := n.(*ast.Ident); is {
				functions[name.Name] = append(functions[name.Name], function)
			}
			return true
		})
		return false
	})
	return functions
}

// TestOnlyLoginSignsIn holds the routes, and what else runs the desk, to the function that may.
func TestOnlyLoginSignsIn(t *testing.T) {
	cloud := mentionsIn(t, "internal/cloud/users").reaching(func(x mention) bool { return x.name == "withSecret" || x.name == "readSecret" })
	if got := strings.Join(exported(cloud), " "); got != "Login Refresh Revoke" {
		t.Fatalf("the secret is needed by %s, want Login Refresh Revoke", got)
	}
	desk := mentionsIn(t, "internal/desk").reaching(func(x mention) bool { return x.of == "Identity" && cloud[x.name] })
	for _, name := range []string{"SignIn", "Refresh", "SignOut", "Leaver", "ChangePassword", "BeginTOTP", "EndTOTP", "AskForEmail", "HandOver"} {
		if !desk[name] {
			t.Errorf("Desk.%s is not among what needs the secret: %v", name, exported(desk))
		}
	}
	t.Logf("what needs the secret: %v", exported(desk))
	needs := func(x mention) bool { return (x.of == "desk" || x.of == "d") && desk[x.name] && ast.IsExported(x.name) }
	routes, handlers := routesByFunction(t), mentionsIn(t, "internal/api")
	maps.DeleteFunc(handlers, func(name string, _ []mention) bool { return strings.HasSuffix(name, "Routes") }) // which name them all
	for handler := range handlers.reaching(needs) {
		for _, function := range routes[handler] {
			if function != "fnLogin" {
				t.Errorf("%s needs the client's secret and is served by %s, which may not read it", handler, function)
			}
		}
	}
	for _, folder := range []string{"internal/gateway", "internal/assistant"} { // and so what comes by events
		for name, list := range mentionsIn(t, folder) {
			if i := slices.IndexFunc(list, needs); i >= 0 {
				t.Errorf("%s: %s calls Desk.%s, which only the function login may", folder, name, list[i].name)
			}
		}
	}
}
