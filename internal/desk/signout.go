package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// A new password is two writes: the identity has the password, the profile holds from
// when on earlier tokens are dead. Whoever dies between them leaves a mark, by which the
// finish message makes the tokens useless. The mark is there only while it is not known
// that nothing was changed, so that wrong codes sign nobody out.

const (
	// markFor is how long a mark is kept should its message never have been sent.
	markFor = 24 * time.Hour
	// markAfter is when the message comes: no caller waits for an answer that long, so by
	// then a mark tells of a change whose outcome nobody knows.
	markAfter = 30 * time.Second
)

// signingOut makes a change after which all earlier tokens of the member are dead.
func (d *Desk) signingOut(ctx context.Context, by Caller, id string, change func() error) error {
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	m := Message{Kind: WakeFinish, Finish: finishPassword, AccountID: by.AccountID, MemberID: id, By: by.MemberID, Mark: mark, Due: d.Now().Add(markAfter)}
	if by.AccountID == "" { // nobody's e-mail: there is nothing to finish, but it costs the same
		m.AccountID = derivedID("acc_", id)
	}
	op := table.Put(table.Item{Key: markKey(id, mark), Body: []byte("{}"), Expires: d.Now().Add(markFor)}, table.Condition{})
	if err := d.Table.Write(ctx, op); err != nil {
		return fmt.Errorf("marking a change of password: %w", err)
	}
	if err := d.Timers.Send(ctx, m.Due, m); err != nil {
		return fmt.Errorf("sending the finish message: %w", err)
	}
	if err := change(); err != nil {
		if p := (*Problem)(nil); errors.As(err, &p) && p.Class != Unavailable {
			// Also when the caller has hung up: a wrong code signs nobody out.
			if err := d.Table.Write(context.WithoutCancel(ctx), table.Delete(markKey(id, mark), table.Condition{})); err != nil {
				d.Log.Warn("a mark was not removed", "member", id, "error", err)
			}
		}
		return err
	}
	if err := d.signOut(ctx, by, id, mark); err != nil {
		d.Log.Warn("signing out is carried on later", "member", id, "error", err)
	}
	return nil
}

// signOut makes all tokens of the member useless that were issued before now, and
// removes the mark.
func (d *Desk) signOut(ctx context.Context, by Caller, id, mark string) error {
	now := millis(d.Now())
	_, err := update(ctx, d, profileKey(id), func(f *stored[profile]) (bool, []table.Op, error) {
		if !f.value.ready() {
			return false, nil, nil
		}
		ops := []table.Op{table.Delete(markKey(id, mark), table.Condition{})}
		if f.value.SignedOutAt < now { // else by a try before
			f.value.SignedOutAt = now
			ops = append(ops, d.audit(by.AccountID, by.MemberID, auditMemberPassword, id))
		}
		return true, ops, nil
	})
	return err
}

// finishPassword signs the member out if the mark is still there.
func (d *Desk) finishPassword(ctx context.Context, m Message) error {
	_, found, err := d.Table.Get(ctx, markKey(m.MemberID, m.Mark))
	if err != nil || !found {
		return wrapRead(err, markKey(m.MemberID, m.Mark))
	}
	return d.signOut(ctx, Caller{MemberID: m.By, AccountID: m.AccountID}, m.MemberID, m.Mark)
}
