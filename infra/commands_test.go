package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/programs"
)

var update = flag.Bool("update", false, "write the golden files of testdata/commands anew")

// What the commands of deploy.md say to somebody with wrong options, without credentials, or
// without a terminal. Each golden file is what one prints, in an environment that has nothing.
func TestCommands(t *testing.T) {
	c := newCommands(t)
	dist := " -c dist=" + c.dist
	for _, one := range []struct {
		name string
		line string
		env  []string // beside the clean one
	}{
		{"owner-nothing", `make owner`, nil},
		{"owner-left-over", `make owner ARGS='-account Meera Shoes -zone UTC'`, nil},
		{"owner-unknown", `make owner ARGS='-acount Shoes'`, nil},
		{"owner-wrong", `make owner ARGS='-account Shoes -zone India -first M -last N -email meera'`, nil},
		{"owner-no-credentials", `make owner ARGS='` + shoes + `'`, nil},
		{"owner-no-profile", `make owner ARGS='` + shoes + `'`, []string{"AWS_PROFILE=nobody"}},
		{"owner-no-password", `make owner ARGS='` + shoes + `'`, c.signedIn},
		{"owner-made", `echo Good-Password-1 | make owner ARGS='` + shoes + `'`, c.signedIn},
		{"owner-again", `echo Good-Password-2 | make owner ARGS='` + strings.Replace(shoes, "Shoes", "Again", 1) + `'`, c.signedIn},
		{"owner-refused", `echo Good-Password-1 | make owner ARGS='` + strings.Replace(shoes, "Shoes", "Refused", 1) + `'`, c.signedIn},
		{"owner-nowhere", `echo Good-Password-1 | make owner ARGS='-function nowhere ` + shoes + `'`, c.signedIn},
		{"owner-unlock", `make owner ARGS='-unlock meera@example.com -totp'`, c.signedIn},
		{"owner-unlock-nobody", `make owner ARGS='-unlock nobody@example.com'`, c.signedIn},
		{"owner-unlock-wrong", `make owner ARGS='-unlock meera -zone UTC'`, nil},
		{"connect-nothing", `make connect`, nil},
		{"bootstrap-no-credentials", `make bootstrap`, nil},
		{"bootstrap-refused", `make bootstrap ARGS=aws://123456789012/eu-west-1`, append([]string{"AWS_SESSION_TOKEN=expired"}, c.signedIn...)},
		{"bootstrap-wrong", `make bootstrap ARGS='aws://eu-west-1'`, c.signedIn},
		{"diff-no-credentials", `make diff ARGS='-c stage=prod -c alarmEmail=none -c mailFrom=none'`, nil},
		{"diff-no-region", `make diff`, []string{"AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret"}},
		{"diff-wrong", `make diff ARGS='-c dist=nowhere -c alarmMail=ops@example.com'`, c.signedIn},
		{"diff-would-build", `make diff ARGS='-c stage=prod -c alarmMail=ops@example.com'`, c.signedIn},
		{"list", `scripts/cdk list -c dist=nowhere`, nil},
		{"deploy-would-build", `make deploy ARGS='-c stage=prod'`, c.signedIn},
		{"deploy-no-credentials", `make deploy ARGS='--profile nobody'`, nil},
		{"synth", `make synth ARGS='-o ` + c.out + dist + `'`, nil},
		{"synth-wrong", `make synth ARGS='-c stage=Prod! -c voip=yes -c alarmEmail=ops` + dist + `'`, nil},
		{"synth-would-build", `make synth ARGS='--context=stage=Prod! -c voip=true'`, nil},
		{"synth-prod", `make synth ARGS='-c stage=prod` + dist + `'`, nil},
		{"destroy-no-credentials", `make destroy ARGS='-c stage=dev'`, nil},
		{"destroy-prod-no-terminal", `make destroy ARGS='-c stage=prod'`, c.signedIn},
		{"destroy-nothing", `scripts/cdk destroy -c dist=nowhere -c stage=prod`, c.signedIn},
		{"destroy-wrong", `make destroy ARGS='-c stage=dev -c domain=Agents'`, c.signedIn},
	} {
		t.Run(one.name, func(t *testing.T) {
			command := exec.Command("bash", "-c", one.line)
			command.Dir, command.Env = "..", append(c.env, one.env...)
			said, err := command.CombinedOutput()
			c.compare(t, one.name, one.line, string(said), err)
		})
	}
}

// At a terminal they ask.
func TestCommandsAsk(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil || runtime.GOOS != "linux" {
		t.Skip("no script(1) of Linux, which makes a terminal")
	}
	c := newCommands(t)
	for _, one := range []struct {
		name, line string
		env        []string
		asked      []string // and what is typed then
	}{
		{"destroy-prod-asked", `make destroy ARGS='-c stage=prod'`, nil, []string{"go on: ", "yes"}},
		{"owner-asked", `make owner ARGS='` + strings.Replace(shoes, "-zone Asia/Kolkata ", "", 1) + `'`, c.signedIn,
			[]string{"like Asia/Kolkata: ", "Asia/Kolkata", "password: ", "good", "12 characters\r\nthe owner's password: ", "Good-Password-1"}},
	} {
		t.Run(one.name, func(t *testing.T) {
			// A question that nobody expects would be waited at for ever.
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, "script", "-qec", one.line, "/dev/null")
			command.Dir, command.Env = "..", append(c.env, one.env...)
			said, err := typed(command, one.asked)
			c.compare(t, one.name, one.line, strings.ReplaceAll(said, "\r\n", "\n"), err)
		})
	}
}

// typed runs a command and types a line whenever its question has come, so that what is
// echoed stands behind it.
func typed(command *exec.Cmd, asked []string) (string, error) {
	in, err := command.StdinPipe()
	if err != nil {
		return "", err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := command.Start(); err != nil {
		return "", err
	}
	var said strings.Builder
	for buffer := make([]byte, 1024); err == nil; {
		var n int
		n, err = out.Read(buffer)
		said.Write(buffer[:n])
		if len(asked) > 0 && strings.HasSuffix(said.String(), asked[0]) {
			_, _ = io.WriteString(in, asked[1]+"\n") // an error shows in what is said
			asked = asked[2:]
		}
	}
	return said.String(), command.Wait()
}

// shoes are the options of an account with which nothing is wrong.
const shoes = "-account Shoes -zone Asia/Kolkata -first Meera -last Nair -email meera@example.com"

// commands is where they run: an environment without settings, and an AWS of a few answers.
type commands struct {
	env, signedIn   []string
	dist, out, home string
	server          *httptest.Server
}

func newCommands(t *testing.T) *commands {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the CDK")
	}
	programs.Need(t, "cdk", func() (string, error) { return programs.FromNPM("infra/cli") })
	c := &commands{home: t.TempDir()}
	c.dist, c.out = filepath.Join(c.home, "dist"), filepath.Join(c.home, "out")
	for _, name := range functionNames() {
		check(t, os.MkdirAll(filepath.Join(c.dist, name), 0o755))
		check(t, os.WriteFile(filepath.Join(c.dist, name, "bootstrap"), []byte(name), 0o755))
	}
	c.server = httptest.NewServer(http.HandlerFunc(littleAWS))
	t.Cleanup(c.server.Close)
	caches, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	check(t, err)
	paths := strings.Fields(string(caches))
	c.env = []string{
		"HOME=" + c.home, "PATH=" + os.Getenv("PATH"), "TERM=dumb", "AWS_EC2_METADATA_DISABLED=true",
		"GOCACHE=" + paths[0], "GOMODCACHE=" + paths[1], "GOTOOLCHAIN=local", "GOFLAGS=-mod=readonly",
	}
	c.signedIn = []string{"AWS_ENDPOINT_URL=" + c.server.URL, "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret"}
	return c
}

// littleAWS knows whose credentials are and has one function, which knows three businesses.
func littleAWS(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	answer := func(status int, text string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
	has := func(part string) bool { return strings.Contains(string(body), part) }
	switch {
	case has("Action=GetCallerIdentity") && r.Header.Get("X-Amz-Security-Token") != "":
		answer(http.StatusForbidden, `<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`)
	case has("Action=GetCallerIdentity"):
		answer(http.StatusOK, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::123456789012:user/meera</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	case !strings.HasSuffix(r.URL.Path, "/functions/provision/invocations"):
		w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
		answer(http.StatusNotFound, `{"Message":"Function not found"}`)
	case has(`"accountName":"Refused"`):
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer(http.StatusOK, `{"errorType":"invalid","errorMessage":"{\"type\":\"/problems/invalid\",\"detail\":\"Some fields are wrong.\",`+
			`\"errors\":[{\"field\":\"accountName\",\"detail\":\"is too plain\"},{\"field\":\"owner.password\",\"detail\":\"is known to many\"}]}"}`)
	case has(`"action":"unlock","email":"nobody@example.com"`):
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer(http.StatusOK, `{"errorType":"not-found","errorMessage":"{\"type\":\"/problems/not-found\",\"detail\":\"There is no such member.\"}"}`)
	case has(`"action":"unlock"`):
		answer(http.StatusOK, `{"accountId":"acc_a","memberId":"mem_a","totpTaken":true}`)
	default:
		answer(http.StatusOK, fmt.Sprintf(`{"accountId":"acc_a","memberId":"mem_a","created":%t}`, !has(`"accountName":"Again"`)))
	}
}

var (
	lineOfMakefile = regexp.MustCompile(`Makefile:\d+`)
	clockLaws      = regexp.MustCompile(`release \S+ knows`)
	optionNames    = regexp.MustCompile(`the names are .*`)
)

// compare compares what a command said with its golden file, in which nothing depends on
// where it was run, with which clock laws, and with how many options.
func (c *commands) compare(t *testing.T, name, line, said string, err error) {
	t.Helper()
	code := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		code = failed.ExitCode()
	} else {
		check(t, err)
	}
	root, err := filepath.Abs("..")
	check(t, err)
	got := fmt.Sprintf("$ %s\n%sexit %d\n", line, said, code)
	got = strings.NewReplacer(c.home, "HOME", root, "ROOT", c.server.URL, "URL").Replace(got)
	got = lineOfMakefile.ReplaceAllString(got, "Makefile:N")
	got = clockLaws.ReplaceAllString(got, "release R knows")
	got = optionNames.ReplaceAllString(got, "the names are …")
	file := filepath.Join("testdata", "commands", name+".txt")
	if *update {
		check(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	check(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("go test ./infra -run Commands -update writes it anew\n%s", diff)
	}
}
