package restore

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

// script runs scripts/restore with some AWS CLI in front of a twin.
type script struct {
	t    testing.TB
	aws  *twin
	bin  string // the folder of the CLI
	how  string // the stand-in is new or old; or it is none
	mu   sync.Mutex
	runs int
}

// withStandIn has the script find the stand-in where it looks for the AWS CLI.
func withStandIn(t testing.TB, aws *twin, how string) *script {
	t.Helper()
	programs.Need(t, "jq", func() (string, error) { return exec.LookPath("jq") })
	self, err := os.Executable()
	check(t, err)
	s := &script{t: t, aws: aws, bin: t.TempDir(), how: how}
	check(t, os.WriteFile(filepath.Join(s.bin, "aws"), []byte("#!/bin/sh\nexec '"+self+"' \"$@\"\n"), 0o700)) //nolint:gosec // a program
	return s
}

// withCLI has it find the real one, as scripts/aws-cli does.
func withCLI(t testing.TB, aws *twin) *script {
	t.Helper()
	path := programs.Need(t, "AWS CLI", func() (string, error) {
		cmd := exec.Command("../../scripts/aws-cli")
		var says bytes.Buffer
		cmd.Stderr = &says
		out, err := cmd.Output()
		if err != nil {
			return "", errors.New(string(bytes.TrimSpace(says.Bytes())))
		}
		return string(bytes.TrimSpace(out)), nil
	})
	return &script{t: t, aws: aws, bin: filepath.Dir(path)}
}

// run runs the script and returns all that it says, and whether it went through. The twin
// may kill it.
func (s *script) run(args ...string) (said string, ok bool) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd := exec.Command("../../scripts/restore", args...)
	cmd.Env = []string{
		"PATH=" + s.bin + ":" + os.Getenv("PATH"), "HOME=" + s.t.TempDir(), standsIn + "=" + s.how,
		"AWS_ENDPOINT_URL=" + s.aws.url, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "RESTORE_PAUSE=0",
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started := make(chan struct{})
	s.aws.mu.Lock()
	s.aws.die = func() {
		<-started
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	s.aws.mu.Unlock()
	check(s.t, cmd.Start())
	close(started)
	err := cmd.Wait()
	_ = s.aws.changed() // so that what the twin noted is there for the test to read
	s.runs++
	return out.String(), err == nil
}

// must runs what has to go through.
func (s *script) must(args ...string) string {
	s.t.Helper()
	said, ok := s.run(args...)
	if !ok {
		s.t.Fatalf("restore %q:\n%s", args, said)
	}
	return said
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
