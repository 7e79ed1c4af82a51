// Command escalations serves the agents' side of escalations, and the assistant's over HTTP.
package main

import (
	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(vault.Part), gateway.HTTP(api.EscalationsRoutes())) }
