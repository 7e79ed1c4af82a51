package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
)

// A layer, unpacked as Lambda does, is an overlay of the release that it was made of.
func TestLayer(t *testing.T) {
	t.Parallel()
	from := hourstest.Zip(t, "2099a", hourstest.Laws{"America/Vancouver": 5})
	layer := filepath.Join(t.TempDir(), "layer.zip")
	var out bytes.Buffer
	if err := run([]string{"-to", layer, from}, &out); err != nil || out.String() != "2099a\n" {
		t.Fatalf("%q, %v", &out, err)
	}
	opened, err := zip.OpenReader(layer)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if len(opened.File) != 1 {
		t.Fatalf("%d files, want tz.zip alone", len(opened.File))
	}
	opt := t.TempDir()
	if err := os.CopyFS(opt, opened); err != nil {
		t.Fatal(err)
	}
	d, err := hours.ReadOverlay(filepath.Join(opt, "tz.zip"))
	if err != nil || d.Release() != "2099a" {
		t.Fatalf("%v", err)
	}
}

// What functions would ignore becomes no layer.
func TestNoLayer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, says string
		args       []string
	}{
		{"nothing named", "name the folder", nil},
		{"nothing there", "no such file", []string{filepath.Join(t.TempDir(), "x")}},
		{"not newer", "not newer", []string{hourstest.Zip(t, "2020a", nil)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			layer := filepath.Join(t.TempDir(), "layer.zip")
			err := run(append([]string{"-to", layer}, c.args...), &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want an error with %q", err, c.says)
			}
			if _, err := os.Stat(layer); err == nil {
				t.Error("a layer was written")
			}
		})
	}
}

// Publishing asks for the layer, the parameter and each function, in this order. Nothing is
// asked when the release is none that functions would take.
func TestPublishDry(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a program")
	}
	publish := func(args ...string) (string, error) {
		cmd := exec.Command("../../../scripts/tz-publish", append([]string{"--dry-run"}, args...)...)
		out, err := cmd.CombinedOutput()
		said := regexp.MustCompile(`fileb://\S+/layer`).ReplaceAllString(string(out), "fileb://layer")
		return temporary.ReplaceAllString(said, "$1"), err
	}
	said, err := publish("prod", hourstest.Zip(t, "2099a", nil))
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	want := []string{
		"aws lambda publish-layer-version --layer-name connectnow-prod-tz --description tz-2099a --zip-file fileb://layer.zip --query LayerVersionArn --output text",
		"aws ssm put-parameter --name /connectnow/prod/tz-layer --type String --overwrite --value LAYER",
	}
	folders, err := filepath.Glob("../../../functions/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		name := "connectnow-prod-" + filepath.Base(folder)
		want = append(want,
			"aws lambda update-function-configuration --function-name "+name+" --layers LAYER",
			"aws lambda wait function-updated --function-name "+name,
			"aws lambda get-function-configuration --function-name "+name+" --query Layers[].Arn --output text")
	}
	want = append(want, "All functions of prod go by tz 2099a: LAYER")
	want = append(want, askingForShifts...)
	want = append(want, "")
	if diff := cmp.Diff(want, strings.Split(said, "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range [][]string{{}, {"Prod!", "x"}, {"prod", hourstest.Zip(t, "2020a", nil)}, {"prod", filepath.Join(t.TempDir(), "x")}} {
		if said, err := publish(bad...); err == nil || strings.Contains(said, "aws ") {
			t.Errorf("%q: %v: %s", bad, err, said)
		}
	}
}
