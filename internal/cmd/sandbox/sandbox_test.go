package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// newSandbox opens a sandbox in this process, and serves it.
func newSandbox(t *testing.T) (*sandbox, *httptest.Server) {
	t.Helper()
	s, err := open(t.Context(), t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	streams, end := context.WithCancel(t.Context())
	server := httptest.NewServer(s.handler(streams))
	t.Cleanup(server.Close)
	t.Cleanup(end)
	return s, server
}

// send sends a request whose headers are given as "Name: value".
func send(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Set(name, value); name == "Host" {
			r.Host = value
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(b)
}

func TestInvoke(t *testing.T) {
	_, server := newSandbox(t)
	const wrong = `{"action":"escalate","accountId":"acc_demodemodemo"}`
	const available = `{"action":"availability","accountId":"acc_demodemodemo"}`
	for _, c := range []struct {
		what, function, kind, body string
		status                     int
		errorType, contains        string // of a refusal; in the body
		failed                     bool
	}{
		{what: "works", function: "escalate", body: available, status: 200, contains: `"now"`},
		{what: "by ARN", function: "arn:aws:lambda:eu-central-1:000000000000:function:escalate:live", body: available, status: 200, contains: `"now"`},
		{what: "by version", function: "escalate:$LATEST", kind: "RequestResponse", body: available, status: 200, contains: `"now"`},
		{what: "function error", function: "escalate", body: wrong, status: 200, failed: true, contains: `"errorType":"invalid"`},
		{what: "no payload", function: "escalate", status: 200, failed: true, contains: `"errorType":"invalid"`},
		{what: "other error", function: "timer", body: `{}`, status: 200, failed: true, contains: `"errorMessage":"not an event of a queue"`},
		{what: "not waiting", function: "escalate", kind: "Event", body: wrong, status: 202},
		{what: "dry", function: "escalate", kind: "DryRun", body: wrong, status: 204},
		{what: "unknown function", function: "nothing", body: `{}`, status: 404, errorType: "ResourceNotFoundException"},
		{what: "not JSON", function: "escalate", body: `{"action"`, status: 400, errorType: "InvalidRequestContentException"},
		{what: "too large", function: "escalate", body: `"` + strings.Repeat("x", maxPayload) + `"`, status: 413, errorType: "RequestTooLargeException"},
		{what: "unknown kind", function: "escalate", kind: "Later", body: `{}`, status: 400, errorType: "InvalidParameterValueException"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, body := send(t, "POST", server.URL+"/2015-03-31/functions/"+c.function+"/invocations", c.body, "X-Amz-Invocation-Type: "+c.kind)
			if r.StatusCode != c.status || !strings.Contains(body, c.contains) || r.Header.Get("X-Amzn-ErrorType") != c.errorType {
				t.Errorf("got %d %s %s", r.StatusCode, r.Header.Get("X-Amzn-ErrorType"), body)
			}
			if got := r.Header.Get("X-Amz-Function-Error"); (got == "Unhandled") != c.failed {
				t.Errorf("X-Amz-Function-Error = %q", got)
			}
		})
	}
}

func TestOnlyForThisMachine(t *testing.T) {
	_, server := newSandbox(t)
	for host, allowed := range map[string]bool{
		"localhost": true, "LOCALHOST:8080": true, "127.0.0.1:8080": true, "[::1]:8080": true, "[::1]": true,
		"example.com": false, "localhost.example.com": false, "127.0.0.1.example.com:8080": false, "10.0.0.1": false,
	} {
		r, _ := send(t, "GET", server.URL+"/sandbox", "", "Host: "+host)
		if (r.StatusCode == http.StatusOK) != allowed {
			t.Errorf("Host %s: %d", host, r.StatusCode)
		}
	}
	r, _ := send(t, "POST", server.URL+invokeEscalate, "{}", "Sec-Fetch-Site: cross-site", "Origin: https://example.com")
	if r.StatusCode != http.StatusForbidden {
		t.Errorf("a page from elsewhere invokes a function: %d", r.StatusCode)
	}
}

func TestTokens(t *testing.T) {
	s, server := newSandbox(t)
	login := `{"email":"owner@example.com","password":"` + ownerPassword + `"}`
	_, body := send(t, "POST", server.URL+"/v1/login", login, "Authorization: Bearer nonsense")
	var tokens desk.Tokens
	if err := json.Unmarshal([]byte(body), &tokens); err != nil || tokens.AccessToken == "" {
		t.Fatalf("login with a bad token in the header: %s", body)
	}
	for what, c := range map[string]struct {
		header string
		status int
	}{
		"good":        {"Bearer " + tokens.AccessToken, 200},
		"other case":  {"bearer  " + tokens.AccessToken, 200},
		"none":        {"", 401},
		"nonsense":    {"Bearer nonsense", 401},
		"refresh":     {"Bearer " + tokens.RefreshToken, 401},
		"other way":   {"Basic " + tokens.AccessToken, 401},
		"the machine": {"Bearer " + s.Identity.MachineToken(), 403},
	} {
		if r, body := send(t, "GET", server.URL+"/v1/me", "", "Authorization: "+c.header); r.StatusCode != c.status {
			t.Errorf("%s: %d %s", what, r.StatusCode, body)
		}
	}
}

func TestPages(t *testing.T) {
	_, server := newSandbox(t)
	for path, c := range map[string]struct {
		status   int
		contains string
	}{
		"/":                        {200, "/sandbox/pushes"},
		"/sandbox":                 {200, `"accountId":"acc_demodemodemo"`},
		"/sandbox/pushes":          {200, `{"items":[]}`},
		"/sandbox/mails":           {200, `{"items":[]}`},
		"/sandbox/pushes?limit=0":  {400, "limit"},
		"/sandbox/pushes?limit=no": {400, "limit"},
		"/sandbox/events":          {200, `{"items":[]}`},
		"/sandbox/events?limit=0":  {400, "limit"},
		"/sandbox/metrics":         {200, `{"items":[]}`},
		"/elsewhere":               {404, "/problems/not-found"},
	} {
		if r, body := send(t, "GET", server.URL+path, ""); r.StatusCode != c.status || !strings.Contains(body, c.contains) {
			t.Errorf("GET %s: %d %s", path, r.StatusCode, body)
		}
	}
}

// get reads the items of a page.
func get[T any](t *testing.T, url string) []T {
	t.Helper()
	_, body := send(t, "GET", url, "")
	var page struct{ Items []T }
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		t.Fatalf("GET %s: %v: %s", url, err, body)
	}
	return page.Items
}

// What other systems are told, and what is counted, is shown as it happens.
func TestEventsAndMetrics(t *testing.T) {
	s, server := newSandbox(t)
	owner := s.memberID(t, "owner@example.com", ownerPassword)
	caller := desk.Caller{AccountID: demoAccount, MemberID: owner, Role: desk.RoleOwner}
	for _, status := range []string{"online", "offline"} {
		if _, err := s.Desk.SetPresence(t.Context(), caller, owner, status); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Desk.Escalate(t.Context(), desk.Request{
		AccountID: demoAccount, RequestID: "req-1", InteractionID: "conv-1", Channel: roster.Chat, Reason: desk.CustomerRequest,
	})
	if err != nil || a.Outcome != desk.OutcomeCallback {
		t.Fatalf("Escalate = %+v, %v; want a callback", a, err)
	}
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"?type=presence.", []string{"presence.offline", "presence.online"}},
		{"?type=presence.&limit=1", []string{"presence.offline"}},
		{"?type=callback.", []string{"callback.registered"}},
		{"?type=nothing", nil},
	} {
		t.Run(c.query, func(t *testing.T) {
			var got []string
			for _, e := range get[local.Event](t, server.URL+"/sandbox/events"+c.query) {
				if got = append(got, e.Type); e.AccountID != demoAccount || e.ID == 0 || e.At.IsZero() {
					t.Errorf("event = %+v", e)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("events %q, want %q", got, c.want)
			}
		})
	}
	want := local.Total{Name: "Escalations", Dimension: "Outcome", Of: "callback", Unit: desk.UnitCount, Samples: 1, Sum: 1, Max: 1}
	if got := get[local.Total](t, server.URL+"/sandbox/metrics"); !slices.Contains(got, want) {
		t.Errorf("metrics %+v, want %+v among them", got, want)
	}
}

func TestMails(t *testing.T) {
	s, server := newSandbox(t)
	owner := s.memberID(t, "owner@example.com", ownerPassword)
	asha := s.memberID(t, "asha@example.com", agentPassword)
	for _, id := range []string{owner, asha, asha} {
		if err := s.Identity.SendCode(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string][]string{"": {asha, asha, owner}, "?memberId=" + asha: {asha, asha}, "?memberId=mem_x": nil} {
		_, body := send(t, "GET", server.URL+"/sandbox/mails"+query, "")
		var feed struct{ Items []local.Mail }
		if err := json.Unmarshal([]byte(body), &feed); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range feed.Items {
			if got = append(got, m.MemberID); len(m.Code) != 8 || m.To == "" || m.At.IsZero() {
				t.Errorf("mail = %+v", m)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("mails%s to %v, want %v", query, got, want)
		}
	}
}

// memberID is the id of whoever signs in with this pair.
func (s *sandbox) memberID(t *testing.T, email, password string) string {
	t.Helper()
	_, c, err := s.Desk.SignIn(t.Context(), email, password)
	if err != nil {
		t.Fatal(err)
	}
	return c.MemberID
}

// push sends a test push to a device.
func push(t *testing.T, p *local.Phones, device string) {
	t.Helper()
	d := desk.Device{ID: device, Platform: desk.FCM, Token: "token"}
	d, err := p.Register(t.Context(), "mem_asha", d)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeTest}); err != nil {
		t.Fatal(err)
	}
}

// firstEvent opens the stream, lets act happen once it is open, and returns the id of
// the first event in it.
func firstEvent(t *testing.T, url, lastID string, act func()) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", lastID)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	act()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if id, isID := strings.CutPrefix(lines.Text(), "id: "); isID {
			return id
		}
	}
	t.Fatalf("the stream ended without an event: %v", lines.Err())
	return ""
}

func TestStreamGoesOn(t *testing.T) {
	s, server := newSandbox(t)
	push(t, s.Phones, "one")
	push(t, s.Phones, "two")
	push(t, s.Phones, "one")
	url := server.URL + "/sandbox/pushes/stream"
	if id := firstEvent(t, url, "1", func() {}); id != "2" {
		t.Errorf("after push 1 came %s", id)
	}
	if id := firstEvent(t, url+"?deviceId=one", "1", func() {}); id != "3" {
		t.Errorf("after push 1, of device one, came %s", id)
	}
	if id := firstEvent(t, url, "", func() { push(t, s.Phones, "one") }); id != "4" {
		t.Errorf("without a number came %s, want what came after the stream was opened", id)
	}
	// A number of a file that is gone.
	if id := firstEvent(t, url, "99", func() { push(t, s.Phones, "one") }); id != "5" {
		t.Errorf("after a number that was not given out came %s", id)
	}
}

// failingTable fails from its nth Write on.
type failingTable struct {
	table.Table
	left int
}

var errCrash = errors.New("crash")

func (f *failingTable) Write(ctx context.Context, ops ...table.Op) error {
	if f.left--; f.left < 0 {
		return errCrash
	}
	return f.Table.Write(ctx, ops...)
}

func TestSeedGoesOnAfterACrash(t *testing.T) {
	// In the middle of the owner, of the departments, of the first and the last agent.
	for _, writes := range []int{1, 3, 6, 10} {
		dir := t.TempDir()
		twins, err := local.Open(dir, local.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		s := &sandbox{Twins: twins}
		s.Desk.Table = &failingTable{s.Table, writes}
		if err := s.seed(t.Context()); !errors.Is(err, errCrash) {
			t.Fatalf("after %d writes: %v, want the crash", writes, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}

		s, err = open(t.Context(), dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("after a crash at write %d: %v", writes+1, err)
		}
		members, err := s.Desk.Members(t.Context(), desk.Caller{AccountID: demoAccount, Role: desk.RoleOwner}, desk.MemberFilter{}, desk.Page{Limit: 100})
		if err != nil || len(members.Items) != 4 {
			t.Errorf("after a crash at write %d: members %+v, %v; want 4", writes+1, members.Items, err)
		}
		for _, m := range members.Items {
			password, departments := agentPassword, 3
			if m.Role == desk.RoleOwner {
				password, departments = ownerPassword, 0
			}
			if _, err := s.Identity.Login(t.Context(), m.ID, password); err != nil || len(m.DepartmentIDs) != departments {
				t.Errorf("after a crash at write %d: %+v, %v", writes+1, m, err)
			}
		}
		s.close()
	}
}
