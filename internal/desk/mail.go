package desk

import (
	"context"
	"errors"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Mail sends letters: SES in the cloud, an outbox that can be read in the sandbox.
type Mail interface {
	// Send sends the letter. ErrNoSuchAddress says that the address was refused for good;
	// any other error is worth a retry. A slow service is cut off by ctx.
	Send(ctx context.Context, l Letter) error
}

// ErrNoSuchAddress is what Mail.Send returns for an address to which nothing can be sent.
var ErrNoSuchAddress = errors.New("desk: the address takes no mail")

// Letter is one mail to one person. Its Subject and Text say it in words.
type Letter struct {
	Kind     LetterKind `json:"kind"`
	MemberID string     `json:"memberId"` // whom it is about
	To       string     `json:"to"`
	// Language is the reader's, as BCP 47 has it, and empty where it is not known. The words
	// are English so far.
	Language string `json:"language,omitempty"`
	Code     string `json:"code,omitempty"` // six digits, of letters with a code
	Name     string `json:"name,omitempty"` // of the person or business that it is about
}

// LetterKind says what a letter is for.
type LetterKind string

// The kinds of letters. Those of the first group have a code.
const (
	LetterReset LetterKind = "reset" // to set a new password with
	LetterEmail LetterKind = "email" // to prove a new address
	LetterOwner LetterKind = "owner" // to hand the account over

	LetterEmailAsked   LetterKind = "email_asked"   // to the old address: another was asked for
	LetterEmailChanged LetterKind = "email_changed" // to the old address: another has taken its place
	LetterEmailTaken   LetterKind = "email_taken"   // to an address that signs somebody in already
	LetterOwnerChanged LetterKind = "owner_changed" // to both: the account was handed over
	LetterDisplaced    LetterKind = "displaced"     // to admins: a member no longer signs in by an address
	LetterTOTPSet      LetterKind = "totp_set"      // to the member: signing in asks for a second factor now
	LetterTOTPTaken    LetterKind = "totp_taken"    // to the member: somebody took the second factor away
)

// A notice is kept in an item until it is sent, since messages hold no personal data and the
// address may be nowhere else by then. Whoever changes something writes the item with the
// change, and has the message sent before.

// letterAfter is when the message comes: by then the change is written as a rule.
const letterAfter = 5 * time.Second

// notices are letters that go out with a change.
type notices struct {
	member string
	marks  []string
}

// announceLetters sends the messages of n notices about a member, before the change is
// written. A message whose change is not made finds nothing.
func (d *Desk) announceLetters(ctx context.Context, acc, member string, n int) (notices, error) {
	due := d.Now().Add(letterAfter)
	all := notices{member: member}
	if d.Mail == nil {
		return all, nil
	}
	for range n {
		mark, err := d.newID("")
		if err != nil {
			return all, err
		}
		err = d.send(ctx, due, Message{Kind: WakeMail, AccountID: acc, MemberID: member, Mark: mark, Due: due})
		if err != nil {
			return all, err
		}
		all.marks = append(all.marks, mark)
	}
	return all, nil
}

// written are the operations that put letters into the Write of the change. Letters without
// an address, and all where there is no mail, are left out.
func (n notices) written(d *Desk, letters ...Letter) (ops []table.Op) {
	for i, l := range letters {
		if l.To == "" || i >= len(n.marks) {
			continue
		}
		l.MemberID = n.member
		ops = append(ops, d.expiring(put(keys.Letter(n.member, n.marks[i]), l, table.Condition{})))
	}
	return ops
}

// wakeMail sends a letter that was kept. One that is not there was sent before, or belongs
// to a change that was never made.
func (d *Desk) wakeMail(ctx context.Context, m Message) error {
	k := keys.Letter(m.MemberID, m.Mark)
	l, err := load[Letter](ctx, d.Table, k)
	if err != nil {
		return err
	}
	if !l.found() {
		if last := m.Due.Add(markWithin); d.Now().Before(last) { // the change may still come
			return d.send(ctx, last, m)
		}
		return nil
	}
	if err := d.sendLetter(ctx, l.value); err != nil {
		return err
	}
	return d.Table.Write(ctx, table.Delete(k, table.Condition{}))
}

// sendLetter sends one letter. An address that takes none is no error: no repeat helps.
func (d *Desk) sendLetter(ctx context.Context, l Letter) error {
	if d.Mail == nil {
		d.Log.WarnContext(ctx, "mail not sent: this deployment has none", "member", l.MemberID, "kind", string(l.Kind))
		return nil
	}
	err := d.Mail.Send(ctx, l)
	if errors.Is(err, ErrNoSuchAddress) {
		d.Log.WarnContext(ctx, "mail not sent: the address takes none", "member", l.MemberID, "kind", string(l.Kind), "error", err)
		return nil
	}
	return err
}
