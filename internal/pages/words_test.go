package pages

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// schema is as much of a schema of the contract as tells what values there are.
type schema struct {
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
}

// Whatever code the API can give has words: none is shown as it is.
func TestEveryCodeHasWords(t *testing.T) {
	var contract struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	document, err := os.ReadFile("../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(document, &contract); err != nil {
		t.Fatal(err)
	}
	words := wordKeys(t)
	for _, c := range []struct {
		schema, property string
		groups           []string
		but              string // says nothing, or is said by other words
	}{
		{"Event", "what", []string{"did"}, ""},
		{"Escalation", "outcome", []string{"outcome"}, ""},
		{"Escalation", "verdict", []string{"verdict"}, ""},
		{"EscalationState", "", []string{"stands"}, "cancelled"},
		{"Reason", "", []string{"reason"}, ""},
		{"Availability", "because", []string{"because", "state"}, ""},
		{"CandidateReason", "", []string{"why"}, ""},
		{"CallbackState", "", []string{"callback"}, ""},
		{"CallbackReason", "", []string{"cause"}, ""},
		{"CallbackEntry", "state", []string{"entry"}, ""},
		{"AttemptOutcome", "", []string{"attempt"}, ""},
		{"Message", "from", []string{"from"}, ""},
		{"Role", "", []string{"role"}, ""},
		{"Presence", "", []string{"presence"}, ""},
		{"Platform", "", []string{"device"}, ""},
		{"Overflow", "", []string{"overflow"}, ""},
		{"Balance", "", []string{"balance"}, ""},
		{"FirstPassword", "", []string{"firstPassword"}, ""},
	} {
		s := contract.Components.Schemas[c.schema]
		if c.property != "" {
			s = s.Properties[c.property]
		}
		if len(s.Enum) == 0 {
			t.Errorf("%s %s has no list of values in the contract", c.schema, c.property)
		}
		for _, value := range s.Enum {
			code, is := value.(string)
			if !is || code == "" || code == c.but {
				continue
			}
			for _, group := range c.groups {
				if key := group + "." + code; !words[key] && key != "because.receiving" { // the headline says it
					t.Errorf("the words have no %q, for what %s %s can be", key, c.schema, c.property)
				}
			}
		}
	}
}

// wordKey is a key of the table of words.
var wordKey = regexp.MustCompile(`(?m)^  '([^']+)':`)

// wordKeys gives all keys of the table of words.
func wordKeys(t *testing.T) map[string]bool {
	t.Helper()
	tables, err := filepath.Glob("web/*words.ts")
	if err != nil || len(tables) < 2 {
		t.Fatal(tables, err)
	}
	keys := map[string]bool{}
	for _, name := range tables {
		table, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range wordKey.FindAllSubmatch(table, -1) {
			keys[string(found[1])] = true
		}
	}
	return keys
}
