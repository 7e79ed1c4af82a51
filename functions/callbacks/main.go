// Command callbacks serves callbacks.
package main

import (
	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(vault.Part), gateway.HTTP(api.CallbacksRoutes())) }
