package machine

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const script = "../../scripts/rotate-machine"

// secret is what a new one is. It is nowhere but where it is asked for.
const secret = "a2b3c4d5e6f7a2b3c4d5e6f7"

// standIn is an AWS CLI in bash. It notes what it is asked; the secrets of the client are the
// lines of a file, and what is in FAILS fails, before or after it was done.
const standIn = `#!/usr/bin/env bash
case "$*" in *skeleton) echo "${SKELETON-{\}}" >&2; [ -z "${SKELETON-}" ]; exit ;; esac
echo "$*" >>"$CALLS"
case "${FAILS-}" in "$2") echo "An error occurred ($2)" >&2; exit 254 ;; esac
case $2 in
describe-stacks) echo eu-west-1_pool ;;
list-user-pool-clients) printf '%s' "${CLIENT-client
}" ;;
list-user-pool-client-secrets) paste -s "$SECRETS" ;;
add-user-pool-client-secret) echo client--3 >>"$SECRETS"; echo ` + secret + ` ;;
delete-user-pool-client-secret) grep -vx "${@: -1}" "$SECRETS" >"$SECRETS.left"; mv "$SECRETS.left" "$SECRETS" ;;
esac
case "${FAILS-}" in "after $2") echo "Read timeout" >&2; exit 255 ;; esac
`

// ran is what one run said and asked, and which secrets are left.
type ran struct {
	out, said string
	asked     []string
	left      string
	failed    bool
}

// rotate runs the script on a client that has secrets.
func rotate(t *testing.T, secrets, environment string, args ...string) ran {
	t.Helper()
	bin := t.TempDir()
	calls, file := filepath.Join(bin, "calls"), filepath.Join(bin, "secrets")
	for path, text := range map[string]string{filepath.Join(bin, "aws"): standIn, calls: "", file: strings.ReplaceAll(secrets, " ", "\n") + "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var out, said bytes.Buffer
	cmd := exec.Command(script, args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "CALLS="+calls, "SECRETS="+file)
	if environment != "" {
		cmd.Env = append(cmd.Env, environment)
	}
	err := cmd.Run()
	r := ran{out: out.String(), said: said.String(), failed: err != nil}
	asked, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(asked)) {
		r.asked = append(r.asked, strings.TrimSpace(line))
	}
	left, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r.left = strings.Join(strings.Fields(string(left)), " ")
	if strings.Contains(r.said, secret) {
		t.Errorf("the secret is in %q", r.said)
	}
	return r
}

// looks are the calls before anything is done.
var looks = []string{
	"cloudformation describe-stacks --stack-name ConnectNow-prod-Data --query Stacks[0].Outputs[?OutputKey=='UserPoolId'].OutputValue | [0] --output text",
	"cognito-idp list-user-pool-clients --user-pool-id eu-west-1_pool --query UserPoolClients[?ClientName=='platform'].[ClientId] --output text",
	"cognito-idp list-user-pool-client-secrets --user-pool-id eu-west-1_pool --client-id client" +
		" --query sort_by(ClientSecrets, &ClientSecretCreateDate)[].ClientSecretId --output text",
}

func TestRotate(t *testing.T) {
	t.Parallel()
	const of = " --user-pool-id eu-west-1_pool --client-id client "
	const add = "cognito-idp add-user-pool-client-secret" + of + "--query ClientSecretDescriptor.ClientSecretValue --output text"
	const remove = "cognito-idp delete-user-pool-client-secret" + of + "--client-secret-id client--"
	for _, c := range []struct {
		name, secrets, environment string
		args                       []string
		does                       string // after it looked, and nothing else
		out, says, left            string
		failed                     bool
	}{
		{"a second one", "client--1", "", []string{"prod"}, add, secret + "\n", "make rotate-machine ARGS='prod old'", "client--1 client--3", false},
		{"a third one", "client--1 client--2", "", []string{"prod"}, "", "", "nothing was done: the client has two secrets already", "client--1 client--2", true},
		{"the old one goes", "client--1 client--2", "", []string{"prod", "old"}, remove + "1", "", "The old secret is gone", "client--2", false},
		{"the new one goes", "client--1 client--2", "", []string{"prod", "new"}, remove + "2", "", "The new secret is gone", "client--1", false},
		{"the old one goes twice", "client--2", "", []string{"prod", "old"}, "", "", "nothing was done: the client has one secret", "client--2", true},
		{"the last one", "client--1", "", []string{"prod", "new"}, "", "", "nothing was done: the client has one secret", "client--1", true},
		{"adding is refused", "client--1", "FAILS=add-user-pool-client-secret", []string{"prod"}, add, "", "ARGS='prod new' drops it", "client--1", true},
		{"removing is refused", "client--1 client--2", "FAILS=delete-user-pool-client-secret", []string{"prod", "old"}, remove + "1", "", "An error occurred", "client--1 client--2", true},
		{"removed without an answer", "client--1 client--2", "FAILS=after delete-user-pool-client-secret", []string{"prod", "old"}, remove + "1", "", "Read timeout", "client--2", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := rotate(t, c.secrets, c.environment, c.args...)
			want := looks
			if c.does != "" {
				want = append(want[:3:3], c.does)
			}
			if diff := cmp.Diff(want, got.asked); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got.out != c.out || !strings.Contains(got.said, c.says) || got.left != c.left || got.failed != c.failed {
				t.Errorf("got %+v, want %+v", got, c)
			}
		})
	}
}

// An answer that never came leaves a secret that nobody knows, and it can be dropped.
func TestSecretThatGotLost(t *testing.T) {
	t.Parallel()
	lost := rotate(t, "client--1", "FAILS=after add-user-pool-client-secret", "prod")
	if !lost.failed || lost.left != "client--1 client--3" || !strings.Contains(lost.said, "ARGS='prod new' drops it") {
		t.Errorf("got %+v", lost)
	}
	again := rotate(t, lost.left, "", "prod")
	if !again.failed || again.left != lost.left {
		t.Errorf("a second one was added: %+v", again)
	}
	if dropped := rotate(t, lost.left, "", "prod", "new"); dropped.failed || dropped.left != "client--1" {
		t.Errorf("got %+v", dropped)
	}
}

// What cannot be is told before anything is changed.
func TestNothingToRotate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, environment string
		args              []string
		says              string
		asked             int
	}{
		{"no stage", "", nil, "usage:", 0},
		{"no name of a stage", "", []string{"Prod!"}, "usage:", 0},
		{"neither old nor new", "", []string{"prod", "both"}, "usage:", 0},
		{"an older CLI", "SKELETON=aws: error: argument operation: Invalid choice, valid choices are:", []string{"prod"}, "needs an AWS CLI from March 2026 or later", 0},
		{"no such profile", "SKELETON=The config profile (x) could not be found", []string{"prod"}, "nothing was done: The config profile (x) could not be found", 0},
		{"no such stage", "FAILS=describe-stacks", []string{"prod"}, "An error occurred", 1},
		{"no client", "CLIENT=", []string{"prod"}, "the stage prod has no client for the platform", 2},
		{"no leave to look", "FAILS=list-user-pool-client-secrets", []string{"prod", "old"}, "An error occurred", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := rotate(t, "client--1 client--2", c.environment, c.args...)
			if !got.failed || got.out != "" || !strings.Contains(got.said, c.says) || len(got.asked) != c.asked || got.left != "client--1 client--2" {
				t.Errorf("got %+v, want %q after %d calls", got, c.says, c.asked)
			}
		})
	}
}

// A dry run tells what it would ask AWS for, and asks for nothing.
func TestDry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		last string
	}{
		{[]string{"prod"}, "aws cognito-idp add-user-pool-client-secret --user-pool-id POOL"},
		{[]string{"prod", "old"}, "--client-secret-id OLD"},
		{[]string{"prod", "new"}, "--client-secret-id NEW"},
	} {
		got := rotate(t, "client--1", "", append([]string{"--dry-run"}, c.args...)...)
		if got.failed || got.asked != nil || strings.Count(got.said, "aws ") != 4 || !strings.Contains(got.said, c.last) {
			t.Errorf("%q: %+v", c.args, got)
		}
	}
}
