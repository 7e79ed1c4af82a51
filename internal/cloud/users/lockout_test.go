package users_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// lockedDesk is a desk whose passwords are Cognito's, and whose clock is, too.
func lockedDesk(t *testing.T) (*desk.Desk, *users.Identity, *cognitoServer) {
	t.Helper()
	i, s := newCognito(t)
	now := func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.now
	}
	twins, err := local.Open(t.TempDir(), local.Options{PasswordMemory: 64, Now: now, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = twins.Close() })
	twins.Desk.Identity = i
	return twins.Desk, i, s
}

// Whatever strangers try all day, Cognito never counts its fifth: the owner signs in from a device
// that has signed in before, at any moment, and for an e-mail that nobody has it is the same.
func TestStrangersNeverReachLockout(t *testing.T) {
	d, _, s := lockedDesk(t)
	made, err := d.Provision(t.Context(), desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: "Shop", TimeZone: "UTC", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Alone", Email: "olga@example.com", Password: goodPassword, EmailProved: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	signIn := func(email, password string, v desk.Visitor) (desk.SignedIn, error) {
		in, _, err := d.SignIn(t.Context(), desk.Credentials{Email: email, Password: password, Visitor: v})
		return in, err
	}
	known, err := signIn("olga@example.com", goodPassword, desk.Visitor{Network: "192.0.2.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	olga := s.users[made.MemberID]
	s.calls = nil
	for round := range 24 {
		answers := map[string][2]int{}
		for n := range 10 {
			v := desk.Visitor{Network: fmt.Sprintf("198.%d.%d.0/24", round, n)}
			for _, email := range []string{"olga@example.com", "nobody@example.com"} {
				_, err := signIn(email, fmt.Sprint("Wrong-Otters-", n), v)
				count := answers[email]
				switch {
				case desk.IsProblem(err, "wrong-credentials"):
					count[0]++
				case desk.IsProblem(err, "too-many-tries"):
					count[1]++
				default:
					t.Fatalf("%s: %v", email, err)
				}
				answers[email] = count
			}
		}
		if want := [2]int{4, 6}; answers["olga@example.com"] != want || answers["nobody@example.com"] != want {
			t.Fatalf("round %d: wrong and too many are %v, want %v each", round, answers, want)
		}
		if olga.failures > 4 || !olga.lockedUntil.IsZero() {
			t.Fatalf("round %d: Cognito counts %d and locks until %v", round, olga.failures, olga.lockedUntil)
		}
		if round%4 == 3 {
			if _, err := signIn("olga@example.com", goodPassword, desk.Visitor{DeviceSecret: known.DeviceSecret}); err != nil {
				t.Fatalf("round %d: the owner gets %v", round, err)
			}
		}
		s.advance(15*time.Minute + 30*time.Second)
	}
	if _, err := signIn("olga@example.com", goodPassword, desk.Visitor{Network: "192.0.2.0/24"}); err != nil {
		t.Errorf("the owner, from another device in the end: %v", err)
	}
	if got, want := len(s.calls), 24*4*2+24/4+1; got != want {
		t.Errorf("Cognito was called %d times, want %d", got, want)
	}
}
