// Command timer handles the messages of the timer queue.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(users.Part, shifts.Part, vault.Part), gateway.Timer) }
