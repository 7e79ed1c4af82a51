package identitytest

// testSetPasswordOfLost is the next password set for a member whose user somebody deleted at
// the service: it makes them whole.
func testSetPasswordOfLost(s *suite) {
	s.create("mem_a", "mem_b")
	tokens := s.login("mem_a", first)
	s.must(s.Lose("mem_a"))
	s.noLogin("mem_a", first)
	s.noRefresh(tokens.RefreshToken)
	for range 2 {
		s.must(s.SetPassword(s.Context(), "mem_a", second))
		s.login("mem_a", second)
	}
	s.noLogin("mem_a", first)
	s.noRefresh(tokens.RefreshToken) // not even by the name that is back
	s.login("mem_b", first)
}

// testOverwritten is a password that somebody set at the service: whoever knew it is out with
// the next one.
func testOverwritten(s *suite) {
	s.create("mem_a")
	s.must(s.Overwrite("mem_a", third))
	theirs := s.login("mem_a", third)
	s.must(s.SetPassword(s.Context(), "mem_a", second))
	s.noLogin("mem_a", third)
	s.noRefresh(theirs.RefreshToken)
	s.login("mem_a", second)
}

func testDisabled(s *suite) {
	if s.Disable == nil {
		s.Skip("this service disables nobody")
	}
	s.create("mem_a", "mem_b")
	tokens := s.login("mem_a", first)
	s.must(s.Disable("mem_a"))
	s.noLogin("mem_a", first)
	s.noRefresh(tokens.RefreshToken)
	s.must(s.SetPassword(s.Context(), "mem_a", second))
	s.login("mem_a", second)
	s.must(s.Disable("mem_b"))
	if made, err := s.Restore(s.Context(), "mem_b", second); made || err != nil {
		s.Errorf("Restore = %v, %v; want that nobody was made", made, err)
	}
	s.login("mem_b", first)
}

// testRestore makes only who has gone, and changes nobody's password.
func testRestore(s *suite) {
	s.create("mem_a", "mem_b")
	s.must(s.Lose("mem_a"))
	for _, want := range []bool{true, false} {
		if made, err := s.Restore(s.Context(), "mem_a", second); made != want || err != nil {
			s.Errorf("Restore = %v, %v; want %v", made, err, want)
		}
		s.login("mem_a", second)
	}
	if made, err := s.Restore(s.Context(), "mem_b", second); made || err != nil {
		s.Errorf("Restore of one who is there = %v, %v", made, err)
	}
	s.login("mem_b", first)
	_, err := s.Restore(s.Context(), "mem_b", "short")
	s.invalid(err)
}

// testSelfService goes to the service itself, as anybody may, with all that a member is given.
func testSelfService(s *suite) {
	if s.SelfService == nil {
		s.Skip("this service has no door of its own")
	}
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
	for _, token := range []string{tokens.AccessToken, fresh.AccessToken, tokens.RefreshToken} {
		for name, err := range s.SelfService(token) {
			if err == nil {
				s.Errorf("%s is done with what a member is given", name)
			}
		}
	}
	s.login("mem_a", first)
	if _, err := s.Refresh(s.Context(), tokens.RefreshToken); err != nil {
		s.Errorf("somebody ended the session: %v", err)
	}
}
