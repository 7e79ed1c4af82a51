package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// AWS's own validator finds no error in the templates, and one in a template that has a
// property misspelt.
func TestTemplatesAreValid(t *testing.T) {
	folder := validator(t)
	full, lean := synth(t, withSecrets), synth(t, map[string]any{"stage": "prod", "machineClient": "false", "reservedConcurrency": "2"})
	if said, err := validate(t, folder, full.app, full.data, lean.app, lean.data); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	for _, p := range of(full.data, "AWS::DynamoDB::Table") {
		p["BillingMood"] = "PAY_PER_REQUEST"
	}
	if said, err := validate(t, folder, full.data); err == nil || !strings.Contains(said, "BillingMood") {
		t.Errorf("a misspelt property: %v\n%s", err, said)
	}
}

func validate(t *testing.T, folder string, templates ...object) (said string, err error) {
	t.Helper()
	arguments := []string{filepath.Join(folder, "validate.mjs")}
	for i, template := range templates {
		text, err := json.Marshal(template)
		check(t, err)
		file := filepath.Join(t.TempDir(), string(rune('a'+i))+".template.json")
		check(t, os.WriteFile(file, text, 0o600))
		arguments = append(arguments, file)
	}
	out, err := exec.Command("node", arguments...).CombinedOutput()
	return string(out), err
}

// validator is the folder of the validator, which is installed if need be. Where it cannot
// be had the test is skipped, unless CI is set: then it fails.
func validator(t *testing.T) string {
	t.Helper()
	cache := os.Getenv("CONNECTNOW_CACHE")
	if cache == "" {
		cache = filepath.Join("..", ".cache")
	}
	install := exec.Command("sh", filepath.Join("testdata", "validate.sh"), cache)
	var said bytes.Buffer
	install.Stderr = &said
	folder, err := install.Output()
	switch {
	case err == nil:
		return string(bytes.TrimSpace(folder))
	case os.Getenv("CI") != "":
		t.Fatalf("no validator: %v: %s", err, bytes.TrimSpace(said.Bytes()))
	default:
		t.Skipf("no validator: %v: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return ""
}
