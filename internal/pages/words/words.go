// Package words reads what the pages say: the tables of English words in internal/pages/web, and the
// translations, one file a language, that lie here. Only the build and tests need it.
package words

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Other is the form of numbers that every language has.
const Other = "other"

// Entry is one text, or one for each form of number.
type Entry struct {
	Key   string
	Forms []Form
}

// Form is a text. Name is empty where the number does not matter.
type Form struct{ Name, Text string }

// Table is one file of English words: words.ts, or that of a group of screens.
type Table struct {
	Name    string // of the file, without .ts
	Entries []Entry
}

var (
	entry  = regexp.MustCompile(`^  '([^']+)': (?:'((?:[^'\\]|\\.)*)'|\{ (.+) \}),$`)
	form   = regexp.MustCompile(`^(\w+): '((?:[^'\\]|\\.)*)'(?:, )?`)
	quoted = regexp.MustCompile(`\\(.)`)
)

// English reads all tables in a folder of sources, words.ts first.
func English(web string) ([]Table, error) {
	files, err := filepath.Glob(filepath.Join(web, "*words.ts"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(rank(a), rank(b)) })
	tables := make([]Table, len(files))
	for i, file := range files {
		if tables[i], err = table(file); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// rank sorts words.ts before all others.
func rank(file string) string { return strings.TrimPrefix(filepath.Base(file), "words.ts") }

func table(file string) (Table, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return Table{}, err
	}
	t := Table{Name: strings.TrimSuffix(filepath.Base(file), ".ts")}
	for i, line := range strings.Split(string(source), "\n") {
		if !strings.HasPrefix(line, "  '") {
			continue
		}
		e, err := entryOf(line)
		if err != nil {
			return Table{}, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		t.Entries = append(t.Entries, e)
	}
	return t, nil
}

func entryOf(line string) (Entry, error) {
	m := entry.FindStringSubmatch(line)
	if m == nil {
		return Entry{}, fmt.Errorf("this is no entry of one line: %s", line)
	}
	e := Entry{Key: m[1]}
	if m[3] == "" {
		e.Forms = []Form{{Text: plain(m[2])}}
		return e, nil
	}
	for rest := m[3]; rest != ""; {
		f := form.FindStringSubmatch(rest)
		if f == nil {
			return Entry{}, fmt.Errorf("this is no form of number: %s", rest)
		}
		e.Forms = append(e.Forms, Form{Name: f[1], Text: plain(f[2])})
		rest = rest[len(f[0]):]
	}
	return e, nil
}

// plain gives the text of a quoted string.
func plain(text string) string { return quoted.ReplaceAllString(text, "$1") }
