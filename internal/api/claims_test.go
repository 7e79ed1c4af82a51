package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// people resolves two members, as the desk would.
func people(t *testing.T) resolver {
	return func(_ context.Context, memberID string, issuedAt time.Time) (desk.Caller, error) {
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
	access := func(extra ...string) map[string]string {
		c := map[string]string{"token_use": "access", "sub": "s", "iat": "1700000000"}
		for i := 0; i < len(extra); i += 2 {
			c[extra[i]] = extra[i+1]
		}
		return c
	}
	const in, no401, no403 = desk.Class(0), desk.Unauthorized, desk.Forbidden
	for _, c := range []struct {
		name   string
		claims map[string]string
		want   [4]desk.Class // on machine, staff, holder and admin routes
	}{
		{"none", nil, [4]desk.Class{no401, no401, no401, no401}},
		{"staff", access("username", "mem_staff"), [4]desk.Class{no403, in, in, no403}},
		{"admin", access("username", "mem_admin"), [4]desk.Class{no403, in, in, in}},
		{"owner", access("username", "mem_owner", "iat", "1.7E9"), [4]desk.Class{no403, in, in, in}},
		{"removed", access("username", "mem_gone"), [4]desk.Class{no403, no401, no401, no401}},
		{"machine", access("scope", "other/read escalations/write"), [4]desk.Class{in, no403, no403, no403}},
		{"scopes", access("scope", "other/read escalations/writes"), [4]desk.Class{no403, no403, no403, no403}},
		{"scoped", access("username", "mem_admin", "scope", "escalations/write"), [4]desk.Class{no403, in, in, in}},
		{"id token", access("username", "mem_admin", "token_use", "id"), [4]desk.Class{no401, no401, no401, no401}},
		{"no use", access("username", "mem_admin", "token_use", ""), [4]desk.Class{no401, no401, no401, no401}},
		{"no iat", access("username", "mem_admin", "iat", ""), [4]desk.Class{no403, no401, no401, no401}},
		{"odd iat", access("username", "mem_admin", "iat", "NaN"), [4]desk.Class{no403, no401, no401, no401}},
		{"far iat", access("username", "mem_admin", "iat", "1e300"), [4]desk.Class{no403, no401, no401, no401}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := WithClaims(t.Context(), c.claims)
			for i, who := range []Who{Machine, Staff, Holder, Admin} {
				caller, err := authorise(ctx, who, people(t))
				var got desk.Class
				if p := (*desk.Problem)(nil); errors.As(err, &p) {
					got = p.Class
				}
				if got != c.want[i] {
					t.Errorf("on a %s route: class %d, want %d", who, got, c.want[i])
				}
				if err == nil && who != Machine && caller.MemberID != c.claims["username"] {
					t.Errorf("on a %s route: caller %+v", who, caller)
				}
			}
			if _, err := authorise(ctx, Public, people(t)); err != nil {
				t.Errorf("on a public route: %v", err)
			}
		})
	}
}
