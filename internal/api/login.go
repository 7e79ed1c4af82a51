package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

type credentials struct{ email, password string }

func readCredentials(o *object) credentials {
	return credentials{
		email:    normalOr(o.text("email", longestEmail, required)),
		password: o.text("password", longestPassword, required),
	}
}

// session is what a member who signed in gets.
type session struct {
	desk.Tokens
	Member desk.Member `json:"member"`
}

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

type refreshInput struct{ token, deviceID string }

func readRefresh(o *object) refreshInput {
	return refreshInput{token: o.text("refreshToken", longestRefresh, required)}
}

func readLogout(o *object) refreshInput {
	in := readRefresh(o)
	in.deviceID = o.reference("deviceId", optional)
	return in
}

func refresh(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readRefresh)
	if err != nil {
		return answer{}, err
	}
	tokens, err := q.desk.Identity.Refresh(ctx, in.token)
	tokens.RefreshToken = "" // it stays as it is
	return ok(tokens, err)
}

// logout drops the device before the token, which is what says whose device it is: a
// caller whose try failed half-way can try again.
func logout(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readLogout)
	if err != nil {
		return answer{}, err
	}
	caller, known, err := leaver(ctx, q, in.token)
	if err != nil {
		return answer{}, err
	}
	if known {
		if err := q.desk.SignOutDevice(ctx, caller, in.deviceID); err != nil {
			return answer{}, err
		}
	}
	return done(q.desk.Identity.Revoke(ctx, in.token))
}

// leaver finds out who signs out. The path is public, so that one whose access token
// has expired can still leave, and API Gateway checks no token there; a refresh token
// is opaque. But it still makes an access token, which comes straight from the
// identity provider: its claims can be read without checking the signature. A token
// that makes none is dead already, or a member who was removed: nothing is left to
// drop.
func leaver(ctx context.Context, q *call, refreshToken string) (desk.Caller, bool, error) {
	tokens, err := q.desk.Identity.Refresh(ctx, refreshToken)
	if err != nil {
		return desk.Caller{}, false, unlessUnauthorized(err)
	}
	claims := unverifiedClaims(tokens.AccessToken)
	if claims["username"] == "" {
		return desk.Caller{}, false, nil
	}
	caller, err := member(ctx, claims, q.desk.Caller)
	return caller, err == nil, unlessUnauthorized(err)
}

func unlessUnauthorized(err error) error {
	var p *desk.Problem
	if errors.As(err, &p) && p.Class == desk.Unauthorized {
		return nil
	}
	return err
}

// unverifiedClaims reads username and times of a JWT that needs no checking.
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
