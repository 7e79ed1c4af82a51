package apitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ear hears what would fail a test.
type ear struct {
	testing.TB
	heard string
}

func (e *ear) Errorf(format string, args ...any) { e.heard += fmt.Sprintf(format, args...) }

// told is an exchange as a test tells it. It begins as one without fault.
type told struct {
	method, target, request string
	header                  map[string]string // of the request
	status                  int
	answer                  map[string]string // headers
	body                    string
}

const (
	department = `{"id": "dep_kidskidskids", "name": "Kids", "memberCount": 2}`
	busy       = `{"type": "/problems/busy", "title": "Try again", "status": 503, "detail": "Later.", "requestId": "r"}`
	notFound   = `{"type": "/problems/not-found", "title": "Not found", "status": 404, "detail": "Nothing.", "requestId": "r"}`
	wrongWay   = `{"type": "/problems/method-not-allowed", "title": "No", "status": 405, "detail": "No.", "requestId": "r"}`
	account    = `{"id": "acc_a", "name": "Shop", "timeZone": "UTC", "ringSeconds": 25, "maxOffers": 5, "missedOffersUntilOffline": 2,
		"overflow": "none", "callbackDueMinutes": 240, "chatCapacity": 3, "activeMinutes": {"call": 1, "chat": 1}, "holidays": []}`
)

// list is a request for departments, rename one that changes a department, both well
// answered.
func list() told {
	return told{
		method: "GET", target: "/v1/departments", status: 200,
		answer: map[string]string{"Content-Type": "application/json", "ETag": `"x"`}, body: `{"items": [` + department + `]}`,
	}
}

func rename() told {
	return told{
		method: "PATCH", target: "/v1/departments/dep_kidskidskids", request: `{"name": "Kids"}`, status: 200,
		answer: map[string]string{"Content-Type": "application/json; charset=utf-8", "ETag": `"x"`}, body: department,
	}
}

func problem(status int, body string) func(*told) {
	return func(s *told) {
		s.status, s.body = status, body
		s.answer = map[string]string{"Content-Type": problemType, "Retry-After": "1"}
	}
}

// judged is what Conform says of an exchange. The handler reads the request's body if
// there is one.
func judged(t *testing.T, s told) string {
	t.Helper()
	e := &ear{TB: t}
	h := Conform(e, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.request != "" {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		for name, value := range s.answer {
			w.Header().Set(name, value)
		}
		w.WriteHeader(s.status)
		_, _ = w.Write([]byte(s.body))
	}))
	r := httptest.NewRequest(s.method, s.target, strings.NewReader(s.request))
	for name, value := range s.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != s.status || w.Body.String() != s.body || w.Header().Get("ETag") != s.answer["ETag"] {
		t.Errorf("%s %s: %d %s came through, %+v was answered", s.method, s.target, w.Code, w.Body, s)
	}
	return e.heard
}

func packed(body string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(body))
	_ = z.Close()
	return b.String()
}

func TestConformAgrees(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*told)
	}{
		{"as it is", func(*told) {}},
		{"unchanged", func(s *told) { s.status, s.body, s.answer = 304, "", map[string]string{"ETag": `W/"x"`} }},
		{"HEAD", func(s *told) { s.method = "HEAD"; problem(404, notFound)(s) }},
		{"compressed", func(s *told) { s.body, s.answer["Content-Encoding"] = packed(s.body), "gzip" }},
		{"busy", problem(503, busy)},
		{"unknown path", func(s *told) { s.target = "/v1/nothing"; problem(404, notFound)(s) }},
		{"unclean path", func(s *told) { s.target = "/v1/me/../me"; problem(404, notFound)(s) }},
		{"unknown way", func(s *told) { s.method = "TRACE"; problem(405, wrongWay)(s) }},
		{"another page", func(s *told) { s.target, s.body = "/sandbox", "anything" }},
		{"refused input", func(s *told) { *s = rename(); s.request = `{"nme": 1}`; problem(503, busy)(s) }},
		{"change", func(s *told) { *s = rename() }},
		{"empty filter", func(s *told) {
			*s = told{"GET", "/v1/callbacks?state=&limit=7", "", nil, 200, s.answer, `{"items": []}`}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := list()
			c.change(&s)
			if heard := judged(t, s); heard != "" {
				t.Error(heard)
			}
		})
	}
}

func TestConformFinds(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*told)
	}{
		{"no ETag", "header ETag is missing", func(s *told) { delete(s.answer, "ETag") }},
		{"ETag without quotes", "header ETag at '': 'x' does not", func(s *told) { s.answer["ETag"] = "x" }},
		{"status", "the status is not documented; the body is {\"items\"", func(s *told) { s.status = 201 }},
		{"content type", `content type "text/plain"`, func(s *told) { s.answer["Content-Type"] = "text/plain" }},
		{"no content type", `content type ""`, func(s *told) { delete(s.answer, "Content-Type") }},
		{"broken answer", "the answer is no application/json", func(s *told) { s.body = "{" }},
		{"field missing", "the answer at '/items/0': missing property 'name'", func(s *told) { s.body = `{"items": [{"id": "dep_a", "memberCount": 2}]}` }},
		{"field of another type", "at '/items/0/memberCount': got string", func(s *told) { s.body = `{"items": [{"id": "dep_a", "name": "A", "memberCount": "2"}]}` }},
		{"field too many", "at '/items/0/more'", func(s *told) { s.body = strings.Replace(s.body, `"id"`, `"more": 1, "id"`, 1) }},
		{"field of other lists", "at '/nextCursor'", func(s *told) { s.body = `{"items": [], "nextCursor": "x"}` }},
		{"body with 204", "no body is documented, but there is one: x", func(s *told) { *s = told{"DELETE", "/v1/me/devices/a", "", nil, 204, nil, "x"} }},
		{"query parameter", "the query parameter state is not documented", func(s *told) { s.target += "?state=open" }},
		{"query parameter out of bounds", "query parameter limit at ''", func(s *told) { *s = told{"GET", "/v1/callbacks?limit=0", "", nil, 200, s.answer, `{"items": []}`} }},
		{"header too long", "header parameter Idempotency-Key at '': maxLength", func(s *told) {
			*s = rename()
			s.method, s.target, s.status = "POST", "/v1/departments", 201
			s.header = map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}
		}},
		{"path parameter", "path parameter id at ''", func(s *told) { *s = rename(); s.target = "/v1/departments/kids" }},
		{"request with an unknown field", "additional properties 'nme' not allowed", func(s *told) { *s = rename(); s.request = `{"nme": 1, "name": "x"}` }},
		{"request with a long field", "the request at '/name': maxLength: got 65, want 64", func(s *told) { *s = rename(); s.request = `{"name": "` + strings.Repeat("ä", 65) + `"}` }},
		{"broken request", "the request is no application/json", func(s *told) { *s = rename(); s.request = `{` }},
		{"request without body", "a request without a body, which the document requires", func(s *told) { *s = rename(); s.request = "" }},
		{"request with body", "the handler read a body, but the document knows of none", func(s *told) {
			*s = told{"DELETE", "/v1/me/devices/a", "{}", nil, 204, nil, ""}
		}},
		{"no Retry-After", "header Retry-After is missing", func(s *told) { problem(503, busy)(s); delete(s.answer, "Retry-After") }},
		{"Retry-After too small", "header Retry-After at '': minimum", func(s *told) { problem(503, busy)(s); s.answer["Retry-After"] = "0" }},
		{"status in the problem", "the problem says status 503", problem(500, busy)},
		{"another problem", "at '/type'", func(s *told) {
			s.target = "/v1/departments/dep_a/availability"
			problem(404, strings.Replace(notFound, "not-found", "gone", 1))(s)
		}},
		{"unknown path answered", "the document has no such operation", func(s *told) { s.target = "/v1/nothing" }},
		{"unknown path, another problem", "/problems/not-found is due", func(s *told) { s.target = "/v1/nothing"; problem(404, strings.Replace(notFound, "not-", "un", 1))(s) }},
		{"HEAD answered", "status 404 is due", func(s *told) { s.method = "HEAD" }},
		{"called compressed", "is not the gzip that it is called", func(s *told) { s.answer["Content-Encoding"] = "gzip" }},
		{"compressed, without a field", "missing property 'items'", func(s *told) { s.body, s.answer["Content-Encoding"] = packed(`{}`), "gzip" }},
		{"unknown way, another status", "status 405 is due", func(s *told) { s.method = "TRACE"; problem(404, notFound)(s) }},
		{"unknown way, another problem", "the problem is /problems/not-found", func(s *told) { s.method = "TRACE"; problem(405, notFound)(s) }},
		{"nested bound", "at '/activeMinutes/chat': minimum", func(s *told) { s.target, s.body = "/v1/account", strings.Replace(account, `"chat": 1`, `"chat": 0`, 1) }},
		{"format in a list", "at '/holidays/0': '2026-13-01' is not", func(s *told) { s.target, s.body = "/v1/account", strings.Replace(account, `[]`, `["2026-13-01"]`, 1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := list()
			c.change(&s)
			if heard := judged(t, s); !strings.Contains(heard, c.want) || !strings.Contains(heard, s.method+" "+s.target) {
				t.Errorf("%s is not in: %s", c.want, heard)
			}
		})
	}
}

// Of the kinds of requests that the assistant may send only the one that was meant is
// told of.
func TestReasonsAreOfWhatWasMeant(t *testing.T) {
	heard := judged(t, told{
		method: "POST", target: "/v1/escalations", status: 200, answer: map[string]string{"Content-Type": "application/json"},
		request: `{"action": "status", "accountId": "acc_a", "escalationId": "x"}`,
		body: `{"escalationId": "esc_a", "handle": "", "state": "ringing", "outcome": "ringing", "agent": {"id": "mem_a"}, "ringingUntil": null, "ringingSeconds": -1,
			"callback": null, "because": null, "nextAgentAt": null, "say": "One moment.", "handedBack": null}`,
	})
	got := strings.Split(heard, "\n\t")[1:]
	want := []string{
		"the answer at '/agent': missing property 'firstName'", "the answer at '/ringingSeconds': minimum: got -1, want 0",
		"the request at '/escalationId': 'x' does not match pattern",
	}
	if len(got) != len(want) {
		t.Fatalf("%q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}
