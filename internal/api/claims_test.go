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
	tokens := map[string]map[string]string{
		"none":     nil,
		"staff":    access("username", "mem_staff"),
		"admin":    access("username", "mem_admin"),
		"owner":    access("username", "mem_owner", "iat", "1.7E9"),
		"removed":  access("username", "mem_gone"),
		"machine":  access("scope", "other/read escalations/write"),
		"scopes":   access("scope", "other/read escalations/writes"),
		"scoped":   access("username", "mem_admin", "scope", "escalations/write"),
		"id token": access("username", "mem_admin", "token_use", "id"),
		"no use":   access("username", "mem_admin", "token_use", ""),
		"no iat":   access("username", "mem_admin", "iat", ""),
		"odd iat":  access("username", "mem_admin", "iat", "NaN"),
		"far iat":  access("username", "mem_admin", "iat", "1e300"),
	}
	const in, no401, no403 = desk.Class(0), desk.Unauthorized, desk.Forbidden
	// The columns are machine, staff, holder and admin routes.
	want := map[string][4]desk.Class{
		"none":     {no401, no401, no401, no401},
		"staff":    {no403, in, in, no403},
		"admin":    {no403, in, in, in},
		"owner":    {no403, in, in, in},
		"removed":  {no403, no401, no401, no401},
		"machine":  {in, no403, no403, no403},
		"scopes":   {no403, no403, no403, no403},
		"scoped":   {no403, in, in, in},
		"id token": {no401, no401, no401, no401},
		"no use":   {no401, no401, no401, no401},
		"no iat":   {no403, no401, no401, no401},
		"odd iat":  {no403, no401, no401, no401},
		"far iat":  {no403, no401, no401, no401},
	}
	for token, claims := range tokens {
		ctx := WithClaims(t.Context(), claims)
		for i, who := range []Who{Machine, Staff, Holder, Admin} {
			caller, err := authorise(ctx, who, people(t))
			var got desk.Class
			if p := (*desk.Problem)(nil); errors.As(err, &p) {
				got = p.Class
			}
			if got != want[token][i] {
				t.Errorf("%s on a %s route: class %d, want %d", token, who, got, want[token][i])
			}
			if err == nil && who != Machine && caller.MemberID != claims["username"] {
				t.Errorf("%s on a %s route: caller %+v", token, who, caller)
			}
		}
		if _, err := authorise(ctx, Public, people(t)); err != nil {
			t.Errorf("%s on a public route: %v", token, err)
		}
	}
}
