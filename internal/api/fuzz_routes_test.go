package api_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
)

// FuzzRoutes sends bodies, queries and headers to every route of an account that is at
// work: no answer is a 5xx, whatever the requests before have changed.
func FuzzRoutes(f *testing.F) {
	s := newStage(f)
	for i, r := range matrix {
		f.Add(uint(i), fill(r.body, s.mine), "", "", "")
		f.Add(uint(i), fill(r.body, s.theirs), "limit=1&cursor=x&state=open&from=2026-11-22T09:30:00Z", `"a.b", *`, "key-1")
	}
	w := s.open(f)
	f.Fuzz(func(t *testing.T, index uint, body, query, ifMatch, key string) {
		r := matrix[index%uint(len(matrix))]
		method, pattern, _ := strings.Cut(r.route, " ")
		path := fill(strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(pattern), s.mine)
		as := s.mine["owner"]
		if r.route == "POST /v1/escalations" {
			as = machine
		}
		request := httptest.NewRequest(method, path, strings.NewReader(body))
		request = request.WithContext(api.WithClaims(request.Context(), claims(as)))
		request.URL.RawQuery = query
		for _, header := range []struct{ name, value string }{{"If-Match", ifMatch}, {"If-None-Match", ifMatch}, {onceHeader, key}} {
			if header.value != "" {
				request.Header.Set(header.name, header.value)
			}
		}
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, request)
		if recorder.Code >= 500 {
			t.Fatalf("%s: status %d, %s", r.route, recorder.Code, recorder.Body)
		}
	})
}
