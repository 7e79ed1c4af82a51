package identitytest

import (
	"errors"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

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
