package main

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/programs"
)

// shell is one into which commands are pasted.
type shell struct {
	name    string
	command []string
}

var shells = []shell{{"bash", []string{"bash"}}, {"zsh", []string{"zsh", "-f", "-i"}}}

// needShells wants both of them, and what the commands call.
func needShells(t *testing.T) {
	t.Helper()
	for _, name := range []string{"bash", "zsh", "curl"} {
		programs.Need(t, name, func() (string, error) { return exec.LookPath(name) })
	}
}

// paste hands text to a shell from standard input, in the folder of the repository, and returns
// what it and its commands say. The port of the pages leads to the sandbox p.
func (s shell) paste(t *testing.T, p *process, text string) (out, complaints string) {
	t.Helper()
	home := t.TempDir()
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	settings := "connect-to = \"localhost:8080:localhost:" + at.Port() + "\"\nnoproxy = \"*\"\n"
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.Dir, cmd.Stdin = root, strings.NewReader(text)
	cmd.Env = []string{"HOME=" + home, "CURL_HOME=" + home, "PATH=" + os.Getenv("PATH"), "TERM=dumb", "LC_ALL=C.UTF-8"}
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return said.String(), complained.String()
}

// elsewhere are first words of blocks that are not for a sandbox that runs: they start one, test,
// or are for AWS.
var elsewhere = []string{"make"}

// pasted are the pages whose commands are for the sandbox, and what all commands of one say once.
var pasted = []struct {
	page string
	want []string
}{
	{"the banner", []string{`"outcome":"ringing"`, `"deviceId":"my-phone"`, `"state":"active"`, `"state":"completed"`}},
	{"README.md", []string{
		`"outcome":"ringing"`, `"deviceId":"my-phone"`, `"outcome":"resolved"`, `"state":"cancelled"`, // Asha's, and the events
		"\nacc_", `"firstName":"Farhan"`, `"deviceId":"devikas-phone"`, `"note":"Size 8 is on its way."`, // a business of its own
		`"start":"21:00"`, `"localFrom":`,
	}},
	{"docs/mobile.md", []string{`"kind":"test"`, `"outcome":"ringing"`, `"voip":true`, `"state":"active"`, `"outcome":"resolved"`, `"firstName":"Bilal"`, `"state":"cancelled"`}},
}

// TestShells pastes the commands of the pages as they stand, all of one and all of them once
// more, and wants each time what is told of them.
func TestShells(t *testing.T) {
	t.Parallel()
	needShells(t)
	for _, s := range shells {
		for _, c := range pasted {
			t.Run(s.name+"/"+c.page, func(t *testing.T) {
				t.Parallel()
				p := startProcess(t, t.TempDir())
				text := commands(t, c.page)
				for _, turn := range []string{"first", "second"} {
					out, complaints := s.paste(t, p, text)
					for _, want := range c.want {
						if !strings.Contains(out, want) {
							t.Errorf("the %s time nothing says %s", turn, want)
						}
					}
					wantQuiet(t, turn, out, complaints)
					if t.Failed() {
						t.Fatalf("it says\n%s\nand complains\n%s", out, complaints)
					}
				}
			})
		}
	}
}

// commands are those of a page for a sandbox at port 8080.
func commands(t *testing.T, page string) string {
	t.Helper()
	if page == "the banner" {
		return guideBlock(t, "http://localhost:8080").text
	}
	var text strings.Builder
	for _, b := range blocks(t, page) {
		if !slices.Contains(elsewhere, b.first()) {
			text.WriteString(b.text)
		}
	}
	return text.String()
}

// wantQuiet looks for what a shell says of a command that is none, and the API of a request
// that it refuses.
func wantQuiet(t *testing.T, turn, out, complaints string) {
	t.Helper()
	for _, bad := range []string{"/problems/", `"errorType"`} {
		if strings.Contains(out, bad) {
			t.Errorf("the %s time an answer has %s", turn, bad)
		}
	}
	for _, bad := range []string{"not found", "no matches", "parse error", "syntax error", "bad ", "curl:", "event not found", "unmatched", "unexpected"} {
		if strings.Contains(complaints, bad) {
			t.Errorf("the %s time the shell says %q", turn, bad)
		}
	}
}

// TestBlocks holds every block of the pages against what one of the shells does not take.
func TestBlocks(t *testing.T) {
	all := []block{guideBlock(t, "http://localhost:8080")}
	for _, page := range []string{"README.md", "docs/mobile.md", "docs/deploy.md"} {
		all = append(all, blocks(t, page)...)
	}
	for _, b := range all {
		for _, what := range b.complaints() {
			t.Errorf("%s:%d: %s", b.page, b.line, what)
		}
		for _, s := range shells {
			path, err := exec.LookPath(s.name)
			if err != nil {
				continue // TestShells says so
			}
			cmd := exec.Command(path, "-n")
			cmd.Stdin = strings.NewReader(b.text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %s says %s", b.page, b.line, s.name, out)
			}
		}
	}
}

// TestComplaints has a command of each kind that the pages must not have.
func TestComplaints(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`make test # the gate`, "comments"},
		{`# the gate`, "comments"},
		{`as() { local path=$3; }`, "local"},
		{`path=$3`, "local"},
		{`curl -sS $B/sandbox/pushes?deviceId=x`, "looks for files"},
		{`aws s3 ls s3://bucket/*`, "looks for files"},
		{`echo "arn:aws:sns:$AWS_ACCOUNT:app/GCM"`, "modifier"},
		{`echo "$LIST[1]"`, "index"},
		{`for f in $FUNCTIONS; do echo $f; done`, "split"},
		{"echo \"`date`\"", "backticks"},
		{`echo "done!"`, "exclamation"},
		{`echo =date`, "=word"},
		{`ID=$(curl -s $B/v1/login -d '{}' | sed s/a/b/)`, "content type"},
		{`X="$(curl -s $B/v1/login -d "{}")"`, "content type"},
	} {
		t.Run(c.text, func(t *testing.T) {
			if got := (block{text: c.text}).complaints(); len(got) != 1 || !strings.Contains(got[0], c.want) {
				t.Errorf("got %q, want one of %s", got, c.want)
			}
		})
	}
	for _, fine := range []string{
		`curl -sS "$B/sandbox/pushes?deviceId=x" 'http://localhost/?a=[1]#top'`, `echo "a # b" '!' ${ACCOUNT}:app`,
		`curl $B -H "$JSON" -d "{\"a\":\"$1\"}"`, "cat > x <<'END'\n# a `b` !\nEND\n", `echo $(($(date +%s) - 1))`,
	} {
		if got := (block{text: fine}).complaints(); got != nil {
			t.Errorf("%s: got %q", fine, got)
		}
	}
}
