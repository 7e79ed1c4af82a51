package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBadOriginsEndTheStart(t *testing.T) {
	getenv := func(name string) string { return map[string]string{"ALLOWED_ORIGINS": "*", "PORT": "0"}[name] }
	if err := run(t.Context(), getenv, os.Stdout, slog.New(slog.DiscardHandler)); err == nil || !strings.HasPrefix(err.Error(), `ALLOWED_ORIGINS: "*"`) {
		t.Errorf("the sandbox starts with every origin allowed: %v", err)
	}
}

// withOrigins serves a sandbox that allows one origin, and gives what it logs.
func withOrigins(t *testing.T) (url string, logged func() string) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	s, _ := newSandbox(t)
	s.log, s.origins = slog.New(slog.NewTextHandler(file, nil)), []string{"https://app.example.com"}
	server := httptest.NewServer(s.handler(t.Context()))
	t.Cleanup(server.Close)
	return server.URL, func() string {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// crossOrigin are the headers of an answer that a browser goes by.
func crossOrigin(r *http.Response) map[string]string {
	found := map[string]string{}
	for name := range r.Header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			found[name] = strings.Join(r.Header.Values(name), ",")
		}
	}
	return found
}

func TestPagesOfOtherOrigins(t *testing.T) {
	url, _ := withOrigins(t)
	const allowed, other = "Origin: https://app.example.com", "Origin: https://app.example.com.evil.example"
	const crossSite, asks = "Sec-Fetch-Site: cross-site", "Access-Control-Request-Method: PUT"
	read := map[string]string{
		"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Expose-Headers": "etag,retry-after", "Vary": "Origin",
	}
	asked := map[string]string{
		"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE",
		"Access-Control-Allow-Headers": "authorization,content-type,if-match,if-none-match,idempotency-key",
		"Access-Control-Max-Age":       "7200", "Vary": "Origin",
	}
	none := map[string]string{}
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status             int
		want               map[string]string
	}{
		{"preflight", "OPTIONS", "/v1/me/presence", []string{allowed, asks, crossSite}, 204, asked},
		{"preflight of nowhere", "OPTIONS", "/v1/nothing", []string{allowed, asks}, 204, asked},
		{"preflight of another", "OPTIONS", "/v1/me/presence", []string{other, asks}, 204, none},
		{"preflight of a page in a sandbox", "OPTIONS", "/v1/me/presence", []string{"Origin: null", asks}, 204, none},
		{"preflight of the sandbox's pages", "OPTIONS", "/sandbox", []string{allowed, asks}, 204, none},
		{"no preflight", "OPTIONS", "/v1/me/presence", []string{allowed}, 405, read},
		{"answer", "POST", "/v1/login", []string{allowed, crossSite}, 400, read},
		{"answer without a token", "GET", "/v1/me", []string{allowed, crossSite}, 401, read},
		{"answer to another", "GET", "/v1/me", []string{other, crossSite}, 401, none},
		{"the sandbox's pages", "GET", "/sandbox", []string{allowed, crossSite}, 200, none},
		{"same origin", "POST", "/v1/login", []string{"Sec-Fetch-Site: same-origin"}, 400, none},
		{"no browser", "POST", "/v1/login", nil, 400, none},
		{"another", "POST", "/v1/login", []string{other, crossSite}, 403, none},
		{"another, in an older browser", "POST", "/v1/login", []string{other}, 403, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, body := send(t, c.method, url+c.path, "", c.headers...)
			if r.StatusCode != c.status {
				t.Errorf("status %d, want %d: %s", r.StatusCode, c.status, body)
			}
			if diff := cmp.Diff(c.want, crossOrigin(r)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// Who develops a page is told what to do, in the answer and, as browsers hide that, in the log.
func TestRefusedPagesNameTheOption(t *testing.T) {
	url, logged := withOrigins(t)
	for _, c := range []struct{ origin, want string }{
		{"http://localhost:5173", "ALLOWED_ORIGINS=http://localhost:5173 at the start"},
		{"capacitor://localhost", "an app on iOS uses native HTTP"},
		{"null", "ALLOWED_ORIGINS cannot let it"},
	} {
		t.Run(c.origin, func(t *testing.T) {
			r, body := send(t, "POST", url+"/v1/login", "{}", "Origin: "+c.origin)
			var p struct {
				Type, Detail, RequestID string
				Status                  int
			}
			if err := json.Unmarshal([]byte(body), &p); err != nil || r.Header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%v: %s", err, body)
			}
			if r.StatusCode != 403 || p.Status != 403 || p.Type != "/problems/foreign-origin" || p.RequestID == "" || !strings.Contains(p.Detail, c.want) {
				t.Errorf("%d %+v, want %q", r.StatusCode, p, c.want)
			}
		})
	}
	send(t, "OPTIONS", url+"/v1/login", "", "Origin: http://localhost:3000", "Access-Control-Request-Method: POST")
	for _, origin := range []string{"http://localhost:5173", "http://localhost:3000"} {
		if want := `msg="page refused: ALLOWED_ORIGINS does not name its origin" origin=` + origin; !strings.Contains(logged(), want) {
			t.Errorf("the log does not say %s:\n%s", want, logged())
		}
	}
}
