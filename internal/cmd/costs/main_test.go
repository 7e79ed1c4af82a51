package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrite(t *testing.T) {
	page := file(t, "page.md", "<!-- costs: idle -->\n<!-- costs end -->\n")
	var printed bytes.Buffer
	if err := write(map[string]string{"idle": "| 1.33 |\n"}, page, &printed); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{printed.String(), string(written)} {
		if !strings.Contains(text, "| 1.33 |") {
			t.Errorf("no table in %q", text)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, test := range []struct{ name, folder, want string }{
		{"an empty folder", t.TempDir(), "no templates"},
		{"what is no JSON", filepath.Dir(file(t, "a.template.json", "{")), "a.template.json"},
		{"what is no stage", filepath.Dir(file(t, "a.template.json", "{}")), "no templates of a stage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := run(t.Context(), test.folder, "", &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one of %q", err, test.want)
			}
		})
	}
}
