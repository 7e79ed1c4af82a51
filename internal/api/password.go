package api

import (
	"context"

	"github.com/connectnow/backend/internal/email"
	"github.com/connectnow/backend/internal/passwords"
)

// longestCode is far above the six digits of the codes that are sent.
const longestCode = 64

// password reads a new password and says all that it lacks, a sentence each, so that
// nobody has to try three times. Space at its ends is refused and not trimmed: who types
// it would not see that it is no part of the password.
func (o *object) password(name string) string {
	s := o.text(name, passwords.Max, required)
	if s == "" {
		return ""
	}
	for _, wrong := range passwords.Check(s) {
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

// resetInput is a code from a mail and the password that it sets.
type resetInput struct{ email, code, password string }

// readReset does not look at the code's form: a code of five digits is as wrong as any
// other.
func readReset(o *object) resetInput {
	return resetInput{
		email:    readForgotten(o),
		code:     o.text("code", longestCode, required),
		password: o.confirmed(),
	}
}

// resetPassword sets the password and ends all sessions. Wrong and expired codes are 422
// at code, many of them 429.
func resetPassword(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readReset)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.ResetPassword(ctx, in.email, in.code, in.password))
}

// passwordChange is the old password and the new.
type passwordChange struct{ current, password string }

// readPasswordChange asks for the password that holds: a phone that lies about unlocked
// must not be enough to lock its owner out.
func readPasswordChange(o *object) passwordChange {
	return passwordChange{current: o.text("currentPassword", longestPassword, required), password: o.confirmed()}
}

// putMyPassword ends all sessions, also the one that asks: the app signs in again. A wrong
// current password is 422 at currentPassword, and counts as a try to sign in.
func putMyPassword(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readPasswordChange)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdMember(ctx, q.caller.MemberID); err != nil {
		return answer{}, err
	}
	return done(q.desk.ChangePassword(ctx, q.caller, in.current, in.password))
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
