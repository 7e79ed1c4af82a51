package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// A platform's event says which gateway, bot, agent or contact centre it comes from, and not
// for which account: a model that could name one might name another's. So whoever runs the
// deployment says once which account each of them speaks for, having given it leave to invoke
// the function anyway.

// The kinds of connections, and what their platform ids are.
const (
	ConnectionAgentCore = "agentcore" // the id of an AgentCore gateway
	ConnectionConnect   = "connect"   // the id of an Amazon Connect instance, the end of its ARN
	ConnectionLex       = "lex"       // the id of a Lex V2 bot
	ConnectionClassic   = "classic"   // the id of an agent of Bedrock Agents Classic
)

// ConnectionKinds are all kinds.
func ConnectionKinds() []string {
	return []string{ConnectionAgentCore, ConnectionConnect, ConnectionLex, ConnectionClassic}
}

// Connection says that what a platform calls by an id speaks for an account.
type Connection struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	PlatformID string    `json:"platformId"`
	CreatedAt  time.Time `json:"createdAt"`
}

// Connected is a connection as whoever made it is told.
type Connected struct {
	AccountID    string `json:"accountId"`
	ConnectionID string `json:"connectionId"`
	Created      bool   `json:"created"` // false when it was there already
}

// connection is one as stored:
//
//	{"a":"acc_f7lmw5qcqyje","k":"lex","p":"ABCDEF1234","t":1795428000000}
//
// One that was removed stays without an account, so that its version goes on: it may speak for
// another account by then.
type connection struct {
	Account  string `json:"a,omitempty"`
	Kind     string `json:"k"`
	Platform string `json:"p"`
	Created  int64  `json:"t"`
}

// is reports whether it is of that kind and id, and no other of the same hash.
func (c *connection) is(kind, platformID string) bool {
	return c.Kind == kind && c.Platform == platformID
}

// longestPlatformID is more characters than any platform's ids have; the longest is that of an
// AgentCore gateway, a name of 100 with 11 behind it
// (https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_CreateGateway.html).
const longestPlatformID = 128

// connectionID is derived, so that a look-up is one Get and a repeat finds the first.
func connectionID(kind, platformID string) string { return keys.DerivedID("con_", kind, platformID) }

// Connect has a gateway, bot, agent or contact centre speak for an account, for whoever runs
// the deployment. The same again changes nothing. Problems are invalid, not-found without the
// account, and connection-taken when it speaks for another.
func (d *Desk) Connect(ctx context.Context, accountID, kind, platformID string) (Connected, error) {
	if err := Invalids(badConnection(kind, platformID)); err != nil {
		return Connected{}, err
	}
	if _, err := d.readAccount(ctx, accountID); err != nil {
		return Connected{}, err
	}
	id := connectionID(kind, platformID)
	made := Connected{AccountID: accountID, ConnectionID: id}
	now := millis(d.Now())
	err := d.write(ctx, "a connection", func(error) ([]table.Op, error) {
		c, err := load[connection](ctx, d.Table, keys.Connection(id))
		switch {
		case err != nil:
			return nil, err
		case c.value.Account != "" && c.value.Account != accountID, c.found() && !c.value.is(kind, platformID):
			return nil, conflict("connection-taken", "It speaks for another account", "That one is connected to another account. It must be removed there first.")
		case c.value.Account != "":
			made.Created = made.Created && c.value.Created == now // by the Write before, whose answer was lost
			return nil, nil
		}
		made.Created = true
		c.value = connection{Account: accountID, Kind: kind, Platform: platformID, Created: now}
		return []table.Op{
			put(keys.Connection(id), c.value, table.AtVersion(c.version)),
			put(keys.ListedConnection(accountID, id), c.value, table.Condition{}),
			d.audit(accountID, "", auditConnectionMade, id, edited("kind", nil, kind), edited("platformId", nil, platformID)),
		}, nil
	})
	return made, err
}

// badConnection says what is wrong with what is to be connected.
func badConnection(kind, platformID string) (bad []FieldError) {
	if !slices.Contains(ConnectionKinds(), kind) {
		bad = append(bad, FieldError{"kind", "must be one of " + strings.Join(ConnectionKinds(), ", ")})
	}
	if fault := PlatformIDFault(platformID); fault != "" {
		bad = append(bad, FieldError{"id", fault})
	}
	return bad
}

// PlatformIDFault says why a text is no platform's id; it is empty for one that may be.
func PlatformIDFault(s string) string {
	odd := strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
	if s == "" || len(s) > longestPlatformID || odd {
		return fmt.Sprintf("must have 1 to %d letters, digits, - and _: the id, and not its ARN", longestPlatformID)
	}
	return ""
}

// errUnknownConnection is the answer to a platform for which nobody has said whose it is.
var errUnknownConnection = &Problem{
	Class: NotFound, Name: "unknown-connection", Title: "Not connected",
	Detail: "This gateway, bot, agent or contact centre is connected to no account.",
}

// AccountOf is the account that a gateway, bot, agent or contact centre speaks for. It is read
// at every call, so that one that is removed speaks for nobody from then on. Problem
// unknown-connection.
func (d *Desk) AccountOf(ctx context.Context, kind, platformID string) (string, error) {
	if PlatformIDFault(platformID) != "" {
		return "", errUnknownConnection
	}
	c, err := load[connection](ctx, d.Table, keys.Connection(connectionID(kind, platformID)))
	if err == nil && (c.value.Account == "" || !c.value.is(kind, platformID)) {
		err = errUnknownConnection
	}
	return c.value.Account, err
}

// Connections lists what speaks for the caller's account, by kind and id. There are as many as
// the operator made, a handful.
func (d *Desk) Connections(ctx context.Context, c Caller) ([]Connection, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Connections(c.AccountID)})
	if err != nil {
		return nil, fmt.Errorf("reading the connections of %s: %w", c.AccountID, err)
	}
	list := make([]Connection, 0, len(items))
	for _, it := range items {
		s, err := decode[connection](it)
		if err != nil {
			return nil, err
		}
		list = append(list, Connection{ID: it.Key.Sort, Kind: s.value.Kind, PlatformID: s.value.Platform, CreatedAt: instant(s.value.Created)})
	}
	slices.SortFunc(list, func(a, b Connection) int { return strings.Compare(a.Kind+" "+a.PlatformID, b.Kind+" "+b.PlatformID) })
	return list, nil
}

// Disconnect has what is connected speak for the caller's account no more. Problem not-found.
func (d *Desk) Disconnect(ctx context.Context, c Caller, id string) error {
	tried := false
	return d.write(ctx, "a connection", func(error) ([]table.Op, error) {
		s, err := load[connection](ctx, d.Table, keys.Connection(id))
		switch {
		case err != nil:
			return nil, err
		case s.found() && s.value.Account == "" && tried:
			return nil, nil // by the Write before, whose answer was lost
		case !s.found() || s.value.Account != c.AccountID:
			return nil, notFound("connection")
		}
		tried = true
		return []table.Op{
			put(keys.Connection(id), connection{Kind: s.value.Kind, Platform: s.value.Platform}, table.AtVersion(s.version)),
			table.Delete(keys.ListedConnection(c.AccountID, id), table.Condition{}),
			d.audit(c.AccountID, c.MemberID, auditConnectionGone, id, edited("kind", s.value.Kind, nil), edited("platformId", s.value.Platform, nil)),
		}, nil
	})
}
