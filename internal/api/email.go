package api

import "context"

// emailChange is the address that a member wants to sign in by, and their password: a phone
// that lies about unlocked must not be enough to take the account for good.
type emailChange struct{ email, current string }

func readEmailChange(o *object) emailChange {
	return emailChange{email: o.email("email", required), current: o.text("currentPassword", longestPassword, required)}
}

// putMyEmail has a code sent to the new address and a notice to the old. Whether somebody
// signs in by the new one already is not told. One's own address may be proved by it.
func putMyEmail(ctx context.Context, q *call) (answer, error) {
	in, err := read(q, readEmailChange)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdMember(ctx, q.caller.MemberID); err != nil {
		return answer{}, err
	}
	return accepted(q.desk.AskForEmail(ctx, q.caller, in.email, in.current))
}

// readCode does not look at the code's form: one of five digits is as wrong as any other.
func readCode(o *object) string { return o.text("code", longestCode, required) }

// confirmMyEmail has the caller sign in by the address to which the code was sent.
func confirmMyEmail(ctx context.Context, q *call) (answer, error) {
	code, err := read(q, readCode)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.ConfirmEmail(ctx, q.caller, code))
}
