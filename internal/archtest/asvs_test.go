package archtest

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asvsSections is how many sections each chapter of ASVS 5.0.0 has.
// https://github.com/OWASP/ASVS/tree/v5.0.0/5.0
var asvsSections = []int{5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3}

var asvsRow = regexp.MustCompile(`(?m)^\| (\d+)\.(\d+) [^|]+ \| ([^|]+) \| ([^|]*) \| ?([^|]*) ?\|$`)

// TestASVSNamesItsTests: docs/asvs.md has a row for each section, in their order, that says whether it
// holds. What holds names tests that are there, and what names none holds not.
func TestASVSNamesItsTests(t *testing.T) {
	root := moduleRoot(t)
	there := testFunctions(t, root)
	page := readDocument(t, filepath.Join(root, "docs", "asvs.md"))
	var want, got []string
	for chapter, sections := range asvsSections {
		for section := range sections {
			want = append(want, fmt.Sprintf("%d.%d", chapter+1, section+1))
		}
	}
	counted := map[string]int{}
	for _, m := range asvsRow.FindAllStringSubmatch(page, -1) {
		section, verdict := m[1]+"."+m[2], m[3]
		got = append(got, section)
		counted[verdict]++
		named := testNamed.FindAllStringSubmatch(m[5], -1)
		switch {
		case verdict != "holds" && verdict != "partly" && verdict != "not":
			t.Errorf("%s is %q", section, verdict)
		case verdict != "not" && len(named) == 0:
			t.Errorf("%s %s by no test", section, verdict)
		case m[4] == "":
			t.Errorf("%s says nothing", section)
		}
		for _, name := range named {
			if !there[name[1]] {
				t.Errorf("%s: %s is no test", section, name[1])
			}
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("sections %v, want %v", got, want)
	}
	sum := fmt.Sprintf("of %d sections %d hold, %d hold partly, %d do not.", len(want), counted["holds"], counted["partly"], counted["not"])
	if !strings.Contains(page, sum) {
		t.Errorf("the page does not say: %s", sum)
	}
}
