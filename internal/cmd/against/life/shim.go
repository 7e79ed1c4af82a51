package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// machine calls as the platform.
const machine = "machine"

// users has a sign-in for whoever is made.
type users struct{ desk.Identity }

// Create implements desk.Identity.
func (users) Create(context.Context, string, string) error { return nil }

// prepare gives a desk what else it needs.
func prepare(d *desk.Desk) {
	d.Clients = desk.Clients{Members: local.MemberClient, Machine: local.MachineClient}
	d.Secrets = desk.FixedSecret(make([]byte, 32))
}

// settle has members use the passwords that others chose.
func settle(d *desk.Desk, owner desk.Caller) {
	keep := desk.FirstPasswordKeep
	_, err := d.PatchAccount(context.Background(), owner, desk.AccountPatch{FirstPassword: &keep})
	check(err)
}

func handler(s *api.Server) http.Handler { return s.Handler(api.Routes()) }

// claims are what an authorizer says of a token that was issued now.
func claims(as string) map[string]string {
	issued := strconv.FormatInt(time.Now().Unix(), 10)
	if as == machine {
		return map[string]string{"token_use": "access", "client_id": local.MachineClient, "scope": "escalations/write", "iat": issued}
	}
	return map[string]string{"token_use": "id", "cognito:username": as, "aud": local.MemberClient, "origin_jti": "of " + as, "iat": issued}
}
