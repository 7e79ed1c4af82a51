package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// signingIn answers a sign-in in whose session nothing is left to chance, and gives what the
// handler below the middleware was sent as the device's secret.
func signingIn(t *testing.T, body string, cookie ...string) (w *httptest.ResponseRecorder, secret any) {
	t.Helper()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	s := New(&desk.Desk{Now: func() time.Time { return now }}, Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	handler := s.serve(Route{http.MethodPost, "/v1/login", Public, fnLogin, cookies(deviceCookie, func(_ context.Context, q *call) (answer, error) {
		secret = q.fields["deviceSecret"]
		return ok(session{
			Tokens: desk.Tokens{AccessToken: "a", RefreshToken: "r", ExpiresIn: 3600}, DeviceSecret: "made", SessionEndsAt: now.Add(time.Hour),
		}, nil)
	})})
	r := httptest.NewRequest(http.MethodPost, "/v1/login", strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	r.Header["Cookie"] = cookie
	w = httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w, secret
}

// The device's secret goes the way of the refresh token, which is kept as long as its session.
func TestDeviceSecretsAreKept(t *testing.T) {
	long := strings.Repeat("x", longestDeviceSecret)
	for _, c := range []struct {
		name, body string
		cookie     []string
		status     int
		secret     any // that the handler sees
	}{
		{"none yet", `{"cookie": true}`, nil, 200, nil},
		{"from the cookie", `{"cookie": true}`, []string{"__Host-cn-device=before"}, 200, "before"},
		{"beside another cookie", `{"cookie": true}`, []string{"__Host-cn-refresh=r; __Host-cn-device=before"}, 200, "before"},
		{"the longest", `{"cookie": true}`, []string{"__Host-cn-device=" + long}, 200, long},
		{"too long", `{"cookie": true}`, []string{"__Host-cn-device=x" + long}, 200, nil},
		{"of two", `{"cookie": true}`, []string{"__Host-cn-device=a; __Host-cn-device=b"}, 200, nil},
		{"in the body too", `{"cookie": true, "deviceSecret": "before"}`, []string{"__Host-cn-device=before"}, 400, nil},
		{"in the body alone", `{"cookie": true, "deviceSecret": "before"}`, nil, 400, nil},
		{"in the body, without the word", `{"deviceSecret": "before"}`, []string{"__Host-cn-device=before"}, 400, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, secret := signingIn(t, c.body, c.cookie...)
			if w.Code != c.status || secret != c.secret {
				t.Fatalf("status %d, and the handler sees %v; want %d, %v", w.Code, secret, c.status, c.secret)
			}
			want := []string{
				"__Host-cn-refresh=r; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Strict",
				"__Host-cn-session=1; Path=/; Max-Age=3600; Secure; SameSite=Strict",
				"__Host-cn-device=made; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Strict",
			}
			if c.status != 200 {
				want = nil
			}
			if got := w.Header()["Set-Cookie"]; strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("Set-Cookie %q, want %q", got, want)
			}
			if body := w.Body.String(); strings.Contains(body, "made") || strings.Contains(body, "refreshToken") {
				t.Errorf("the page sees %s", body)
			}
		})
	}
}

// An app gets both in the body, and has no cookie.
func TestDeviceSecretsOfApps(t *testing.T) {
	w, secret := signingIn(t, `{"deviceSecret": "before"}`)
	if body := w.Body.String(); secret != "before" || !strings.Contains(body, `"deviceSecret":"made"`) || !strings.Contains(body, `"refreshToken":"r"`) {
		t.Errorf("the handler sees %v, the app %s", secret, body)
	}
	if len(w.Header()["Set-Cookie"]) > 0 {
		t.Errorf("Set-Cookie %q", w.Header()["Set-Cookie"])
	}
}
