package main

import (
	"crypto/rand"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

const (
	devika = "devika@shoes.example"
	anil   = "anil@shoes.example"
	meera  = "meera@shoes.example"
)

// bearerBefore is a bearer of the release: one of a session, or as it made them before there were
// any, of its own client.
func (r *released) bearerBefore(email string) string {
	r.t.Helper()
	m := r.of(email)
	if r.Sessions {
		return m.AccessToken
	}
	issued := r.ClosedAt.Unix() // later than the password that Devika has chosen
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": m.ID, "username": m.ID, "client_id": "sandbox-app", "scope": "aws.cognito.signin.user.admin",
		"auth_time": issued, "iat": issued, "exp": issued + 3600, "iss": "https://sandbox.localhost", "token_use": "access", "jti": rand.Text(),
	}).SignedString(signingKey(r.t, r.path))
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// signingKey reads the key with which a released file signs.
func signingKey(t *testing.T, path string) (key []byte) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(unpack(t, path), "connectnow.db"), 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		key = slices.Clone(tx.Bucket([]byte("identity")).Get([]byte("signingKey")))
		return nil
	})
	if err != nil || len(key) == 0 {
		t.Fatalf("no signing key in %s: %v", path, err)
	}
	return key
}

// wants makes a call and wants its status.
func (r *released) wants(status int, method, path, token string, body any) []byte {
	r.t.Helper()
	got, answer := r.do(method, path, token, body)
	if got != status {
		r.t.Fatalf("%s %s: %d %s, want %d", method, path, got, answer, status)
	}
	return answer
}

// refreshes wants a refresh token of the file to be taken, or not.
func (r *released) refreshes(email string, status int) {
	r.t.Helper()
	r.wants(status, "POST", "/v1/refresh", "", thing{"refreshToken": r.of(email).RefreshToken})
}

// fullIn is the whole answer of a sign-in.
type fullIn struct{ AccessToken, RefreshToken, DeviceSecret, SessionEndsAt string }

func (r *released) signIn(email, password string) fullIn {
	r.t.Helper()
	return request[fullIn](r.process, "POST", "/v1/login", "", thing{"email": email, "password": password, "deviceName": "New phone"})
}

func (r *released) devices(token string) (ids []string) {
	r.t.Helper()
	list := request[struct{ Items []struct{ ID string } }](r.process, "GET", "/v1/me/devices", token, nil)
	for _, d := range list.Items {
		ids = append(ids, d.ID)
	}
	return ids
}

func bearerWorks(r *released) {
	old := r.bearerBefore(devika)
	me := request[thing](r.process, "GET", "/v1/me", old, nil)
	r.wantFields("me", me, thing{"email": devika, "mustChangePassword": false, "emailProved": true, "totp": false})
	r.wants(200, "PUT", "/v1/me/devices/new-phone", old, thing{"platform": "fcm", "token": "new"})
	r.wants(200, "GET", "/v1/me/sessions", old, nil)
	r.clock.reach(r.ClosedAt.Add(time.Hour + time.Second))
	r.wants(401, "GET", "/v1/me", old, nil)
	r.refreshes(devika, 200)
}

func bearerIsNoMachine(r *released) {
	r.wants(403, "POST", "/v1/escalations", r.bearerBefore(devika), r.Again[0].Request)
}

// sessionEnds ends a session of before from a new one, which alone is left.
func sessionEnds(r *released) {
	old := r.as(devika)
	in := r.signIn(devika, r.of(devika).Password)
	ends, err := time.Parse(time.RFC3339, in.SessionEndsAt)
	if days := ends.Sub(r.clock.now()).Hours() / 24; err != nil || days < 89.9 || days > 90 {
		r.t.Errorf("the session ends at %s, in %v days, want 90", in.SessionEndsAt, days)
	}
	type sessions struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	list := request[sessions](r.process, "GET", "/v1/me/sessions", in.AccessToken, nil).Items
	if len(list) != 2 {
		r.t.Fatalf("listed are %+v, want both", list)
	}
	for _, s := range list {
		if !s.Current {
			r.wants(204, "DELETE", "/v1/me/sessions/"+s.ID, in.AccessToken, nil)
		}
	}
	r.wants(401, "GET", "/v1/me", old, nil)
	r.refreshes(devika, 401)
	r.wants(200, "GET", "/v1/me", in.AccessToken, nil)
	r.wants(200, "POST", "/v1/refresh", "", thing{"refreshToken": in.RefreshToken})
}

func sessionSignsOut(r *released) {
	old := r.as(anil)
	r.wants(204, "POST", "/v1/logout", "", thing{"refreshToken": r.of(anil).RefreshToken, "deviceId": "anils-phone"})
	r.wants(401, "GET", "/v1/me", old, nil)
	r.refreshes(anil, 401)
	if left := r.devices(r.signIn(anil, r.of(anil).Password).AccessToken); len(left) != 0 {
		r.t.Errorf("devices %v are left", left)
	}
}

func allSessionsEnd(r *released) {
	old, refreshed := r.bearerBefore(devika), r.as(devika)
	r.wants(204, "DELETE", "/v1/me/sessions", old, nil)
	r.wants(401, "GET", "/v1/me", old, nil)
	r.wants(401, "GET", "/v1/me", refreshed, nil)
	r.refreshes(devika, 401)
	if left := r.devices(r.signIn(devika, r.of(devika).Password).AccessToken); len(left) != 0 {
		r.t.Errorf("devices %v are left", left)
	}
}

// passwordChanges changes it by a bearer that names no session. The device, of which nobody knows
// whose session it is, stays, and goes with the new one.
func passwordChanges(r *released) {
	old, refreshed := r.bearerBefore(devika), r.as(devika)
	const next = "Seventeen-Herons-2"
	r.wants(422, "PUT", "/v1/me/password", old, thing{"currentPassword": "Wrong-Otters-14", "password": next, "confirmPassword": next})
	in := request[fullIn](r.process, "PUT", "/v1/me/password", old, thing{"currentPassword": r.of(devika).Password, "password": next, "confirmPassword": next})
	r.wants(401, "GET", "/v1/me", old, nil)
	r.wants(401, "GET", "/v1/me", refreshed, nil)
	r.refreshes(devika, 401)
	r.wants(401, "POST", "/v1/login", "", thing{"email": devika, "password": r.of(devika).Password})
	if got := r.devices(in.AccessToken); !slices.Equal(got, []string{"devikas-phone"}) {
		r.t.Errorf("devices %v, want the one of before", got)
	}
	r.wants(200, "PUT", "/v1/me/devices/devikas-phone", in.AccessToken, thing{"platform": "fcm", "token": "another"})
	r.wants(204, "POST", "/v1/logout", "", thing{"refreshToken": in.RefreshToken})
	r.wants(401, "GET", "/v1/me", in.AccessToken, nil)
	if left := r.devices(r.signIn(devika, next).AccessToken); len(left) != 0 {
		r.t.Errorf("devices %v are left", left)
	}
}

// mailedCode delivers what waits and reads the last code.
func (r *released) mailedCode() string {
	r.t.Helper()
	for _, p := range r.s.Timers.Pending() {
		if p.Message.Kind == desk.WakeCode {
			if err := r.s.Timers.Deliver(r.t.Context(), p.ID, r.s.Desk.Wake); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	mails := request[struct{ Items []struct{ Code string } }](r.process, "GET", "/sandbox/mails", "", nil).Items
	if len(mails) == 0 || mails[0].Code == "" {
		r.t.Fatalf("no code among %+v", mails)
	}
	return mails[0].Code
}

func passwordIsReset(r *released) {
	const next = "Seventeen-Herons-2"
	r.wants(202, "POST", "/v1/password/forgot", "", thing{"email": devika})
	r.wants(204, "POST", "/v1/password/reset", "", thing{"email": devika, "code": r.mailedCode(), "password": next, "confirmPassword": next})
	r.refreshes(devika, 401)
	if left := r.devices(r.signIn(devika, next).AccessToken); len(left) != 0 {
		r.t.Errorf("devices %v are left", left)
	}
}

func addressChanges(r *released) {
	old := r.bearerBefore(devika)
	r.clock.reach(r.ClosedAt.Add(2 * time.Minute)) // since she proved hers
	r.wants(202, "PUT", "/v1/me/email", old, thing{"email": "d.rao@shoes.example", "currentPassword": r.of(devika).Password})
	r.wants(204, "POST", "/v1/me/email/confirm", old, thing{"code": r.mailedCode()})
	r.signIn("d.rao@shoes.example", r.of(devika).Password)
	r.wants(401, "POST", "/v1/login", "", thing{"email": devika, "password": r.of(devika).Password})
}

func strangersLockNobodyOut(r *released) {
	in := r.signIn(devika, r.of(devika).Password)
	for range 4 {
		r.wants(401, "POST", "/v1/login", "", thing{"email": devika, "password": "Wrong-Otters-14"})
	}
	right := thing{"email": devika, "password": r.of(devika).Password}
	r.wants(http.StatusTooManyRequests, "POST", "/v1/login", "", right)
	right["deviceSecret"] = in.DeviceSecret
	r.wants(200, "POST", "/v1/login", "", right)
}
