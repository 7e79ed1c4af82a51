package desk

import (
	"cmp"
	"context"

	"github.com/connectnow/backend/internal/keys"
)

// ForgotPassword sends a code to the member with this e-mail, if there is one and the e-mail
// is proved. Callers learn neither from the answer nor from its time whether there is. So it
// only sends itself a message, for an e-mail that nobody has, too, and the message sends the
// code. Where there is no mail it does nothing.
func (d *Desk) ForgotPassword(ctx context.Context, email string) error {
	if d.Mail == nil {
		return nil
	}
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return err
	}
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	name := c.userName(email)
	account := cmp.Or(c.AccountID, keys.DerivedID("acc_", name))
	return d.sendForCode(ctx, Message{AccountID: account, MemberID: name, Code: CodeReset, Mark: mark})
}

// ResetPassword sets a password by a code; earlier tokens are dead. It tries an e-mail that
// nobody has as well, with the answer of a wrong code: problem invalid of code. A password
// that is refused does not spend the code.
func (d *Desk) ResetPassword(ctx context.Context, email, digits, password string) error {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return err
	}
	name := c.userName(email)
	was, err := d.spendCode(ctx, name, CodeReset, digits)
	if err == nil && c.MemberID == "" {
		err = ErrWrongCode // who guessed it by chance has guessed nobody's
	}
	if err != nil {
		return wrongCode(err)
	}
	if _, err := d.replacePassword(ctx, c, name, password, false); err != nil {
		d.returnCode(ctx, name, CodeReset, was)
		return err
	}
	return nil
}
