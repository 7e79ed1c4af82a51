package api_test

import (
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/totp"
)

// authenticator is the app on a member's phone.
type authenticator struct {
	w      *world
	secret []byte
}

// scan reads the URI of the QR code, as apps do.
func (w *world) scan(uri string) *authenticator {
	w.t.Helper()
	u, err := url.Parse(uri)
	must(w.t, err)
	secret, err := base32.StdEncoding.DecodeString(u.Query().Get("secret"))
	must(w.t, err)
	return &authenticator{w, secret}
}

// code is what the app shows next: codes are good once, so it waits for another.
func (a *authenticator) code() string {
	a.w.late.Add(int64(totp.Period))
	return totp.Code(a.secret, totp.Step(a.w.now()))
}

// setUp gives a member a second factor.
func (w *world) setUp(member string) (*authenticator, []any) {
	w.t.Helper()
	begun := w.do(200, member, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`)
	app := w.scan(begun.text("uri"))
	if got := totp.Text(app.secret); got != begun.text("secret") {
		w.t.Errorf("the secret to type is %s, that of the QR code %s", begun.text("secret"), got)
	}
	codes, _ := w.do(200, member, "POST", "/v1/me/totp/confirm", `{"otp": "`+app.code()+`"}`).at("recoveryCodes").([]any)
	return app, codes
}

// signInAs gives the status of a sign-in and the name of its problem.
func (w *world) signInAs(email, password, otp string) (status int, problem string) {
	body := `{"email": "` + email + `", "password": "` + password + `"`
	if otp != "" {
		body += `, "otp": "` + otp + `"`
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, w.request(nobody, "POST", "/v1/login", body+"}"))
	var answer fields
	must(w.t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	if recorder.Code == 200 {
		return 200, ""
	}
	return recorder.Code, strings.TrimPrefix(answer.text("type"), "/problems/")
}

// With a second factor the password alone signs nobody in, and no code does twice.
func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	w.do(422, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "wrong-Password-1"}`)
	w.do(409, w.asha, "POST", "/v1/me/totp/confirm", `{"otp": "123456"}`)
	begun := w.do(200, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`)
	if status, _ := w.signInAs("asha@example.com", password, ""); status != 200 {
		t.Errorf("before the first code: status %d, want 200", status)
	}
	app := w.scan(begun.text("uri"))
	wrong := w.do(422, w.asha, "POST", "/v1/me/totp/confirm", `{"otp": "12345"}`)
	w.want(wrong, fields{"errors.0.field": "otp"})
	used := app.code()
	codes := w.do(200, w.asha, "POST", "/v1/me/totp/confirm", `{"otp": "`+used[:3]+" "+used[3:]+`"}`)
	recovery := codes.text("recoveryCodes.0")
	w.late.Add(int64(time.Hour))
	code := app.code()
	for _, c := range []struct {
		name, password, otp string
		status              int
		problem             string
	}{
		{"no code", password, "", 401, "otp-required"},
		{"a wrong code", password, "000000x", 401, "otp-required"},
		{"the code that set it up", password, used, 401, "otp-required"},
		{"a wrong password", "wrong-Password-1", "", 401, "wrong-credentials"},
		{"a wrong password with a good code", "wrong-Password-1", code, 401, "wrong-credentials"},
		{"both", password, code, 200, ""},
		{"the same code", password, code, 401, "otp-required"},
		{"a recovery code", password, strings.ToUpper(recovery), 200, ""},
		{"the same recovery code", password, recovery, 401, "otp-required"},
	} {
		_, err := w.desk.Unlock(t.Context(), "asha@example.com", false) // of the tries before
		must(t, err)
		if status, problem := w.signInAs("asha@example.com", c.password, c.otp); status != c.status || problem != c.problem {
			t.Errorf("%s: status %d %s, want %d %s", c.name, status, problem, c.status, c.problem)
		}
	}
	w.want(w.do(409, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`), fields{"type": "/problems/totp-on"})
	w.want(w.do(422, w.asha, "DELETE", "/v1/me/totp", `{"currentPassword": "`+password+`", "otp": "000000x"}`), fields{"errors.0.field": "otp"})
	w.want(w.do(422, w.asha, "DELETE", "/v1/me/totp", `{"currentPassword": "wrong-Password-1", "otp": "`+app.code()+`"}`), fields{"errors.0.field": "currentPassword"})
	w.do(403, w.asha, "DELETE", "/v1/members/"+w.bilal+"/totp", "")
	w.do(204, w.owner, "DELETE", "/v1/members/"+w.asha+"/totp", "")
	if status, problem := w.signInAs("asha@example.com", password, ""); status != 200 {
		t.Errorf("after the owner took it: status %d %s, want 200", status, problem)
	}
	w.want(w.do(409, w.owner, "DELETE", "/v1/members/"+w.owner+"/totp", ""), fields{"type": "/problems/owner"})
}

// Whoever has a bearer and the password does not get rid of the second factor by trying codes.
func TestSecondFactorIsNotGuessedAway(t *testing.T) {
	w := newWorld(t)
	app := w.scan(w.do(200, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`).text("uri"))
	w.do(200, w.asha, "POST", "/v1/me/totp/confirm", `{"otp": "`+app.code()+`"}`)
	w.late.Add(int64(time.Minute))
	end := func(want int, otp string) {
		w.do(want, w.asha, "DELETE", "/v1/me/totp", `{"currentPassword": "`+password+`", "otp": "`+otp+`"}`)
	}
	for range 10 {
		end(422, "000000x")
	}
	end(429, app.code())
	w.late.Add(int64(time.Hour))
	end(204, app.code())
}

// Another session has no ten of its own: whoever knows the password makes one by changing it.
// And codes for a secret that was begun are counted as well, or a bearer that was stolen would
// guess its way to the recovery codes.
func TestSecondFactorTriesOfAllSessions(t *testing.T) {
	w := newWorld(t)
	ask := func(session, method, path, body string) int {
		r := w.request(w.asha, method, path, body)
		c := claims(w.asha)
		c["origin_jti"] = session
		got := httptest.NewRecorder()
		w.handler.ServeHTTP(got, r.WithContext(api.WithClaims(r.Context(), c)))
		return got.Code
	}
	tries := func(method, path string) {
		t.Helper()
		for n := range 11 {
			want := 422
			if n == 10 {
				want = 429
			}
			body := `{"currentPassword": "` + password + `", "otp": "000000x"}`
			if method == "POST" {
				body = `{"otp": "000000x"}`
			}
			if got := ask(fmt.Sprint("session ", n), method, path, body); got != want {
				t.Errorf("try %d of %s %s: %d, want %d", n, method, path, got, want)
			}
		}
		w.later(time.Hour)
	}
	w.do(200, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`)
	tries("POST", "/v1/me/totp/confirm")
	w.setUp(w.asha)
	tries("DELETE", "/v1/me/totp")
}

// A secret that was begun holds for a quarter of an hour.
func TestSecondFactorBegunLongAgo(t *testing.T) {
	w := newWorld(t)
	app := w.scan(w.do(200, w.asha, "POST", "/v1/me/totp", `{"currentPassword": "`+password+`"}`).text("uri"))
	w.late.Add(int64(16 * time.Minute))
	w.want(w.do(409, w.asha, "POST", "/v1/me/totp/confirm", `{"otp": "`+app.code()+`"}`), fields{"type": "/problems/no-totp"})
}

// An account that asks for it gives owner and admins seven days. Then they can do what
// everybody can, and set one up; whoever becomes an admin later has seven days from there.
func TestRequireTOTP(t *testing.T) {
	w := newWorld(t)
	day := int64(24 * time.Hour)
	on := w.do(200, w.owner, "PATCH", "/v1/account", `{"requireTotp": true}`)
	w.want(on, fields{"requireTotp": true})
	w.late.Add(6 * day)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"requireTotp": true, "ringSeconds": 30}`) // is no new week
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"role": "admin"}`)
	w.do(200, w.owner, "GET", "/v1/members", "")
	w.late.Add(day + int64(time.Minute))
	for _, path := range []string{"/v1/members", "/v1/audit", "/v1/live"} {
		w.want(w.do(403, w.owner, "GET", path, ""), fields{"type": "/problems/totp-required"})
		w.do(200, w.bilal, "GET", path, "")
	}
	w.want(w.do(403, w.owner, "PATCH", "/v1/account", `{"requireTotp": false}`), fields{"type": "/problems/totp-required"})
	for _, path := range []string{"/v1/me", "/v1/me/escalations", "/v1/account"} {
		w.do(200, w.owner, "GET", path, "")
	}
	w.do(200, w.asha, "GET", "/v1/me", "")
	w.setUp(w.owner)
	w.do(200, w.owner, "GET", "/v1/members", "")
	w.late.Add(6 * day)
	w.want(w.do(403, w.bilal, "GET", "/v1/members", ""), fields{"type": "/problems/totp-required"})
	w.want(w.do(200, w.owner, "PATCH", "/v1/account", `{"requireTotp": false}`), fields{"requireTotp": false, "requireTotpFrom": nil})
	w.do(200, w.bilal, "GET", "/v1/members", "")
}
