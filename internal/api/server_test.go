package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func TestRouteTable(t *testing.T) {
	functions := map[string]bool{}
	seen := map[string]bool{}
	for _, rt := range Routes() {
		key := rt.Method + " " + rt.Pattern
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		functions[rt.Function] = true
		switch rt.Who {
		case Public, Machine, Staff, Admin, Owner, Holder:
		default:
			t.Errorf("%s: who is %q", key, rt.Who)
		}
		if !strings.HasPrefix(rt.Pattern, "/v1/") || strings.HasSuffix(rt.Pattern, "/") {
			t.Errorf("%s: an odd pattern", key)
		}
		if rt.handle == nil {
			t.Errorf("%s has no handler", key)
		}
		for _, p := range pathParams(rt.Pattern) {
			if p.shape == nil {
				t.Errorf("%s: nothing says how a %s looks", key, p.name)
			}
		}
	}
	if len(functions) != 6 {
		t.Errorf("functions %v, want six", functions)
	}
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// pathFor fills a pattern with ids of the right shape.
func pathFor(pattern string) string {
	ids := map[string]string{
		"members": "mem_aaaaaaaaaaaa", "departments": "dep_aaaaaaaaaaaa", "escalations": "esc_aaaaaaaaaaaa",
		"callbacks": "cb_aaaaaaaaaaaa", "devices": "phone-1", "sessions": "ses_aaaaaaaaaaaa", "connections": "con_aaaaaaaaaaaa", "keys": "cnk_aaaaaaaaaaaa",
	}
	segments := strings.Split(pattern, "/")
	for i := range segments {
		if parameter.MatchString(segments[i]) {
			segments[i] = ids[segments[i-1]]
		}
	}
	return strings.Join(segments, "/")
}

// Every route but the public ones is closed to those without a token, and every path
// answers other methods with a 405 that names all that it has.
func TestEveryRouteWithoutToken(t *testing.T) {
	h := silent(t).Handler(Routes())
	for _, rt := range Routes() {
		w := serve(h, rt.Method, pathFor(rt.Pattern), nil)
		want := http.StatusUnauthorized
		if rt.Who == Public {
			want = http.StatusBadRequest // there is no body
		}
		if rt.Method == http.MethodGet && rt.Who == Public {
			continue
		}
		if w.Code != want {
			t.Errorf("%s %s: status %d, want %d", rt.Method, rt.Pattern, w.Code, want)
		}
		if want == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s: no WWW-Authenticate", rt.Method, rt.Pattern)
		}
		problemOf(t, w)

		w = serve(h, "TRACE", pathFor(rt.Pattern), nil)
		if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), rt.Method) {
			t.Errorf("TRACE %s: status %d, Allow %q", rt.Pattern, w.Code, w.Header().Get("Allow"))
		}
		problemOf(t, w)
	}
}

// The methods of paths are those of the routes, and each function's list has its routes alone.
func TestPathsAreThoseOfRoutes(t *testing.T) {
	methods := map[string][]string{}
	for _, rt := range Routes() {
		methods[rt.Pattern] = append(methods[rt.Pattern], rt.Method)
	}
	want, got := map[string]string{}, map[string]string{}
	for pattern, list := range methods {
		want[pattern] = strings.Join(slices.Sorted(slices.Values(list)), ", ")
	}
	for _, p := range paths {
		got[p.pattern] = p.methods
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != len(paths) {
		t.Errorf("paths (-routes +paths), of %d:\n%s", len(paths), diff)
	}
	for function, list := range map[string][]Route{
		fnLogin: LoginRoutes(), fnTeam: TeamRoutes(), fnPresence: PresenceRoutes(),
		fnEscalations: EscalationsRoutes(), fnCallbacks: CallbacksRoutes(), fnSettings: SettingsRoutes(),
	} {
		for _, rt := range list {
			if rt.Function != function {
				t.Errorf("%s %s of %s is among the routes of %s", rt.Method, rt.Pattern, rt.Function, function)
			}
		}
	}
}

func TestMachineToken(t *testing.T) {
	h := silent(t).Handler(Routes())
	machine := map[string]string{"token_use": "access", "client_id": "platform", "scope": "escalations/write", "iat": "1"}
	for _, rt := range Routes() {
		if rt.Who == Public {
			continue
		}
		want := http.StatusForbidden
		if rt.Who == Machine {
			want = http.StatusBadRequest // there is no body
		}
		if w := serve(h, rt.Method, pathFor(rt.Pattern), machine); w.Code != want {
			t.Errorf("%s %s: status %d, want %d", rt.Method, rt.Pattern, w.Code, want)
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	s := silent(t)
	for _, target := range []string{
		"/", "/v1", "/v2/me", "/v1/me/", "//v1/me", "/v1//me", "/v1/me/../me", "/v1/./me", "/v1/members/",
		"/v1/members/mem_a/x", "/v1/nothing", "/v1/me%2Fpresence", "/V1/me",
	} {
		w := serve(s.Handler(Routes()), "GET", target, nil)
		if w.Code != http.StatusNotFound || problemOf(t, w).Type != "/problems/not-found" {
			t.Errorf("GET %s: status %d, want a 404 problem", target, w.Code)
		}
	}
	// A route of another function is not here; a wrong method is wrong everywhere.
	if w := serve(s.Handler(LoginRoutes()), "GET", "/v1/me", nil); w.Code != http.StatusNotFound {
		t.Errorf("GET /v1/me at login: status %d, want 404", w.Code)
	}
	w := serve(s.Handler(LoginRoutes()), "PUT", "/v1/members/mem_aaaaaaaaaaaa", nil)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "DELETE, GET, PATCH" {
		t.Errorf("PUT of a member at login: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestProblemDocument(t *testing.T) {
	ctx := WithRequestID(t.Context(), "req-7")
	got := string(problemDocument(ctx, &desk.Problem{
		Class: desk.Conflict, Name: "offer-gone", Title: "Gone", Detail: "It rings <elsewhere>.",
		Extra: map[string]any{"takenBy": desk.Agent{ID: "mem_a", FirstName: "Asha"}, "a": 1, "never": func() {}},
	}, http.StatusConflict))
	want := `{"type":"/problems/offer-gone","title":"Gone","status":409,"detail":"It rings <elsewhere>.","requestId":"req-7",` +
		`"a":1,"never":null,"takenBy":{"id":"mem_a","firstName":"Asha"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProblemStatuses(t *testing.T) {
	s := silent(t)
	of := func(class desk.Class) error { return &desk.Problem{Class: class, Name: "x", Title: "t", Detail: "d"} }
	for _, c := range []struct {
		name  string
		err   error
		want  int
		again string // Retry-After
	}{
		{"invalid", of(desk.Invalid), 422, ""},
		{"not found", of(desk.NotFound), 404, ""},
		{"forbidden", of(desk.Forbidden), 403, ""},
		{"conflict", of(desk.Conflict), 409, ""},
		{"too large", of(desk.TooLarge), 413, ""},
		{"unavailable", of(desk.Unavailable), 503, "1"},
		{"unauthorized", of(desk.Unauthorized), 401, ""},
		{"too many", of(desk.TooMany), 429, "5"},
		{"malformed", notJSON("d"), 400, ""},
		{"stale", fmt.Errorf("changing it: %w", errStale), 412, ""},
		{"of no class", of(0), 500, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
			s.fail(w, r.WithContext(WithRequestID(r.Context(), "req-7")), "", c.err)
			if w.Code != c.want || problemOf(t, w).Status != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
			if got := w.Header().Get("Retry-After"); got != c.again {
				t.Errorf("Retry-After %q, want %q", got, c.again)
			}
		})
	}
}

// Callers learn nothing of an internal error but where to find it; a panic is one too,
// and what it panicked with stays out of the log.
func TestInternalErrors(t *testing.T) {
	var log bytes.Buffer
	s := New(&desk.Desk{}, Options{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	for _, c := range []struct {
		name, said string
		handle     handler
	}{
		{"error", "reading item 7", func(context.Context, *call) (answer, error) {
			return answer{}, errors.New("reading item 7")
		}},
		{"panic of ours", "panic: string", func(context.Context, *call) (answer, error) { panic("Meera +919800000000") }},
		{"panic of the runtime", "invalid memory", func(_ context.Context, q *call) (answer, error) { return ok(q.desk.Now(), nil) }},
		{"not to be encoded", "encoding", func(context.Context, *call) (answer, error) { return ok(make(chan int), nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			log.Reset()
			h := s.serve(Route{Method: "GET", Pattern: "/v1/x", Who: Public, handle: c.handle})
			r := httptest.NewRequest("GET", "/v1/x", nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r.WithContext(WithRequestID(r.Context(), "req-8")))
			d := problemOf(t, w)
			if w.Code != 500 || d.Type != "/problems/internal" || strings.Contains(d.Detail, c.said) {
				t.Errorf("status %d, problem %+v", w.Code, d)
			}
			if line := log.String(); !strings.Contains(line, c.said) || !strings.Contains(line, "req-8") || strings.Contains(line, "Meera") {
				t.Errorf("logged %s, want %q in it", line, c.said)
			}
		})
	}
}

func TestEntityTags(t *testing.T) {
	s := silent(t)
	h := s.serve(Route{Method: "GET", Pattern: "/v1/x", Who: Public, handle: func(context.Context, *call) (answer, error) {
		return ok(map[string]string{"a": "b"}, nil)
	}})
	get := func(ifNoneMatch string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/v1/x", nil)
		if ifNoneMatch != "" {
			r.Header.Set("If-None-Match", ifNoneMatch)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	first := get("")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || len(tag) < 10 || first.Body.String() != `{"a":"b"}` {
		t.Fatalf("status %d, ETag %q, body %s", first.Code, tag, first.Body)
	}
	for _, held := range []string{tag, "W/" + tag, `"x", ` + tag, `"x",` + tag + `,"y"`, "*"} {
		if w := get(held); w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
			t.Errorf("If-None-Match %s: status %d, body %q", held, w.Code, w.Body)
		}
	}
	for _, other := range []string{`"x"`, strings.Trim(tag, `"`), tag[:5]} {
		if w := get(other); w.Code != 200 {
			t.Errorf("If-None-Match %s: status %d, want 200", other, w.Code)
		}
	}
}
