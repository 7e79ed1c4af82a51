package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shifts runs scripts/tz-shifts. aws, in bash, stands for the AWS CLI.
func shifts(t *testing.T, aws string, args ...string) (said string, err error) {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "aws"), []byte("#!/usr/bin/env bash\n"+aws), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("../../../scripts/tz-shifts", args...)
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return temporary.ReplaceAllString(string(out), "$1"), err
}

// temporary are paths that are others each time.
var temporary = regexp.MustCompile(`/\S+/(payload|answer)`)

// askingForShifts are the commands of a dry run, up to what it answers.
var askingForShifts = []string{
	"aws lambda get-function-configuration --function-name connectnow-prod-shift --query Environment.Variables.SHIFT_MACHINE_ARN --output text",
	"aws stepfunctions list-executions --state-machine-arn MACHINE --status-filter RUNNING --page-size 1000 --query executions[].name --output text",
	"aws lambda invoke --function-name connectnow-prod-shift --payload fileb:payload answer",
}

// A dry run tells what it would ask AWS for, and asks for nothing.
func TestShiftsDry(t *testing.T) {
	t.Parallel()
	said, err := shifts(t, "echo asked", "--dry-run", "prod")
	want := append(slices.Clone(askingForShifts), "")
	if diff := cmp.Diff(want, strings.Split(said, "\n")); err != nil || diff != "" {
		t.Errorf("%v: -want +got:\n%s", err, diff)
	}
	for _, bad := range [][]string{{}, {"Prod!"}, {"prod", "x"}} {
		if said, err := shifts(t, "echo asked", bad...); err == nil || !strings.HasPrefix(said, "usage") {
			t.Errorf("%q: %v: %s", bad, err, said)
		}
	}
}

// The names of all that runs go to the function, fifty at a time. What it says of them is
// added up, and what it could not look at is told.
func TestShiftsSummedUp(t *testing.T) {
	t.Parallel()
	// As the CLI prints pages: a line each, also an empty one.
	var page strings.Builder
	for i := range 120 {
		fmt.Fprintf(&page, "mem_%d-1-1%s", i, map[bool]string{true: "\n\n", false: "\t"}[i%70 == 69])
	}
	pages := strings.TrimSpace(page.String())
	for _, c := range []struct {
		name, lists string // what runs
		answers     string // bash that writes the answer to what is in $names, into $out
		fails       bool
		says        []string
	}{
		{"nobody", "", `exit 9`, false, []string{"Of 0 shifts of prod 0 waited"}},
		{"none, in the CLI's word", "None", `exit 9`, false, []string{"Of 0 shifts of prod 0 waited"}},
		{"all", pages, `echo "{\"looked\":50,\"renewed\":$(wc -w <<<"$names"),\"failed\":[]}" >"$out"`, false, []string{"Of 120 shifts of prod 120 waited"}},
		{
			"two fail", pages, `[[ $names != *mem_7-1-1* ]] && echo '{"looked":9,"renewed":1,"failed":[]}' >"$out" || echo '{"looked":9,"renewed":1,"failed":["mem_7-1-1","mem_8-1-1"]}' >"$out"`,
			true, []string{"not looked at: mem_7-1-1\nnot looked at: mem_8-1-1\nThese 2 of 120 shifts"},
		},
		{"the function fails", "mem_1-1-1", `echo '{"errorMessage":"the table is away"}' >"$out"`, true, []string{"the table is away", "not looked at: mem_1-1-1\nThese 1 of 1 shifts"}},
		{"the function is not there", "mem_1-1-1", `echo 'no such function' >&2; exit 254`, true, []string{"no such function", "not looked at: mem_1-1-1\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			said, err := shifts(t, fmt.Sprintf(`
case "$1 $2" in
"lambda get-function-configuration") echo arn:machine ;;
"stepfunctions list-executions") [ "$4" = arn:machine ] && cat <<'END' ;;
%s
END
"lambda invoke")
	payload=${6#fileb://} out=$7
	[[ $(cat "$payload") =~ ^\{\"renew\":\[(\"[a-z0-9_-]+\",?){1,50}\]\}$ ]] || { echo "bad payload: $(cat "$payload")" >&2; exit 9; }
	names=$(grep -o 'mem_[0-9-]*' "$payload")
	%s
	;;
esac
`, c.lists, c.answers), "prod")
			if (err != nil) != c.fails {
				t.Errorf("%v: %s", err, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, want %q in it", said, want)
				}
			}
		})
	}
}

// Where the state machine cannot be listed, nothing is renewed and the exit tells.
func TestShiftsNotListed(t *testing.T) {
	t.Parallel()
	for _, fails := range []string{"get-function-configuration", "list-executions"} {
		t.Run(fails, func(t *testing.T) {
			t.Parallel()
			said, err := shifts(t, fmt.Sprintf(`[ "$2" != %s ] || { echo denied >&2; exit 254; }; [ "$2" != invoke ] || echo invoked >&2; echo x`, fails), "prod")
			if err == nil || said != "denied\n" {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}
