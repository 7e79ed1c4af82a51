package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The forms are those that yargs, by which the CDK reads its command line, takes for -c.
func TestAssigned(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want map[string]any
	}{
		{"none", []string{"--all", "ConnectNow-*"}, map[string]any{}},
		{"apart", []string{"-c", "stage=prod", "--all", "--context", "voip=true"}, map[string]any{"stage": "prod", "voip": "true"}},
		{"joined", []string{"-c=stage=prod", "--context=voip=true", "-ctracing=true"}, map[string]any{"stage": "prod", "voip": "true", "tracing": "true"}},
		{"twice", []string{"-c", "stage=dev", "-c", "stage=prod"}, map[string]any{"stage": "prod"}},
		{"more than one sign", []string{"-c", "@aws-cdk/core:x=a=b"}, map[string]any{"@aws-cdk/core:x": "a=b"}},
		{"empty", []string{"-c", "alarmEmail="}, map[string]any{"alarmEmail": ""}},
		{"no assignment", []string{"-c", "stage", "-c"}, map[string]any{}},
		{"behind the end", []string{"--", "-c", "stage=prod"}, map[string]any{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, assigned(c.args)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is said nearer to the command counts: on its line, in the project, by the CDK, by the
// user.
func TestRun(t *testing.T) {
	home, project := t.TempDir(), t.TempDir()
	t.Chdir(project)
	for path, text := range map[string]string{
		filepath.Join(home, ".cdk.json"): `{"context":{"alarmEmail":"none","mailFrom":"none","stage":"other"}}`,
		"cdk.context.json":               `{"voip":"false","availability-zones:account=1":["a"]}`,
		"cdk.json":                       `{"app":"go run ./infra","context":{"stage":"dev","@aws-cdk/core:x":true}}`,
		"functions/login/main.go":        "package main",
		"dist/login/bootstrap":           "",
		"broken/.cdk.json":               "{",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const forgotten = "context alarmEmail is needed for stage=prod: who is told of alarms, or none\n" +
		"context mailFrom is needed for stage=prod: who codes and notices come from, or none"
	for _, c := range []struct {
		name, command, home string
		args                []string
		want                string
	}{
		{"nothing said", "deploy", home, nil, ""},
		{"told by the user", "deploy", home, []string{"-c", "stage=prod"}, ""},
		{"told by nobody", "deploy", "nowhere", []string{"-c", "stage=prod"}, forgotten},
		{"told in a broken file", "deploy", "broken", []string{"-c", "stage=prod"}, forgotten},
		{"not needed", "destroy", "nowhere", []string{"-c", "stage=prod"}, ""},
		{"wrong", "destroy", home, []string{"-c", "voip=yes"}, "context voip=yes must be true or false"},
		{"binaries", "synth", home, []string{"-c", "dist=dist"}, ""},
		{"no binaries", "synth", home, []string{"-c", "dist=nowhere"}, "context dist=nowhere: there is no nowhere/login/bootstrap, which make build makes in dist"},
		{"no binaries needed", "ls", home, []string{"-c", "dist=nowhere"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := run(c.command, c.args, c.home); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}
