package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

// generator makes clients in Go of OpenAPI documents. It is fetched when it is asked for,
// and no module of ours.
const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"

// Of the document that is served a client is generated, as its manual says and with all
// that it generates unless told otherwise. A program that knows nothing else of the API
// takes a chat from signing in to its end.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS("testdata/client")); err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(work, "openapi.yaml")
	_, text := p.do("GET", "/v1/openapi.yaml", "", nil)
	if err := os.WriteFile(document, text, 0o600); err != nil {
		t.Fatal(err)
	}
	programs.Need(t, "oapi-codegen", func() (string, error) {
		if out, err := inFolder(work, "go", "mod", "download"); err != nil {
			return out, err
		}
		return inFolder(t.TempDir(), "go", "run", generator, "-version")
	})
	code, err := inFolder(t.TempDir(), "go", "run", generator, "-package", "desk", document)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(work, "desk"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "desk", "desk.go"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	// Without its path what was compiled is found again in the next run's cache.
	if _, err := inFolder(work, "go", "build", "-mod=readonly", "-trimpath", "-o", "app", "."); err != nil {
		t.Fatal(err)
	}
	about := request[about](p, "GET", "/sandbox", "", nil)
	out, err := inFolder(work, "./app", p.url, about.MachineToken)
	if err != nil || out != "completed\n" {
		t.Errorf("the app says %q, %v; want completed", out, err)
	}
}

// inFolder runs a command in a folder and returns what it prints; the error has what it
// complains of, in a line.
func inFolder(folder, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		lines := bytes.Split(bytes.TrimSpace(complaint.Bytes()), []byte("\n"))
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, lines[len(lines)-1])
	}
	return string(out), nil
}
