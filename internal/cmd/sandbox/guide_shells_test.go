package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// standIn notes how it was called, and answers with what suits most questions. None reads what
// is typed.
const standIn = `#!/bin/sh
line=$(/usr/bin/basename "$0")
for a in "$@"; do line="$line|$a"; done
printf '%s\n' "$line" >> "$CALLS"
case $line in
*@tsv*) printf 'mem_a\tx@example.com\n' ;;
*) printf '123456789012\n' ;;
esac
`

// stoodIn are the commands of the deploy guide that would ask AWS, build, or delete.
var stoodIn = []string{"aws", "make", "git", "jq", "curl", "apt-get", "dpkg-deb", "openssl", "rm", "date", "scripts/cdk"}

var someNumber = regexp.MustCompile(`first-\d+`)

// standIns makes a folder with stand-ins for all of them, and the files that are looked for.
func standIns(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	files := map[string]string{"tzdata_2026f.deb": ""}
	for _, name := range stoodIn {
		if !strings.Contains(name, "/") {
			name = "bin/" + name
		}
		files[name] = standIn
	}
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // programs
			t.Fatal(err)
		}
	}
	return folder
}

// calls pastes blocks into a shell whose commands only note how they are called, and returns
// these calls in an order of their own: of a pipe's either may be first.
func (s shell) calls(t *testing.T, all []block) []string {
	t.Helper()
	folder := standIns(t)
	var text strings.Builder
	for _, b := range all {
		text.WriteString(strings.ReplaceAll(b.text, "/tmp/", folder+"/"))
		if b.first() == "read" {
			text.WriteString("Kids-Gents-3\n")
		}
	}
	noted := filepath.Join(folder, "calls")
	cmd := exec.CommandContext(t.Context(), s.command[0], s.command[1:]...)
	cmd.Dir, cmd.Stdin = folder, strings.NewReader(text.String())
	cmd.Env = []string{"HOME=" + folder, "CALLS=" + noted, "PATH=" + filepath.Join(folder, "bin") + ":" + os.Getenv("PATH"), "TERM=dumb"}
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	wantQuiet(t, "first", "", string(said))
	called, err := os.ReadFile(noted)
	if err != nil {
		t.Fatalf("%v; the shell says %s", err, said)
	}
	lines := strings.Split(strings.ReplaceAll(someNumber.ReplaceAllString(string(called), "first-N"), folder, "/tmp"), "\n")
	slices.Sort(lines)
	return lines
}

// TestDeployGuideInShells pastes the deploy guide into each shell: both call the same
// commands with the same words.
func TestDeployGuideInShells(t *testing.T) {
	t.Parallel()
	needShells(t)
	all := blocks(t, "docs/deploy.md")
	inBash, inZsh := shells[0].calls(t, all), shells[1].calls(t, all)
	if diff := cmp.Diff(inBash, inZsh); diff != "" {
		t.Errorf("the calls (-bash +zsh):\n%s", diff)
	}
	for _, want := range []string{
		"make|bootstrap|ARGS=aws://123456789012/us-east-1",
		"aws|sns|delete-platform-application|--platform-application-arn|arn:aws:sns:us-east-1:123456789012:app/GCM/connectnow-prod-fcm",
		"aws|logs|delete-log-group|--log-group-name|123456789012",
		`jq|-n|--arg|password|Kids-Gents-3|{email: "meera@example.com", $password}`,
		"cdk|destroy|ConnectNow-prod-Data|--force|-c|stage=prod",
		"aws|cognito-idp|admin-set-user-password|--user-pool-id|123456789012|--username|123456789012|--permanent|--password|123456789012",
	} {
		if !slices.Contains(inBash, want) {
			t.Errorf("nothing calls %s", want)
		}
	}
	if t.Failed() {
		t.Logf("bash calls\n%s", strings.Join(inBash, "\n"))
	}
}
