package api_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/gateway"
)

// edge is a way by which requests of browsers come in.
type edge struct {
	name   string
	origin string // of the address that is asked
	prefix string // of our cookies
	enter  func(w *world, r *http.Request) *http.Response
}

// edges are the API by itself, held against its document, the function login behind API Gateway, and the API without TLS,
// as the sandbox has it.
var edges = []edge{
	{"handler", "https://desk.example.com", "__Host-cn-", func(w *world, r *http.Request) *http.Response {
		recorder := httptest.NewRecorder()
		apitest.Conform(w.t, w.handler).ServeHTTP(recorder, r)
		return recorder.Result()
	}},
	{"function", "https://desk.example.com", "__Host-cn-", throughGateway},
	{"sandbox", "http://localhost:8080", "cn-", func(w *world, r *http.Request) *http.Response {
		recorder := httptest.NewRecorder()
		api.New(w.desk, api.Options{PlainHTTP: true}).Handler(api.Routes()).ServeHTTP(recorder, r)
		return recorder.Result()
	}},
}

// throughGateway has the function login answer, as an event of payload version 2.0 and back.
func throughGateway(w *world, r *http.Request) *http.Response {
	w.t.Helper()
	body, err := io.ReadAll(r.Body)
	must(w.t, err)
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: r.Method + " " + r.URL.Path, RawPath: r.URL.Path, Headers: map[string]string{}, Body: string(body),
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			e.Cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	e.RequestContext.HTTP.Method, e.RequestContext.DomainName = r.Method, r.Host
	payload, err := json.Marshal(e)
	must(w.t, err)
	out, err := gateway.HTTP(api.LoginRoutes())(w.desk).Invoke(w.t.Context(), payload)
	must(w.t, err)
	var said events.APIGatewayV2HTTPResponse
	must(w.t, json.Unmarshal(out, &said))
	text := []byte(said.Body)
	if said.IsBase64Encoded {
		text, err = base64.StdEncoding.DecodeString(said.Body)
		must(w.t, err)
	}
	answer := &http.Response{StatusCode: said.StatusCode, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(text)))}
	for name, value := range said.Headers {
		answer.Header.Set(name, value)
	}
	answer.Header["Set-Cookie"] = said.Cookies
	return answer
}

// browser sends what a page of the same origin asks it to, and keeps cookies as browsers do.
type browser struct {
	*world
	edge
	jar *cookiejar.Jar
	as  string // whose bearer the page sends; nobody's where it is empty
}

func (e edge) browse(w *world) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	return &browser{world: w, edge: e, jar: jar}
}

// ownPage are the headers of a page of ours, and pageSignIn is the body with which Asha signs in
// there.
var (
	ownPage    = map[string]string{"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
	pageSignIn = `{"cookie": true, "email": "asha@example.com", "password": "` + password + `"}`
)

// asks makes a request as a page would, with these headers and the cookies of the address.
func (b *browser) asks(method, path, body string, headers map[string]string) *http.Response {
	b.t.Helper()
	r := httptest.NewRequest(method, b.origin+path, strings.NewReader(body))
	r.TLS = nil // ended in front of us
	if b.as != nobody {
		r = r.WithContext(api.WithClaims(r.Context(), claims(b.as)))
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	answer := b.enter(b.world, r)
	b.jar.SetCookies(r.URL, answer.Cookies())
	return answer
}

// page sends as a page of ours, and wants a status.
func (b *browser) page(status int, path, body string) (fields, *http.Response) {
	b.t.Helper()
	r := b.asks("POST", path, body, ownPage)
	text, err := io.ReadAll(r.Body)
	must(b.t, err)
	if r.StatusCode != status {
		b.t.Fatalf("POST %s: status %d, want %d: %s", path, r.StatusCode, status, text)
	}
	if len(text) == 0 {
		return nil, r
	}
	return parse(b.t, string(text)), r
}

// cookie is the value that the browser has of a cookie of ours.
func (b *browser) cookie(name string) string {
	for _, c := range b.jar.Cookies(httptest.NewRequest("GET", b.origin+"/", nil).URL) {
		if c.Name == b.prefix+name {
			return c.Value
		}
	}
	return ""
}

// everyEdge runs a test on each edge, with a world of its own.
func everyEdge(t *testing.T, test func(t *testing.T, b *browser)) {
	for _, e := range edges {
		t.Run(e.name, func(t *testing.T) { test(t, e.browse(newWorld(t))) })
	}
}
