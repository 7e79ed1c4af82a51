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
	d.notice(ctx, noticedAsked, c)
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	name := c.userName(email)
	account := cmp.Or(c.AccountID, keys.DerivedID("acc_", name))
	return d.sendForCode(ctx, Message{AccountID: account, MemberID: name, Code: CodeReset, Mark: mark})
}

// Reset is a code from a mail and the password that it sets.
type Reset struct {
	Email    string
	Code     string
	Password string
	Visitor  Visitor
}

// ResetPassword sets a password by a code; earlier tokens are dead. It tries an e-mail that
// nobody has as well, with the answer of a wrong code. A password that is refused does not
// spend the code, and only who has the code hears that it is too personal. Problems are those
// of tryCode.
func (d *Desk) ResetPassword(ctx context.Context, by Reset) error {
	c, f, err := d.memberByEmail(ctx, by.Email)
	if err != nil {
		return err
	}
	name := c.userName(by.Email)
	device, err := d.knownDevice(ctx, name, f.PasswordSetAt, by.Visitor.DeviceSecret)
	if err != nil {
		return err
	}
	was, err := d.tryCode(ctx, guess{triesCode, c.AccountID, name, by.Visitor.Network, device}, f, CodeReset, by.Code)
	if err != nil {
		return err
	}
	if err = d.goodPassword(ctx, f, by.Password); err == nil {
		_, err = d.replacePassword(ctx, c, name, by.Password, false)
	}
	if err != nil {
		d.returnCode(ctx, name, CodeReset, was)
		return err
	}
	d.notice(ctx, noticedReset, c)
	return nil
}
