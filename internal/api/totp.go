package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
)

// longestOTP leaves room for how people type codes.
const longestOTP = 64

// readCurrent reads the password that holds.
func readCurrent(o *object) string { return o.text("currentPassword", longestPassword, required) }

// readOTP reads a code of the app, or a recovery code. Its form is not looked at: a code of
// five digits is as wrong as any other.
func readOTP(o *object) string { return o.text("otp", longestOTP, required) }

// postTOTP gives a secret for an authenticator app.
func postTOTP(ctx context.Context, q *call) (answer, error) {
	current, err := read(q, readCurrent)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.BeginTOTP(ctx, q.caller, current))
}

// recovery are the codes for whoever has lost the phone.
type recovery struct {
	RecoveryCodes []string `json:"recoveryCodes"`
}

// confirmTOTP has the second factor hold, and gives the recovery codes.
func confirmTOTP(ctx context.Context, q *call) (answer, error) {
	otp, err := read(q, readOTP)
	if err != nil {
		return answer{}, err
	}
	codes, err := q.desk.ConfirmTOTP(ctx, q.caller, otp)
	return ok(recovery{codes}, err)
}

// totpEnd is what takes a second factor away: whoever holds the phone alone, or knows the
// password alone, does not.
type totpEnd struct{ current, otp string }

func readTOTPEnd(o *object) totpEnd { return totpEnd{readCurrent(o), readOTP(o)} }

// deleteTOTP takes one's own second factor away.
func deleteTOTP(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readTOTPEnd)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.EndTOTP(ctx, q.caller, in.current, in.otp))
}

// deleteMembersTOTP takes that of a member whose phone is lost.
func deleteMembersTOTP(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.TakeTOTP(ctx, q.caller, q.id()))
}

// factorDue holds what owner and admins may do back from those who should have a second
// factor by now. What everybody may do goes on: their customers ring, and the second factor
// is set up there.
func factorDue(ctx context.Context, who Who, d *desk.Desk, c desk.Caller) error {
	if who != Admin && who != Owner {
		return nil
	}
	return d.FactorDue(ctx, c)
}
