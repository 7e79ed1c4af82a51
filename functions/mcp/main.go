// Command mcp is the function behind POST /mcp, for assistants that speak the Model Context Protocol.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/mcp"
)

func main() { gateway.Start(cloud.Desk(vault.Part), mcp.Function) }
