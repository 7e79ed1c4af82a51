// Package identitytest is the contract of desk.Identity as a test suite. Every identity
// runs it: the local twin, and the one on Cognito against servers that play Cognito.
package identitytest

import (
	"errors"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Subject is an identity under test, without users.
type Subject struct {
	desk.Identity
	// Advance moves the clock that lock-outs go by.
	Advance func(d time.Duration)
	// Lose deletes a user, and Overwrite sets a password, at the service and past the identity.
	// Disable keeps a user from signing in there; nil where it cannot.
	Lose      func(memberID string) error
	Overwrite func(memberID, password string) error
	Disable   func(memberID string) error
	// SelfService tries with a token what users may do at the service by themselves, and gives
	// what became of each; nil where there is nothing of the kind.
	SelfService func(token string) map[string]error
}

// Passwords that every identity takes.
const (
	first  = "First-Password-1"
	second = "Second-Password-2"
	third  = "Third-Password-3"
)

// Run runs the suite; open makes a new Subject for each test. The tests named in except
// are left out, each for the reason given: not what the identity gets wrong, but what a
// stand-in for its service does.
func Run(t *testing.T, open func(t *testing.T) Subject, except map[string]string) {
	tests := map[string]func(*suite){
		"sign in":                     testSignIn,
		"bearer":                      testBearer,
		"session":                     testSession,
		"self-service":                testSelfService,
		"bearer's life":               testExpiresIn,
		"wrong password":              testWrongPassword,
		"unknown user":                testUnknownUser,
		"create again":                testCreateAgain,
		"set the password":            testSetPassword,
		"new password ends sessions":  testSetPasswordEndsSessions,
		"change nobody":               testChangeNobody,
		"delete":                      testDelete,
		"set a lost user's password":  testSetPasswordOfLost,
		"password set at the service": testOverwritten,
		"disabled at the service":     testDisabled,
		"restore":                     testRestore,
		"revoke":                      testRevoke,
		"revoke again":                testRevokeAgain,
		"bad refresh token":           testBadRefreshToken,
		"weak password":               testWeakPassword,
		"any script":                  testAnyScript,
		"too many passwords":          testTooManyPasswords,
		"cancelled":                   testCancelled,
	}
	for name := range except {
		if tests[name] == nil {
			t.Errorf("there is no test %q to leave out", name)
		}
	}
	for name, test := range tests {
		if except[name] == "" {
			t.Run(name, func(t *testing.T) { test(&suite{t, open(t)}) })
		}
	}
}

// suite is one test of the suite.
type suite struct {
	*testing.T
	Subject
}

// must stops the test on an error.
func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// create makes the members with the first password; mem_a gets mem_a@example.com.
func (s *suite) create(ids ...string) {
	s.Helper()
	for _, id := range ids {
		s.must(s.Create(s.Context(), id, first))
	}
}

// login signs in and stops the test when that fails.
func (s *suite) login(id, password string) desk.Tokens {
	s.Helper()
	tokens, err := s.Login(s.Context(), id, password)
	s.must(err)
	return tokens
}

// noLogin checks that the password is refused, in the words that an unknown user gets, too.
func (s *suite) noLogin(id, password string) {
	s.Helper()
	tokens, err := s.Login(s.Context(), id, password)
	s.is(err, desk.ErrWrongPair)
	if tokens != (desk.Tokens{}) {
		s.Errorf("tokens %+v besides the refusal", tokens)
	}
}

// noRefresh checks that the refresh token is dead.
func (s *suite) noRefresh(token string) {
	s.Helper()
	_, err := s.Refresh(s.Context(), token)
	s.is(err, desk.ErrBadToken)
}

// is checks that the error is that problem.
func (s *suite) is(err error, want *desk.Problem) {
	s.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != want.Class || p.Name != want.Name || p.Detail != want.Detail {
		s.Fatalf("got %v, want %v", err, want)
	}
}
