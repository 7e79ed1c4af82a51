package pages

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// made is a build of a few words.
var made = fstest.MapFS{
	".gitkeep":               {},
	"index.html":             {Data: []byte("<!doctype html>page")},
	"index.html.br":          {Data: []byte("page, br")},
	"index.html.gz":          {Data: []byte("page, gzip")},
	"nowhere.html":           {Data: []byte("<!doctype html>no page")},
	"nowhere.html.br":        {Data: []byte("no page, br")},
	"assets/app-AA.js":       {Data: []byte("script")},
	"assets/app-AA.js.br":    {Data: []byte("script, br")},
	"assets/app-AA.css":      {Data: []byte("style")},
	"assets/worker-AA.js":    {Data: []byte("worker")},
	"assets/worker-AA.js.gz": {Data: []byte("worker, gzip")},
	"assets/icons-AA.svg":    {Data: []byte("<svg/>")},
	"manifest.webmanifest":   {Data: []byte("{}")},
	"sw.js":                  {Data: []byte("rings")},
	"sw.js.br":               {Data: []byte("rings, br")},
}

// ofAPIs stands for the API, which answers all that is no page.
var ofAPIs = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })

// get asks a server, with headers as "Name: value".
func get(s *Server, method, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	s.Handler(ofAPIs).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	_, all, _ := strings.Cut(text.String(), "\r\n\r\n")
	return all
}

const asksForPages = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

// Screens and assets are pages', all else is the API's, or a small page for whoever asks for one.
func TestWhatIsServed(t *testing.T) {
	s := &Server{files: made}
	for _, c := range []struct {
		method, path string
		headers      []string
		want         string
		status       int
	}{
		{"GET", "/", nil, "<!doctype html>page", 200},
		{"GET", "/sign-in", nil, "<!doctype html>page", 200},
		{"GET", "/me", []string{"Accept: application/json"}, "<!doctype html>page", 200},
		{"GET", "/callbacks/cb_aaaaaaaaaaaa", nil, "<!doctype html>page", 200},
		{"HEAD", "/live", nil, "", 200},
		{"GET", "/assets/app-AA.js", nil, "script", 200},
		{"GET", "/assets/app-AA.css", nil, "style", 200},
		{"GET", "/assets/icons-AA.svg", nil, "<svg/>", 200},
		{"HEAD", "/assets/app-AA.js", nil, "", 200},
		{"GET", "/manifest.webmanifest", nil, "{}", 200},
		{"GET", "/sw.js", nil, "rings", 200},
		{"GET", "/assets/sw.js", nil, "", 418},
		{"GET", "/agents/sw.js", nil, "", 418},
		{"GET", "/sw.js.br", nil, "", 418},
		{"GET", "/nothing", []string{asksForPages}, "<!doctype html>no page", 404},
		{"HEAD", "/nothing", []string{asksForPages}, "", 404},
		{"GET", "/me/", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "//me", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/Me", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/callbacks/a/b", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/callbacks/", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/index.html", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/assets/app-AA.js.br", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/assets/../index.html", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/assets/", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/v1x", []string{asksForPages}, "<!doctype html>no page", 404},
		{"GET", "/nothing", nil, "", 418},
		{"GET", "/nothing", []string{"Accept: */*"}, "", 418},
		{"GET", "/nothing", []string{"Accept: application/json, text/html;q=0"}, "", 418},
		{"GET", "/assets/app-AB.js", []string{"Accept: */*"}, "", 418},
		{"GET", "/.gitkeep", nil, "", 418},
		{"GET", "", nil, "", 418},
		{"POST", "/me", []string{asksForPages}, "", 418},
		{"OPTIONS", "/me", nil, "", 418},
		{"DELETE", "/assets/app-AA.js", nil, "", 418},
		{"GET", "/v1", []string{asksForPages}, "", 418},
		{"GET", "/v1/me", []string{asksForPages}, "", 418},
		{"GET", "/v1/nothing", []string{asksForPages}, "", 418},
		{"GET", "/.well-known/security.txt", []string{asksForPages}, "", 418},
		{"GET", "/mcp", []string{asksForPages}, "", 418},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			r := get(s, c.method, c.path, c.headers...)
			if got := body(t, r); r.StatusCode != c.status || got != c.want {
				t.Errorf("%d %q, want %d %q", r.StatusCode, got, c.status, c.want)
			}
		})
	}
}

// promised are the headers that the browser goes by, on whatever it is sent.
var promised = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
		"worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app",
	"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
	"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":        "camera=(), microphone=(), geolocation=()",
	"Strict-Transport-Security": "max-age=31536000",
}

// ofDocuments are those of them that nobody looks for on a script or a style that a document loads.
var ofDocuments = map[string]bool{
	"Content-Security-Policy": true, "X-Frame-Options": true, "Cross-Origin-Opener-Policy": true, "Permissions-Policy": true,
}

// Every answer has every header that is heeded there, the worker's and the page of no address as well.
func TestHeadersOfPages(t *testing.T) {
	const year, asks = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct {
		path, kind, keeps, vary string
	}{
		{"/me", "text/html; charset=utf-8", asks, "Accept-Encoding"},
		{"/assets/app-AA.js", "text/javascript; charset=utf-8", year, "Accept-Encoding"},
		{"/assets/worker-AA.js", "text/javascript; charset=utf-8", year, "Accept-Encoding"},
		{"/assets/app-AA.css", "text/css; charset=utf-8", year, "Accept-Encoding"},
		{"/assets/icons-AA.svg", "image/svg+xml", year, "Accept-Encoding"},
		{"/nothing", "text/html; charset=utf-8", asks, "Accept, Accept-Encoding"},
	} {
		t.Run(c.path, func(t *testing.T) {
			want := maps.Clone(promised)
			if c.path == "/assets/app-AA.js" || c.path == "/assets/app-AA.css" {
				maps.DeleteFunc(want, func(name, _ string) bool { return ofDocuments[name] })
			}
			want["Content-Type"], want["Cache-Control"], want["Vary"] = c.kind, c.keeps, c.vary
			got := map[string]string{}
			for name, values := range get(&Server{files: made}, "GET", c.path, asksForPages).Header {
				if name != "Etag" {
					got[name] = strings.Join(values, "|")
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if got := get(&Server{files: made, plain: true}, "GET", c.path, asksForPages).Header.Get("Strict-Transport-Security"); got != "" {
				t.Errorf("a server without TLS says %q", got)
			}
		})
	}
	for name, value := range promised {
		if got := get(&Server{files: fstest.MapFS{}}, "GET", "/").Header.Get(name); got != value {
			t.Errorf("without a build %s is %q, want %q", name, got, value)
		}
	}
}

// What a browser has already is not sent again; each form has a tag of its own.
func TestPagesAskedAgain(t *testing.T) {
	s := &Server{files: made}
	tags := map[string]bool{}
	for _, coding := range []string{"br", "gzip", "identity"} {
		r := get(s, "GET", "/me", "Accept-Encoding: "+coding)
		tag := r.Header.Get("ETag")
		tags[tag] = true
		for _, c := range []struct {
			name, sent string
			want       int
		}{{"the same", tag, 304}, {"of several", `"x", ` + tag, 304}, {"weak", "W/" + tag, 304}, {"another", `"x"`, 200}} {
			t.Run(coding+" "+c.name, func(t *testing.T) {
				again := get(s, "GET", "/me", "Accept-Encoding: "+coding, "If-None-Match: "+c.sent)
				if again.StatusCode != c.want || again.Header.Get("ETag") != tag || again.Header.Get("Cache-Control") != "no-cache" || again.Header.Get("Vary") == "" {
					t.Errorf("%d %v, want %d", again.StatusCode, again.Header, c.want)
				}
				if got := body(t, again); (got == "") != (c.want == 304) {
					t.Errorf("body %q", got)
				}
			})
		}
	}
	if len(tags) != 3 || tags[""] {
		t.Errorf("tags %v, want three", tags)
	}
}

// The smallest form that the browser takes, and none that it refuses.
func TestCodings(t *testing.T) {
	s := &Server{files: made}
	for _, c := range []struct{ accepts, path, want string }{
		{"", "/me", ""},
		{"gzip, deflate, br, zstd", "/me", "br"},
		{"gzip, deflate", "/me", "gzip"},
		{"GZIP", "/me", "gzip"},
		{"*", "/me", "br"},
		{"br;q=0, *", "/me", "gzip"},
		{"br;q=0.5, gzip;q=0.8", "/me", "gzip"},
		{"br; q=0.8, gzip; q=0.8", "/me", "br"},
		{"br;q=0.000, gzip;q=0", "/me", ""},
		{"identity, br;q=0.5", "/me", ""},
		{"identity;q=0.5, br", "/me", "br"},
		{"br;q=2", "/me", ""},
		{"br;q=", "/me", ""},
		{"identity;q=0", "/me", ""},
		{"deflate", "/me", ""},
		{"br", "/assets/worker-AA.js", ""},
		{"br, gzip", "/assets/worker-AA.js", "gzip"},
	} {
		t.Run(c.accepts+" "+c.path, func(t *testing.T) {
			r := get(s, "GET", c.path, "Accept-Encoding: "+c.accepts)
			if got := r.Header.Get("Content-Encoding"); got != c.want || r.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%q, Vary %q, want %q", got, r.Header.Get("Vary"), c.want)
			}
			if got := body(t, r); c.want != "" && !strings.HasSuffix(got, ", "+c.want) {
				t.Errorf("body %q", got)
			}
		})
	}
}

// Without a build one line says what to do, where a page would stand, and the API has all else.
func TestUnbuilt(t *testing.T) {
	s := &Server{files: fstest.MapFS{".gitkeep": {}}}
	for _, c := range []struct {
		path, want string
		status     int
	}{
		{"/", "The pages are not built: make run and make build do it where npm is there.\n", 404},
		{"/nothing", "", 418},
		{"/assets/app-AA.js", "", 418},
		{"/v1/me", "", 418},
	} {
		r := get(s, "GET", c.path, asksForPages)
		if got := body(t, r); r.StatusCode != c.status || got != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.path, r.StatusCode, got, c.status, c.want)
		}
	}
	if s.Built() || !(&Server{files: made}).Built() {
		t.Error("it does not know whether there is a build")
	}
}

var routed = regexp.MustCompile(`(?:path === |match\(|pattern: )'(/[^']*)'`)

// The document stands at the addresses that the pages' own router knows, and at no others.
func TestAddressesAreTheRouters(t *testing.T) {
	var screens []string
	for _, name := range []string{"web/app.tsx", "web/office.tsx"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range routed.FindAllStringSubmatch(string(text), -1) {
			screens = append(screens, m[1])
		}
	}
	slices.Sort(screens)
	served := slices.Clone(addresses)
	slices.Sort(served)
	if diff := cmp.Diff(slices.Compact(screens), served); diff != "" {
		t.Errorf("addresses (-router +pages.go):\n%s", diff)
	}
}
