package assistant

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the forms of the tools anew")

// Vendors' forms of a tool.
type (
	openAI struct {
		Type     string         `json:"type"`
		Function openAIFunction `json:"function"`
	}
	openAIFunction struct {
		Name        string  `json:"name"`
		Description string  `json:"description"`
		Strict      bool    `json:"strict"`
		Parameters  *Schema `json:"parameters"`
	}
	anthropic struct {
		Name        string  `json:"name"`
		Description string  `json:"description"`
		Schema      *Schema `json:"input_schema"`
	}
	converse struct {
		Spec converseSpec `json:"toolSpec"`
	}
	converseSpec struct {
		Name        string       `json:"name"`
		Description string       `json:"description"`
		Schema      converseJSON `json:"inputSchema"`
	}
	converseJSON struct {
		JSON *Schema `json:"json"`
	}
)

// forms are the files of docs/tools.
func forms() map[string]any {
	var (
		a []openAI
		b []anthropic
		c []converse
	)
	for _, t := range Tools() {
		a = append(a, openAI{"function", openAIFunction{t.Name, t.Description, true, t.StrictSchema()}})
		b = append(b, anthropic{t.Name, t.Description, t.Schema()})
		c = append(c, converse{converseSpec{t.Name, t.Description, converseJSON{t.Schema()}}})
	}
	return map[string]any{"openai.json": a, "anthropic.json": b, "bedrock-converse.json": map[string]any{"tools": c}}
}

// The forms of vendors in docs/tools are those of the table.
func TestToolForms(t *testing.T) {
	for name, form := range forms() {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(form); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("..", "..", "docs", "tools", name)
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s is not what the table says (%v); write it anew by go test ./internal/assistant -run ToolForms -update", file, err)
		}
	}
}

// Whatever vendors ask of names, lengths and schemas holds.
func TestToolsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, tool := range Tools() {
		t.Run(tool.Name, func(t *testing.T) {
			if seen[tool.Name] || len(tool.Name) > 64 || tool.Title == "" {
				t.Errorf("the name is there twice, or too long, or without a title")
			}
			seen[tool.Name] = true
			// OpenAI takes a description of 1,024 characters at most.
			if n := len(tool.Description); n < 40 || n > 1024 {
				t.Errorf("the description has %d characters", n)
			}
			if tool.May == MayRead != tool.ReadOnly {
				t.Errorf("it may %s and is read-only: %t", tool.May, tool.ReadOnly)
			}
			strict := tool.StrictSchema()
			if got, want := len(strict.Required), len(tool.Inputs); got != want || *strict.Additional {
				t.Errorf("strict: %d of %d are required, others too: %t", got, want, *strict.Additional)
			}
		})
	}
}
