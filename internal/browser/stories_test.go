package browser

import (
	"archive/zip"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours/hourstest"
	"github.com/connectnow/backend/internal/programs"
)

const (
	root = "../.."
	// document is made last by the build of the pages.
	document = root + "/internal/pages/dist/index.html"
	// screens is where stories leave what they saw. Git ignores it.
	screens = root + "/.cache/screens"
)

// waits is the story that does nothing for a minute but wait for the browser. It plays beside the
// others.
const waits = "hidden"

// TestMain has room for it, which the number of processors alone does not give.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(places+1)); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// places is how many stories play at a time, each with a sandbox.
const places = 3

// TestStories plays all stories.
func TestStories(t *testing.T) {
	play(t, "stories", 5*time.Minute)
}

// TestSoak plays those that take long, for make soak.
func TestSoak(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("takes an hour: make soak")
	}
	play(t, "soak", 90*time.Minute)
}

// play runs the stories of a folder of testdata, each at most so long.
func play(t *testing.T, folder string, atMost time.Duration) {
	t.Helper()
	s := ready(t)
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", folder, err)
	}
	free := make(chan *place, places)
	for range places {
		free <- s.place(t)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".mjs")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := s.place(t)
			if name != waits {
				at = <-free
				defer func() { free <- at }()
			}
			ctx, cancel := context.WithTimeout(t.Context(), atMost)
			defer cancel()
			begun := time.Now()
			said, err := at.tell(ctx, absolute(t, file))
			if err != nil {
				t.Fatalf("after %v: %v", time.Since(begun).Round(time.Second), err)
			}
			t.Logf("%.1f s\n%s", time.Since(begun).Seconds(), said)
		})
	}
}

// stage is what all stories need.
type stage struct {
	sandbox, chromium, modules, screens string
	laws                                string // of clocks, newer than any browser's
	change                              string // the date when Berlin's go forward by them
}

// place is a new place, which lasts as long as the test.
func (s stage) place(t *testing.T) *place {
	p := &place{stage: s}
	t.Cleanup(func() { p.close() })
	return p
}

// ready gets what stories need. Without it they are left out, and fail where CI is set.
func ready(t *testing.T) stage {
	t.Helper()
	s := stage{screens: absolute(t, screens)}
	s.chromium = programs.Need(t, "chromium", chromium)
	s.modules = filepath.Join(programs.Need(t, "playwright-core", func() (string, error) {
		return programs.FromNPM("internal/browser/testdata/npm")
	}), "node_modules")
	programs.Need(t, "pages", func() (struct{}, error) { return struct{}{}, built() })
	s.laws, s.change = laws(t)
	s.sandbox = filepath.Join(t.TempDir(), "sandbox")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", s.sandbox, "./internal/cmd/sandbox")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the sandbox: %v\n%s", err, out)
	}
	return s
}

// laws is a release of the tz database by which Berlin's clocks go forward in five days, as no
// browser knows, and the date of that.
func laws(t *testing.T) (path, date string) {
	t.Helper()
	zones := hourstest.Zones(hourstest.Laws{"Asia/Dubai": 4})
	now := time.Now().UTC().Add(time.Hour) // on Berlin's clock
	change := now.AddDate(0, 0, 5)
	zones["Europe/Berlin"] = hourstest.Changing(1, change, now.AddDate(0, 6, 0))
	zones["+VERSION"] = []byte("2099a\n")
	return hourstest.Archive(t, zip.Deflate, zones), change.Format(time.DateOnly)
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	full, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// chromium finds the browser under one of the names that it has.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no browser: apt-get install chromium")
}

// built reports whether the pages and the sandbox's pane were built after their sources were last
// changed: stories must not judge what somebody had before.
func built() error {
	made, err := os.Stat(document)
	if err != nil {
		return errors.New("not built: make pages")
	}
	for _, sources := range []string{"/internal/pages/web", "/internal/pages/words", "/internal/cmd/sandbox/web"} {
		entries, err := os.ReadDir(root + sources)
		if err != nil {
			return err
		}
		for _, e := range entries {
			// A link to npm's folder is for editors.
			if about, err := e.Info(); err == nil && about.Mode().IsRegular() && about.ModTime().After(made.ModTime()) {
				return fmt.Errorf("older than %s: make pages", e.Name())
			}
		}
	}
	return nil
}
