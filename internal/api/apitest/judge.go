package apitest

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"github.com/oasdiff/yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// judgeResponse judges status, headers and body of the answer.
func (e *exchange) judgeResponse(operation place) []string {
	status := strconv.Itoa(e.response.Code)
	response, known := e.down(operation, "responses", status)
	if !known {
		return []string{"the status is not documented; the body is " + e.response.Body.String()}
	}
	var wrong []string
	for name := range within(response.value, "headers") {
		header, _ := e.down(response, "headers", name)
		wrong = append(wrong, e.judgeValue("header "+name, header, e.response.Header().Values(name))...)
	}
	if len(within(response.value, "content")) > 0 {
		return append(wrong, e.judgeContent("the answer", response, e.response.Header(), e.response.Body.Bytes())...)
	}
	if body := e.response.Body; body.Len() > 0 {
		wrong = append(wrong, "no body is documented, but there is one: "+body.String())
	}
	return wrong
}

// judgeBody judges the body of a request that the handler accepted. The content type of
// requests is not looked at, so that none is needed.
func (e *exchange) judgeBody(operation place) []string {
	body, documented := e.down(operation, "requestBody")
	switch {
	case !documented && e.taken.Len() > 0:
		return []string{"the handler read a body, but the document knows of none"}
	case e.taken.Len() > 0:
		header := http.Header{"Content-Type": {"application/json"}}
		return e.judgeContent("the request", body, header, e.taken.Bytes())
	case body.value["required"] == true:
		return []string{"the handler accepted a request without a body, which the document requires"}
	}
	return nil
}

// judgeContent judges a body by the schema for its content type.
func (e *exchange) judgeContent(what string, of place, header http.Header, body []byte) []string {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	schema, documented := e.down(of, "content", kind, "schema")
	if !documented {
		return []string{fmt.Sprintf("%s has content type %q, which is not documented", what, header.Get("Content-Type"))}
	}
	value, err := decode(kind, body)
	if err != nil {
		return []string{fmt.Sprintf("%s is no %s: %v", what, kind, err)}
	}
	var wrong []string
	for _, reason := range e.validate(schema, value) {
		wrong = append(wrong, what+" "+reason)
	}
	if said := asMap(value)["status"]; kind == problemType && fmt.Sprint(said) != strconv.Itoa(e.response.Code) {
		wrong = append(wrong, fmt.Sprintf("the problem says status %v", said))
	}
	return wrong
}

const problemType = "application/problem+json"

// decode reads a body as schemas judge it.
func decode(kind string, body []byte) (any, error) {
	switch kind {
	case "text/plain":
		return string(body), nil
	case "application/yaml":
		var err error
		if body, err = yaml.YAMLToJSON(body); err != nil {
			return nil, err
		}
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(body))
}

// judgeParameters judges the parameters of a request that the handler accepted.
func (e *exchange) judgeParameters(item, operation place, found route) []string {
	var wrong []string
	query := e.request.URL.Query()
	for _, parameter := range append(e.parameters(item), e.parameters(operation)...) {
		name, in := fmt.Sprint(parameter.value["name"]), fmt.Sprint(parameter.value["in"])
		var values []string
		switch in {
		case "path":
			values = []string{found.params[name]}
		case "header":
			values = e.request.Header.Values(name)
		case "query":
			values = query[name]
			delete(query, name)
		}
		if len(values) == 1 && values[0] == "" { // as good as absent
			values = nil
		}
		wrong = append(wrong, e.judgeValue(in+" parameter "+name, parameter, values)...)
	}
	for name := range query {
		wrong = append(wrong, "the query parameter "+name+" is not documented")
	}
	return wrong
}

// parameters are those of an operation, or of all operations of a path.
func (e *exchange) parameters(of place) []place {
	list, _ := of.value["parameters"].([]any)
	parameters := make([]place, len(list))
	for i, v := range list {
		// By way of an object, since places are of objects.
		parameters[i], _ = e.down(place{of.pointer + "/parameters", map[string]any{strconv.Itoa(i): v}}, strconv.Itoa(i))
	}
	return parameters
}

// judgeValue judges a header or parameter, which has a schema and may be required.
func (e *exchange) judgeValue(what string, described place, values []string) []string {
	if len(values) == 0 {
		if described.value["required"] == true {
			return []string{what + " is missing"}
		}
		return nil
	}
	schema, _ := e.down(described, "schema")
	if schema.value["type"] == "array" { // given several times
		schema, _ = e.down(schema, "items")
	}
	var wrong []string
	for _, value := range values {
		for _, reason := range e.validate(schema, e.scalar(schema, value)) {
			wrong = append(wrong, what+" "+reason)
		}
	}
	return wrong
}
