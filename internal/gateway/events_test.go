package gateway

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

const (
	functionsFolder = "../../functions"
	eventsFolder    = "../../events"
)

// functions reads what each function's main starts: gateway.Start(cloud.Desk, …). So
// what is tested here is what runs in the cloud, but for the desk.
func functions(t *testing.T) map[string]Maker {
	t.Helper()
	mains, err := filepath.Glob(functionsFolder + "/*/main.go")
	must(t, err)
	makers := map[string]Maker{}
	for _, path := range mains {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && source(call.Fun) == "gateway.Start" && source(call.Args[0]) == "cloud.Desk" {
				makers[filepath.Base(filepath.Dir(path))] = maker(t, path, call.Args[1])
			}
			return true
		})
	}
	return makers
}

func maker(t *testing.T, path string, e ast.Expr) Maker {
	t.Helper()
	switch s := source(e); {
	case s == "gateway.Escalate":
		return Escalate
	case s == "gateway.Provision":
		return Provision
	case s == "gateway.Timer":
		return Timer
	case s == "gateway.Shift":
		return Shift
	case strings.HasPrefix(s, "gateway.HTTP "):
		function, err := strconv.Unquote(strings.TrimPrefix(s, "gateway.HTTP "))
		must(t, err)
		if want := filepath.Base(filepath.Dir(path)); function != want {
			t.Errorf("%s serves the routes of %s", path, function)
		}
		return HTTP(function)
	}
	t.Fatalf("%s starts %s, which this test does not know", path, source(e))
	return nil
}

// source writes down the few forms of expressions in a main.
func source(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return source(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.CallExpr:
		s := source(e.Fun)
		for _, a := range e.Args {
			s += " " + source(a)
		}
		return s
	}
	return fmt.Sprintf("%T", e)
}

// replay is one file of events/ in the story that they tell together.
type replay struct {
	file string
	// before brings the world to where the event belongs; it returns what the
	// placeholders esc_…, cb_… and mem_… stand for.
	before func(w *world) (escalation, callback, member string)
	// want is what the answer holds.
	want string
}

// story is every file of events/ in an order in which it makes sense.
func story(w *world) []replay {
	chat, call := desk.EscalationID(w.acc, "req-1"), desk.EscalationID(w.acc, "req-2")
	nothing := func(*world) (string, string, string) { return chat, "", w.asha }
	var callback string
	return []replay{
		{"provision.json", nothing, `"memberId":"mem_`},
		{"login.json", nothing, `"statusCode":200`},
		{"team.json", nothing, w.asha},
		{"presence.json", nothing, `\"because\":\"receiving\"`},
		{"shift.json", func(w *world) (string, string, string) {
			w.hours(w.asha)
			return "", "", w.asha
		}, `{"wakeAt":"2026-11-23T09:30:`}, // a day later, and some seconds by who it is
		{"escalate-availability.json", nothing, `"now":{"call":1,"chat":1}`},
		{"escalate-chat.json", nothing, `"agent":{"id":"` + w.asha + `"`},
		{"escalate-append.json", nothing, `"outcome":"ringing"`},
		{"timer-ring.json", func(w *world) (string, string, string) {
			w.presence("online", w.bilal)
			w.advance(26 * time.Second)
			return chat, "", ""
		}, `{"batchItemFailures":[]}`},
		{"escalate-status.json", nothing, `"agent":{"id":"` + w.bilal + `"`},
		{"escalations.json", func(w *world) (string, string, string) {
			// It accepts the first offer of another chat.
			again := w.request("req-3")
			answer, err := w.desk.Escalate(w.t.Context(), again)
			must(w.t, err)
			return answer.EscalationID, "", answer.Agent.ID
		}, `\"state\":\"active\"`},
		{"escalate-end.json", nothing, `"state":"cancelled"`},
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
		{"settings.json", func(w *world) (string, string, string) { return "", "", w.owner.MemberID }, `\"ringSeconds\":30`},
	}
}

// Every file in events/ is delivered to the real handler of its function.
func TestReplays(t *testing.T) {
	w := newWorld(t)
	makers := functions(t)
	replayed := map[string]bool{}
	for _, r := range story(w) {
		function, _, _ := strings.Cut(strings.TrimSuffix(r.file, ".json"), "-")
		handler, known := makers[function]
		if !known {
			t.Fatalf("%s: there is no function %s", r.file, function)
		}
		escalation, callback, member := r.before(w)
		payload, err := os.ReadFile(filepath.Join(eventsFolder, r.file))
		must(t, err)
		adapted := strings.NewReplacer(
			"acc_aaaaaaaaaaaa", w.acc, "dep_aaaaaaaaaaaa", w.dep, "esc_aaaaaaaaaaaa", escalation,
			"cb_aaaaaaaaaaaa", callback, "mem_aaaaaaaaaaaa", member).Replace(string(payload))
		got, err := handler(w.desk).Invoke(t.Context(), []byte(adapted))
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
		if file := filepath.Base(path); !replayed[file] {
			t.Errorf("%s is not replayed", file)
		}
	}
	folders, err := filepath.Glob(functionsFolder + "/*")
	must(t, err)
	for _, path := range folders {
		if function := filepath.Base(path); !replayed[function] {
			t.Errorf("there is no event for %s", function)
		}
	}
}

// Each HTTP event is of a route that its function serves, and each function with
// routes has a main.
func TestHTTPEvents(t *testing.T) {
	served := map[string]string{}
	for _, rt := range api.Routes() {
		served[rt.Method+" "+rt.Pattern] = rt.Function
	}
	makers := functions(t)
	for function := range maps.Values(served) {
		if makers[function] == nil {
			t.Errorf("no main serves the routes of %s", function)
			continue
		}
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

// A main is nothing but wiring.
func TestMainsAreSmall(t *testing.T) {
	mains, err := filepath.Glob(functionsFolder + "/*/main.go")
	must(t, err)
	if got, want := len(mains), len(functions(t)); got != want {
		t.Errorf("%d mains, of which %d call gateway.Start(cloud.Desk, …)", got, want)
	}
	for _, path := range mains {
		text, err := os.ReadFile(path)
		must(t, err)
		if n := len(slices.Collect(strings.Lines(string(text)))); n > 15 {
			t.Errorf("%s has %d lines", path, n)
		}
	}
}
