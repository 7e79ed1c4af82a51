package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// SignIn checks an e-mail and password and makes tokens. An e-mail that nobody has is
// tried all the same, under a name that nobody has, so that neither time nor lock-out
// tells it apart from a wrong password.
func (d *Desk) SignIn(ctx context.Context, email, password string) (Tokens, Caller, error) {
	c, f, err := d.memberByEmail(ctx, email)
	if err != nil {
		return Tokens{}, c, err
	}
	name := c.MemberID
	if name == "" {
		name = derivedID("mem_", "nobody", lowerEmail(email))
	}
	if err := d.afterSignOut(ctx, f.SignedOutAt); err != nil {
		return Tokens{}, c, err
	}
	tokens, err := d.Identity.Login(ctx, name, password)
	var p *Problem
	switch {
	case errors.As(err, &p) && (p.Class == Unauthorized || p.Class == NotFound), err == nil && c.MemberID == "":
		return Tokens{}, c, ErrWrongPair
	}
	return tokens, c, err
}

// memberByEmail finds who signs in with an e-mail; nobody is an empty Caller.
func (d *Desk) memberByEmail(ctx context.Context, email string) (Caller, profile, error) {
	p, err := load[pointer](ctx, d.Table, emailKey(lowerEmail(email)))
	if err != nil || !p.found() {
		return Caller{}, profile{}, err
	}
	f, err := load[profile](ctx, d.Table, profileKey(p.value.ID))
	if err != nil || !f.value.ready() {
		return Caller{}, profile{}, err
	}
	return Caller{MemberID: p.value.ID, AccountID: f.value.Account, Role: f.value.Role}, f.value, nil
}

// afterSignOut waits for the second to pass in which the member's tokens were made
// useless. Tokens tell when they were issued in whole seconds, and all of that second
// are dead.
func (d *Desk) afterSignOut(ctx context.Context, signedOutAt int64) error {
	if signedOutAt == 0 {
		return nil
	}
	next := time.Unix(signedOutAt/1000+1, 0)
	wait := next.Sub(d.Now())
	if wait <= 0 || wait > 2*time.Second {
		return nil
	}
	return d.Sleep(ctx, wait)
}

// SetPassword gives a member another password; their tokens are dead. The owner's only
// the owner may set, or an admin could become the owner.
func (d *Desk) SetPassword(ctx context.Context, by Caller, id, password string) error {
	p, err := d.readPerson(ctx, by.AccountID, id)
	if err != nil {
		return err
	}
	if p.profile.value.Role == RoleOwner && by.MemberID != id {
		return forbidden("Only the owner sets the owner's password.")
	}
	return d.replacePassword(ctx, by, id, password)
}

func (d *Desk) replacePassword(ctx context.Context, by Caller, id, password string) error {
	if err := d.Identity.SetPassword(ctx, id, password); err != nil {
		return fmt.Errorf("setting the password of %s: %w", id, err)
	}
	return d.signOut(ctx, by, id)
}

// signOut makes all tokens of the member useless that were issued before now.
func (d *Desk) signOut(ctx context.Context, by Caller, id string) error {
	now := millis(d.Now())
	_, err := update(ctx, d, profileKey(id), func(f *stored[profile]) (bool, []table.Op, error) {
		if !f.value.ready() {
			return false, nil, notFound("member")
		}
		if f.value.SignedOutAt >= now {
			return false, nil, nil
		}
		f.value.SignedOutAt = now
		return true, []table.Op{d.audit(by.AccountID, by.MemberID, auditMemberPassword, id)}, nil
	})
	return err
}

// ChangePassword replaces the caller's own password, which they must know.
func (d *Desk) ChangePassword(ctx context.Context, c Caller, current, password string) error {
	_, err := d.Identity.Login(ctx, c.MemberID, current)
	var p *Problem
	if errors.As(err, &p) && p.Class == Unauthorized {
		return Invalids([]FieldError{{"currentPassword", "is not the password"}})
	}
	if err != nil {
		return err
	}
	return d.replacePassword(ctx, c, c.MemberID, password)
}

// ForgotPassword has a code sent to the member with this e-mail, if there is one.
// Callers are not told whether there is.
func (d *Desk) ForgotPassword(ctx context.Context, email string) error {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil || c.MemberID == "" {
		return err
	}
	return d.Identity.SendCode(ctx, c.MemberID)
}

// ResetPassword sets a password by a code that was sent; earlier tokens are dead.
func (d *Desk) ResetPassword(ctx context.Context, email, code, password string) error {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return err
	}
	wrong := Invalids([]FieldError{{"code", "is not the code that was sent, or no longer valid"}})
	if c.MemberID == "" {
		return wrong
	}
	err = d.Identity.ResetPassword(ctx, c.MemberID, code, password)
	var p *Problem
	if errors.As(err, &p) && p.Class == Unauthorized {
		return wrong
	}
	if err != nil {
		return err
	}
	return d.signOut(ctx, c, c.MemberID)
}

// HandOver makes an admin the owner; the owner becomes an admin.
func (d *Desk) HandOver(ctx context.Context, by Caller, to string) (Member, error) {
	if by.Role != RoleOwner {
		return Member{}, forbidden("Only the owner hands the account over.")
	}
	_, err := update(ctx, d, profileKey(to), func(f *stored[profile]) (bool, []table.Op, error) {
		if f.value.Account != by.AccountID || !f.value.ready() {
			return false, nil, Invalids([]FieldError{{"memberId", "is not a member of this account"}})
		}
		owner, err := load[profile](ctx, d.Table, profileKey(by.MemberID))
		switch {
		case err != nil:
			return false, nil, err
		case f.value.Role == RoleOwner:
			return false, nil, nil // done by a try before, or handed to oneself
		case owner.value.Role != RoleOwner:
			return false, nil, forbidden("Only the owner hands the account over.")
		case f.value.Role != RoleAdmin:
			return false, nil, Invalids([]FieldError{{"memberId", "must be an admin"}})
		}
		f.value.Role, owner.value.Role = RoleOwner, RoleAdmin
		return true, []table.Op{
			put(profileKey(by.MemberID), owner.value, table.AtVersion(owner.version)),
			d.audit(by.AccountID, by.MemberID, auditOwnerChanged, to),
		}, nil
	})
	if err != nil {
		return Member{}, err
	}
	return d.Member(ctx, by, to)
}
