// Package identitytest is the contract of desk.Identity as a test suite. Every identity
// runs it: the local twin, and the one on Cognito against servers that play Cognito.
package identitytest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Subject is an identity under test, without users.
type Subject struct {
	desk.Identity
	// LastMail tells the last code that was sent to the member, and the e-mail it went
	// to; two empty strings when there has been none.
	LastMail func(memberID string) (to, code string)
	// Advance moves the clock that codes and lock-outs go by.
	Advance func(d time.Duration)
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
		"sign in":                      testSignIn,
		"access token's life":          testExpiresIn,
		"wrong password":               testWrongPassword,
		"unknown user":                 testUnknownUser,
		"create again":                 testCreateAgain,
		"set the password":             testSetPassword,
		"new password ends sessions":   testSetPasswordEndsSessions,
		"set the e-mail":               testSetEmail,
		"change nobody":                testChangeNobody,
		"set the e-mail of nobody":     testSetEmailOfNobody,
		"delete":                       testDelete,
		"revoke":                       testRevoke,
		"revoke again":                 testRevokeAgain,
		"bad refresh token":            testBadRefreshToken,
		"reset":                        testReset,
		"reset ends sessions":          testResetEndsSessions,
		"wrong code":                   testWrongCode,
		"code is used once":            testCodeOnce,
		"no code was asked for":        testNoCode,
		"newest code counts":           testNewestCode,
		"code grows old":               testOldCode,
		"code for nobody":              testCodeForNobody,
		"weak password":                testWeakPassword,
		"weak password spends no code": testWeakReset,
		"too many passwords":           testTooManyPasswords,
		"too many codes sent":          testTooManyCodesSent,
		"too many codes tried":         testTooManyCodesTried,
		"cancelled":                    testCancelled,
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
		s.must(s.Create(s.Context(), id, id+"@example.com", first))
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

// code sends the member a code and returns it, at least six characters long.
func (s *suite) code(id string) string {
	s.Helper()
	s.must(s.SendCode(s.Context(), id))
	to, code := s.LastMail(id)
	if to == "" || len(code) < 6 {
		s.Fatalf("code %q sent to %q", code, to)
	}
	return code
}

// another is a wrong code of the same form: 123457 for 123456.
func another(code string) string {
	last := code[len(code)-1]
	return code[:len(code)-1] + string('0'+(last-'0'+1)%10)
}

func testSignIn(s *suite) {
	s.create("mem_a", "mem_b")
	tokens := s.login("mem_a", first)
	if tokens.AccessToken == "" || tokens.RefreshToken == "" {
		s.Fatalf("tokens = %+v", tokens)
	}
	fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
	if fresh.AccessToken == "" || fresh.RefreshToken != "" {
		s.Errorf("Refresh = %+v, want an access token alone", fresh)
	}
	_, err = s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
}

// testExpiresIn holds the figure that apps refresh by: too long, and every call after it fails.
func testExpiresIn(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
	if tokens.ExpiresIn != 3600 || fresh.ExpiresIn != 3600 {
		s.Errorf("access tokens live for %d and %d s, want an hour", tokens.ExpiresIn, fresh.ExpiresIn)
	}
}

func testWrongPassword(s *suite) {
	s.create("mem_a")
	for _, password := range []string{"", "x", second, first + " ", "first-password-1"} {
		s.noLogin("mem_a", password)
		s.login("mem_a", first) // or the fifth would lock it
	}
}

// testUnknownUser wants the answer to an unknown user that a wrong password gets, or
// members could be found out by trying names.
func testUnknownUser(s *suite) {
	s.create("mem_a")
	s.noLogin("mem_nobody", first)
	s.noLogin("mem_A", second)
}

// testCreateAgain is a second try of the caller, whose first one got no answer.
func testCreateAgain(s *suite) {
	s.create("mem_a")
	s.must(s.Create(s.Context(), "mem_a", "new@example.com", second))
	s.login("mem_a", second)
	s.code("mem_a")
	if to, _ := s.LastMail("mem_a"); to != "new@example.com" {
		s.Errorf("code sent to %q, want the new e-mail", to)
	}
}

func testSetPassword(s *suite) {
	s.create("mem_a", "mem_b")
	for range 2 {
		s.must(s.SetPassword(s.Context(), "mem_a", second))
		s.login("mem_a", second)
	}
	s.login("mem_b", first)
}

// testSetPasswordEndsSessions is about whoever knew the old password and holds a refresh
// token: it must not outlive the password.
func testSetPasswordEndsSessions(s *suite) {
	s.create("mem_a", "mem_b")
	one, two, other := s.login("mem_a", first), s.login("mem_a", first), s.login("mem_b", first)
	s.must(s.SetPassword(s.Context(), "mem_a", second))
	s.noRefresh(one.RefreshToken)
	s.noRefresh(two.RefreshToken)
	_, err := s.Refresh(s.Context(), other.RefreshToken)
	s.must(err)
	s.noLogin("mem_a", first)
}

func testSetEmail(s *suite) {
	s.create("mem_a")
	for range 2 {
		s.must(s.SetEmail(s.Context(), "mem_a", "new@example.com"))
	}
	s.code("mem_a")
	if to, _ := s.LastMail("mem_a"); to != "new@example.com" {
		s.Errorf("code sent to %q, want the new e-mail", to)
	}
	s.login("mem_a", first)
}

func testChangeNobody(s *suite) {
	s.is(s.SetPassword(s.Context(), "mem_nobody", second), desk.ErrNoUser)
	s.must(s.Delete(s.Context(), "mem_nobody"))
}

func testSetEmailOfNobody(s *suite) {
	s.is(s.SetEmail(s.Context(), "mem_nobody", "new@example.com"), desk.ErrNoUser)
}

func testDelete(s *suite) {
	s.create("mem_a", "mem_b")
	tokens := s.login("mem_a", first)
	for range 2 {
		s.must(s.Delete(s.Context(), "mem_a"))
	}
	s.noLogin("mem_a", first)
	s.noRefresh(tokens.RefreshToken)
	s.login("mem_b", first)
	// The e-mail is free again, also for another.
	s.must(s.Create(s.Context(), "mem_c", "mem_a@example.com", first))
	s.must(s.Create(s.Context(), "mem_a", "again@example.com", second))
	s.login("mem_a", second)
	s.noRefresh(tokens.RefreshToken)
}

func testRevoke(s *suite) {
	s.create("mem_a")
	one, two := s.login("mem_a", first), s.login("mem_a", first)
	s.must(s.Revoke(s.Context(), one.RefreshToken))
	s.noRefresh(one.RefreshToken)
	_, err := s.Refresh(s.Context(), two.RefreshToken)
	s.must(err)
}

func testRevokeAgain(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	for _, token := range []string{tokens.RefreshToken, tokens.RefreshToken, tokens.AccessToken, "nonsense", "no token", ""} {
		s.must(s.Revoke(s.Context(), token))
	}
}

func testBadRefreshToken(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	for _, token := range []string{"", "nonsense", "no token", tokens.AccessToken, tokens.RefreshToken + "x"} {
		s.noRefresh(token)
	}
}

func testReset(s *suite) {
	s.create("mem_a", "mem_b")
	code := s.code("mem_a")
	s.login("mem_a", first) // whoever asked for the code, the owner can go on
	if to, _ := s.LastMail("mem_a"); to != "mem_a@example.com" {
		s.Errorf("code sent to %q", to)
	}
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
	s.login("mem_a", second)
	s.login("mem_b", first)
}

func testResetEndsSessions(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	s.must(s.ResetPassword(s.Context(), "mem_a", s.code("mem_a"), second))
	s.noRefresh(tokens.RefreshToken)
	s.noLogin("mem_a", first)
}

func testWrongCode(s *suite) {
	s.create("mem_a", "mem_b")
	code := s.code("mem_a")
	for _, wrong := range []string{another(code), "", " " + code, "nonsense"} {
		s.is(s.ResetPassword(s.Context(), "mem_a", wrong, second), desk.ErrWrongCode)
	}
	s.login("mem_a", first)
	other := s.code("mem_b")
	if other == code {
		other = another(code)
	}
	s.is(s.ResetPassword(s.Context(), "mem_a", other, second), desk.ErrWrongCode)
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second)) // wrong ones do not spend it
}

// testCodeOnce uses a code again: a mailbox keeps it for years.
func testCodeOnce(s *suite) {
	s.create("mem_a")
	code := s.code("mem_a")
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
	s.is(s.ResetPassword(s.Context(), "mem_a", code, third), desk.ErrWrongCode)
	s.login("mem_a", second)
}

func testNoCode(s *suite) {
	s.create("mem_a")
	s.is(s.ResetPassword(s.Context(), "mem_a", "123456", second), desk.ErrWrongCode)
	s.login("mem_a", first)
}

func testNewestCode(s *suite) {
	s.create("mem_a")
	old, code := s.code("mem_a"), s.code("mem_a")
	if old == code {
		s.Skip("the codes happen to be the same")
	}
	s.is(s.ResetPassword(s.Context(), "mem_a", old, second), desk.ErrWrongCode)
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
}

func testOldCode(s *suite) {
	s.create("mem_a")
	code := s.code("mem_a")
	s.Advance(time.Hour)
	s.is(s.ResetPassword(s.Context(), "mem_a", code, second), desk.ErrWrongCode)
	code = s.code("mem_a")
	s.Advance(time.Hour - time.Second)
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
}

func testCodeForNobody(s *suite) {
	s.must(s.SendCode(s.Context(), "mem_nobody"))
	if to, code := s.LastMail("mem_nobody"); to != "" || code != "" {
		s.Errorf("code %q sent to %q", code, to)
	}
	s.is(s.ResetPassword(s.Context(), "mem_nobody", "123456", second), desk.ErrWrongCode)
}

// weak are passwords that nobody may set.
var weak = []string{"", "Short-1", "no-upper-case-1", "NO-LOWER-CASE-1", "No-Digit-At-All", " Begins-With-1", "Not-Äscii-1234"}

// invalid checks that the password was refused as a bad value.
func (s *suite) invalid(err error) {
	s.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != desk.Invalid || len(p.Fields) == 0 || p.Fields[0].Field != "password" {
		s.Errorf("got %v, want the field password to be at fault", err)
	}
}

func testWeakPassword(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	for _, password := range weak {
		s.invalid(s.Create(s.Context(), "mem_b", "b@example.com", password))
		s.invalid(s.SetPassword(s.Context(), "mem_a", password))
	}
	s.login("mem_a", first)
	_, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
}

func testWeakReset(s *suite) {
	s.create("mem_a")
	code := s.code("mem_a")
	for _, password := range weak {
		s.invalid(s.ResetPassword(s.Context(), "mem_a", code, password))
	}
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
}

// testTooManyPasswords has five wrong ones lock a member out, for a second at first, and
// nobody else. Cognito counts the same.
func testTooManyPasswords(s *suite) {
	s.create("mem_a", "mem_b")
	for range 5 {
		s.noLogin("mem_a", second)
	}
	_, err := s.Login(s.Context(), "mem_a", first)
	s.is(err, desk.ErrTooManyTries)
	s.login("mem_b", first)
	s.Advance(2 * time.Second)
	s.login("mem_a", first)
	s.noLogin("mem_a", second)
	s.login("mem_a", first)
}

// until calls f until it is told that it was too often, which must come between the
// fifth and the twenty-first time (Cognito says 5 to 20 in an hour).
func (s *suite) until(f func() error, before *desk.Problem) {
	s.Helper()
	for n := range 21 {
		err := f()
		var p *desk.Problem
		if errors.As(err, &p) && p.Class == desk.TooMany && n >= 5 {
			s.is(err, desk.ErrTooManyTries)
			return
		}
		if before != nil {
			s.is(err, before)
		} else {
			s.must(err)
		}
	}
	s.Fatal("20 times and no end")
}

func testTooManyCodesSent(s *suite) {
	s.create("mem_a", "mem_b")
	s.until(func() error { return s.SendCode(s.Context(), "mem_a") }, nil)
	s.code("mem_b")
	s.login("mem_a", first)
	s.Advance(time.Hour)
	s.code("mem_a")
}

func testTooManyCodesTried(s *suite) {
	s.create("mem_a", "mem_b")
	code := s.code("mem_a")
	s.until(func() error { return s.ResetPassword(s.Context(), "mem_a", another(code), second) }, desk.ErrWrongCode)
	s.is(s.ResetPassword(s.Context(), "mem_a", code, second), desk.ErrTooManyTries)
	s.must(s.ResetPassword(s.Context(), "mem_b", s.code("mem_b"), second))
	s.login("mem_a", first)
	s.Advance(time.Hour)
	s.must(s.ResetPassword(s.Context(), "mem_a", s.code("mem_a"), second))
}

// testCancelled wants a cancelled call to change nothing: the member signs in as before.
func testCancelled(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	code := s.code("mem_a")
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	_, login := s.Login(ctx, "mem_a", first)
	_, refresh := s.Refresh(ctx, tokens.RefreshToken)
	for name, err := range map[string]error{
		"Create": s.Create(ctx, "mem_b", "b@example.com", first), "SetEmail": s.SetEmail(ctx, "mem_a", "new@example.com"),
		"SetPassword": s.SetPassword(ctx, "mem_a", second), "Delete": s.Delete(ctx, "mem_a"),
		"Login": login, "Refresh": refresh, "SendCode": s.SendCode(ctx, "mem_a"),
		"ResetPassword": s.ResetPassword(ctx, "mem_a", code, second), "Revoke": s.Revoke(ctx, tokens.RefreshToken),
	} {
		if !errors.Is(err, context.Canceled) {
			s.Errorf("%s = %v, want that it was cancelled", name, err)
		}
	}
	s.login("mem_a", first)
}
