package api_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// Networks of the tests of codes: a stranger's, and that of a member who is on the way.
const (
	stranger = "198.51.100.7:4711"
	abroad   = "203.0.113.9:4711"
)

// from makes a request of nobody's from a network.
func (w *world) from(network, path, body string) *httptest.ResponseRecorder {
	r := w.request(nobody, "POST", path, body)
	r.RemoteAddr = network
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return recorder
}

// forgot asks for a code, which wakes one minute after the last.
func (w *world) forgot(email string) {
	w.t.Helper()
	w.do(202, nobody, "POST", "/v1/password/forgot", `{"email": "`+email+`"}`)
	w.deliver(desk.WakeCode)
}

// reset is the body that sets newPassword by a code; more are further fields.
func reset(email, code, more string) string {
	return fmt.Sprintf(`{"email": %q, "code": %q, %s%s}`, email, code, newPassword, more)
}

// letters delivers all mail that waits, and gives what was mailed about a member, the newest
// first.
func (w *world) letters(member string) []local.Mail {
	w.t.Helper()
	w.deliver(desk.WakeCode)
	w.deliver(desk.WakeMail)
	mails, err := w.twins.Mails.Feed(member, 0)
	must(w.t, err)
	return mails
}

// wrongCode is six digits that are not the code.
func wrongCode(code string) string {
	return code[:5] + string('0'+(code[5]-'0'+1)%10)
}

// later moves the clock of all on.
func (w *world) later(d time.Duration) { w.late.Add(int64(d)) }

// refused wants 422 at code.
func refused(t testing.TB, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != 422 || parse(t, got.Body.String()).text("errors.0.field") != "code" {
		t.Errorf("status %d, want 422 at code: %s", got.Code, got.Body)
	}
}
