package identitytest

import (
	"errors"

	"github.com/connectnow/backend/internal/desk"
)

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

func testChangeNobody(s *suite) {
	s.must(s.Delete(s.Context(), "mem_nobody"))
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
	// The name is free again.
	s.must(s.Create(s.Context(), "mem_a", second))
	s.login("mem_a", second)
	s.noRefresh(tokens.RefreshToken)
}

// weak are passwords that nobody may set.
var weak = []string{"", "Short-1", "violetbarna", "Password-1234", "1qaz2wsx3edc", " violet barnacle", "violet\tbarnacle"}

// testAnyScript has passwords of any script sign in, however the device composes them: in
// both forms of Unicode, and with the space of its keyboard.
func testAnyScript(s *suite) {
	s.create("mem_a")
	for _, c := range []struct{ set, typed, other string }{
		{"prüfungsängste", "pru\u0308fungsa\u0308ngste", "prufungsangste"},
		{"한국어로쓴긴비밀번호입니다", "\u1112\u1161\u11abᄀ\u116e\u11a8어로쓴긴비밀번호입니다", "한국어로쓴긴비밀번호입니"},
		{"नीला आसमान और पतंग", "नीला\u3000आसमान\u00a0और पतंग", "नीला आसमान और पतग"},
		{"🦊🧀🚲🌵🪁🎻🧊🦉🍐🛶🧲🪴", "🦊🧀🚲🌵🪁🎻🧊🦉🍐🛶🧲🪴", "🦊🧀🚲🌵🪁🎻🧊🦉🍐🛶🧲"},
		{"one kind of characters", "one kind of characters", "One kind of characters"},
	} {
		s.must(s.SetPassword(s.Context(), "mem_a", c.set))
		s.login("mem_a", c.set)
		s.login("mem_a", c.typed)
		s.noLogin("mem_a", c.other)
		s.must(s.SetPassword(s.Context(), "mem_a", c.typed))
		s.login("mem_a", c.set)
	}
}

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
		s.invalid(s.Create(s.Context(), "mem_b", password))
		s.invalid(s.SetPassword(s.Context(), "mem_a", password))
	}
	s.login("mem_a", first)
	_, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
}
