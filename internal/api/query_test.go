package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
)

// Every route refuses query parameters that it does not take, by name and before it does
// anything. What machines post is never refused for its form.
func TestUnknownQueryParameters(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	rows := map[string]row{}
	for _, r := range matrix {
		rows[r.route] = r
	}
	ask := func(t *testing.T, rt api.Route, query string) fields {
		r := rows[rt.Method+" "+rt.Pattern]
		path := strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(rt.Pattern)
		caller, status := callerOwner, 400
		if query == "" {
			status = r.status
		}
		if rt.AnyQuery() {
			caller, status = callerMachine, r.status
		}
		got := w.call(s.tokens[caller], rt.Method, fill(path, s.mine)+query, fill(r.body, s.mine))
		if got.Code != status {
			t.Fatalf("status %d, want %d: %s", got.Code, status, got.Body)
		}
		if status != 400 {
			return nil
		}
		return decode(t, got.Body)
	}
	for _, rt := range api.Routes() {
		t.Run(rt.Method+" "+rt.Pattern, func(t *testing.T) {
			w.within(t)
			got := ask(t, rt, "?state_=x&%s=1&Limit=2&limi=")
			if rt.AnyQuery() {
				return
			}
			w.want(got, fields{"type": "/problems/unknown-field"})
			// %s=1 cannot be read, and is no name either.
			if bad := badFields(got); !slices.Equal(bad, []string{"Limit", "limi", "state_"}) {
				t.Errorf("bad %q", bad)
			}
			w.want(ask(t, rt, "?%zz"), fields{"type": "/problems/malformed"})
			w.want(ask(t, rt, "?;"), fields{"type": "/problems/malformed"})
		})
	}
	for _, rt := range api.Routes() { // nothing was done
		if rt.Method == "GET" && !strings.HasPrefix(rt.Pattern, "/v1/openapi.") {
			ask(t, rt, "")
		}
	}
}

// Who may not call learns nothing else, and long names are cut.
func TestUnknownQueryParametersComeLast(t *testing.T) {
	w := newWorld(t)
	w.do(401, nobody, "GET", "/v1/me?x=1", "")
	w.do(403, w.asha, "GET", "/v1/members?x=1", "")
	w.do(404, w.owner, "GET", "/v1/members/x?x=1", "")
	w.do(404, w.owner, "GET", "/v1/nothing?x=1", "")
	w.want(w.do(400, w.owner, "GET", "/v1/members?limit=0&x=1", ""), fields{"errors.0.field": "x", "errors.1": nil})
	w.do(200, w.owner, "GET", "/v1/members?", "")
	if got := w.do(400, w.owner, "GET", "/v1/me?"+strings.Repeat("x", 5000)+"=1", "").text("errors.0.field"); len(got) > 100 {
		t.Errorf("a name of %d bytes is told", len(got))
	}
}

// The document lists for each route the query parameters that it takes.
func TestQueryIsAsDocumented(t *testing.T) {
	documented := operations(openAPI(t))
	for _, rt := range api.Routes() {
		var names []string
		for _, p := range documented[rt.Method+" "+rt.Pattern].Parameters {
			if p.Value.In == "query" {
				names = append(names, p.Value.Name)
			}
		}
		taken := rt.Query()
		slices.Sort(names)
		slices.Sort(taken)
		if !slices.Equal(names, taken) {
			t.Errorf("%s %s takes %q, the document says %q", rt.Method, rt.Pattern, taken, names)
		}
	}
}
