package mcp

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
)

// Function makes the handler of the function behind gateway.MCPRoute. It lies here and not with those
// of the other functions, so that none of them links the protocol.
func Function(d *desk.Desk) lambda.Handler {
	return gateway.Serve(New(d, api.New(d, api.Options{})).Handler())
}
