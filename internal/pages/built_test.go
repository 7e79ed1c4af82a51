package pages

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// built gives the files of the build without their compressed forms, as make pages has made it.
func built(t *testing.T) (files map[string]string) {
	t.Helper()
	s := New(true)
	if !s.Built() {
		if os.Getenv("CI") != "" {
			t.Fatal("the pages are not built: make pages")
		}
		t.Skip("the pages are not built: make pages, which needs npm")
	}
	files = map[string]string{}
	err := fs.WalkDir(s.files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || types[path.Ext(name)] == "" {
			return err
		}
		text, err := fs.ReadFile(s.files, name)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// named is a file that another one names.
var named = regexp.MustCompile(`/(assets/[A-Za-z0-9._-]+)`)

// Every file has the forms that browsers ask for and a type, those in assets have a hash in their
// names, and what one names is there.
func TestBuildIsWhole(t *testing.T) {
	files, s := built(t), New(true)
	hashed := regexp.MustCompile(`^assets/[a-z-]+-[0-9A-Z]{8}\.[a-z]+$`)
	for name, text := range files {
		for _, c := range codings {
			if !s.has(name + c.suffix) {
				t.Errorf("%s has no %s", name, c.name)
			}
		}
		if strings.HasPrefix(name, "assets/") && !hashed.MatchString(name) {
			t.Errorf("%s is kept for a year, and its name has no hash", name)
		}
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if !s.has(m[1]) {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
	if !s.has(document) || !s.has(nowhere) || len(files) < 6 {
		t.Errorf("only %d files", len(files))
	}
	err := fs.WalkDir(s.files, ".", func(name string, e fs.DirEntry, err error) error {
		plain := strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
		if _, known := files[plain]; err == nil && !e.IsDir() && !known && name != ".gitkeep" {
			t.Errorf("%s would be served without a type", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shared is a file that a script imports before it runs.
var shared = regexp.MustCompile(`from"\./([a-z]+-[0-9A-Z]{8}\.js)"`)

// What the first script shares with those that are loaded later is named in the document, so that
// no browser learns of it a round trip late.
func TestDocumentPreloads(t *testing.T) {
	files := built(t)
	page := files[document]
	first := regexp.MustCompile(`src="/(assets/app-[^"]+)"`).FindStringSubmatch(page)
	if first == nil {
		t.Fatalf("no script in %s", page)
	}
	found := shared.FindAllStringSubmatch(files[first[1]], -1)
	if len(found) == 0 {
		t.Error("the first script shares nothing with what is loaded later")
	}
	for _, m := range found {
		if !strings.Contains(page, `<link rel="modulepreload" href="/assets/`+m[1]+`">`) {
			t.Errorf("%s is not preloaded", m[1])
		}
	}
}

// forbidden is what the policy of the pages refuses, or what has no place in what everybody may
// read: maps of the sources, and ways to make markup or code of text.
var forbidden = []struct {
	what string
	kind string // of file; "" for all
	look *regexp.Regexp
}{
	{"a source map", "", regexp.MustCompile(`sourceMappingURL`)},
	{"eval", ".js", regexp.MustCompile(`\beval\(|new Function\(`)},
	{"markup made of text", ".js", regexp.MustCompile(`(?:\.|\[")(?:outerHTML|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|srcdoc|createHTML|createScript\b)|document\.write`)},
	{"a style of an element", ".js", regexp.MustCompile(`setAttribute\("style"|\bstyle:\s*["'{]`)},
	{"an inline style", ".html", regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=`)},
	{"an inline script", ".html", regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]`)},
	{"script in a picture", ".svg", regexp.MustCompile(`(?i)<script|\sstyle=|\son[a-z]+=|href=`)},
	{"something from elsewhere", ".css", regexp.MustCompile(`(?i)@import|url\((?:["']?)(?:https?:)?//`)},
	{"an address elsewhere", ".html", regexp.MustCompile(`(?:href|src)="(?:https?:)?//`)},
}

// bundled is the import of a file of the same build.
var bundled = regexp.MustCompile(`import\("\./[a-z-]+-[0-9A-Z]{8}\.js"\)`)

// ofPreact is how often Preact itself names innerHTML.
const ofPreact = 2

// No file holds what the policy of Trusted Types and the CSP would refuse, nor what helps nobody
// but a stranger.
func TestBuiltFilesHoldNothingForbidden(t *testing.T) {
	for name, text := range built(t) {
		for _, f := range forbidden {
			if f.kind != "" && f.kind != path.Ext(name) {
				continue
			}
			if at := f.look.FindStringIndex(text); at != nil {
				t.Errorf("%s holds %s: …%s…", name, f.what, text[max(0, at[0]-30):min(len(text), at[1]+30)])
			}
		}
		if path.Ext(name) == ".js" && len(bundled.FindAllString(text, -1)) != strings.Count(text, "import(") {
			t.Errorf("%s imports what the build has not named", name)
		}
		// Preact has one place for markup made of text, which no source of ours asks it for.
		if n := strings.Count(text, "innerHTML"); n > ofPreact {
			t.Errorf("%s names innerHTML %d times, %d are Preact's", name, n, ofPreact)
		}
	}
}

// Our sources never make markup of text, and style nothing but by classes.
func TestSourcesMakeNoMarkup(t *testing.T) {
	files, err := os.ReadDir("web")
	if err != nil {
		t.Fatal(err)
	}
	never := regexp.MustCompile(`innerHTML|dangerouslySetInnerHTML|outerHTML|\sstyle=|\beval\(|new Function|createHTML|document\.write`)
	for _, f := range files {
		if ext := path.Ext(f.Name()); ext != ".ts" && ext != ".tsx" && ext != ".html" {
			continue
		}
		text, err := os.ReadFile("web/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if found := never.FindString(string(text)); found != "" {
			t.Errorf("web/%s has %q", f.Name(), found)
		}
	}
}

// What others wrote is passed on under their licences, which want their words kept.
func TestLicencesAreKept(t *testing.T) {
	for name, text := range built(t) {
		for _, of := range []struct{ prefix, kind, want string }{
			{"assets/app-", ".js", "Copyright (c) 2015-present Jason Miller"},
			{"assets/app-", ".js", "The above copyright notice and this permission notice shall be included"},
			{"assets/icons-", ".svg", "ISC License"},
			{"assets/icons-", ".svg", "Lucide"},
		} {
			if strings.HasPrefix(name, of.prefix) && strings.HasSuffix(name, of.kind) && !strings.Contains(text, of.want) {
				t.Errorf("%s does not say %q", name, of.want)
			}
		}
	}
}

// mostOverTheWire is what signing in and my work may weigh together, as browsers fetch them.
const mostOverTheWire = 60_000

// translated is a part of another language's words, of which others come with the office.
var translated = regexp.MustCompile(`^assets/([a-z]{2,3})-(words|first|others)-`)

// installs reports whether a browser fetches a file beside the pages, and shows them without it.
func installs(name string) bool {
	return slices.Contains(atRoot, name) || strings.HasPrefix(name, "assets/icon-")
}

// A phone on a bad line gets sign-in and my work soon: all that the document needs fits, in each
// language. The screens of the office are loaded when one of them is opened.
func TestWeight(t *testing.T) {
	s, sums := New(true), map[string]int{"": 0} // English has no file of its own
	for name := range built(t) {
		m := translated.FindStringSubmatch(name)
		if name == nowhere || strings.HasPrefix(name, "assets/office-") || m != nil && m[2] == "others" || installs(name) {
			continue
		}
		packed, err := fs.ReadFile(s.files, name+".br")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%6d %s", len(packed), name)
		if m == nil {
			m = []string{name, ""}
		}
		sums[m[1]] += len(packed)
	}
	if len(sums) == 1 {
		t.Error("no words of another language were built")
	}
	for language, sum := range sums {
		if language != "" {
			sum += sums[""]
		}
		t.Logf("%6d in all %s", sum, language)
		if sum > mostOverTheWire {
			t.Errorf("%d bytes over the wire %s, want at most %d", sum, language, mostOverTheWire)
		}
	}
}
