package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// silent is a server whose desk has nothing: enough for all that is decided before the
// desk is asked.
func silent(t *testing.T) *Server {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	return New(&desk.Desk{Clients: desk.Clients{Machine: "platform"}, Log: quiet}, Options{Log: quiet})
}

// document is a problem as callers read it.
type document struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail"`
	RequestID string            `json:"requestId"`
	Errors    []desk.FieldError `json:"errors"`
	TakenBy   *desk.Agent       `json:"takenBy"`
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) document {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("content type %q of %s", got, w.Body)
	}
	var d document
	decoder := json.NewDecoder(w.Body)
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Status != w.Code || d.RequestID == "" || d.Title == "" || d.Detail == "" {
		t.Errorf("problem %+v of status %d", d, w.Code)
	}
	return d
}

// problemIn fails unless err is a problem.
func problemIn(t *testing.T, err error) *desk.Problem {
	t.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) {
		t.Fatalf("error %v, want a problem", err)
	}
	return p
}

// statusIn is the status of a refusal; 0 of every other error.
func statusIn(err error) int {
	if r := (*refusal)(nil); errors.As(err, &r) {
		return r.status
	}
	return 0
}

func serve(h http.Handler, method, target string, claims map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, http.NoBody)
	if claims != nil {
		r = r.WithContext(WithClaims(r.Context(), claims))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
