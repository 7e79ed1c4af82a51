package archtest

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/connectnow/backend"

// mayImport are the arrows: what a package of this module (by its folder) may import of
// this module, tests left aside. A folder that ends in /... stands for all below it.
var mayImport = map[string][]string{
	"internal/table":           {},
	"internal/table/...":       {"internal/table"}, // the engines' suite, meter and faults
	"internal/hours":           {"internal/hours/tzif"},
	"internal/hours/tzif":      {},
	"internal/hours/hourstest": {"internal/hours"}, // releases that are made up
	"internal/names":           {},
	"internal/logs":            {},
	"internal/phone":           {},
	"internal/email":           {},
	"internal/roster":          {"internal/table", "internal/hours", "internal/names"},
	"internal/passwords":       {"internal/names"},
	"internal/totp":            {},
	"internal/packed":          {},
	"internal/stack":           {},
	"internal/words":           {},
	"internal/keys":            {"internal/roster", "internal/names", "internal/table"},
	"internal/conditions":      {},
	"internal/desk":            {"internal/conditions", "internal/keys", "internal/packed", "internal/passwords", "internal/stack", "internal/totp", "internal/roster", "internal/table", "internal/hours", "internal/names", "internal/phone", "internal/words"},
	"internal/desk/...":        {"internal/desk"}, // the identities' suite
	"internal/assistant":       {"internal/conditions", "internal/desk", "internal/roster", "internal/phone", "internal/email", "internal/words"},
	"internal/payload":         {"internal/desk", "internal/roster", "internal/words"},
	"internal/webpush":         {},
	"internal/webphones":       {"internal/desk", "internal/payload", "internal/webpush"},
	"internal/cloud":           {"internal/desk", "internal/hours", "internal/payload", "internal/roster", "internal/table", "internal/webphones"},
	"internal/cloud/cloudtest": {"internal/cloud", "internal/programs", "internal/table"},
	"internal/cloud/...":       {"internal/cloud", "internal/desk"}, // clients that some functions need
	"internal/local":           {"internal/desk", "internal/payload", "internal/roster", "internal/table", "internal/webphones"},
	"internal/api":             {"internal/assistant", "internal/conditions", "internal/desk", "internal/email", "internal/keys", "internal/packed", "internal/passwords", "internal/roster", "internal/hours", "internal/names", "internal/logs"},
	"internal/api/apitest":     {"internal/api"},
	"internal/gateway":         {"internal/api", "internal/assistant", "internal/desk", "internal/hours", "internal/logs", "internal/stack", "internal/pages"},
	"internal/mcp":             {"internal/api", "internal/assistant", "internal/desk", "internal/gateway", "internal/logs"},
	"internal/access":          {},
	"internal/origins":         {},
	"internal/stage":           {"internal/origins"},
	"internal/costs":           {},
	"internal/costs/steps":     {"internal/api", "internal/cloud", "internal/cloud/shifts", "internal/costs", "internal/desk", "internal/gateway", "internal/hours", "internal/local", "internal/logs", "internal/mcp", "internal/stage", "internal/table/meter"},
	"internal/cmd/costs":       {"internal/costs", "internal/costs/steps"},
	"internal/cmd/sandbox":     {"internal/api", "internal/desk", "internal/gateway", "internal/hours", "internal/local", "internal/logs", "internal/mcp", "internal/origins", "internal/pages"},
	"internal/cmd/pages":       {"internal/pages/words"},
	"internal/pages":           {},
	"internal/pages/words":     {},
	"internal/cmd/sbom":        {},
	"internal/cmd/owner":       {"internal/access", "internal/email", "internal/hours", "internal/passwords"},
	"internal/cmd/access":      {"internal/access"},
	"internal/cmd/against":     {},
	"internal/cmd/against/...": {"internal/api", "internal/cloud", "internal/desk", "internal/local", "internal/table/...", "internal/table"},
	"internal/cmd/stage":       {"internal/stage"},
	"internal/cmd/tz":          {"internal/hours", "internal/hours/tzif"},
	"internal/cmd/tzlayer":     {"internal/hours"},
	"internal/cmd/whole":       {},
	"internal/cmd/mutants":     {},
	"internal/archtest":        {},
	"internal/browser":         {},
	"internal/chart":           {},
	"internal/fairness":        {},
	"internal/coldstart":       {},
	"internal/restore":         {},
	"internal/machine":         {},
	"internal/programs":        {},
	"functions/...":            {"internal/api", "internal/cloud", "internal/cloud/...", "internal/gateway", "internal/mcp"},
	"infra/...":                {"infra/...", "internal/api", "internal/assistant", "internal/gateway", "internal/pages", "internal/stage"},
	"infra/pushapps/...":       {"infra/pushapps/...", "internal/logs"}, // a Lambda, see isLambda
}

// testsMayImport is what the tests of a package may import beyond that: twins and suites.
var testsMayImport = []string{
	"internal/local", "internal/cloud/cloudtest", "internal/table/...", "internal/hours", "internal/hours/hourstest", "internal/desk", "internal/roster", "internal/keys", "internal/packed", "internal/passwords", "internal/totp",
	"internal/desk/identitytest", "internal/chart", "internal/programs",
	"internal/api/apitest",
}

// testsOf is what the tests of one folder may import besides: those of infra run the
// functions, to see what they call, and reckon what their templates cost, those of coldstart
// build all of them, those of the API ask by the function escalate as well, those of the cloud
// have its function hear of pushes that fail, those of restore have a business on DynamoDB, and
// those of the desk look at what phones are sent.
var testsOf = map[string][]string{"infra": {"internal/cloud", "internal/cloud/...", "internal/costs", "internal/costs/steps", "internal/mcp", "internal/webphones"}, "internal/cloud": {"internal/cloud/...", "internal/gateway"}, "internal/coldstart": {"internal/cloud", "internal/costs", "internal/gateway"}, "internal/restore": {"internal/cloud"}, "internal/api": {"internal/gateway", "internal/mcp"}, "internal/desk": {"internal/payload"}}

// noThirdParty are packages that import the standard library and this module only.
var noThirdParty = []string{"internal/desk", "internal/keys", "internal/packed", "internal/stack", "internal/totp", "internal/roster", "internal/table", "internal/hours", "internal/hours/tzif", "internal/logs", "internal/phone", "internal/words", "internal/webpush"}

// notInLambda are beginnings of import paths that no function may link: engines and
// tools that belong elsewhere, and the templates, which would add 7 MB.
var notInLambda = []string{
	"go.etcd.io/bbolt", "github.com/aws/aws-cdk-go", "github.com/aws/constructs-go", "github.com/aws/jsii-runtime-go",
	"github.com/cdklabs",
	"html/template", "text/template", "testing", "net/http/httptest", "net/http/pprof",
	"github.com/getkin/kin-openapi", "github.com/santhosh-tekuri/jsonschema", "github.com/oasdiff",
	"github.com/nyaruka/phonenumbers", "google.golang.org/protobuf",
}

// moduleRoot is the folder of go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return root
}

// notOurs tells folders that hold no source of the product.
func notOurs(name string) bool {
	return strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || name == "dist"
}

// packages reads the import clauses of all packages of the module, by folder.
func packages(t *testing.T) map[string]*build.Package {
	t.Helper()
	root := moduleRoot(t)
	c := build.Default // as the functions are built
	c.GOOS, c.GOARCH, c.CgoEnabled, c.BuildTags = "linux", "arm64", false, []string{"lambda.norpc", "nethttpomithttp2"}
	found := map[string]*build.Package{}
	err := filepath.WalkDir(root, func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if dir != root && notOurs(entry.Name()) {
			return fs.SkipDir
		}
		p, err := c.ImportDir(dir, 0)
		var none *build.NoGoError
		if errors.As(err, &none) && len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			return nil
		}
		if err != nil && !errors.As(err, &none) {
			return err
		}
		folder, err := filepath.Rel(root, dir)
		found[filepath.ToSlash(folder)] = p
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 10 {
		t.Fatalf("found only %d packages", len(found))
	}
	return found
}

// matches reports whether the folder is one of those listed.
func matches(folder string, list []string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool {
		below, all := strings.CutSuffix(pattern, "/...")
		return folder == pattern || all && (folder == below || strings.HasPrefix(folder, below+"/"))
	})
}

// own gives the folder of an import of this module.
func own(imported string) (folder string, is bool) {
	return strings.CutPrefix(imported, module+"/")
}

// ruleOf finds in mayImport what a folder may import: its own line, or else that of the
// nearest folder above it.
func ruleOf(folder string) (allowed []string, found bool) {
	if allowed, found = mayImport[folder]; found {
		return allowed, true
	}
	for above := folder; above != "."; above = path.Dir(above) {
		if allowed, found = mayImport[above+"/..."]; found {
			return allowed, true
		}
	}
	return nil, false
}

func TestArrows(t *testing.T) {
	for folder, p := range packages(t) {
		allowed, found := ruleOf(folder)
		if !found {
			t.Errorf("%s is new: say in mayImport what it may import", folder)
			continue
		}
		for _, imported := range p.Imports {
			if to, is := own(imported); is && !matches(to, allowed) {
				t.Errorf("%s imports %s", folder, to)
			}
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if to, is := own(imported); is && to != folder && !matches(to, allowed) && !matches(to, testsMayImport) && !matches(to, testsOf[folder]) {
				t.Errorf("a test of %s imports %s", folder, to)
			}
		}
	}
}

// TestOnlyTheStandardLibrary holds what keeps the domain free of AWS and HTTP.
func TestOnlyTheStandardLibrary(t *testing.T) {
	all := packages(t)
	for _, folder := range noThirdParty {
		for _, imported := range all[folder].Imports {
			first, _, _ := strings.Cut(imported, "/")
			if _, is := own(imported); !is && strings.Contains(first, ".") {
				t.Errorf("%s imports %s", folder, imported)
			}
			if folder == "internal/desk" && (imported == "net/http" || imported == "os") {
				t.Errorf("the domain imports %s", imported)
			}
		}
	}
}

// TestRosterIsPure holds that who can take work, and whose turn it is, follows from what
// was read and the time that was given, and from nothing else.
func TestRosterIsPure(t *testing.T) {
	const folder = "internal/roster"
	p := packages(t)[folder]
	for _, imported := range p.Imports {
		if first, _, _ := strings.Cut(imported, "/"); slices.Contains([]string{"context", "io", "log", "net", "os", "sync", "syscall", "math/rand"}, first) {
			t.Errorf("%s imports %s", folder, imported)
		}
	}
	clocks := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.SelectorExpr); is {
				if of, is := call.X.(*ast.Ident); is && of.Name == "time" && slices.Contains(clocks, call.Sel.Name) {
					t.Errorf("%s/%s asks for time.%s", folder, name, call.Sel.Name)
				}
			}
			return true
		})
	}
}

// isLambda tells the folders that are built for Lambda: the functions, and the custom
// resource, which is part of the infrastructure but links none of its tools.
func isLambda(folder string) bool {
	return path.Dir(folder) == "functions" || folder == "infra/pushapps"
}

// TestLambdasLinkNothingLarge follows the imports within this module and judges those
// that lead out of it. What these in turn import is theirs.
func TestLambdasLinkNothingLarge(t *testing.T) {
	all := packages(t)
	found := map[string]int{} // by the folder they are in
	for folder := range all {
		if !isLambda(folder) {
			continue
		}
		found[path.Dir(folder)]++
		linked := map[string]string{} // to who imports it
		follow(all, folder, linked)
		for imported, by := range linked {
			for _, start := range notInLambda {
				if imported == start || strings.HasPrefix(imported, start+"/") {
					t.Errorf("%s links %s by %s", folder, imported, by)
				}
			}
			to, is := own(imported)
			tools := matches(to, []string{"infra/..."}) && !matches(to, []string{folder + "/..."})
			if is && (to == "internal/local" || tools) {
				t.Errorf("%s links %s by %s", folder, imported, by)
			}
		}
	}
	if found["functions"] == 0 || found["infra"] == 0 {
		t.Errorf("found Lambdas in %v, want some in functions and infra", found)
	}
}

// TestPagesLinkNoClient holds that the function that anybody may call without a token could not ask
// AWS for anything if it were made to.
func TestPagesLinkNoClient(t *testing.T) {
	linked := map[string]string{}
	follow(packages(t), "functions/pages", linked)
	for imported, by := range linked {
		if imported == module+"/internal/cloud" || strings.HasPrefix(imported, "github.com/aws/aws-sdk-go-v2") {
			t.Errorf("functions/pages links %s by %s", imported, by)
		}
	}
	if linked[module+"/internal/pages"] == "" {
		t.Error("functions/pages does not link the pages")
	}
}

// follow notes all that a package of this module imports, directly or by others of it.
func follow(all map[string]*build.Package, folder string, linked map[string]string) {
	p := all[folder]
	if p == nil {
		return // the compiler will say so
	}
	for _, imported := range p.Imports {
		if _, seen := linked[imported]; seen {
			continue
		}
		linked[imported] = folder
		if to, is := own(imported); is {
			follow(all, to, linked)
		}
	}
}
