package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/oasdiff/yaml"
	yaml3 "github.com/oasdiff/yaml3"

	"github.com/connectnow/backend/internal/api"
)

var update = flag.Bool("update", false, "make the document's JSON anew")

// The JSON says what the YAML says, in the same order: pages that show the document go by
// it.
func TestOpenAPIJSON(t *testing.T) {
	var document yaml3.Node
	must(t, yaml3.Unmarshal(api.OpenAPI(), &document))
	var b bytes.Buffer
	must(t, writeJSON(&b, document.Content[0]))
	var want bytes.Buffer
	must(t, json.Indent(&want, b.Bytes(), "", " "))
	want.WriteByte('\n')
	if *update {
		must(t, os.WriteFile("openapi.json", want.Bytes(), 0o644))
	}
	got, err := os.ReadFile("openapi.json")
	must(t, err)
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("openapi.json is not openapi.yaml: go test ./internal/api -run OpenAPIJSON -update")
	}
	other, err := yaml.YAMLToJSON(api.OpenAPI())
	must(t, err)
	if diff := cmp.Diff(fromJSON(t, other), fromJSON(t, got)); diff != "" {
		t.Errorf("another reader of YAML (-reads +JSON):\n%s", diff)
	}
}

func fromJSON(t *testing.T, text []byte) (v any) {
	t.Helper()
	must(t, json.Unmarshal(text, &v))
	return v
}

// writeJSON writes YAML as JSON and keeps the order of its names.
func writeJSON(b *bytes.Buffer, node *yaml3.Node) error {
	parts, open, end := node.Content, byte('['), byte(']')
	switch node.Kind {
	case yaml3.MappingNode:
		open, end = '{', '}'
	case yaml3.SequenceNode:
	case yaml3.ScalarNode:
		var v any
		if err := node.Decode(&v); err != nil {
			return err
		}
		text, err := json.Marshal(v)
		b.Write(text)
		return err
	default:
		return fmt.Errorf("line %d: the document has no anchors and the like", node.Line)
	}
	b.WriteByte(open)
	for i, part := range parts {
		switch {
		case i == 0:
		case node.Kind == yaml3.MappingNode && i%2 == 1:
			b.WriteByte(':')
		default:
			b.WriteByte(',')
		}
		if node.Kind == yaml3.MappingNode && i%2 == 0 {
			fmt.Fprintf(b, "%q", part.Value) // '200' is a name
			continue
		}
		if err := writeJSON(b, part); err != nil {
			return err
		}
	}
	b.WriteByte(end)
	return nil
}

// Generators of clients make types of what is named, whatever kind of thing it is; some
// read no anchors, and know nothing of a choice without a type.
func TestOpenAPISuitsGenerators(t *testing.T) {
	var document struct {
		Components map[string]map[string]any
	}
	must(t, yaml3.Unmarshal(api.OpenAPI(), &document))
	seen := map[string]string{}
	for kind, named := range document.Components {
		if kind == "examples" { // no types are made of them
			continue
		}
		for name := range named {
			key := strings.ToLower(name)
			if other := seen[key]; other != "" {
				t.Errorf("%s is the name of one of %s and of %s", name, kind, other)
			}
			seen[key] = kind
		}
	}
	var root yaml3.Node
	must(t, yaml3.Unmarshal(api.OpenAPI(), &root))
	eachNode(&root, func(n *yaml3.Node) {
		if n.Anchor != "" || n.Kind == yaml3.AliasNode {
			t.Errorf("line %d: an anchor", n.Line)
		}
		for i := 0; n.Kind == yaml3.MappingNode && i < len(n.Content); i += 2 {
			if name := n.Content[i].Value; name == "anyOf" || name == "oneOf" {
				wantTyped(t, n.Content[i+1])
			}
		}
	})
}

func eachNode(n *yaml3.Node, do func(*yaml3.Node)) {
	do(n)
	for _, part := range n.Content {
		eachNode(part, do)
	}
}

// wantTyped holds that each choice has a type or a name.
func wantTyped(t *testing.T, choices *yaml3.Node) {
	t.Helper()
	for _, choice := range choices.Content {
		typed := slices.ContainsFunc(choice.Content, func(n *yaml3.Node) bool { return n.Value == "type" || n.Value == "$ref" })
		if !typed {
			t.Errorf("line %d: a choice without a type", choice.Line)
		}
	}
}

// What is fetched says where from, also once it is a file on somebody's disk. What cannot
// be a host changes nothing.
func TestOpenAPINamesItsServer(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, host, want string }{
		{"deployed", "abc123.execute-api.eu-central-1.amazonaws.com", "https://abc123.execute-api.eu-central-1.amazonaws.com"},
		{"of one's own", "agents.example.com", "https://agents.example.com"},
		{"sandbox", "localhost:8080", "http://localhost:8080"},
		{"loopback", "127.0.0.1:9", "http://127.0.0.1:9"},
		{"loopback of IPv6", "[::1]:8080", "http://[::1]:8080"},
		{"not told", "", "/"},
		{"markup", `x'"<y>`, "/"},
		{"lines", "x\ny: z", "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			for path, read := range map[string]func([]byte, any) error{"/v1/openapi.yaml": yaml3.Unmarshal, "/v1/openapi.json": json.Unmarshal} {
				r := httptest.NewRequest("GET", path, nil)
				r.Host = c.host
				got := httptest.NewRecorder()
				w.handler.ServeHTTP(got, r)
				if got.Header().Get("Cache-Control") != "public, max-age=300" || got.Header().Get("ETag") == "" {
					t.Errorf("%s has the headers %v", path, got.Header())
				}
				var document struct{ Servers []struct{ URL string } }
				must(t, read(got.Body.Bytes(), &document))
				if len(document.Servers) != 1 || document.Servers[0].URL != c.want {
					t.Errorf("%s of %q names %+v, want %s", path, c.host, document.Servers, c.want)
				}
			}
		})
	}
}
