package identitytest

import (
	"time"

	"github.com/connectnow/backend/internal/desk"
)

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

func testWeakReset(s *suite) {
	s.create("mem_a")
	code := s.code("mem_a")
	for _, password := range weak {
		s.invalid(s.ResetPassword(s.Context(), "mem_a", code, password))
	}
	s.must(s.ResetPassword(s.Context(), "mem_a", code, second))
}
