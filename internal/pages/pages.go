// Package pages serves the dashboard and the agents' page: static files, made of web/ by
// internal/cmd/pages and embedded. It knows neither desk nor table. Whatever the pages show they
// ask the API for, from the same origin.
package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// dist is what internal/cmd/pages makes. Without a build it is empty, so that Go alone builds
// everything.
//
//go:embed all:dist
var dist embed.FS

// document is the one page; which of its screens is shown is decided by the address.
const document = "index.html"

// addresses are those of screens. Everything else is no page: an address that was mistyped must
// not look like one that exists.
var addresses = []string{
	"/{$}", "/sign-in", "/forgot", "/me", "/escalations/{id}", "/callbacks", "/callbacks/{id}", "/live",
}

// Addresses are the patterns of all screens, as http.ServeMux has them.
func Addresses() []string { return addresses }

// security is what every answer says to the browser. Scripts, styles and requests are of this
// origin alone, and the one policy of Trusted Types is made in web/trusted.ts, so that nothing
// that a customer wrote can become markup or code.
var security = map[string]string{
	"Content-Security-Policy": strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
		"manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types app",
	}, "; "),
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), microphone=(), geolocation=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

// How long browsers keep what they were sent. Names of assets hold a hash of what is in them.
const (
	forEver   = "public, max-age=31536000, immutable"
	askAgain  = "no-cache"
	hstsAYear = "max-age=31536000"
)

// Server serves one build of the pages.
type Server struct {
	files fs.FS
	plain bool
}

// New serves the build that is embedded. PlainHTTP is for a server without TLS, which must not
// tell browsers to come back with it.
func New(plainHTTP bool) *Server {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant
	}
	return &Server{files: files, plain: plainHTTP}
}

// Built reports whether there is anything to serve.
func (s *Server) Built() bool {
	_, err := fs.Stat(s.files, document)
	return err == nil
}

// Handler serves screens and assets; whatever is neither goes to none.
func (s *Server) Handler(none http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", none)
	for _, a := range addresses {
		mux.HandleFunc("GET "+a, func(w http.ResponseWriter, r *http.Request) { s.send(w, r, document, askAgain) })
	}
	mux.HandleFunc("GET /assets/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := "assets/" + r.PathValue("file")
		if _, err := fs.Stat(s.files, name); err != nil || encoded(name) {
			none.ServeHTTP(w, r)
			return
		}
		s.send(w, r, name, forEver)
	})
	return mux
}

// encodings are those of which the build has a file beside each, the smallest first. HTTP APIs
// compress nothing themselves.
var encodings = []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// encoded reports whether a file is only another's compressed form.
func encoded(name string) bool {
	for _, e := range encodings {
		if strings.HasSuffix(name, e.suffix) {
			return true
		}
	}
	return false
}

// send answers with a file, in the smallest form that the browser takes.
func (s *Server) send(w http.ResponseWriter, r *http.Request, name, keep string) {
	h := w.Header()
	for header, value := range security {
		h.Set(header, value)
	}
	if !s.plain {
		h.Set("Strict-Transport-Security", hstsAYear)
	}
	body, coding := s.read(name, r.Header.Get("Accept-Encoding"))
	if body == nil {
		http.Error(w, "The pages are not built: make build does it, and needs npm.", http.StatusNotFound)
		return
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", keep)
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body) // the browser may have gone
}

// read gives a file and how it is encoded; nil without one.
func (s *Server) read(name, accepts string) (body []byte, coding string) {
	for _, e := range encodings {
		if !accepted(accepts, e.coding) {
			continue
		}
		if body, err := fs.ReadFile(s.files, name+e.suffix); err == nil {
			return body, e.coding
		}
	}
	body, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, ""
	}
	return body, ""
}

// accepted reports whether a coding is named without being refused by q=0.
func accepted(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
