package pages

import (
	"net/http"
	"strings"
)

// security is what every answer says to the browser. Scripts, styles and requests are of this
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

// headers sets what stands on every answer, whatever it holds.
func (s *Server) headers(h http.Header) {
	for name, value := range security {
		h.Set(name, value)
	}
	if !s.plain {
		h.Set("Strict-Transport-Security", hstsAYear)
	}
}
