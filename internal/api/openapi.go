package api

import (
	"bytes"
	"context"
	_ "embed"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The document is written in YAML. Its JSON is made of that by a test, since no function
// links what reads YAML: go test ./internal/api -run OpenAPIJSON -update.
var (
	//go:embed openapi.yaml
	openAPIYAML []byte
	//go:embed openapi.json
	openAPIJSON []byte
)

// OpenAPI is the contract as an OpenAPI 3.1 document in YAML, as it is served at
// /v1/openapi.yaml. Only its server is still "/".
func OpenAPI() []byte { return slices.Clone(openAPIYAML) }

// documentKept is for how long everybody may keep the document: about as late as somebody
// who makes a client may learn of a deployment.
const documentKept = 5 * time.Minute

// getOpenAPI serves the contract to everyone: it holds no secret, and generators of
// clients have no token.
func getOpenAPI(_ context.Context, q *call) (answer, error) {
	body := withServer(openAPIYAML, "url: /\n", "url: '", "'\n", q.request)
	return answer{status: http.StatusOK, body: verbatim{"application/yaml", body}, shared: documentKept}, nil
}

// getOpenAPIJSON serves the same in JSON, which more programs read.
func getOpenAPIJSON(_ context.Context, q *call) (answer, error) {
	body := withServer(openAPIJSON, `"url": "/"`, `"url": "`, `"`, q.request)
	return answer{status: http.StatusOK, body: verbatim{"application/json", body}, shared: documentKept}, nil
}

// withServer is the document with the address at which it was asked for in the place of
// "/", so that a copy on somebody's disk still says where the API is. A host that is none
// leaves the document as it is.
//
// The host is no caller's word: API Gateway and the sandbox answer to their own alone, and
// caches keep an answer by its whole address.
func withServer(document []byte, slash, before, after string, r *http.Request) []byte {
	if !hostForm.matches(r.Host) {
		return document
	}
	return bytes.Replace(document, []byte(slash), []byte(before+scheme(r.Host)+"://"+r.Host+after), 1)
}

// hostForm is how a host looks that may stand in a document, with its port.
var hostForm = form{"", 1, 255, letters + digits + ".-:[]"}

// scheme is that of a host's addresses: only this very machine goes without TLS.
func scheme(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host // without a port
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback() {
		return "http"
	}
	return "https"
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
