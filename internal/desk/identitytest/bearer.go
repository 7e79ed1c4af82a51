package identitytest

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// claims reads what a token says, signed or not.
func (s *suite) claims(token string) map[string]any {
	s.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		s.Fatalf("%q is no JWT", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	s.must(err)
	var claims map[string]any
	s.must(json.Unmarshal(text, &claims))
	return claims
}

// testBearer holds what a bearer says, which api reads: an ID token, without the scope by which
// its bearer could change the user at the service.
func testBearer(s *suite) {
	s.create("mem_a")
	tokens := s.login("mem_a", first)
	fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
	s.must(err)
	for name, got := range map[string]desk.Tokens{"signed in": tokens, "refreshed": fresh} {
		claims := s.claims(got.AccessToken)
		aud, _ := claims["aud"].(string)
		if claims["token_use"] != "id" || claims["cognito:username"] != "mem_a" || aud == "" {
			s.Errorf("%s: claims %v, want an ID token of mem_a", name, claims)
		}
		for _, other := range []string{"username", "client_id", "scope"} {
			if claims[other] != nil {
				s.Errorf("%s: the claim %s is an access token's", name, other)
			}
		}
		signedIn, _ := claims["auth_time"].(float64)
		if got.MemberID != "mem_a" || float64(got.SignedIn.Unix()) != signedIn || got.SignedIn.Nanosecond() != 0 {
			s.Errorf("%s: tokens of %q, signed in at %v; the claims say %v", name, got.MemberID, got.SignedIn, claims)
		}
	}
	if !fresh.SignedIn.Equal(tokens.SignedIn) {
		s.Errorf("signed in at %v, after a refresh at %v", tokens.SignedIn, fresh.SignedIn)
	}
}

// testSession holds that one sign-in is one session, however often it is refreshed, and that no
// two are the same.
func testSession(s *suite) {
	s.create("mem_a", "mem_b")
	seen := map[string]bool{}
	for _, member := range []string{"mem_a", "mem_a", "mem_b"} {
		tokens := s.login(member, first)
		for range 2 {
			fresh, err := s.Refresh(s.Context(), tokens.RefreshToken)
			s.must(err)
			if fresh.Session != tokens.Session {
				s.Errorf("session %q, after a refresh %q", tokens.Session, fresh.Session)
			}
		}
		origin, _ := s.claims(tokens.AccessToken)["origin_jti"].(string)
		if want := desk.SessionID(origin); origin == "" || tokens.Session != want || len(want) != len("ses_")+12 {
			s.Errorf("session %q of origin_jti %q, want %q", tokens.Session, origin, want)
		}
		if seen[tokens.Session] {
			s.Errorf("two sign-ins are session %q", tokens.Session)
		}
		seen[tokens.Session] = true
	}
}
