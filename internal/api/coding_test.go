package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

func TestTakesGzip(t *testing.T) {
	for _, c := range []struct {
		accept string
		want   bool
	}{
		{"", false},
		{"gzip", true},
		{"GZIP", true},
		{"x-gzip", true},
		{"br, gzip;q=0.5, deflate", true},
		{"gzip;q=0", false},
		{"gzip; q=0.000, *", false},
		{"gzip;q=high", false},
		{"*", true},
		{"*;q=0", false},
		{"br", false},
		{"identity", false},
		{"identity, gzip;q=0.5", false},
		{"identity;q=0.5, gzip;q=1.0", true},
		{"gzipped", false},
	} {
		t.Run(c.accept, func(t *testing.T) {
			if got := takesGzip(http.Header{"Accept-Encoding": {c.accept}}); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
	if !takesGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}) {
		t.Error("gzip in a second header is not seen")
	}
}

// answerOf has a handler send a body of so many letters.
func answerOf(method string, size int, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	_ = answer{status: http.StatusOK, body: verbatim{"text/plain", bytes.Repeat([]byte("a"), size)}}.write(w, r)
	return w
}

func TestLongAnswersAreCompressed(t *testing.T) {
	for _, c := range []struct {
		name   string
		size   int
		accept string
		packed bool
		vary   string
	}{
		{"short", packFrom, "gzip", false, ""},
		{"long", packFrom + 1, "gzip", true, "Accept-Encoding"},
		{"long, not asked for", packFrom + 1, "", false, "Accept-Encoding"},
		{"of 4 MiB", 4 << 20, "gzip", true, "Accept-Encoding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answerOf("GET", c.size, "Accept-Encoding", c.accept)
			body, tag := io.Reader(w.Body), w.Header().Get("ETag")
			if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != c.packed || strings.HasPrefix(tag, "W/") != c.packed {
				t.Fatalf("compressed %t with the tag %s, want %t", packed, tag, c.packed)
			}
			if c.packed {
				var err error
				if body, err = gzip.NewReader(body); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := io.ReadAll(body); err != nil || len(got) != c.size || strings.Trim(string(got), "a") != "" {
				t.Errorf("%d bytes, want %d: %v", len(got), c.size, err)
			}
			if got := w.Header().Get("Vary"); got != c.vary {
				t.Errorf("Vary %q, want %q", got, c.vary)
			}
		})
	}
}

// An answer is the same in either form: the tag of each finds it unchanged in each.
func TestTagsOfCompressedAnswers(t *testing.T) {
	plain := answerOf("GET", 2*packFrom).Header().Get("ETag")
	packed := answerOf("GET", 2*packFrom, "Accept-Encoding", "gzip").Header().Get("ETag")
	if packed != "W/"+plain {
		t.Errorf("tags %s and %s", plain, packed)
	}
	for _, tag := range []string{plain, packed} {
		for _, accept := range []string{"", "gzip"} {
			w := answerOf("GET", 2*packFrom, "Accept-Encoding", accept, "If-None-Match", tag)
			if w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") == "" {
				t.Errorf("%s with Accept-Encoding %q: %d %v", tag, accept, w.Code, w.Header())
			}
			if got := w.Header().Get("ETag"); strings.HasPrefix(got, "W/") != (accept == "gzip") {
				t.Errorf("304 with Accept-Encoding %q has the tag %s, unlike its 200", accept, got)
			}
		}
	}
}

func TestLongProblemsAreCompressed(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	silent(t).fail(w, r, "", &desk.Problem{Class: desk.Invalid, Name: "x", Title: "t", Detail: strings.Repeat("d", packFrom)})
	if w.Code != 422 || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
}

func zipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

// reading reads a body as a route does that takes so much of it, in such codings.
func reading(body io.Reader, coding string, limit int, codings ...string) (string, error) {
	r := httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Encoding", coding)
	got, err := (&call{request: r, limit: limit, codings: codings}).readBody()
	return string(got), err
}

func TestCompressedBodies(t *testing.T) {
	const body = `{"a": 1}`
	packed, cut := string(zipped(body)), string(zipped(body)[:20])
	for _, c := range []struct {
		name, coding, body string
		codings            []string
		want               int // 0: it is read
	}{
		{"as it is", "identity", body, nil, 0},
		{"no coding named", "", body, nil, 0},
		{"gzip where none is taken", "gzip", packed, nil, 415},
		{"br", "br", body, []string{"gzip"}, 415},
		{"twice", "gzip, gzip", packed, []string{"gzip"}, 415},
		{"gzip", "gzip", packed, []string{"gzip"}, 0},
		{"gzip by its older name", " X-GZip ", packed, []string{"gzip"}, 0},
		{"gzip that is none", "gzip", body, []string{"gzip"}, 400},
		{"gzip cut short", "gzip", cut, []string{"gzip"}, 400},
		{"more behind gzip", "gzip", packed + "more", []string{"gzip"}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := reading(strings.NewReader(c.body), c.coding, 1000, c.codings...)
			if statusIn(err) != c.want || err == nil && got != body {
				t.Errorf("got %q, %v; want status %d", got, err, c.want)
			}
		})
	}
	if got, err := reading(http.NoBody, "gzip", 1000); err != nil || got != "" {
		t.Errorf("no body, called compressed: %q, %v", got, err)
	}
}

func TestUnpackingEnds(t *testing.T) {
	const limit = 10_000
	for _, size := range []int{limit, limit + 1, 100 * limit} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			got, err := reading(bytes.NewReader(zipped(strings.Repeat("a", size))), "gzip", limit, "gzip")
			if size <= limit {
				if err != nil || len(got) != size {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				return
			}
			if p := problemIn(t, err); p.Class != desk.TooLarge || p.Extra["limit"] != limit {
				t.Errorf("problem %+v, want too-large", p)
			}
		})
	}
}

func TestUnsupportedEncoding(t *testing.T) {
	for _, c := range []struct{ path, accept string }{
		{"/v1/login", "identity"},
		{"/v1/escalations", "gzip, identity"},
	} {
		r := httptest.NewRequest("POST", c.path, strings.NewReader("{}"))
		r.Header.Set("Content-Encoding", "zstd")
		r = r.WithContext(WithClaims(r.Context(), map[string]string{"token_use": "access", "client_id": "platform", "scope": machineScope}))
		w := httptest.NewRecorder()
		silent(t).Handler(Routes()).ServeHTTP(w, r)
		if d := problemOf(t, w); w.Code != 415 || w.Header().Get("Accept-Encoding") != c.accept || !strings.Contains(d.Detail, c.accept) {
			t.Errorf("%s: status %d, Accept-Encoding %q, %+v", c.path, w.Code, w.Header().Get("Accept-Encoding"), d)
		}
	}
}

func TestEmptyBodies(t *testing.T) {
	for _, body := range []string{"", " \r\n"} {
		for name, read := range bodies {
			if _, err := read([]byte(body)); statusIn(err) != 400 || !strings.Contains(err.Error(), "The body is empty") {
				t.Errorf("%q for %s: %v", body, name, err)
			}
		}
	}
}

// stalled is a body of which nothing more comes.
type stalled struct{}

func (stalled) Read([]byte) (int, error) {
	return 0, fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)
}

func TestBodyThatNeverEnds(t *testing.T) {
	r := httptest.NewRequest("POST", "/v1/login", io.MultiReader(strings.NewReader(`{"email":`), stalled{}))
	w := httptest.NewRecorder()
	silent(t).Handler(Routes()).ServeHTTP(w, r)
	if d := problemOf(t, w); w.Code != 408 || d.Type != "/problems/too-slow" || w.Header().Get("Connection") != "close" {
		t.Errorf("status %d, headers %v, %+v", w.Code, w.Header(), d)
	}
}

// HEAD is nowhere, and what a browser asks ahead is answered wherever it asks.
func TestNoMethodsOfRoutes(t *testing.T) {
	for function, routes := range map[string][]Route{"all": Routes(), "settings": SettingsRoutes(), "login": LoginRoutes(), NoRoute: nil} {
		h := silent(t).Handler(routes)
		for _, target := range []string{"/v1/time-zones", "/v1/me", "/v1/login", "/v1/nothing", "//v1/me"} {
			if w := serve(h, "HEAD", target, nil); w.Code != 404 {
				t.Errorf("HEAD %s at %q: status %d, want 404", target, function, w.Code)
			}
			r := httptest.NewRequest("OPTIONS", target, nil)
			r.Header.Set("Origin", "https://app.example.com")
			r.Header.Set("Access-Control-Request-Method", "PUT")
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != 204 || w.Body.Len() > 0 {
				t.Errorf("preflight of %s at %q: status %d %s, want 204", target, function, w.Code, w.Body)
			}
		}
		if w := serve(h, "OPTIONS", "/v1/me", nil); w.Code != 405 {
			t.Errorf("OPTIONS /v1/me at %q: status %d, want 405", function, w.Code)
		}
	}
	if w := serve(silent(t).Handler(nil), "GET", "/v1/time-zones", nil); w.Code != 404 {
		t.Errorf("a route without a function: status %d, want 404", w.Code)
	}
}
