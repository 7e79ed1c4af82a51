package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/mcp"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// TestAnyRequest sends every route what nobody thought of, in the names of both accounts, all
// roles, the platform and strangers, while both are at work: no answer is a 5xx or has more than
// 4 MiB, a token that is none opens nothing, and no request writes what is another account's.
// ROUTES_TIME says for how long; make fuzz sends for ten minutes.
func TestAnyRequest(t *testing.T) {
	unraced(t)
	long := 3 * time.Second
	if s := os.Getenv("ROUTES_TIME"); s != "" {
		var err error
		long, err = time.ParseDuration(s)
		must(t, err)
	}
	seed := uint64(time.Now().UnixNano())
	s := newStage(t)
	statuses := map[int]int{}
	n := 0
	for until := time.Now().Add(long); time.Now().Before(until) && !t.Failed(); seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			b := newBesieged(t, s, seed)
			for range 1000 { // then both begin again: after very many refusals nothing else is left
				if t.Failed() || !time.Now().Before(until) {
					return
				}
				statuses[b.ask()]++
				n++
			}
		})
	}
	fmt.Printf("%d requests to %d routes in %v; by status %v\n", n, len(matrix)+1, long, statuses)
}

// besieged are two accounts at work, and who asks for something.
type besieged struct {
	*world
	t      *testing.T
	random *rand.Rand
	stage  *stage
	mcp    http.Handler
	keys   map[string]string // of the assistant, by account
	sign   []byte
	said   string // the request, for a failure

	owner   map[string]string // of partitions of the table: the account
	asks    string            // the account in whose name is asked; empty: nobody's for certain
	foreign []string          // what was written of another account
}

func newBesieged(t *testing.T, s *stage, seed uint64) *besieged {
	b := &besieged{world: s.open(t), t: t, random: rand.New(rand.NewPCG(seed, 0)), stage: s, owner: map[string]string{}, keys: map[string]string{}}
	b.sign = b.key()
	for _, side := range []map[string]string{s.mine, s.theirs} {
		for _, id := range side {
			b.owner[id] = side["account"]
		}
		by := desk.Caller{MemberID: side["owner"], AccountID: side["account"], Role: desk.RoleOwner}
		key, err := b.desk.CreateAssistantKey(t.Context(), by, "", "Shop", nil)
		must(t, err)
		b.keys[side["account"]], err = b.desk.WholeKey(t.Context(), key)
		must(t, err)
		b.owner[key.ID] = side["account"]
	}
	b.mcp = mcp.New(b.desk, b.server).Handler()
	b.desk.Table = fault.New(b.bolt, fault.Options{Before: func(c fault.Call) error {
		switch c.Kind {
		case fault.Write:
			for _, op := range c.Ops {
				if op.Kind != table.OpCheck {
					b.wrote(op.Item.Key)
				}
			}
		case fault.Increment:
			b.wrote(c.Key)
		}
		return nil
	}})
	return b
}

// wrote notes whose an item is that is written, and what is another account's. What is new is
// the account's that asked.
func (b *besieged) wrote(k table.Key) {
	if b.asks == "" {
		return
	}
	id, _, _ := strings.Cut(k.Partition, "/")
	whose := b.owner[id]
	switch {
	case whose != "":
	case strings.Contains(k.Partition, "mine-"):
		whose = b.stage.mine["account"]
	case strings.Contains(k.Partition, "theirs-"):
		whose = b.stage.theirs["account"]
	case strings.Contains(id, "_"):
		b.owner[id], whose = b.asks, b.asks
	}
	if whose != "" && whose != b.asks {
		b.foreign = append(b.foreign, k.Partition+" "+k.Sort)
	}
}

// one is one of several.
func one[T any](b *besieged, of ...T) T { return of[b.random.IntN(len(of))] }

// side is one of both accounts, and the other.
func (b *besieged) side() (own, other map[string]string) {
	if b.random.IntN(2) == 0 {
		return b.stage.mine, b.stage.theirs
	}
	return b.stage.theirs, b.stage.mine
}

// ask sends one request and judges its answer. From time to time what waits comes due.
func (b *besieged) ask() int {
	own, other := b.side()
	if b.random.IntN(40) == 0 {
		b.asks = ""
		b.late.Add(int64(time.Second) * int64(b.random.IntN(20)))
		for _, d := range b.timers.Pending() {
			if err := b.timers.Deliver(b.t.Context(), d.ID, b.desk.Wake); err != nil {
				b.t.Errorf("%s of %s: %v", d.Message.Kind, d.Message.EscalationID, err)
			}
		}
	}
	r := matrix[b.random.IntN(len(matrix))]
	if b.random.IntN(len(matrix)) == 0 {
		r = row{route: "POST /mcp", body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"escalate","arguments":{"why":"customer_request","summary":"s","interactionId":"i-1"}}}`}
	}
	method, pattern, _ := strings.Cut(r.route, " ")
	ids := own
	if b.random.IntN(4) == 0 {
		ids = other
	}
	id := fill(r.id, ids)
	if b.random.IntN(12) == 0 {
		id = one(b, "", "a", ids["member"], ids["active"], ids["open"], ids["department"], strings.Repeat("a", 300), "..", "%2e", "\x00", "mem_ä", "mem_AAAAAAAAAAAA")
	}
	path := strings.NewReplacer("{id}", url.PathEscape(id), "{deviceId}", url.PathEscape(id)).Replace(pattern)
	body := b.body(fill(r.body, ids), ids)
	request := httptest.NewRequest(method, "/", strings.NewReader(body)).WithContext(b.t.Context())
	request.URL = &url.URL{Path: path, RawQuery: b.query(method, ids)}
	if raw, err := url.PathUnescape(path); err == nil {
		request.URL.Path, request.URL.RawPath = raw, path
	}
	b.headers(request, ids)
	handler, good := b.authorize(b.handler), true
	switch {
	case r.route == "POST /mcp":
		handler, b.asks = b.mcp, own["account"]
		request.Header.Set("Authorization", "Bearer "+b.keys[own["account"]])
	case r.route == "POST /v1/escalations" && b.random.IntN(8) > 0:
		request.Header.Set("Authorization", "Bearer "+b.identity.MachineToken())
		b.asks = ""
		if read, err := assistant.Read([]byte(body), assistant.Options{}); err == nil {
			b.asks = read.AccountID
		}
	default:
		good = b.bearer(request, own)
	}
	public := !strings.HasPrefix(r.route, "POST /mcp") && slices.ContainsFunc(api.Routes(), func(rt api.Route) bool {
		return rt.Method+" "+rt.Pattern == r.route && rt.Who == api.Public
	})
	if public { // whose password or token is in it, if it is one account's alone
		b.asks = b.mentioned(body + strings.Join(request.Header.Values("Cookie"), " "))
	}
	b.said = fmt.Sprintf("%s %s?%s as of %s: %.600q, %v", method, path, request.URL.RawQuery, b.asks, body, request.Header)
	b.foreign = nil
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	switch {
	case recorder.Code >= 500:
		b.t.Errorf("%s\nstatus %d, %.600s", b.said, recorder.Code, recorder.Body)
	case recorder.Body.Len() > 4<<20:
		b.t.Errorf("%s\n%d bytes", b.said, recorder.Body.Len())
	case !good && !public && recorder.Code < 400:
		b.t.Errorf("%s\na token that is none: status %d", b.said, recorder.Code)
	case len(b.foreign) > 0 && !strings.HasPrefix(r.route, "PUT /v1/me/devices/"): // a phone that is handed on leaves whoever had it
		b.t.Errorf("%s\nstatus %d, and wrote what is another's: %q", b.said, recorder.Code, b.foreign)
	}
	return recorder.Code
}

// mentioned is the account of whose a text has names, addresses and tokens; empty for both or none.
func (b *besieged) mentioned(text string) (account string) {
	for _, side := range []map[string]string{b.stage.mine, b.stage.theirs} {
		for _, id := range side {
			if len(id) > 8 && strings.Contains(strings.ToLower(text), strings.ToLower(id)) {
				if account != "" && account != side["account"] {
					return ""
				}
				account = side["account"]
			}
		}
	}
	return account
}

// bearer gives a request a token, most often a good one of a member of the account, and reports
// whether it is.
func (b *besieged) bearer(r *http.Request, side map[string]string) (good bool) {
	b.asks = side["account"]
	member := side[one(b, "owner", "owner", "admin", "member", "member", "colleague", "bystander")]
	claims := memberClaims(member, nil)
	now := b.now()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(time.Hour).Unix()
	if b.random.IntN(4) > 0 { // a session that nobody has ended yet
		claims["origin_jti"] = fmt.Sprint("session ", b.random.Uint64())
	}
	method, key := jwt.SigningMethod(jwt.SigningMethodHS256), any(b.sign)
	switch b.random.IntN(80) {
	case 0:
		claims["iat"], claims["exp"] = now.Add(-2*time.Hour).Unix(), now.Add(-time.Hour).Unix()
	case 1:
		key = []byte("another secret, of thirty-two bytes or so")
	case 2:
		method, key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
	case 3:
		claims["iss"] = "https://another.example.com"
	case 4:
		claims["aud"] = "another-client"
	case 5:
		claims["cognito:username"], claims["sub"] = "mem_aaaaaaaaaaaa", "mem_aaaaaaaaaaaa"
	case 6:
		for name, value := range accessClaims(member, local.MemberClient) {
			claims[name] = value
		}
	case 7:
		return false
	case 8:
		r.Header.Set("Authorization", one(b, "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer "+b.keys[side["account"]], "bearer "))
		return false
	default:
		good = true
	}
	r.Header.Set("Authorization", "Bearer "+b.world.sign(method, key, claims))
	return good
}

// query is any, of names that are known and of others.
func (b *besieged) query(method string, ids map[string]string) string {
	if b.random.IntN(8) > 0 && (method != http.MethodGet || b.random.IntN(2) == 0) {
		return ""
	}
	q := url.Values{}
	for range 1 + b.random.IntN(4) {
		q.Add(one(b, "limit", "cursor", "state", "from", "to", "q", "status", "memberId", "departmentId", "customer", "what", "channel", "outcome", "verdict", "drill", "mine", "overdue", "x", ""),
			one(b, "", "1", "100", "0", "-1", "open", "ringing", "active", "2026-11-22T09:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", ids["member"], ids["department"], "a@b.c", "+919800000001",
				"true", "call", "online", "ä\x00", strings.Repeat("a", 3000), "member.changed", "eyJhIjoxfQ"))
	}
	if b.random.IntN(10) == 0 {
		return one(b, "%", "a=%zz", "limit=1&limit=2", ";", "=&=&", strings.Repeat("a=1&", 2000))
	}
	return q.Encode()
}

// headers are any that are looked at.
func (b *besieged) headers(r *http.Request, ids map[string]string) {
	for range b.random.IntN(3) {
		r.Header.Add(one(b, "If-Match", "If-None-Match", onceHeader, "Content-Type", "Content-Encoding", "Accept-Encoding", "Origin", "Sec-Fetch-Site", "Cookie", "X-Forwarded-For", "User-Agent", "Mcp-Protocol-Version"),
			one(b, "", "*", `"a"`, `W/"a", "b"`, "key-1", "key-2", "application/json", "gzip", "br", "same-origin", "cross-site", "http://example.com", "null",
				"cn-refresh="+ids["refresh"]+"; cn-session=1", "__Host-cn-refresh="+ids["refresh"]+"; __Host-cn-device=x", strings.Repeat("x", 5000), "\xff", "2025-03-26"))
	}
	if b.random.IntN(10) == 0 {
		r.ContentLength = -1
	}
}

// odd are values that few expect.
var odd = []string{
	`null`, `true`, `0`, `-1`, `1e400`, `1.5`, `99999999999999999999`, `""`, `" "`, `"a"`, `[]`, `{}`, `[null]`, `[[]]`, `{"":{}}`, `"\ud800"`, `"\u0000"`, `"२"`, `"2026-02-30"`, `"24:00"`, `"Asia/Kolkata"`, `"online"`,
	`"a@b.c"`, `"+919800000001"`, `"\u202e<b>"`, `"2026-11-22T09:30:00Z"`, `[1,"a",{}]`, `{"a":1,"a":2}`,
}

// body is one that was meant, or something that was made of it.
func (b *besieged) body(meant string, ids map[string]string) string {
	switch n := b.random.IntN(20); {
	case n < 6:
		return meant
	case n < 15:
		var v any
		if json.Unmarshal([]byte(meant), &v) != nil {
			v = map[string]any{}
		}
		for range 1 + b.random.IntN(3) {
			v = b.changed(v, ids)
		}
		out, err := json.Marshal(v)
		must(b.t, err)
		return string(out)
	case n < 17:
		out := []byte(meant)
		for range b.random.IntN(4) {
			if at := b.random.IntN(len(out) + 1); b.random.IntN(2) == 0 && at < len(out) {
				out[at] = byte(b.random.IntN(256))
			} else {
				out = slices.Insert(out, at, one(b, byte('"'), '{', '}', '[', ',', ':', 0, '\\', 0xff))
			}
		}
		return string(out)
	case n < 18:
		all := apitest.Shapes(one(b, 300, 3000, 15_000))
		value := all[one(b, "names", "objects", "messages", "one name", "a text", "nested arrays", "long names", "digits", "halves of signs")]
		if inner := strings.TrimSuffix(strings.TrimSpace(meant), "}"); strings.HasPrefix(inner, "{\"") {
			return inner + `,"` + one(b, "x", "conversation", "customer", "messages", "entries", "name", "note", "departmentIds") + `":` + value + "}"
		}
		return value
	case n < 19:
		return one(b, "", " ", "null", "[]", "{", "\xff", `{"a":1}{}`, strings.Repeat("[", 500), strings.Repeat(" ", 70_000))
	}
	action := one(b, "escalate", "status", "end", "append", "availability", "decide", "instructions", "contact", "withdraw", "connect", "x")
	return fmt.Sprintf(`{"action":%q,"accountId":%q,"requestId":%q,"interactionId":%q,"escalationId":%q,"callbackId":%q,"channel":"chat","customer":{"phone":"+9198000000%d"},"messages":[{"text":"a"}],"callback":true}`,
		action, ids["account"], one(b, "r1", "r2", "q1", "q2"), one(b, "", "i1", "i2"), one(b, "", ids["active"], ids["ringing"]), one(b, "", ids["open"], ids["claimed"]), 10+b.random.IntN(5))
}

// changed puts something else into a value.
func (b *besieged) changed(v any, ids map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		if len(names) > 0 && b.random.IntN(5) > 0 {
			name := one(b, names...)
			if b.random.IntN(6) == 0 {
				delete(v, name)
			} else {
				v[name] = b.changed(v[name], ids)
			}
			return v
		}
		v[one(b, "x", "cookie", "otp", "deviceName", "departmentId", "departmentIds", "memberId", "callbackIds", "note", "conversation", "offer", "deviceId", "entriesSeen", "language", "role", "capacity",
			"requireTotp", "country", "nudges", "signals", "handle", "drill", "__proto__")] = b.oddValue(ids)
		return v
	case []any:
		if len(v) > 0 && b.random.IntN(4) > 0 {
			i := b.random.IntN(len(v))
			v[i] = b.changed(v[i], ids)
			return v
		}
		return append(v, b.oddValue(ids))
	}
	return b.oddValue(ids)
}

func (b *besieged) oddValue(ids map[string]string) any {
	if b.random.IntN(3) == 0 {
		names := []string{"member", "admin", "owner", "colleague", "department", "elsewhere", "active", "ringing", "open", "claimed", "account", "memberEmail", "adminEmail"}
		if id := ids[one(b, names...)]; b.random.IntN(3) == 0 {
			return []any{id, id}
		} else {
			return id
		}
	}
	if b.random.IntN(6) == 0 {
		return strings.Repeat(one(b, "a", "ä", "😀", "\n"), one(b, 64, 65, 200, 1001, 5000))
	}
	return json.RawMessage(one(b, odd...))
}
