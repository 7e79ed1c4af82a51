// Command login serves signing in and out.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk, gateway.HTTP("login")) }
