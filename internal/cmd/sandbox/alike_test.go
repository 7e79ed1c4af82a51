package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// contractHeaders are those of answers that callers go by.
var contractHeaders = []string{
	"Content-Type", "ETag", "Cache-Control", "Vary", "Content-Encoding", "Allow", "Accept-Encoding", "WWW-Authenticate", "Retry-After",
	"X-Content-Type-Options", "Accept",
}

// changing is what no two answers share.
var changing = regexp.MustCompile(`"(requestId|accessToken|refreshToken|deviceSecret|sessionEndsAt)":"[^"]*"`)

// cookieName and cookieValue are the parts of a cookie that are other in the sandbox, and at each
// sign-in; of how long it lives the clock decides.
var (
	cookieName  = strings.NewReplacer("__Host-cn-", "cn-", "; Secure", "")
	cookieValue = regexp.MustCompile(`=[^;]+; Path=/(; Max-Age=[1-9])?[0-9]*`)
)

// alike is what of an answer must be the same.
func (a told) alike() map[string]string {
	// The sandbox ends answers with a line end, for who reads them at a terminal.
	said := map[string]string{"body": changing.ReplaceAllString(strings.TrimSuffix(a.body, "\n"), `"$1":…`)}
	for _, name := range contractHeaders {
		said[name] = strings.Join(a.header.Values(name), ",")
	}
	said["Set-Cookie"] = cookieValue.ReplaceAllString(cookieName.Replace(strings.Join(a.header.Values("Set-Cookie"), ",")), "=…; Path=/${1}")
	return said
}

// asker is who sends requests to both: the owner, Asha and the platform by their tokens.
type asker struct {
	*sandbox
	t                    *testing.T
	address              string
	owner, asha, machine string
	tag                  string // of the account
}

func newAsker(t *testing.T) *asker {
	t.Helper()
	s, server := newSandbox(t)
	a := &asker{sandbox: s, t: t, address: strings.TrimPrefix(server.URL, "http://"), machine: "Authorization: Bearer " + s.Identity.MachineToken()}
	a.owner, a.asha = a.signIn("owner@example.com", ownerPassword), a.signIn("asha@example.com", agentPassword)
	a.tag = overTCP(t, a.address, wire("GET /v1/account", "", a.owner)).header.Get("ETag")
	return a
}

func (a *asker) signIn(email, password string) string {
	a.t.Helper()
	return "Authorization: Bearer " + a.field("POST /v1/login", `{"email":"`+email+`","password":"`+password+`"}`, "accessToken")
}

// field is a text of the answer to a request.
func (a *asker) field(line, body, name string) string {
	a.t.Helper()
	var fields map[string]any
	answer := overTCP(a.t, a.address, wire(line, body))
	text := ""
	if err := json.Unmarshal([]byte(answer.body), &fields); err == nil {
		text, _ = fields[name].(string)
	}
	if text == "" {
		a.t.Fatalf("%s: %d %s", line, answer.status, answer.body)
	}
	return text
}

// packed compresses a body.
func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// sent is a request and the status that both answer it with.
type sent struct {
	line, body string
	headers    []string
	want       int
}

// of makes the headers of a request.
func of(headers ...string) []string { return headers }

// paths are requests of which path and method are the point.
func (a *asker) paths() []sent {
	return []sent{
		{"GET /v1/me", "", of(a.asha), 200},
		{"GET /v1/me?", "", of(a.asha), 200},
		{"GET //v1/me", "", of(a.asha), 404},
		{"GET /v1//me", "", of(a.asha), 404},
		{"GET /v1/./me", "", of(a.asha), 404},
		{"GET /v1/x/../me", "", of(a.asha), 404},
		{"GET /v1/%2e/me", "", of(a.asha), 404},
		{"GET /v1/m%65", "", of(a.asha), 200},
		{"GET /v1%2Fme", "", of(a.asha), 200},
		{"GET /v1/me%2Fdevices", "", of(a.asha), 200},
		{"GET /v1/%2Fme", "", of(a.asha), 404},
		{"GET /v1/me/", "", of(a.asha), 404},
		{"GET /v1/me%2F", "", of(a.asha), 404},
		{"GET /V1/me", "", of(a.asha), 404},
		{"GET /v1", "", of(a.asha), 404},
		{"GET /v1/nothing", "", nil, 404},
		{"GET /v2/me", "", of(a.asha), 404},
		{"GET /v1/me%3Fx=1", "", of(a.asha), 404},
		{"GET /v1/members/mem_%20", "", of(a.owner), 404},
		{"GET /v1/members/mem_aaaaaaaaaaa%61", "", of(a.owner), 404},
		{"DELETE /v1/me/devices/a%2Fb", "", of(a.asha), 404},
		{"DELETE /v1/me/devices/a%252Fb", "", of(a.asha), 404},
		{"DELETE /v1/me/devices/phone-1", "", of(a.asha), 204},
		{"GET /v1/members/../../v1/me", "", of(a.owner), 404},
		{"HEAD /v1/me", "", of(a.asha), 404},
		{"HEAD /v1/account", "", of(a.asha), 404},
		{"HEAD /v1/time-zones", "", nil, 404},
		{"HEAD /v1/login", "", nil, 404},
		{"HEAD /v1/nothing", "", nil, 404},
		{"DELETE /v1/me", "", of(a.asha), 405},
		{"POST /v1/account", "{}", of(a.owner), 405},
		{"GET /v1/login", "", nil, 405},
		{"OPTIONS /v1/me", "", nil, 405},
		{"OPTIONS /v1/me", "", of("Origin: https://app.example.com", "Access-Control-Request-Method: PUT"), 204},
		{"OPTIONS /v1/account", "", of("Origin: https://app.example.com", "Access-Control-Request-Method: PATCH"), 204},
	}
}

// callers are requests of which the token, the query or a condition is the point.
func (a *asker) callers() []sent {
	token := strings.TrimPrefix(a.asha, "Authorization: Bearer ")
	return []sent{
		{"GET /v1/me", "", nil, 401},
		{"GET /v1/me", "", of("Authorization: Bearer nonsense"), 401},
		{"GET /v1/me", "", of("Authorization: Basic " + token), 401},
		{"GET /v1/me", "", of("Authorization: " + token), 200},
		{"GET /v1/me", "", of("Authorization: bearer " + token), 401},
		{"GET /v1/me", "", of("Authorization: Bearer  " + token), 401},
		{"POST /v1/login", `{"email":1,"password":2,"colour":3}`, nil, 400},
		{"GET /v1/me", "", of(a.asha, a.asha), 401},
		{"GET /v1/me", "", of(a.machine), 403},
		{"POST /v1/escalations", "{}", of(a.asha), 403},
		{"GET /v1/members", "", of(a.asha), 403},
		{"GET /v1/time-zones", "", of("Authorization: Bearer nonsense"), 200},
		{"GET /v1/members?limit=2", "", of(a.owner), 200},
		{"GET /v1/members?limit=2&limit=3", "", of(a.owner), 422},
		{"GET /v1/members?q=%41sha&status=", "", of(a.owner), 200},
		{"GET /v1/members?q=a+b", "", of(a.owner), 200},
		{"GET /v1/members?colour=red", "", of(a.owner), 400},
		{"GET /v1/members?limit=%zz", "", of(a.owner), 400},
		{"GET /v1/members?limit=1;cursor=2", "", of(a.owner), 400},
		{"GET /v1/me?%", "", of(a.asha), 400},
		{"GET /v1/time-zones?%zz", "", nil, 400},
		{"POST /v1/login?next=%2F", "{}", nil, 400},
		{"GET /v1/account", "", of(a.owner, "If-None-Match: "+a.tag), 304},
		{"GET /v1/account", "", of(a.owner, "If-None-Match: W/"+a.tag), 304},
		{"GET /v1/account", "", of(a.owner, `If-None-Match: "x"`, "If-None-Match: "+a.tag), 304},
		{"GET /v1/account", "", of(a.owner, `If-None-Match: "x"`), 200},
		{"PATCH /v1/account", `{"chatCapacity":3}`, of(a.owner, "If-Match: "+a.tag), 200},
		{"PATCH /v1/account", `{"chatCapacity":3}`, of(a.owner, `If-Match: "x"`), 412},
		{"PATCH /v1/account", `{"chatCapacity":3}`, of(a.owner, "If-Match:"), 412},
		{"POST /v1/departments", `{"name":"Toys"}`, of(a.owner, "Idempotency-Key: toys"), 201},
		{"POST /v1/departments", `{"name":"Toys 2"}`, of(a.owner, "Idempotency-Key: toys"), 422},
		{"POST /v1/departments", `{"name":"Shoes"}`, of(a.owner, "Idempotency-Key: a", "Idempotency-Key: b"), 201},
	}
}

// bodies are requests of which the body, or that of the answer, is the point.
func (a *asker) bodies() []sent {
	const wrong, unknown = `{"email":"asha@example.com","password":"wrong"}`, `{"email":"nobody@example.com","password":"wrong"}`
	enquiry := `{"action":"escalate","accountId":"` + demoAccount + `","requestId":"r1","interactionId":"c1","channel":"chat"}`
	const gzipped, asks = "Content-Encoding: gzip", "Accept-Encoding: br, gzip;q=0.8"
	return []sent{
		{"POST /v1/login", `{"email":"asha@example.com","password":"` + agentPassword + `"}`, nil, 200},
		{"POST /v1/login", `{"email":"asha@example.com","password":"` + agentPassword + `"}`, of(asks), 200},
		{"POST /v1/login", wrong, of("Content-Type: text/plain"), 401},
		{"POST /v1/login", wrong, of("Transfer-Encoding: chunked"), 401},
		{"POST /v1/login", "", nil, 400},
		{"POST /v1/login", " ", nil, 400},
		{"POST /v1/login", "[]", nil, 400},
		{"POST /v1/login", "\xff", nil, 400},
		{"POST /v1/login", `{"email":`, nil, 400},
		{"POST /v1/login", `{"email":1,"colour":"red"}`, nil, 400},
		{"POST /v1/login", packed(wrong), of(gzipped), 415},
		{"POST /v1/login", wrong, of("Content-Encoding: br"), 415},
		{"POST /v1/login", unknown, of("Content-Encoding: identity"), 401},
		{"POST /v1/login", strings.Repeat(" ", 1<<20+1), nil, 413},
		{"POST /v1/login", "", of(gzipped, "Transfer-Encoding: chunked"), 400},
		{"POST /v1/login", packed(unknown), of(gzipped, "Transfer-Encoding: chunked"), 415},
		{"PUT /v1/me/presence", packed(`{"status":"offline"}`), of(a.asha, gzipped), 415},
		{"POST /v1/escalations", "", of(a.machine), 400},
		{"POST /v1/escalations", "", of(a.machine, gzipped, "Transfer-Encoding: chunked"), 400},
		{"POST /v1/escalations", packed(enquiry), of(a.machine, gzipped), 200},
		{"POST /v1/escalations", packed(enquiry), of(a.machine, "Content-Encoding: X-GZIP", "Transfer-Encoding: chunked"), 200},
		{"POST /v1/escalations?any=%zz", enquiry, of(a.machine), 200},
		{"POST /v1/escalations", packed(enquiry)[:30], of(a.machine, gzipped), 400},
		{"POST /v1/escalations", packed(strings.Repeat(" ", 4<<20+1)), of(a.machine, gzipped), 413},
		{"POST /v1/escalations", enquiry, of(a.machine, "Content-Encoding: deflate"), 415},
		{"GET /v1/openapi.yaml", "", nil, 200},
		{"GET /v1/openapi.yaml", "", of(asks), 200},
		{"GET /v1/time-zones", "", of("Accept-Encoding: gzip;q=0"), 200},
		{"GET /v1/time-zones", "", of("Accept-Encoding: *"), 200},
		{"GET /v1/members", "", of(a.owner, asks), 200},
		{"GET /v1/time-zones", "", of(asks, "If-None-Match: *"), 304},
	}
}

// documents are requests of browsers for what is no page: to documents the sandbox adds its pane.
func (a *asker) documents() []sent {
	const browser, asks = "Accept: text/html,*/*;q=0.8", "Accept-Encoding: br, gzip;q=0.8"
	return []sent{
		{"GET /callbacks/a%2Fb", "", of(browser), 404},
		{"GET /nothing", "", of(browser), 404},
		{"GET /nothing", "", of(browser, asks), 404},
		{"HEAD /nothing", "", of(browser, asks), 404},
		{"GET /nothing", "", nil, 404},
		{"GET //me", "", of(browser), 404},
		{"GET /assets/nothing.js", "", nil, 404},
		{"POST /me", "{}", of(browser), 404},
		{"GET /v1/nothing", "", of(browser), 404},
		{"GET /v1/login", "", of(browser), 405},
		{"GET /mcp", "", of(browser), 405},
		{"POST /mcp", "{}", nil, 401},
		{"POST /mcp", "{}", of("Authorization: Bearer cnk_nobody"), 401},
	}
}

// cookies are requests with cookies. Each way has a name of its own for them: both are sent.
func (a *asker) cookies() []sent {
	const page, asks, kind = "Sec-Fetch-Site: same-origin", `{"cookie":true}`, "Content-Type: application/json"
	in := `{"cookie":true,"email":"chitra@example.com","password":"` + agentPassword + `"}` // whose password nobody has tried
	signedIn := func() string {                                                             // the cookie of a page
		token := a.field("POST /v1/login", strings.Replace(in, "true", "false", 1), "refreshToken")
		return "Cookie: theme=dark; cn-refresh=" + token + "; __Host-cn-refresh=" + token
	}
	cookie := signedIn()
	return []sent{
		{"POST /v1/login", in, of(page, kind), 200},
		{"POST /v1/login", in, of(page, kind, signedIn()), 200}, // which ends the session of the cookie
		{"POST /v1/login", in, of(page), 415},
		{"POST /v1/login", in, of(kind), 403},
		{"POST /v1/login", in, of(kind, page, page), 403},
		{"POST /v1/refresh", asks, of(page, kind, cookie), 200},
		{"POST /v1/refresh", asks, of(page, kind, kind, cookie), 415},
		{"POST /v1/refresh", asks, of(page, kind), 401},
		{"POST /v1/refresh", asks, of(page, kind, cookie, cookie), 401},
		{"POST /v1/refresh", `{"refreshToken":"x"}`, of(page, kind, cookie), 400},
		{"POST /v1/refresh", `{}`, of(page, kind, cookie), 422},
		{"POST /v1/refresh", asks, of(page, kind, cookie, "Transfer-Encoding: chunked"), 200},
		{"POST /v1/logout", asks, of(page, kind), 204},
		{"POST /v1/logout", asks, of(page, kind, cookie), 204},
		{"PUT /v1/me/presence", `{"status":"offline"}`, of(a.asha, cookie), 415},
		{"PUT /v1/me/presence", `{"status":"offline"}`, of(a.asha, cookie, kind), 200},
		{"DELETE /v1/me/devices/phone-1", "", of(a.asha, cookie), 204},
		{"POST /v1/callbacks/cb_aaaaaaaaaaaa/claim", "", of(a.asha, cookie, "Transfer-Encoding: chunked"), 404},
		{"POST /v1/escalations", `{"action":"availability","accountId":"` + demoAccount + `"}`, of(a.machine, cookie), 200},
	}
}

// The sandbox answers as the functions behind API Gateway do, to the byte but for ids,
// tokens and the line's end; where API Gateway answers itself, by the same status.
func TestSandboxAndFunctionsAreAlike(t *testing.T) {
	takesLong(t)
	a := newAsker(t)
	for _, group := range []struct {
		name string
		asks []sent
	}{{"paths", a.paths()}, {"callers", a.callers()}, {"bodies", a.bodies()}, {"cookies", a.cookies()}, {"documents", a.documents()}} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.asks {
				t.Run(c.line, func(t *testing.T) {
					raw := wire(c.line, c.body, c.headers...)
					here, there := overTCP(t, a.address, raw), overGateway(t, a.sandbox, raw)
					if here.status != c.want || there.status != c.want {
						t.Fatalf("the sandbox answers %d, the function %d; want %d\n%s\n%s", here.status, there.status, c.want, here.body, there.body)
					}
					if there.own {
						return
					}
					if diff := cmp.Diff(there.alike(), here.alike()); diff != "" {
						t.Errorf("answers (-function +sandbox):\n%s", diff)
					}
				})
			}
		})
	}
}

// What is compressed comes compressed over the wire, too.
func TestAnswersAreCompressed(t *testing.T) {
	a := newAsker(t)
	answer := overTCP(t, a.address, wire("GET /v1/openapi.yaml", "", "Accept-Encoding: gzip"))
	if answer.header.Get("Content-Encoding") != "gzip" || answer.header.Get("Vary") != "Accept-Encoding" || !strings.HasPrefix(answer.body, "openapi: 3.1") {
		t.Errorf("headers %v, body %.20q", answer.header, answer.body)
	}
}

// A caller who says that more comes, and sends no more, is told.
func TestBodyThatNeverEnds(t *testing.T) {
	s, _ := newSandbox(t)
	server := httptest.NewUnstartedServer(s.handler(t.Context()))
	server.Config.ReadTimeout = 300 * time.Millisecond
	server.Start()
	defer server.Close()
	raw := bytes.Replace(wire("POST /v1/login", `{"email":`), []byte("Length: 9"), []byte("Length: 90"), 1)
	answer := overTCP(t, server.Listener.Addr().(*net.TCPAddr).String(), raw)
	if answer.status != 408 || !strings.Contains(answer.body, "/problems/too-slow") {
		t.Errorf("status %d, headers %v: %s", answer.status, answer.header, answer.body)
	}
}
