// Command mail handles the messages of the queue of mail: it sends letters.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/letters"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(vault.Part, letters.Part), gateway.Mail) }
