package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
)

// longestCode is far above the six digits of the codes that are sent.
const longestCode = 64

// password reads a new password and says all that it lacks.
func (o *object) password(name string) string {
	s := o.text(name, desk.PasswordMax, required)
	if s == "" {
		return ""
	}
	for _, wrong := range desk.CheckPassword(s) {
		o.bad(name, wrong)
	}
	return s
}

// confirmed reads a new password that is typed twice.
func (o *object) confirmed() string {
	first, isText := o.fields["password"].(string)
	password := o.password("password")
	if again := o.text("confirmPassword", desk.PasswordMax, required); again != "" && isText && again != first {
		o.bad("confirmPassword", "must be the same as password")
	}
	return password
}

// normalOr is the normal form of what a caller signs in with, or that itself: what is no
// address is nobody's, and callers are not told which of both.
func normalOr(email string) string {
	if normal, ok := normalEmail(email); ok {
		return normal
	}
	return email
}

func readForgotten(o *object) string { return normalOr(o.text("email", longestEmail, required)) }

// forgotPassword answers alike whether or not somebody has the e-mail: the code is sent
// later.
func forgotPassword(ctx context.Context, q *call) (answer, error) {
	email, err := read(q, readForgotten)
	if err != nil {
		return answer{}, err
	}
	return accepted(q.desk.ForgotPassword(ctx, email))
}

type resetInput struct{ email, code, password string }

func readReset(o *object) resetInput {
	return resetInput{
		email:    readForgotten(o),
		code:     o.text("code", longestCode, required),
		password: o.confirmed(),
	}
}

func resetPassword(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readReset)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.ResetPassword(ctx, in.email, in.code, in.password))
}

type passwordChange struct{ current, password string }

func readPasswordChange(o *object) passwordChange {
	return passwordChange{current: o.text("currentPassword", longestPassword, required), password: o.confirmed()}
}

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

func readNewPassword(o *object) string { return o.confirmed() }

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
