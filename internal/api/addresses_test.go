package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// addressed tells of each letter about a member what it is and whom it went to, without the
// order.
func (w *world) addressed(member string) []string {
	w.t.Helper()
	all := []string{}
	for _, m := range w.letters(member) {
		all = append(all, string(m.Kind)+" to "+m.To)
	}
	slices.Sort(all)
	return all
}

// wantLetters compares what was mailed about a member.
func (w *world) wantLetters(member string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), w.addressed(member)); diff != "" {
		w.t.Errorf("letters (-want +got):\n%s", diff)
	}
}

// Another address is asked for, and the old one hears of it, before and after.
func TestNoticesToOldAddress(t *testing.T) {
	w := newWorld(t)
	w.do(202, w.asha, "PUT", "/v1/me/email", `{"email": "asha@new.example", "currentPassword": "`+password+`"}`)
	w.wantLetters(w.asha, "email to asha@new.example", "email_asked to asha@example.com")
	for _, m := range w.letters(w.asha) {
		if m.Code != "" && m.To != "asha@new.example" {
			t.Errorf("a code in a notice: %+v", m)
		}
	}
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"email": "asha@example.com"}) // not yet
	w.do(204, w.asha, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, w.asha)+`"}`)
	w.wantLetters(w.asha, "email to asha@new.example", "email_asked to asha@example.com", "email_changed to asha@example.com")
}

// Both hear that the account was handed over, once it was.
func TestNoticesOfHandOver(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	w.do(202, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "`+password+`"}`)
	w.wantLetters(w.owner, "owner to olga@example.com")
	w.want(w.do(200, w.owner, "GET", "/v1/me", ""), fields{"role": "owner"})
	w.do(204, w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+w.mailed(desk.LetterOwner, w.owner)+`"}`)
	w.wantLetters(w.owner, "owner to olga@example.com", "owner_changed to adam@example.com", "owner_changed to olga@example.com")
}

// unproved is a member by an address of which an admin alone says that it is theirs.
func (w *world) unproved(admin, email string) string {
	w.t.Helper()
	return w.do(201, admin, "POST", "/v1/members", w.newMember(email, nil)).text("id")
}

// No code goes to an address that nobody has proved; the answer is as ever. Its member
// proves it by a code to it, which is asked for with the password.
func TestUnprovedAddress(t *testing.T) {
	w := newWorld(t)
	nina := w.unproved(w.owner, "nina@example.com")
	w.want(w.do(200, nina, "GET", "/v1/me", ""), fields{"emailProved": false})
	w.forgot("nina@example.com")
	w.wantLetters(nina)
	w.do(202, nina, "PUT", "/v1/me/email", `{"email": "nina@example.com", "currentPassword": "First-Word-1"}`)
	w.wantLetters(nina, "email to nina@example.com") // which is told once: it is no old address
	w.do(204, nina, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, nina)+`"}`)
	w.want(w.do(200, nina, "GET", "/v1/me", ""), fields{"emailProved": true})
	w.later(time.Minute)
	w.forgot("nina@example.com")
	w.wantLetters(nina, "email to nina@example.com", "reset to nina@example.com")
	// An admin gives another address, and that one is not proved.
	w.do(200, w.owner, "PATCH", "/v1/members/"+nina, `{"email": "nina@other.example"}`)
	w.later(time.Minute)
	w.forgot("nina@other.example")
	w.wantLetters(nina, "email to nina@example.com", "email_changed to nina@example.com", "reset to nina@example.com")
}

// Whoever proves an address takes the sign-in by it from a member of another account who did
// not. That one stays a member, the admins there are told, and another address lets them in.
func TestDisplacement(t *testing.T) {
	w := newWorld(t)
	otto := w.other()
	nina := w.unproved(w.owner, "otto@work.example")
	in := func(want int, email, with, member string) {
		t.Helper()
		got := w.do(want, nobody, "POST", "/v1/login", `{"email": "`+email+`", "password": "`+with+`"}`)
		if want == 200 {
			w.want(got, fields{"member.id": member})
		}
	}
	in(200, "otto@work.example", "First-Word-1", nina)
	w.do(202, otto, "PUT", "/v1/me/email", `{"email": "otto@work.example", "currentPassword": "`+password+`"}`)
	w.do(204, otto, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, otto)+`"}`)

	in(200, "otto@work.example", password, otto)
	in(401, "otto@work.example", "First-Word-1", "")
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+nina, ""), fields{"id": nina, "email": "otto@work.example"})
	w.wantLetters(nina, "displaced to olga@example.com")
	w.later(time.Minute)
	w.forgot("otto@work.example") // goes to Otto, and to nobody else
	w.wantLetters(nina, "displaced to olga@example.com")

	w.do(200, w.owner, "PATCH", "/v1/members/"+nina, `{"email": "nina@work.example"}`)
	in(200, "nina@work.example", "First-Word-1", nina)
	in(200, "otto@work.example", password, otto)
}

// What happens to a member who was displaced is no news for whoever has the address now.
func TestDisplacedGetNoLetters(t *testing.T) {
	w := newWorld(t)
	otto := w.other()
	nina := w.do(201, w.owner, "POST", "/v1/members", w.newMember("otto@work.example", map[string]string{"role": `"admin"`})).text("id")
	begun := w.do(200, nina, "POST", "/v1/me/totp", `{"currentPassword": "First-Word-1"}`)
	w.do(200, nina, "POST", "/v1/me/totp/confirm", `{"otp": "`+w.scan(begun.text("uri")).code()+`"}`)
	w.do(202, otto, "PUT", "/v1/me/email", `{"email": "otto@work.example", "currentPassword": "`+password+`"}`)
	w.do(204, otto, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, otto)+`"}`)

	w.do(204, w.owner, "DELETE", "/v1/members/"+nina+"/totp", "")
	w.wantLetters(nina, "displaced to olga@example.com", "totp_set to otto@work.example") // which was theirs then
	w.do(202, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+nina+`", "currentPassword": "`+password+`"}`)
	w.do(204, w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+w.mailed(desk.LetterOwner, w.owner)+`"}`)
	w.wantLetters(w.owner, "owner to olga@example.com", "owner_changed to olga@example.com")
}

// An address that is proved is nobody else's to prove: it gets a letter and no code, and the
// answer to who asked is as ever.
func TestProvedAddressStays(t *testing.T) {
	w := newWorld(t)
	otto := w.other()
	w.do(202, otto, "PUT", "/v1/me/email", `{"email": "asha@example.com", "currentPassword": "`+password+`"}`)
	w.wantLetters(w.asha, "email_taken to asha@example.com")
	w.wantLetters(otto, "email_asked to otto@example.com")
	for _, m := range w.letters("") {
		if m.Code != "" {
			t.Errorf("a code went to %s: %+v", m.To, m)
		}
	}
	w.want(w.do(409, otto, "PATCH", "/v1/members/"+otto, `{"email": "asha@example.com"}`), fields{"type": "/problems/own-email"})
	w.later(time.Minute)
	// Proved between code and confirmation, it is refused there.
	w.do(202, otto, "PUT", "/v1/me/email", `{"email": "nina@example.com", "currentPassword": "`+password+`"}`)
	code := w.mailed(desk.LetterEmail, otto)
	nina := w.unproved(w.owner, "nina@example.com")
	w.do(202, nina, "PUT", "/v1/me/email", `{"email": "nina@example.com", "currentPassword": "First-Word-1"}`)
	w.do(204, nina, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, nina)+`"}`)
	w.want(w.do(409, otto, "POST", "/v1/me/email/confirm", `{"code": "`+code+`"}`), fields{"type": "/problems/email-taken"})
}

// One's own e-mail is no admin's field, and needs mail, which is said.
func TestOwnEmail(t *testing.T) {
	w := newWorld(t)
	for _, who := range []string{w.owner, w.member("Adam", desk.RoleAdmin)} {
		w.want(w.do(409, who, "PATCH", "/v1/members/"+who, `{"email": "new@new.example"}`), fields{"type": "/problems/own-email"})
	}
	w.desk.Mail = nil
	w.want(w.do(409, w.asha, "PUT", "/v1/me/email", `{"email": "asha@new.example", "currentPassword": "`+password+`"}`), fields{"type": "/problems/no-mail"})
	w.want(w.do(409, w.owner, "PUT", "/v1/me/email", `{"email": "olga@new.example", "currentPassword": "`+password+`"}`), fields{
		"type": "/problems/no-mail", "detail": "This deployment sends no mail. Nobody else changes an owner's e-mail: hand the account over to an admin, who then can.",
	})
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "asha@new.example"}`)
	w.do(202, nobody, "POST", "/v1/password/forgot", `{"email": "bilal@example.com"}`)
	w.want(w.do(422, nobody, "POST", "/v1/password/reset", reset("bilal@example.com", "123456", "")), fields{"errors.0.field": "code"})
}

// Without mail an account is handed over by the password alone.
func TestHandOverWithoutMail(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	w.desk.Mail = nil
	w.do(422, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "wrong-Password-1"}`)
	w.do(204, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "`+password+`"}`)
	w.want(w.do(200, admin, "GET", "/v1/me", ""), fields{"role": "owner"})
}

// Whoever has a stolen bearer cannot keep the account beyond its hour. Four requests did it
// once: another e-mail, a code to it, a password by the code, and a sign-in. Without the
// password no request of theirs has anything mailed, and guesses at codes end after ten.
func TestStolenBearerTakesNoAccount(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "olga@example.com", "password": "`+password+`"}`)
	stolen := func(method, path, body string, want int) {
		t.Helper()
		if got := w.call(in.text("accessToken"), method, path, body); got.Code != want {
			t.Errorf("%s %s %s: status %d, want %d: %s", method, path, body, got.Code, want, got.Body)
		}
	}
	stolen("PATCH", "/v1/me", `{"email": "thief@thief.example"}`, 400)
	stolen("PATCH", "/v1/members/"+w.owner, `{"email": "thief@thief.example"}`, 409)
	stolen("PUT", "/v1/members/"+w.owner+"/password", `{`+newPassword+`}`, 403)
	for _, c := range []struct{ method, path, body string }{
		{"PUT", "/v1/me/email", `{"email": "thief@thief.example"%s}`},
		{"POST", "/v1/account/owner", `{"memberId": "` + admin + `"%s}`},
		{"PUT", "/v1/me/password", `{` + newPassword + `%s}`},
		{"POST", "/v1/me/totp", `{%s}`},
	} {
		with := func(current string) string {
			return strings.Replace(fmt.Sprintf(c.body, current), "{, ", "{", 1)
		}
		stolen(c.method, c.path, with(""), 422)
		stolen(c.method, c.path, with(`, "currentPassword": "wrong-Password-1"`), 422)
	}
	for range 5 {
		stolen("POST", "/v1/me/email/confirm", `{"code": "123456"}`, 422)
		stolen("POST", "/v1/account/owner/confirm", `{"code": "123456"}`, 422)
	}
	stolen("POST", "/v1/account/owner/confirm", `{"code": "123456"}`, 429)
	w.forgot("thief@thief.example")
	refused(t, w.from(stranger, "/v1/password/reset", reset("thief@thief.example", "123456", "")))
	if got := w.letters(""); len(got) != 0 {
		t.Errorf("letters %+v, want none", got)
	}
	w.want(w.do(200, nobody, "POST", "/v1/login", `{"email": "olga@example.com", "password": "`+password+`"}`),
		fields{"member.role": "owner", "member.email": "olga@example.com"})
}

// With a stolen bearer and the password, which is as much as the owner has but for their mail,
// the account is still not handed over, and the owner hears of the new e-mail.
func TestStolenPasswordHandsNothingOver(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", desk.RoleAdmin)
	w.do(202, w.owner, "POST", "/v1/account/owner", `{"memberId": "`+admin+`", "currentPassword": "`+password+`"}`)
	w.wantLetters(w.owner, "owner to olga@example.com")
	w.wantLetters(admin)
	right := w.mailed(desk.LetterOwner, w.owner)
	for range 5 {
		refused(t, w.send(w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+wrongCode(right)+`"}`))
	}
	refused(t, w.send(w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+right+`"}`))
	w.want(w.do(200, w.owner, "GET", "/v1/me", ""), fields{"role": "owner"})
	w.do(202, w.owner, "PUT", "/v1/me/email", `{"email": "thief@thief.example", "currentPassword": "`+password+`"}`)
	w.wantLetters(w.owner, "email to thief@thief.example", "email_asked to olga@example.com", "owner to olga@example.com")
}
