package identitytest

import (
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// testTooManyPasswords has five wrong ones lock a member out, for a second at first, and
// nobody else. Those of a quarter of an hour ago are forgotten. Cognito counts the same.
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
	for range 3 {
		for range 4 {
			s.noLogin("mem_a", second)
		}
		s.Advance(15 * time.Minute)
	}
	s.login("mem_a", first)
}
