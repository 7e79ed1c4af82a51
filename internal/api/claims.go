package api

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// The scope of the platform's token: its resource server's name and its own.
const (
	MachineScopeServer = "escalations"
	MachineScopeName   = "write"

	machineScope = MachineScopeServer + "/" + MachineScopeName
)

type claimsKey struct{}

// WithClaims says whose token came with the request: the claims of a token whose
// signature, expiry and issuer have been checked.
func WithClaims(ctx context.Context, claims map[string]string) context.Context {
	return context.WithValue(ctx, claimsKey{}, claims)
}

func claimsOf(ctx context.Context) map[string]string {
	claims, _ := ctx.Value(claimsKey{}).(map[string]string)
	return claims
}

// resolver finds the member of a token; it is desk.Desk.Caller.
type resolver func(ctx context.Context, memberID string, signedInAt time.Time) (desk.Caller, error)

// authorise is the one place where a route's Who is held. On public and machine routes
// there is no member.
func authorise(ctx context.Context, who Who, resolve resolver) (desk.Caller, error) {
	if who == Public {
		return desk.Caller{}, nil
	}
	claims := claimsOf(ctx)
	if len(claims) == 0 {
		return desk.Caller{}, unauthorized("This call needs a token: Authorization: Bearer <accessToken>.")
	}
	if claims["token_use"] != "access" {
		return desk.Caller{}, unauthorized("This is not an access token.")
	}
	if who == Machine {
		return desk.Caller{}, authoriseMachine(claims)
	}
	if claims["username"] == "" {
		return desk.Caller{}, forbidden("This call is for members.")
	}
	caller, err := member(ctx, claims, resolve)
	if err != nil {
		return desk.Caller{}, err
	}
	switch {
	case who == Admin && !caller.Role.Manages():
		return desk.Caller{}, forbidden("This call is for the owner and admins.")
	case who == Owner && caller.Role != desk.RoleOwner:
		return desk.Caller{}, forbidden("This call is for the owner.")
	}
	return caller, nil
}

// authoriseMachine asks that no member is in the token: a member who got hold of the
// scope would still not be the platform.
func authoriseMachine(claims map[string]string) error {
	scopes := strings.Fields(claims["scope"])
	if claims["username"] != "" || !slices.Contains(scopes, machineScope) {
		return forbidden("This call is for the platform's token of scope " + machineScope + ".")
	}
	return nil
}

// member resolves the member of an access token.
func member(ctx context.Context, claims map[string]string, resolve resolver) (desk.Caller, error) {
	signedIn, err := signedInAt(claims)
	if err != nil {
		return desk.Caller{}, err
	}
	return resolve(ctx, claims["username"], signedIn)
}

// signedInAt is when the member signed in whose token it is: auth_time, which stays as it
// was in tokens that a refresh token makes later, else iat. So those are dead, too, that a
// refresh token from before a sign-out made after it.
func signedInAt(claims map[string]string) (time.Time, error) {
	issued, err := seconds(claims["iat"])
	if err != nil || claims["auth_time"] == "" {
		return issued, err
	}
	return seconds(claims["auth_time"])
}

// seconds reads a time of a token. It is seconds as text, and a float because a gateway
// may write large numbers as 1.7E9.
func seconds(text string) (time.Time, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n < 1e12) {
		return time.Time{}, unauthorized("The token does not say when it was issued.")
	}
	return time.Unix(int64(n), 0), nil
}

func unauthorized(detail string) *desk.Problem {
	return &desk.Problem{Class: desk.Unauthorized, Name: "unauthorized", Title: "Sign in first", Detail: detail}
}

func forbidden(detail string) *desk.Problem {
	return &desk.Problem{Class: desk.Forbidden, Name: "forbidden", Title: "Not allowed", Detail: detail}
}

// withRequestID makes sure that the request has an id.
func withRequestID(ctx context.Context) context.Context {
	if requestIDOf(ctx) != "" {
		return ctx
	}
	return WithRequestID(ctx, rand.Text())
}

func requestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
