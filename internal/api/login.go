package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// credentials are what a member signs in with.
type credentials struct{ email, password string }

// readCredentials checks lengths alone. A rule for good passwords has no place here: a
// member whose password is older than the rule must still get in.
func readCredentials(o *object) credentials {
	return credentials{
		email:    o.whose("email"),
		password: o.text("password", longestPassword, required),
	}
}

// session is what a member who signed in gets: tokens, how long the access token lasts in
// seconds, and the member, so that the app needs no second call.
type session struct {
	desk.Tokens
	Member desk.Member `json:"member"`
}

// login answers an unknown e-mail and a wrong password alike, in words and in time. Too
// many tries are 429 for a while, also with the right password.
func login(ctx context.Context, q *call) (answer, error) {
	c, err := read(q, readCredentials)
	if err != nil {
		return answer{}, err
	}
	tokens, caller, err := q.desk.SignIn(ctx, c.email, c.password)
	if err != nil {
		return answer{}, err
	}
	me, err := q.desk.Me(ctx, caller)
	return ok(session{tokens, me}, err)
}

// refreshInput is a refresh token and, at sign-out, the device that is left behind.
type refreshInput struct{ token, deviceID string }

// readRefresh takes the token as it is: it is opaque, and only the identity provider can
// judge it.
func readRefresh(o *object) refreshInput {
	return refreshInput{token: o.text("refreshToken", longestRefresh, required)}
}

// readLogout reads which device to drop. Without one the phone stays registered, and goes
// on ringing for a member who believes to have left: apps should name it.
func readLogout(o *object) refreshInput {
	in := readRefresh(o)
	in.deviceID = o.reference("deviceId", optional)
	return in
}

// refresh makes a new access token. The refresh token stays as it is, and so is not sent
// back; an expired or revoked one is 401 bad-token.
func refresh(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readRefresh)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Refresh(ctx, in.token))
}

// logout drops the device and the token, which says whose device it is.
func logout(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readLogout)
	if err != nil {
		return answer{}, err
	}
	caller, err := leaver(ctx, q, in.token)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.SignOut(ctx, caller, in.token, in.deviceID))
}

// leaver finds out who signs out. The path is public: a member whose access token has
// expired can still leave, and API Gateway checks no token there. A refresh token is
// opaque, but it still makes an access token, which comes straight from the identity
// provider: its claims can be read without checking the signature.
//
// A refresh token that makes none is dead already, or belongs to a member who was removed.
// Nothing is left to drop then, and the caller is empty.
func leaver(ctx context.Context, q *call, refreshToken string) (desk.Caller, error) {
	tokens, err := q.desk.Refresh(ctx, refreshToken)
	if err != nil {
		return desk.Caller{}, unlessUnauthorized(err)
	}
	claims := unverifiedClaims(tokens.AccessToken)
	if claims["username"] == "" {
		return desk.Caller{}, nil
	}
	caller, err := member(ctx, claims, q.desk.Caller)
	return caller, unlessUnauthorized(err)
}

// unlessUnauthorized takes a dead token for no error: to sign out twice is to be signed
// out.
func unlessUnauthorized(err error) error {
	var p *desk.Problem
	if errors.As(err, &p) && p.Class == desk.Unauthorized {
		return nil
	}
	return err
}

// unverifiedClaims reads username and times of a JWT that needs no checking. It must never
// see a token that a caller sent. Nil means that it is no JWT.
func unverifiedClaims(token string) map[string]string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var claims struct {
		Username   string      `json:"username"`
		IssuedAt   json.Number `json:"iat"`
		SignedInAt json.Number `json:"auth_time"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return nil
	}
	return map[string]string{
		"username": claims.Username, "iat": claims.IssuedAt.String(), "auth_time": claims.SignedInAt.String(),
	}
}
