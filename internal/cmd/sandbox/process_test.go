package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// TestMain makes the test binary the sandbox itself when it is started by startProcess,
// so that stories run against a real process, which can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("SANDBOX_UNDER_TEST") == "" {
		os.Exit(m.Run())
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test that started it
		os.Exit(3)
	}()
	if os.Getenv("SANDBOX_AHEAD")+os.Getenv("SANDBOX_DIES_AT") == "" {
		main()
		return
	}
	if err := staged(); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// process is a running sandbox.
type process struct {
	t      *testing.T
	url    string
	api    string // what stands before it, for paths below /v1/; if any
	cmd    *exec.Cmd
	stderr *lockedBuffer
	ended  chan error
}

// lockedBuffer takes what a process says.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var urlInBanner = regexp.MustCompile(`http://localhost:\d+`)

// startProcess starts a sandbox on its data in dir and a port that is free, and waits
// for its banner.
func startProcess(t *testing.T, dir string) *process {
	t.Helper()
	p, line := launch(t, dir, "0")
	p.url = urlInBanner.FindString(line)
	if p.url == "" {
		t.Fatalf("no URL in %q; stderr:\n%s", line, p.stderr)
	}
	return p
}

// launch starts a sandbox, with more environment, and reads the first line that it prints, if any.
func launch(t *testing.T, dir, port string, env ...string) (p *process, line string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p = &process{t: t, cmd: exec.Command(self), stderr: &lockedBuffer{}, ended: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), "SANDBOX_UNDER_TEST=1", "SANDBOX_DIR="+dir, "PORT="+port)
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.cmd.StdinPipe(); err != nil { // open as long as the test lives
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for line == "" && lines.Scan() {
		line = lines.Text()
	}
	go func() {
		_, _ = io.Copy(io.Discard, out)
		p.ended <- p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the sandbox's log:\n%s", p.stderr)
		}
	})
	return p, line
}

// kill ends the process as kill -9 does, and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	p.end()
}

// end waits for the end of the process.
func (p *process) end() error {
	err := <-p.ended
	p.ended <- err // for the next one who asks
	return err
}

// do sends a request and returns status and body.
func (p *process) do(method, path, token string, body any) (int, []byte) {
	p.t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		text = string(b)
	}
	base := p.url
	if p.api != "" && strings.HasPrefix(path, "/v1/") {
		base = p.api
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, base+path, strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	if text != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, b
}

// request sends a request, wants success, and decodes the answer.
func request[T any](p *process, method, path, token string, body any) T {
	p.t.Helper()
	status, b := p.do(method, path, token, body)
	var v T
	if status >= 300 {
		p.t.Fatalf("%s %s: %d %s", method, path, status, b)
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &v); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return v
}

// member is someone who has signed in.
type member struct {
	id, token, device string
}

// signIn signs a demo agent or the owner in.
func (p *process) signIn(name string) member {
	p.t.Helper()
	password := agentPassword
	if name == "owner" {
		password = ownerPassword
	}
	in := request[struct {
		AccessToken string
		Member      desk.Member
	}](p, "POST", "/v1/login", "", map[string]string{"email": name + "@example.com", "password": password})
	return member{id: in.Member.ID, token: in.AccessToken, device: "phone-of-" + name}
}

// online signs agents in and makes them reachable, in this order.
func (p *process) online(names ...string) map[string]member {
	p.t.Helper()
	agents := map[string]member{}
	for _, name := range names {
		m := p.signIn(name)
		request[desk.Device](p, "PUT", "/v1/me/devices/"+m.device, m.token, map[string]string{"platform": "fcm", "token": "token-of-" + name})
		request[roster.Availability](p, "PUT", "/v1/me/presence", m.token, map[string]string{"status": "online"})
		agents[m.id] = m
	}
	return agents
}

// about is the answer of GET /sandbox.
type about struct {
	AccountID    string
	Departments  []desk.Department
	MachineToken string
	Version      string
}

// escalation is a request of a customer who was offered to talk to a person, for the
// first department.
func (p *process) escalation(requestID string) map[string]any {
	p.t.Helper()
	a := request[about](p, "GET", "/sandbox", "", nil)
	text, err := os.ReadFile("../../../events/escalate-chat.json")
	if err != nil {
		p.t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		p.t.Fatal(err)
	}
	event["accountId"], event["departmentId"] = a.AccountID, a.Departments[0].ID
	event["requestId"], event["interactionId"] = requestID, "conversation-of-"+requestID
	return event
}

const invokeEscalate = "/2015-03-31/functions/escalate/invocations"

// escalate invokes the function like curl does.
func (p *process) escalate(event any) desk.Answer {
	p.t.Helper()
	return request[desk.Answer](p, "POST", invokeEscalate, "", event)
}

func (p *process) status(escalationID string) desk.Answer {
	p.t.Helper()
	return p.escalate(map[string]string{"action": "status", "accountId": demoAccount, "escalationId": escalationID})
}

// notice is an entry of the feed with its payload read.
type notice struct {
	local.Push
	desk.Notice
}

// follow opens the feed's stream; what it returns waits for the next push of a kind.
func (p *process) follow() (next func(kind desk.NoticeKind) notice) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	p.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", p.url+"/sandbox/pushes/stream", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	return func(kind desk.NoticeKind) notice {
		p.t.Helper()
		for lines.Scan() {
			data, isData := strings.CutPrefix(lines.Text(), "data: ")
			if !isData {
				continue
			}
			var push local.Push
			if err := json.Unmarshal([]byte(data), &push); err != nil {
				p.t.Fatalf("%v in %s", err, data)
			}
			if n := (notice{push, push.Notice}); n.Kind == kind {
				return n
			}
		}
		p.t.Fatalf("the stream ended before a push of kind %s: %v", kind, lines.Err())
		return notice{}
	}
}
