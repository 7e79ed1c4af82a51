package pages

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// security is what every answer but a part of a document says to the browser. Scripts, styles and requests are of this
// origin alone, and the one policy of Trusted Types is made in web/trusted.ts, so that nothing
// that a customer wrote can become markup or code. The worker's file says it too: a worker goes
// by what its own file says (https://www.w3.org/TR/CSP3/#initialize-global-object-csp).
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

// How long browsers keep what they were sent.
const (
	forEver  = "public, max-age=31536000, immutable"
	askAgain = "no-cache"
)

// hstsAYear leaves subdomains out: the domain is the business's, and others of it may do without
// TLS.
const hstsAYear = "max-age=31536000"

// types are those of all files that there can be. The machine's own list may say others.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",

	".webmanifest": "application/manifest+json",
}

// ofContent are those that a browser heeds of scripts and styles, too; all others are about
// documents and workers.
var ofContent = []string{"Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Content-Type-Options"}

// headers sets what stands on the answer with a file. Scripts and styles that a document loads go
// without what no browser looks for there: on each of a dozen that was 0.5 KB.
func (s *Server) headers(h http.Header, file string) {
	for name, value := range security {
		if !isPart(file) || slices.Contains(ofContent, name) {
			h.Set(name, value)
		}
	}
	if !s.plain {
		h.Set("Strict-Transport-Security", hstsAYear)
	}
}

// isPart reports whether a file is only ever a part of a document. A worker goes by its own headers.
func isPart(file string) bool {
	isWorker := file == "sw.js" || strings.HasPrefix(path.Base(file), "worker-")
	return path.Ext(file) == ".css" || path.Ext(file) == ".js" && !isWorker
}
