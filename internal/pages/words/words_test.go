package words

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numberForms are those of whole numbers in each language, as CLDR has them.
var numberForms = map[string][]string{
	"de": {"one", Other},
	"hi": {"one", Other},
}

// english gives the tables of the pages.
func english(t *testing.T) []Table {
	t.Helper()
	tables, err := English("../web")
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// Every English text has one in each language, in every form of number, with the same holes.
func TestTranslationsAreWhole(t *testing.T) {
	files, err := filepath.Glob("*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	tables, loaded := english(t), read(t, "../web/translations.ts")
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			language := strings.TrimSuffix(file, ".tsv")
			rows, err := Translation(file)
			if err != nil {
				t.Fatal(err)
			}
			if numberForms[language] == nil {
				t.Fatalf("numberForms has no line for %s: what forms of whole numbers has it (Intl.PluralRules)?", language)
			}
			for _, wrong := range Wrong(rows, tables, numberForms[language]) {
				t.Errorf("%s: %s", file, wrong)
			}
			if !strings.Contains(loaded, file) {
				t.Errorf("web/translations.ts does not load %s", file)
			}
		})
	}
}

// The tables are found, and read whole.
func TestEnglishIsRead(t *testing.T) {
	tables := english(t)
	if len(tables) < 7 || tables[0].Name != "words" {
		t.Fatalf("%d tables", len(tables))
	}
	for _, table := range tables {
		source := read(t, "../web/"+table.Name+".ts")
		if n := strings.Count(source, "\n  '"); n != len(table.Entries) || n == 0 {
			t.Errorf("%s has %d entries, %d were read", table.Name, n, len(table.Entries))
		}
	}
}

// What is wrong with a translation is found, and said so that it can be mended.
func TestWrong(t *testing.T) {
	tables := []Table{{"words", []Entry{
		{"a", []Form{{"", "Rings at {name}"}}},
		{"b", []Form{{"one", "{n} call"}, {"other", "{n} calls"}}},
		{"c", []Form{{"", ""}}},
	}}}
	good := []Row{{2, "a", "", "Klingelt bei {name}", "Rings at {name}"}, {3, "b", "one", "ein Anruf", "one call"}, {4, "b", "other", "{n} Anrufe", "{n} calls"}, {5, "c", "", "", ""}}
	with := func(at int, r Row) []Row {
		rows := append([]Row{}, good...)
		rows[at] = r
		return rows
	}
	for _, c := range []struct {
		name string
		rows []Row
		want []string
	}{
		{"nothing", good, nil},
		{"a text is missing", good[1:], []string{`no row for "a" of words.ts, which is "Rings at {name}" in English: add the line "a\t\ttext\tback" with text and back filled in`}},
		{"a form is missing", append(good[:1:1], good[2:]...), []string{`no row for "b" one of words.ts, which is "{n} call" in English: add the line "b\tone\ttext\tback" with text and back filled in`}},
		{"too much", append(good[:4:4], Row{6, "d", "", "Mehr", "More"}), []string{`line 6: there is no "d" in English: remove it`}},
		{"twice", append(good[:4:4], good[3]), []string{`line 5: "c" is in line 5 already`}},
		{"another hole", with(0, Row{2, "a", "", "Klingelt bei {nome}", "Rings at {nome}"}), []string{`line 2: "a": it has the holes [{nome}], and [{name}] in English`}},
		{"no number", with(2, Row{4, "b", "other", "Anrufe", "calls"}), []string{`line 4: "b" other: it has the holes [], and [{n}] in English`}},
		{"no back-translation", with(0, Row{2, "a", "", "Klingelt bei {name}", ""}), []string{`line 2: "a": the back-translation of "Klingelt bei {name}" is ""`}},
		{"a text where English has none", with(3, Row{5, "c", "", "So", "So"}), []string{`line 5: "c": the text is "So", and "" in English`}},
		{"markup", with(0, Row{2, "a", "", "<b>{name}</b>", "{name}"}), []string{`line 2: "a": "<b" looks like markup: texts are shown as they are`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Wrong(c.rows, tables, []string{"one", "other"})); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// A module has the words of its part, and no back-translations.
func TestModule(t *testing.T) {
	tables := []Table{{"words", []Entry{{Key: "z"}, {Key: "x"}, {Key: "a"}}}, {"firstwords", []Entry{{Key: "b"}}}, {"teamwords", []Entry{{Key: "c"}}}, {"logwords", []Entry{{Key: "d"}}}}
	rows := []Row{{2, "a", "", "Ä", "back"}, {3, "b", "", "B", "back"}, {7, "z", "", "Z", "back"}, {4, "c", "one", "C", "back"}, {5, "c", "other", "Cs", "back"}, {6, "d", "", "D", "back"}}
	for _, c := range []struct{ part, want string }{
		{"words", `export default ["Z",null,"Ä"]`},
		{"first", `export default {"b":"B"}`},
		{"others", `export default {"c":{"one":"C","other":"Cs"},"d":"D"}`},
	} {
		if got, err := Module(rows, tables, c.part); err != nil || got != c.want {
			t.Errorf("%s is %s, %v; want %s", c.part, got, err, c.want)
		}
	}
	if _, err := Module(rows, tables, "team"); err == nil {
		t.Error("a part that does not exist is made")
	}
}

// A file that is no table of four columns says where.
func TestTranslationIsATable(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"no head", "a\t\tA\tA\n"},
		{"three cells", Head + "\na\t\tA\n"},
		{"a tab in a text", Head + "\na\t\tA\tB\tA\n"},
	} {
		file := filepath.Join(t.TempDir(), "xx.tsv")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if rows, err := Translation(file); err == nil {
			t.Errorf("%s: read as %v", c.name, rows)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
