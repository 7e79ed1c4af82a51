package gateway

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/pages"
)

// ofPages asks the function of the pages, which has no desk.
func ofPages(t *testing.T, route, method, path string, headers map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	payload, err := json.Marshal(event(func(e *events.APIGatewayV2HTTPRequest) {
		e.RouteKey, e.RawPath, e.RequestContext.HTTP.Method, e.Headers = route, path, method, headers
	}))
	must(t, err)
	out, err := Pages(&desk.Desk{}).Invoke(t.Context(), payload)
	must(t, err)
	var response events.APIGatewayV2HTTPResponse
	must(t, json.Unmarshal(out, &response))
	return response
}

// needPages skips without a build of the pages, and fails where there has to be one.
func needPages(t *testing.T) {
	t.Helper()
	switch {
	case pages.New(false).Built():
	case os.Getenv("CI") != "":
		t.Fatal("the pages are not built: make pages")
	default:
		t.Skip("the pages are not built: make pages, which needs npm")
	}
}

// What is no route comes to the function of the pages. Where the API's paths are it answers as
// any function of the API does, also to a browser.
func TestDefaultRoute(t *testing.T) {
	browser := map[string]string{"accept": "text/html,*/*;q=0.8", "origin": "https://app.example.com", "access-control-request-method": "PUT"}
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/v1/nothing", 404, "application/problem+json"},
		{"GET", "/v1", 404, "application/problem+json"},
		{"HEAD", "/v1/me", 404, "application/problem+json"},
		{"GET", "/v1/me", 404, "application/problem+json"}, // nobody has looked at its token
		{"PUT", "/v1/account", 405, "application/problem+json"},
		{"GET", "/v1/login", 405, "application/problem+json"},
		{"GET", "/.well-known/nothing", 404, "application/problem+json"},
		{"GET", "/mcp", 404, "application/problem+json"},
		{"POST", "/me", 404, "application/problem+json"},
		{"OPTIONS", "/v1/account", 204, ""},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			got := ofPages(t, "$default", c.method, c.path, browser)
			if got.StatusCode != c.status || got.Headers["Content-Type"] != c.kind {
				t.Errorf("%d %v, want %d %s", got.StatusCode, got.Headers, c.status, c.kind)
			}
		})
	}
	if got := ofPages(t, "$default", "GET", "/nothing", nil); got.StatusCode != 404 || got.Headers["Content-Type"] != "application/problem+json" || !strings.Contains(got.Body, `"requestId":"gateway-1"`) {
		t.Errorf("to no browser: %+v", got)
	}
}

// Files that are compressed are no text, and come in Base64; they are named by the document.
func TestPagesThroughGateway(t *testing.T) {
	needPages(t)
	asks := map[string]string{"accept": "text/html", "accept-encoding": "gzip, deflate, br"}
	plain := ofPages(t, "$default", "GET", "/me", nil)
	script := regexp.MustCompile(`/assets/app-\w+\.js`).FindString(plain.Body)
	if plain.StatusCode != 200 || plain.IsBase64Encoded || script == "" {
		t.Fatalf("the document: %+v", plain)
	}
	for _, c := range []struct{ route, path string }{
		{"$default", "/me"}, {pages.Routes()[0], script}, {pages.Routes()[0], "/agents" + script}, {"GET /sw.js", "/sw.js"}, {"$default", script}, // of HEAD
	} {
		t.Run(c.route+" "+c.path, func(t *testing.T) {
			got := ofPages(t, c.route, "GET", c.path, asks)
			sent, err := base64.StdEncoding.DecodeString(got.Body)
			if err != nil || !got.IsBase64Encoded || got.StatusCode != 200 || got.Headers["Content-Encoding"] != "br" || len(sent) == 0 || got.Headers["Strict-Transport-Security"] == "" {
				t.Errorf("%d %v, Base64 %t, %d bytes, %v", got.StatusCode, got.Headers, got.IsBase64Encoded, len(sent), err)
			}
			head := ofPages(t, "$default", "HEAD", strings.TrimPrefix(c.path, "/agents"), asks)
			if head.StatusCode != 200 || head.Body != "" || head.Headers["ETag"] != got.Headers["ETag"] || head.Headers["Content-Encoding"] != "br" {
				t.Errorf("HEAD: %+v", head)
			}
		})
	}
	nowhere := ofPages(t, "$default", "GET", "/nothing", asks)
	if nowhere.StatusCode != 404 || !strings.HasPrefix(nowhere.Headers["Content-Type"], "text/html") {
		t.Errorf("to a browser: %+v", nowhere)
	}
}
