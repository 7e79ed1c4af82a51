package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// noticing is a world of which all is kept that is noticed at its doors.
type noticing struct {
	*world
	log *captured

	mu      sync.Mutex
	refused []string // by the metric's dimension
}

func newNoticing(t *testing.T) *noticing {
	w := &noticing{world: newWorld(t), log: &captured{}}
	w.desk.Log = slog.New(slog.NewJSONHandler(w.log, nil))
	w.desk.Metrics = func(m desk.Metric) {
		if m.Name == "Refused" {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.refused = append(w.refused, m.Of)
		}
	}
	w.server = api.New(w.desk, api.Options{Log: slog.New(slog.DiscardHandler)})
	w.handler = w.server.Handler(api.Routes())
	return w
}

// lines are those of the doors since they were last asked for: event, route, network, member.
func (w *noticing) lines() (all []string) {
	s := bufio.NewScanner(strings.NewReader(w.log.String()))
	for s.Scan() {
		var line struct{ Msg, Event, Route, Network, Member string }
		must(w.t, json.Unmarshal(s.Bytes(), &line))
		if line.Msg == "door noticed" {
			all = append(all, strings.Join([]string{line.Event, line.Route, line.Network, line.Member}, " "))
		}
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.log.text.Reset()
	return all
}

// metrics are those since they were last asked for.
func (w *noticing) metrics() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all, w.refused = w.refused, nil
	return all
}

// audit is what the owner reads of it.
func (w *noticing) audit(query string) []desk.AuditEntry {
	w.t.Helper()
	var l desk.List[desk.AuditEntry]
	must(w.t, json.Unmarshal(w.send(w.owner, "GET", "/v1/audit?"+query, "").Body.Bytes(), &l))
	return l.Items
}

// audited are the entries of the doors, as what, network, count and members.
func (w *noticing) audited() (all []string) {
	for _, e := range w.audit("limit=100") {
		if strings.HasPrefix(e.What, "access.") {
			line := fmt.Sprintf("%s %s %d", e.What, e.Network, e.Count)
			for _, m := range e.Members {
				line += " " + *m.FirstName
			}
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

// Whatever somebody tries at a door leaves one line, with network and route and, of a member, the
// id; moves one metric; and stands in the audit of the account that it is about.
func TestAttacksAreNoticed(t *testing.T) {
	const network = "192.0.2.0/24" // of requests in tests
	login := func(w *noticing, who, word string) {
		w.send(nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": "%s@example.com", "password": %q}`, who, word))
	}
	ask := func(method, path string) func(w *noticing) {
		return func(w *noticing) {
			w.send(w.owner, method, strings.ReplaceAll(path, "{member}", w.other()), "")
		}
	}
	for _, c := range []struct {
		name   string
		attack func(w *noticing)
		event  string
		route  string
		member string // asha, owner or none
		audit  string // without network; empty: none
	}{
		{"a wrong password", func(w *noticing) { login(w, "asha", "wrong") }, "access.refused", "POST /v1/login", "asha", "1 Asha"},
		{"a name that nobody has", func(w *noticing) { login(w, "nobody", "wrong") }, "access.refused", "POST /v1/login", "", ""},
		{"guessing on", func(w *noticing) {
			for range 4 {
				login(w, "asha", "wrong")
			}
			w.lines()
			w.metrics()
			login(w, "asha", password)
		}, "access.locked", "POST /v1/login", "asha", "1 Asha"},
		{"a code that was not sent", func(w *noticing) {
			w.send(nobody, "POST", "/v1/password/reset", `{"email": "asha@example.com", "code": "123456", `+newPassword+`}`)
		}, "access.code", "POST /v1/password/reset", "asha", "1 Asha"},
		{"one's own password, guessed with a stolen bearer", func(w *noticing) {
			w.send(w.asha, "PUT", "/v1/me/password", `{"currentPassword": "wrong", `+newPassword+`}`)
		}, "access.refused", "PUT /v1/me/password", "asha", "1 Asha"},
		{"a member of another account", ask("GET", "/v1/members/{member}"), "access.foreign-id", "GET /v1/members/{id}", "owner", "1 Olga"},
		{"a change of one", ask("DELETE", "/v1/members/{member}"), "access.foreign-id", "DELETE /v1/members/{id}", "owner", "1 Olga"},
		{"a drill for one", func(w *noticing) {
			w.send(w.owner, "POST", "/v1/drills", fmt.Sprintf(`{"channel": "chat", "memberId": %q}`, w.other()))
		}, "access.foreign-id", "POST /v1/drills", "owner", "1 Olga"},
		{"a callback of another account, settled beside one's own work", func(w *noticing) {
			acc, _ := w.account("Other", "Otto")
			theirs := w.asks(doors[0], strings.NewReplacer(w.acc, acc, w.dep, "").Replace(w.escalation("theirs", "chat"))).text("callback.id")
			w.there()
			mine := w.asks(doors[0], w.escalation("mine", "chat")).text("escalationId")
			w.do(200, w.asha, "POST", "/v1/escalations/"+mine+"/accept", "")
			w.send(w.asha, "POST", "/v1/escalations/"+mine+"/complete", fmt.Sprintf(`{"outcome": "resolved", "callbackIds": [%q]}`, theirs))
		}, "access.foreign-id", "POST /v1/escalations/{id}/complete", "asha", "1 Asha"},
		{"too many changes of hours", func(w *noticing) {
			for n := range 11 {
				w.send(w.asha, "PUT", "/v1/me/working-hours", hoursUntil(n))
			}
		}, "access.too-many", "PUT /v1/me/working-hours", "asha", "1 Asha"},
		{"keys without end", func(w *noticing) {
			for range 6 {
				w.send(w.owner, "POST", "/v1/assistant/keys", `{"name": "Shop"}`)
			}
		}, "access.too-many", "POST /v1/assistant/keys", "owner", "1 Olga"},
		{"drills without end", func(w *noticing) {
			w.there()
			w.lines()
			for range 20 {
				_, err := w.desk.End(w.t.Context(), w.acc, w.do(201, w.owner, "POST", "/v1/drills", `{"channel": "chat"}`).text("id"), false)
				must(w.t, err)
			}
			w.send(w.owner, "POST", "/v1/drills", `{"channel": "chat"}`)
		}, "access.too-many", "POST /v1/drills", "owner", "1 Olga"},
		{"a body that is too large", func(w *noticing) {
			w.send(w.asha, "PUT", "/v1/me/presence", strings.Repeat(" ", 2<<20))
		}, "access.too-large", "PUT /v1/me/presence", "asha", ""},
		{"one without a token", func(w *noticing) { w.send(nobody, "POST", "/v1/login", strings.Repeat(" ", 2<<20)) }, "access.too-large", "POST /v1/login", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newNoticing(t)
			c.attack(w)
			member := map[string]string{"asha": w.asha, "owner": w.owner}[c.member]
			if got, want := w.lines(), []string{strings.Join([]string{c.event, c.route, network, member}, " ")}; !slices.Equal(got, want) {
				t.Errorf("lines %q, want %q", got, want)
			}
			if got, want := w.metrics(), []string{c.event}; !slices.Equal(got, want) {
				t.Errorf("metrics %q, want %q", got, want)
			}
			var want []string
			if c.audit != "" {
				want = []string{c.event + " " + network + " " + c.audit}
			}
			if got := slices.DeleteFunc(w.audited(), func(s string) bool { return !strings.HasPrefix(s, c.event) }); !slices.Equal(got, want) {
				t.Errorf("the audit has %q, want %q", got, want)
			}
		})
	}
}

// What goes as it should, or is everyday, moves no metric; signing in and resets have lines.
func TestHealthyDayIsNotRefused(t *testing.T) {
	w := newNoticing(t)
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+in.text("refreshToken")+`"}`)
	w.do(404, w.owner, "GET", "/v1/members/mem_aaaaaaaaaaaa", "")
	w.do(404, w.asha, "GET", "/v1/escalations/esc_aaaaaaaaaaaa", "")
	gone := w.member("Gone", desk.RoleStaff, w.dep)
	w.do(204, w.owner, "DELETE", "/v1/members/"+gone, "")
	w.do(404, w.owner, "GET", "/v1/members/"+gone, "")
	w.do(422, w.owner, "PATCH", "/v1/account", `{"ringSeconds": "long"}`)
	w.setUp(w.bilal)
	w.do(401, nobody, "POST", "/v1/login", `{"email": "bilal@example.com", "password": "`+password+`"}`) // without a code yet
	w.forgot("asha@example.com")
	w.do(204, nobody, "POST", "/v1/password/reset", fmt.Sprintf(`{"email": "asha@example.com", "code": %q, %s}`, w.mailed(desk.LetterReset, w.asha), newPassword))
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"role": "admin"}`)
	w.do(202, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+w.bilal+`", "currentPassword": "`+password+`"}`)
	w.do(204, w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+w.mailed(desk.LetterOwner, w.owner)+`"}`)
	if got := w.metrics(); len(got) > 0 {
		t.Errorf("metrics %q, want none", got)
	}
	const network = " 192.0.2.0/24 "
	want := []string{"access.signed-in POST /v1/login" + network + w.asha, "access.asked POST /v1/password/forgot" + network + w.asha, "access.reset POST /v1/password/reset" + network + w.asha,
		"access.handed-over POST /v1/account/owner/confirm" + network + w.owner}
	if got := w.lines(); !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

// The audit has an entry for each hour and network with a count; those of a flood are written
// seldom, and none is lost while they are few.
func TestNoticedByTheHour(t *testing.T) {
	w := newNoticing(t)
	w.late.Store(int64(time.Until(time.Now().Truncate(time.Hour).Add(time.Hour)))) // the hour begins
	from := func(address, who, word string) {
		r := w.request(nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": "%s@example.com", "password": %q}`, who, word))
		r.RemoteAddr = address
		w.handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	for range 3 {
		from("203.0.113.7:1", "asha", password)
	}
	from("203.0.113.8:1", "bilal", password)
	from("[2001:db8:1:2::7]:1", "asha", password)
	for range 104 { // four are wrong, and then the name is locked
		from("198.51.100.7:1", "asha", "wrong")
	}
	w.late.Add(int64(time.Hour))
	from("203.0.113.7:1", "asha", password)
	want := []string{
		"access.locked 198.51.100.0/24 64 Asha", "access.refused 198.51.100.0/24 4 Asha",
		"access.signed-in 2001:db8:1::/48 1 Asha", "access.signed-in 203.0.113.0/24 1 Asha", "access.signed-in 203.0.113.0/24 4 Asha Bilal",
	}
	if got := w.audited(); !slices.Equal(got, want) {
		t.Errorf("the audit has %q, want %q", got, want)
	}
	for member, n := range map[string]int{w.asha: 3, w.bilal: 1} {
		if got := len(w.audit("what=access.signed-in&memberId=" + member)); got != n {
			t.Errorf("%d entries about %s, want %d", got, member, n)
		}
	}
	if r := w.send(w.asha, "GET", "/v1/audit", ""); r.Code != http.StatusForbidden {
		t.Errorf("staff read the audit: %d", r.Code)
	}
}
