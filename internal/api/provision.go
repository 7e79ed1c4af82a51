package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
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
			Password:  o.password("password"),
		}
	})
	return n
}

// provision makes an account and its owner. The same request again finds the same account,
// so that the platform may repeat it when no answer came.
var provision = action(readProvision, func(ctx context.Context, d *desk.Desk, n desk.NewAccount) (desk.Provisioned, error) {
	return d.Provision(ctx, n)
})

// Provision answers the payload of the function provision. It is no route: only who may
// invoke functions makes accounts. For the error see Invoke.
func (s *Server) Provision(ctx context.Context, payload []byte) (any, error) {
	return s.perform(ctx, payload, provision)
}
