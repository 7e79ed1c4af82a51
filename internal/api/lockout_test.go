package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// A stranger's wrong passwords are 429 after four, whoever exists, and never reach the fifth
// that locks at Cognito. The owner still gets in from a device that has signed in before.
func TestStrangersLockNobodyOut(t *testing.T) {
	w := newWorld(t)
	identity := &tried{Identity: w.identity}
	w.desk.Identity = identity
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	for _, email := range []string{"asha@example.com", "nobody@example.com"} {
		identity.names = nil
		for i := range 10 {
			want := 401
			if i >= 4 {
				want = 429
			}
			w.do(want, nobody, "POST", "/v1/login", fmt.Sprintf(`{"email": %q, "password": "wrong-Password-%d"}`, email, i))
		}
		if len(identity.names) != 4 {
			t.Errorf("%s: the identity was asked %d times, want 4", email, len(identity.names))
		}
	}
	right := `{"email": "asha@example.com", "password": "` + password + `"`
	w.do(429, nobody, "POST", "/v1/login", right+"}")
	w.do(429, nobody, "POST", "/v1/login", right+`, "deviceSecret": "forged"}`)
	w.do(200, nobody, "POST", "/v1/login", right+`, "deviceSecret": "`+in.text("deviceSecret")+`"}`)
	w.late.Add(int64(16 * time.Minute))
	w.do(200, nobody, "POST", "/v1/login", right+"}")
}

// Wrong tries are of a password. Whoever was kept out signs in with a new one at once, from a
// device that nobody knows: one that a code set, or an admin.
func TestNewPasswordUnlocks(t *testing.T) {
	takesLong(t)
	const anew = "Lantern-Otters-58"
	for _, c := range []struct {
		name string
		set  func(w *world)
	}{
		{"a code", func(w *world) {
			w.forgot("asha@example.com")
			code := w.mailed(desk.LetterReset, w.asha)
			w.do(204, nobody, "POST", "/v1/password/reset", fmt.Sprintf(`{"email": "asha@example.com", "code": %q, "password": %q, "confirmPassword": %q}`, code, anew, anew))
		}},
		{"an admin", func(w *world) {
			w.do(204, w.owner, "PUT", "/v1/members/"+w.asha+"/password", fmt.Sprintf(`{"password": %q, "confirmPassword": %q}`, anew, anew))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			for i := range 5 {
				w.signInAs("asha@example.com", fmt.Sprintf("wrong-Password-%d", i), "")
			}
			if status, _ := w.signInAs("asha@example.com", password, ""); status != 429 {
				t.Fatalf("the right password after five wrong ones: %d, want 429", status)
			}
			c.set(w)
			if status, problem := w.signInAs("asha@example.com", anew, ""); status != 200 {
				t.Errorf("the new password: %d %s, want 200", status, problem)
			}
		})
	}
}
