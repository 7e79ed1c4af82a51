// Command presence serves presence, devices, availability and pushes that arrived.
package main

import (
	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(shifts.Part, vault.Part), gateway.HTTP(api.PresenceRoutes())) }
