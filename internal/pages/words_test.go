package pages

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// schema is as much of a schema of the contract as tells what values there are.
type schema struct {
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

// at gives the schema of a property, also of a list's elements: "attributes.comparison".
func (s schema) at(path string) schema {
	for name := range strings.SplitSeq(path, ".") {
		if s = s.Properties[name]; s.Items != nil {
			s = *s.Items
		}
	}
	return s
}

// contract gives the schemas of the API.
func contract(t *testing.T) map[string]schema {
	t.Helper()
	var c struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(read(t, "../api/openapi.json")), &c); err != nil {
		t.Fatal(err)
	}
	return c.Components.Schemas
}

// Whatever code the API can give has words: none is shown as it is.
func TestEveryCodeHasWords(t *testing.T) {
	words, schemas := wordKeys(t), contract(t)
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
		{"ChangeKind", "", []string{"audit.kind", "audit.did"}, ""},
		{"Decision", "rule", []string{"assistant.rule"}, ""},
		{"When", "attributes.comparison", []string{"assistant.attribute", "assistant.how"}, ""},
		{"Channel", "", []string{"assistant.channel"}, ""},
		{"AssistantKeyInput", "may", []string{"key.may"}, ""},
		{"Connection", "kind", []string{"connection.kind"}, ""},
		{"Escalation", "outcome", []string{"log.was"}, ""},
		{"EscalationState", "", []string{"log.is"}, "completed"}, // its outcome says more
	} {
		s := schemas[c.schema]
		if c.property != "" {
			s = s.at(c.property)
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

// auditKind and auditField are how the desk names what the audit tells: a kind of change, and a field
// of one.
var (
	auditKind  = regexp.MustCompile(`(?m)^\taudit\w+ += "([a-z.-]+)"`)
	auditField = regexp.MustCompile(`edited\("(\w+)"`)
)

// Whatever the desk can write into the audit is a sentence: each kind of change, and each field that
// can change, as the desk's own sources and the contract have them.
func TestEveryChangeIsASentence(t *testing.T) {
	words, entry := wordKeys(t), read(t, "web/auditentry.ts")
	for _, kind := range auditKind.FindAllStringSubmatch(read(t, "../desk/audit.go"), -1) {
		if !words["audit.did."+kind[1]] || !words["audit.kind."+kind[1]] || !strings.Contains(entry, "'"+kind[1]+"'") {
			t.Errorf("the audit has no words for %s", kind[1])
		}
	}
	fields := map[string]bool{}
	for _, of := range []string{"AccountPatch", "MemberPatch", "MyPatch"} {
		for field := range contract(t)[of].Properties {
			fields[field] = true
		}
	}
	sources, err := filepath.Glob("../desk/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, found := range auditField.FindAllStringSubmatch(read(t, name), -1) {
			fields[found[1]] = true
		}
	}
	if len(fields) < 20 {
		t.Fatalf("only %d fields were found: %v", len(fields), fields)
	}
	for field := range fields {
		if !words["audit.field."+field] {
			t.Errorf("the audit has no word for the field %s", field)
		}
	}
}

// read gives a source.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
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
		for _, found := range wordKey.FindAllStringSubmatch(read(t, name), -1) {
			keys[found[1]] = true
		}
	}
	return keys
}
