package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/gateway"
)

// door is a way by which a machine asks.
type door struct {
	name string
	ask  func(w *world, body string) (status int, answer fields)
}

// doors are the function escalate as Lambda invokes it, and the same over HTTP. A refusal
// is its problem.
var doors = []door{
	{"Lambda", func(w *world, body string) (int, fields) {
		out, err := gateway.Escalate(w.desk).Invoke(w.t.Context(), []byte(body))
		if err != nil {
			var refused messages.InvokeResponse_Error
			if !errors.As(err, &refused) {
				w.t.Fatalf("the function fails: %v", err)
			}
			problem := parse(w.t, refused.Message)
			status, _ := problem.at("status").(float64)
			return int(status), problem
		}
		return http.StatusOK, parse(w.t, string(out))
	}},
	{"HTTP", func(w *world, body string) (int, fields) {
		r := w.send(machine, "POST", "/v1/escalations", body)
		return r.Code, parse(w.t, r.Body.String())
	}},
}

// parse reads a JSON object.
func parse(t testing.TB, s string) fields {
	t.Helper()
	var f fields
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		t.Fatalf("%v in %.500s", err, s)
	}
	return f
}

// asks wants an answer and no refusal.
func (w *world) asks(d door, body string) fields {
	w.t.Helper()
	status, answer := d.ask(w, body)
	if status != http.StatusOK {
		w.t.Fatalf("%.300s by %s: status %d, %v", body, d.name, status, answer)
	}
	return answer
}

// enquiry is a request that asks for a person, with more fields.
func (w *world) enquiry(more ...string) string {
	return w.action("escalate", more...)
}

// action is a request of the machine's, with more fields.
func (w *world) action(name string, more ...string) string {
	return `{` + strings.Join(append([]string{`"action": "` + name + `", "accountId": "` + w.acc + `"`}, more...), ", ") + `}`
}

// adjustedFields are those that an answer names as adjusted, each once.
func adjustedFields(answer fields) []string {
	var names []string
	list, _ := answer.at("adjusted").([]any)
	for _, a := range list {
		names = append(names, fields(a.(map[string]any)).text("field"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// there brings Asha to the phones: she alone is free.
func (w *world) there() {
	w.t.Helper()
	w.do(200, w.asha, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "asha"}`)
	w.presence(w.asha, "online")
}

// conversationOf is what Asha sees of an escalation once she has it.
func (w *world) conversationOf(escalation string) fields {
	w.t.Helper()
	return w.do(200, w.owner, "GET", "/v1/escalations/"+escalation, "")
}

// unraced leaves a test of one goroutine and many calls to the run without the race
// detector, which make test does as well.
func unraced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("has nothing to race, and runs without the race detector")
	}
	if testing.Short() {
		t.Skip("is long, and left to make test")
	}
}
