package local

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// spent is the processor time of the process so far.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A wrong password takes as much of the processor whether or not there is a user. Of each the
// least of several tries is taken, which nothing else has disturbed.
func TestIdentityUnknownUserTakesAsLong(t *testing.T) {
	i, err := OpenIdentity(openFile(t, t.TempDir()+"/db"), IdentityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Create(t.Context(), "mem_asha", rightPassword); err != nil {
		t.Fatal(err)
	}
	least := map[string]time.Duration{}
	for range 7 {
		for _, name := range []string{"mem_asha", "mem_nobody"} {
			i.lockout.clear(name)
			began := spent(t)
			if _, err := i.Login(t.Context(), name, "wrong"); !errors.Is(err, desk.ErrWrongPair) {
				t.Fatalf("login of %s: %v", name, err)
			}
			if took := spent(t) - began; least[name] == 0 || took < least[name] {
				least[name] = took
			}
		}
	}
	if ratio := float64(least["mem_nobody"]) / float64(least["mem_asha"]); ratio < 0.5 || ratio > 2 {
		t.Errorf("nobody's password takes %v, a member's %v", least["mem_nobody"], least["mem_asha"])
	}
}
