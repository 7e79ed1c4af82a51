package desk

import (
	"cmp"
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
	if err := d.afterSignOut(ctx, f.SignedOutAt); err != nil {
		return Tokens{}, c, err
	}
	tokens, err := d.Identity.Login(ctx, c.userName(email), password)
	var p *Problem
	switch {
	case errors.As(err, &p) && (p.Class == Unauthorized || p.Class == NotFound), err == nil && c.MemberID == "":
		return Tokens{}, c, ErrWrongPair
	}
	return tokens, c, err
}

// memberByEmail finds who signs in with an e-mail; nobody is an empty Caller. It reads as
// much for an e-mail that nobody has.
func (d *Desk) memberByEmail(ctx context.Context, email string) (Caller, profile, error) {
	p, err := load[pointer](ctx, d.Table, emailKey(lowerEmail(email)))
	if err != nil {
		return Caller{}, profile{}, err
	}
	f, err := load[profile](ctx, d.Table, profileKey(cmp.Or(p.value.ID, nobody(email))))
	if err != nil || !f.value.ready() {
		return Caller{}, profile{}, err
	}
	return Caller{MemberID: p.value.ID, AccountID: f.value.Account, Role: f.value.Role}, f.value, nil
}

// nobody is the user name that stands for an e-mail that no member has: nobody's, but
// the same each time.
func nobody(email string) string { return derivedID("mem_", "nobody", lowerEmail(email)) }

// userName is under which name the identity is asked about whoever has the e-mail.
func (c Caller) userName(email string) string { return cmp.Or(c.MemberID, nobody(email)) }

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
	return d.signingOut(ctx, by, id, func() error {
		if err := d.Identity.SetPassword(ctx, id, password); err != nil {
			return fmt.Errorf("setting the password of %s: %w", id, err)
		}
		return nil
	})
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
// Callers are not told whether there is, nor by the time it takes: a message to oneself
// sends the code, and goes out for an e-mail that nobody has, too.
func (d *Desk) ForgotPassword(ctx context.Context, email string) error {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return err
	}
	name, now := c.userName(email), d.Now()
	account := cmp.Or(c.AccountID, derivedID("acc_", name))
	err = d.Timers.Send(ctx, now, Message{Kind: WakeCode, AccountID: account, MemberID: name, Due: now})
	if err != nil {
		return fmt.Errorf("having a code sent: %w", err)
	}
	return nil
}

// codeWithin is how long sending a code is tried: whoever asked has asked again by then.
const codeWithin = 5 * time.Minute

// wakeCode sends the code that ForgotPassword was asked for. Delivered twice it sends
// two, of which the later one counts.
func (d *Desk) wakeCode(ctx context.Context, m Message) error {
	err := d.Identity.SendCode(ctx, m.MemberID)
	var p *Problem
	if errors.As(err, &p) && p.Class == TooMany || d.Now().After(m.Due.Add(codeWithin)) {
		if err != nil {
			d.Log.Warn("a code was not sent", "member", m.MemberID, "error", err)
		}
		return nil
	}
	return err
}

// ResetPassword sets a password by a code that was sent; earlier tokens are dead. An
// e-mail that nobody has is tried all the same, and gets the answer of a wrong code.
func (d *Desk) ResetPassword(ctx context.Context, email, code, password string) error {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return err
	}
	name := c.userName(email)
	err = d.signingOut(ctx, c, name, func() error { return d.Identity.ResetPassword(ctx, name, code, password) })
	var p *Problem
	if errors.As(err, &p) && (p.Class == Unauthorized || p.Class == TooMany) {
		// Only of a member can there have been too many tries, so that is not told apart.
		return Invalids([]FieldError{{"code", "is not the code that was sent, is no longer valid, or was tried too often"}})
	}
	return err
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
		a, err := d.readAccount(ctx, by.AccountID)
		if err != nil {
			return false, nil, err
		}
		f.value.Role, owner.value.Role, a.value.Owner = RoleOwner, RoleAdmin, to
		return true, []table.Op{
			put(profileKey(by.MemberID), owner.value, table.AtVersion(owner.version)),
			put(accountKey(by.AccountID), a.value, table.AtVersion(a.version)),
			d.audit(by.AccountID, by.MemberID, auditOwnerChanged, to),
		}, nil
	})
	if err != nil {
		return Member{}, err
	}
	return d.Member(ctx, by, to)
}
