package gateway

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// event is one of an HTTP API, changed by change.
func event(change func(e *events.APIGatewayV2HTTPRequest)) events.APIGatewayV2HTTPRequest {
	var e events.APIGatewayV2HTTPRequest
	e.Version = "2.0"
	e.RawPath = "/v1/me"
	e.Headers = map[string]string{}
	e.RequestContext.Stage = "$default"
	e.RequestContext.RequestID = "gateway-1"
	e.RequestContext.HTTP.Method = "POST"
	change(&e)
	return e
}

func invoke(t *testing.T, h http.Handler, e events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
	t.Helper()
	payload, err := json.Marshal(e)
	must(t, err)
	out, err := proxy{routes: h, noRoute: h}.Invoke(t.Context(), payload)
	must(t, err)
	var response events.APIGatewayV2HTTPResponse
	must(t, json.Unmarshal(out, &response))
	return response
}

// requests are events and what is to be seen of them.
var requests = []struct {
	name   string
	change func(*events.APIGatewayV2HTTPRequest)
	check  func(t *testing.T, r *http.Request, body string)
}{
	{
		"body",
		func(e *events.APIGatewayV2HTTPRequest) { e.Body = `{"a":"é"}` },
		func(t *testing.T, r *http.Request, body string) {
			if body != `{"a":"é"}` || r.ContentLength != int64(len(body)) {
				t.Errorf("body %q of length %d", body, r.ContentLength)
			}
		},
	},
	{
		"base64",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("\xff{}")), true
		},
		func(t *testing.T, r *http.Request, body string) {
			if body != "\xff{}" || r.ContentLength != 3 {
				t.Errorf("body %q of length %d", body, r.ContentLength)
			}
		},
	},
	{
		"headers",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.Headers = map[string]string{"if-none-match": `"a","b"`, "user-agent": "x (y, z)"}
			e.Cookies = []string{"a=1", "b=2"}
		},
		func(t *testing.T, r *http.Request, _ string) {
			if got := r.Header.Get("If-None-Match"); got != `"a","b"` {
				t.Errorf("If-None-Match %q", got)
			}
			if c, err := r.Cookie("b"); err != nil || c.Value != "2" || len(r.Cookies()) != 2 {
				t.Errorf("cookies %v", r.Cookies())
			}
		},
	},
	{
		"query",
		func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "a=1&a=2&b=%2B%20x" },
		func(t *testing.T, r *http.Request, _ string) {
			if q := r.URL.Query(); !reflect.DeepEqual(q["a"], []string{"1", "2"}) || q.Get("b") != "+ x" {
				t.Errorf("query %v", q)
			}
		},
	},
	{
		"stage",
		func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage, e.RawPath = "dev", "/dev/v1/me" },
		wantPath("/v1/me"),
	},
	{
		"stage of the same beginning",
		func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage, e.RawPath = "v", "/v1/me" },
		wantPath("/v1/me"),
	},
	{
		"stage alone",
		func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.Stage, e.RawPath = "dev", "/dev" },
		wantPath("/"),
	},
	{
		"mapping key",
		func(e *events.APIGatewayV2HTTPRequest) { e.RouteKey, e.RawPath = "POST /v1/me", "/agents/eu/v1/me" },
		wantPath("/v1/me"),
	},
	{
		"stage and mapping key before a parameter",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.RouteKey, e.RequestContext.Stage = "POST /v1/escalations/{id}/accept", "dev"
			e.RawPath = "/agents/dev/v1/escalations/esc_1/accept"
		},
		wantPath("/v1/escalations/esc_1/accept"),
	},
	{
		"route and no prefix",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.RouteKey, e.RawPath = "POST /v1/members/{id}", "/v1/members/v1"
		},
		wantPath("/v1/members/v1"),
	},
	{
		"parameter with a slash",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.RouteKey, e.RawPath = "POST /v1/members/{id}", "/v1/members/a/b"
		},
		wantPath("/v1/members/a/b"),
	},
	{
		"route of another path",
		func(e *events.APIGatewayV2HTTPRequest) {
			e.RouteKey, e.RawPath, e.RequestContext.Stage = "POST /v1/members/{id}", "/dev/v1", "dev"
		},
		wantPath("/v1"),
	},
	{
		"no route",
		func(e *events.APIGatewayV2HTTPRequest) { e.RouteKey, e.RawPath = "$default", "/nowhere/v1/me" },
		wantPath("/nowhere/v1/me"),
	},
	// HTTP APIs send the path decoded.
	{"path with percent", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/v1/100% me" }, wantPath("/v1/100% me")},
	{"path with question", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "/v1/me?admin=1" }, wantPath("/v1/me?admin=1")},
	{"path with scheme", func(e *events.APIGatewayV2HTTPRequest) { e.RawPath = "//evil.example/v1" }, wantPath("//evil.example/v1")},
	{
		"no raw path",
		func(e *events.APIGatewayV2HTTPRequest) { e.RawPath, e.RequestContext.HTTP.Path = "", "/v1/x" },
		wantPath("/v1/x"),
	},
}

func TestRequest(t *testing.T) {
	for _, c := range requests {
		t.Run(c.name, func(t *testing.T) {
			called := false
			invoke(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				called = true
				body, err := io.ReadAll(r.Body)
				must(t, err)
				c.check(t, r, string(body))
			}), event(c.change))
			if !called {
				t.Error("the handler was not called")
			}
		})
	}
}

// Every route is found whatever stands before its path: nothing, a stage, a mapping key,
// both.
func TestPrefixesPlayNoPart(t *testing.T) {
	for _, rt := range api.Routes() {
		path := regexp.MustCompile(`{\w+}`).ReplaceAllString(rt.Pattern, "v1")
		for _, prefix := range []string{"", "/dev", "/agents/eu", "/agents/dev", "/v1"} {
			e := event(func(e *events.APIGatewayV2HTTPRequest) {
				e.RouteKey, e.RawPath, e.RequestContext.Stage = rt.Method+" "+rt.Pattern, prefix+path, "dev"
			})
			if got := pathOf(&e); got != path {
				t.Errorf("%s at %s%s has the path %s", rt.Pattern, prefix, path, got)
			}
		}
	}
}

func wantPath(path string) func(*testing.T, *http.Request, string) {
	return func(t *testing.T, r *http.Request, _ string) {
		if r.URL.Path != path || r.URL.RawQuery != "" || r.URL.Host != "" {
			t.Errorf("URL %#v, want path %s", r.URL, path)
		}
	}
}

func TestResponse(t *testing.T) {
	got := invoke(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Add("Vary", "Accept")
		w.Header().Add("Vary", "Origin")
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusTeapot) // too late
		w.Header().Set("Late", "too")
		_, _ = w.Write([]byte("<é>"))
	}), event(func(*events.APIGatewayV2HTTPRequest) {}))
	want := events.APIGatewayV2HTTPResponse{
		StatusCode: 201, Body: "<é>", Cookies: []string{"a=1", "b=2"}, Headers: map[string]string{"Vary": "Accept,Origin"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := invoke(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), event(func(*events.APIGatewayV2HTTPRequest) {})); got.StatusCode != 200 || got.Body != "" {
		t.Errorf("of silence %+v", got)
	}
}

// Whatever 4 MiB are, the answer fits into Lambda's 6 MB: it is never more than half
// as large again as the body.
func TestResponseFits(t *testing.T) {
	const size = 256 << 10
	for _, c := range []struct{ name, unit string }{
		{"text", "hello "}, {"quotes", `\"`}, {"quoted", `"a",`}, {"binary", "\xff\x00"}, {"lines", "\u2028"}, {"controls", "\x01"}, {"emoji", "🏕️"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := strings.Repeat(c.unit, size/len(c.unit))
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
			payload, err := json.Marshal(event(func(*events.APIGatewayV2HTTPRequest) {}))
			must(t, err)
			out, err := proxy{routes: h, noRoute: h}.Invoke(t.Context(), payload)
			must(t, err)
			if len(out) > size*3/2 {
				t.Errorf("%d bytes", len(out))
			}
			var response events.APIGatewayV2HTTPResponse
			must(t, json.Unmarshal(out, &response))
			sent := []byte(response.Body)
			if response.IsBase64Encoded {
				sent, err = base64.StdEncoding.DecodeString(response.Body)
				must(t, err)
			}
			if !bytes.Equal(sent, []byte(body)) {
				t.Error("the body changed")
			}
		})
	}
}

// Without claims there is no caller, whatever the header says; the id of a problem is
// API Gateway's.
func TestClaimsAndRequestID(t *testing.T) {
	h := api.New(&desk.Desk{Clients: desk.Clients{Machine: "platform"}}, api.Options{}).Handler(api.TeamRoutes())
	got := invoke(t, h, event(func(e *events.APIGatewayV2HTTPRequest) {
		e.RequestContext.HTTP.Method = "GET"
		e.Headers["authorization"] = "Bearer x"
	}))
	if got.StatusCode != 401 || !strings.Contains(got.Body, `"requestId":"gateway-1"`) {
		t.Errorf("without claims: %+v", got)
	}
	got = invoke(t, h, event(func(e *events.APIGatewayV2HTTPRequest) {
		e.RequestContext.HTTP.Method = "GET"
		e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
				Claims: map[string]string{"token_use": "access", "client_id": "platform", "scope": "escalations/write"},
			},
		}
	}))
	if got.StatusCode != 403 {
		t.Errorf("with the machine's claims: %+v", got)
	}
}

// What API Gateway has found no route for is nowhere, also where the function's own routes
// have such a path: nobody has looked at the token.
func TestNoRoute(t *testing.T) {
	for _, c := range []struct {
		route, method, path string
		want                int
	}{
		{"GET /v1/openapi.yaml", "GET", "/v1/openapi.yaml", 200},
		{"$default", "GET", "/v1/openapi.yaml", 404},
		{"$default", "HEAD", "/v1/openapi.yaml", 404},
		{"$default", "GET", "/v1/account", 404},
		{"GET /v1/account", "GET", "/v1/account", 401},
		{"$default", "PUT", "/v1/account", 405},
	} {
		t.Run(c.route+" as "+c.method+" "+c.path, func(t *testing.T) {
			payload, err := json.Marshal(event(func(e *events.APIGatewayV2HTTPRequest) {
				e.RouteKey, e.RawPath, e.RequestContext.HTTP.Method = c.route, c.path, c.method
			}))
			must(t, err)
			out, err := HTTP(api.SettingsRoutes())(&desk.Desk{}).Invoke(t.Context(), payload)
			must(t, err)
			var response events.APIGatewayV2HTTPResponse
			must(t, json.Unmarshal(out, &response))
			if response.StatusCode != c.want {
				t.Errorf("status %d, want %d: %s", response.StatusCode, c.want, response.Body)
			}
		})
	}
}

// A compressed answer is no text, and comes in Base64.
func TestCompressedResponse(t *testing.T) {
	h := api.New(&desk.Desk{}, api.Options{}).Handler(api.SettingsRoutes())
	got := invoke(t, h, event(func(e *events.APIGatewayV2HTTPRequest) {
		e.RawPath, e.RequestContext.HTTP.Method, e.Headers["accept-encoding"] = "/v1/openapi.yaml", "GET", "gzip"
	}))
	sent, err := base64.StdEncoding.DecodeString(got.Body)
	must(t, err)
	z, err := gzip.NewReader(bytes.NewReader(sent))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	if !got.IsBase64Encoded || got.Headers["Content-Encoding"] != "gzip" || got.Headers["Vary"] != "Accept-Encoding" || !bytes.Equal(text, api.OpenAPI()) {
		t.Errorf("headers %v, Base64 %t, %d bytes", got.Headers, got.IsBase64Encoded, len(text))
	}
}

func TestNotAnHTTPEvent(t *testing.T) {
	for _, payload := range []string{``, `{}`, `[]`, `{"Records":[]}`} {
		if out, err := (proxy{routes: http.NotFoundHandler()}).Invoke(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%q gave %s, want an error", payload, out)
		}
	}
	e := event(func(e *events.APIGatewayV2HTTPRequest) { e.Body, e.IsBase64Encoded = "!", true })
	payload, err := json.Marshal(e)
	must(t, err)
	if _, err := (proxy{routes: http.NotFoundHandler()}).Invoke(t.Context(), payload); err == nil {
		t.Error("a broken body is no error")
	}
}
