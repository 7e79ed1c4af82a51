package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// platformEvent is a file of events/ as it is, and what lies beside it for the client context.
func platformEvent(t *testing.T, file string) cloudtest.Invocation {
	t.Helper()
	event, err := os.ReadFile(filepath.Join("..", "events", file))
	check(t, err)
	beside, err := os.ReadFile(filepath.Join("..", "events", strings.TrimSuffix(file, ".json")+".context.json"))
	if err != nil {
		return cloudtest.Invocation{Event: event}
	}
	var context any
	check(t, json.Unmarshal(beside, &context))
	line, err := json.Marshal(context) // a header has one line
	check(t, err)
	return cloudtest.Invocation{Event: event, ClientContext: string(line)}
}

// answers invokes a function with a platform's event. It must answer, whatever it says.
func (s *lambdaService) answers(function, file string) string {
	s.t.Helper()
	p := s.processes[function]
	p.Ready()
	given, _ := p.Invoke(platformEvent(s.t, file))
	if given.Kind != "response" {
		s.t.Errorf("%s: the function failed: %s", file, given.Body)
	}
	return string(given.Body)
}

// The binary that is deployed answers the events of platforms, with the client context in the
// header in which Lambda hands it over. Problems are answers, too.
func TestBootstrapAnswersPlatforms(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	d := newDeployment(t, r)
	owner := d.signUp()
	d.call(200, d.member(owner, "asha"), "PUT", "/v1/me/presence", `{"status": "online"}`)
	s := newLambda(t, d, r, buildFor(t, "./functions/escalate"))
	s.start("escalate", "escalate")
	story := []struct {
		file, unconnected, want string
	}{
		{"escalate-connect-chat.json", `"error":"unknown-connection"`, `"agentFirstName":"asha"`},
		{"escalate-connect-status.json", `"error":"unknown-connection"`, `"state":"ringing"`},
		{"escalate-lex-fallback.json", `"ConnectNowError":"unknown-connection"`, `"ConnectNowOutcome":"ringing"`},
		{"escalate-lex-next.json", `"ConnectNowError":"unknown-connection"`, `"type":"Close"`},
		{"escalate-lex-intent.json", `"ConnectNowError":"unknown-connection"`, `"ConnectNowOutcome":"ringing"`},
		{"escalate-connect-voice.json", `"error":"unknown-connection"`, `"outcome":"callback"`}, // asha's phone rings
		{"escalate-agentcore.json", `"problem":"unknown-connection"`, `"handle":"hdl_`},
		{"escalate-classic-function.json", `unknown-connection`, `"functionResponse":{"responseBody":{"TEXT":{"body":"{`},
		{"escalate-classic-api.json", `"httpStatusCode":404`, `"httpStatusCode":200`},
	}
	for _, one := range story {
		if got := s.answers("escalate", one.file); !strings.Contains(got, one.unconnected) {
			t.Errorf("%s, not connected: %s, want %s in it", one.file, got, one.unconnected)
		}
	}
	for kind, id := range map[string]string{
		"connect": "c8c0e68d-2200-4265-82c0-1234567890ab", "lex": "ABCDEF1234", "agentcore": "connectnow-shop-q1w2e3r4t5", "classic": "AGENT12345",
	} {
		d.invoke("provision", object{"action": "connect", "accountId": d.account, "kind": kind, "id": id})
	}
	for _, one := range story {
		if got := s.answers("escalate", one.file); !strings.Contains(got, one.want) {
			t.Errorf("%s: %s, want %s in it", one.file, got, one.want)
		}
	}
	if said := string(s.processes["escalate"].Said()); strings.Count(said, fmt.Sprintf(`"account":%q`, d.account)) < len(story) || strings.Contains(said, "+9198") {
		t.Errorf("the log is\n%s", said)
	}
}
