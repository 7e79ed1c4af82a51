package api

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/names"
)

// longestDeviceSecret is far above what secrets of devices have.
const longestDeviceSecret = 256

// readCredentials checks lengths alone. A rule for good passwords has no place here: a
// member whose password is older than the rule must still get in.
func readCredentials(o *object) desk.Credentials {
	o.flag("cookie", optional) // see cookies
	return desk.Credentials{
		Email:    o.whose("email"),
		Password: o.text("password", longestPassword, required),
		OTP:      o.text("otp", longestOTP, optional),
		Visitor: desk.Visitor{
			DeviceName:   o.formed("deviceName", longestName, optional, names.Problem),
			DeviceSecret: o.text("deviceSecret", longestDeviceSecret, optional),
		},
	}
}

// from adds to a visitor what the request itself tells.
func (q *call) from(v desk.Visitor) desk.Visitor {
	v.Network, v.Agent = desk.Network(q.request.RemoteAddr), q.request.UserAgent()
	return v
}

// session is what a member who signed in gets: tokens, how long the bearer lasts in
// seconds, and the member, so that the app needs no second call.
type session struct {
	desk.Tokens
	SessionEndsAt time.Time   `json:"sessionEndsAt,omitzero"`
	DeviceSecret  string      `json:"deviceSecret,omitempty"`
	Member        desk.Member `json:"member"`
}

// login answers an unknown e-mail and a wrong password alike, in words and in time. Too
// many tries are 429 for a while, also with the right password.
func login(ctx context.Context, q *call) (answer, error) {
	page := q.fields["cookie"] == true
	c, err := read(q, readCredentials)
	if err != nil {
		return answer{}, err
	}
	if c.Visitor = q.from(c.Visitor); page {
		c.Leaves = q.kept(refreshCookie) // the cookie of the one who signs in takes its place
	}
	in, caller, err := q.desk.SignIn(ctx, c)
	if err != nil {
		return answer{}, err
	}
	me, err := q.desk.Me(ctx, caller)
	return ok(session{in.Tokens, in.SessionEndsAt, in.DeviceSecret, me}, err)
}

// refreshInput is a refresh token and, at sign-out, the device that is left behind.
type refreshInput struct{ token, deviceID string }

// readRefresh takes the token as it is: it is opaque, and only the identity provider can
// judge it.
//
// A page of which the browser has no cookie, as at the first visit, has no token at all.
func readRefresh(o *object) refreshInput {
	page := o.flag("cookie", optional)
	return refreshInput{token: o.text("refreshToken", longestRefresh, need(!page))}
}

// readLogout reads which device to drop. Without one the phone stays registered, and goes
// on ringing for a member who believes to have left: apps should name it.
func readLogout(o *object) refreshInput {
	in := readRefresh(o)
	in.deviceID = o.reference("deviceId", optional)
	return in
}

// refresh makes a new bearer. The refresh token stays as it is, and so is not sent
// back; an expired or revoked one is 401 bad-token.
func refresh(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readRefresh)
	if err != nil {
		return answer{}, err
	}
	if in.token == "" {
		return answer{}, desk.ErrBadToken
	}
	return ok(q.desk.Refresh(ctx, in.token))
}

// logout ends the session whose refresh token it is, and drops the device. The path is
// public: a member whose bearer has expired can still leave, and API Gateway checks no token
// there.
func logout(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readLogout)
	if err != nil || in.token == "" {
		return done(err)
	}
	caller, err := q.desk.Leaver(ctx, in.token)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.SignOut(ctx, caller, in.token, in.deviceID))
}
