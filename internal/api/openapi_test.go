package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/desk"
)

// loaded is the document, which takes a while to load.
var loaded = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(api.OpenAPI()) })

func openAPI(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := loaded()
	must(t, err)
	return document
}

// What the schemas and examples say is held by package apitest.
func TestOpenAPIIsValid(t *testing.T) {
	document := openAPI(t)
	if !document.IsOpenAPI31OrLater() {
		t.Errorf("openapi: %s, want 3.1", document.OpenAPI)
	}
	if err := document.Validate(t.Context(), openapi3.DisableExamplesValidation()); err != nil {
		t.Error(err)
	}
	for key, operation := range operations(document) {
		if operation.OperationID == "" || operation.Summary == "" || len(operation.Tags) != 1 {
			t.Errorf("%s needs an operationId, a summary and a tag", key)
		}
		for _, tag := range operation.Tags {
			if document.Tags.Get(tag) == nil {
				t.Errorf("%s: the tag %s is not described", key, tag)
			}
		}
		for status := range operation.Responses.Map() {
			if n, err := strconv.Atoi(status); err != nil || http.StatusText(n) == "" {
				t.Errorf("%s: %s is no status", key, status)
			}
		}
	}
}

// The conventions of the API hold for all operations alike.
func TestOpenAPIKeepsTheConventions(t *testing.T) {
	for key, operation := range operations(openAPI(t)) {
		method, path, _ := strings.Cut(key, " ")
		needs := []int{400, 500}
		if securityOf(operation) != "" {
			needs = append(needs, 401, 403)
		}
		if operation.RequestBody != nil {
			needs = append(needs, 408, 413, 415)
		}
		if strings.Contains(path, "{") {
			needs = append(needs, 404)
		}
		header := ""
		switch {
		case method == http.MethodGet:
			needs, header = append(needs, 200, 304), "If-None-Match"
		case operation.Responses.Status(201) != nil:
			needs, header = append(needs, 422), "Idempotency-Key"
		case operation.Responses.Status(412) != nil || method == http.MethodPatch:
			needs, header = append(needs, 412), "If-Match"
		}
		for _, status := range needs {
			if operation.Responses.Status(status) == nil {
				t.Errorf("%s does not describe status %d", key, status)
			}
		}
		if header != "" && operation.Parameters.GetByInAndName("header", header) == nil {
			t.Errorf("%s does not take %s", key, header)
		}
		if ok := operation.Responses.Status(200); method == http.MethodGet && ok != nil && ok.Value.Headers["ETag"] == nil {
			t.Errorf("%s has no ETag", key)
		}
	}
}

// operations are those of the document, by method and path.
func operations(document *openapi3.T) map[string]*openapi3.Operation {
	found := map[string]*openapi3.Operation{}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			found[method+" "+path] = operation
		}
	}
	return found
}

// Every route is in the document, with who may call it, and every operation of the
// document has a route.
func TestOpenAPIHasTheRoutes(t *testing.T) {
	documented := operations(openAPI(t))
	for _, rt := range api.Routes() {
		key := rt.Method + " " + rt.Pattern
		operation := documented[key]
		if operation == nil {
			t.Errorf("%s is not in the document", key)
			continue
		}
		delete(documented, key)
		if got, want := securityOf(operation), wantSecurity(rt.Who); got != want {
			t.Errorf("%s is for %q in the document, for %q in the route table", key, got, want)
		}
	}
	// What package mcp serves, whose tests hold its answers against the document.
	if got := securityOf(documented["POST /mcp"]); got != "accountKey " {
		t.Errorf("POST /mcp is for %q in the document", got)
	}
	delete(documented, "POST /mcp")
	for _, key := range slices.Sorted(maps.Keys(documented)) {
		t.Errorf("%s is in the document and has no route", key)
	}
}

// securityOf is an operation's one security scheme with the role that it names.
func securityOf(operation *openapi3.Operation) string {
	if operation.Security == nil {
		return "not said"
	}
	var all []string
	for _, requirement := range *operation.Security {
		for scheme, roles := range requirement {
			all = append(all, scheme+" "+strings.Join(roles, "+"))
		}
	}
	return strings.Join(all, " or ")
}

func wantSecurity(who api.Who) string {
	switch who {
	case api.Public:
		return ""
	case api.Machine:
		return "machineToken escalations/write"
	}
	return "memberToken " + string(who)
}

// The whole product over HTTP, as in TestStory, held against the document.
func TestStoryConforms(t *testing.T) {
	takesLong(t)
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	signIn(w)
	team(w)
	newcomer(w)
	settings(w)
	transfer(w, chat(w))
	drill(w)
	callbacks(w)
	signOut(w)
	forgotten(w)
	handOver(w)
	document(w)
}

// What the story leaves out: refusals, unchanged answers, the assistant's other actions.
func TestRefusalsConform(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	otto := w.other()
	w.do(400, nobody, "POST", "/v1/login", `{"email": "a@b.c", "password": "x", "remember": true}`)
	w.do(400, nobody, "POST", "/v1/login", ``)
	w.do(422, nobody, "POST", "/v1/login", `{"email": 1}`)
	w.do(401, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "wrong"}`)
	w.do(401, nobody, "POST", "/v1/refresh", `{"refreshToken": "x"}`)
	w.do(401, nobody, "GET", "/v1/me", "")
	w.do(403, machine, "GET", "/v1/me", "")
	w.do(403, w.asha, "GET", "/v1/members", "")
	w.do(403, w.asha, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	w.do(404, otto, "GET", "/v1/members/"+w.asha, "")
	w.do(404, w.owner, "GET", "/v1/members/asha", "")
	w.do(404, w.owner, "GET", "/v1/nothing", "")
	w.do(405, w.owner, "DELETE", "/v1/account", "")
	w.do(409, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "bilal@example.com"}`)
	w.do(409, w.owner, "PATCH", "/v1/members/"+w.owner, `{"role": "admin"}`)
	w.do(409, w.owner, "POST", "/v1/drills", `{"channel": "chat"}`)
	w.do(409, w.owner, "POST", "/v1/drills", `{"channel": "chat", "memberId": "`+w.asha+`"}`)
	w.do(413, w.owner, "PATCH", "/v1/account", `{"name": "`+strings.Repeat("x", 1<<20)+`"}`)
	w.do(413, machine, "POST", "/v1/escalations", strings.Repeat("x", 4<<20+1))
	for _, path := range []string{"/v1/login", "/v1/escalations"} {
		if got := w.send(machine, "POST", path, "{}", "Content-Encoding", "br").Code; got != 415 {
			t.Errorf("a body in br to %s: status %d, want 415", path, got)
		}
	}
	w.do(404, w.owner, "HEAD", "/v1/account", "")
	w.do(422, w.owner, "PATCH", "/v1/account", `{"ringSeconds": 1, "overflow": "some"}`)
	w.do(422, w.owner, "GET", "/v1/members?limit=0", "")
	w.do(422, w.owner, "GET", "/v1/members?cursor=!", "")
	w.do(429, nobody, "POST", "/v1/login", tooManyTries(w))
}

// tooManyTries fails to sign in until that is refused, and returns the body for one more.
func tooManyTries(w *world) string {
	body := `{"email": "bilal@example.com", "password": "wrong"}`
	for range 100 {
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, w.request(nobody, "POST", "/v1/login", body))
		if recorder.Code == http.StatusTooManyRequests {
			return body
		}
	}
	w.t.Fatal("never too many tries")
	return ""
}

func TestAssistantConforms(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	ask := func(action, rest string) {
		w.do(200, machine, "POST", "/v1/escalations", `{"action": "`+action+`", "accountId": "`+w.acc+`", `+rest+`}`)
	}
	message := `"messages": [{"at": "2026-11-22T14:59:10+05:30", "from": "customer", "text": "Hello?"}, {"from": "agent", "text": ""}]`

	w.presence(w.asha, "online")
	rings := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	esc := `"escalationId": "` + rings.text("escalationId") + `"`
	path := "/v1/escalations/" + rings.text("escalationId")
	ask("status", esc)
	ask("append", esc+", "+message)
	ask("availability", `"departmentId": ""`)
	ask("availability", `"departmentId": "`+w.dep+`"`)
	w.do(200, w.asha, "POST", path+"/accept", "")
	w.want(w.do(200, w.asha, "GET", path, ""), fields{"conversation.messages.1.at": "2026-11-22T09:29:10Z"})
	ask("status", esc)
	ask("end", esc+`, "callback": true`)
	w.do(200, w.asha, "POST", path+"/complete", `{"outcome": "no_customer", "note": null, "verdict": "right"}`)
	w.do(200, w.owner, "GET", path, "")
	w.do(200, w.owner, "GET", path+"/routing", "")

	w.presence(w.asha, "offline")
	least := w.do(200, machine, "POST", "/v1/escalations", `{"action": "escalate", "accountId": "`+w.acc+`", "requestId": "r2",
		"interactionId": "conv-r2", "channel": "call", "reason": "condition", "conditionId": "vip", "department": "nowhere", "customer": {"phone": null},
		"conversation": {"trigger": "", "messages": [], "attributes": {"orderId": "1"}}, "connect": {"url": "tel:+911"}, "confidence": 0.4}`)
	w.want(least, fields{"callback.needsContact": true})
	ask("contact", `"callbackId": "`+least.text("callback.id")+`", "customer": {"email": "meera@example.com"}`)
	w.do(200, w.owner, "GET", "/v1/callbacks/"+least.text("callback.id"), "")
	w.do(200, w.owner, "GET", "/v1/escalations?state=callback&limit=1&from=2026-01-01T00:00:00Z", "")
	ofMeera := w.do(200, w.owner, "GET", "/v1/escalations?state=active&state=completed&channel=chat&outcome=customer_left&verdict=right&drill=false&customer=098000%2000000", "")
	w.want(ofMeera, fields{"items.0.interactionId": "conv-r1", "items.1": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/escalations?customer=%2B919800000000", ""), fields{"items.0.interactionId": "conv-r1", "items.1": nil})
	w.do(200, w.owner, "GET", "/v1/callbacks?state=open&limit=1", "")
	w.do(409, w.bilal, "POST", "/v1/callbacks/"+least.text("callback.id")+"/complete", "")
}

// The bounds in the document are those that hold: what lies on them is taken, what lies
// beyond is not.
func TestBoundsAreAsDocumented(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	schemas := openAPI(t).Components.Schemas
	probed := 0
	// Each case changes a thing of its own in the one world.
	for _, c := range []struct{ name, schema, path string }{
		{"account", "AccountPatch", "/v1/account"},
		{"member", "MemberPatch", "/v1/members/" + w.asha},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			eachBound(schemas[c.schema].Value, `{%s}`, func(body string, status int) {
				probed++
				w.do(status, w.owner, "PATCH", c.path, body)
			})
		})
	}
	if probed < 40 {
		t.Errorf("only %d bounds were probed", probed)
	}
}

// The desk's bounds of settings are the document's, and none is missing in either.
func TestSettingBoundsAreAsDocumented(t *testing.T) {
	documented := map[string]desk.Bounds{}
	for _, schema := range []string{"AccountPatch", "MemberPatch"} {
		eachInteger(openAPI(t).Components.Schemas[schema].Value, "", func(path string, s *openapi3.Schema) {
			documented[path] = desk.Bounds{Least: int(*s.Min), Most: int(*s.Max)}
		})
	}
	if diff := cmp.Diff(documented, desk.SettingBounds); diff != "" {
		t.Errorf("bounds (-document +desk):\n%s", diff)
	}
}

// Every kind of change that the audit trail tells can be asked for, and is documented.
func TestChangeKindsAreAsDocumented(t *testing.T) {
	t.Parallel()
	var documented []string
	for _, kind := range openAPI(t).Components.Schemas["ChangeKind"].Value.Enum {
		documented = append(documented, fmt.Sprint(kind))
	}
	if diff := cmp.Diff(documented, desk.AuditKinds()); diff != "" {
		t.Errorf("kinds of changes (-document +desk):\n%s", diff)
	}
}

// eachInteger shows the whole numbers of an object's schema with their paths.
func eachInteger(object *openapi3.Schema, at string, show func(path string, s *openapi3.Schema)) {
	for name, property := range object.Properties {
		switch schema := property.Value; {
		case schema.Type.Is("object"):
			eachInteger(schema, at+name+".", show)
		case schema.Type.Is("integer"):
			show(at+name, schema)
		}
	}
}

// eachBound makes bodies with one field each that lies on or beyond a bound of an
// object's schema. The form says where in a body the fields of the object go.
func eachBound(object *openapi3.Schema, form string, probe func(body string, status int)) {
	for _, name := range slices.Sorted(maps.Keys(object.Properties)) {
		property := object.Properties[name]
		field := func(value any) string { return fmt.Sprintf(form, fmt.Sprintf(`"%s": %v`, name, value)) }
		schema := property.Value
		switch {
		case schema.Type.Is("object"):
			eachBound(schema, fmt.Sprintf(form, `"`+name+`": {%s}`), probe)
		case schema.Type.Is("integer"):
			probe(field(*schema.Min), 200)
			probe(field(*schema.Min-1), 422)
			probe(field(*schema.Max), 200)
			probe(field(*schema.Max+1), 422)
		case name == "name" || name == "firstName" || name == "lastName": // no other form
			probe(field(`"`+strings.Repeat("ä", int(*schema.MaxLength))+`"`), 200)
			probe(field(`"`+strings.Repeat("ä", int(*schema.MaxLength)+1)+`"`), 422)
			probe(field(`""`), 422)
		}
	}
}
