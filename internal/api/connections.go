package api

import (
	"context"
	"log/slog"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// listConnections shows what speaks for the account: the operator made them, and a business
// sees who may send it customers.
func listConnections(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Connections(ctx, q.caller))
}

// deleteConnection has one speak for the account no more, from the next call on.
func deleteConnection(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.Disconnect(ctx, q.caller, q.id()))
}

// connecting is what is sent to have a platform speak for an account.
type connecting struct{ accountID, kind, platformID string }

// readConnecting reads {"action": "connect", "accountId": "acc_…", "kind": "lex", "id":
// "ABCDEF1234"}.
func readConnecting(o *object) connecting {
	_ = enum(o, "action", required, provisionConnect)
	return connecting{
		accountID:  o.id("accountId", "acc", required),
		kind:       enum(o, "kind", required, desk.ConnectionKinds()...),
		platformID: o.formed("id", unlimited, required, desk.PlatformIDFault),
	}
}

// connect has a platform speak for an account.
func (s *Server) connect(ctx context.Context, payload []byte) (any, error) {
	c, err := decode(payload, readConnecting)
	if err != nil {
		return nil, err
	}
	logs.Add(ctx, slog.String("action", provisionConnect), slog.String("account", c.accountID), slog.String("kind", c.kind))
	return s.desk.Connect(ctx, c.accountID, c.kind, c.platformID)
}
