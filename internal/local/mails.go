package local

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

var mailsBucket = []byte("mails") // what was mailed, by sequence number, big-endian

// keptMails is how many mails are held before the oldest is dropped.
const keptMails = 1000

// Mails is an outbox of what would have been sent, as by SES in the cloud. It lies in a bucket
// beside the table.
type Mails struct {
	file *File
	now  func() time.Time
}

// Mail is a letter that would have been sent. It shows the code, which is nowhere else.
type Mail struct {
	ID uint64    `json:"id"` // ascending
	At time.Time `json:"at"`
	desk.Letter
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"`
}

// OpenMails opens the outbox that the file holds; now is the clock.
func OpenMails(file *File, now func() time.Time) *Mails { return &Mails{file, now} }

// Send implements desk.Mail.
func (o *Mails) Send(ctx context.Context, l desk.Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m := Mail{At: o.now().UTC().Truncate(time.Millisecond), Letter: l, Subject: l.Subject(), Text: l.Text()}
	err := o.file.update(func(tx *bbolt.Tx) error {
		return appendNumbered(tx.Bucket(mailsBucket), keptMails, func(id uint64) any { m.ID = id; return m })
	})
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// Feed returns the newest mails about a member, newest first; about all when memberID is
// empty. Limit 0 means all that are kept.
func (o *Mails) Feed(memberID string, limit int) ([]Mail, error) {
	wanted := func(m Mail) bool { return memberID == "" || m.MemberID == memberID }
	return newest(o.file, mailsBucket, limit, wanted)
}
