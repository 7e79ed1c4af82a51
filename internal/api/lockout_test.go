package api_test

import (
	"fmt"
	"testing"
	"time"
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
