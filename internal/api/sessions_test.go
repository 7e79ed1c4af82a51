package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// signIn signs a member in and gives the answer.
func (w *world) signIn(email string) fields {
	w.t.Helper()
	return w.do(200, nobody, "POST", "/v1/login", `{"email": "`+email+`", "password": "`+password+`"}`)
}

// wantBearer wants a bearer to be taken, or not.
func (w *world) wantBearer(in fields, status int) {
	w.t.Helper()
	if got := w.call(in.text("accessToken"), "GET", "/v1/me", ""); got.Code != status {
		w.t.Errorf("the bearer gets %d, want %d", got.Code, status)
	}
}

// Whoever signs out leaves no bearer behind that would open something for another hour, and
// the other sign-ins go on.
func TestLogoutEndsBearer(t *testing.T) {
	w := newWorld(t)
	phone, page := w.signIn("asha@example.com"), w.signIn("asha@example.com")
	second := w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+phone.text("refreshToken")+`"}`)
	w.do(204, nobody, "POST", "/v1/logout", `{"refreshToken": "`+phone.text("refreshToken")+`"}`)
	w.wantBearer(phone, 401)
	w.wantBearer(second, 401)
	w.do(401, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+phone.text("refreshToken")+`"}`)
	w.wantBearer(page, 200)
	w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+page.text("refreshToken")+`"}`)
	w.do(204, nobody, "POST", "/v1/logout", `{"refreshToken": "`+phone.text("refreshToken")+`"}`) // again
}

// A member sees where they are signed in, and signs out there: with the session go its tokens
// and the devices that it put, and those of another stay.
func TestEndOneSession(t *testing.T) {
	w := newWorld(t)
	phone := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`", "deviceName": "Asha's phone"}`)
	page := w.signIn("asha@example.com")
	for in, id := range map[*fields]string{&phone: "lost", &page: "own"} {
		if got := w.call(in.text("accessToken"), "PUT", "/v1/me/devices/"+id, `{"platform": "fcm", "token": "`+id+`"}`); got.Code != 200 {
			t.Fatalf("the device %s: status %d: %s", id, got.Code, got.Body)
		}
	}
	list := w.as(page, 200, "GET", "/v1/me/sessions")
	var lost string
	for _, s := range list["items"].([]any) {
		if s := fields(s.(map[string]any)); s["deviceName"] == "Asha's phone" {
			lost = s.text("id")
			if s["current"] != false || s["network"] != "192.0.2.0/24" || s["endsAt"] == "" {
				t.Errorf("the phone's session is shown as %v", s)
			}
		}
	}
	if len(list["items"].([]any)) != 2 || lost == "" {
		t.Fatalf("sessions %v, want two, one of them Asha's phone", list)
	}
	w.do(404, w.bilal, "DELETE", "/v1/me/sessions/"+lost, "") // another member's
	w.as(page, 204, "DELETE", "/v1/me/sessions/"+lost)
	w.as(page, 204, "DELETE", "/v1/me/sessions/"+lost)
	w.wantBearer(phone, 401)
	w.do(401, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+phone.text("refreshToken")+`"}`)
	w.wantBearer(page, 200)
	w.want(w.as(page, 200, "GET", "/v1/me/devices"), fields{"items.0.id": "own", "items.1": nil})
}

// as calls with the bearer of a sign-in.
func (w *world) as(in fields, status int, method, path string) fields {
	w.t.Helper()
	got := w.call(in.text("accessToken"), method, path, "")
	if got.Code != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.Code, status, got.Body)
	}
	var answer fields
	if status == 200 {
		must(w.t, json.Unmarshal(got.Body.Bytes(), &answer))
	}
	return answer
}

// Signing out everywhere ends every token, whoever asks for it; nobody but the owner does it
// to the owner.
func TestEndAllSessions(t *testing.T) {
	for _, c := range []struct {
		name, by, email, path string
		status                int // of the call
		bearer                int // afterwards
	}{
		{"by oneself", "asha@example.com", "asha@example.com", "/v1/me/sessions", 204, 401},
		{"by the owner", "olga@example.com", "asha@example.com", "/v1/members/{asha}/sessions", 204, 401},
		{"by staff", "bilal@example.com", "asha@example.com", "/v1/members/{asha}/sessions", 403, 200},
		{"of the owner by an admin", "ada@example.com", "olga@example.com", "/v1/members/{olga}/sessions", 403, 200},
		{"from another account", "otto@example.com", "asha@example.com", "/v1/members/{asha}/sessions", 404, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.account("Other", "Otto")
			w.member("Ada", desk.RoleAdmin)
			first, second, by := w.signIn(c.email), w.signIn(c.email), w.signIn(c.by)
			path := strings.NewReplacer("{asha}", w.asha, "{olga}", w.owner).Replace(c.path)
			w.as(by, c.status, "DELETE", path)
			w.wantBearer(first, c.bearer)
			w.do(c.bearer, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+second.text("refreshToken")+`"}`)
		})
	}
}

// One's own change of the password ends every other session with its devices. The one that
// asks goes on as a new one, by the same name and with its own devices.
func TestOwnPasswordKeepsOneSession(t *testing.T) {
	w := newWorld(t)
	own := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`", "deviceName": "Asha's phone"}`)
	other := w.signIn("asha@example.com")
	w.putDevice(own, "own")
	w.putDevice(other, "other")
	got := w.call(own.text("accessToken"), "PUT", "/v1/me/password", `{"currentPassword": "`+password+`", `+newPassword+`}`)
	var fresh fields
	must(t, json.Unmarshal(got.Body.Bytes(), &fresh))
	if got.Code != 200 {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	w.wantBearer(own, 401)
	w.wantBearer(other, 401)
	w.wantBearer(fresh, 200)
	w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+fresh.text("refreshToken")+`"}`)
	w.want(w.as(fresh, 200, "GET", "/v1/me/sessions"), fields{"items.0.deviceName": "Asha's phone", "items.0.current": true, "items.1": nil})
	w.want(w.as(fresh, 200, "GET", "/v1/me/devices"), fields{"items.0.id": "own", "items.1": nil})
	w.do(204, nobody, "POST", "/v1/logout", `{"refreshToken": "`+fresh.text("refreshToken")+`"}`)
	again := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "Another-Word-7"}`)
	w.want(w.as(again, 200, "GET", "/v1/me/devices"), fields{"items.0": nil})
}

// putDevice registers a device by the bearer of a sign-in.
func (w *world) putDevice(in fields, id string) {
	w.t.Helper()
	if got := w.call(in.text("accessToken"), "PUT", "/v1/me/devices/"+id, `{"platform": "fcm", "token": "`+id+`"}`); got.Code != 200 {
		w.t.Fatalf("the device %s: status %d: %s", id, got.Code, got.Body)
	}
}
