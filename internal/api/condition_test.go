package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// tag fetches the ETag of a path.
func (w *world) tag(as, path string) string {
	w.t.Helper()
	tag := w.send(as, "GET", path, "").Header().Get("ETag")
	if tag == "" {
		w.t.Fatalf("%s has no ETag", path)
	}
	return tag
}

// Everything that is fetched is fetched once.
func TestNotModified(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	w.presence(s.mine["member"], "offline") // else what rings has other seconds left each time
	n := 0
	for _, r := range matrix {
		method, pattern, _ := strings.Cut(r.route, " ")
		if method != "GET" {
			continue
		}
		path := fill(strings.Replace(pattern, "{id}", r.id, 1), s.mine)
		first := w.send(s.mine["owner"], "GET", path, "")
		again := w.send(s.mine["owner"], "GET", path, "", "If-None-Match", first.Header().Get("ETag"))
		if first.Code != 200 || again.Code != 304 || again.Body.Len() > 0 {
			t.Errorf("%s: status %d, then %d", path, first.Code, again.Code)
		}
		n++
	}
	t.Logf("%d paths", n)
}

// edits are changes that take If-Match, with where the ETag comes from and something
// that an admin edits there meanwhile.
func edits(s *stage) []struct{ method, path, body, from, editPath, edit string } {
	const name, zone = `{"lastName": "Edited"}`, `{"ringSeconds": 33}`
	member, me, dep := "/v1/members/"+s.mine["member"], "/v1/members/"+s.mine["owner"], "/v1/departments/"+s.mine["department"]
	return []struct{ method, path, body, from, editPath, edit string }{
		{"PATCH", member, `{"firstName": "Mine"}`, member, member, name},
		{"PATCH", member, `{"capacity": {"chats": 7}}`, member, member, name},
		{"PATCH", member, `{"lastName": "Edited"}`, member, member, name}, // it would change nothing, and is stale
		{"DELETE", member, "", member, member, `{"capacity": {"chats": 9}}`},
		{"PUT", member + "/password", `{` + newPassword + `}`, member, member, name},
		{"PUT", member + "/presence", `{"status": "offline"}`, member, member, name},
		{"PUT", member + "/working-hours", allWeek, member + "/working-hours", member + "/working-hours", someHours},
		{"DELETE", member + "/working-hours", "", member + "/working-hours", member + "/working-hours", someHours},
		{"PATCH", me, `{"firstName": "Mine"}`, "/v1/me", me, name},
		{"PATCH", "/v1/me", `{"firstName": "Mine"}`, "/v1/me", me, name},
		{"PUT", "/v1/me/password", `{"currentPassword": "` + password + `", ` + newPassword + `}`, "/v1/me", me, name},
		{"PUT", "/v1/me/presence", `{"status": "offline"}`, "/v1/me", me, name},
		{"PATCH", dep, `{"name": "Mine"}`, "/v1/departments", dep, `{"name": "Edited"}`},
		{"DELETE", dep, "", "/v1/departments", dep, `{"name": "Edited"}`},
		{"PATCH", "/v1/account", `{"maxOffers": 7}`, "/v1/account", "/v1/account", zone},
		{"PATCH", "/v1/account", `{"chatCapacity": 9}`, "/v1/account", "/v1/account", zone},
		{"PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "x"}`, "/v1/me/devices", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "y"}`},
		{"DELETE", "/v1/me/devices/phone-1", "", "/v1/me/devices", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "y"}`},
	}
}

// A change that names what the caller saw goes through unless that was edited meanwhile,
// whoever came online or got work since.
func TestIfMatch(t *testing.T) {
	takesLong(t)
	s := newStage(t)
	owner := s.mine["owner"]
	for _, e := range edits(s) {
		t.Run(e.method+" "+e.path+e.body, func(t *testing.T) {
			w := s.open(t)
			tag := w.tag(owner, e.from)
			w.presence(owner, "online")
			w.presence(s.mine["member"], "offline")
			if got := w.send(owner, e.method, e.path, e.body, "If-Match", tag); got.Code >= 300 {
				t.Errorf("after others went online and offline: status %d, %s", got.Code, got.Body)
			}

			w = s.open(t)
			method := "PATCH"
			if strings.Contains(e.editPath, "devices") || strings.Contains(e.editPath, "working-hours") {
				method = "PUT"
			}
			w.do(200, owner, method, e.editPath, e.edit)
			for _, stale := range []string{tag, `W/` + tag, `"x"`, `""`, `x`, `"x.` + tag[1:], ""} {
				got := w.send(owner, e.method, e.path, e.body, "If-Match", stale)
				var problem fields
				must(t, json.Unmarshal(got.Body.Bytes(), &problem))
				if got.Code != 412 || problem.text("type") != "/problems/stale" {
					t.Errorf("after an edit, If-Match %s: status %d, %s", stale, got.Code, got.Body)
				}
			}
			now := w.tag(owner, e.from)
			if got := w.send(owner, e.method, e.path, e.body, "If-Match", `"x", W/`+now+`, "y"`); got.Code >= 300 {
				t.Errorf("with the ETag of now among others: status %d, %s", got.Code, got.Body)
			}
			if got := s.open(t).send(owner, e.method, e.path, e.body, "If-Match", "*"); got.Code >= 300 {
				t.Errorf("with *: status %d, %s", got.Code, got.Body)
			}
		})
	}
}

// What is refused as stale has changed nothing.
func TestStaleChangesNothing(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	owner := s.mine["owner"]
	paths := []string{"/v1/members", "/v1/departments", "/v1/account", "/v1/me/devices", "/v1/audit"}
	before := map[string]string{}
	for _, path := range paths {
		before[path] = w.send(owner, "GET", path, "").Body.String()
	}
	for _, e := range edits(s) {
		if got := w.send(owner, e.method, e.path, e.body, "If-Match", `"stale"`); got.Code != 412 {
			t.Errorf("%s %s: status %d", e.method, e.path, got.Code)
		}
	}
	for _, path := range paths {
		if now := w.send(owner, "GET", path, "").Body.String(); now != before[path] {
			t.Errorf("%s is %s\nwas %s", path, now, before[path])
		}
	}
	w.do(200, nobody, "POST", "/v1/login", fill(`{"email": "{memberEmail}", "password": "`+password+`"}`, s.mine))
}

// The answer to a change, and to what makes a thing, has the ETag for the next one.
func TestTagsOfChanges(t *testing.T) {
	w := newWorld(t)
	made := w.send(w.owner, "POST", "/v1/departments", `{"name": "Shoes"}`)
	var dep fields
	must(t, json.Unmarshal(made.Body.Bytes(), &dep))
	path := "/v1/departments/" + dep.text("id")
	renamed := w.send(w.owner, "PATCH", path, `{"name": "Boots"}`, "If-Match", made.Header().Get("ETag"))
	if again := w.send(w.owner, "PATCH", path, `{"name": "Socks"}`, "If-Match", made.Header().Get("ETag")); renamed.Code != 200 || again.Code != 412 {
		t.Errorf("status %d and %d, want 200 and 412", renamed.Code, again.Code)
	}
	if last := w.send(w.owner, "DELETE", path, "", "If-Match", renamed.Header().Get("ETag")); last.Code != 204 {
		t.Errorf("status %d, want 204", last.Code)
	}
	nina := w.send(w.owner, "POST", "/v1/members", w.newMember("nina@example.com", nil))
	var member fields
	must(t, json.Unmarshal(nina.Body.Bytes(), &member))
	path = "/v1/members/" + member.text("id")
	first := w.send(w.owner, "PATCH", path, `{"lastName": "A"}`, "If-Match", nina.Header().Get("ETag"))
	second := w.send(w.owner, "PATCH", path, `{"lastName": "B"}`, "If-Match", first.Header().Get("ETag"))
	third := w.send(w.owner, "PATCH", path, `{"lastName": "C"}`, "If-Match", first.Header().Get("ETag"))
	if first.Code != 200 || second.Code != 200 || third.Code != 412 {
		t.Errorf("status %d, %d and %d; want 200, 200 and 412", first.Code, second.Code, third.Code)
	}
}

// A filing goes by the department that its caller saw, not by what else becomes of the work.
func TestTagOfAFiling(t *testing.T) {
	s := newStage(t)
	w, owner := s.open(t), s.mine["owner"]
	made := w.send(owner, "POST", "/v1/departments", `{"name": "Shoes"}`)
	var dep fields
	must(t, json.Unmarshal(made.Body.Bytes(), &dep))
	path := "/v1/escalations/" + s.mine["active"]
	tag, body := w.tag(owner, path), fmt.Sprintf(`{"departmentId": %q}`, dep.text("id"))
	if got := w.send(owner, "POST", path+"/complete", `{"outcome": "no_customer"}`); got.Code != 200 {
		t.Fatalf("completing: status %d, %s", got.Code, got.Body)
	}
	first := w.send(owner, "PATCH", path, body, "If-Match", tag)
	second := w.send(owner, "PATCH", path, fmt.Sprintf(`{"departmentId": %q}`, s.mine["department"]), "If-Match", tag)
	if first.Code != 200 || second.Code != 412 {
		t.Errorf("status %d and %d, want 200 and 412", first.Code, second.Code)
	}
	rings := w.send(owner, "PATCH", "/v1/escalations/"+s.mine["ringing"], body)
	if rings.Code != 409 || !strings.Contains(rings.Body.String(), "/problems/use-transfer") {
		t.Errorf("what rings: status %d, %s, want 409 use-transfer", rings.Code, rings.Body)
	}
}

// Of changes that were made of one state at the same moment, one goes through, also when
// they are of different fields.
func TestIfMatchRace(t *testing.T) {
	s := newStage(t)
	member := "/v1/members/" + s.mine["member"]
	for _, c := range []struct {
		name, path, from string
		body             func(i int) string
	}{
		{"member", member, member, func(i int) string {
			if i%2 == 0 {
				return fmt.Sprintf(`{"lastName": "Number %d"}`, i)
			}
			return fmt.Sprintf(`{"capacity": {"chats": %d}}`, i)
		}},
		{"department", "/v1/departments/" + s.mine["department"], "/v1/departments", func(i int) string { return fmt.Sprintf(`{"name": "Number %d"}`, i) }},
		{"account", "/v1/account", "/v1/account", func(i int) string { return fmt.Sprintf(`{"ringSeconds": %d}`, 30+i) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.open(t)
			w.desk.Table = fault.New(w.bolt, fault.Options{Conflicts: true})
			w.handler = api.New(w.desk, api.Options{}).Handler(api.Routes())
			tag := w.tag(s.mine["owner"], c.from)
			count := atOnce(8, func(i int) int {
				return w.send(s.mine["owner"], "PATCH", c.path, c.body(i), "If-Match", tag).Code
			})
			if count[200] != 1 || count[412] != 7 {
				t.Errorf("statuses %v, want one 200 and seven 412", count)
			}
		})
	}
}

// A member who is edited while the request to remove them is under way is not removed by
// it.
func TestIfMatchOfDeletingRace(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	path := "/v1/members/" + s.mine["member"]
	tag, edited := w.tag(s.mine["owner"], path), false
	w.desk.Table = fault.New(w.bolt, fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Write && len(c.Ops) == 3 && !edited {
			edited = true
			w.do(200, s.mine["admin"], "PATCH", path, `{"lastName": "Edited"}`)
		}
		return nil
	}})
	if got := w.send(s.mine["owner"], "DELETE", path, "", "If-Match", tag); got.Code != 412 || !edited {
		t.Errorf("status %d, %s, edited %v; want 412", got.Code, got.Body, edited)
	}
	w.want(w.do(200, s.mine["owner"], "GET", path, ""), fields{"lastName": "Edited"})
}

// atOnce makes n calls at the same moment, again as long as they are told to try again,
// and counts their statuses.
func atOnce(n int, call func(i int) int) map[int]int {
	statuses := make([]int, n)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			for statuses[i] == 0 || statuses[i] == http.StatusServiceUnavailable {
				statuses[i] = call(i)
			}
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	return count
}

// A change whose answer the table lost is told as done, not as stale.
func TestIfMatchAnswerLost(t *testing.T) {
	s := newStage(t)
	for _, e := range edits(s) {
		if e.method == "PUT" {
			continue
		}
		w := s.open(t)
		tag := w.tag(s.mine["owner"], e.from)
		lost := false
		w.desk.Table = fault.New(w.bolt, fault.Options{After: func(c fault.Call, err error) error {
			if c.Kind == fault.Write && err == nil && !lost {
				lost = true
				return table.ErrOutcomeUnknown
			}
			return err
		}})
		if e.edit == `{"lastName": "Edited"}` && e.body == e.edit {
			continue
		}
		if got := w.send(s.mine["owner"], e.method, e.path, e.body, "If-Match", tag); got.Code >= 300 || !lost {
			t.Errorf("%s %s %s: status %d, %s", e.method, e.path, e.body, got.Code, got.Body)
		}
	}
}
