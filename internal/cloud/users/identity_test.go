package users_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/desk/identitytest"
)

// The whole contract, against a server that answers as AWS documents.
func TestIdentityAsDocumented(t *testing.T) {
	identitytest.Run(t, func(t *testing.T) identitytest.Subject {
		i, s := newCognito(t)
		return identitytest.Subject{
			Identity: i, Advance: s.advance,
			Lose:    s.change(func(name string, _ *cognitoUser) { s.remove(name) }),
			Disable: s.change(func(_ string, u *cognitoUser) { u.disabled = true }),
			Overwrite: func(name, password string) error {
				return s.change(func(_ string, u *cognitoUser) { u.password = password })(name)
			},
			SelfService: func(token string) map[string]error { return selfService(t, i.Cognito.(*cognito.Client), token) },
		}
	}, nil)
}

const (
	goodPassword = "Good-Password-1"
)

// TestIdentityCalls holds every call to its parameters, and to whether it needs the
// function's own permissions.
func TestIdentityCalls(t *testing.T) {
	user := func(more map[string]any) map[string]any {
		more["UserPoolId"], more["Username"] = testPool, "mem_a"
		return more
	}
	create := cognitoCall{"AdminCreateUser", user(map[string]any{"MessageAction": "SUPPRESS"}), true}
	set := cognitoCall{"AdminSetUserPassword", user(map[string]any{"Password": goodPassword, "Permanent": true}), true}
	signOut := cognitoCall{"AdminUserGlobalSignOut", user(map[string]any{}), true}
	auth := cognitoCall{"AdminInitiateAuth", map[string]any{
		"UserPoolId": testPool, "ClientId": testClient, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
		"AuthParameters": map[string]any{"USERNAME": "mem_a", "PASSWORD": goodPassword, "SECRET_HASH": testHash},
	}, true}
	enable, inspect := cognitoCall{"AdminEnableUser", user(map[string]any{}), true}, cognitoCall{"AdminGetUser", user(map[string]any{}), true}
	describe := cognitoCall{"DescribeUserPoolClient", map[string]any{"UserPoolId": testPool, "ClientId": testClient}, true}
	public := func(action string, more map[string]any) cognitoCall {
		more["ClientId"] = oldClient
		return cognitoCall{action, more, false}
	}
	keyed := func(action string, more map[string]any) cognitoCall {
		more["ClientId"], more["ClientSecret"] = testClient, "secret-1"
		return cognitoCall{action, more, false}
	}

	i, s := newCognito(t)
	ctx := t.Context()
	for _, step := range []struct {
		what  string
		do    func() error
		calls []cognitoCall
	}{
		{"Create", func() error { return i.Create(ctx, "mem_a", goodPassword) }, []cognitoCall{create, set}},
		{"Create again", func() error { return i.Create(ctx, "mem_a", goodPassword) }, []cognitoCall{create, set}},
		{"SetPassword", func() error { return i.SetPassword(ctx, "mem_a", goodPassword) }, []cognitoCall{set, enable, signOut}},
		{"Restore", func() error { _, err := i.Restore(ctx, "mem_a", goodPassword); return err }, []cognitoCall{inspect}},
		{
			"Login", func() error { _, err := i.Login(ctx, "mem_a", goodPassword); return err },
			[]cognitoCall{describe, auth},
		},
		{
			"Refresh", func() error { _, err := i.Refresh(ctx, "refresh.to.ken.0"); return err },
			[]cognitoCall{keyed("GetTokensFromRefreshToken", map[string]any{"RefreshToken": "refresh.to.ken.0"})},
		},
		{
			"Revoke", func() error { return i.Revoke(ctx, "refresh.to.ken.0") },
			[]cognitoCall{keyed("RevokeToken", map[string]any{"Token": "refresh.to.ken.0"}), public("RevokeToken", map[string]any{"Token": "refresh.to.ken.0"})},
		},
		{"Delete", func() error { return i.Delete(ctx, "mem_a") }, []cognitoCall{{"AdminDeleteUser", user(map[string]any{}), true}}},
	} {
		s.calls = nil
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.what, err)
		}
		if diff := cmp.Diff(step.calls, s.calls); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.what, diff)
		}
	}
}

// refusalURL is where AWS lists what an action may be refused with.
const refusalURL = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_"

// TestIdentityRefusals goes through the errors that AWS lists for each action, and what
// callers are told of them. Class 0 is an internal error, 255 none.
func TestIdentityRefusals(t *testing.T) {
	const internal, none = desk.Class(0), desk.Class(255)
	type errorsOf map[string]desk.Class
	of := func(more errorsOf) errorsOf {
		all := errorsOf{
			"InternalErrorException": desk.Unavailable, "TooManyRequestsException": desk.Unavailable,
			"ThrottlingException": desk.Unavailable, "ServiceUnavailable": desk.Unavailable,
			"ResourceNotFoundException": internal, "InvalidParameterException": internal, "AccessDeniedException": internal,
			"NotAuthorizedException": internal, "UserNotFoundException": desk.NotFound,
		}
		for code, class := range more {
			all[code] = class
		}
		return all
	}
	for _, c := range []struct {
		action string
		do     func(i *users.Identity) error
		errors errorsOf
	}{
		{"AdminCreateUser", func(i *users.Identity) error { return i.Create(t.Context(), "mem_b", goodPassword) }, of(errorsOf{
			"UnsupportedUserStateException": internal,
			// There is no mem_b to give the password to.
			"UsernameExistsException": desk.NotFound,
		})},
		{"AdminSetUserPassword", func(i *users.Identity) error { return i.SetPassword(t.Context(), "mem_a", goodPassword) }, of(errorsOf{
			"InvalidPasswordException": desk.Invalid, "PasswordHistoryPolicyViolationException": desk.Invalid,
			"UserNotFoundException": none, // and is made again
		})},
		{"AdminEnableUser", func(i *users.Identity) error { return i.SetPassword(t.Context(), "mem_a", goodPassword) }, of(nil)},
		{"AdminGetUser", func(i *users.Identity) error { _, err := i.Restore(t.Context(), "mem_a", goodPassword); return err }, of(errorsOf{
			"UserNotFoundException": none,
		})},
		{"DescribeUserPoolClient", func(i *users.Identity) error { _, err := i.Login(t.Context(), "mem_a", "x"); return err }, of(nil)},
		{"AdminUserGlobalSignOut", func(i *users.Identity) error { return i.SetPassword(t.Context(), "mem_a", goodPassword) }, of(nil)},
		{"AdminDeleteUser", func(i *users.Identity) error { return i.Delete(t.Context(), "mem_a") }, of(errorsOf{
			"UserNotFoundException": none,
		})},
		{"AdminInitiateAuth", func(i *users.Identity) error { _, err := i.Login(t.Context(), "mem_a", "x"); return err }, of(errorsOf{
			"NotAuthorizedException": desk.Unauthorized, "UserNotFoundException": desk.Unauthorized,
			"UserNotConfirmedException": desk.Unauthorized, "PasswordResetRequiredException": desk.Unauthorized,
			"InvalidUserPoolConfigurationException": internal,
		})},
		{"GetTokensFromRefreshToken", func(i *users.Identity) error { _, err := i.Refresh(t.Context(), "x"); return err }, of(errorsOf{
			"RefreshTokenReuseException": desk.Unauthorized,
			"NotAuthorizedException":     desk.Unauthorized, "UserNotFoundException": desk.Unauthorized,
			"UserNotConfirmedException": desk.Unauthorized, "PasswordResetRequiredException": desk.Unauthorized,
		})},
		{"RevokeToken", func(i *users.Identity) error { return i.Revoke(t.Context(), "x") }, of(errorsOf{
			"InvalidParameterException": none, "UnauthorizedException": none, "UnsupportedTokenTypeException": none,
			"NotAuthorizedException": none, "UnsupportedOperationException": internal,
		})},
	} {
		for code, want := range c.errors {
			i, s := newCognito(t)
			if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
				t.Fatal(err)
			}
			status := 400
			if code == "InternalErrorException" || code == "ServiceUnavailable" {
				status = 500
			}
			s.fail[c.action] = []cognitoError{{status, code, "about " + goodPassword}}
			err := c.do(i)
			var p *desk.Problem
			got := internal
			if err == nil {
				got = none
			} else if errors.As(err, &p) {
				got = p.Class
			}
			if got != want {
				t.Errorf("%s refused with %s: %v, want class %d (%s%s.html)", c.action, code, err, want, refusalURL, c.action)
			}
			if err != nil && strings.Contains(err.Error(), goodPassword) {
				t.Errorf("%s refused with %s: the error tells what was sent: %v", c.action, code, err)
			}
			if want == internal && !strings.Contains(err.Error(), code) {
				t.Errorf("%s refused with %s: the error does not say so: %v", c.action, code, err)
			}
		}
	}
}

// TestIdentityHalfMade sees that nobody signs in whose creation came to an end after its
// first step.
func TestIdentityHalfMade(t *testing.T) {
	i, s := newCognito(t)
	s.fail["AdminSetUserPassword"] = []cognitoError{{500, "InternalErrorException", ""}}
	if err := i.Create(t.Context(), "mem_a", goodPassword); err == nil {
		t.Fatal("the failure is not told")
	}
	for _, password := range []string{goodPassword, s.users["mem_a"].password} {
		if tokens, err := i.Login(t.Context(), "mem_a", password); !desk.IsProblem(err, "wrong-credentials") || tokens != (desk.Tokens{}) {
			t.Errorf("Login = %+v, %v", tokens, err)
		}
	}
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Login(t.Context(), "mem_a", goodPassword); err != nil {
		t.Error(err)
	}
}

// What Cognito would refuse anyway, or take for a missing parameter, is not sent.
func TestIdentityDoesNotSend(t *testing.T) {
	i, s := newCognito(t)
	ctx := t.Context()
	_, login := i.Login(ctx, "mem_a", "")
	_, refresh := i.Refresh(ctx, "not a token")
	for _, c := range []struct {
		name    string
		err     error
		problem string
	}{
		{"weak password", i.Create(ctx, "mem_a", "weak"), "invalid"},
		{"weak new password", i.SetPassword(ctx, "mem_a", "weak"), "invalid"},
		{"no password", login, "wrong-credentials"},
		{"odd token", refresh, "bad-token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !desk.IsProblem(c.err, c.problem) {
				t.Errorf("%v, want %s", c.err, c.problem)
			}
		})
	}
	if err := i.Revoke(ctx, "not a token"); err != nil {
		t.Errorf("Revoke = %v", err)
	}
	if len(s.calls) > 0 {
		t.Errorf("called %v, want nothing", s.actions())
	}
}

func TestIdentityOutOfReach(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	i := &users.Identity{Cognito: cognitoClient(server.URL), Pool: testPool, Client: testClient, Released: oldClient}
	_, err := i.Login(t.Context(), "mem_a", goodPassword)
	var p *desk.Problem
	if !errors.As(err, &p) || p.Class != desk.Unavailable || strings.Contains(err.Error(), goodPassword) {
		t.Errorf("Login = %v, want that it may be tried again", err)
	}
}

// The SDK tries again by itself when it was throttled.
func TestIdentityThrottled(t *testing.T) {
	i, s := newCognito(t, noPauses)
	s.fail["AdminCreateUser"] = []cognitoError{{400, "TooManyRequestsException", "Rate exceeded"}, {400, "TooManyRequestsException", "Rate exceeded"}}
	if err := i.Create(t.Context(), "mem_a", goodPassword); err != nil {
		t.Error(err)
	}
	want := []string{"AdminCreateUser", "AdminCreateUser", "AdminCreateUser", "AdminSetUserPassword"}
	if got := s.actions(); !slices.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
}

// noPauses makes a client try as often as it does by default, but without pauses.
func noPauses(o *cognito.Options) {
	o.RetryMaxAttempts = 3
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}
