package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/pages"
	"github.com/connectnow/backend/internal/stage"
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

// Each public route has a throttle of its own, and no other route has one.
func TestPublicRoutesHaveThrottles(t *testing.T) {
	haveThrottles(t, synth(t, nil).app, stage.Throttles(false))
	haveThrottles(t, synth(t, map[string]any{"thrifty": "true"}).app, stage.Throttles(true))
}

func haveThrottles(t *testing.T, app object, throttles map[string]stage.Throttle) {
	t.Helper()
	public := map[string]bool{}
	for _, p := range of(app, "AWS::ApiGatewayV2::Route") {
		if p["AuthorizationType"] == "NONE" {
			public[p["RouteKey"].(string)] = true
		}
	}
	for _, p := range of(app, "AWS::ApiGatewayV2::Stage") {
		settings := at(p, "RouteSettings").(object)
		for key := range public {
			if want, has := throttles[key]; !has || at(settings, key, "ThrottlingRateLimit") != want.Rate || at(settings, key, "ThrottlingBurstLimit") != want.Burst {
				t.Errorf("%s has %v, want %v", key, settings[key], want)
			}
		}
		for key := range settings {
			if !public[key] {
				t.Errorf("%s is no public route, and has a throttle", key)
			}
		}
	}
}

// Fifty browsers that were never here come at the same moment, as when a team begins at nine, and
// fetch the document and all files of the build; those who sign in or were signed in do so then,
// and fifty offices ask for the time zones. No throttle turns one away, even if nothing came back
// to its bucket meanwhile.
func TestFreshBrowsersMeetNoThrottle(t *testing.T) {
	const browsers = 50
	files, throttles := len(filesOfVisit(t)), stage.Throttles(true)
	if all := browsers * (3 + files); all > burst {
		t.Errorf("%v requests at once, a route takes %v", all, burst)
	}
	for route, asked := range map[string]int{ // by each
		"$default": 1, "GET /assets/{file}": files, "GET /manifest.webmanifest": 1, "GET /sw.js": 1,
		"POST /v1/login": 1, "POST /v1/refresh": 1, "GET /v1/time-zones": 1,
	} {
		if all := float64(browsers * asked); all > throttles[route].Burst {
			t.Errorf("%v at once of %s, which takes %v", all, route, throttles[route].Burst)
		}
	}
	if files < 3 {
		t.Errorf("%d files", files)
	}
}

// No file of the pages weighs more than the worst month is reckoned with, and none at an address
// of its own.
func TestFilesWeighWhatTheWorstMonthTakes(t *testing.T) {
	filesOfVisit(t) // or there are none
	heaviest := map[string]float64{}
	check(t, filepath.WalkDir("../internal/pages/dist", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		route := "$default"
		if filepath.Base(filepath.Dir(path)) == "assets" {
			route = "GET /assets/{file}"
		}
		if err == nil {
			heaviest[route] = max(heaviest[route], float64(info.Size()))
		}
		return err
	}))
	for route, weight := range heaviest {
		if most, known := costs.PageBytes(route); !known || weight > most || weight == 0 {
			t.Errorf("a file of %s weighs %v, reckoned with are %v", route, weight, most)
		}
	}
}
