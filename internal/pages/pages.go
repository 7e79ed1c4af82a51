// Package pages serves the dashboard and the agents' page: static files, made of web/ by
// internal/cmd/pages and embedded. It knows neither desk nor table. Whatever the pages show they
// ask the API for, from the same origin.
package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// dist is what internal/cmd/pages makes. Without a build it is empty, so that Go alone builds
// everything.
//
//go:embed all:dist
var dist embed.FS

// document is the one page; which of its screens is shown is decided by the address. nowhere is
// what stands at all other addresses.
const (
	document = "index.html"
	nowhere  = "nowhere.html"
)

// addresses are those of screens, as web/app.tsx and web/office.tsx have them. Everything else is
// no page: an address that was mistyped must not look like one that exists.
var addresses = []string{
	"/", "/sign-in", "/forgot", "/me", "/escalations/{id}", "/callbacks", "/callbacks/{id}", "/live",
	"/team", "/team/new", "/team/import", "/team/{id}", "/team/{id}/hours", "/departments",
	"/log", "/log/{id}", "/test", "/audit", "/assistant", "/settings",
}

// assets is the folder of all files but the documents. Their names hold a hash of what is in them.
const assets = "/assets/"

// atRoot are the files whose addresses browsers keep, so that no hash may be in their names: what
// installs the pages, and the worker that rings while none is open.
var atRoot = []string{"manifest.webmanifest", "sw.js"}

// Routes are the addresses of all files but the documents, as routes.
func Routes() []string {
	routes := []string{"GET " + assets + "{file}"}
	for _, name := range atRoot {
		routes = append(routes, "GET /"+name)
	}
	return routes
}

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
func (s *Server) Built() bool { return s.has(document) }

func (s *Server) has(name string) bool {
	is, err := fs.Stat(s.files, name)
	return err == nil && is.Mode().IsRegular()
}

// Handler serves screens and assets. Addresses of the API, other methods, and whoever asks for no
// page go to the API, whose answer to what is no route is a problem.
func (s *Server) Handler(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, isAsset := asset(r.URL.Path)
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead || ofAPI(r.URL.Path):
			api.ServeHTTP(w, r)
		case IsScreen(r.URL.Path) && !s.Built():
			s.headers(w.Header(), document)
			http.Error(w, "The pages are not built: make run and make build do it where npm is there.", http.StatusNotFound)
		case IsScreen(r.URL.Path):
			s.send(w, r, document, http.StatusOK)
		case isAsset && s.has(file):
			s.send(w, r, file, http.StatusOK)
		case takesPages(r.Header) && s.has(nowhere):
			s.send(w, r, nowhere, http.StatusNotFound)
		default:
			api.ServeHTTP(w, r)
		}
	})
}

// ofAPI reports whether an address is the API's, where a page never stands.
func ofAPI(path string) bool {
	return slices.ContainsFunc([]string{"/v1", "/.well-known", "/mcp"}, func(root string) bool {
		rest, is := strings.CutPrefix(path, root)
		return is && (rest == "" || rest[0] == '/')
	})
}

// IsScreen reports whether an address is one of a screen.
func IsScreen(path string) bool {
	got := strings.Split(path, "/")
	return slices.ContainsFunc(addresses, func(address string) bool {
		return slices.EqualFunc(strings.Split(address, "/"), got, func(want, segment string) bool {
			return want == segment || strings.HasPrefix(want, "{") && segment != ""
		})
	})
}

// asset gives the file of an address. The compressed forms of another are none of their own.
func asset(address string) (file string, is bool) {
	if name := strings.TrimPrefix(address, "/"); slices.Contains(atRoot, name) {
		return name, name != address
	}
	name, is := strings.CutPrefix(address, assets)
	for _, c := range codings {
		is = is && !strings.HasSuffix(name, c.suffix)
	}
	return strings.TrimPrefix(assets, "/") + name, is && name != "" && !strings.Contains(name, "/")
}

// send answers with a file, in the smallest form that the browser takes.
func (s *Server) send(w http.ResponseWriter, r *http.Request, name string, status int) {
	body, coding, err := s.read(name, r.Header)
	if err != nil { // it was there when the handler looked
		panic(err)
	}
	h := w.Header()
	s.headers(h, name)
	h.Set("Content-Type", types[path.Ext(name)])
	h.Set("Vary", "Accept-Encoding")
	if name == nowhere {
		h.Set("Vary", "Accept, Accept-Encoding")
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Cache-Control", askAgain)
	if strings.HasPrefix("/"+name, assets) {
		h.Set("Cache-Control", forEver)
	}
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	if status == http.StatusOK {
		h.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			status, body = http.StatusNotModified, nil
		}
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser may have gone
	}
}
