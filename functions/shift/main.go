// Command shift brings a member's shift up to date; a state machine invokes it at the
// boundaries of their working hours.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(shifts.Part, vault.Part), gateway.Shift) }
