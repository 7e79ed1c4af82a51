package local

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/desk/identitytest"
)

// clock is a time that a test sets.
type clock struct{ now time.Time }

func newClock() *clock                   { return &clock{time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)} }
func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

const (
	rightPassword  = "Right-Password-1"
	newPassword    = "Newest-Password-1"
	newestPassword = "Newest-Password-1"
)

// openIdentity opens a twin with one user, mem_asha.
func openIdentity(t *testing.T, path string) (*Identity, *clock) {
	t.Helper()
	c := newClock()
	i, err := OpenIdentity(openFile(t, path), IdentityOptions{Now: c.Now, Memory: 64}) // or the tests would spend seconds on it
	if err != nil {
		t.Fatal(err)
	}
	return i, c
}

func TestIdentitySuite(t *testing.T) {
	identitytest.Run(t, func(t *testing.T) identitytest.Subject {
		i, c := openIdentity(t, filepath.Join(t.TempDir(), "test.db"))
		return identitytest.Subject{
			Identity: i, Advance: c.advance,
			Lose: func(memberID string) error { return i.Delete(t.Context(), memberID) },
			Overwrite: func(memberID, plain string) error {
				hashed, err := i.hash(t.Context(), plain)
				return errors.Join(err, i.change(memberID, func(_ *bbolt.Tx, u *user) error { u.Password = hashed; return nil }))
			},
		}
	}, nil)
}

func newIdentity(t *testing.T) (*Identity, *clock) {
	i, c := openIdentity(t, filepath.Join(t.TempDir(), "test.db"))
	if err := i.Create(t.Context(), "mem_asha", rightPassword); err != nil {
		t.Fatal(err)
	}
	return i, c
}

func login(t *testing.T, i *Identity, password string) desk.Tokens {
	t.Helper()
	tokens, err := i.Login(t.Context(), "mem_asha", password)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// wantClass checks that err is a Problem of that class.
func wantClass(t *testing.T, what string, err error, want desk.Class) {
	t.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != want {
		t.Errorf("%s: %v, want a problem of class %d", what, err, want)
	}
}

func TestIdentityTokens(t *testing.T) {
	i, c := newIdentity(t)
	tokens := login(t, i, rightPassword)
	if tokens.ExpiresIn != 3600 || tokens.RefreshToken == "" {
		t.Errorf("tokens = %+v", tokens)
	}
	claims, err := i.Verify(tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	origin := claims["origin_jti"]
	if want := desk.SessionID(origin); origin == "" || tokens.Session != want || tokens.MemberID != "mem_asha" || tokens.SignedIn.Unix() != 1795339800 {
		t.Errorf("tokens of session %q (%q), want %q: %+v", tokens.Session, origin, want, tokens)
	}
	delete(claims, "jti")
	want := map[string]string{
		"sub": "mem_asha", "cognito:username": "mem_asha", "aud": "sandbox-members-2", "token_use": "id",
		"iss": "https://sandbox.localhost", "origin_jti": origin,
		"auth_time": "1795339800", "iat": "1795339800", "exp": "1795343400",
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}

	c.advance(time.Hour)
	if _, err := i.Verify(tokens.AccessToken); err == nil {
		t.Error("an expired token is taken")
	}
	fresh, err := i.Refresh(t.Context(), tokens.RefreshToken)
	if err != nil || fresh.RefreshToken != "" {
		t.Fatalf("Refresh = %+v, %v; want an access token alone", fresh, err)
	}
	claims, err = i.Verify(fresh.AccessToken)
	if err != nil || claims["iat"] != "1795343400" || claims["auth_time"] != "1795339800" || claims["origin_jti"] != origin {
		t.Errorf("claims after Refresh = %v, %v", claims, err)
	}
	c.advance(90 * 24 * time.Hour)
	_, err = i.Refresh(t.Context(), tokens.RefreshToken)
	wantClass(t, "refresh after 90 days", err, desk.Unauthorized)
}

func TestIdentityMachineToken(t *testing.T) {
	i, _ := newIdentity(t)
	claims, err := i.Verify(i.MachineToken())
	if err != nil {
		t.Fatal(err)
	}
	if _, has := claims["username"]; has || claims["scope"] != "escalations/write" || claims["token_use"] != "access" {
		t.Errorf("claims = %v", claims)
	}
}

func TestIdentityRevoke(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(i *Identity, tokens desk.Tokens) error
	}{
		{"revoked", func(i *Identity, tokens desk.Tokens) error { return i.Revoke(t.Context(), tokens.RefreshToken) }},
		{"new password", func(i *Identity, _ desk.Tokens) error { return i.SetPassword(t.Context(), "mem_asha", newPassword) }},
		{"deleted", func(i *Identity, _ desk.Tokens) error { return i.Delete(t.Context(), "mem_asha") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, _ := newIdentity(t)
			tokens := login(t, i, rightPassword)
			for range 2 { // the second time there is nothing left to end
				if err := c.end(i, tokens); err != nil {
					t.Fatal(err)
				}
			}
			_, err := i.Refresh(t.Context(), tokens.RefreshToken)
			wantClass(t, "refresh", err, desk.Unauthorized)
		})
	}
}

func TestIdentityPasswords(t *testing.T) {
	i, _ := newIdentity(t)
	_, err := i.Login(t.Context(), "mem_asha", "wrong")
	wantClass(t, "wrong password", err, desk.Unauthorized)
	_, unknown := i.Login(t.Context(), "mem_nobody", rightPassword)
	if !errors.Is(unknown, err) {
		t.Errorf("unknown user: %v, want the same as for a wrong password", unknown)
	}
	if err := i.SetPassword(t.Context(), "mem_asha", newPassword); err != nil {
		t.Fatal(err)
	}
	_, err = i.Login(t.Context(), "mem_asha", rightPassword)
	wantClass(t, "old password", err, desk.Unauthorized)
	login(t, i, newPassword)
	if err := i.Create(t.Context(), "mem_asha", newestPassword); err != nil {
		t.Fatal(err)
	}
	login(t, i, newestPassword)
	if err := i.Delete(t.Context(), "mem_asha"); err != nil {
		t.Fatal(err)
	}
	_, err = i.Login(t.Context(), "mem_asha", newestPassword)
	wantClass(t, "deleted user", err, desk.Unauthorized)
}

func TestIdentityLockout(t *testing.T) {
	i, c := newIdentity(t)
	for _, name := range []string{"mem_asha", "mem_nobody"} {
		for range freeFailures {
			_, err := i.Login(t.Context(), name, "wrong")
			wantClass(t, name+", wrong password", err, desk.Unauthorized)
		}
		_, err := i.Login(t.Context(), name, rightPassword)
		wantClass(t, name+" after five failures", err, desk.TooMany)
	}
	c.advance(time.Second)
	login(t, i, rightPassword)
	_, err := i.Login(t.Context(), "mem_asha", "wrong")
	wantClass(t, "first failure after a success", err, desk.Unauthorized)
	login(t, i, rightPassword)
}

func TestLockoutGrows(t *testing.T) {
	c := newClock()
	l := lockout{now: c.Now}
	locks := []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}
	for n, want := range locks {
		l.failed("x")
		if want *= time.Second; want > 0 {
			c.advance(want - time.Millisecond)
			if !l.locked("x") {
				t.Errorf("failure %d: free before %v have passed", n+1, want)
			}
			c.advance(time.Millisecond)
		}
		if l.locked("x") {
			t.Errorf("failure %d: still locked after %v", n+1, want)
		}
	}
	for range 100 {
		l.failed("x")
		l.failed("")
	}
	if !l.locked("x") || l.locked("") || l.locked("y") {
		t.Error("a hundred failures: want that name locked, and neither another nor the empty one")
	}
}

func TestIdentityKeyStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	i, _ := openIdentity(t, path)
	if err := i.Create(t.Context(), "mem_asha", rightPassword); err != nil {
		t.Fatal(err)
	}
	tokens := login(t, i, rightPassword)
	if err := i.file.Close(); err != nil {
		t.Fatal(err)
	}
	i, _ = openIdentity(t, path)
	if _, err := i.Verify(tokens.AccessToken); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if _, err := i.Refresh(t.Context(), tokens.RefreshToken); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	other, _ := openIdentity(t, filepath.Join(t.TempDir(), "other.db"))
	if _, err := other.Verify(tokens.AccessToken); err == nil {
		t.Error("another file's key takes the token")
	}
}

// TestIdentityForgedTokens changes one thing each about a token that is good.
func TestIdentityForgedTokens(t *testing.T) {
	i, c := newIdentity(t)
	good := func() jwt.MapClaims {
		return jwt.MapClaims{
			"sub": "mem_asha", "cognito:username": "mem_asha", "aud": MemberClient, "token_use": "id",
			"iss": i.issuer, "iat": c.now.Unix(), "exp": c.now.Add(time.Hour).Unix(),
		}
	}
	sign := func(m jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
		claims := good()
		change(claims)
		token, err := jwt.NewWithClaims(m, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	set := func(name string, value any) func(jwt.MapClaims) { return func(c jwt.MapClaims) { c[name] = value } }
	drop := func(name string) func(jwt.MapClaims) { return func(c jwt.MapClaims) { delete(c, name) } }
	same := func(jwt.MapClaims) {}
	hs256 := jwt.SigningMethodHS256
	if _, err := i.Verify(sign(hs256, i.key.Reveal(), same)); err != nil {
		t.Fatalf("the good token: %v", err)
	}
	parts := strings.Split(sign(hs256, i.key.Reveal(), same), ".")
	for _, c := range []struct{ name, token string }{
		{"empty", ""},
		{"no token", "abc"},
		{"unsigned", sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same)},
		{"other algorithm", sign(jwt.SigningMethodHS512, i.key.Reveal(), same)},
		{"other key", sign(hs256, []byte("another key of thirty-two bytes!"), same)},
		{"other payload", parts[0] + "." + middle(t, set("cognito:username", "mem_owner"), good()) + "." + parts[2]},
		{"no signature", parts[0] + "." + parts[1] + "."},
		{"expired", sign(hs256, i.key.Reveal(), set("exp", c.now.Unix()))},
		{"never expires", sign(hs256, i.key.Reveal(), drop("exp"))},
		{"from the future", sign(hs256, i.key.Reveal(), set("iat", c.now.Add(time.Minute).Unix()))},
		{"other issuer", sign(hs256, i.key.Reveal(), set("iss", "https://elsewhere"))},
		{"other client", sign(hs256, i.key.Reveal(), set("aud", "elsewhere"))},
		{"no client", sign(hs256, i.key.Reveal(), drop("aud"))},
		{"other client, with ours beside it", sign(hs256, i.key.Reveal(), func(c jwt.MapClaims) { c["aud"], c["client_id"] = "elsewhere", MemberClient })},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := i.Verify(c.token)
			wantClass(t, "Verify", err, desk.Unauthorized)
		})
	}
}

// middle encodes claims after a change, as the middle part of a token.
func middle(t *testing.T, change func(jwt.MapClaims), claims jwt.MapClaims) string {
	t.Helper()
	change(claims)
	b, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// TestIdentityUnknownUserCostsAsMuch sees both kinds of failure wait for a free place
// to hash in, so that an answer's time does not tell whether there is such a user.
func TestIdentityUnknownUserCostsAsMuch(t *testing.T) {
	i, _ := newIdentity(t)
	for range cap(i.hashing) {
		i.hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"mem_asha", "mem_nobody", ""} {
		if _, err := i.Login(ctx, name, "wrong"); !errors.Is(err, context.Canceled) {
			t.Errorf("login of %q without a place to hash in: %v", name, err)
		}
	}
}
