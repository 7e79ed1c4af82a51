package api

import (
	"context"
	_ "embed"
	"slices"
)

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is the contract as an OpenAPI 3.1 document in YAML: the bytes that are served
// at /v1/openapi.yaml.
func OpenAPI() []byte { return slices.Clone(openAPI) }

// getOpenAPI serves the contract to everyone: it holds no secret, and generators of
// clients have no token.
func getOpenAPI(context.Context, *call) (answer, error) {
	return ok(verbatim{"application/yaml", openAPI}, nil)
}

// verbatim is a body that is sent as it is, and what it is.
type verbatim struct {
	mediaType string
	content   []byte
}

// encoded gives the bytes of an answer's body and what they are: JSON, unless verbatim.
func encoded(body any) (content []byte, mediaType string, err error) {
	if v, is := body.(verbatim); is {
		return v.content, v.mediaType, nil
	}
	content, err = encode(body)
	return content, "application/json", err
}
