package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// marks are what the story's personal data hold; every text that a person typed, and
// every secret, has one, and nothing else does: no id has an 8.
var marks = []string{"qz8x", "98765432"}

// captured is all that is logged, at whatever level and by whom.
type captured struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (c *captured) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *captured) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// private is a world whose logs and metrics are captured, and the tokens that were given
// out in it.
type private struct {
	*world
	log     *captured
	metrics *captured
	mu      sync.Mutex // of timers
	secrets []string
	asked   int
	faults  func(fault.Call) error
	timers  []desk.Message
}

// Send implements desk.Timers.
func (p *private) Send(_ context.Context, _ time.Time, m desk.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timers = append(p.timers, m)
	return nil
}

// later delivers what the timers hold, an hour late. A failure is theirs to log.
func (p *private) later() {
	p.late.Store(int64(time.Hour))
	for range 2 { // those that the first ones send, too
		due := p.timers
		p.timers = nil
		for _, m := range due {
			_ = p.desk.Wake(p.t.Context(), m)
		}
	}
	p.timers = nil
	p.late.Store(0)
}

func newPrivate(t *testing.T) *private {
	t.Helper()
	p := &private{world: openWorld(t, t.TempDir()), log: &captured{}, metrics: &captured{}}
	log := slog.New(slog.NewJSONHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	before := slog.Default()
	slog.SetDefault(log)
	t.Cleanup(func() { slog.SetDefault(before) })
	p.desk.Log, p.desk.Timers = log, p
	p.desk.Metrics = func(m desk.Metric) { fmt.Fprintf(p.metrics, "%+v\n", m) }
	p.desk.Sleep = func(context.Context, time.Duration) error { return nil }
	p.desk.Table = fault.New(p.bolt, fault.Options{
		Before: func(c fault.Call) error {
			if p.faults == nil {
				return nil
			}
			return p.faults(c)
		},
	})
	p.server = api.New(p.desk, api.Options{Log: log})
	p.handler = p.server.Handler(api.Routes())
	return p
}

// ask calls and remembers the secrets in the answer; the status does not matter.
func (p *private) ask(as, method, path, body string) fields {
	p.asked++
	return p.keep(p.send(as, method, path, body, onceHeader, fmt.Sprintf("key-qz8x-%d", p.asked)))
}

func (p *private) keep(recorder *httptest.ResponseRecorder) fields {
	var f fields
	_ = json.Unmarshal(recorder.Body.Bytes(), &f) // there is not always a body
	for _, name := range []string{"accessToken", "refreshToken"} {
		if token := f.text(name); token != "" {
			p.secrets = append(p.secrets, token)
		}
	}
	return f
}

// story is a business from its first day: each call is made whether or not those before
// it succeeded, so that it can be told with a table that fails.
func (p *private) story(n int) {
	t := p.t
	email := func(who string) string { return fmt.Sprintf("%s.qz8x%d@qz8x.example", who, n) }
	out, err := p.server.Provision(t.Context(), []byte(fmt.Sprintf(`{"accountName": "Qz8x Shop %d", "timeZone": "Asia/Kolkata",
		"owner": {"firstName": "Olgaqz8x", "lastName": "Qz8xova", "email": %q, "password": "Word-qz8x-Owner-1"}}`, n, email("OLGA"))))
	if err != nil {
		p.server.Problem(t.Context(), err)
	}
	made, _ := out.(desk.Provisioned)
	p.acc, p.owner = made.AccountID, made.MemberID
	p.dep = p.ask(p.owner, "POST", "/v1/departments", `{"name": "Kids qz8x"}`).text("id")
	p.asha = p.ask(p.owner, "POST", "/v1/members", p.newMember(email("asha"), map[string]string{
		"firstName": `"Ashaqz8x"`, "lastName": `"Qz8xrao"`, "password": `"Word-qz8x-Asha-1"`, "confirmPassword": `"Word-qz8x-Asha-1"`})).text("id")
	p.signing(email)
	p.work()
	p.team(email)
	p.mistakes(email)
	p.later()
}

func (p *private) signing(email func(string) string) {
	for _, word := range []string{"wrong-qz8x", "Word-qz8x-Asha-1", "wrong-qz8x-again"} {
		p.ask(nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": %q, "password": %q}`, email("Asha"), word))
		p.ask(nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": %q, "password": %q}`, email("nobody"), word))
	}
	in := p.ask(nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": %q, "password": "Word-qz8x-Asha-1"}`, email("asha")))
	p.ask(nobody, "POST", "/v1/refresh", `{"refreshToken": "`+in.text("refreshToken")+`"}`)
	p.ask(nobody, "POST", "/v1/refresh", `{"refreshToken": "no-token-qz8x"}`)
	p.ask(nobody, "POST", "/v1/logout", `{"refreshToken": "`+in.text("refreshToken")+`", "deviceId": "phone-qz8x"}`)
	p.ask(nobody, "POST", "/v1/password/forgot", fmt.Sprintf(`{"email": %q}`, email("asha")))
	p.ask(nobody, "POST", "/v1/password/forgot", fmt.Sprintf(`{"email": %q}`, email("nobody")))
	p.deliver(desk.WakeCode)
	mails, err := p.twins.Mails.Feed(p.asha, 0)
	must(p.t, err)
	code := "code-qz8x"
	if len(mails) > 0 && mails[0].Code != "" {
		code = mails[0].Code
		p.secrets = append(p.secrets, code)
	}
	p.ask(nobody, "POST", "/v1/password/reset", fmt.Sprintf(`{"email": %q, "code": "qz8x", "password": "Word-qz8x-Asha-2", "confirmPassword": "Word-qz8x-Asha-2"}`, email("asha")))
	p.ask(nobody, "POST", "/v1/password/reset", fmt.Sprintf(`{"email": %q, "code": %q, "password": "Word-qz8x-Asha-2", "confirmPassword": "Word-qz8x-Asha-2"}`, email("asha"), code))
	p.ask(p.asha, "PUT", "/v1/me/password", `{"currentPassword": "Word-qz8x-Asha-2", "password": "Word-qz8x-Asha-3", "confirmPassword": "Word-qz8x-Asha-3"}`)
}

func (p *private) work() {
	p.ask(p.asha, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "device-token-qz8x", "voipToken": "voip-qz8x"}`)
	p.ask(p.asha, "POST", "/v1/me/devices/phone-1/test", "")
	chat := func(request string) string {
		return strings.NewReplacer("Meera", "Meera Qz8x", "+919800000000", "+919876543210", "Wants to", "Qz8x wants to", "Can I", "Qz8x, can I",
			`"conversation": {`, `"connect": {"url": "https://qz8x.example/secret-qz8x"}, "conversation": {"attributes": {"order-qz8x": "qz8x"}, `).
			Replace(p.escalation(request, "chat"))
	}
	missed := p.ask(machine, "POST", "/v1/escalations", chat("r1"))
	p.ask(p.asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
	rings := p.ask(machine, "POST", "/v1/escalations", chat("r2"))
	path := "/v1/escalations/" + rings.text("escalationId")
	p.ask(machine, "POST", "/v1/escalations", `{"action": "append", "accountId": "`+p.acc+`", "escalationId": "`+rings.text("escalationId")+`", "messages": [{"from": "customer", "text": "qz8x?"}]}`)
	p.ask(p.asha, "POST", path+"/seen", "")
	p.ask(p.asha, "POST", path+"/accept", "")
	p.ask(p.asha, "GET", path, "")
	p.ask(p.asha, "POST", path+"/transfer", `{"memberId": "`+p.owner+`", "note": "note qz8x"}`)
	p.ask(p.asha, "POST", path+"/complete", `{"outcome": "hand_back", "note": "note qz8x"}`)
	p.ask(p.owner, "POST", "/v1/drills", `{"channel": "chat"}`)
	callback := "/v1/callbacks/" + missed.text("callback.id")
	for _, step := range []string{"/claim", "/release", "/claim", "/attempts", "/complete", "/dismiss"} {
		body := map[string]string{"/attempts": `{"outcome": "busy", "note": "qz8x"}`, "/complete": `{"note": "qz8x"}`, "/dismiss": `{"note": "qz8x"}`}[step]
		p.ask(p.asha, "POST", callback+step, body)
	}
	p.ask(p.asha, "GET", callback, "")
	p.ask(machine, "POST", "/v1/escalations", `{"action": "contact", "accountId": "`+p.acc+`", "callbackId": "`+missed.text("callback.id")+`", "customer": {"name": "Qz8x", "email": "m@qz8x.example", "phone": "+919876543211"}}`)
}

func (p *private) team(email func(string) string) {
	member := "/v1/members/" + p.asha
	p.ask(p.owner, "PATCH", member, fmt.Sprintf(`{"lastName": "Qz8xother", "email": %q}`, email("asha2")))
	p.ask(p.owner, "PUT", member+"/password", `{"password": "Word-qz8x-Asha-4", "confirmPassword": "Word-qz8x-Asha-4"}`)
	p.ask(p.owner, "PATCH", "/v1/departments/"+p.dep, `{"name": "Kids and qz8x"}`)
	p.ask(p.owner, "PATCH", "/v1/account", `{"name": "Qz8x Shop"}`)
	for _, path := range []string{"/v1/members", "/v1/departments", "/v1/audit", "/v1/escalations", "/v1/callbacks", member} {
		p.ask(p.owner, "GET", path, "")
	}
	p.ask(p.owner, "DELETE", member, "")
	p.ask(p.owner, "DELETE", "/v1/departments/"+p.dep, "")
}

// mistakes are requests of every 4xx.
func (p *private) mistakes(email func(string) string) {
	for _, body := range []string{
		`{"qz8x": 1}`, `qz8x`, `{"firstName": "qz8x\u0000", "email": "qz8x@@", "password": "qz8x", "role": "qz8x"}`,
		p.newMember(email("olga"), map[string]string{"departmentIds": `["dep_qz8x"]`}), strings.Repeat("qz8x", 1<<19),
	} {
		p.ask(p.owner, "POST", "/v1/members", body)
		p.ask(p.asha, "POST", "/v1/members", body)
		p.ask(machine, "POST", "/v1/escalations", body)
		_, err := p.server.Provision(p.t.Context(), []byte(body))
		p.server.Problem(p.t.Context(), err)
	}
	p.ask(p.owner, "GET", "/v1/qz8x?name=qz8x", "")
	p.ask(p.owner, "GET", "/v1/members/qz8x", "")
	p.ask(p.owner, "GET", "/v1/members?cursor=qz8x&limit=qz8x", "")
	p.ask(p.owner, "QZ8X", "/v1/members", "")
}

func (p *private) check(when string) {
	p.t.Helper()
	text := strings.ToLower(p.log.String() + p.metrics.String())
	for _, mark := range append(marks, p.secrets...) {
		if at := strings.Index(text, strings.ToLower(mark)); at >= 0 {
			line := text[strings.LastIndexByte(text[:at], '\n')+1:]
			line, _, _ = strings.Cut(line, "\n")
			p.t.Errorf("%s: %q is in the log or a metric: %s", when, mark, line)
		}
	}
}

// failing is a table of which every so many calls fail, if they are of the kind.
func failing(kind fault.Kind, period int, failure error) func(fault.Call) error {
	var n atomic.Int64
	return func(c fault.Call) error {
		if n.Add(1)%int64(period) != 0 || c.Kind != kind {
			return nil
		}
		return failure
	}
}

// TestNothingPersonalInLogs tells the whole story with marked values, once well and then
// with every call of the table failing in turn, and finds no mark in any log or metric.
func TestNothingPersonalInLogs(t *testing.T) {
	p := newPrivate(t)
	p.story(0)
	p.check("when all is well")
	if len(p.secrets) < 3 {
		t.Errorf("only %d tokens were given out", len(p.secrets))
	}

	every := 0
	for _, failure := range []error{table.ErrUnavailable, table.ErrOutcomeUnknown, errors.New("the disk is full")} {
		kinds := []fault.Kind{fault.Write, fault.Increment, fault.Get, fault.Query}
		if failure == table.ErrOutcomeUnknown { // which is of changes alone
			kinds = kinds[:2]
		}
		for _, kind := range kinds {
			for _, period := range []int{1, 4} {
				if every++; testing.Short() && every%5 != 0 {
					continue
				}
				p.faults = failing(kind, period, failure)
				p.story(every)
				p.faults = nil
				p.check(fmt.Sprintf("when every call %d that is a %v fails with %v", period, kind, failure))
				if t.Failed() {
					return
				}
			}
		}
	}
	if lines := strings.Count(p.log.String(), "\n"); lines < 10 {
		t.Errorf("only %d lines were logged: nothing was shown", lines)
	} else {
		t.Logf("%d lines of log, %d stories", lines, every+1)
	}
}
