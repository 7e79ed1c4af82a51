package api

import (
	"cmp"
	"context"
	"errors"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// people resolves two members, as the desk would.
func people(t *testing.T) resolver {
	return func(_ context.Context, b desk.Bearer) (desk.Caller, error) {
		memberID, issuedAt := b.MemberID, b.SignedInAt
		if issuedAt.Unix() != 1700000000 {
			t.Errorf("issued at %v, want 1700000000", issuedAt.Unix())
		}
		switch memberID {
		case "mem_admin":
			return desk.Caller{MemberID: memberID, AccountID: "acc_a", Role: desk.RoleAdmin}, nil
		case "mem_owner":
			return desk.Caller{MemberID: memberID, AccountID: "acc_a", Role: desk.RoleOwner}, nil
		case "mem_staff":
			return desk.Caller{MemberID: memberID, AccountID: "acc_a", Role: desk.RoleStaff}, nil
		}
		return desk.Caller{}, unauthorized("There is no such member any more.")
	}
}

func TestAuthorise(t *testing.T) {
	clients := desk.Clients{Members: "client-2", Released: "client", Machine: "platform"}
	with := func(c map[string]string, extra []string) map[string]string {
		c["sub"], c["iat"] = "s", "1700000000"
		for i := 0; i < len(extra); i += 2 {
			c[extra[i]] = extra[i+1]
		}
		return c
	}
	bearer := func(member string, extra ...string) map[string]string {
		return with(map[string]string{"token_use": "id", "aud": "client-2", "cognito:username": member}, extra)
	}
	access := func(extra ...string) map[string]string { return with(map[string]string{"token_use": "access"}, extra) }
	const in, no401, no403 = desk.Class(0), desk.Unauthorized, desk.Forbidden
	nowhere := [4]desk.Class{no401, no401, no401, no401}
	for _, c := range []struct {
		name   string
		claims map[string]string
		want   [4]desk.Class // on machine, staff, holder and admin routes
	}{
		{"none", nil, nowhere},
		{"staff", bearer("mem_staff"), [4]desk.Class{no403, in, in, no403}},
		{"admin", bearer("mem_admin"), [4]desk.Class{no403, in, in, in}},
		{"owner", bearer("mem_owner", "iat", "1.7E9"), [4]desk.Class{no403, in, in, in}},
		{"old client", bearer("mem_admin", "aud", "client"), [4]desk.Class{no403, in, in, in}},
		{"other client", bearer("mem_admin", "aud", "machine"), nowhere},
		{"no client", bearer("mem_admin", "aud", ""), nowhere},
		{"access token", access("username", "mem_admin", "client_id", "client-2", "scope", "aws.cognito.signin.user.admin"), nowhere},
		{"access token's user name", access("cognito:username", "mem_admin", "username", "mem_admin", "aud", "client-2"), nowhere},
		{"old client's access token", access("username", "mem_admin", "client_id", "client"), [4]desk.Class{no403, in, in, in}},
		{"user name of an access token", bearer("", "username", "mem_admin"), nowhere},
		{"removed", bearer("mem_gone"), [4]desk.Class{no403, no401, no401, no401}},
		{"machine", access("client_id", "platform", "scope", "other/read escalations/write"), [4]desk.Class{in, no403, no403, no403}},
		{"scopes", access("client_id", "platform", "scope", "other/read escalations/writes"), [4]desk.Class{no403, no403, no403, no403}},
		{"machine of no client", access("scope", "escalations/write"), nowhere},
		{"machine of another client", access("client_id", "client-2", "scope", "escalations/write"), nowhere},
		{"machine with a member", access("client_id", "platform", "username", "mem_admin", "scope", "escalations/write"), nowhere},
		{"machine's ID token", bearer("mem_admin", "aud", "platform", "scope", "escalations/write"), nowhere},
		{"scoped", bearer("mem_admin", "scope", "escalations/write"), [4]desk.Class{no403, in, in, in}},
		{"no use", bearer("mem_admin", "token_use", ""), nowhere},
		{"no iat", bearer("mem_admin", "iat", ""), [4]desk.Class{no403, no401, no401, no401}},
		{"odd iat", bearer("mem_admin", "iat", "NaN"), [4]desk.Class{no403, no401, no401, no401}},
		{"far iat", bearer("mem_admin", "iat", "1e300"), [4]desk.Class{no403, no401, no401, no401}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := WithClaims(t.Context(), c.claims)
			for i, who := range []Who{Machine, Staff, Holder, Admin} {
				caller, err := authorise(ctx, who, clients, people(t))
				var got desk.Class
				if p := (*desk.Problem)(nil); errors.As(err, &p) {
					got = p.Class
				}
				if got != c.want[i] {
					t.Errorf("on a %s route: class %d, want %d", who, got, c.want[i])
				}
				if err == nil && who != Machine && caller.MemberID != cmp.Or(c.claims["cognito:username"], c.claims["username"]) {
					t.Errorf("on a %s route: caller %+v", who, caller)
				}
			}
			if _, err := authorise(ctx, Public, clients, people(t)); err != nil {
				t.Errorf("on a public route: %v", err)
			}
		})
	}
}
