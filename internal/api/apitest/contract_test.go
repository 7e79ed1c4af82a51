package apitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func document(t *testing.T) *contract {
	t.Helper()
	c, err := served()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// body is a request's or answer's body as the document describes it.
type body struct {
	name     string // for messages
	kind     string // its content type
	request  bool
	media    place
	examples map[string]any
}

// bodies are all bodies of all operations.
func (c *contract) bodies() []body {
	var all []body
	add := func(name string, request bool, of place) {
		for kind := range within(of.value, "content") {
			media, _ := c.down(of, "content", kind)
			b := body{name, kind, request, media, map[string]any{}}
			for example := range within(media.value, "examples") {
				p, _ := c.down(media, "examples", example)
				b.examples[example] = p.value["value"]
			}
			all = append(all, b)
		}
	}
	paths, _ := c.down(place{"", c.root}, "paths")
	for path := range paths.value {
		item, _ := c.down(paths, path)
		for method := range item.value {
			operation, is := c.down(item, method)
			if !is { // parameters of all methods
				continue
			}
			if request, there := c.down(operation, "requestBody"); there {
				add(method+" "+path, true, request)
			}
			for status := range within(operation.value, "responses") {
				response, _ := c.down(operation, "responses", status)
				add(method+" "+path+" "+status, false, response)
			}
		}
	}
	return all
}

func TestExamples(t *testing.T) {
	c := document(t)
	for _, b := range c.bodies() {
		if len(b.examples) == 0 {
			t.Errorf("%s: no example", b.name)
		}
		schema, _ := c.down(b.media, "schema")
		for name, value := range b.examples {
			for _, reason := range c.validate(schema, value) {
				t.Errorf("%s: example %s: %s", b.name, name, reason)
			}
		}
	}
}

// A field that the document does not name is found wherever in a body it is, in answers
// as well as in requests. What machines send may have any, and so may what an admin tries in their place.
func TestUnknownFieldsAreFound(t *testing.T) {
	c := document(t)
	for _, b := range c.bodies() {
		if strings.Contains(b.name, " /v1/openapi.") || strings.Contains(b.name, " /mcp") { // which are described elsewhere
			continue
		}
		if b.request && (strings.HasSuffix(b.name, " /v1/escalations") || strings.HasSuffix(b.name, " /v1/assistant/decide")) {
			continue
		}
		schema, _ := c.down(b.media, "schema")
		for name, value := range b.examples {
			eachObject(value, "", func(at string, o map[string]any) {
				const unknown = "nobodyKnowsThis"
				o[unknown] = false
				if c.validate(schema, value) == nil {
					t.Errorf("%s: example %s may have any field in %q", b.name, name, at)
				}
				delete(o, unknown)
			})
		}
	}
}

func eachObject(v any, at string, do func(at string, o map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		do(at, v)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			eachObject(v[name], at+"/"+name, do)
		}
	case []any:
		for i, item := range v {
			eachObject(item, fmt.Sprintf("%s/%d", at, i), do)
		}
	}
}

// Examples of schemas, parameters and headers.
func TestExamplesOfParts(t *testing.T) {
	c := document(t)
	top := place{"", c.root}
	for name, schema := range within(within(c.root, "components"), "schemas") {
		p, _ := c.down(top, "components", "schemas", name)
		examples, _ := asMap(schema)["examples"].([]any)
		for _, example := range examples {
			for _, reason := range c.validate(p, example) {
				t.Errorf("schema %s: example %v: %s", name, example, reason)
			}
		}
	}
	for _, kind := range []string{"parameters", "headers"} {
		for name := range within(within(c.root, "components"), kind) {
			p, _ := c.down(top, "components", kind, name)
			schema, _ := c.down(p, "schema")
			if example := p.value["example"]; example != nil {
				for _, reason := range c.validate(schema, example) {
					t.Errorf("%s %s: example %v: %s", kind, name, example, reason)
				}
			}
		}
	}
}

// Callers are told whether requests take other fields: not by the way this package reads
// the document, but by the document.
func TestRequestsAreClosed(t *testing.T) {
	c := document(t)
	seen := map[string]bool{}
	var look func(p place)
	look = func(p place) {
		if ref, is := p.value["$ref"].(string); is {
			p, _ = c.down(place{"", c.root}, unescaped(ref)...)
		}
		if seen[p.pointer] {
			return
		}
		seen[p.pointer] = true
		if _, said := p.value["additionalProperties"]; !said && p.value["properties"] != nil && strings.Contains(fmt.Sprint(p.value["type"]), "object") {
			t.Errorf("%s does not say additionalProperties", p.pointer)
		}
		for name := range within(p.value, "properties") {
			property, _ := c.down(p, "properties", name)
			look(property)
		}
		if items, there := c.down(p, "items"); there {
			look(items)
		}
		for _, parts := range []string{"oneOf", "allOf"} {
			list, _ := p.value[parts].([]any)
			for i, part := range list {
				look(place{fmt.Sprintf("%s/%s/%d", p.pointer, parts, i), asMap(part)})
			}
		}
	}
	for _, b := range c.bodies() {
		if b.request {
			schema, _ := c.down(b.media, "schema")
			look(schema)
		}
	}
	if len(seen) < 20 {
		t.Errorf("looked at %d schemas only", len(seen))
	}
}

// Nothing is defined that nobody refers to.
func TestComponentsAreUsed(t *testing.T) {
	c := document(t)
	used := map[string]bool{}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, is := v["$ref"].(string); is {
				used[ref] = true
			}
			for _, inner := range v {
				look(inner)
			}
		case []any:
			for _, inner := range v {
				look(inner)
			}
		}
	}
	look(c.root)
	for kind, named := range within(c.root, "components") {
		if kind == "securitySchemes" {
			continue
		}
		for name := range asMap(named) {
			if ref := "#/components/" + kind + "/" + name; !used[ref] {
				t.Errorf("%s is not used", ref)
			}
		}
	}
}
