package api

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// readProvision reads what the platform sends when a business signs up. The zone is asked
// for, since holidays and reports go by it, and a wrong one would show only later. The
// password is typed once: the platform has its own form.
func readProvision(o *object) desk.NewAccount {
	n := desk.NewAccount{Name: o.name("accountName"), TimeZone: o.zone("timeZone", required)}
	o.object("owner", required, func(o *object) {
		n.Owner = desk.NewMember{
			FirstName: o.name("firstName"),
			LastName:  o.name("lastName"),
			Email:     o.email("email", required),
			// The platform's word that the owner reads this address, as after its own sign-up.
			EmailProved: o.flag("emailProved", optional),
		}
		w := n.Owner
		n.Owner.Password = o.password("password", w.FirstName, w.LastName, w.Email, n.Name)
	})
	return n
}

// unlocking is what is sent to let an owner sign in again who was kept out.
type unlocking struct {
	email string
	totp  bool // takes the second factor, too
}

// readUnlocking reads {"action": "unlock", "email": "meera@example.com", "totp": true}.
func readUnlocking(o *object) unlocking {
	_ = enum(o, "action", required, provisionUnlock, provisionConnect)
	return unlocking{email: o.email("email", required), totp: o.flag("totp", optional)}
}

// The actions of the function provision, besides the one that needs no name.
const (
	provisionUnlock  = "unlock"
	provisionConnect = "connect"
)

// Provision makes an account and its owner, for the payload of the function provision. The
// same request again finds the same account, so that the platform may repeat it when no
// answer came, and says so with created=false. With an action it does what that says. It is
// no route: only who may invoke functions makes accounts. For the error see Invoke.
func (s *Server) Provision(ctx context.Context, payload []byte) (out any, err error) {
	defer caught(&err)
	if err := fits(payload, maxBody); err != nil {
		return nil, err
	}
	var asked struct{ Action any }
	if json.Unmarshal(payload, &asked) == nil && asked.Action != nil {
		if asked.Action == provisionConnect {
			return s.connect(ctx, payload)
		}
		return s.unlock(ctx, payload)
	}
	n, err := decode(payload, readProvision)
	if err != nil {
		return nil, err
	}
	logs.Add(ctx, slog.String("action", "provision"))
	made, err := s.desk.Provision(ctx, n)
	logs.Add(ctx, idsOf(made)...)
	return made, err
}

// unlock lets an owner sign in again who was kept out.
func (s *Server) unlock(ctx context.Context, payload []byte) (any, error) {
	u, err := decode(payload, readUnlocking)
	if err != nil {
		return nil, err
	}
	logs.Add(ctx, slog.String("action", provisionUnlock))
	out, err := s.desk.Unlock(ctx, u.email, u.totp)
	logs.Add(ctx, slog.String("account", out.AccountID), slog.String("member", out.MemberID))
	return out, err
}
