package gateway

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/api"
)

// Each function has a folder and each folder a main, which is nothing but wiring: it
// starts the very maker that Functions has. So what is tested is what runs in the cloud,
// but for the desk.
func TestMains(t *testing.T) {
	makers := Functions()
	mains, err := filepath.Glob("../../functions/*/main.go")
	must(t, err)
	var folders []string
	for _, file := range mains {
		name := filepath.Base(filepath.Dir(file))
		folders = append(folders, name)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			must(t, err)
			lines := slices.Collect(strings.Lines(string(text)))
			if len(lines) > 15 {
				t.Errorf("%s has %d lines, want at most 15", file, len(lines))
			}
			opener, maker := `cloud\.Desk\(([a-z]+\.Part(, )?)*\)`, source(name, makers[name])
			if name == PagesFunction {
				opener = `gateway\.NoDesk`
			}
			want := `^func main\(\) \{\s+gateway\.Start\(` + opener + ", " + regexp.QuoteMeta(maker) + `\)\s+\}\n$`
			if got := string(text[bytes.Index(text, []byte("func ")):]); !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s ends with\n%swant\n%s", file, got, want)
			}
		})
	}
	if diff := cmp.Diff(Names(), folders); diff != "" {
		t.Errorf("folders (-functions +folders):\n%s", diff)
	}
}

// source is how a main writes the maker of that name. One that is not here lies in a package of
// the function's name.
func source(name string, m Maker) string {
	if m == nil {
		return name + ".Function"
	}
	if slices.ContainsFunc(api.Routes(), func(rt api.Route) bool { return rt.Function == name }) {
		return "gateway.HTTP(api." + strings.ToUpper(name[:1]) + name[1:] + "Routes())"
	}
	return path.Base(runtime.FuncForPC(reflect.ValueOf(m).Pointer()).Name())
}
