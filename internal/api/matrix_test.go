package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
)

// row is one route in the matrix: a request that is well for whom the route is meant,
// and the status that it gets. {id} in a pattern becomes the placeholder of that name.
type row struct {
	route  string
	id     string // what stands for {id} or {deviceId}
	body   string
	status int
	// except are callers whom the route admits and who get another status.
	except map[string]int
}

const someHours = `{"timeZone": "Asia/Kolkata", "entries": [{"days": ["mon"], "start": "09:00", "end": "17:30"}]}`

// gone is what callers get for whom the thing is not there.
func gone(who ...string) map[string]int {
	m := map[string]int{}
	for _, w := range who {
		m[w] = 404
	}
	return m
}

// notOffered is what those of the account get for whom it does not ring.
var notOffered = map[string]int{callerAdmin: 409, callerOwner: 409, callerBystander: 409}

var matrix = []row{
	{"POST /v1/login", "", `{"email": "{memberEmail}", "password": "` + password + `"}`, 200, nil},
	{"POST /v1/refresh", "", `{"refreshToken": "{refresh}"}`, 200, nil},
	{"POST /v1/logout", "", `{"refreshToken": "{refresh}"}`, 204, nil},
	{"POST /v1/password/forgot", "", `{"email": "{memberEmail}"}`, 202, nil},
	{"POST /v1/password/reset", "", `{"email": "{memberEmail}", "code": "{code}", ` + newPassword + `}`, 204, nil},
	{"PUT /v1/me/password", "", `{"currentPassword": "` + password + `", ` + newPassword + `}`, 200, nil},
	{"POST /v1/me/totp", "", `{"currentPassword": "` + password + `"}`, 200, nil},
	{"POST /v1/me/totp/confirm", "", `{"otp": "123456"}`, 409, nil},
	{"DELETE /v1/me/totp", "", `{"currentPassword": "` + password + `", "otp": "123456"}`, 409, nil},
	{"DELETE /v1/members/{id}/totp", "{member}", "", 409, nil},

	{"GET /v1/me/sessions", "", "", 200, nil},
	{"DELETE /v1/me/sessions", "", "", 204, nil},
	{"DELETE /v1/me/sessions/{id}", "ses_aaaaaaaaaaaa", "", 404, nil}, // nobody's
	{"DELETE /v1/members/{id}/sessions", "{member}", "", 204, nil},
	{"PUT /v1/me/email", "", `{"email": "new@example.com", "currentPassword": "` + password + `"}`, 202, nil},
	{"POST /v1/me/email/confirm", "", `{"code": "no code"}`, 422, nil},

	{"GET /v1/me", "", "", 200, nil},
	{"PATCH /v1/me", "", `{"language": "hi"}`, 200, nil},
	{"GET /v1/members", "", "", 200, nil},
	{"POST /v1/members", "", `{"firstName": "Nina", "lastName": "New", "email": "nina@example.com", ` + newPassword + `,
		"role": "staff", "departmentIds": ["{department}"]}`, 201, map[string]int{callerOther: 422}},
	{"GET /v1/members/{id}", "{member}", "", 200, nil},
	{"PATCH /v1/members/{id}", "{member}", `{"lastName": "Other"}`, 200, nil},
	{"DELETE /v1/members/{id}", "{member}", "", 204, nil},
	{"PUT /v1/members/{id}/password", "{member}", `{` + newPassword + `}`, 204, nil},
	{"POST /v1/account/owner", "", `{"memberId": "{admin}", "currentPassword": "` + password + `"}`, 202, map[string]int{callerOther: 422}},
	{"POST /v1/account/owner/confirm", "", `{"code": "no code"}`, 422, nil},
	{"GET /v1/departments", "", "", 200, nil},
	{"POST /v1/departments", "", `{"name": "Shoes"}`, 201, nil},
	{"PATCH /v1/departments/{id}", "{department}", `{"name": "Shoes"}`, 200, nil},
	{"DELETE /v1/departments/{id}", "{department}", "", 204, nil},

	{"PUT /v1/me/presence", "", `{"status": "online"}`, 200, nil},
	{"PUT /v1/members/{id}/presence", "{member}", `{"status": "online"}`, 200, nil},
	{"GET /v1/me/devices", "", "", 200, nil},
	{"PUT /v1/me/devices/{deviceId}", "phone-1", `{"platform": "fcm", "token": "t"}`, 200, nil},
	{"DELETE /v1/me/devices/{deviceId}", "phone-1", "", 204, nil},
	{"POST /v1/me/devices/{deviceId}/test", "phone-1", "", 202, nil},
	{"POST /v1/seen", "", `{"escalationId": "{ringing}", "offer": 1, "proof": "made up"}`, 204, nil},
	{"GET /v1/availability", "", "", 200, nil},
	{"GET /v1/departments/{id}/availability", "{department}", "", 200, nil},

	{"GET /v1/me/escalations", "", "", 200, nil},
	{"GET /v1/live", "", "", 200, nil},
	{"POST /v1/escalations", "", `{"action": "status", "accountId": "{account}", "escalationId": "{active}"}`, 200, nil},
	{"GET /v1/escalations", "", "", 200, nil},
	{"GET /v1/escalations/{id}", "{active}", "", 200, gone(callerBystander)},
	{"PATCH /v1/escalations/{id}", "{active}", `{"departmentId": "{department}"}`, 200, gone(callerBystander)},
	{"POST /v1/escalations/{id}/seen", "{ringing}", "", 204, notOffered},
	{"POST /v1/escalations/{id}/accept", "{ringing}", "", 200, notOffered},
	{"POST /v1/escalations/{id}/decline", "{ringing}", "", 204, notOffered},
	{"POST /v1/escalations/{id}/transfer", "{active}", `{"memberId": "{colleague}", "note": "yours"}`, 200, gone(callerBystander)},
	{"POST /v1/escalations/{id}/complete", "{active}", `{"outcome": "resolved"}`, 200, gone(callerBystander)},
	{"GET /v1/escalations/{id}/routing", "{active}", "", 200, nil},
	{"POST /v1/drills", "", `{"channel": "chat"}`, 201, nil},

	{"GET /v1/callbacks", "", "", 200, nil},
	{"GET /v1/callbacks/{id}", "{open}", "", 200, gone(callerBystander)},
	{"POST /v1/callbacks/{id}/claim", "{open}", "", 200, gone(callerBystander)},
	{"POST /v1/callbacks/{id}/release", "{claimed}", "", 200, gone(callerBystander)},
	{"POST /v1/callbacks/{id}/attempts", "{claimed}", `{"outcome": "busy"}`, 201, gone(callerBystander)},
	{"POST /v1/callbacks/{id}/complete", "{claimed}", "", 200, gone(callerBystander)},
	{"POST /v1/callbacks/{id}/dismiss", "{claimed}", `{"note": "A prank."}`, 200, gone(callerBystander)},

	{"GET /v1/me/working-hours", "", "", 200, nil},
	{"PUT /v1/me/working-hours", "", someHours, 200, nil},
	{"DELETE /v1/me/working-hours", "", "", 204, nil},
	{"GET /v1/members/{id}/working-hours", "{member}", "", 200, nil},
	{"PUT /v1/members/{id}/working-hours", "{member}", someHours, 200, nil},
	{"DELETE /v1/members/{id}/working-hours", "{member}", "", 204, nil},
	{"GET /v1/members/{id}/working-hours/preview", "{member}", "", 200, map[string]int{callerBystander: 403}},

	{"GET /v1/account", "", "", 200, nil},
	{"PATCH /v1/account", "", `{"ringSeconds": 30}`, 200, nil},
	{"GET /v1/assistant/keys", "", "", 200, nil},
	{"POST /v1/assistant/keys", "", `{"name": "Shop"}`, 201, nil},
	{"DELETE /v1/assistant/keys/{id}", "cnk_aaaaaaaaaaaa", "", 404, nil}, // nobody's
	{"GET /v1/assistant/connections", "", "", 200, nil},
	{"DELETE /v1/assistant/connections/{id}", "con_aaaaaaaaaaaa", "", 404, nil}, // nobody's
	{"GET /v1/assistant", "", "", 200, nil},
	{"PUT /v1/assistant", "", `{"conditions": [{"name": "Refunds", "when": {"phrases": ["refund*"]}}]}`, 200, nil},
	{"GET /v1/assistant/sentences", "", "", 200, nil},
	{"POST /v1/assistant/decide", "", `{"signals": {"message": "Where is my refund?"}}`, 200, nil},
	{"GET /v1/audit", "", "", 200, nil},
	{"GET /v1/time-zones", "", "", 200, nil},
	{"GET /v1/openapi.yaml", "", "", 200, nil},
	{"GET /v1/openapi.json", "", "", 200, nil},
}

// rights are the callers with a member's token, and the least of the three roles that
// admits each.
var rights = map[string]map[api.Who]bool{
	callerStaff:     {api.Staff: true, api.Holder: true},
	callerBystander: {api.Staff: true, api.Holder: true},
	callerAdmin:     {api.Staff: true, api.Holder: true, api.Admin: true},
	callerOwner:     {api.Staff: true, api.Holder: true, api.Admin: true, api.Owner: true},
	callerOther:     {api.Staff: true, api.Holder: true, api.Admin: true, api.Owner: true},
}

// refusal is the status by which a route's Who keeps a caller out; 0 for one whom it
// admits.
func refusal(who api.Who, caller string) int {
	switch {
	case who == api.Public:
		return 0
	case caller == callerNone || caller == callerAccess:
		return 401
	case who == api.Machine && caller == callerMachine || rights[caller][who]:
		return 0
	}
	return 403
}

func (r row) want(who api.Who, caller string) int {
	if status := refusal(who, caller); status != 0 {
		return status
	}
	if status, is := r.except[caller]; is {
		return status
	}
	if caller == callerOther && strings.HasPrefix(r.id, "{") {
		return 404
	}
	return r.status
}

// cell is one request of the matrix and the status that it must get.
type cell struct {
	caller, method, path, body string
	status                     int
}

// TestMatrix is each route for each caller. Then each
// route with an id is called by the members of an account with ids of the other.
func TestMatrix(t *testing.T) {
	takesLong(t)
	rows := map[string]row{}
	for _, r := range matrix {
		rows[r.route] = r
	}
	s := newStage(t)
	var cells []cell
	for _, rt := range api.Routes() {
		key := rt.Method + " " + rt.Pattern
		r, is := rows[key]
		if !is {
			t.Errorf("%s has no row", key)
			continue
		}
		delete(rows, key)
		path := strings.NewReplacer("{id}", r.id, "{deviceId}", r.id).Replace(rt.Pattern)
		for _, caller := range callers {
			cells = append(cells, cell{caller, rt.Method, fill(path, s.mine), fill(r.body, s.mine), r.want(rt.Who, caller)})
		}
		if !strings.HasPrefix(r.id, "{") {
			continue
		}
		for _, caller := range []string{callerStaff, callerAdmin, callerOwner} {
			status := refusal(rt.Who, caller)
			if status == 0 {
				status = 404
			}
			cells = append(cells, cell{caller, rt.Method, fill(path, s.theirs), fill(r.body, s.theirs), status})
		}
	}
	for key := range rows {
		t.Errorf("%s has a row and is no route", key)
	}
	s.run(t, cells)
	t.Logf("the matrix: %d routes, %d rows", len(matrix), len(cells))
}

// run makes each request on a fresh copy of the stage; those that are to be refused, and
// so change nothing, share one.
func (s *stage) run(t *testing.T, cells []cell) {
	t.Helper()
	refusing := s.open(t)
	for _, c := range cells {
		t.Run(fmt.Sprintf("%s %s as %s", c.method, c.path, c.caller), func(t *testing.T) {
			w := refusing
			if c.status < 400 {
				w = s.open(t)
			}
			got := w.call(s.tokens[c.caller], c.method, c.path, c.body)
			if got.Code != c.status {
				t.Errorf("status %d, want %d: %s", got.Code, c.status, got.Body)
			}
		})
	}
}

// TestIDsOfAnotherAccount is every other place where a request can name an id: bodies
// and queries, and devices, which have ids of the app's own making.
func TestIDsOfAnotherAccount(t *testing.T) {
	s := newStage(t)
	cells := []cell{
		{callerOwner, "POST", "/v1/members", `{"firstName": "N", "lastName": "N", "email": "n@example.com", ` + newPassword + `, "role": "staff", "departmentIds": ["{department}"]}`, 422},
		{callerOwner, "PATCH", "/v1/members/{mine}", `{"departmentIds": ["{department}"]}`, 422},
		{callerOwner, "POST", "/v1/account/owner", `{"memberId": "{admin}", "currentPassword": "` + password + `"}`, 422},
		{callerOwner, "POST", "/v1/drills", `{"channel": "chat", "memberId": "{colleague}"}`, 422},
		{callerOwner, "POST", "/v1/drills", `{"channel": "chat", "departmentId": "{department}"}`, 422},
		{callerStaff, "POST", "/v1/escalations/{myActive}/transfer", `{"memberId": "{colleague}", "note": "n"}`, 422},
		{callerStaff, "POST", "/v1/escalations/{myActive}/transfer", `{"departmentId": "{department}", "note": "n"}`, 422},
		{callerMachine, "POST", "/v1/escalations", `{"action": "status", "accountId": "{myAccount}", "escalationId": "{active}"}`, 404},
		{callerMachine, "POST", "/v1/escalations", `{"action": "end", "accountId": "{myAccount}", "escalationId": "{active}"}`, 404},
		{callerMachine, "POST", "/v1/escalations", `{"action": "append", "accountId": "{myAccount}", "escalationId": "{active}", "messages": [{"from": "customer", "text": "x"}]}`, 404},
		{callerMachine, "POST", "/v1/escalations", `{"action": "contact", "accountId": "{myAccount}", "callbackId": "{open}", "customer": {"email": "a@b.c"}}`, 404},
		{callerMachine, "POST", "/v1/escalations", `{"action": "withdraw", "accountId": "{myAccount}", "callbackId": "{open}"}`, 404},
		{callerMachine, "POST", "/v1/escalations", `{"action": "withdraw", "accountId": "{myAccount}", "escalationId": "{active}"}`, 404},
		{callerStaff, "PATCH", "/v1/escalations/{myActive}", `{"departmentId": "{department}"}`, 422},
		{callerStaff, "POST", "/v1/escalations/{myActive}/complete", `{"outcome": "resolved", "callbackIds": ["{open}"]}`, 422},
		{callerStaff, "POST", "/v1/me/devices/phone-of-theirs/test", "", 404},
	}
	for i, c := range cells {
		path := strings.NewReplacer("{mine}", s.mine["member"], "{myActive}", s.mine["active"]).Replace(c.path)
		body := strings.ReplaceAll(c.body, "{myAccount}", s.mine["account"])
		cells[i].path, cells[i].body = fill(path, s.theirs), fill(body, s.theirs)
	}
	s.run(t, cells)

	t.Logf("ids elsewhere than in paths: %d rows", len(cells))
}
