package api_test

import (
	"testing"
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
