package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// provision invokes the function; a problem is told by its name and first field.
func (w *world) provision(payload string) (fields, string) {
	w.t.Helper()
	out, problem := w.server.Direct(w.t.Context(), "provision", []byte(payload))
	var answer fields
	must(w.t, json.Unmarshal(out, &answer))
	if problem != "" {
		return nil, strings.TrimSpace(problem + " " + answer.text("errors.0.field"))
	}
	return answer, ""
}

// An owner whom strangers have kept out gets in again by the operator's word, and keeps the
// second factor. One whose phone is lost has it taken as well, and hears of it by mail.
func TestUnlock(t *testing.T) {
	w := newWorld(t)
	app, _ := w.setUp(w.owner)
	for i := range 5 {
		w.signInAs("olga@example.com", fmt.Sprintf("wrong-Password-%d", i), "")
	}
	in := func(otp string, status int, problem string) {
		t.Helper()
		if s, p := w.signInAs("olga@example.com", password, otp); s != status || p != problem {
			t.Errorf("signing in: %d %s, want %d %s", s, p, status, problem)
		}
	}
	in(app.code(), 429, "too-many-tries")
	unlocked := func(payload string, taken bool) {
		t.Helper()
		got, problem := w.provision(payload)
		if problem != "" {
			t.Fatalf("%s: %s", payload, problem)
		}
		w.want(got, fields{"accountId": w.acc, "memberId": w.owner, "totpTaken": taken})
	}
	unlocked(`{"action": "unlock", "email": "Olga@Example.com"}`, false)
	in("", 401, "otp-required")
	in(app.code(), 200, "")
	unlocked(`{"action": "unlock", "email": "olga@example.com", "totp": true}`, true)
	unlocked(`{"action": "unlock", "email": "olga@example.com", "totp": true}`, false)
	in("", 200, "")
	w.heard(desk.LetterTOTPTaken, w.owner, "olga@example.com")
	var trail []string
	for _, entry := range w.do(200, w.owner, "GET", "/v1/audit?memberId="+w.owner, "").at("items").([]any) {
		trail = append(trail, fields(entry.(map[string]any)).text("what"))
	}
	if got := strings.Join(trail, " "); !strings.Contains(got, "member.unlocked member.unlocked member.totp member.unlocked") {
		t.Errorf("the trail has %s", got)
	}
}

// heard reports an error unless a member got one letter of a kind.
func (w *world) heard(kind desk.LetterKind, member, to string) {
	w.t.Helper()
	w.deliver(desk.WakeMail)
	mails, err := w.twins.Mails.Feed(member, 0)
	must(w.t, err)
	n := 0
	for _, m := range mails {
		if m.Kind == kind && m.To == to {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("%d letters %s to %s among %+v, want one", n, kind, to, mails)
	}
}

// Who sets up a second factor hears of it, since somebody else might have.
func TestMembersHearOfNewFactor(t *testing.T) {
	w := newWorld(t)
	w.setUp(w.asha)
	w.heard(desk.LetterTOTPSet, w.asha, "asha@example.com")
}

// A member's second factor is their owner's to take, and they hear of it.
func TestMembersHearOfTakenFactor(t *testing.T) {
	w := newWorld(t)
	w.setUp(w.asha)
	w.do(204, w.owner, "DELETE", "/v1/members/"+w.asha+"/totp", "")
	w.heard(desk.LetterTOTPTaken, w.asha, "asha@example.com")
}

func TestUnlockIsRefused(t *testing.T) {
	w := newWorld(t)
	w.setUp(w.asha)
	for _, c := range []struct{ name, payload, want string }{
		{"nobody", `{"action": "unlock", "email": "nobody@example.com"}`, "not-found"},
		{"no owner's second factor", `{"action": "unlock", "email": "asha@example.com", "totp": true}`, "invalid totp"},
		{"no e-mail", `{"action": "unlock"}`, "invalid email"},
		{"unknown action", `{"action": "lock", "email": "asha@example.com"}`, "invalid action"},
		{"odd action", `{"action": 1, "email": "asha@example.com"}`, "invalid action"},
		{"another field", `{"action": "unlock", "email": "asha@example.com", "password": "x"}`, "unknown-field password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			if _, problem := w.provision(c.payload); problem != c.want {
				t.Errorf("problem %q, want %q", problem, c.want)
			}
		})
	}
	if _, problem := w.signInAs("asha@example.com", password, ""); problem != "otp-required" {
		t.Errorf("a member's second factor is gone: %q", problem)
	}
}
