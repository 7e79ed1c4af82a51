package api_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Ten wrong codes by a stranger are 429 after five, whoever exists. They void the code that was
// sent, and nothing else: the owner signs in with the password, and asks for another code and
// uses it, from elsewhere or from a device that has signed in before.
func TestStrangersCodesLockNobodyOut(t *testing.T) {
	w := newWorld(t)
	email := "olga@example.com"
	right := `{"email": "` + email + `", "password": "` + password + `"`
	device := w.do(200, nobody, "POST", "/v1/login", right+"}").text("deviceSecret")
	w.forgot(email)
	code := w.mailed(desk.LetterReset, w.owner)
	attack := func(email string) {
		for i := range 10 {
			want := 422
			if i >= 5 {
				want = 429
			}
			if got := w.from(stranger, "/v1/password/reset", reset(email, wrongCode(code), "")); got.Code != want {
				t.Errorf("wrong code %d of %s: status %d, want %d: %s", i+1, email, got.Code, want, got.Body)
			}
		}
	}
	attack(email)
	attack("unknown@example.com")
	refused(t, w.from(abroad, "/v1/password/reset", reset(email, code, "")))
	w.do(200, nobody, "POST", "/v1/login", right+`, "deviceSecret": "`+device+`"}`)
	w.do(200, nobody, "POST", "/v1/login", right+"}")

	w.later(time.Minute)
	w.forgot(email)
	code = w.mailed(desk.LetterReset, w.owner)
	at := func(network, more string, want int) {
		t.Helper()
		if got := w.from(network, "/v1/password/reset", reset(email, code, more)); got.Code != want {
			t.Errorf("from %s with %s: status %d, want %d: %s", network, more, got.Code, want, got.Body)
		}
	}
	at(stranger, "", 429)
	at(stranger, `, "deviceSecret": "forged"`, 429)
	at(stranger, `, "deviceSecret": "`+device+`"`, 204) // a member at home, whose neighbour it was
	w.later(time.Minute)
	w.forgot(email)
	code = w.mailed(desk.LetterReset, w.owner)
	at(abroad, "", 204)
}

// Whoever has many networks has twenty tries an hour at one name, and a known device still has
// its own.
func TestCodesFromManyNetworks(t *testing.T) {
	w := newWorld(t)
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	for i := range 22 {
		want := 422
		if i >= 20 {
			want = 429
		}
		network := "198.51." + string('0'+byte(i%10)) + string('0'+byte(i/10)) + ".7:4711"
		if got := w.from(network, "/v1/password/reset", reset("asha@example.com", "000000", "")); got.Code != want {
			t.Fatalf("try %d: status %d, want %d: %s", i+1, got.Code, want, got.Body)
		}
	}
	w.forgot("asha@example.com")
	code := w.mailed(desk.LetterReset, w.asha)
	got := w.from(abroad, "/v1/password/reset", reset("asha@example.com", code, `, "deviceSecret": "`+in.text("deviceSecret")+`"`))
	if got.Code != 204 {
		t.Errorf("from a known device: status %d, want 204: %s", got.Code, got.Body)
	}
}

// A page sends its device's secret as a cookie.
func TestResetFromKnownPage(t *testing.T) {
	w := newWorld(t)
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	w.forgot("asha@example.com")
	code := w.mailed(desk.LetterReset, w.asha)
	w.later(time.Minute)
	for range 5 {
		w.send(nobody, "POST", "/v1/password/reset", reset("asha@example.com", wrongCode(code), ""))
	}
	w.forgot("asha@example.com")
	code = w.mailed(desk.LetterReset, w.asha)
	page := []string{"Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"}
	ask := func(headers ...string) *httptest.ResponseRecorder {
		return w.send(nobody, "POST", "/v1/password/reset", reset("asha@example.com", code, `, "cookie": true`), append(page, headers...)...)
	}
	if got := ask(); got.Code != 429 {
		t.Errorf("without a device: status %d, want 429: %s", got.Code, got.Body)
	}
	if got := ask("Cookie", "__Host-cn-device="+in.text("deviceSecret")); got.Code != 204 {
		t.Errorf("on a known page: status %d, want 204: %s", got.Code, got.Body)
	}
}

// What spends a code, or makes it void.
func TestCodeVoid(t *testing.T) {
	const email = "asha@example.com"
	for _, c := range []struct {
		name    string
		between func(w *world, code string) (with string) // and the e-mail to reset with
		good    bool
	}{
		{"at once", func(*world, string) string { return email }, true},
		{"after a quarter of an hour less a second", func(w *world, _ string) string { w.later(15*time.Minute - time.Second); return email }, true},
		{"after a quarter of an hour", func(w *world, _ string) string { w.later(15 * time.Minute); return email }, false},
		{"after four wrong ones", func(w *world, code string) string { w.wrong(4, email, code); return email }, true},
		{"after five wrong ones", func(w *world, code string) string { w.wrong(5, email, code); return email }, false},
		{"once it was used", func(w *world, code string) string {
			w.do(204, nobody, "POST", "/v1/password/reset", reset(email, code, ""))
			return email
		}, false},
		{"once another was asked for", func(w *world, _ string) string {
			w.later(time.Minute)
			w.forgot(email)
			return email
		}, false},
		{"when another within the minute is refused", func(w *world, _ string) string {
			w.later(59 * time.Second)
			w.forgot(email)
			return email
		}, true},
		{"after a password that is refused", func(w *world, code string) string {
			w.do(422, nobody, "POST", "/v1/password/reset",
				`{"email": "`+email+`", "code": "`+code+`", "password": "Asha-Test-2026", "confirmPassword": "Asha-Test-2026"}`)
			return email
		}, true},
		{"once the member has another password", func(w *world, _ string) string {
			w.do(200, w.asha, "PUT", "/v1/me/password", `{"currentPassword": "`+password+`", "password": "Violet-Barnacle-9", "confirmPassword": "Violet-Barnacle-9"}`)
			return email
		}, false},
		{"once an admin set a password", func(w *world, _ string) string {
			w.do(204, w.owner, "PUT", "/v1/members/"+w.asha+"/password", `{"password": "Violet-Barnacle-9", "confirmPassword": "Violet-Barnacle-9"}`)
			return email
		}, false},
		{"once the e-mail is another", func(w *world, _ string) string {
			w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "asha@new.example"}`)
			return "asha@new.example"
		}, false},
		{"of an e-mail that is another's by now", func(w *world, _ string) string {
			w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "asha@new.example"}`)
			return email
		}, false},
		{"with another member's e-mail", func(*world, string) string { return "bilal@example.com" }, false},
		{"with another account's e-mail", func(w *world, _ string) string { w.other(); return "otto@example.com" }, false},
		{"once the member has gone", func(w *world, _ string) string {
			w.do(204, w.owner, "DELETE", "/v1/members/"+w.asha, "")
			return email
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.forgot(email)
			code := w.mailed(desk.LetterReset, w.asha)
			with := c.between(w, code)
			got := w.from(abroad, "/v1/password/reset", reset(with, code, ""))
			if !c.good {
				refused(t, got)
			} else if got.Code != 204 {
				t.Errorf("status %d, want 204: %s", got.Code, got.Body)
			}
		})
	}
}

// wrong tries wrong codes.
func (w *world) wrong(n int, email, code string) {
	w.t.Helper()
	for range n {
		refused(w.t, w.from(stranger, "/v1/password/reset", reset(email, wrongCode(code), "")))
	}
}

// A code is good for what it was asked for, by whom it was asked for.
func TestCodeOfAnotherPurpose(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	w.forgot("olga@example.com")
	w.do(202, w.owner, "PUT", "/v1/me/email", `{"email": "olga@new.example", "currentPassword": "`+password+`"}`)
	w.do(202, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "`+password+`"}`)
	const (
		byReset = "/v1/password/reset"
		byEmail = "/v1/me/email/confirm"
		byOwner = "/v1/account/owner/confirm"
	)
	codes := map[string]string{
		byReset: w.mailed(desk.LetterReset, w.owner), byEmail: w.mailed(desk.LetterEmail, w.owner), byOwner: w.mailed(desk.LetterOwner, w.owner),
	}
	try := func(as, path, code string) *httptest.ResponseRecorder {
		if path == byReset {
			return w.send(nobody, "POST", path, reset("olga@example.com", code, ""))
		}
		return w.send(as, "POST", path, `{"code": "`+code+`"}`)
	}
	paths := []string{byEmail, byOwner, byReset} // the last signs the owner out
	for _, path := range paths {
		for _, of := range paths {
			if of != path && codes[of] != codes[path] {
				refused(t, try(w.owner, path, codes[of]))
			}
		}
	}
	refused(t, try(w.asha, byEmail, codes[byEmail]))
	if got := try(admin, byOwner, codes[byOwner]); got.Code != 403 {
		t.Errorf("the heir confirms: status %d, want 403: %s", got.Code, got.Body)
	}
	if got := try(w.owner, byOwner, codes[byOwner]); got.Code != 204 {
		t.Errorf("the owner's code: status %d, want 204: %s", got.Code, got.Body)
	}
	if got := try(w.owner, byReset, codes[byReset]); got.Code != 204 {
		t.Errorf("the code to reset: status %d, want 204: %s", got.Code, got.Body)
	}
}

// Codes of whoever is signed in have five tries as well, and are void after a quarter of an
// hour, or once the password is another.
func TestOwnCodeVoid(t *testing.T) {
	for _, c := range []struct {
		name    string
		between func(w *world, code string)
		want    int
	}{
		{"at once", func(*world, string) {}, 204},
		{"after five wrong ones", func(w *world, code string) {
			for range 5 {
				refused(w.t, w.send(w.asha, "POST", "/v1/me/email/confirm", `{"code": "`+wrongCode(code)+`"}`))
			}
		}, 422},
		{"after ten tries in the hour", func(w *world, code string) {
			for range 10 {
				refused(w.t, w.send(w.asha, "POST", "/v1/me/email/confirm", `{"code": "`+wrongCode(code)+`"}`))
			}
		}, 429},
		{"after a quarter of an hour", func(w *world, _ string) { w.later(15 * time.Minute) }, 422},
		{"once it was used", func(w *world, code string) {
			w.do(204, w.asha, "POST", "/v1/me/email/confirm", `{"code": "`+code+`"}`)
		}, 422},
		{"once an admin gave another e-mail", func(w *world, _ string) {
			w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "asha@other.example"}`)
		}, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.do(202, w.asha, "PUT", "/v1/me/email", `{"email": "asha@new.example", "currentPassword": "`+password+`"}`)
			code := w.mailed(desk.LetterEmail, w.asha)
			c.between(w, code)
			if got := w.send(w.asha, "POST", "/v1/me/email/confirm", `{"code": "`+code+`"}`); got.Code != c.want {
				t.Errorf("status %d, want %d: %s", got.Code, c.want, got.Body)
			}
		})
	}
}

// One code goes to a name within a minute, for each purpose. Those that nobody is signed in
// for are refused in silence.
func TestOneCodeAMinute(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	ask := func(want int) {
		t.Helper()
		w.forgot("olga@example.com")
		w.do(want, w.owner, "PUT", "/v1/me/email", `{"email": "olga@new.example", "currentPassword": "`+password+`"}`)
		w.do(want, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "`+password+`"}`)
	}
	count := func() map[desk.LetterKind]int {
		n := map[desk.LetterKind]int{}
		for _, m := range w.letters(w.owner) {
			if m.Code != "" {
				n[m.Kind]++
			}
		}
		return n
	}
	wants := func(want int) {
		t.Helper()
		n := count()
		for _, kind := range []desk.LetterKind{desk.LetterReset, desk.LetterEmail, desk.LetterOwner} {
			if n[kind] != want {
				t.Errorf("%d letters of kind %s, want %d", n[kind], kind, want)
			}
		}
	}
	ask(202)
	wants(1)
	w.later(59 * time.Second)
	ask(429)
	wants(1)
	w.later(2 * time.Second)
	ask(202)
	wants(2)
}
