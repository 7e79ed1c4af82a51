package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/oasdiff/yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectnow/backend/internal/api"
)

// contract is the OpenAPI document, ready to judge by. Schemas are compiled from it
// where they stand, as JSON Schema 2020-12, which is what those of OpenAPI 3.1 are.
type contract struct {
	root map[string]any
	mux  *http.ServeMux // finds the path of a request, as the server does

	mu      sync.Mutex // a compiler is for one at a time
	schemas *jsonschema.Compiler
}

// address is what the document is called among the compiler's resources.
const address = "https://localhost/v1/openapi.yaml"

// served is the document that the API serves. It is read once for all tests.
var served = sync.OnceValues(func() (*contract, error) { return newContract(api.OpenAPI()) })

func newContract(document []byte) (*contract, error) {
	text, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	root, err := object(text)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	closeAnswers(root)
	c := &contract{root: root, mux: http.NewServeMux(), schemas: jsonschema.NewCompiler()}
	c.schemas.AssertFormat()
	if err := c.schemas.AddResource(address, root); err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	paths, _ := root["paths"].(map[string]any)
	for path := range paths {
		c.mux.HandleFunc(path, noteRoute)
	}
	return c, nil
}

func object(text []byte) (map[string]any, error) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	m, is := v.(map[string]any)
	if !is {
		return nil, fmt.Errorf("it is no object")
	}
	return m, nil
}

// place is somewhere in the document: a JSON pointer and what is there.
type place struct {
	pointer string
	value   map[string]any
}

// down follows names from a place, and the references on the way.
func (c *contract) down(from place, names ...string) (place, bool) {
	for _, name := range names {
		value, is := from.value[name].(map[string]any)
		if !is {
			return place{}, false
		}
		from = place{from.pointer + "/" + escape.Replace(name), value}
		if ref, is := value["$ref"].(string); is && len(value) == 1 {
			if from, is = c.down(place{"", c.root}, unescaped(ref)...); !is {
				return place{}, false
			}
		}
	}
	return from, true
}

var (
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
)

func unescaped(ref string) []string {
	names := strings.Split(strings.TrimPrefix(ref, "#/"), "/")
	for i, name := range names {
		names[i] = unescape.Replace(name)
	}
	return names
}

// validate judges a value, as jsonschema.UnmarshalJSON makes it, by the schema at a
// place and says what is wrong with it.
func (c *contract) validate(schema place, value any) []string {
	c.mu.Lock()
	s, err := c.schemas.Compile(address + "#" + schema.pointer)
	c.mu.Unlock()
	if err != nil {
		return []string{err.Error()}
	}
	return reasons(s.Validate(value))
}

// scalar makes the value of a header or parameter, which comes as text, what its schema
// takes it for.
func (c *contract) scalar(schema place, text string) any {
	if ref, is := schema.value["$ref"].(string); is {
		if target, found := c.down(place{"", c.root}, unescaped(ref)...); found {
			schema = target
		}
	}
	if schema.value["type"] == "integer" && json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

// route is what serves a request: a path of the document and what its parameters are.
type route struct {
	path   string
	params map[string]string
}

type routeKey struct{}

// route finds what serves a request; none when the document has no such path.
func (c *contract) route(r *http.Request) (found route, ok bool) {
	ctx := context.WithValue(r.Context(), routeKey{}, &found)
	c.mux.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	return found, found.path != ""
}

// noteRoute is the handler of all paths of the document.
func noteRoute(_ http.ResponseWriter, r *http.Request) {
	found := r.Context().Value(routeKey{}).(*route)
	found.path, found.params = r.Pattern, map[string]string{}
	for _, segment := range strings.Split(r.Pattern, "/") {
		if name, is := strings.CutPrefix(segment, "{"); is {
			name = strings.TrimSuffix(name, "}")
			found.params[name] = r.PathValue(name)
		}
	}
}
