package desk

import (
	"context"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// HandOver begins to make an admin the owner. The owner gives their password and gets a code
// by mail, with which ConfirmHandOver does it: so neither a token nor a password that others
// know takes an account for good. Where there is no mail it is done at once, and told by done.
// Problems are forbidden, invalid, unproved-email and too-many-tries.
func (d *Desk) HandOver(ctx context.Context, by Caller, to, currentPassword string) (done bool, err error) {
	if by.Role != RoleOwner {
		return false, notTheOwner()
	}
	if err := d.holdsPassword(ctx, by, currentPassword); err != nil {
		return false, err
	}
	if d.Mail == nil {
		return true, d.changeOwner(ctx, by, to)
	}
	if _, err := d.heir(ctx, by, to); err != nil {
		return false, err
	}
	owner, err := load[profile](ctx, d.Table, keys.Profile(by.MemberID))
	if err != nil {
		return false, err
	}
	if owner.value.Unproved {
		return false, conflict("unproved-email", "Prove your e-mail first",
			"Nobody has shown that you read your e-mail. Ask for a code to it before you hand the account over.")
	}
	return false, d.askForCode(ctx, by, CodeOwner, code{Member: to})
}

// ConfirmHandOver makes the admin the owner whom the code was asked for. Problems are
// forbidden, and those of tryCode.
func (d *Desk) ConfirmHandOver(ctx context.Context, by Caller, digits string) error {
	if by.Role != RoleOwner {
		return notTheOwner()
	}
	was, err := d.tryOwnCode(ctx, by, CodeOwner, digits)
	if err != nil {
		return err
	}
	if err := d.changeOwner(ctx, by, was.Member); err != nil {
		d.returnCode(ctx, by.MemberID, CodeOwner, was)
		return err
	}
	return nil
}

func notTheOwner() *Problem { return forbidden("Only the owner hands the account over.") }

// heir reads who is to be the owner: an admin of the account, or the owner already.
func (d *Desk) heir(ctx context.Context, by Caller, to string) (stored[profile], error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(to))
	switch {
	case err != nil:
		return f, err
	case f.value.Account != by.AccountID || !f.value.ready():
		d.NoticeForeign(ctx, by, to)
		return f, Invalids([]FieldError{{"memberId", "is not a member of this account"}})
	case f.value.Role == RoleStaff:
		return f, Invalids([]FieldError{{"memberId", "must be an admin"}})
	}
	return f, nil
}

// changeOwner makes an admin the owner; the owner becomes an admin. Both profiles and the
// account change in one Write, so that there is exactly one owner at every moment. Both get a
// letter.
func (d *Desk) changeOwner(ctx context.Context, by Caller, to string) error {
	n, err := d.announceLetters(ctx, by.AccountID, by.MemberID, 2)
	if err != nil {
		return err
	}
	err = d.write(ctx, "the owner of "+by.AccountID, func(error) ([]table.Op, error) {
		f, err := d.heir(ctx, by, to)
		if err != nil || f.value.Role == RoleOwner { // done by a try before, or handed to oneself
			return nil, err
		}
		owner, err := load[profile](ctx, d.Table, keys.Profile(by.MemberID))
		switch {
		case err != nil:
			return nil, err
		case owner.value.Role != RoleOwner:
			return nil, notTheOwner()
		}
		a, err := d.readAccount(ctx, by.AccountID)
		if err != nil {
			return nil, err
		}
		var letters []Letter
		for _, member := range []string{by.MemberID, to} {
			address, language, err := d.signInAddress(ctx, member)
			if err != nil {
				return nil, err
			}
			letters = append(letters, Letter{Kind: LetterOwnerChanged, To: address, Language: language, Name: f.value.FirstName})
		}
		f.value.Role, owner.value.Role, a.value.Owner = RoleOwner, RoleAdmin, to
		return append(n.written(d, letters...),
			put(keys.Profile(to), f.value, table.AtVersion(f.version)),
			put(keys.Profile(by.MemberID), owner.value, table.AtVersion(owner.version)),
			put(keys.Account(by.AccountID), a.value, table.AtVersion(a.version)),
			d.audit(by.AccountID, by.MemberID, auditOwnerChanged, to, edited("owner", by.MemberID, to))), nil
	})
	if err == nil {
		d.notice(ctx, noticedHandOver, by)
	}
	return err
}
