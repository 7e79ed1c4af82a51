package api_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// endless is a body without an end that counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

// bodiless are the routes with another method than GET that read no body.
var bodiless = []string{
	"DELETE /v1/members/{id}", "DELETE /v1/members/{id}/totp", "DELETE /v1/members/{id}/sessions",
	"DELETE /v1/me/sessions", "DELETE /v1/me/sessions/{id}", "DELETE /v1/departments/{id}", "DELETE /v1/me/devices/{deviceId}",
	"POST /v1/me/devices/{deviceId}/test", "DELETE /v1/me/working-hours", "DELETE /v1/members/{id}/working-hours", "DELETE /v1/assistant/connections/{id}",
	"DELETE /v1/assistant/keys/{id}",
}

// bodyLimit is how many bytes the contract gives a route.
func bodyLimit(route string) int {
	switch route {
	case "POST /v1/escalations":
		return 4 << 20
	case "PUT /v1/assistant":
		return 512 << 10
	case "PUT /v1/me/working-hours", "PUT /v1/members/{id}/working-hours":
		return 128 << 10
	case "POST /v1/drills":
		return 64 << 10
	}
	return 16 << 10
}

// A body over the limit is refused on every route, by its length unread, and without one
// as soon as it is over.
func TestTooLargeOnEveryRoute(t *testing.T) {
	s := newStage(t)
	n := 0
	for _, r := range matrix {
		method, pattern, _ := strings.Cut(r.route, " ")
		if method == "GET" || strings.Contains(strings.Join(bodiless, "|"), r.route) {
			continue
		}
		w := s.open(t)
		path := fill(strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(pattern), s.mine)
		as, limit := s.mine["owner"], bodyLimit(r.route)
		if r.route == "POST /v1/escalations" {
			as = machine
		}
		for _, length := range []int64{int64(limit) + 1, -1} {
			body := &endless{}
			request := httptest.NewRequest(method, path, body).WithContext(api.WithClaims(t.Context(), claims(as)))
			request.ContentLength = length
			request.Header.Set(onceHeader, "k")
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, request)
			if recorder.Code != http.StatusRequestEntityTooLarge || length > 0 && body.read > 0 || body.read > 2*limit {
				t.Errorf("%s with length %d: status %d after %d bytes", r.route, length, recorder.Code, body.read)
			}
		}
		n++
	}
	t.Logf("%d routes with a body", n)
}

// Who has to wait is told how long.
func TestRetryAfter(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	var last *httptest.ResponseRecorder
	for range 20 {
		last = w.send(nobody, "POST", "/v1/login", fill(`{"email": "{memberEmail}", "password": "wrong"}`, s.mine))
		if last.Code == http.StatusTooManyRequests {
			break
		}
	}
	if got := last.Header().Get("Retry-After"); last.Code != http.StatusTooManyRequests || got != "930" {
		t.Errorf("too many tries: status %d, Retry-After %q, want what the name is kept for", last.Code, got)
	}
	w.desk.Table = fault.New(w.bolt, fault.Options{Before: func(fault.Call) error { return table.ErrUnavailable }})
	for _, r := range matrix {
		method, pattern, _ := strings.Cut(r.route, " ")
		path := fill(strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(pattern), s.mine)
		as := s.mine["owner"]
		switch {
		case r.route == "POST /v1/escalations":
			as = machine
		case r.route == "POST /v1/refresh":
			continue // it asks the identity alone
		case r.route == "POST /v1/seen":
			continue // what is made up is read nowhere
		case strings.HasPrefix(r.route, "GET /v1/openapi.") || r.route == "GET /v1/time-zones":
			continue // and these nobody
		case r.route == "POST /v1/login":
			r.body = strings.Replace(r.body, "member", "admin", 1)
		}
		got := w.send(as, method, path, fill(r.body, s.mine))
		if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "1" {
			t.Errorf("%s without a table: status %d, Retry-After %q", r.route, got.Code, got.Header().Get("Retry-After"))
		}
	}
}
