package words

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Head is the first line of a translation after its comments.
const Head = "key\tform\ttext\tback"

// Row is one text of a translation, with what it says, put back into English by whoever wrote it.
type Row struct {
	Line                  int
	Key, Form, Text, Back string
}

// Translation reads a file such as de.tsv.
func Translation(file string) ([]Row, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var rows []Row
	headed := false
	for i, line := range strings.Split(strings.TrimSuffix(string(source), "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !headed {
			if headed = line == Head; !headed {
				return nil, fmt.Errorf("%s:%d: the first row must be %q", file, i+1, Head)
			}
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 4 {
			return nil, fmt.Errorf("%s:%d: %d cells, want key, form, text and back with a tab between", file, i+1, len(cells))
		}
		rows = append(rows, Row{i + 1, cells[0], cells[1], cells[2], cells[3]})
	}
	return rows, nil
}

// parts are the tables that are loaded by themselves, by the name of the part. All others are one
// part, which comes with the screens where a business is managed. The first of all is what
// everybody waits for.
var parts = map[string]string{"words": "words", "first": "firstwords", "sw": "swwords"}

const (
	foremost = "words"
	others   = "others"
)

// Module gives a part of a translation as a module of JavaScript: a text, or texts by form, for each
// key. What everybody waits for is a list in the order of the English table: its keys are there
// already, and are a third of what would be loaded.
func Module(rows []Row, tables []Table, part string) (string, error) {
	if parts[part] == "" && part != others {
		return "", fmt.Errorf("there is no part %q of the words", part)
	}
	texts, said, list := byKey(rows), map[string]any{}, []any{}
	for _, t := range tables {
		if parts[part] != t.Name && (part != others || alone(t.Name)) {
			continue
		}
		for _, e := range t.Entries {
			list = append(list, texts[e.Key]) // null where there is none
			if text, is := texts[e.Key]; is {
				said[e.Key] = text
			}
		}
	}
	var of any = said
	if part == foremost {
		of = list
	}
	text, err := json.Marshal(of)
	return "export default " + string(text), err
}

// byKey gives a text for each key, or texts by form.
func byKey(rows []Row) map[string]any {
	said := map[string]any{}
	for _, r := range rows {
		if r.Form == "" {
			said[r.Key] = r.Text
			continue
		}
		forms, _ := said[r.Key].(map[string]string)
		if forms == nil {
			forms = map[string]string{}
		}
		forms[r.Form] = r.Text
		said[r.Key] = forms
	}
	return said
}

// alone reports whether a table is a part of its own.
func alone(table string) bool {
	for _, name := range parts {
		if name == table {
			return true
		}
	}
	return false
}

// Wrong tells what a translation lacks, has too much, or has otherwise than the English words,
// for a language with these forms of number.
func Wrong(rows []Row, tables []Table, forms []string) []string {
	var wrong []string
	found := map[[2]string]Row{}
	for _, r := range rows {
		at := [2]string{r.Key, r.Form}
		if was, twice := found[at]; twice {
			wrong = append(wrong, fmt.Sprintf("line %d: %s is in line %d already", r.Line, name(r.Key, r.Form), was.Line))
		}
		found[at] = r
	}
	for _, t := range tables {
		for _, e := range t.Entries {
			for _, f := range wanted(e, forms) {
				at := [2]string{e.Key, f.Name}
				r, there := found[at]
				delete(found, at)
				if !there {
					wrong = append(wrong, fmt.Sprintf("no row for %s of %s.ts, which is %q in English: add the line %q with text and back filled in",
						name(e.Key, f.Name), t.Name, f.Text, e.Key+"\t"+f.Name+"\ttext\tback"))
					continue
				}
				wrong = append(wrong, faults(r, e, f.Text)...)
			}
		}
	}
	for _, r := range rows {
		if _, left := found[[2]string{r.Key, r.Form}]; left {
			wrong = append(wrong, fmt.Sprintf("line %d: there is no %s in English: remove it", r.Line, name(r.Key, r.Form)))
		}
	}
	return wrong
}

func name(key, form string) string { return strings.TrimSpace(fmt.Sprintf("%q %s", key, form)) }

// wanted gives the forms that a language needs of an entry, each with the English one nearest to it.
func wanted(e Entry, forms []string) []Form {
	if e.Forms[0].Name == "" {
		return e.Forms
	}
	all := make([]Form, len(forms))
	for i, f := range forms {
		nearest := slices.IndexFunc(e.Forms, func(of Form) bool { return of.Name == f })
		if nearest < 0 {
			nearest = len(e.Forms) - 1
		}
		all[i] = Form{f, e.Forms[nearest].Text}
	}
	return all
}
