package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/connectnow/backend/internal/words"
)

// keys are all keys.
func keys() []words.Key { return slices.Concat(words.SayKeys(), words.PushKeys()) }

// TestEverySentence holds every sentence of every language to the one in English: it is
// there, has the same placeholders, ends like a sentence or a title, and is in the script of
// its language.
func TestEverySentence(t *testing.T) {
	scripts := map[string]*unicode.RangeTable{"hi": unicode.Devanagari, "ar": unicode.Arabic}
	for _, language := range words.Languages {
		t.Run(language, func(t *testing.T) {
			for _, k := range keys() {
				got, english := words.Raw(language, k), words.Raw(words.English, k)
				if got == "" || got != strings.TrimSpace(got) || strings.ContainsFunc(got, unicode.IsControl) {
					t.Errorf("%v is %q", k, got)
				}
				if want := words.Placeholders(english); !slices.Equal(words.Placeholders(got), want) {
					t.Errorf("%v has the placeholders %q, want %q", k, words.Placeholders(got), want)
				}
				asks := func(s string) bool { return strings.ContainsAny(s, "?؟") }
				if asks(got) != asks(english) {
					t.Errorf("%v asks, or does not, unlike in English: %q", k, got)
				}
				script := scripts[language]
				if script == nil {
					script = unicode.Latin
				}
				if k != words.OtherTitle && !strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(script, r) }) {
					t.Errorf("%v is not in its script: %q", k, got)
				}
			}
		})
	}
}

// TestBackTranslations holds that what each sentence says in English stands beside it, and
// that each language says who has read it.
func TestBackTranslations(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, file := range files {
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		said := map[int]bool{} // lines with a comment
		for _, group := range parsed.Comments {
			said[fset.Position(group.Pos()).Line] = true
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			list, is := n.(*ast.CompositeLit)
			if name, named := typeOf(list); !is || !named || name != "table" || file == "english.go" {
				return true
			}
			tables++
			if len(list.Elts) != len(keys()) {
				t.Errorf("%s has %d sentences, want %d", file, len(list.Elts), len(keys()))
			}
			for _, e := range list.Elts {
				if line := fset.Position(e.Pos()).Line; !said[line] {
					t.Errorf("%s:%d has no back-translation", file, line)
				}
			}
			return false
		})
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "= table{") && file != "english.go" && !strings.Contains(strings.ReplaceAll(string(text), "\n// ", " "), "Nobody who speaks it has read it.") {
			t.Errorf("%s does not say who has read it, %v", file, err)
		}
	}
	if tables != len(words.Languages)-1 {
		t.Errorf("found %d tables beside English, want %d", tables, len(words.Languages)-1)
	}
}

// typeOf is the name of a literal's type.
func typeOf(list *ast.CompositeLit) (string, bool) {
	if list == nil {
		return "", false
	}
	name, is := list.Type.(*ast.Ident)
	if !is {
		return "", false
	}
	return name.Name, true
}

// TestNames holds that keys have names of their own, those of pushes such as Android takes.
func TestNames(t *testing.T) {
	seen := map[string]words.Key{}
	for _, k := range keys() {
		if other, twice := seen[k.String()]; twice || k.String() == "" {
			t.Errorf("%d is called %q, as is %d", k, k, other)
		}
		seen[k.String()] = k
	}
	for _, k := range words.PushKeys() {
		if strings.Trim(k.String(), "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%v is no name of a string resource", k)
		}
	}
}

func TestText(t *testing.T) {
	agent := words.Arg{Name: "agent", Value: "{title}"}
	for _, c := range []struct{ name, got, want string }{
		{"English", words.Text("en", words.ConnectedTo, agent), "You are now connected with {title}."},
		{"German", words.Text("de", words.ConnectedTo, agent), "Sie sind jetzt mit {title} verbunden."},
		{"a language without sentences", words.Text("zh", words.Ended), words.Text("en", words.Ended)},
		{"a brace that nothing closes", words.Fill("a {agent", agent), "a {agent"},
		{"iOS", words.Format(words.DueIn), "%@ · A customer still waits to be called back."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestCode(t *testing.T) {
	for _, c := range []struct{ tag, code string }{
		{"pt-BR", "pt"}, {"hi-IN", "hi"}, {"hi_IN", "hi"}, {"EN", "en"}, {"en_US.UTF-8", "en"}, {"de-CH-1996", "de"}, {"zh", "zh"}, {"zh-Hans-CN", "zh"},
		{" fr ", "fr"}, {"de-DE,de;q=0.9", "de"}, {"es;q=0.5", "es"}, {"ar@calendar=islamic", "ar"}, {"eng", "en"}, {"Hindi", "hi"}, {"in_ID", "id"}, {"fil", "fil"},
		{"", ""}, {"x", ""}, {"हिन्दी", ""}, {"C.UTF-8", ""}, {"klingon", ""}, {"12", ""}, {"*", ""}, {"-", ""},
	} {
		t.Run(c.tag, func(t *testing.T) {
			if got := words.Code(c.tag); got != c.code {
				t.Errorf("Code(%q) = %q, want %q", c.tag, got, c.code)
			}
		})
	}
}

func TestFirst(t *testing.T) {
	for _, c := range []struct {
		codes []string
		want  string
	}{
		{[]string{"hi", "de"}, "hi"}, {[]string{"zh", "de"}, "de"}, {[]string{"zh", ""}, "en"}, {nil, "en"},
	} {
		if got := words.First(c.codes...); got != c.want {
			t.Errorf("First(%q) = %q, want %q", c.codes, got, c.want)
		}
	}
}

// TestDocumentNamesEveryKey holds the table of keys that an app may have words for.
func TestDocumentNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../../docs/mobile.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range words.PushKeys() {
		row := "| `" + k.String() + "` | `" + words.Format(k) + "` |\n"
		if k != words.Drill && k != words.Everyone && !strings.Contains(string(page), row) {
			t.Errorf("docs/mobile.md has no row %s", row)
		}
	}
}
