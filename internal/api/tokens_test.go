package api_test

import (
	"encoding/base64"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// Each token but the first is refused, whatever is wrong with it. They go through the
// sandbox's verifier, which does what API Gateway's authorizer does.
func TestForgedTokens(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	member, key := s.mine["member"], w.key()
	hs256 := jwt.SigningMethodHS256
	forged := func(changes map[string]any) string { return w.sign(hs256, key, memberClaims(member, changes)) }
	good := forged(nil)
	if got := w.call(good, "GET", "/v1/me", ""); got.Code != 200 {
		t.Fatalf("the good token: status %d, %s", got.Code, got.Body)
	}
	parts := strings.Split(good, ".")
	owner := strings.Split(forged(map[string]any{"cognito:username": s.mine["owner"]}), ".")
	for _, c := range []struct{ name, token string }{
		{"empty", " "},
		{"no token", "abc"},
		{"expired", forged(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()})},
		{"never expires", forged(map[string]any{"exp": nil})},
		{"not issued yet", forged(map[string]any{"iat": time.Now().Add(time.Hour).Unix()})},
		{"issued never", forged(map[string]any{"iat": nil})},
		{"unsigned", w.sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, memberClaims(member, nil))},
		{"alg none, signature", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "." + parts[2]},
		{"no signature", parts[0] + "." + parts[1] + "."},
		{"wrong algorithm", w.sign(jwt.SigningMethodHS512, key, memberClaims(member, nil))},
		{"wrong key", w.sign(hs256, []byte("another key of thirty-two bytes!"), memberClaims(member, nil))},
		{"other payload", parts[0] + "." + owner[1] + "." + parts[2]},
		{"wrong issuer", forged(map[string]any{"iss": "https://elsewhere"})},
		{"wrong audience", forged(map[string]any{"aud": "elsewhere"})},
		{"wrong audience, right client", forged(map[string]any{"aud": "elsewhere", "client_id": local.MemberClient})},
		{"no audience", forged(map[string]any{"aud": nil})},
		{"access token", forged(accessClaims(member, local.MemberClient))},
		{"bearer as access token", forged(map[string]any{"token_use": "access"})},
		{"access token as bearer", forged(map[string]any{"cognito:username": nil, "username": member})},
		{"no use", forged(map[string]any{"token_use": nil})},
		{"nobody", forged(map[string]any{"cognito:username": "mem_aaaaaaaaaaaa"})},
		{"an account", forged(map[string]any{"cognito:username": s.mine["account"]})},
		{"refresh token", s.mine["refresh"]},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.call(c.token, "GET", "/v1/me", ""); got.Code != 401 {
				t.Errorf("status %d, want 401: %s", got.Code, got.Body)
			}
		})
	}
}

// The platform's token works on the paths of its scope only, and nobody else's there.
func TestScopes(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	with := func(c map[string]any, name string, value any) map[string]any { c[name] = value; return c }
	platform := func(scope any) map[string]any {
		return with(with(accessClaims("", "sandbox-platform"), "username", nil), "scope", scope)
	}
	body := fill(`{"action": "status", "accountId": "{account}", "escalationId": "{active}"}`, s.mine)
	for _, c := range []struct {
		name    string
		changes map[string]any
		status  int
	}{
		{"the scope", platform("escalations/write"), 200},
		{"among others", platform("a/b escalations/write"), 200},
		{"no scope", platform(nil), 403},
		{"another scope", platform("escalations/read"), 403},
		{"a longer scope", platform("escalations/write-all"), 403},
		{"a member with it", map[string]any{"scope": "escalations/write"}, 403},
		{"an access token with it", with(accessClaims(s.mine["owner"], local.MemberClient), "scope", "escalations/write"), 401},
		{"one of the old client with it", with(accessClaims(s.mine["owner"], local.ReleasedClient), "scope", "escalations/write"), 403},
		{"a member without one", nil, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			token := w.sign(jwt.SigningMethodHS256, w.key(), memberClaims(s.mine["owner"], c.changes))
			if got := w.call(token, "POST", "/v1/escalations", body); got.Code != c.status {
				t.Errorf("status %d, want %d: %s", got.Code, c.status, got.Body)
			}
		})
	}
}

// Tokens are dead from the moment in which the member is removed or gets another
// password, those of the same second too.
func TestSignedOutTokens(t *testing.T) {
	takesLong(t)
	s := newStage(t)
	change := `{"currentPassword": "` + password + `", ` + newPassword + `}`
	for _, c := range []struct{ name, caller, method, path, body string }{
		{"removed", callerOwner, "DELETE", "/v1/members/{member}", ""},
		{"password by an admin", callerAdmin, "PUT", "/v1/members/{member}/password", `{` + newPassword + `}`},
		{"password by themselves", callerStaff, "PUT", "/v1/me/password", change},
		{"password by a code", callerNone, "POST", "/v1/password/reset", `{"email": "{memberEmail}", "code": "{code}", ` + newPassword + `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.open(t)
			tokens, _, err := w.desk.SignIn(t.Context(), desk.Credentials{Email: s.mine["memberEmail"], Password: password})
			must(t, err)
			if got := w.call(s.tokens[c.caller], c.method, fill(c.path, s.mine), fill(c.body, s.mine)); got.Code/100 != 2 {
				t.Fatalf("status %d: %s", got.Code, got.Body)
			}
			for _, token := range []string{tokens.AccessToken, s.tokens[callerStaff]} {
				if got := w.call(token, "GET", "/v1/me", ""); got.Code != 401 {
					t.Errorf("an earlier token: status %d, want 401", got.Code)
				}
			}
			if got := w.call("", "POST", "/v1/refresh", `{"refreshToken": "`+tokens.RefreshToken+`"}`); got.Code != 401 {
				t.Errorf("an earlier refresh token: status %d, want 401", got.Code)
			}
			if got := w.call(s.tokens[callerOwner], "GET", "/v1/me", ""); got.Code != 200 {
				t.Errorf("another member's token: status %d, want 200", got.Code)
			}
			if c.name == "removed" {
				return
			}
			in := w.do(200, nobody, "POST", "/v1/login", fill(`{"email": "{memberEmail}", "password": "Another-Word-7"}`, s.mine))
			if got := w.call(in.text("accessToken"), "GET", "/v1/me", ""); got.Code != 200 {
				t.Errorf("a new token: status %d, want 200", got.Code)
			}
		})
	}
}

// A token that was made after the sign-out by a refresh token from before it is dead: it
// tells when its member signed in.
func TestRefreshedAfterSignOut(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	if got := w.call(s.tokens[callerAdmin], "PUT", fill("/v1/members/{member}/password", s.mine), `{`+newPassword+`}`); got.Code != 204 {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	w.late.Store(int64(time.Minute))
	now := time.Now().Add(-time.Second)
	for _, c := range []struct {
		name     string
		signedIn time.Time
		status   int
	}{
		{"long before", now.Add(-time.Hour), 401},
		{"in the same second", now, 401},
		{"after", now.Add(2 * time.Second), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			claims := map[string]string{
				"token_use": "id", "cognito:username": s.mine["member"], "aud": local.MemberClient,
				"iat": strconv.FormatInt(now.Add(time.Minute).Unix(), 10), "auth_time": strconv.FormatInt(c.signedIn.Unix(), 10),
			}
			r := httptest.NewRequest("GET", "/v1/me", nil)
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, r.WithContext(api.WithClaims(r.Context(), claims)))
			if recorder.Code != c.status {
				t.Errorf("signed in at %v: status %d, want %d: %s", c.signedIn, recorder.Code, c.status, recorder.Body)
			}
		})
	}
}

// Signing out makes the refresh token useless.
func TestSignedOutRefresh(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	in := w.do(200, nobody, "POST", "/v1/login", fill(`{"email": "{memberEmail}", "password": "`+password+`"}`, s.mine))
	body := `{"refreshToken": "` + in.text("refreshToken") + `"}`
	w.do(200, nobody, "POST", "/v1/refresh", body)
	w.do(204, nobody, "POST", "/v1/logout", body)
	w.do(401, nobody, "POST", "/v1/refresh", body)
}
