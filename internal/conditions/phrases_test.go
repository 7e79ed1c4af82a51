package conditions_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/conditions"
)

// TestPhrases plays the hard cases, each with why it is one.
func TestPhrases(t *testing.T) {
	for _, name := range []string{"testdata/phrases.tsv", "testdata/own.tsv"} {
		for i, c := range readCases(t, name) {
			text, phrase, want, why := c[0], c[1], c[2] == "true", c[3]
			t.Run(why, func(t *testing.T) {
				got := conditions.NewIndex([]string{phrase}).Find(text)[0] != ""
				if got != want {
					t.Errorf("%s:%d: %q in %q: %v, want %v; the words are %q and %q", name, i+2, phrase, text, got, want,
						conditions.Split(phrase), conditions.Split(text))
				}
			})
		}
	}
}

// readCases reads a table without its head.
func readCases(t *testing.T, name string) [][]string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(body)))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, 4
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
