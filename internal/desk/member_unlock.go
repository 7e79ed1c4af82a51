package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Unlocked is whom Unlock let in again.
type Unlocked struct {
	AccountID string `json:"accountId"`
	MemberID  string `json:"memberId"`
	TOTPTaken bool   `json:"totpTaken"` // by this request
}

// Unlock lets a member sign in again who was kept out, for whoever runs the deployment: all
// wrong tries at their sign-in and codes are forgotten. Networks stay as they are.
//
// takeTOTP also takes an owner's second factor, which is nobody's in the account to take. It
// is asked for by itself: a stranger's wrong tries must not end in an account without one.
// Repeating it does no harm, and finishes what was begun. Problems are not-found of an e-mail
// that nobody has, and invalid of totp for anybody but an owner.
func (d *Desk) Unlock(ctx context.Context, email string, takeTOTP bool) (Unlocked, error) {
	c, _, err := d.memberByEmail(ctx, email)
	if err != nil {
		return Unlocked{}, err
	}
	if c.MemberID == "" {
		return Unlocked{}, notFound("member")
	}
	out := Unlocked{AccountID: c.AccountID, MemberID: c.MemberID}
	if takeTOTP && c.Role != RoleOwner {
		return Unlocked{}, Invalids([]FieldError{{"totp", "is taken here from owners only: members' second factors are their owner's to take"}})
	}
	if takeTOTP {
		err = d.TakeTOTP(ctx, Caller{AccountID: c.AccountID}, c.MemberID)
		if out.TOTPTaken = err == nil; err != nil && !errors.Is(err, errNoFactor) {
			return Unlocked{}, err
		}
	}
	return out, d.forgetAllTries(ctx, c)
}

// forgetAllTries forgets the tries of a member, from wherever they came.
func (d *Desk) forgetAllTries(ctx context.Context, c Caller) error {
	return d.dropTries(ctx, c.MemberID, keys.PrefixTries, d.audit(c.AccountID, "", auditMemberUnlocked, c.MemberID))
}

// forgetPasswordTries forgets what was tried at a password that is another now. Whoever forgot
// it, or was kept out by strangers, signs in with the new one at once.
func (d *Desk) forgetPasswordTries(ctx context.Context, member string) error {
	return d.dropTries(ctx, member, keys.TriesOfName(member, triesPassword).Sort)
}

// dropTries deletes a member's tries below a prefix. Strangers with many networks leave more
// than one Write has room for; more goes with the first.
func (d *Desk) dropTries(ctx context.Context, member, prefix string, more ...table.Op) error {
	for {
		part := table.Range{Partition: member, Prefix: prefix, Limit: table.MaxOps - len(more)}
		items, err := d.Table.Query(ctx, part)
		if err != nil {
			return fmt.Errorf("reading tries: %w", err)
		}
		for _, it := range items {
			more = append(more, table.Delete(it.Key, table.Condition{}))
		}
		if len(more) > 0 {
			err = d.Table.Write(ctx, more...)
		}
		if err != nil {
			return fmt.Errorf("forgetting tries: %w", err)
		}
		if len(items) < part.Limit {
			return nil
		}
		more = nil
	}
}
