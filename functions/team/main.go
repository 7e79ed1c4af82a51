// Command team serves the caller, members and departments.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk, gateway.HTTP("team")) }
