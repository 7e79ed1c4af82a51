package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

// AWS's own validator finds no error in the templates, and one in a template that has a
// property misspelt.
func TestTemplatesAreValid(t *testing.T) {
	folder := validator(t)
	full, lean := synth(t, withSecrets), synth(t, map[string]any{"stage": "prod", "alarmEmail": "none", "mailFrom": "none", "machineClient": "false", "reservedConcurrency": "2", "tzLayer": "true"})
	most, elsewhere := synth(t, withEverything()), synth(t, mapsWith(mapsWith(withAddress, "hostedZoneId", ""), "maxWriteUnits", "500"))
	if said, err := validate(t, folder, full.app, full.data, lean.app, lean.data, most.app, most.data, elsewhere.app, elsewhere.data); err != nil {
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

// validator is the folder of the validator.
func validator(t *testing.T) string {
	t.Helper()
	return programs.Need(t, "cloudformation-validate", func() (string, error) { return programs.FromNPM("infra/testdata/validate") })
}
