package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/email"
	"github.com/connectnow/backend/internal/passwords"
)

// longestCode is far above the six digits of the codes that are sent.
const longestCode = 64

// password reads a new password and says all that it lacks, a sentence each, so that
// nobody has to try three times. Space at its ends is refused and not trimmed: who types
// it would not see that it is no part of the password.
func (o *object) password(name string, of ...string) string {
	s := o.text(name, passwords.Max, required)
	if s == "" {
		return ""
	}
	for _, wrong := range passwords.Check(s, of...) {
		o.bad(name, wrong)
	}
	return s
}

// confirmed reads a new password that is typed twice. The two are compared only if both
// could be read; else the complaint about the first is enough.
func (o *object) confirmed() string {
	first, isText := o.fields["password"].(string)
	password := o.password("password")
	if again := o.text("confirmPassword", passwords.Max, required); again != "" && isText && again != first {
		o.bad("confirmPassword", "must be the same as password")
	}
	return password
}

// whose reads the e-mail that a caller signs in with, in its normal form, or the text itself.
// A text that is no address belongs to nobody, and callers are not told which of the two it
// was. One whose normal form has more characters than an address may have is refused like any
// overlong text: under NFKC one character can become six, and no key of the table would hold it.
func (o *object) whose(name string) string {
	s := o.text(name, longestEmail, required)
	normal, is := email.Normal(s)
	if !is {
		return s
	}
	if detail := tooLong(normal, longestEmail); detail != "" {
		o.bad(name, detail)
		return ""
	}
	return normal
}

// readForgotten reads whose password is forgotten. None is refused here for not
// being an address: that would be another answer than an unknown one gets.
func readForgotten(o *object) string { return o.whose("email") }

// forgotPassword answers alike whether or not a member has the e-mail, and as fast: a
// message to the desk itself sends the code afterwards.
func forgotPassword(ctx context.Context, q *call) (answer, error) {
	email, err := read(q, readForgotten)
	if err != nil {
		return answer{}, err
	}
	return accepted(q.desk.ForgotPassword(ctx, email))
}

// readReset does not look at the code's form: a code of five digits is as wrong as any
// other.
func readReset(o *object) desk.Reset {
	o.flag("cookie", optional) // see cookies
	return desk.Reset{
		Email:    readForgotten(o),
		Code:     o.text("code", longestCode, required),
		Password: o.confirmed(),
		Visitor:  desk.Visitor{DeviceSecret: o.text("deviceSecret", longestDeviceSecret, optional)},
	}
}

// resetPassword sets the password and ends all sessions. Wrong and expired codes are 422
// at code, many of them 429; a device on which the member has signed in has tries of its own.
func resetPassword(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readReset)
	if err != nil {
		return answer{}, err
	}
	in.Visitor = q.from(in.Visitor)
	return done(q.desk.ResetPassword(ctx, in))
}

// errChangePassword is the answer to whoever has yet to choose a password of their own.
var errChangePassword = &desk.Problem{
	Class: desk.Forbidden, Name: "password-change-required", Title: "Choose a password first",
	Detail: "Somebody else chose this password. Change it with PUT /v1/me/password, then go on.",
}

// beforeChange reports whether a route is open to a member whose password somebody else
// chose. Beside these they can refresh and sign out, which ask for no member.
func (rt Route) beforeChange() bool {
	switch rt.Method + " " + rt.Pattern {
	case "GET /v1/me", "PUT /v1/me/password":
		return true
	}
	return false
}

// passwordChange is the old password and the new.
type passwordChange struct{ current, password string }

// readPasswordChange asks for the password that holds: a phone that lies about unlocked
// must not be enough to lock its owner out.
func readPasswordChange(o *object) passwordChange {
	o.flag("cookie", optional) // see cookies
	return passwordChange{current: o.text("currentPassword", longestPassword, required), password: o.confirmed()}
}

// putMyPassword ends all sessions, and answers with a new one for who asks. A wrong current
// password is 422 at currentPassword, and counts as a try to sign in.
func putMyPassword(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readPasswordChange)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdMember(ctx, q.caller.MemberID); err != nil {
		return answer{}, err
	}
	signed, err := q.desk.ChangePassword(ctx, q.caller, in.current, in.password)
	if err != nil {
		return answer{}, err
	}
	me, err := q.desk.Me(ctx, q.caller)
	return ok(session{signed.Tokens, signed.SessionEndsAt, signed.DeviceSecret, me}, err)
}

// readNewPassword reads what an admin sets. The member's own password is not asked for:
// admins do not know it.
func readNewPassword(o *object) string { return o.confirmed() }

// putPassword sets somebody else's password and ends their sessions. The owner's is set by
// the owner alone, or an admin could become the owner by it.
func putPassword(ctx context.Context, q *call) (answer, error) {
	password, err := read(q, readNewPassword)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdMember(ctx, q.id()); err != nil {
		return answer{}, err
	}
	return done(q.desk.SetPassword(ctx, q.caller, q.id(), password))
}
