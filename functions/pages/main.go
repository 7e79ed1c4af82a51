// Command pages serves the dashboard and the agents' page, and answers what is no route. It asks
// no other service, and links no client of any.
package main

import "github.com/connectnow/backend/internal/gateway"

func main() { gateway.Start(gateway.NoDesk, gateway.Pages) }
