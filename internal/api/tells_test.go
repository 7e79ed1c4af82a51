package api_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// Whose e-mail a stranger may ask after. Each is asked from a network of its own: strangers in
// one network share tries, whoever's name they try.
var whose = []struct{ who, email string }{
	{"nobody", "unknown@example.com"},
	{"a member", "asha@example.com"},
	{"the owner", "olga@example.com"},
	{"a member with a second factor", "bilal@example.com"},
	{"a member whose address nobody proved", "nina@example.com"},
	{"a member who was removed", "gone@example.com"},
	{"a member whom somebody deleted at the identity", "behind@example.com"},
	{"a member who was displaced", "otto@work.example"},
	{"a member who was signed out", "out@example.com"},
	{"nobody, by what is no address", "no address"},
}

// crowd makes them all, and locks none.
func (w *world) crowd() {
	w.t.Helper()
	w.setUp(w.bilal)
	w.unproved(w.owner, "nina@example.com")
	w.do(204, w.owner, "DELETE", "/v1/members/"+w.member("Gone", desk.RoleStaff, w.dep), "")
	must(w.t, w.identity.Delete(w.t.Context(), w.member("Behind", desk.RoleStaff, w.dep)))
	w.do(204, w.owner, "DELETE", "/v1/members/"+w.member("Out", desk.RoleStaff, w.dep)+"/sessions", "")
	otto := w.other()
	w.unproved(w.owner, "otto@work.example")
	w.do(202, otto, "PUT", "/v1/me/email", `{"email": "otto@work.example", "currentPassword": "`+password+`"}`)
	w.do(204, otto, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, otto)+`"}`)
	w.later(time.Minute)
}

// alike compares what each of whose gets of requests one after another, to what nobody gets.
func alike(t *testing.T, before func(w *world), ask func(o *onlooker, network, email string) []seen) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.crowd()
		if before != nil {
			before(w)
		}
		o := w.onlook()
		var want []seen
		for i, c := range whose {
			got := ask(o, fmt.Sprintf("198.51.%d.7:4711", i), c.email)
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s gets something else than nobody does (-nobody +got):\n%s", c.who, diff)
			}
		}
		if len(want) == 0 || want[0].Took == 0 || len(want[0].Calls) == 0 {
			t.Errorf("nobody gets %+v: this test says nothing", want)
		}
	})
}

// tenTimes asks until tries are used up, and beyond. The body has the places {email} and {n}.
func tenTimes(path, body string) func(o *onlooker, network, email string) []seen {
	return func(o *onlooker, network, email string) (all []seen) {
		for i := range 10 {
			all = append(all, o.sees(network, path, fill(body, map[string]string{"email": email, "n": strconv.Itoa(i)})))
		}
		return all
	}
}

// Answers and times tell no stranger who exists, who has a second factor or a code under way,
// or who was removed: not before a name is locked, nor after. What is compared is the answer's
// every byte and header, what was asked of table, identity, queue and mail for it, and the time
// that this takes to the microsecond. The processor's time is the identity's, which compares
// passwords: see its own tests.
func TestStrangersAreToldNothing(t *testing.T) {
	const (
		login    = "/v1/login"
		byCode   = "/v1/password/reset"
		wrong    = `{"email": "{email}", "password": "wrong-Password-{n}"`
		resets   = `{"email": "{email}", "code": "{n}", ` + newPassword + `}`
		personal = `{"email": "{email}", "code": "{n}", "password": "Asha-Test-2026", "confirmPassword": "Asha-Test-2026"}`
	)
	asked := func(emails ...string) func(w *world) {
		return func(w *world) {
			for _, email := range emails {
				w.forgot(email)
			}
		}
	}
	locked := func(w *world) {
		for i, c := range whose {
			for range 4 {
				w.from(fmt.Sprintf("203.0.%d.7:4711", i), login, `{"email": "`+c.email+`", "password": "wrong-Password-1"}`)
			}
		}
	}
	for _, c := range []struct {
		name   string
		before func(w *world)
		ask    func(o *onlooker, network, email string) []seen
	}{
		{"sign in", nil, tenTimes(login, wrong+"}")},
		{"sign in with a code of the app", nil, tenTimes(login, wrong+`, "otp": "12345{n}"}`)},
		{"sign in on a device that is not known", nil, tenTimes(login, wrong+`, "deviceSecret": "forged{n}"}`)},
		{"sign in by the right password, locked", locked, tenTimes(login, `{"email": "{email}", "password": "`+password+`"}`)},
		{"sign in, codes of all locked", asked(emails()...), func(o *onlooker, network, email string) []seen {
			return append(tenTimes(byCode, resets)(o, network, email), tenTimes(login, wrong+"}")(o, network, email)...)
		}},
		{"forgot", nil, tenTimes("/v1/password/forgot", `{"email": "{email}"}`)},
		{"forgot, a code on its way", asked("asha@example.com"), tenTimes("/v1/password/forgot", `{"email": "{email}"}`)},
		{"reset", nil, tenTimes(byCode, resets)},
		{"reset, some have a code", asked("asha@example.com", "bilal@example.com", "gone@example.com"), tenTimes(byCode, resets)},
		{"reset, all asked for a code", asked(emails()...), tenTimes(byCode, resets)},
		{"reset by a password of the name", nil, tenTimes(byCode, personal)},
	} {
		t.Run(c.name, func(t *testing.T) { alike(t, c.before, c.ask) })
	}
}

// emails are those of whose.
func emails() (all []string) {
	for _, c := range whose {
		all = append(all, c.email)
	}
	return all
}

// A refresh token that is no good is so in the same words and by the same calls, whatever it
// lacks. The words stay the same where it was good once: whose holder is no stranger, and there
// the profile is read.
func TestRefreshTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := func(email string) string {
			return w.do(200, nobody, "POST", "/v1/login", `{"email": "`+email+`", "password": "`+password+`"}`).text("refreshToken")
		}
		gone, ended, revoked, behind, old := w.member("Gone", desk.RoleStaff, w.dep), in("asha@example.com"), in("asha@example.com"), w.member("Behind", desk.RoleStaff, w.dep), in("olga@example.com")
		ofGone, ofBehind, reset := in("gone@example.com"), in("behind@example.com"), in("bilal@example.com")
		w.do(204, nobody, "POST", "/v1/logout", `{"refreshToken": "`+revoked+`"}`)
		w.do(204, w.owner, "DELETE", "/v1/members/"+w.asha+"/sessions", "")
		w.do(204, w.owner, "DELETE", "/v1/members/"+gone, "")
		must(t, w.identity.Delete(t.Context(), behind))
		w.do(204, w.owner, "PUT", "/v1/members/"+w.bilal+"/password", `{`+newPassword+`}`)
		w.later(91 * 24 * time.Hour)
		o := w.onlook()
		want := o.sees(stranger, "/v1/refresh", `{"refreshToken": "unknown"}`)
		if want.Status != 401 || len(want.Calls) == 0 {
			t.Fatalf("an unknown token gets %+v", want)
		}
		for _, c := range []struct { // in one bubble, where no test has others below it
			name, token string
			strangers   bool // may have one
		}{
			{"another", "another", true},
			{"none that a table could have", strings.Repeat("x", 4000), true},
			{"a JWT", "a.e30.c", true},
			{"one that has expired", old, true},
			{"one that was revoked", revoked, true},
			{"one of a session that was ended", ended, false},
			{"one of a member who was removed", ofGone, false},
			{"one of a user who was deleted at the identity", ofBehind, false},
			{"one of before a password that somebody set", reset, false},
		} {
			got := o.sees(stranger, "/v1/refresh", `{"refreshToken": "`+c.token+`"}`)
			if !c.strangers {
				got.Calls, got.Took = want.Calls, want.Took
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-unknown +got):\n%s", c.name, diff)
			}
		}
	})
}

// That there is a second factor is told to whoever has the password, and to nobody else.
// Whether a code was wrong or none was sent is told to nobody.
func TestSecondFactorTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.crowd()
		o := w.onlook()
		right := func(email, more string) seen {
			return o.sees(stranger, "/v1/login", `{"email": "`+email+`", "password": "`+password+`"`+more+`}`)
		}
		without, wrong := right("bilal@example.com", ""), right("bilal@example.com", `, "otp": "000000"`)
		if without.Status != 401 || without.Body != wrong.Body || !cmp.Equal(without.Headers, wrong.Headers) {
			t.Errorf("without a code %+v, with a wrong one %+v", without, wrong)
		}
		for range 3 {
			right("bilal@example.com", `, "otp": "000000"`)
			right("unknown@example.com", "")
		}
		right("unknown@example.com", "")
		known, unknown := right("bilal@example.com", `, "otp": "000000"`), right("unknown@example.com", `, "otp": "000000"`)
		if diff := cmp.Diff(unknown, known); known.Status != 429 || diff != "" {
			t.Errorf("locked (-nobody +member with a second factor):\n%s", diff)
		}
	})
}
