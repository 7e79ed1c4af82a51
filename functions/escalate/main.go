// Command escalate is what the assistant invokes to get a person.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(vault.Part), gateway.Escalate) }
