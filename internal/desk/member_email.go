package desk

import (
	"context"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// An e-mail signs one member in, of whichever account: the pointer under it says whom. It is
// proved when somebody showed that the member reads it: by a code, or by the platform's word
// when it made the account. Whoever proves an address takes the sign-in by it from a member
// who did not, or a business could keep an address from its owner by making a member with it.
// That member stays one, and signs in again when an admin gives them another address.

// errNoMail is the answer to what needs a code where none can be sent. The owner's e-mail is no
// admin's to change.
func errNoMail(role Role) *Problem {
	if role == RoleOwner {
		return conflict("no-mail", "No mail", "This deployment sends no mail. Nobody else changes an owner's e-mail: hand the account over to an admin, who then can.")
	}
	return conflict("no-mail", "No mail", "This deployment sends no mail. An admin can change the e-mail.")
}

// AskForEmail has a code sent to an address by which the caller wants to sign in, or to their
// own, to prove it, and a notice to their old one. Nobody is told by it whether somebody signs
// in by the address already: such a one gets a letter that says so, and no code. Problems are
// no-mail, invalid of currentPassword, and too-many-tries.
func (d *Desk) AskForEmail(ctx context.Context, c Caller, email, currentPassword string) error {
	if d.Mail == nil {
		return errNoMail(c.Role)
	}
	if err := d.holdsPassword(ctx, c, currentPassword); err != nil {
		return err
	}
	email = lowerEmail(email)
	old, language, err := d.signInAddress(ctx, c.MemberID)
	if err != nil {
		return err
	}
	var notice []table.Op
	if old != "" && old != email {
		n, err := d.announceLetters(ctx, c.AccountID, c.MemberID, 1)
		if err != nil {
			return err
		}
		notice = n.written(d, Letter{Kind: LetterEmailAsked, To: old, Language: language})
	}
	return d.askForCode(ctx, c, CodeEmail, code{To: email}, notice...)
}

// signInAddress is the e-mail by which a member signs in; empty when another has taken it.
func (d *Desk) signInAddress(ctx context.Context, member string) (email, language string, err error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(member))
	if err != nil || !f.value.ready() {
		return "", "", err
	}
	p, err := load[pointer](ctx, d.Table, keys.Email(f.value.Email))
	if err != nil || p.value.ID != member {
		return "", "", err
	}
	return f.value.Email, f.value.Language, nil
}

// codeLetter is the letter that a code goes into; without an address there is none.
func (d *Desk) codeLetter(ctx context.Context, member string, f profile, kind CodeKind, asked code) (Letter, error) {
	if !f.ready() {
		return Letter{}, nil
	}
	l := Letter{Kind: LetterKind(kind), MemberID: member, Language: f.Language}
	if kind == CodeEmail {
		h, err := d.holderOf(ctx, asked.To)
		if err == nil && h.keepsFrom(member) {
			l = Letter{Kind: LetterEmailTaken, MemberID: h.id, Language: h.profile.value.Language}
		}
		l.To = asked.To
		return l, err
	}
	if f.Unproved || kind == CodeOwner && f.Role != RoleOwner {
		return Letter{}, nil
	}
	if kind == CodeOwner {
		heir, err := load[profile](ctx, d.Table, keys.Profile(asked.Member))
		if err != nil {
			return Letter{}, err
		}
		l.Name = heir.value.FirstName
	}
	to, _, err := d.signInAddress(ctx, member)
	l.To = to
	return l, err
}

// ConfirmEmail has the caller sign in by the address that the code was sent to, which is
// proved by it. Problems are those of tryCode, and email-taken when somebody else proved the
// address meanwhile.
func (d *Desk) ConfirmEmail(ctx context.Context, c Caller, digits string) error {
	was, err := d.tryOwnCode(ctx, c, CodeEmail, digits)
	if err != nil {
		return err
	}
	if err := d.proveEmail(ctx, c, was.To); err != nil {
		d.returnCode(ctx, c.MemberID, CodeEmail, was)
		return err
	}
	return nil
}

// proveEmail is the Write of a proved address: profile and pointers, of the member and of
// whom it displaces.
func (d *Desk) proveEmail(ctx context.Context, c Caller, email string) error {
	n, err := d.announceLetters(ctx, c.AccountID, c.MemberID, 1)
	if err != nil {
		return err
	}
	out := displacement{d: d}
	_, err = update(ctx, d, keys.Profile(c.MemberID), func(s *stored[profile]) (bool, []table.Op, error) {
		f := &s.value
		if !f.ready() {
			return false, nil, denied()
		}
		h, err := d.holderOf(ctx, email)
		switch {
		case err != nil:
			return false, nil, err
		case h.keepsFrom(c.MemberID):
			return false, nil, emailTaken()
		case h.id == c.MemberID && f.Email == email && !f.Unproved:
			return false, nil, nil // by a try before, or shown once more
		}
		ops, err := out.of(ctx, h, c.MemberID)
		if err != nil {
			return false, nil, err
		}
		old := f.Email
		ops = append(ops, put(keys.Email(email), pointer{c.MemberID}, table.AtVersion(h.pointer.version)))
		if old != email {
			more, theirs, err := d.freeEmail(ctx, c.MemberID, old)
			if err != nil {
				return false, nil, err
			}
			if theirs {
				ops = append(append(ops, more...), n.written(d, Letter{Kind: LetterEmailChanged, To: old, Language: f.Language})...)
			}
		}
		shown := edited("email", old, email)
		if old == email {
			shown = edited("emailProved", false, true)
		}
		f.Email, f.Unproved = email, false
		return true, append(ops, d.audit(c.AccountID, c.MemberID, auditMemberChanged, c.MemberID, shown)), nil
	})
	return err
}

// freeEmail gives the operation that frees an address, where it is still the member's.
func (d *Desk) freeEmail(ctx context.Context, member, email string) (ops []table.Op, theirs bool, err error) {
	p, err := load[pointer](ctx, d.Table, keys.Email(email))
	if err != nil || p.value.ID != member {
		return nil, false, err
	}
	return []table.Op{table.Delete(keys.Email(email), table.AtVersion(p.version))}, true, nil
}

// addressHolder is who signs in by an address; nobody where the id is empty.
type addressHolder struct {
	id      string
	pointer stored[pointer]
	profile stored[profile]
}

// holderOf reads who signs in by an address.
func (d *Desk) holderOf(ctx context.Context, email string) (h addressHolder, err error) {
	if h.pointer, err = load[pointer](ctx, d.Table, keys.Email(email)); err != nil || !h.pointer.found() {
		return h, err
	}
	h.id = h.pointer.value.ID
	h.profile, err = load[profile](ctx, d.Table, keys.Profile(h.id))
	return h, err
}

// keepsFrom reports whether the address is proved to be another member's.
func (h *addressHolder) keepsFrom(member string) bool {
	return h.id != "" && h.id != member && h.profile.found() && !h.profile.value.Unproved
}

// displacement is what a proved address does to the member who had it unproved. It is used
// by all tries of one Write, and sends its messages once for each member.
type displacement struct {
	d       *Desk
	member  string
	letters []Letter
	notices notices
}

// of gives the operations: the member is still unproved, the trail says what became of them,
// and their admins get letters.
func (x *displacement) of(ctx context.Context, h addressHolder, by string) ([]table.Op, error) {
	if h.id == "" || h.id == by || !h.profile.found() {
		return nil, nil
	}
	f := h.profile.value
	if x.member != h.id {
		x.member = h.id
		var err error
		if x.letters, err = x.d.lettersToAdmins(ctx, f); err != nil {
			return nil, err
		}
		if x.notices, err = x.d.announceLetters(ctx, f.Account, h.id, len(x.letters)); err != nil {
			return nil, err
		}
	}
	ops := []table.Op{
		table.Check(keys.Profile(h.id), table.AtVersion(h.profile.version)),
		x.d.audit(f.Account, "", auditMemberDisplaced, h.id, edited("email", f.Email, nil)),
	}
	return append(ops, x.notices.written(x.d, x.letters...)...), nil
}

// mostTold is how many admins hear of a member who was displaced: the Write has room for a
// hundred operations, and a few people are enough.
const mostTold = 20

// lettersToAdmins are the letters that tell of a displaced member.
func (d *Desk) lettersToAdmins(ctx context.Context, f profile) (letters []Letter, err error) {
	if d.Mail == nil || !f.ready() {
		return nil, nil
	}
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Desk(f.Account), Prefix: "mem/"})
	if err != nil {
		return nil, err
	}
	profiles := make([]stored[profile], len(items))
	err = inParallel(len(items), func(i int) (err error) {
		profiles[i], err = load[profile](ctx, d.Table, keys.Profile(afterSlash(items[i].Key.Sort)))
		return err
	})
	for _, p := range profiles {
		if a := p.value; a.ready() && a.Role.Manages() && !a.Unproved && len(letters) < mostTold {
			letters = append(letters, Letter{Kind: LetterDisplaced, To: a.Email, Language: a.Language, Name: f.FirstName})
		}
	}
	return letters, err
}
