package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

var prismURL = regexp.MustCompile(`listening on (http://\S+)`)

// behindPrism puts prism, another reader of the OpenAPI document, before the API. It reads
// the document from the sandbox, and answers with an error of its own whatever passes and
// is not as the document says.
func (p *process) behindPrism() {
	p.t.Helper()
	folder := programs.Need(p.t, "prism", func() (string, error) { return programs.FromNPM("internal/cmd/sandbox/testdata/prism") })
	cmd := exec.Command("node", "start.mjs", "proxy", "--errors", "--host", "127.0.0.1", "--port", "0", p.url+"/v1/openapi.json", p.url)
	cmd.Dir = folder
	cmd.Stderr = p.t.Output()
	in, err := cmd.StdinPipe() // it ends when this does, however the test process ends
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	drained := make(chan struct{})
	p.t.Cleanup(func() {
		_ = in.Close()
		<-drained
		_ = cmd.Wait()
	})
	for p.api == "" && said.Scan() {
		if found := prismURL.FindStringSubmatch(said.Text()); found != nil {
			p.api = found[1]
		}
	}
	go func() {
		defer close(drained)
		for said.Scan() {
		}
	}()
	if p.api == "" {
		p.t.Fatalf("prism does not listen: %v", said.Err())
	}
}

// ask sends a request and wants a status. Where prism disagrees with the document the
// answer is 500 or, for a request, 422, and says what is wrong.
func (p *process) ask(want int, token, method, path, body string) (answer map[string]any) {
	p.t.Helper()
	status, b := p.do(method, path, token, body)
	if status != want {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, status, want, b)
	}
	if strings.Contains(string(b), "stoplight.io/prism") {
		p.t.Fatalf("%s %s: %s", method, path, b)
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &answer); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return answer
}

// The story of the API with prism before it: nothing that passes is other than the
// document says.
func TestPrismFindsNothing(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	p.behindPrism()
	wantPrismAwake(p)
	owner := p.signIn("owner").token
	p.ask(200, "", "GET", "/v1/openapi.json", "")
	p.ask(200, "", "GET", "/v1/time-zones", "")
	p.teamStory(owner)
	p.chatStory(owner)
	p.callbackStory(owner)
	p.signOutStory()
}

// wantPrismAwake sends what the document does not have, since a proxy that finds nothing
// may look at nothing.
func wantPrismAwake(p *process) {
	p.t.Helper()
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/v1/nothing", "{}", http.StatusNotFound},
		{"/v1/login", `{"email": 1}`, http.StatusUnprocessableEntity},
		{"/v1/drills", `{"channel": "chat"}`, http.StatusUnauthorized},
	} {
		status, b := p.do("POST", c.path, "", c.body)
		if status != c.status || !strings.Contains(string(b), "stoplight.io/prism") {
			p.t.Errorf("POST %s: %d %s, want %d by prism", c.path, status, b, c.status)
		}
	}
}

// teamStory is what owners set up.
func (p *process) teamStory(owner string) {
	p.t.Helper()
	p.ask(200, owner, "GET", "/v1/me", "")
	p.ask(200, owner, "PATCH", "/v1/me", `{"language": "en-IN"}`)
	p.ask(200, owner, "GET", "/v1/account", "")
	p.ask(200, owner, "PATCH", "/v1/account", `{"ringSeconds": 60, "activeMinutes": {"chat": 60}, "holidays": ["2026-12-25"], "nudges": {"shiftSoon": false}}`)
	shoes := text(p.ask(201, owner, "POST", "/v1/departments", `{"name": "Shoes"}`), "id")
	p.ask(409, owner, "POST", "/v1/departments", `{"name": "sHOES"}`)
	p.ask(200, owner, "PATCH", "/v1/departments/"+shoes, `{"name": "Boots"}`)
	p.ask(200, owner, "GET", "/v1/departments", "")
	p.ask(200, owner, "GET", "/v1/departments/"+shoes+"/availability", "")
	nina := "/v1/members/" + text(p.ask(201, owner, "POST", "/v1/members", `{"firstName": "Nina", "lastName": "New", "email": "nina@example.com",
		"password": "First-Word-1", "confirmPassword": "First-Word-1", "role": "staff", "departmentIds": ["`+shoes+`"]}`), "id")
	p.ask(200, owner, "GET", nina, "")
	p.ask(200, owner, "PATCH", nina, `{"lastName": "Newer", "capacity": {"chats": 7}}`)
	p.ask(200, owner, "PUT", nina+"/presence", `{"status": "online"}`)
	p.ask(404, owner, "GET", nina+"/working-hours", "")
	p.ask(200, owner, "PUT", nina+"/working-hours", `{"timeZone": "Asia/Kolkata", "entries": [{"days": ["mon", "sat"], "start": "21:00", "end": "02:00"}],
		"exceptions": [{"date": "2026-12-25", "entries": []}]}`)
	p.ask(200, owner, "GET", nina+"/working-hours", "")
	p.ask(200, owner, "GET", nina+"/working-hours/preview?from=2026-11-23T00:00:00Z&to=2026-12-01T00:00:00Z", "")
	p.ask(200, owner, "GET", "/v1/members?limit=2", "")
	p.ask(200, owner, "GET", "/v1/members?q=nin", "")
	p.ask(204, owner, "DELETE", nina+"/working-hours", "")
	p.ask(422, owner, "POST", "/v1/account/owner", `{"memberId": "`+strings.TrimPrefix(nina, "/v1/members/")+`", "currentPassword": "`+ownerPassword+`"}`)
	p.ask(204, owner, "PUT", nina+"/password", `{"password": "Second-Word-2", "confirmPassword": "Second-Word-2"}`)
	p.ask(204, owner, "DELETE", nina, "")
	p.ask(404, owner, "GET", nina, "")
	p.ask(204, owner, "DELETE", "/v1/departments/"+shoes, "")
	p.ask(200, owner, "GET", "/v1/audit?limit=20", "")
}

// chatStory is what an agent does with a chat, with another agent to whom it is offered.
func (p *process) chatStory(owner string) {
	p.t.Helper()
	agents := p.online("asha", "bilal")
	rings := p.ask(200, p.machine(), "POST", "/v1/escalations", p.event("req-1"))
	id := text(rings, "escalationId")
	path, named := "/v1/escalations/"+id, `"accountId": "`+demoAccount+`", "escalationId": "`+id+`"`
	first := agents[text(rings["agent"].(map[string]any), "id")]
	var second member
	for _, a := range agents {
		if a.id != first.id {
			second = a
		}
	}
	p.ask(200, owner, "GET", "/v1/live", "")
	p.ask(200, owner, "GET", "/v1/availability", "")
	p.ask(200, first.token, "GET", "/v1/availability", "")
	p.ask(200, first.token, "GET", "/v1/me/escalations", "")
	p.ask(204, first.token, "POST", path+"/seen", `{"offer": 1}`)
	p.ask(409, second.token, "POST", path+"/accept", "")
	p.ask(200, first.token, "POST", path+"/accept", `{"offer": 1, "deviceId": "`+first.device+`"}`)
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "status", `+named+`}`)
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "append", `+named+`, "messages": [{"at": 1795000000, "from": "customer", "text": "Hello?"}]}`)
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "availability", "accountId": "`+demoAccount+`"}`)
	p.ask(200, first.token, "GET", path, "")
	p.ask(200, owner, "PATCH", path, `{"departmentId": "`+p.department()+`"}`)
	p.ask(200, first.token, "POST", path+"/transfer", `{"memberId": "`+second.id+`", "note": "Speaks Tamil."}`)
	p.ask(200, owner, "GET", "/v1/live", "")
	p.ask(204, second.token, "POST", path+"/decline", `{"reason": "lunch"}`)
	p.ask(200, first.token, "POST", path+"/complete", `{"outcome": "resolved", "note": "Done.", "verdict": "right"}`)
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "end", `+named+`, "callback": false}`)
	p.ask(200, owner, "GET", path, "")
	p.ask(200, owner, "GET", path+"/routing", "")
	p.ask(200, owner, "GET", "/v1/escalations?state=completed&channel=chat&drill=false&from=2026-01-01T00:00:00Z", "")
	drill := text(p.ask(201, owner, "POST", "/v1/drills", `{"channel": "call", "memberId": "`+second.id+`"}`), "id")
	p.ask(204, second.token, "POST", "/v1/escalations/"+drill+"/decline", "{}")
	p.ask(200, first.token, "GET", "/v1/me/devices", "")
	p.ask(202, first.token, "POST", "/v1/me/devices/"+first.device+"/test", "")
	p.ask(200, first.token, "PUT", "/v1/me/working-hours", `{"timeZone": "Asia/Kolkata", "entries": []}`)
	p.ask(200, first.token, "GET", "/v1/me/working-hours", "")
	p.ask(200, first.token, "GET", "/v1/me", "")
	p.ask(204, first.token, "DELETE", "/v1/me/working-hours", "")
	for _, a := range agents {
		p.ask(200, a.token, "PUT", "/v1/me/presence", `{"status": "offline"}`)
	}
}

// callbackStory is what becomes of a customer for whom nobody is there.
func (p *process) callbackStory(owner string) {
	p.t.Helper()
	asha := p.signIn("asha").token
	waiting := func(requestID string) string {
		p.t.Helper()
		answer := p.ask(200, p.machine(), "POST", "/v1/escalations", p.event(requestID))
		return text(answer["callback"].(map[string]any), "id")
	}
	id := waiting("req-2")
	path := "/v1/callbacks/" + id
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "contact", "accountId": "`+demoAccount+`", "callbackId": "`+id+`", "customer": {"email": "meera@example.com"}}`)
	p.ask(200, asha, "GET", "/v1/callbacks?state=open&state=claimed", "")
	p.ask(200, asha, "GET", path, "")
	p.ask(200, asha, "POST", path+"/claim", "")
	p.ask(409, owner, "POST", path+"/claim", "")
	p.ask(201, asha, "POST", path+"/attempts", `{"outcome": "busy", "note": "Again at five."}`)
	p.ask(200, asha, "POST", path+"/release", "{}")
	p.ask(200, asha, "POST", path+"/claim", "")
	p.ask(200, asha, "POST", path+"/complete", `{"note": "All is well."}`)
	path = "/v1/callbacks/" + waiting("req-3")
	p.ask(200, asha, "POST", path+"/claim", "")
	p.ask(200, asha, "POST", path+"/dismiss", `{"note": "A prank."}`)
	waiting("req-4")
	p.ask(200, p.machine(), "POST", "/v1/escalations", `{"action": "withdraw", "accountId": "`+demoAccount+`", "interactionId": "conversation-of-req-4"}`)
}

// signOutStory is a session and its end.
func (p *process) signOutStory() {
	p.t.Helper()
	in := p.ask(200, "", "POST", "/v1/login", `{"email": "bilal@example.com", "password": "`+agentPassword+`"}`)
	bearer := `{"refreshToken": "` + text(in, "refreshToken") + `"}`
	p.ask(200, "", "POST", "/v1/refresh", bearer)
	p.ask(204, text(in, "accessToken"), "DELETE", "/v1/me/devices/phone-of-bilal", "")
	p.ask(422, text(in, "accessToken"), "PUT", "/v1/me/password", `{"currentPassword": "wrong", "password": "Rainy-Jacket-8", "confirmPassword": "Rainy-Jacket-8"}`)
	p.ask(204, "", "POST", "/v1/logout", bearer)
	p.ask(401, "", "POST", "/v1/refresh", bearer)
	p.ask(401, "", "POST", "/v1/login", `{"email": "bilal@example.com", "password": "wrong"}`)
	p.ask(202, "", "POST", "/v1/password/forgot", `{"email": "bilal@example.com"}`)
	p.ask(422, "", "POST", "/v1/password/reset", `{"email": "bilal@example.com", "code": "000000", "password": "Rainy-Jacket-8", "confirmPassword": "Rainy-Jacket-8"}`)
}

// machine is the platform's token.
func (p *process) machine() string {
	p.t.Helper()
	return request[about](p, "GET", "/sandbox", "", nil).MachineToken
}

// department is the first of the demo account's.
func (p *process) department() string {
	p.t.Helper()
	return request[about](p, "GET", "/sandbox", "", nil).Departments[0].ID
}

// event is an escalation as a body.
func (p *process) event(requestID string) string {
	p.t.Helper()
	b, err := json.Marshal(p.escalation(requestID))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b)
}

func text(of map[string]any, name string) string {
	s, _ := of[name].(string)
	return s
}
