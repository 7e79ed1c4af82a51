package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectnow/backend/internal/programs"
)

const root = "../../.."

var readOnce = sync.OnceValues(func() (*shipped, error) { return readShipped(root) })

func whatIsShipped(t *testing.T) *shipped {
	t.Helper()
	s, err := readOnce()
	if err != nil {
		t.Fatal(err)
	}
	return &shipped{s.programs, slices.Clone(s.parts)}
}

// withLicences reads the licences, too, for which the packages of npm must be there.
func withLicences(t *testing.T) *shipped {
	t.Helper()
	folder := programs.Need(t, "packages of the pages", func() (string, error) { return programs.FromNPM(pagesPackages) })
	s := whatIsShipped(t)
	for i := range s.parts {
		if err := s.parts[i].readLicences(filepath.Join(folder, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestNoticeNamesAll holds that nothing of others is shipped that NOTICE does not name.
func TestNoticeNamesAll(t *testing.T) {
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	s := whatIsShipped(t)
	for _, p := range s.parts {
		if want := "\n  " + p.title() + "\n"; p.from != debian && !strings.Contains(string(notice), want) {
			t.Errorf("NOTICE does not name %s: make sbom", p.name)
		}
	}
	if len(s.parts) < 20 || len(s.programs) < 10 {
		t.Errorf("%d parts in %d programs: the test looks in the wrong place", len(s.parts), len(s.programs))
	}
}

// TestNoticeIsNew holds NOTICE to what the licences say today.
func TestNoticeIsNew(t *testing.T) {
	s := withLicences(t)
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(notice), string(s.notice())); diff != "" {
		t.Errorf("make sbom writes another NOTICE:\n%s", diff)
	}
	for _, p := range s.parts {
		if p.terms == "" {
			t.Errorf("%s has no licence", p.name)
		}
	}
}

// TestBill reads the bill by CycloneDX's own schema, and looks at what is in it.
func TestBill(t *testing.T) {
	s := withLicences(t)
	text, err := s.bill("v1", "2026-11-29T11:49:35Z")
	if err != nil {
		t.Fatal(err)
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := cycloneSchema(t).Validate(read); err != nil {
		t.Error(err)
	}
	again, err := s.bill("v1", "2026-11-29T11:49:35Z")
	if err != nil || !bytes.Equal(text, again) {
		t.Error("the same has another bill")
	}
	var b bill
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for _, d := range b.Dependencies {
		of[d.Ref] = d.DependsOn
	}
	for _, c := range []struct {
		program, part string
		want          bool
	}{
		{"functions/pages", "pkg:npm/preact@", true},
		{"functions/pages", "pkg:npm/lucide-static@", true},
		{"functions/pages", "pkg:golang/github.com/aws/aws-sdk-go-v2", false},
		{"functions/escalate", "pkg:golang/github.com/aws/aws-sdk-go-v2/service/dynamodb@", true},
		{"functions/escalate", "pkg:golang/std@", true},
		{"functions/escalate", "pkg:deb/debian/tzdata@", true},
		{"functions/escalate", "pkg:npm/", false},
		{"functions/mcp", "pkg:golang/github.com/modelcontextprotocol/go-sdk@", true},
		{"infra/pushapps", "pkg:golang/github.com/aws/aws-sdk-go-v2/service/sns@", true},
		{product, "functions/timer", true},
	} {
		if got := slices.ContainsFunc(of[c.program], func(ref string) bool { return strings.HasPrefix(ref, c.part) }); got != c.want {
			t.Errorf("%s has %s: %t", c.program, c.part, got)
		}
	}
	for _, c := range b.Components {
		if strings.Contains(c.Name, "typescript") || c.Version == "" || len(c.Licences) != 1 {
			t.Errorf("a component %+v", c)
		}
	}
}

// schemas is the Go module that has CycloneDX's schemas, fetched when it is asked for.
const schemas = "github.com/CycloneDX/cyclonedx-go@v0.12.0"

func cycloneSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	folder := programs.Need(t, "schema of CycloneDX", func() (string, error) {
		cmd := exec.Command("go", "mod", "download", "-json", schemas)
		cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		text, err := cmd.Output()
		var m struct{ Dir, Error string }
		if e := json.Unmarshal(text, &m); err == nil {
			err = e
		}
		if m.Error != "" {
			err = fmt.Errorf("%s", m.Error)
		}
		return filepath.Join(m.Dir, "schema"), err
	})
	c := jsonschema.NewCompiler()
	for name, file := range map[string]string{"bom-1.6": "bom-1.6.schema.json", "spdx": "spdx.schema.json", "jsf-0.82": "jsf-0.82.schemax.json"} {
		f, err := os.Open(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		document, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("http://cyclonedx.org/schema/"+name+".schema.json", document); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := c.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

var imported = regexp.MustCompile(`(?m)^(?:import|export)\b.* from '([^'.][^']*)';$`)

// TestPagesImportWhatIsListed holds that the pages are bundled of nothing that a bill would leave out
// because it is there for building alone.
func TestPagesImportWhatIsListed(t *testing.T) {
	var names []string
	for _, p := range whatIsShipped(t).parts {
		if p.from == npmPackage {
			names = append(names, p.name)
		}
	}
	found := 0
	for _, pattern := range []string{"*.ts", "*.tsx"} {
		files, err := filepath.Glob(filepath.Join(root, "internal/pages/web", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range imported.FindAllStringSubmatch(string(text), -1) {
				found++
				if !slices.ContainsFunc(names, func(name string) bool { return m[1] == name || strings.HasPrefix(m[1], name+"/") }) {
					t.Errorf("%s imports %s, which is not among %q", filepath.Base(file), m[1], names)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no imports found")
	}
}

// TestTermsOf: what nobody has read is none of the known licences.
func TestTermsOf(t *testing.T) {
	apacheToo, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"Apache", string(apacheToo), "Apache-2.0"},
		{"copyleft", "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\nEveryone is permitted to copy", ""},
		{"half", "Permission is hereby granted, free of charge, to any person obtaining a copy", ""},
		{"lines", "Permission to use, copy, modify, and/or\n  distribute this software for any purpose with or without fee is\nhereby granted", "ISC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(termsOf(c.text), " AND "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if rest := strings.TrimSpace(apache.ReplaceAllString(string(apacheToo), "")); rest != "" {
		t.Errorf("of the Apache License stays %q", rest)
	}
}
