package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// newSandbox opens a sandbox in this process, and serves it.
func newSandbox(t *testing.T) (*sandbox, *httptest.Server) {
	t.Helper()
	s, err := open(t.Context(), t.TempDir(), local.Options{PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
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
	const wrong = `{"action":"status","accountId":"acc_demodemodemo"}`
	const available = `{"action":"availability","accountId":"acc_demodemodemo"}`
	for _, c := range []struct {
		what, function, query, kind, body string
		status                            int
		errorType, contains               string // of a refusal; in the body
		failed                            bool
	}{
		{what: "works", function: "escalate", body: available, status: 200, contains: `"now"`},
		{what: "as deployed", function: "connectnow-prod-escalate", body: available, status: 200, contains: `"now"`},
		{what: "by ARN", function: "arn:aws:lambda:eu-central-1:000000000000:function:connectnow-dev-escalate", body: available, status: 200, contains: `"now"`},
		{what: "by partial ARN", function: "000000000000:function:escalate", body: available, status: 200, contains: `"now"`},
		{what: "by version", function: "escalate:$LATEST", kind: "RequestResponse", body: available, status: 200, contains: `"now"`},
		{what: "by ARN and version", function: "arn:aws:lambda:eu-central-1:000000000000:function:connectnow-dev-escalate:$LATEST", body: available, status: 200, contains: `"now"`},
		{what: "by qualifier", function: "escalate", query: "?Qualifier=$LATEST", body: available, status: 200, contains: `"now"`},
		{what: "alias", function: "arn:aws:lambda:eu-central-1:000000000000:function:escalate:live", body: available, status: 404, errorType: "ResourceNotFoundException",
			contains: `"Function not found: arn:aws:lambda:eu-central-1:000000000000:function:escalate:live"`},
		{what: "alias as a qualifier", function: "escalate", query: "?Qualifier=live", body: available, status: 404, errorType: "ResourceNotFoundException",
			contains: `:function:escalate:live"`},
		{what: "number", function: "escalate:1", body: available, status: 404, errorType: "ResourceNotFoundException"},
		{what: "two qualifiers", function: "escalate:$LATEST", query: "?Qualifier=1", body: available, status: 400, errorType: "InvalidParameterValueException"},
		{what: "no name", function: "esca late", body: available, status: 400, errorType: "ValidationException"},
		{what: "nothing deployed", function: "connectnow-prod-nothing", body: available, status: 404, errorType: "ResourceNotFoundException"},
		{what: "no stage", function: "connectnow-escalate", body: available, status: 404, errorType: "ResourceNotFoundException"},
		{what: "function error", function: "escalate", body: wrong, status: 200, failed: true, contains: `"errorType":"invalid"`},
		{what: "no payload", function: "escalate", status: 200, failed: true, contains: `"errorType":"invalid"`},
		{what: "other error", function: "timer", body: `{}`, status: 200, failed: true, contains: `"errorMessage":"not an event of a queue"`},
		{what: "not waiting", function: "escalate", kind: "Event", body: wrong, status: 202},
		{what: "not waiting for much", function: "escalate", kind: "Event", body: wrong + strings.Repeat(" ", maxEvent-len(wrong)), status: 202},
		{what: "not waiting for too much", function: "escalate", kind: "Event", body: wrong + strings.Repeat(" ", maxEvent-len(wrong)+1), status: 413,
			errorType: "RequestEntityTooLargeException", contains: "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"},
		{what: "waiting for that", function: "escalate", body: available + strings.Repeat(" ", maxEvent), status: 200, contains: `"now"`},
		{what: "dry", function: "escalate", kind: "DryRun", body: wrong, status: 204},
		{what: "unknown function", function: "nothing", body: `{}`, status: 404, errorType: "ResourceNotFoundException"},
		{what: "not JSON", function: "escalate", body: `{"action"`, status: 400, errorType: "InvalidRequestContentException"},
		{what: "too large", function: "escalate", body: `"` + strings.Repeat("x", maxPayload) + `"`, status: 413, errorType: "RequestEntityTooLargeException"},
		{what: "unknown kind", function: "escalate", kind: "Later", body: `{}`, status: 400, errorType: "InvalidParameterValueException"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, body := send(t, "POST", server.URL+"/2015-03-31/functions/"+url.PathEscape(c.function)+"/invocations"+c.query, c.body,
				"X-Amz-Invocation-Type: "+c.kind, "Content-Type: application/x-www-form-urlencoded") // as curl says
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
	for _, c := range []struct {
		host string
		want int
	}{
		{"localhost", 200},
		{"LOCALHOST:8080", 200},
		{"127.0.0.1:8080", 200},
		{"[::1]:8080", 200},
		{"[::1]", 200},
		{"example.com", 403},
		{"localhost.example.com", 403},
		{"127.0.0.1.example.com:8080", 403},
		{"10.0.0.1", 403},
	} {
		t.Run(c.host, func(t *testing.T) {
			if r, _ := send(t, "GET", server.URL+"/sandbox", "", "Host: "+c.host); r.StatusCode != c.want {
				t.Errorf("got %d, want %d", r.StatusCode, c.want)
			}
		})
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
	for _, c := range []struct {
		what, header string
		want         int
	}{
		{"good", "Bearer " + tokens.AccessToken, 200},
		{"other case", "bearer " + tokens.AccessToken, 401},
		{"two spaces", "Bearer  " + tokens.AccessToken, 401},
		{"alone", tokens.AccessToken, 200},
		{"none", "", 401},
		{"nonsense", "Bearer nonsense", 401},
		{"refresh", "Bearer " + tokens.RefreshToken, 401},
		{"other way", "Basic " + tokens.AccessToken, 401},
		{"the machine", "Bearer " + s.Identity.MachineToken(), 403},
	} {
		t.Run(c.what, func(t *testing.T) {
			if r, body := send(t, "GET", server.URL+"/v1/me", "", "Authorization: "+c.header); r.StatusCode != c.want {
				t.Errorf("got %d, want %d: %s", r.StatusCode, c.want, body)
			}
		})
	}
}

func TestPages(t *testing.T) {
	_, server := newSandbox(t)
	for _, c := range []struct {
		path     string
		want     int
		contains string
	}{
		{"/", 200, "ConnectNow"},
		{"/sandbox/chat/conv-1", 200, "connect.url"},
		{"/sandbox/pane-none.js", 404, "/problems/not-found"},
		{"/sandbox", 200, `"accountId":"acc_demodemodemo"`},
		{"/sandbox", 200, `"timeZoneData":"` + hours.Release() + `"`},
		{"/sandbox/pushes", 200, `{"items":[]}`},
		{"/sandbox/mails", 200, `{"items":[]}`},
		{"/sandbox/pushes?limit=0", 400, "limit"},
		{"/sandbox/pushes?limit=no", 400, "limit"},
		{"/sandbox/events", 200, `{"items":[]}`},
		{"/sandbox/events?limit=0", 400, "limit"},
		{"/sandbox/metrics", 200, `{"items":[]}`},
		{"/elsewhere", 404, "/problems/not-found"},
	} {
		t.Run(c.path, func(t *testing.T) {
			if r, body := send(t, "GET", server.URL+c.path, ""); r.StatusCode != c.want || !strings.Contains(body, c.contains) {
				t.Errorf("got %d %s, want %d and %s in it", r.StatusCode, body, c.want, c.contains)
			}
		})
	}
}

// memberID is the id of whoever signs in with this pair.
func (s *sandbox) memberID(t *testing.T, email, password string) string {
	t.Helper()
	_, c, err := s.Desk.SignIn(t.Context(), desk.Credentials{Email: email, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return c.MemberID
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

// wantRing wants the demo account's phones to ring for so many seconds.
func wantRing(t *testing.T, s *sandbox, seconds int) {
	t.Helper()
	a, err := s.Desk.Account(t.Context(), desk.Caller{AccountID: demoAccount})
	if err != nil || a.RingSeconds != seconds {
		t.Errorf("rings for %d s, %v; want %d", a.RingSeconds, err, seconds)
	}
}

// A slow reader's phone rings long enough; an account from before rings as it did.
func TestDemoRingsLong(t *testing.T) {
	dir := t.TempDir()
	s, err := open(t.Context(), dir, local.Options{PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	wantRing(t, s, demoRing)
	before := 25
	_, err = s.Desk.PatchAccount(t.Context(), desk.Caller{AccountID: demoAccount, Role: desk.RoleOwner}, desk.AccountPatch{RingSeconds: &before})
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	if s, err = open(t.Context(), dir, local.Options{PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	wantRing(t, s, before)
}

func TestSeedGoesOnAfterACrash(t *testing.T) {
	takesLong(t)
	// In the middle of the owner, before the ring time, in the middle of the departments, of the
	// first and of the last agent.
	for _, writes := range []int{1, 2, 4, 7, 11} {
		dir := t.TempDir()
		twins, err := local.Open(dir, local.Options{PasswordMemory: 64, NoSync: true})
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

		s, err = open(t.Context(), dir, local.Options{PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatalf("after a crash at write %d: %v", writes+1, err)
		}
		wantRing(t, s, demoRing)
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
