package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
)

// What is refused changes nothing: all cases meet one world, which is as before at the end.
func TestRefusedRequestsChangeNothing(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	valid := w.escalation("r1", "chat")
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"not JSON", `escalate!`, 400},
		{"trailing", valid + `{}`, 400},
		{"unknown action", strings.Replace(valid, `"escalate"`, `"explode"`, 1), 422},
		{"no action", strings.Replace(valid, `"action": "escalate",`, ``, 1), 422},
		{"unknown account", strings.Replace(valid, w.acc, "acc_bbbbbbbbbbbb", 1), 404},
		{"odd account", strings.Replace(valid, w.acc, "acc_nobody", 1), 404},
		{"too large", strings.Replace(valid, "Wants", strings.Repeat("x", 4<<20), 1), 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			got := w.do(c.status, machine, "POST", "/v1/escalations", c.body)
			if got.text("type") == "" || got.text("requestId") == "" {
				t.Errorf("%v is no problem", got)
			}
		})
	}
	w.want(w.do(200, w.owner, "GET", "/v1/escalations", ""), fields{"items.0": nil})
	w.want(w.do(200, w.owner, "GET", "/v1/callbacks", ""), fields{"items.0": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.receiving.chat": true})
	// A department that nobody knows is no bad input.
	w.want(w.do(200, machine, "POST", "/v1/escalations", strings.Replace(valid, w.dep, "dep_unknown", 1)), fields{"outcome": "ringing"})
}

// What is not as agreed rings all the same, and is told.
func TestOddRequestsRing(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	// Each case leaves the agent as free as before.
	for i, c := range []struct{ name, old, odd, told string }{
		{"unknown field", `"customer"`, `"urgent": true, "customer"`, "urgent"},
		{"wrong type", `"chat"`, `7`, "channel"},
		{"unknown channel", `"chat"`, `"fax"`, "channel"},
		{"unknown reason", `"customer_request"`, `"boredom"`, "reason"},
		{"no request id", `"requestId": "r4",`, `"requestId": null, "confidence": 0.4,`, "confidence"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			body := strings.Replace(w.escalation(fmt.Sprintf("r%d", i), "chat"), c.old, c.odd, 1)
			got := w.do(200, machine, "POST", "/v1/escalations", body)
			w.want(got, fields{"outcome": "ringing"})
			if list, _ := got["adjusted"].([]any); len(list) == 0 || list[0].(map[string]any)["field"] != c.told {
				t.Errorf("adjusted %v, want %s", list, c.told)
			}
			w.do(200, machine, "POST", "/v1/escalations",
				`{"action": "end", "accountId": "`+w.acc+`", "escalationId": "`+got.text("escalationId")+`"}`)
		})
	}
}

// The same JSON does the same whether it is invoked or posted, and its problems too. Only
// the first case changes the world, which the others have in common with it: it is asked
// for again, and the second answer is of the same escalation.
func TestInvokeIsPost(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	for _, c := range []struct{ name, body string }{
		{"escalate", w.escalation("r1", "chat")},
		{"availability", `{"action": "availability", "accountId": "` + w.acc + `"}`},
		{"bad", `{"action": "status"}`},
		{"not there", `{"action": "status", "accountId": "` + w.acc + `", "escalationId": "esc_aaaaaaaaaaaa"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, w.request(machine, "POST", "/v1/escalations", c.body))
			out, err := w.server.Invoke(t.Context(), []byte(c.body))
			invoked, problem := bytes.Buffer{}, ""
			if err != nil {
				var document []byte
				problem, document = w.server.Problem(t.Context(), err)
				invoked.Write(document)
			} else {
				must(t, json.NewEncoder(&invoked).Encode(api.WholeSeconds(out)))
			}
			posted, direct := decode(t, recorder.Body), decode(t, &invoked)
			for _, changing := range []string{"requestId", "ringingSeconds"} {
				delete(posted, changing)
				delete(direct, changing)
			}
			if !reflect.DeepEqual(posted, direct) {
				t.Errorf("posted %v\ninvoked %v", posted, direct)
			}
			if problem != "" && posted["type"] != "/problems/"+problem {
				t.Errorf("the name is %s, the type %v", problem, posted["type"])
			}
		})
	}
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
