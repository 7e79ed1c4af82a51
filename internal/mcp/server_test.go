package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// shop is an account with a key, and the door.
type shop struct {
	t     *testing.T
	desk  *desk.Desk
	door  *Door
	owner desk.Caller
	clock atomic.Int64 // in nanoseconds
	key   string
	id    string // of the key
}

func newShop(t *testing.T, may ...string) *shop {
	t.Helper()
	s := &shop{t: t}
	s.clock.Store(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).UnixNano())
	twins, err := local.Open(t.TempDir(), local.Options{Now: s.now, NoSync: true, PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, twins.Close()) })
	s.desk = twins.Desk
	s.desk.Sleep = func(ctx context.Context, d time.Duration) error { s.clock.Add(int64(d)); return ctx.Err() }
	a, err := s.desk.Provision(t.Context(), desk.NewAccount{Name: "Shop", TimeZone: "UTC", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Owner", Email: "olga@example.com", Password: "Correct-horse-1",
	}})
	must(t, err)
	s.owner = desk.Caller{MemberID: a.MemberID, AccountID: a.AccountID, Role: desk.RoleOwner}
	k, err := s.desk.CreateAssistantKey(t.Context(), s.owner, "", "Shop", may)
	must(t, err)
	s.id = k.ID
	s.key, err = s.desk.WholeKey(t.Context(), k)
	must(t, err)
	s.door = New(s.desk, api.New(s.desk, api.Options{}))
	return s
}

func (s *shop) now() time.Time { return time.Unix(0, s.clock.Load()).UTC() }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send sends a body; headers are pairs, and an empty value takes one away.
func (s *shop) send(method, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "https://shop.example.com/mcp", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	apitest.Conform(s.t, s.door.Handler()).ServeHTTP(w, r)
	return w
}

// reply is what a call of a tool answers.
type reply struct {
	Result struct {
		Content    []struct{ Type, Text string }
		Structured map[string]any `json:"structuredContent"`
		IsError    bool           `json:"isError"`
	}
	Error *struct {
		Code    int
		Message string
	}
	text string
}

// call calls a tool.
func (s *shop) call(tool, arguments string) reply {
	s.t.Helper()
	w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "`+tool+`", "arguments": `+arguments+`}}`)
	var r reply
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != 200 {
		s.t.Fatalf("status %d, %s (%v)", w.Code, w.Body, err)
	}
	if len(r.Result.Content) > 0 {
		r.text = r.Result.Content[0].Text
	}
	return r
}

// Who may not call is told so before the protocol is looked at, and never to begin an OAuth
// dance.
func TestWhoMayCall(t *testing.T) {
	s := newShop(t)
	const list = `{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}`
	for _, c := range []struct {
		name, method, body string
		headers            []string
		want               int
	}{
		{"with the key", "POST", list, nil, 200},
		{"with the key by another case", "POST", list, []string{"Authorization", "bearer " + s.key}, 200},
		{"JSON alone is wanted", "POST", list, []string{"Accept", "application/json"}, 200},
		{"nothing is wanted", "POST", list, []string{"Accept", ""}, 200},
		{"no type", "POST", list, []string{"Content-Type", ""}, 200},
		{"its own origin", "POST", list, []string{"Origin", "https://shop.example.com"}, 200},
		{"a foreign origin", "POST", list, []string{"Origin", "https://evil.example.com"}, 403},
		{"a foreign page", "POST", list, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"no key", "POST", list, []string{"Authorization", ""}, 401},
		{"the key alone", "POST", list, []string{"Authorization", s.key}, 401},
		{"the key by Basic", "POST", list, []string{"Authorization", "Basic " + s.key}, 401},
		{"another key", "POST", list, []string{"Authorization", "Bearer cnk_aaaaaaaaaaaa_" + strings.Repeat("a", 32)}, 401},
		{"a token", "POST", list, []string{"Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"}, 401},
		{"GET", "GET", "", nil, 405},
		{"DELETE", "DELETE", "", nil, 405},
		{"too long", "POST", list + strings.Repeat(" ", 4<<20), nil, 413},
		{"compressed", "POST", list, []string{"Content-Encoding", "gzip"}, 415},
		{"several at once", "POST", "[" + list + "]", nil, 200},
		{"too many at once", "POST", "[" + list + strings.Repeat(","+list, mostMessages) + "]", nil, 413},
		{"a notification", "POST", `{"jsonrpc": "2.0", "method": "notifications/initialized"}`, nil, 202},
		{"no message", "POST", `{"jsonrpc": "2.0"`, nil, 400},
		{"nothing", "POST", ``, nil, 400},
		{"a revision that is none", "POST", list, []string{"MCP-Protocol-Version", "2020-01-01"}, 400},
		{"a new revision in the header alone", "POST", list, []string{"MCP-Protocol-Version", "2026-07-28"}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.send(c.method, c.body, c.headers...)
			if w.Code != c.want {
				t.Errorf("status %d, want %d: %.200s", w.Code, c.want, w.Body)
			}
			if allow := w.Header().Get("Allow"); (c.want == 405) != (allow == "POST") {
				t.Errorf("Allow is %q", allow)
			}
			if asks := w.Header().Get("WWW-Authenticate"); (c.want == 401) != (asks == "Bearer") {
				t.Errorf("WWW-Authenticate is %q", asks)
			}
		})
	}
}

// A key that is taken back is refused at the next call.
func TestKeyIsTakenBack(t *testing.T) {
	s := newShop(t)
	s.call("check_people", `{}`)
	must(t, s.desk.DeleteAssistantKey(t.Context(), s.owner, s.id))
	if w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "ping"}`); w.Code != 401 {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

// counting counts what is read.
type counting struct {
	table.Table
	gets int
}

func (c *counting) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	c.gets++
	return c.Table.Get(ctx, k)
}

// Wrong keys do not have the table asked for ever. What is known to be wrong is not asked for,
// and counts for nothing; a right key is let in whatever others send from its network.
func TestWrongKeys(t *testing.T) {
	s := newShop(t)
	s.call("check_people", `{}`)
	seen, refused := &counting{Table: s.desk.Table}, map[string]int{}
	s.desk.Table = seen
	s.desk.Metrics = func(m desk.Metric) { refused[m.Name+" "+m.Of]++ }
	try := func(key string, want int) {
		t.Helper()
		if got := s.send("POST", `{}`, "Authorization", "Bearer "+key).Code; got != want {
			t.Errorf("%.20s…: status %d, want %d", key, got, want)
		}
	}
	made := func(i int) string { return "cnk_aaaaaaaaaaa" + string(rune('a'+i)) + "_" + strings.Repeat("a", 32) }
	for range 20 {
		try(made(0), 401)
		try("a-token", 401)
	}
	if seen.gets != 1 {
		t.Errorf("for one wrong key the table was asked %d times, want once", seen.gets)
	}
	try(s.id+"_"+strings.Repeat("a", 32), 401) // ids are no secret
	for i := range 10 {
		want := 401
		if i+3 > mostWrong {
			want = 429
		}
		try(made(i+1), want)
	}
	if seen.gets != mostWrong {
		t.Errorf("the table was asked %d times, want %d", seen.gets, mostWrong)
	}
	if wrong, locked := refused["Refused access.refused"], refused["Refused access.locked"]; wrong+locked != 51 || locked != 12-mostWrong {
		t.Errorf("noticed: %v, want 51 wrong keys, and %d too many of them", refused, 12-mostWrong)
	}
	s.call("check_people", `{}`)
	s.clock.Add(int64(time.Minute))
	try(made(0), 401)
	if seen.gets != mostWrong+2 { // one for the key that is right
		t.Errorf("a minute later the table was asked %d times", seen.gets)
	}
}

// A process serves its keys side by side, and those who come with wrong ones keep nobody out.
func TestManyAtOnce(t *testing.T) {
	s := newShop(t)
	s.call("check_people", `{}`)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			if i%3 == 0 {
				w := s.send("POST", `{}`, "Authorization", fmt.Sprintf("Bearer cnk_aaaaaaaaaaa%c_%s", 'a'+i, strings.Repeat("a", 32)))
				if w.Code != 401 {
					t.Errorf("a wrong key: status %d", w.Code)
				}
				return
			}
			r := s.call("escalate", fmt.Sprintf(`{"why": "customer_request", "summary": "s", "interactionId": "conv-%d"}`, i%3))
			if r.Result.IsError || r.Result.Structured["outcome"] != "callback" {
				t.Errorf("got %+v", r)
			}
		})
	}
	wg.Wait()
	list, err := s.desk.Escalations(t.Context(), s.owner, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	if n := len(list.Items); n != 2 {
		t.Errorf("there are %d escalations, want one for each of two interactions", n)
	}
}

// What a process remembers has an end, whoever comes.
func TestGuardForgets(t *testing.T) {
	kept := map[int]bool{}
	for i := range 2*mostKept + 5 {
		keep(kept, i, true)
	}
	if len(kept) != 5 {
		t.Errorf("%d are kept", len(kept))
	}
}

// A key is good for what it may, and lists no more. What is listed is nobody else's.
func TestMay(t *testing.T) {
	for _, c := range []struct {
		may   []string
		tools int
	}{
		{nil, 7}, {[]string{"read"}, 4}, {[]string{"change"}, 2}, {[]string{"escalate", "read", "change"}, 9},
	} {
		t.Run(fmt.Sprint(c.may), func(t *testing.T) {
			s := newShop(t, c.may...)
			var list struct {
				Result struct {
					Tools      []struct{ Name string }
					CacheScope string
				}
			}
			w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
				"io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"}, "io.modelcontextprotocol/clientCapabilities": {}}}}`,
				"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list")
			if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Result.Tools) != c.tools || list.Result.CacheScope != "private" {
				t.Errorf("%d tools, scope %q (%v), want %d: %s", len(list.Result.Tools), list.Result.CacheScope, err, c.tools, w.Body)
			}
		})
	}
	s := newShop(t, "read")
	if r := s.call("escalate", `{}`); r.Error == nil {
		t.Errorf("a key that may only read escalates: %+v", r)
	}
}

// Two keys of one account list each what it is good for, and of each tool what it does: those
// that read change nothing, and those that end what was asked take something away.
func TestToolsTellWhatTheyDo(t *testing.T) {
	s := newShop(t, "read")
	k, err := s.desk.CreateAssistantKey(t.Context(), s.owner, "", "All", desk.KeyRights)
	must(t, err)
	all, err := s.desk.WholeKey(t.Context(), k)
	must(t, err)
	for _, c := range []struct{ key, readOnly, destructive string }{
		{s.key, "check_people escalation_status instructions should_escalate", ""},
		{all, "check_people escalation_status instructions should_escalate", "end_escalation withdraw_callback"},
	} {
		var list struct {
			Result struct {
				Tools []struct {
					Name        string
					Annotations struct{ ReadOnlyHint, DestructiveHint bool }
				}
			}
		}
		w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}`, "Authorization", "Bearer "+c.key)
		must(t, json.Unmarshal(w.Body.Bytes(), &list))
		var readOnly, destructive []string
		for _, tool := range list.Result.Tools {
			if tool.Annotations.ReadOnlyHint {
				readOnly = append(readOnly, tool.Name)
			}
			if tool.Annotations.DestructiveHint {
				destructive = append(destructive, tool.Name)
			}
		}
		slices.Sort(readOnly)
		if got := strings.Join(readOnly, " "); got != c.readOnly {
			t.Errorf("%s only read", got)
		}
		if got := strings.Join(destructive, " "); got != c.destructive {
			t.Errorf("%s take something away, want %s", got, c.destructive)
		}
	}
}

// Words come as they are, beside the object; nulls and extra fields are no reason to refuse.
func TestEscalate(t *testing.T) {
	s := newShop(t)
	r := s.call("escalate", `{"why": "<b>", "summary": "a & b", "department": null, "more": {"x": 1}}`)
	if r.Result.IsError || r.Result.Structured["outcome"] != "callback" || !strings.Contains(r.text, "Tell the customer: ") {
		t.Fatalf("got %+v", r)
	}
	handle, _ := r.Result.Structured["handle"].(string)
	contact := s.call("save_contact", `{"handle": "`+handle+`", "customerPhone": "+919800000000"}`)
	if contact.Result.IsError || strings.Contains(contact.text, "ask how") {
		t.Errorf("contact: %+v", contact)
	}
	if r := s.call("escalation_status", `{"handle": "`+handle+`"}`); r.Result.Structured["outcome"] != "callback" {
		t.Errorf("status: %+v", r)
	}
	for _, wrong := range []string{`{}`, `{"handle": "` + handle + `a"}`, `{"escalationId": "` + fmt.Sprint(r.Result.Structured["escalationId"]) + `"}`} {
		if r := s.call("escalation_status", wrong); !r.Result.IsError || r.text == "" || r.Error != nil {
			t.Errorf("status by %s: %+v", wrong, r)
		}
	}
	if again := s.call("escalate", `{"summary": "another"}`); again.Result.Structured["escalationId"] == r.Result.Structured["escalationId"] {
		t.Error("two customers without an interaction are one")
	}
}

// A model that was told another's interaction learns that people are at it, and nothing more.
func TestAnothersInteraction(t *testing.T) {
	s := newShop(t)
	s.door.call = func(context.Context, []byte) (any, error) {
		return desk.Answer{EscalationID: "esc_a", Handle: "hdl_a", Outcome: desk.OutcomeRinging, Joined: true, Agent: &desk.Agent{ID: "mem_a", FirstName: "Asha"}}, nil
	}
	r := s.call("escalate", `{"interactionId": "conv-1", "summary": "s"}`)
	body, _ := json.Marshal(r.Result.Structured)
	for _, never := range []string{"esc_a", "hdl_a", "mem_a", "Asha"} {
		if strings.Contains(string(body)+r.text, never) {
			t.Errorf("%s is told: %s, %s", never, body, r.text)
		}
	}
}

// Whatever goes wrong costs one answer, in words.
func TestFaults(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct {
		name, tool string
		call       func() (any, error)
		says       string
	}{
		{"a panic", "check_people", func() (any, error) { panic("secret-1") }, "Try again in a moment"},
		{"an error of ours", "check_people", func() (any, error) { return nil, errors.New("secret-1") }, "Try again in a moment"},
		{"an answer that cannot be told", "check_people", func() (any, error) { return func() {}, nil }, "Try again in a moment"},
		{"busy", "escalate", func() (any, error) {
			return nil, &desk.Problem{Class: desk.Unavailable, Name: "busy", Title: "Nobody could be asked", Detail: "Ask again."}
		}, "Nobody could be asked: Ask again."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.door.call = func(context.Context, []byte) (any, error) { return c.call() }
			r := s.call(c.tool, `{"summary": "s"}`)
			if !r.Result.IsError || !strings.Contains(r.text, c.says) || strings.Contains(r.text, "secret-1") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// A table that is away for the first tries costs no customer: clients never ask again.
func TestEscalateIsNotLost(t *testing.T) {
	s := newShop(t)
	s.desk.Table = &away{Table: s.desk.Table, left: 3}
	r := s.call("escalate", `{"why": "customer_request", "summary": "s", "customerPhone": "+919800000000"}`)
	if r.Result.IsError || r.Result.Structured["outcome"] != "callback" || !strings.Contains(r.text, "Tell the customer: ") {
		t.Errorf("got %+v", r)
	}
}

// away is a table whose first queries come to nothing.
type away struct {
	table.Table
	left int
}

func (a *away) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if a.left--; a.left >= 0 {
		return nil, table.ErrUnavailable
	}
	return a.Table.Query(ctx, r)
}

// Nothing is streamed: the call would not end before its caller goes.
func TestNothingIsStreamed(t *testing.T) {
	s := newShop(t)
	const listen = `{"jsonrpc": "2.0", "id": %s, "method": "subscriptions/listen", "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
		"io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"}, "io.modelcontextprotocol/clientCapabilities": {}}, "notifications": {"toolsListChanged": true}}}`
	for _, c := range []struct{ name, body, id string }{
		{"alone", fmt.Sprintf(listen, "7"), "7"},
		{"among others", `[{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, ` + fmt.Sprintf(listen, `"a"`) + `]`, `"a"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.send("POST", c.body, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen")
			if w.Code != 404 || !strings.Contains(w.Body.String(), `"id":`+c.id+`,"error":{"code":-32601`) {
				t.Errorf("status %d, %s", w.Code, w.Body)
			}
		})
	}
}

// Both eras are served: those that begin with initialize, and those that do not.
func TestEras(t *testing.T) {
	s := newShop(t)
	for _, version := range []string{"2025-03-26", "2025-06-18", "2025-11-25"} {
		w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "`+version+`", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}`)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `"protocolVersion":"`+version+`"`) {
			t.Errorf("%s: status %d, %s", version, w.Code, w.Body)
		}
	}
	w := s.send("POST", `{"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
		"io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"}, "io.modelcontextprotocol/clientCapabilities": {}}}}`,
		"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "server/discover")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "2026-07-28") {
		t.Errorf("discover: status %d, %s", w.Code, w.Body)
	}
}

// TestBenchBodies prints what 4 MiB of each shape cost as arguments of escalate, in whatever place
// costs most.
func TestBenchBodies(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	const most = 400 * time.Millisecond
	s := newShop(t, "escalate")
	fmt.Printf("\n### Processor time of 4 MiB at `POST /mcp`\n\n| shape | ms | arguments |\n| --- | --- | --- |\n")
	all := apitest.Shapes(4<<20 - 300)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		worst, where := time.Duration(0), ""
		for _, place := range []string{"%s", `{"x":%s}`, `{"summary":%s}`, `{"messages":%s}`, `{"attributes":%s}`} {
			body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"escalate","arguments":` + fmt.Sprintf(place, all[name]) + `}}`
			ask := func() {
				r := httptest.NewRequestWithContext(t.Context(), "POST", "https://shop.example.com/mcp", strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+s.key)
				s.door.Handler().ServeHTTP(httptest.NewRecorder(), r)
			}
			took := apitest.ProcessorTime(t, 1, ask)
			if took > most/2 {
				took = min(took, apitest.ProcessorTime(t, 2, ask))
			}
			if took > worst {
				worst, where = took, place
			}
		}
		fmt.Printf("| %s | %d | `%s` |\n", name, worst.Milliseconds(), where)
		if worst > most {
			t.Errorf("%s: %v as %s", name, worst, where)
		}
	}
}

// The protocol's library sees no arguments, and each tool its own. What is long beside them is
// refused, and of very many those that are known are found.
func TestArgumentsAreSetAside(t *testing.T) {
	s := newShop(t, "escalate", "read")
	call := func(id int, arguments string) string {
		return fmt.Sprintf(`{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "escalate", "arguments": %s }}`, id, arguments)
	}
	many := `{"a0":1`
	for i := range 3000 {
		many += fmt.Sprintf(`,"a%d":%d`, i+1, i)
	}
	w := s.send("POST", call(1, many+`,"why":"customer_request","customerName":"Meera","interactionId":"i-1"}`))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Meera") && !strings.Contains(w.Body.String(), "handle") {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
	batch := "[" + call(1, `{"interactionId":"i-2"}`) + "," + call(2, `7`) + "," + call(3, `{"given":0}`) + "]"
	w = s.send("POST", batch, "Mcp-Protocol-Version", "2025-03-26")
	if w.Code != 200 || strings.Count(w.Body.String(), "must be a JSON object") != 2 { // in words and as an object
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
	if w = s.send("POST", strings.Replace(call(1, "{}"), `"id"`, `"x": "`+strings.Repeat("x", 64<<10)+`", "id"`, 1)); w.Code != 413 {
		t.Errorf("64 KiB beside arguments: status %d", w.Code)
	}
}
