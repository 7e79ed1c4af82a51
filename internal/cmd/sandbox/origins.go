package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/origins"
)

// fromElsewhere keeps pages of the internet that a browser shows from sending or reading
// anything here, but for those of the allowed origins, which may call the API. Answers to
// these have the headers that API Gateway adds by its CorsConfiguration.
func (s *sandbox) fromElsewhere(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.origins {
		_ = protection.AddTrustedOrigin(origin) // was checked
	}
	protection.SetDenyHandler(http.HandlerFunc(s.refuseOrigin))
	guarded := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		asks := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
		switch known := slices.Contains(s.origins, origin); {
		case known && strings.HasPrefix(r.URL.Path, "/v1/"):
			allow(w.Header(), origin, asks)
		case asks && !known:
			s.log.WarnContext(r.Context(), "page refused: ALLOWED_ORIGINS does not name its origin", "origin", origin)
		}
		guarded.ServeHTTP(w, r)
	})
}

// allow adds the headers by which a browser lets a page read an answer, or send what it asks
// to. There are none of credentials: a page sends its token itself.
func allow(h http.Header, origin string, asks bool) {
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Allow-Origin", origin)
	if !asks {
		h.Set("Access-Control-Expose-Headers", strings.Join(api.CrossExposed, ","))
		return
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(api.CrossMethods, ","))
	h.Set("Access-Control-Allow-Headers", strings.Join(api.CrossHeaders, ","))
	h.Set("Access-Control-Max-Age", strconv.Itoa(api.CrossMaxAge))
}

// refuseOrigin answers a page that may not send anything here. Its developer is told how it
// may, in the log as well: browsers do not show the body.
func (s *sandbox) refuseOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	detail := "A page from elsewhere may not send anything here; ALLOWED_ORIGINS names the origins whose pages may."
	if origin != "" {
		detail = fmt.Sprintf("Pages of %s may not send anything here. ALLOWED_ORIGINS=%s at the start of the sandbox lets them.", origin, origin)
		if err := origins.Check(origin); err != nil {
			detail = "This page may not send anything here, and ALLOWED_ORIGINS cannot let it: " + err.Error() + "."
		}
	}
	s.log.WarnContext(r.Context(), "page refused: ALLOWED_ORIGINS does not name its origin", "origin", origin)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(map[string]any{ // the client may be gone
		"type": "/problems/foreign-origin", "title": "A page from elsewhere", "status": http.StatusForbidden, "detail": detail, "requestId": rand.Text(),
	})
}
