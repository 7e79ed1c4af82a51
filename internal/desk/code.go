package desk

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// CodeKind says what a code is good for.
type CodeKind string

// The kinds of codes.
const (
	CodeReset CodeKind = "reset" // to set a new password
	CodeEmail CodeKind = "email" // to sign in by another address
	CodeOwner CodeKind = "owner" // to hand the account over
)

// Whoever may read the mails of a proved address may prove it by a code of six digits. A
// code is made by the message that sends it, and is nowhere but in the mail: the table has a
// hash that nobody can compute without the deployment's secret. What an e-mail that nobody has
// is asked for is kept as well, with the hash of a code that nobody gets: so wrong codes cost
// the same reads and writes, whoever exists and whether or not a code was asked for.
//
// The hash is of the password and the e-mail of that time as well, or of what stands for them:
// a code from before another is void.
const (
	codeLife   = 15 * time.Minute
	codeTries  = 5               // wrong ones, after which it is spent
	codePause  = time.Minute     // between two codes of one name and kind
	codeWithin = 5 * time.Minute // how long sending is tried: by then whoever asked has asked again
	codeLate   = codeLife        // after which one that was asked for is not made any more: nobody waits for it
)

// code is the last code of a member and kind, as stored:
//
//	{"k":"f7lmw5qcqyje","at":1795428000000,"h":"…","n":1,"to":"asha@example.com"}
//
// is one for a new address that was tried once.
type code struct {
	Mark   string `json:"k,omitempty"`  // of the message that makes it
	Made   int64  `json:"at,omitempty"` // 0 until it came
	Hash   []byte `json:"h,omitempty"`  // nil when it is spent
	Tried  int    `json:"n,omitempty"`
	To     string `json:"to,omitempty"` // the new address, of CodeEmail
	Member string `json:"m,omitempty"`  // who becomes the owner, of CodeOwner
}

// fresh reports whether another code was made less than a minute ago.
func (c *code) fresh(now time.Time) bool {
	return c.Made != 0 && now.Before(instant(c.Made).Add(codePause))
}

// askForCode keeps what a member who is signed in wants a code for, and has it sent. Problem
// too-many-tries within a minute of the last.
//
// More belongs into the Write of it.
func (d *Desk) askForCode(ctx context.Context, c Caller, kind CodeKind, wanted code, more ...table.Op) error {
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	wanted.Mark = mark
	k, now := keys.Code(c.MemberID, string(kind)), d.Now()
	err = d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[code](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		if s.value.fresh(now) {
			return nil, tooManyTries(instant(s.value.Made).Add(codePause).Sub(now))
		}
		return append(more[:len(more):len(more)], d.expiring(put(k, wanted, table.AtVersion(s.version)))), nil
	})
	if err != nil {
		return err
	}
	return d.sendForCode(ctx, Message{AccountID: c.AccountID, MemberID: c.MemberID, Code: kind, Mark: mark})
}

// sendForCode has wakeCode make a code.
func (d *Desk) sendForCode(ctx context.Context, m Message) error {
	m.Kind, m.Due = WakeCode, d.Now()
	if err := d.send(ctx, m.Due, m); err != nil {
		d.count(metricCodesUnsent, "", "", 1)
		return fmt.Errorf("having a code sent: %w", err)
	}
	return nil
}

// wakeCode makes a code and sends it. Delivered twice it sends two, and the later one counts;
// another request within a minute gets none, and neither does one that comes so late that
// whoever asked has gone: from a queue that stood still, or its dead letters.
func (d *Desk) wakeCode(ctx context.Context, m Message) error {
	var err error
	if d.Now().Before(m.Due.Add(codeLate)) {
		if err = d.makeCode(ctx, m); err == nil || !d.Now().After(m.Due.Add(codeWithin)) {
			return err
		}
	}
	d.count(metricCodesUnsent, "", "", 1)
	d.Log.ErrorContext(ctx, "code not sent: it was asked for too long ago", "member", m.MemberID, "error", err)
	return nil
}

// makeCode stores the hash of a new code, and then sends the code.
func (d *Desk) makeCode(ctx context.Context, m Message) error {
	if d.Mail == nil {
		d.Log.WarnContext(ctx, "code not sent: this deployment has no mail", "member", m.MemberID)
		return nil
	}
	kind := cmp.Or(m.Code, CodeReset)
	digits, err := d.newCode()
	if err != nil {
		return err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(m.MemberID))
	if err != nil {
		return err
	}
	hash, err := d.codeHash(ctx, m.MemberID, f.value, kind, digits)
	if err != nil {
		return err
	}
	k, made, now := keys.Code(m.MemberID, string(kind)), false, d.Now()
	var asked code
	err = d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[code](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		if made = s.value.wants(m, kind, now); !made {
			return nil, nil
		}
		asked = s.value
		asked.Mark, asked.Made, asked.Hash, asked.Tried = m.Mark, millis(now), hash, 0
		return []table.Op{d.expiring(put(k, asked, table.AtVersion(s.version)))}, nil
	})
	if err != nil || !made {
		return err
	}
	l, err := d.codeLetter(ctx, m.MemberID, f.value, kind, asked)
	if err != nil || l.To == "" {
		return err
	}
	if l.Kind != LetterEmailTaken {
		l.Code = digits
	}
	return d.sendLetter(ctx, l)
}

// wants reports whether the message may make a code. Those for a new password are asked for
// by anybody, and so the first request of a minute counts; the others are in the item, and
// the last one counts.
func (c *code) wants(m Message, kind CodeKind, now time.Time) bool {
	if kind == CodeReset {
		return !c.fresh(now) || c.Mark == m.Mark && m.Mark != ""
	}
	return c.Mark == m.Mark && (c.Made == 0 || c.Hash != nil)
}

// newCode makes six digits. The bias of the modulus is one in four million million.
func (d *Desk) newCode() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making a code: %w", err)
	}
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(b[:])%1e6), nil
}

// codeHash is keyed, since anybody can hash all codes there are.
func (d *Desk) codeHash(ctx context.Context, name string, f profile, kind CodeKind, digits string) ([]byte, error) {
	key, err := d.key(ctx, "codes")
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s\x00%s\x00%d\x00%s\x00%s", name, kind, f.PasswordSetAt, f.Email, digits)
	return h.Sum(nil), nil
}

// tryCode tries a code of the name that a guesses at, who has the profile. The right one is
// spent by it, and given back by returnCode when what it was for is refused. Problems are
// invalid of code, for wrong, old and spent ones, and too-many-tries.
func (d *Desk) tryCode(ctx context.Context, a guess, f profile, kind CodeKind, digits string) (was code, err error) {
	err = d.try(ctx, a, func() (err error) {
		was, err = d.spendCode(ctx, a.name, f, kind, digits)
		return err
	})
	return was, wrongCode(err)
}

// tryOwnCode tries a code of whoever is signed in.
func (d *Desk) tryOwnCode(ctx context.Context, c Caller, kind CodeKind, digits string) (code, error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(c.MemberID))
	if err != nil {
		return code{}, err
	}
	return d.tryCode(ctx, c.ownTry(triesCode), f.value, kind, digits)
}

// spendCode spends the right code, and counts at the code itself a wrong one, which is
// ErrWrongCode. Nobody's is always wrong. It writes in any case, so that its time tells no
// stranger whether a code was sent.
func (d *Desk) spendCode(ctx context.Context, name string, f profile, kind CodeKind, digits string) (code, error) {
	hash, err := d.codeHash(ctx, name, f, kind, digits)
	if err != nil {
		return code{}, err
	}
	var was code
	var right, unsure bool
	k := keys.Code(name, string(kind))
	err = d.write(ctx, keys.Named(k), func(failed error) ([]table.Op, error) {
		s, err := load[code](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		if unsure = unsure || errors.Is(failed, table.ErrOutcomeUnknown); unsure && right && s.value.spentFrom(was) {
			return nil, nil // by a try before
		}
		was, right = s.value, s.value.right(hash, d.Now()) && f.ready()
		c := was
		if c.Tried++; right || c.Tried >= codeTries {
			c.Hash = nil
		}
		return []table.Op{d.expiring(put(k, c, table.AtVersion(s.version)))}, nil
	})
	if err == nil && !right {
		err = ErrWrongCode
	}
	return was, err
}

// right reports whether the code has this hash and is still good.
func (c *code) right(hash []byte, now time.Time) bool {
	same := hmac.Equal(c.Hash, hash)
	return same && c.Hash != nil && now.Before(instant(c.Made).Add(codeLife))
}

// spentFrom reports whether the code is was after the right digits.
func (c *code) spentFrom(was code) bool {
	return c.Hash == nil && c.Mark == was.Mark && c.Made == was.Made && c.Tried == was.Tried+1
}

// returnCode makes a code good again that spendCode has spent. Failing it costs another code.
func (d *Desk) returnCode(ctx context.Context, name string, kind CodeKind, was code) {
	ctx = context.WithoutCancel(ctx)
	k := keys.Code(name, string(kind))
	err := d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[code](ctx, d.Table, k)
		if err != nil || s.value.Mark != was.Mark || s.value.Made != was.Made {
			return nil, err // another was made meanwhile
		}
		return []table.Op{d.expiring(put(k, was, table.AtVersion(s.version)))}, nil
	})
	if err != nil {
		d.Log.WarnContext(ctx, "code not given back: another must be asked for", "member", name, "error", err)
	}
}

// wrongCode is what a caller is told of a code that is not right.
func wrongCode(err error) error {
	if class := classOf(err); class == Unauthorized {
		return Invalids([]FieldError{{"code", "is not the code that was sent, is no longer valid, or was tried too often"}})
	}
	return err
}
