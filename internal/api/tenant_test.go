package api_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// nobodys are ids that no account has, by the names of those that both accounts have.
var nobodys = map[string]string{"member": "mem_aaaaaaaaaaaa", "department": "dep_aaaaaaaaaaaa"}

// Where an id narrows a list down, one of another account finds what an id finds that nobody
// has: nothing, by the same words.
func TestQueriesForAnotherAccount(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	for _, query := range []string{
		"/v1/members?departmentId={department}",
		"/v1/escalations?memberId={member}",
		"/v1/escalations?departmentId={department}",
		"/v1/escalations?memberId={member}&departmentId={department}&state=active&state=callback",
		"/v1/callbacks?departmentId={department}",
		"/v1/callbacks?departmentId={department}&state=open&state=claimed",
		"/v1/audit?memberId={member}",
	} {
		for _, caller := range []string{"admin", "owner"} {
			t.Run(query+" as "+caller, func(t *testing.T) {
				ask := func(ids map[string]string) string {
					r := w.send(s.mine[caller], "GET", fill(query, ids), "")
					if r.Code != 200 {
						t.Fatalf("status %d: %s", r.Code, r.Body)
					}
					return r.Body.String()
				}
				if mine := ask(s.mine); strings.Contains(mine, `"items":[]`) {
					t.Errorf("with an id of one's own %s: this row says nothing", mine)
				}
				theirs, nobody := ask(s.theirs), ask(nobodys)
				if theirs != nobody || !strings.Contains(theirs, `"items":[]`) || strings.Contains(theirs, "nextCursor") {
					t.Errorf("got %s, want an empty list; an id of nobody gets %s", theirs, nobody)
				}
			})
		}
	}
}

// What a machine asks about a department elsewhere is answered about everyone of the account
// that it asks for, as for a department that is not there: that is no error here.
func TestDepartmentOfAnotherAccountAtTheDoor(t *testing.T) {
	s := newStage(t)
	for _, body := range []string{
		`{"action": "availability", "departmentId": "{department}"}`,
		`{"action": "escalate", "requestId": "r9", "interactionId": "c9", "channel": "chat", "departmentId": "{department}"}`,
	} {
		t.Run(body, func(t *testing.T) {
			ask := func(ids map[string]string) (int, string) {
				w := s.open(t)
				r := w.send(machine, "POST", "/v1/escalations", strings.Replace(fill(body, ids), "{", `{"accountId": "`+s.mine["account"]+`", `, 1))
				return r.Code, strings.NewReplacer(ids["department"], "dep_x").Replace(r.Body.String())
			}
			code, theirs := ask(s.theirs)
			if wantCode, want := ask(nobodys); code != wantCode || withoutTimes(theirs) != withoutTimes(want) {
				t.Errorf("status %d, %s; a department of nobody gets %d, %s", code, theirs, wantCode, want)
			}
			if strings.Contains(theirs, "theirs") {
				t.Errorf("shows the other account: %s", theirs)
			}
		})
	}
}

// handles are of random letters.
var handles = regexp.MustCompile(`hdl_\w+`)

// withoutTimes leaves digits and handles out: two answers of one stage differ by when they
// were asked for.
func withoutTimes(s string) string {
	s = handles.ReplaceAllString(s, "")
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// A member's list lies under their id alone. To walk through that of another account would show
// nothing, but after a thousand entries its cursor would tell when they took what.
func TestNoCursorThroughAnotherAccount(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	var ops []table.Op
	for i := range 1100 {
		id := fmt.Sprintf("esc_%012d", i)
		ops = append(ops, table.Put(table.Item{Key: keys.Handled(s.theirs["member"], int64(i), id)}, table.Condition{}))
	}
	for chunk := range slices.Chunk(ops, table.MaxOps) {
		must(t, w.desk.Table.Write(t.Context(), chunk...))
	}
	if own := w.do(200, s.theirs["owner"], "GET", "/v1/escalations?state=cancelled&memberId="+s.theirs["member"], ""); own.text("nextCursor") == "" {
		t.Error("their own list has no cursor: this test says nothing")
	}
	if got := w.do(200, s.mine["owner"], "GET", "/v1/escalations?state=cancelled&memberId="+s.theirs["member"], ""); got.text("nextCursor") != "" {
		t.Errorf("the other account gets the cursor %q", got.text("nextCursor"))
	}
}

// A cursor leads on in the list that gave it, and in no other: not in the same list of another
// account, not in another list of the same account, and not in one that is narrowed to another
// member or customer.
func TestCursorsAreOfOneList(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	lists := []string{
		"/v1/members?", "/v1/audit?", "/v1/callbacks?state=open&state=claimed&", "/v1/escalations?",
		"/v1/escalations?memberId={member}&", "/v1/escalations?customer=%2B919800000004&",
	}
	type page struct{ who, path, next string }
	var pages []page
	for _, ids := range []map[string]string{s.mine, s.theirs} {
		w.do(200, ids["member"], "POST", "/v1/escalations/"+ids["ringing"]+"/accept", "")
		for _, list := range lists {
			path := fill(list, ids) + "limit=1"
			next := w.do(200, ids["owner"], "GET", path, "").text("nextCursor")
			if next == "" && !strings.Contains(list, "customer") {
				t.Errorf("%s has no second page: this test says less", path)
			}
			pages = append(pages, page{ids["owner"], path, next})
		}
	}
	for _, asked := range pages {
		for _, given := range pages {
			if given.next == "" {
				continue
			}
			want := 422
			if asked == given {
				want = 200
			}
			if got := w.send(asked.who, "GET", asked.path+"&cursor="+url.QueryEscape(given.next), ""); got.Code != want {
				t.Errorf("%s of %s with the cursor of %s of %s: status %d, want %d", asked.path, asked.who, given.path, given.who, got.Code, want)
			}
		}
	}
	// The order of states makes no other list.
	both := w.do(200, s.mine["owner"], "GET", "/v1/callbacks?state=open&state=claimed&limit=1", "").text("nextCursor")
	w.do(200, s.mine["owner"], "GET", "/v1/callbacks?state=claimed&state=open&limit=1&cursor="+both, "")
}

// An Idempotency-Key is its sender's alone: the same key and body from another account, or from
// a colleague, creates what they asked for, and tells nothing of what the first was told.
func TestIdempotencyKeysOfAnotherAccount(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ path, body, id string }{
		{"/v1/departments", `{"name": "Shoes"}`, "id"},
		{"/v1/members", `{"firstName": "N", "lastName": "N", "email": "%s@example.com", ` + newPassword + `, "role": "admin"}`, "id"},
		{"/v1/drills", `{"channel": "chat"}`, "id"},
	} {
		t.Run(c.path, func(t *testing.T) {
			w := s.open(t)
			seen := map[string]string{}
			for _, who := range []string{s.mine["owner"], s.theirs["owner"], s.mine["admin"]} {
				body := strings.ReplaceAll(c.body, "%s", strings.TrimPrefix(who, "mem_"))
				if c.path == "/v1/departments" && who == s.mine["admin"] {
					body = `{"name": "Boots"}` // another, since names are unique
				}
				got := w.send(who, "POST", c.path, body, onceHeader, "key-1")
				if got.Code != 201 {
					t.Fatalf("status %d: %s", got.Code, got.Body)
				}
				id := parse(t, got.Body.String()).text(c.id)
				if other := seen[id]; other != "" || id == "" {
					t.Errorf("%s is told of %q, which %s made", who, id, other)
				}
				seen[id] = who
			}
		})
	}
	t.Run("attempts", func(t *testing.T) {
		w := s.open(t)
		path := fmt.Sprintf("/v1/callbacks/%s/attempts", s.mine["claimed"])
		w.send(s.mine["member"], "POST", path, `{"outcome": "busy"}`, onceHeader, "key-1")
		if got := w.send(s.theirs["owner"], "POST", path, `{"outcome": "busy"}`, onceHeader, "key-1"); got.Code != 404 {
			t.Errorf("the other account's owner with the same key: status %d, %s", got.Code, got.Body)
		}
	})
}

// A device is its member's, whatever it is called.
func TestDevicesOfAnotherAccount(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	if got := w.call(s.tokens[callerStaff], "DELETE", "/v1/me/devices/phone-of-theirs", ""); got.Code != 204 {
		t.Errorf("deleting a device of another member: status %d, want 204 as for none", got.Code)
	}
	w.want(w.do(200, s.theirs["member"], "GET", "/v1/me/devices", ""), fields{"items.1.id": "phone-of-theirs"})
}
