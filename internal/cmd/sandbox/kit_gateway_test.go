package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/gateway"
)

// told is an answer, by the sandbox or by a function behind API Gateway.
type told struct {
	status int
	header http.Header
	body   string // unpacked
	own    bool   // API Gateway's own, which has a body of its own
}

// tell makes an answer of what was received. What was compressed is unpacked.
func tell(t *testing.T, status int, header http.Header, body []byte) told {
	t.Helper()
	if header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return told{status: status, header: header, body: string(body)}
}

// overTCP sends the bytes of a request as they are: Go's client would tidy up the path.
func overTCP(t *testing.T, address string, raw []byte) told {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() { _, _ = conn.Write(raw) }() // it may be refused half-way
	method, _, _ := strings.Cut(string(raw), " ")
	r, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return tell(t, r.StatusCode, r.Header, body)
}

// overGateway has the function answer that API Gateway would have answer, and begins as that
// does: it decodes the path, finds the route, asks for a token where the route has the
// authorizer, and makes the event.
func overGateway(t *testing.T, s *sandbox, raw []byte) told {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return told{status: http.StatusBadRequest, own: true}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	route := routeOf(r.Method, r.URL.Path)
	event := eventOf(r, body)
	function := gateway.PagesFunction // of infra's $default
	event.RouteKey = api.NoRoute
	if r.URL.Path == "/mcp" {
		function, event.RouteKey = gateway.MCPFunction, gateway.MCPRoute
	}
	if route != nil {
		function, event.RouteKey = route.Function, route.Method+" "+route.Pattern
	}
	if route != nil && route.Who != api.Public {
		claims, err := s.Identity.Verify(strings.TrimPrefix(event.Headers["authorization"], "Bearer "))
		if err != nil {
			return told{status: http.StatusUnauthorized, own: true}
		}
		event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.functions[function].Invoke(t.Context(), payload)
	if err != nil {
		t.Fatalf("the function %s failed: %v", function, err)
	}
	return responseOf(t, r.Method, out)
}

// routeOf finds the route of a decoded path, of several the one with the fewest parameters;
// nil is $default's.
func routeOf(method, path string) *api.Route {
	var found *api.Route
	for _, rt := range api.Routes() {
		want, got := strings.Split(rt.Pattern, "/"), strings.Split(path, "/")
		fits := rt.Method == method && len(want) == len(got)
		for i := 0; fits && i < len(want); i++ {
			fits = want[i] == got[i] || strings.HasPrefix(want[i], "{") && got[i] != ""
		}
		if fits && (found == nil || strings.Count(rt.Pattern, "{") < strings.Count(found.Pattern, "{")) {
			found = &rt
		}
	}
	return found
}

// eventOf is a request in payload version 2.0. Bodies that are compressed, or no text, come in
// Base64.
func eventOf(r *http.Request, body []byte) *events.APIGatewayV2HTTPRequest {
	e := &events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, Headers: map[string]string{}, Body: string(body),
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			e.Cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if r.Header.Get("Content-Encoding") != "" || !utf8.Valid(body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	c := &e.RequestContext
	c.Stage, c.RequestID, c.DomainName, c.HTTP.Method, c.HTTP.Path = "$default", "gateway-1", r.Host, r.Method, r.URL.Path
	return e
}

// responseOf is what a client gets of a function's answer.
func responseOf(t *testing.T, method string, out []byte) told {
	t.Helper()
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	for name, value := range response.Headers {
		header.Set(name, value)
	}
	for _, cookie := range response.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	body := []byte(response.Body)
	if response.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(response.Body); err != nil {
			t.Fatal(err)
		}
	}
	if method == http.MethodHead {
		body = nil
	}
	return tell(t, response.StatusCode, header, body)
}

// wire is a request as it goes over the wire: a line such as "GET /v1/me", headers as "Name:
// value", and a body.
func wire(line, body string, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", line)
	chunked := false
	for _, h := range headers {
		fmt.Fprintf(&b, "%s\r\n", h)
		chunked = chunked || h == "Transfer-Encoding: chunked"
	}
	switch {
	case chunked:
		fmt.Fprintf(&b, "\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	case body == "":
		b.WriteString("\r\n")
	default:
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return b.Bytes()
}
