package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	testNamed    = regexp.MustCompile("`(Test\\w+)`")
)

// TestSecurityNamesItsTests: every line of a door in docs/security.md names tests, and they
// are there. A promise whose test was renamed or deleted shows here.
func TestSecurityNamesItsTests(t *testing.T) {
	root := moduleRoot(t)
	there := testFunctions(t, root)
	page := readDocument(t, filepath.Join(root, "docs", "security.md"))
	_, doors, begins := strings.Cut(page, "\n## Doors")
	doors, _, ends := strings.Cut(doors, "\n## What only AWS")
	if !begins || !ends {
		t.Fatal("docs/security.md has no doors")
	}
	lines := 0
	for line := range strings.SplitSeq(doors, "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- ") || strings.HasSuffix(line, "| test |") {
			continue
		}
		lines++
		named := testNamed.FindAllStringSubmatch(line, -1)
		if len(named) == 0 {
			t.Errorf("no test holds this line: %s", line)
		}
		for _, name := range named {
			if !there[name[1]] {
				t.Errorf("%s is no test", name[1])
			}
		}
	}
	if lines < 20 {
		t.Errorf("found only %d lines", lines)
	}
}

// testFunctions are the names of all tests of the repository.
func testFunctions(t *testing.T, root string) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, e os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && strings.HasPrefix(e.Name(), "."), e.IsDir() && e.Name() == "node_modules":
			return filepath.SkipDir
		case e.IsDir() || !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, f := range testFunction.FindAllStringSubmatch(string(text), -1) {
			there[f[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}
