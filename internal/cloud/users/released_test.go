package users_test

import (
	"slices"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/connectnow/backend/internal/desk"
)

// The sessions of the release before have no secret. They go on as long as they would have, by
// ID tokens, and can be ended.
func TestReleasedSessions(t *testing.T) {
	i, s := newCognito(t)
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	refresh := s.signedIn("mem_a", oldClient)
	s.calls = nil
	tokens, err := i.Refresh(t.Context(), refresh)
	if err != nil || tokens.MemberID != "mem_a" || tokens.RefreshToken != "" || tokens.Session != desk.SessionID("origin of "+refresh) {
		t.Fatalf("Refresh = %+v, %v", tokens, err)
	}
	want := []string{"DescribeUserPoolClient", "GetTokensFromRefreshToken", "GetTokensFromRefreshToken"}
	if got := s.actions(); !slices.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	if err := i.Revoke(t.Context(), refresh); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Refresh(t.Context(), refresh); !desk.IsProblem(err, "bad-token") {
		t.Errorf("Refresh after Revoke = %v", err)
	}
}

// A release later there is no client of before.
func TestNoReleasedClient(t *testing.T) {
	i, s := newCognito(t)
	i.Released = ""
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	tokens, err := i.Login(t.Context(), "mem_a", goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	s.calls = nil
	if _, err := i.Refresh(t.Context(), s.signedIn("mem_a", oldClient)); !desk.IsProblem(err, "bad-token") {
		t.Errorf("Refresh by another client's token = %v", err)
	}
	if err := i.Revoke(t.Context(), tokens.RefreshToken); err != nil {
		t.Error(err)
	}
	want := []string{"GetTokensFromRefreshToken", "RevokeToken"}
	if got := s.actions(); !slices.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
}

// What is told elsewhere of the door that bearers do not open is nothing unless it is one: the
// access token of the same sign-in, which members do not get, opens it.
func TestAccessTokenWouldOpen(t *testing.T) {
	i, s := newCognito(t)
	if err := i.Create(t.Context(), "mem_a", "First-Password-1"); err != nil {
		t.Fatal(err)
	}
	tokens, err := i.Login(t.Context(), "mem_a", "First-Password-1")
	if err != nil {
		t.Fatal(err)
	}
	kept := s.result(tokens.RefreshToken)["AccessToken"].(string)
	if kept == tokens.AccessToken || strings.Contains(tokens.AccessToken+tokens.RefreshToken, kept) {
		t.Fatal("the access token is handed out")
	}
	done := selfService(t, i.Cognito.(*cognito.Client), kept)
	for _, name := range []string{"GetUser", "UpdateUserAttributes", "ChangePassword", "GlobalSignOut", "DeleteUser"} {
		if done[name] != nil {
			t.Errorf("%s by an access token: %v", name, done[name])
		}
	}
	if s.users["mem_a"] != nil {
		t.Error("the user is still there")
	}
	// And a refresh token of the release before opens it as well, until it ends.
	if err := i.SetPassword(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	if err := selfService(t, i.Cognito.(*cognito.Client), s.signedIn("mem_a", oldClient))["InitiateAuth by "+oldClient]; err != nil {
		t.Errorf("InitiateAuth by the old client: %v", err)
	}
}

// The secret is asked for once, and once more when it is another by now; whoever signs in
// notices nothing.
func TestSecret(t *testing.T) {
	i, s := newCognito(t)
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	asked := func() (n int) {
		for _, action := range s.actions() {
			if action == "DescribeUserPoolClient" {
				n++
			}
		}
		return n
	}
	for n, secret := range []string{"secret-1", "secret-1", "secret-2", "secret-2"} {
		s.secret = secret
		if _, err := i.Login(t.Context(), "mem_a", goodPassword); err != nil {
			t.Fatalf("sign-in %d: %v", n, err)
		}
	}
	if got := asked(); got != 2 {
		t.Errorf("the secret was asked for %d times, want twice", got)
	}
	for _, action := range []string{"AdminInitiateAuth", "GetTokensFromRefreshToken"} {
		no := cognitoError{400, "NotAuthorizedException", "Unable to verify secret hash for client " + testClient}
		s.fail[action] = []cognitoError{no, no}
	}
	_, login := i.Login(t.Context(), "mem_a", goodPassword)
	_, refresh := i.Refresh(t.Context(), "refresh.to.ken.0")
	for name, err := range map[string]error{"Login": login, "Refresh": refresh} {
		if err == nil || desk.IsProblem(err, "wrong-credentials") || desk.IsProblem(err, "bad-token") || strings.Contains(err.Error(), "secret-2") {
			t.Errorf("%s with a secret that Cognito does not take = %v, want that nobody is to blame, and not the secret", name, err)
		}
	}
}

// An answer without an ID token that says who signed in is an error of ours, and no session.
func TestOddBearer(t *testing.T) {
	i, s := newCognito(t)
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, token string }{
		{"none", ""},
		{"no JWT", "abc"},
		{"no base64", "e30.!.c2ln"},
		{"no JSON", "e30.YWJj.c2ln"},
		{"an access token", s.token(map[string]any{"token_use": "access", "cognito:username": "mem_a", "auth_time": 1})},
		{"nobody's", s.token(map[string]any{"token_use": "id", "auth_time": 1})},
		{"of no time", s.token(map[string]any{"token_use": "id", "cognito:username": "mem_a"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.bearer = &c.token
			tokens, err := i.Login(t.Context(), "mem_a", goodPassword)
			if err == nil || desk.IsProblem(err, "wrong-credentials") || tokens != (desk.Tokens{}) {
				t.Errorf("Login = %+v, %v; want an internal error", tokens, err)
			}
			if c.token != "" && strings.Contains(err.Error(), c.token) {
				t.Errorf("the error quotes the token: %v", err)
			}
		})
	}
}
