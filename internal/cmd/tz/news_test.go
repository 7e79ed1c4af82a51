package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/connectnow/backend/internal/hours"
)

// scripts/tz-news, which make test runs, tells of a newer release in one line, and of nothing
// else. It never fails.
func TestNews(t *testing.T) {
	t.Parallel()
	own := hours.BuiltIn().Release()
	line := func(version string) string {
		return "    tzdata | " + version + " | http://deb.debian.org/debian stable/main amd64 Packages\n"
	}
	for _, c := range []struct{ name, knows, want string }{
		{"no apt's list", "", ""},
		{"ours", line(own + "-0+deb13u1"), ""},
		{"older", line("2025c-1"), ""},
		{"newer", line("2025c-1") + line("2099b-0+deb13u1") + line("2099a-1"), "2099b"},
		{"after z", line("2099za-1") + line("2099z-1"), "2099za"},
		{"nonsense", "N: Unable to locate package tzdata\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bin := t.TempDir()
			script := "#!/bin/sh\ncat <<'END'\n" + c.knows + "END\nexit 100\n"
			if err := os.WriteFile(filepath.Join(bin, "apt-cache"), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("../../../scripts/tz-news")
			cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			said, err := cmd.CombinedOutput()
			want := ""
			if c.want != "" {
				want = "tz: release " + c.want + " is there, the product has " + own + ": make tz\n"
			}
			if err != nil || string(said) != want {
				t.Errorf("%q, %v, want %q", said, err, want)
			}
		})
	}
}
