package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
)

const eventsFolder = "../../events"

// replay is one file of events/ in the story that they tell together.
type replay struct {
	file string
	// before brings the world to where the event belongs; it returns what stands there for
	// the ids of the sandbox's demo account, esc_…, cb_… and mem_…, that the file has.
	before func(w *world) (escalation, callback, member string)
	// want is what the answer holds.
	want string
}

// payload brings the world to where the event belongs, and makes the event one of it.
func (r replay) payload(w *world) []byte {
	w.t.Helper()
	escalation, callback, member := r.before(w)
	text, err := os.ReadFile(filepath.Join(eventsFolder, r.file))
	must(w.t, err)
	for prefix, id := range map[string]string{"acc": w.acc, "dep": w.dep, "esc": escalation, "cb": callback, "mem": member} {
		text = regexp.MustCompile(`\b`+prefix+`_[a-z2-7]{12}\b`).ReplaceAll(text, []byte(id))
	}
	return text
}

// story is every file of events/ in an order in which it makes sense.
func story(w *world) []replay {
	chat, call := keys.EscalationID(w.acc, "req-1", "conv-123"), keys.EscalationID(w.acc, "req-2", "call-77")
	nothing := func(*world) (string, string, string) { return chat, "", w.asha }
	var callback string
	return []replay{
		{"provision.json", nothing, `"memberId":"mem_`},
		{"provision-unlock.json", nothing, `"totpTaken":false`},
		{"provision-connect.json", nothing, `"connectionId":"con_`},
		{"provision-connect-bot.json", nothing, `"connectionId":"con_`},
		{"provision-connect-gateway.json", nothing, `"connectionId":"con_`},
		{"provision-connect-agent.json", nothing, `"connectionId":"con_`},
		{"escalate-connect-voice.json", nothing, `"outcome":"callback"`}, // nobody is there yet
		{"escalate-lex-intent.json", nothing, `"slotToElicit":"phone"`},
		{"login.json", nothing, `"statusCode":200`},
		{"mail-letter.json", nothing, `{"batchItemFailures":[]}`},
		{"refusals.json", nothing, `{}`}, // of nobody's phone
		{"team.json", nothing, w.asha},
		{"presence.json", nothing, `\"because\":\"receiving\"`},
		{"shift.json", func(w *world) (string, string, string) {
			w.hours(w.asha)
			return "", "", w.asha
		}, `{"wakeAt":"2026-11-23T09:30:`}, // a day later, and some seconds by who it is
		{"shift-renew.json", func(w *world) (string, string, string) {
			closed := []string{"2026-11-23"} // from this night on, which the tick did not know
			_, err := w.desk.PatchAccount(w.t.Context(), w.owner, desk.AccountPatch{Holidays: &closed})
			must(w.t, err)
			return "", "", w.asha
		}, `{"looked":1,"renewed":1,"failed":[]}`},
		{"escalate-availability.json", nothing, `"now":{"call":1,"chat":1}`},
		{"escalate-chat.json", nothing, `"agent":{"id":"` + w.asha + `"`},
		{"escalate-append.json", nothing, `"outcome":"ringing"`},
		{"timer-ring.json", func(w *world) (string, string, string) {
			w.presence("online", w.bilal)
			w.advance(29 * time.Second)
			return chat, "", ""
		}, `{"batchItemFailures":[]}`},
		{"escalate-status.json", nothing, `"agent":{"id":"` + w.bilal + `"`},
		{"escalations.json", func(w *world) (string, string, string) {
			// It accepts the first offer of another chat.
			again := w.request("req-3")
			answer, err := w.desk.Escalate(w.t.Context(), again.Asked())
			must(w.t, err)
			return answer.EscalationID, "", answer.Agent.ID
		}, `\"state\":\"active\"`},
		{"escalate-end.json", nothing, `"state":"cancelled"`},
		{"escalate-connect-chat.json", nothing, `"outcome":"ringing"`},
		{"escalate-connect-status.json", nothing, `"state":"ringing"`},
		{"escalate-lex-fallback.json", nothing, `"type":"Close"`},
		{"escalate-lex-next.json", nothing, `"ConnectNowOutcome":"ringing"`},
		{"escalate-agentcore.json", nothing, `"handle":"hdl_`},
		{"escalate-classic-function.json", nothing, `\"escalationId\":\"esc_`},
		{"escalate-classic-api.json", nothing, `"httpStatusCode":200`},
		{"escalate-call.json", func(w *world) (string, string, string) {
			w.presence("offline", w.asha, w.bilal)
			return "", "", ""
		}, `"outcome":"callback"`},
		{"escalate-contact.json", func(w *world) (string, string, string) {
			answer, err := w.desk.Status(w.t.Context(), w.acc, call)
			must(w.t, err)
			callback = answer.Callback.ID
			return "", callback, ""
		}, `"phone":"+919800000000"`},
		{"callbacks.json", nothing, `\"state\":\"open\"`},
		{"escalate-withdraw.json", func(*world) (string, string, string) { return "", callback, "" }, `"state":"done"`},
		{"pages.json", nothing, `"X-Frame-Options":"DENY"`}, // with or without a build
		{"settings.json", func(w *world) (string, string, string) { return "", "", w.owner.MemberID }, `\"ringSeconds\":30`},
	}
}

// Every file in events/ is delivered to the real handler of its function.
func TestReplays(t *testing.T) {
	w := newWorld(t)
	makers := Functions()
	replayed := map[string]bool{}
	for _, r := range story(w) {
		function, _, _ := strings.Cut(strings.TrimSuffix(r.file, ".json"), "-")
		handler, known := makers[function]
		if !known {
			t.Fatalf("%s: there is no function %s", r.file, function)
		}
		got, err := handler(w.desk).Invoke(beside(t, r.file), r.payload(w))
		if err != nil {
			t.Fatalf("%s: %v", r.file, err)
		}
		if !strings.Contains(string(got), r.want) {
			t.Fatalf("%s: got %s, want %s in it", r.file, got, r.want)
		}
		replayed[r.file], replayed[function] = true, true
	}
	files, err := filepath.Glob(eventsFolder + "/*")
	must(t, err)
	for _, path := range files {
		if file := filepath.Base(path); !replayed[file] && !strings.HasSuffix(file, contextSuffix) && file != MCPFunction+".json" { // which is by package mcp
			t.Errorf("%s is not replayed", file)
		}
	}
	for function := range makers {
		if !replayed[function] {
			t.Errorf("there is no event for %s", function)
		}
	}
}

// contextSuffix is that of files with what Lambda is told beside an event.
const contextSuffix = ".context.json"

// beside is the context of an invocation by an event of events/.
func beside(t *testing.T, file string) context.Context {
	t.Helper()
	lc := &lambdacontext.LambdaContext{AwsRequestID: "invocation-7"}
	text, err := os.ReadFile(filepath.Join(eventsFolder, strings.TrimSuffix(file, ".json")+contextSuffix))
	if err == nil { // most have none
		must(t, json.Unmarshal(text, &lc.ClientContext))
	}
	return lambdacontext.NewContext(t.Context(), lc)
}

// Each HTTP event is of a route that its function serves.
func TestHTTPEvents(t *testing.T) {
	served := map[string]string{}
	for _, rt := range api.Routes() {
		served[rt.Method+" "+rt.Pattern] = rt.Function
	}
	for function := range maps.Values(served) {
		payload, err := os.ReadFile(filepath.Join(eventsFolder, function+".json"))
		must(t, err)
		var event events.APIGatewayV2HTTPRequest
		must(t, json.Unmarshal(payload, &event))
		if served[event.RouteKey] != function || event.RequestContext.RouteKey != event.RouteKey {
			t.Errorf("%s.json is for %s, which %s serves", function, event.RouteKey, served[event.RouteKey])
		}
		if n := event.Headers["content-length"]; n != strconv.Itoa(len(event.Body)) {
			t.Errorf("%s.json: content-length %s of a body of %d", function, n, len(event.Body))
		}
	}
}
