// Command presence serves presence, devices and availability.
package main

import (
	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(shifts.Part), gateway.HTTP(api.PresenceRoutes())) }
