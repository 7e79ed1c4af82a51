package api_test

import (
	"testing"
	"time"
)

// A member whose password an admin chose reads who they are, chooses another, and is in.
func TestFirstPassword(t *testing.T) {
	w := newWorld(t)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"firstPassword": "change"}`)
	w.want(w.do(200, w.owner, "GET", "/v1/account", ""), fields{"firstPassword": "change"})
	const theirs = "violet barnacles"
	w.late.Add(-int64(2 * time.Second)) // or the tokens of this second would be dead
	w.do(204, w.owner, "PUT", "/v1/members/"+w.asha+"/password", `{"password": "`+theirs+`", "confirmPassword": "`+theirs+`"}`)
	w.late.Add(int64(2 * time.Second))
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"mustChangePassword": true})
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/v1/account", ""}, {"GET", "/v1/me/escalations", ""}, {"PATCH", "/v1/me", `{"firstName": "A"}`},
		{"PUT", "/v1/me/presence", `{"status": "online"}`}, {"PUT", "/v1/me/devices/d", `{"platform": "fcm", "token": "t"}`},
		{"GET", "/v1/departments", ""},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			w.within(t)
			w.want(w.do(403, w.asha, c.method, c.path, c.body), fields{"type": "/problems/password-change-required"})
		})
	}
	change := func(status int, to string) fields {
		return w.do(status, w.asha, "PUT", "/v1/me/password",
			`{"currentPassword": "`+theirs+`", "password": "`+to+`", "confirmPassword": "`+to+`"}`)
	}
	w.want(change(422, theirs), fields{"errors.0.field": "password", "errors.0.detail": "must be another than now"})
	w.want(change(422, "asha@example.com"), fields{"errors.0.field": "password"})
	got := change(200, "eleven green kites")
	w.want(got, fields{"member.mustChangePassword": false})
	if got.at("accessToken") == "" || got.at("refreshToken") == "" {
		t.Errorf("no new session in %v", got)
	}
	w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+got.at("refreshToken").(string)+`"}`)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"mustChangePassword": false})
	w.do(200, w.asha, "GET", "/v1/account", "")
}

// What an admin chooses for a new member is judged by that member's name and the business,
// and stays where the setting says so.
func TestFirstPasswordOfNewMember(t *testing.T) {
	w := newWorld(t)
	member := func(status int, email, password string) fields {
		return w.do(status, w.owner, "POST", "/v1/members", `{"firstName": "Devanampiya", "lastName": "Rao", "email": "`+email+`",
			"password": "`+password+`", "confirmPassword": "`+password+`", "role": "admin", "departmentIds": []}`)
	}
	w.want(member(422, "d@example.com", "Devanampiya-2026"), fields{"errors.0.field": "password"})
	w.want(member(201, "d@example.com", "violet barnacles"), fields{"mustChangePassword": false})
	w.do(200, w.owner, "PATCH", "/v1/account", `{"firstPassword": "change"}`)
	w.want(member(201, "e@example.com", "violet barnacles"), fields{"mustChangePassword": true})
	w.do(422, w.owner, "PATCH", "/v1/account", `{"firstPassword": "never"}`)
}
