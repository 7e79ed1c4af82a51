package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the repository.
const root = "../../.."

// asTheyAre are the files of events/ in an order in which they tell a story, and what the answer of
// each holds. Nobody is there when the call comes.
var asTheyAre = []struct{ file, want string }{
	{"provision-connect.json", `"connectionId":"con_`},
	{"provision-connect-bot.json", `"connectionId":"con_`},
	{"provision-connect-gateway.json", `"connectionId":"con_`},
	{"provision-connect-agent.json", `"connectionId":"con_`},
	{"escalate-connect-voice.json", `"outcome":"callback"`},
	{"escalate-lex-intent.json", `"slotToElicit":"phone"`},
	{"escalate-availability.json", `"now":{"call":0,"chat":0}`},
	{"escalate-call.json", `"outcome":"callback"`},
	{"escalate-contact.json", `"phone":"+919800000000"`},
	{"callbacks.json", `\"state\":\"open\"`},
	{"escalate-withdraw.json", `"state":"done"`},
	{"provision.json", `"created":true`},
	{"provision-unlock.json", `"totpTaken":false`},
	{"login.json", `"statusCode":200`},
	{"team.json", `\"firstName\":\"Asha\"`},
	{"settings.json", `\"ringSeconds\":30`},
	{"pages.json", `"X-Frame-Options":"DENY"`},
	{"mcp.json", `"statusCode":401`}, // the key is nobody's
	{"presence.json", `\"because\":\"receiving\"`},
	{"escalate-chat.json", `"outcome":"ringing"`},
	{"escalate-append.json", `"outcome":"ringing"`},
	{"escalate-connect-chat.json", `"outcome":"ringing"`},
	{"escalate-connect-status.json", `"agentFirstName":"Asha"`},
	{"escalate-lex-fallback.json", `"ConnectNowOutcome":"ringing"`},
	{"escalate-lex-next.json", `"ConnectNowOutcome":"ringing"`},
	{"escalate-agentcore.json", `"handle":"hdl_`},
	{"escalate-classic-function.json", `"functionResponse":{"responseBody"`},
	{"escalate-classic-api.json", `"httpStatusCode":200`},
	{"timer-ring.json", `{"batchItemFailures":[]}`},
	{"mail-letter.json", `{"batchItemFailures":[]}`},
	{"refusals.json", `{}`}, // of nobody's phone
	{"escalations.json", `\"state\":\"active\"`},
	{"escalate-status.json", `"outcome":"accepted"`},
	{"escalate-end.json", `"outcome":"ended"`},
	{"shift.json", `"errorType":"shift-over"`}, // Asha has no hours
	{"shift-renew.json", `{"looked":1,"renewed":0,"failed":[]}`},
}

// Every file of events/ can be sent to a new sandbox as it is, one after the other, and again.
func TestEventsAsTheyAre(t *testing.T) {
	t.Parallel()
	p := served(t)
	send := func(file string) string {
		payload, err := os.ReadFile(filepath.Join(root, "events", file))
		if err != nil {
			t.Fatal(err)
		}
		function, _, _ := strings.Cut(strings.TrimSuffix(file, ".json"), "-")
		given, err := os.ReadFile(filepath.Join(root, "events", strings.TrimSuffix(file, ".json")+".context.json"))
		if err != nil {
			given = nil // most have none
		}
		status, answer := p.invoked(function, string(payload), given)
		if status != 200 {
			t.Errorf("%s: %d %s", file, status, answer)
		}
		return string(answer)
	}
	for _, c := range asTheyAre {
		if got := send(c.file); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s in it", c.file, got, c.want)
		}
	}
	for _, c := range asTheyAre {
		if got := send(c.file); strings.Contains(got, `"errorType"`) && c.file != "shift.json" {
			t.Errorf("%s once more: %s", c.file, got)
		}
	}
	files, err := os.ReadDir(filepath.Join(root, "events"))
	files = slices.DeleteFunc(files, func(f os.DirEntry) bool { return strings.HasSuffix(f.Name(), ".context.json") })
	if err != nil || len(files) != len(asTheyAre) {
		t.Errorf("%d files of events/ are sent; there are %d, %v", len(asTheyAre), len(files), err)
	}
}

// invoked invokes a function with a client context, if there is one.
func (p *process) invoked(function, payload string, given []byte) (status int, answer []byte) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/2015-03-31/functions/"+function+"/invocations", strings.NewReader(payload))
	if err != nil {
		p.t.Fatal(err)
	}
	if given != nil {
		r.Header.Set("X-Amz-Client-Context", base64.StdEncoding.EncodeToString(given))
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer got.Body.Close()
	if answer, err = io.ReadAll(got.Body); err != nil {
		p.t.Fatal(err)
	}
	return got.StatusCode, answer
}
