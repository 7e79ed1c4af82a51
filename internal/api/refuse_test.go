package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// other makes a member of another account.
func (w *world) other(role desk.Role) string {
	w.t.Helper()
	account, err := w.desk.CreateAccount(w.t.Context(), desk.NewAccount{Name: "Other", TimeZone: "UTC"})
	must(w.t, err)
	m, err := w.desk.CreateMember(w.t.Context(), account.ID, desk.NewMember{
		FirstName: "Otto", LastName: "Test", Email: "otto@example.org", Role: role, Password: password,
	})
	must(w.t, err)
	return m.ID
}

// Who may call each route is held for real members: staff are kept from what admins
// do, everyone from what is the machine's, a removed member and an ID token from all.
func TestWho(t *testing.T) {
	w := newWorld(t)
	for _, rt := range api.Routes() {
		path := strings.NewReplacer("{id}", "aaa", "{deviceId}", "phone-1").Replace(rt.Pattern)
		for as, want := range map[string]int{
			w.asha: map[api.Who]int{api.Machine: 403, api.Admin: 403}[rt.Who],
			// Of the ids in the paths none is well formed: behind the door there is a 404.
			w.owner:            map[api.Who]int{api.Machine: 403}[rt.Who],
			machine:            map[api.Who]int{api.Staff: 403, api.Admin: 403, api.Holder: 403}[rt.Who],
			"mem_gonegonegone": map[api.Who]int{api.Machine: 403, api.Staff: 401, api.Admin: 401, api.Holder: 401}[rt.Who],
		} {
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, w.request(as, rt.Method, path, ""))
			got := recorder.Code
			if want == 0 && (got == 401 || got == 403 || got >= 500) || want != 0 && got != want {
				t.Errorf("%s %s as %s: status %d, want %d", rt.Method, rt.Pattern, as, got, want)
			}
			if strings.Contains(rt.Pattern, "{id}") && want == 0 && got != 404 {
				t.Errorf("%s %s as %s: status %d for a malformed id, want 404", rt.Method, rt.Pattern, as, got)
			}
		}
	}
}

// Ids of another account are not there, for its owner as for its staff.
func TestOtherAccount(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	esc := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat")).text("escalationId")
	w.presence(w.asha, "offline") // the next turn is nobody's: a callback
	status := `{"action": "status", "accountId": "` + w.acc + `", "escalationId": "` + esc + `"}`
	cb := w.do(200, machine, "POST", "/v1/escalations", status).text("callback.id")
	if cb == "" {
		t.Fatal("no callback to ask for")
	}
	otto := w.other(desk.RoleOwner)
	bodies := map[string]string{
		"/transfer": `{"memberId": "` + otto + `", "note": "mine"}`, "/complete": `{"outcome": "resolved"}`,
		"/presence": `{"status": "online"}`, "/attempts": `{"outcome": "busy"}`, "/dismiss": `{"note": "x"}`,
	}
	ids := map[string]string{"members": w.asha, "departments": w.dep, "escalations": esc, "callbacks": cb}
	for _, rt := range api.Routes() {
		if !strings.Contains(rt.Pattern, "{id}") {
			continue
		}
		parts := strings.Split(rt.Pattern, "/")
		path := strings.Replace(rt.Pattern, "{id}", ids[parts[2]], 1)
		body := "{}"
		for suffix, b := range bodies {
			if strings.HasSuffix(path, suffix) {
				body = b
			}
		}
		if strings.HasSuffix(path, "/callbacks/"+cb+"/complete") {
			body = "{}"
		}
		w.want(w.do(404, otto, rt.Method, path, body), fields{"type": "/problems/not-found"})
	}
	w.do(404, machine, "POST", "/v1/escalations", strings.Replace(status, w.acc, "acc_bbbbbbbbbbbb", 1))
}

// What is refused changes nothing.
func TestRefusedRequestsChangeNothing(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	valid := w.escalation("r1", "chat")
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"not JSON":        {`escalate!`, 400},
		"trailing":        {valid + `{}`, 400},
		"unknown field":   {strings.Replace(valid, `"customer"`, `"urgent": true, "customer"`, 1), 400},
		"missing field":   {strings.Replace(valid, `"requestId": "r1",`, ``, 1), 422},
		"wrong type":      {strings.Replace(valid, `"chat"`, `7`, 1), 422},
		"unknown channel": {strings.Replace(valid, `"chat"`, `"fax"`, 1), 422},
		"unknown reason":  {strings.Replace(valid, `"customer_request"`, `"boredom"`, 1), 422},
		"unknown action":  {strings.Replace(valid, `"escalate"`, `"explode"`, 1), 422},
		"no action":       {strings.Replace(valid, `"action": "escalate",`, ``, 1), 422},
		"unknown account": {strings.Replace(valid, w.acc, "acc_bbbbbbbbbbbb", 1), 404},
		"odd account":     {strings.Replace(valid, w.acc, "acc_nobody", 1), 404},
		"too large":       {strings.Replace(valid, "Wants", strings.Repeat("x", 1<<20), 1), 413},
	} {
		got := w.do(c.status, machine, "POST", "/v1/escalations", c.body)
		if got.text("type") == "" || got.text("requestId") == "" {
			t.Errorf("%s: %v is no problem", name, got)
		}
	}
	w.want(w.do(200, w.owner, "GET", "/v1/escalations", ""), fields{"items.0": nil})
	w.want(w.do(200, w.owner, "GET", "/v1/callbacks", ""), fields{"items.0": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.receiving.chat": true})
	// A department that nobody knows is no bad input.
	w.want(w.do(200, machine, "POST", "/v1/escalations", strings.Replace(valid, w.dep, "dep_unknown", 1)), fields{"outcome": "ringing"})
}

// The same JSON does the same whether it is invoked or posted, and its problems too.
func TestInvokeIsPost(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	for name, body := range map[string]string{
		"escalate":     w.escalation("r1", "chat"),
		"availability": `{"action": "availability", "accountId": "` + w.acc + `"}`,
		"bad":          `{"action": "status"}`,
		"not there":    `{"action": "status", "accountId": "` + w.acc + `", "escalationId": "esc_aaaaaaaaaaaa"}`,
	} {
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, w.request(machine, "POST", "/v1/escalations", body))
		out, err := w.server.Invoke(t.Context(), []byte(body))
		invoked, problem := bytes.Buffer{}, ""
		if err != nil {
			var document []byte
			problem, document = w.server.Problem(t.Context(), err)
			invoked.Write(document)
		} else {
			must(t, json.NewEncoder(&invoked).Encode(out))
		}
		posted, direct := decode(t, recorder.Body), decode(t, &invoked)
		for _, changing := range []string{"requestId", "ringingSeconds"} {
			delete(posted, changing)
			delete(direct, changing)
		}
		if !reflect.DeepEqual(posted, direct) {
			t.Errorf("%s: posted %v\ninvoked %v", name, posted, direct)
		}
		if problem != "" && posted["type"] != "/problems/"+problem {
			t.Errorf("%s: the name is %s, the type %v", name, problem, posted["type"])
		}
	}
}

func decode(t *testing.T, r io.Reader) fields {
	t.Helper()
	var f fields
	must(t, json.NewDecoder(r).Decode(&f))
	return f
}

func TestPolling(t *testing.T) {
	w := newWorld(t)
	get := func(tag string) *httptest.ResponseRecorder {
		r := w.request(w.asha, "GET", "/v1/me/escalations", "")
		r.Header.Set("If-None-Match", tag)
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		return recorder
	}
	first := get("")
	if again := get(first.Header().Get("ETag")); again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("status %d, want 304", again.Code)
	}
	w.presence(w.asha, "online")
	w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	if then := get(first.Header().Get("ETag")); then.Code != 200 {
		t.Errorf("status %d after an offer, want 200", then.Code)
	}
}
