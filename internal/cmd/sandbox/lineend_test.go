package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// TestAnswersEndWithALineEnd asks for an answer of each kind.
func TestAnswersEndWithALineEnd(t *testing.T) {
	_, server := newSandbox(t)
	login := `{"email":"owner@example.com","password":"` + ownerPassword + `"}`
	_, body := send(t, "POST", server.URL+"/v1/login", login)
	var tokens desk.Tokens
	if err := json.Unmarshal([]byte(body), &tokens); err != nil {
		t.Fatal(err)
	}
	auth := "Authorization: Bearer " + tokens.AccessToken
	me, _ := send(t, "GET", server.URL+"/v1/me", "", auth)
	const available = `{"action":"availability","accountId":"acc_demodemodemo"}`
	for _, c := range []struct {
		what, method, path, body string
		headers                  []string
		status                   int
		empty                    bool
	}{
		{what: "the API", method: "GET", path: "/v1/me", headers: []string{auth}, status: 200},
		{what: "a problem", method: "GET", path: "/v1/me", status: 401},
		{what: "the document", method: "GET", path: "/v1/openapi.yaml", status: 200},
		{what: "nowhere", method: "GET", path: "/elsewhere", status: 404},
		{what: "a function", method: "POST", path: invokeEscalate, body: available, status: 200},
		{what: "its error", method: "POST", path: invokeEscalate, body: "{}", status: 200},
		{what: "no function", method: "POST", path: "/2015-03-31/functions/nothing/invocations", body: "{}", status: 404},
		{what: "the sandbox", method: "GET", path: "/sandbox", status: 200},
		{what: "the page", method: "GET", path: "/", status: 200},
		{what: "another host", method: "GET", path: "/", headers: []string{"Host: example.com"}, status: 403},
		{what: "done", method: "DELETE", path: "/v1/me/working-hours", headers: []string{auth}, status: 204, empty: true},
		{what: "accepted", method: "POST", path: "/v1/password/forgot", body: `{"email":"asha@example.com"}`, status: 202, empty: true},
		{what: "not waiting", method: "POST", path: invokeEscalate, body: available, headers: []string{"X-Amz-Invocation-Type: Event"}, status: 202, empty: true},
		{what: "as before", method: "GET", path: "/v1/me", headers: []string{auth, "If-None-Match: " + me.Header.Get("ETag")}, status: 304, empty: true},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, body := send(t, c.method, server.URL+c.path, c.body, c.headers...)
			if r.StatusCode != c.status {
				t.Fatalf("got %d %s, want %d", r.StatusCode, body, c.status)
			}
			if c.empty && body != "" || !c.empty && (!strings.HasSuffix(body, "\n") || strings.HasSuffix(body, "\n\n")) {
				t.Errorf("the body ends with %q", body[max(0, len(body)-5):])
			}
		})
	}
}

// What is no text, or of a length that was told, is not touched.
func TestLineEndsOfTexts(t *testing.T) {
	for _, c := range []struct{ what, header, value, want string }{
		{"text", "Content-Type", "application/problem+json", "{}\n"},
		{"an image", "Content-Type", "image/png", "{}"},
		{"packed", "Content-Encoding", "gzip", "{}"},
		{"of a known length", "Content-Length", "2", "{}"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := httptest.NewRecorder()
			lineEnds(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set(c.header, c.value)
				_, _ = io.WriteString(w, "{}")
			})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if got := w.Body.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A body that is too large closes its connection, as it does without what writes line ends:
// nobody reads the rest.
func TestTooLargeCloses(t *testing.T) {
	_, server := newSandbox(t)
	tooLarge := `{"email":"` + strings.Repeat("x", 1<<20) + `"}`
	// Without a length, so that it is found out while reading.
	r, err := http.Post(server.URL+"/v1/login", "application/json", struct{ io.Reader }{strings.NewReader(tooLarge)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusRequestEntityTooLarge || !r.Close {
		t.Errorf("got %d, closed %t", r.StatusCode, r.Close)
	}
}
