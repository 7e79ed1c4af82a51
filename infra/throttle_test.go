package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/connectnow/backend/internal/pages"
)

// named is a file of the build that another one names.
var named = regexp.MustCompile(`/assets/[A-Za-z0-9._-]+`)

// filesOfVisit are the addresses of all that a browser fetches beside the document when it comes
// for the first time: what the document names, and what that names.
func filesOfVisit(t *testing.T) map[string]bool {
	t.Helper()
	s := pages.New(false)
	if !s.Built() {
		if os.Getenv("CI") != "" {
			t.Fatal("the pages are not built: make pages")
		}
		t.Skip("the pages are not built: make pages, which needs npm")
	}
	fetched := map[string]bool{}
	var fetch func(address string)
	fetch = func(address string) {
		w := httptest.NewRecorder()
		s.Handler(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", address, w.Code)
		}
		for _, file := range named.FindAllString(w.Body.String(), -1) {
			if !fetched[file] {
				fetched[file] = true
				fetch(file)
			}
		}
	}
	fetch("/sign-in")
	return fetched
}

// Fifty browsers that were never here come at the same moment, as when a team begins at nine, and
// fetch the document and all files of the build. No throttle of the template turns one away, even
// if nothing came back to its buckets meanwhile. They ask the API for nothing: only who was signed
// in does so before signing in (see web/api.ts).
func TestFreshBrowsersMeetNoThrottle(t *testing.T) {
	const browsers = 50
	files := len(filesOfVisit(t))
	stages := of(synth(t, nil).app, "AWS::ApiGatewayV2::Stage")
	for id, p := range stages {
		whole := at(p, "DefaultRouteSettings", "ThrottlingBurstLimit").(float64)
		if all := float64(browsers * (3 + files)); all > whole {
			t.Errorf("%s: %v requests at once, the API takes %v", id, all, whole)
		}
		for _, c := range []struct {
			route       string
			rate, burst float64
			asked       int // by each
		}{{"$default", 20, 100, 1}, {"GET /assets/{file}", 200, 1000, files}, {"GET /manifest.webmanifest", 200, 1000, 1}, {"GET /sw.js", 200, 1000, 1}} {
			rate, burst := at(p, "RouteSettings", c.route, "ThrottlingRateLimit"), at(p, "RouteSettings", c.route, "ThrottlingBurstLimit")
			if rate != c.rate || burst != c.burst {
				t.Errorf("%s: %s takes %v a second and %v at once, want %v and %v", id, c.route, rate, burst, c.rate, c.burst)
			}
			if all := float64(browsers * c.asked); all > c.burst {
				t.Errorf("%s: %v at once of %s, which takes %v", id, all, c.route, c.burst)
			}
		}
	}
	if len(stages) != 1 || files < 3 {
		t.Errorf("%d stages, %d files", len(stages), files)
	}
}
