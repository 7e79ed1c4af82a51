// Command refusals hears of pushes that SNS took and could not deliver.
package main

import (
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(cloud.Desk(), gateway.Refusals) }
