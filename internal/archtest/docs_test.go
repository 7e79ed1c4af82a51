package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	fence = regexp.MustCompile("(?ms)^```.*?^```$")
	code  = regexp.MustCompile("`[^`\n]+`")
	// link finds the target of [text](target).
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	// named is a code span that can only be a file or folder of this repository.
	named = regexp.MustCompile("^`((?:docs|events|functions|infra|internal|scripts)/[\\w./-]*)`$")
)

// readDocument reads a page without its code blocks, which hold examples.
func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return fence.ReplaceAllString(string(text), "")
}

// documents lists the pages by their path from the root.
func documents(t *testing.T, root string) (pages []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && notOurs(entry.Name()):
			return fs.SkipDir
		case filepath.Ext(name) != ".md":
			return nil
		}
		page, err := filepath.Rel(root, name)
		pages = append(pages, page)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// anchors are what links to the headings of a page end in, as GitHub makes them.
func anchors(text string) (all []string) {
	for _, h := range heading.FindAllStringSubmatch(text, -1) {
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, h[1]))
	}
	return all
}

// TestDocumentsNameWhatIsThere follows every relative link, and looks for every path of
// this repository that a page sets as code. A page outlives the file it speaks of.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	root := moduleRoot(t)
	pages := documents(t, root)
	if !slices.Contains(pages, "README.md") || len(pages) < 10 {
		t.Fatalf("found only %q", pages)
	}
	for _, page := range pages {
		t.Run(filepath.ToSlash(page), func(t *testing.T) {
			text := readDocument(t, filepath.Join(root, page))
			for _, span := range code.FindAllString(text, -1) {
				if path := named.FindStringSubmatch(span); path != nil && !exists(filepath.Join(root, path[1])) {
					t.Errorf("%s is not there", span)
				}
			}
			for _, target := range link.FindAllStringSubmatch(code.ReplaceAllString(text, "code"), -1) {
				if !strings.Contains(target[1], ":") { // else it leads outside
					checkLink(t, filepath.Join(root, page), target[1])
				}
			}
		})
	}
}

// checkLink looks for what a link on a page leads to, and for the heading that it names.
func checkLink(t *testing.T, page, target string) {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	if file == "" {
		file = page
	} else {
		file = filepath.Join(filepath.Dir(page), file)
	}
	switch {
	case !exists(file):
		t.Errorf("the link %s leads nowhere", target)
	case anchor != "" && !slices.Contains(anchors(readDocument(t, file)), anchor):
		t.Errorf("the link %s names no heading", target)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// TestReadmeNamesEveryFolder holds the one table that says what lies where.
func TestReadmeNamesEveryFolder(t *testing.T) {
	root := moduleRoot(t)
	readme := readDocument(t, filepath.Join(root, "README.md"))
	folders := []string{"docs", "events", "functions", "infra", "scripts"}
	inside, err := filepath.Glob(filepath.Join(root, "internal", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range inside {
		folders = append(folders, "internal/"+filepath.Base(filepath.Dir(name)))
	}
	for _, folder := range slices.Compact(folders) {
		if folder != "internal/cmd" && !strings.Contains(readme, "`"+folder+"`") {
			t.Errorf("the layout in README.md does not name %s", folder)
		}
	}
}
