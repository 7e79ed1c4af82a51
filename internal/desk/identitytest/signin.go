package identitytest

import (
	"context"
	"errors"
)

func testSignIn(s *suite) {
	s.create("mem_a", "mem_b")
	tokens := s.login("mem_a", first)
	if tokens.AccessToken == "" || tokens.RefreshToken == "" {
		s.Fatalf("tokens = %+v", tokens)
	}
	fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
	if fresh.AccessToken == "" || fresh.RefreshToken != "" {
		s.Errorf("Refresh = %+v, want a bearer alone", fresh)
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
		s.Errorf("bearers live for %d and %d s, want an hour", tokens.ExpiresIn, fresh.ExpiresIn)
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
	s.must(s.Create(s.Context(), "mem_a", second))
	s.login("mem_a", second)
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

// testCancelled wants a cancelled call to change nothing: the member signs in as before.
func testCancelled(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	_, login := s.Login(ctx, "mem_a", first)
	_, refresh := s.Refresh(ctx, tokens.RefreshToken)
	_, restore := s.Restore(ctx, "mem_a", second)
	for name, err := range map[string]error{
		"Create": s.Create(ctx, "mem_b", first), "SetPassword": s.SetPassword(ctx, "mem_a", second), "Restore": restore,
		"Delete": s.Delete(ctx, "mem_a"), "Login": login, "Refresh": refresh, "Revoke": s.Revoke(ctx, tokens.RefreshToken),
	} {
		if !errors.Is(err, context.Canceled) {
			s.Errorf("%s = %v, want that it was cancelled", name, err)
		}
	}
	s.login("mem_a", first)
}
