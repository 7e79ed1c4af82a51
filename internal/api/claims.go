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

// The scope of the platform's token: its resource server's name and its own. Infra makes
// the resource server in Cognito of the two halves; tokens carry them joined, as
// escalations/write.
const (
	MachineScopeServer = "escalations"
	MachineScopeName   = "write"

	machineScope = MachineScopeServer + "/" + MachineScopeName
)

// claimsKey is the key of the claims in a context. Its type is this package's own, so that
// nobody else can put claims there but by WithClaims.
type claimsKey struct{}

// WithClaims says whose token came with the request: the claims of a token whose
// signature, expiry and issuer have been checked.
func WithClaims(ctx context.Context, claims map[string]string) context.Context {
	return context.WithValue(ctx, claimsKey{}, claims)
}

// claimsOf gives nil without a token. Handlers do not call it: what they may believe of a
// token is in call.caller.
func claimsOf(ctx context.Context) map[string]string {
	claims, _ := ctx.Value(claimsKey{}).(map[string]string)
	return claims
}

// resolver finds the member of a token; it is desk.Desk.Caller.
type resolver func(ctx context.Context, b desk.Bearer) (desk.Caller, error)

// authorise is the one place where a route's Who is held. On public and machine routes
// there is no member, and the caller that it returns is zero.
//
// The order of the checks is what callers see: without a bearer 401, with the wrong kind of
// bearer 403, with one of a member who is no more 401, and with too low a role 403.
func authorise(ctx context.Context, who Who, from desk.Clients, resolve resolver) (desk.Caller, error) {
	if who == Public {
		return desk.Caller{}, nil
	}
	claims := claimsOf(ctx)
	if len(claims) == 0 {
		return desk.Caller{}, unauthorized("This call needs a token: Authorization: Bearer <accessToken>.")
	}
	member, is := memberOf(claims, from)
	switch {
	case !is && !isMachine(claims, from):
		return desk.Caller{}, unauthorized("This token opens nothing here.")
	case who == Machine && (is || !inScope(claims)):
		return desk.Caller{}, forbidden("This call is for the platform's token of scope " + machineScope + ".")
	case who == Machine:
		return desk.Caller{}, nil
	case !is:
		return desk.Caller{}, forbidden("This call is for members.")
	}
	caller, err := resolveMember(ctx, member, claims, resolve)
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

// memberOf gives the member of a bearer. That is an ID token: it opens nothing at Cognito. An
// access token does, with the scope aws.cognito.signin.user.admin, so it never leaves the
// functions, and one that comes back all the same is refused. Names and meaning of the claims:
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
func memberOf(claims map[string]string, from desk.Clients) (id string, is bool) {
	switch claims["token_use"] {
	case "id":
		aud := claims["aud"]
		id, is = claims["cognito:username"], aud != "" && (aud == from.Members || aud == from.Released)
	case "access":
		id, is = claims["username"], from.Released != "" && claims["client_id"] == from.Released
	}
	return id, is && id != ""
}

// isMachine reports whether an access token is of the platform's client, and no member in it.
// Who got hold of the scope by another client, or as a member, would still not be the platform.
func isMachine(claims map[string]string, from desk.Clients) bool {
	return from.Machine != "" && claims["client_id"] == from.Machine && claims["token_use"] == "access" && claims["username"] == "" && claims["cognito:username"] == ""
}

// inScope reports whether a token has the platform's scope.
func inScope(claims map[string]string) bool {
	return slices.Contains(strings.Fields(claims["scope"]), machineScope)
}

// resolveMember resolves the member of a bearer. It says who it is, in which session and since
// when; role and account come from the table, so that a change of role holds from the next
// request on.
func resolveMember(ctx context.Context, id string, claims map[string]string, resolve resolver) (desk.Caller, error) {
	signedIn, err := signedInAt(claims)
	if err != nil {
		return desk.Caller{}, err
	}
	return resolve(ctx, desk.Bearer{MemberID: id, Session: desk.SessionID(claims["origin_jti"]), SignedInAt: signedIn})
}

// signedInAt is when the member signed in. A token says so in auth_time, and a refresh
// token hands the same auth_time on to the tokens that it makes; iat stands in where there
// is none. A refresh token from before a sign-out therefore makes tokens that are dead,
// too.
func signedInAt(claims map[string]string) (time.Time, error) {
	issued, err := seconds(claims["iat"])
	if err != nil || claims["auth_time"] == "" {
		return issued, err
	}
	return seconds(claims["auth_time"])
}

// seconds reads a time of a token: seconds since 1970, as text. A gateway may write large
// numbers as 1.7E9, so it is read as a float. NaN and the year 33658 are refused, since no
// comparison with them would say what it seems to say.
func seconds(text string) (time.Time, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n < 1e12) {
		return time.Time{}, unauthorized("The token does not say when it was issued.")
	}
	return time.Unix(int64(n), 0), nil
}

// unauthorized is 401: sign in, then try again.
func unauthorized(detail string) *desk.Problem {
	return &desk.Problem{Class: desk.Unauthorized, Name: "unauthorized", Title: "Sign in first", Detail: detail}
}

// forbidden is 403: trying again is of no use. What is in another account is not forbidden
// but not there, or callers could find out which ids exist.
func forbidden(detail string) *desk.Problem {
	return &desk.Problem{Class: desk.Forbidden, Name: "forbidden", Title: "Not allowed", Detail: detail}
}

// withRequestID makes sure that the request has an id, by which support finds the log line
// of what a caller complains about.
func withRequestID(ctx context.Context) context.Context {
	if requestIDOf(ctx) != "" {
		return ctx
	}
	return WithRequestID(ctx, rand.Text())
}

// requestIDOf is empty outside a request.
func requestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
