package local

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

var (
	codesBucket = []byte("codes") // codes for a new password, by member id
	mailsBucket = []byte("mails") // what was mailed, by sequence number, big-endian
)

// Cognito's codes are good for an hour too, and it allows 5 to 20 sends and tries in one
// (https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-recover-a-user-account.html).
const (
	codeLife   = time.Hour
	codeWindow = time.Hour
	codeSends  = 5  // in a window
	codeTries  = 10 // wrong ones in a window
	keptMails  = 1000
)

// resetCode is what is kept of the last code sent to a member, and of how often codes
// were sent and tried.
type resetCode struct {
	Hash    []byte    `json:"hash,omitempty"` // none when it was used
	Expires time.Time `json:"expires"`
	Since   time.Time `json:"since"` // the window's beginning
	Sent    int       `json:"sent"`
	Tried   int       `json:"tried"`
}

// Mail is a mail that would have been sent. It shows the code, which is nowhere else.
type Mail struct {
	ID       uint64    `json:"id"` // ascending
	At       time.Time `json:"at"`
	MemberID string    `json:"memberId"`
	To       string    `json:"to"`
	Code     string    `json:"code"`
}

// SendCode implements desk.Identity. The mail goes into the outbox. A user who is not
// there gets none, and whoever asks is not told.
func (i *Identity) SendCode(ctx context.Context, memberID string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1e8))
	if err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	m := Mail{At: i.now().UTC().Truncate(time.Millisecond), MemberID: memberID, Code: fmt.Sprintf("%08d", n)}
	var refused error
	err = i.file.update(func(tx *bbolt.Tx) error {
		var u user
		refused = nil
		if found, err := getJSON(tx.Bucket(usersBucket), []byte(memberID), &u); err != nil || !found {
			return err
		}
		c, err := i.readCode(tx, memberID)
		if err != nil {
			return err
		}
		if c.Sent >= codeSends {
			refused = desk.ErrTooManyTries
			return nil
		}
		c.Sent++
		c.Hash, c.Expires = i.codeHash(memberID, m.Code), i.now().Add(codeLife)
		if err := putJSON(tx.Bucket(codesBucket), []byte(memberID), c); err != nil {
			return err
		}
		m.To = u.Email
		return m.append(tx)
	})
	return cmp.Or(err, refused)
}

// ResetPassword implements desk.Identity. Refresh tokens made before are dead.
func (i *Identity) ResetPassword(ctx context.Context, memberID, code, password string) error {
	hashed, err := i.hash(ctx, password)
	if err != nil {
		return err
	}
	var refused error // told after the try was counted
	err = i.file.update(func(tx *bbolt.Tx) error {
		var u user
		found, err := getJSON(tx.Bucket(usersBucket), []byte(memberID), &u)
		if err != nil {
			return err
		}
		if !found {
			refused = desk.ErrWrongCode
			return nil
		}
		c, err := i.readCode(tx, memberID)
		if err != nil {
			return err
		}
		if refused = i.tryCode(&c, memberID, code); refused == nil {
			u.Password = hashed
			if err := putJSON(tx.Bucket(usersBucket), []byte(memberID), u); err != nil {
				return err
			}
			if err := endSessions(tx, memberID); err != nil {
				return err
			}
		}
		return putJSON(tx.Bucket(codesBucket), []byte(memberID), c)
	})
	if err = cmp.Or(err, refused); err == nil {
		i.lockout.clear(memberID)
	}
	return err
}

// tryCode uses the code up when it is right, and counts the try when it is not.
func (i *Identity) tryCode(c *resetCode, memberID, code string) error {
	if c.Tried >= codeTries {
		return desk.ErrTooManyTries
	}
	if c.Hash == nil || !i.now().Before(c.Expires) || !hmac.Equal(c.Hash, i.codeHash(memberID, code)) {
		c.Tried++
		return desk.ErrWrongCode
	}
	c.Hash = nil
	return nil
}

// readCode reads what is kept of the member's codes; counts of an earlier window are
// forgotten.
func (i *Identity) readCode(tx *bbolt.Tx, memberID string) (resetCode, error) {
	var c resetCode
	if _, err := getJSON(tx.Bucket(codesBucket), []byte(memberID), &c); err != nil {
		return c, err
	}
	if now := i.now(); !now.Before(c.Since.Add(codeWindow)) {
		c.Since, c.Sent, c.Tried = now, 0, 0
	}
	return c, nil
}

// dropCode makes a code that was sent useless.
func (i *Identity) dropCode(tx *bbolt.Tx, memberID string) error {
	c, err := i.readCode(tx, memberID)
	if err != nil || c.Hash == nil {
		return err
	}
	c.Hash = nil
	return putJSON(tx.Bucket(codesBucket), []byte(memberID), c)
}

// codeHash is keyed, since anyone can hash all codes there are.
func (i *Identity) codeHash(memberID, code string) []byte {
	h := hmac.New(sha256.New, i.key)
	fmt.Fprintf(h, "code\x00%s\x00%s", memberID, code)
	return h.Sum(nil)
}

// append writes the mail at the end of the outbox.
func (m Mail) append(tx *bbolt.Tx) error {
	return appendNumbered(tx.Bucket(mailsBucket), keptMails, func(id uint64) any { m.ID = id; return m })
}

// Mails returns what was mailed to a member, newest first; to all when memberID is empty.
func (i *Identity) Mails(memberID string) ([]Mail, error) {
	wanted := func(m Mail) bool { return memberID == "" || m.MemberID == memberID }
	return newest(i.file, mailsBucket, 0, wanted)
}
