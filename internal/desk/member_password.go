package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/passwords"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// SetPassword gives another member another password; their tokens are dead. Problem forbidden
// of the owner's, or an admin could become the owner, and of one's own: a token alone, which
// is worth an hour, would take the account for good. A weak password is invalid.
func (d *Desk) SetPassword(ctx context.Context, by Caller, id, password string) error {
	p, err := d.readPerson(ctx, by.AccountID, id)
	if err != nil {
		return err
	}
	switch {
	case by.MemberID == id:
		return forbidden("One's own password is changed at /v1/me/password, by whoever knows it.")
	case p.profile.value.Role == RoleOwner:
		return forbidden("Only the owner sets the owner's password.")
	}
	if err := d.goodPassword(ctx, p.profile.value, password); err != nil {
		return err
	}
	_, err = d.replacePassword(ctx, by, id, password, false)
	return err
}

// goodPassword judges a member's new password, by the words of name, e-mail and business too.
// Whoever is told its answer must know already that there is such a member.
func (d *Desk) goodPassword(ctx context.Context, f profile, password string) error {
	a, err := d.readAccount(ctx, f.Account)
	if err != nil {
		return err
	}
	return tooPersonal(password, f.FirstName, f.LastName, f.Email, a.value.Name)
}

// tooPersonal is the problem with a password that only the words of these texts make weak. One
// that is weak by itself is refused by the identity.
func tooPersonal(password string, of ...string) error {
	if WeakPassword(password) != nil {
		return nil
	}
	return WeakPassword(password, of...)
}

// replacePassword sets a password and signs the member out everywhere. Tokens of up to the
// moment that it gives are dead.
func (d *Desk) replacePassword(ctx context.Context, by Caller, id, password string, spare bool) (since time.Time, err error) {
	return d.signingOut(ctx, by, id, spare, func() error {
		if err := d.Identity.SetPassword(ctx, id, password); err != nil {
			return fmt.Errorf("setting the password of %s: %w", id, err)
		}
		return nil
	})
}

// holdsPassword checks that the caller knows their own password, as whatever could take an
// account for good asks: a token is worth an hour, and phones lie about unlocked. Else it is
// problem invalid of currentPassword. The sign-in that the check makes is ended at once.
func (d *Desk) holdsPassword(ctx context.Context, c Caller, current string) error {
	var tokens Tokens
	err := d.try(ctx, c.ownTry(triesPassword), func() (err error) {
		tokens, err = d.Identity.Login(ctx, c.MemberID, current)
		return err
	})
	if classOf(err) == Unauthorized {
		return Invalids([]FieldError{{"currentPassword", "is not the password"}})
	}
	if err != nil {
		return err
	}
	return d.Identity.Revoke(ctx, tokens.RefreshToken)
}

// ChangePassword replaces the caller's own password. They must know it, so that a phone
// left unlocked is not enough; else problem invalid of currentPassword.
//
// All earlier tokens are dead, and the answer has new ones for who asked.
func (d *Desk) ChangePassword(ctx context.Context, c Caller, current, password string) (SignedIn, error) {
	if err := d.holdsPassword(ctx, c, current); err != nil {
		return SignedIn{}, err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	if err != nil {
		return SignedIn{}, err
	}
	if NormalPassword(password) == NormalPassword(current) {
		return SignedIn{}, Invalids([]FieldError{{"password", "must be another than now"}})
	}
	if err := d.goodPassword(ctx, f.value, password); err != nil {
		return SignedIn{}, err
	}
	since, err := d.replacePassword(ctx, c, c.MemberID, password, true)
	if err != nil {
		return SignedIn{}, err
	}
	return d.signInAnew(ctx, c, password, since)
}

// signInAnew gives a member tokens who has just changed their password. Their session takes
// the place of the one that asked. since is when they changed it, which the profile tells
// only once the change is finished.
func (d *Desk) signInAnew(ctx context.Context, c Caller, password string, since time.Time) (SignedIn, error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	if err != nil {
		return SignedIn{}, err
	}
	tokens, err := d.logIn(ctx, c.MemberID, password, max(f.value.SignedOutAt, millis(since)))
	if err != nil {
		return SignedIn{}, err
	}
	list, err := load[sessionList](ctx, d.Table, keys.Sessions(c.MemberID))
	if err != nil {
		return SignedIn{}, err
	}
	var v Visitor // the one that asked: it is still in the list, though it has ended
	if was := list.value.find(c.Session); was != nil {
		v = Visitor{DeviceName: was.Device, Network: was.Network}
	}
	change := d.begin(c, tokens, v)
	change.heirOf, change.sole = c.Session, true
	if err := change.listed(ctx); err != nil {
		return SignedIn{}, err
	}
	in := SignedIn{Tokens: tokens, SessionEndsAt: tokens.SignedIn.Add(SessionLife).UTC()}
	in.DeviceSecret, err = d.deviceSecret(ctx, c.MemberID, max(f.value.PasswordSetAt, millis(since))) // the one before is void
	return in, err
}

// A new password is two writes: the identity has the password, the profile holds from when
// on earlier tokens are dead. Whoever dies between them leaves a mark, and the finish
// message goes by it and signs the member out. A change that was refused takes its mark
// away, so wrong codes sign nobody out.
//
// Whoever sets a password for somebody else, or has one reset, ends every sign-in, and so the
// devices go, too: a phone that was lost would go on showing who calls. One's own change by
// the password spares them, since one is there.

// markAfter is when the message comes. No caller waits that long for an answer: a mark
// that is there by then tells of a change without a known outcome.
const markAfter = 30 * time.Second

// passwordMark is the mark as stored. SignedOut is when earlier tokens were ended, once that
// is done; what is left then is the devices.
type passwordMark struct {
	SignedOut int64 `json:"so,omitempty"`
}

// signingOut makes a change and kills all earlier tokens of the member, and without spare
// drops their devices. Once the change is made its success is told even if signing out
// fails: a message carries it on. since is when the change was made.
func (d *Desk) signingOut(ctx context.Context, by Caller, id string, spare bool, change func() error) (since time.Time, err error) {
	mark, err := d.newID("")
	if err != nil {
		return since, err
	}
	m := Message{
		Kind: WakeFinish, Finish: finishPassword, AccountID: by.AccountID, MemberID: id, By: by.MemberID, Mark: mark, Spare: spare,
		Session: by.Session,
		Due:     d.Now().Add(markAfter),
	}
	if by.AccountID == "" { // nobody's e-mail: there is nothing to finish, but it costs the same
		m.AccountID = keys.DerivedID("acc_", id)
	}
	op := put(keys.PasswordMark(id, mark), passwordMark{}, table.Condition{})
	if err := d.Table.Write(ctx, d.expiring(op)); err != nil {
		return since, fmt.Errorf("marking a change of password: %w", err)
	}
	if err := d.send(ctx, m.Due, m); err != nil {
		return since, fmt.Errorf("sending the finish message: %w", err)
	}
	if err := change(); err != nil {
		if class := classOf(err); class != 0 && class != Unavailable {
			// Also when the caller has hung up: a wrong code signs nobody out.
			if err := d.Table.Write(context.WithoutCancel(ctx), table.Delete(keys.PasswordMark(id, mark), table.Condition{})); err != nil {
				d.Log.WarnContext(ctx, "mark not removed: a timer signs the member out", "member", id, "error", err)
			}
		}
		return since, err
	}
	m.Since = millis(d.Now())
	if err := d.finishPassword(ctx, m); err != nil {
		d.finishSoon(ctx, m, err)
	}
	return instant(m.Since), nil
}

// finishSoon goes on with a sign-out that failed, by a message that knows since when the
// password is another. The one that waits does not, and would end the sign-ins that follow.
func (d *Desk) finishSoon(ctx context.Context, m Message, err error) {
	d.Log.WarnContext(ctx, "member not signed out: a timer goes on with it", "member", m.MemberID, "error", err)
	m.Due = d.Now()
	if err := d.send(context.WithoutCancel(ctx), m.Due.Add(rewakeLow), m); err != nil {
		d.Log.WarnContext(ctx, "timer not sent: the one of before signs the member out", "member", m.MemberID, "error", err)
	}
}

// finishPassword signs the member out if the mark is still there. It is called at once, and
// by the message for the process that died.
func (d *Desk) finishPassword(ctx context.Context, m Message) error {
	k := keys.PasswordMark(m.MemberID, m.Mark)
	mark, err := load[passwordMark](ctx, d.Table, k)
	if err != nil || !mark.found() {
		return err
	}
	done := mark.value.SignedOut
	if done == 0 {
		if done, err = d.endTokens(ctx, m); err != nil || done == 0 {
			return err
		}
		if err := d.forgetPasswordTries(ctx, m.MemberID); err != nil {
			return err
		}
	}
	if m.sparesAll() {
		return nil // the mark went with the tokens
	}
	if err := d.endDevices(ctx, m, instant(done)); err != nil {
		return err
	}
	return d.Table.Write(ctx, table.Delete(k, table.Condition{}))
}

// sparesAll reports whether a change of a password leaves all devices: its own member asked
// for it, by a token that names no session or a version before sessions were kept.
func (m Message) sparesAll() bool { return m.Spare && m.Session == "" }

// changed is the moment by which the password was another; sessions that began later know it. A
// message of a process that died knows no better than that it was no later than it was due.
func (m Message) changed(now time.Time) int64 {
	return cmp.Or(m.Since, min(millis(now), millis(m.Due)))
}

// endTokens kills all tokens of the member from before the password changed, and has the mark
// say so, or go where nothing is left to do. It gives the moment; zero without a member.
func (d *Desk) endTokens(ctx context.Context, m Message) (at int64, err error) {
	since, k := m.changed(d.Now()), keys.PasswordMark(m.MemberID, m.Mark)
	mustChange, err := d.mustChange(ctx, m)
	if err != nil {
		return 0, err
	}
	_, err = update(ctx, d, keys.Profile(m.MemberID), func(f *stored[profile]) (bool, []table.Op, error) {
		at = 0
		if !f.value.ready() {
			return false, nil, nil
		}
		at = since
		ops := []table.Op{table.Delete(k, table.Condition{})}
		if !m.sparesAll() {
			ops = []table.Op{d.expiring(put(k, passwordMark{SignedOut: since}, table.Condition{}))}
		}
		if f.value.PasswordSetAt < since { // else by a try before, or a later change did it
			f.value.endAll(instant(since))
			f.value.PasswordSetAt = since
			f.value.MustChange = mustChange
			ops = append(ops, d.audit(m.AccountID, m.By, auditMemberPassword, m.MemberID))
		}
		return true, ops, nil
	})
	return at, err
}

// mustChange reports whether a password that was set must be changed at the first sign-in:
// somebody else chose it, and the account's setting says so.
func (d *Desk) mustChange(ctx context.Context, m Message) (bool, error) {
	if m.By == m.MemberID {
		return false, nil
	}
	a, err := load[roster.Account](ctx, d.Table, keys.Account(m.AccountID))
	return a.value.FirstPassword == roster.FirstPasswordChange, err
}

// WeakPassword is the problem with a new password, of class Invalid with the field
// password; nil for a good one. The words of the texts in of do not count.
func WeakPassword(password string, of ...string) error {
	var bad []FieldError
	for _, detail := range passwords.Check(password, of...) {
		bad = append(bad, FieldError{"password", detail})
	}
	return Invalids(bad)
}

// NormalPassword is the form in which identities store and compare passwords.
func NormalPassword(password string) string { return passwords.Normal(password) }
