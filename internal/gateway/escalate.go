package gateway

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// Escalate makes the handler of the function that the assistant invokes.
func Escalate(d *desk.Desk) lambda.Handler {
	server := api.New(d, api.Options{})
	return direct{server, server.Invoke}
}

// Provision makes the handler of the function that the platform invokes when a business
// signs up.
func Provision(d *desk.Desk) lambda.Handler {
	server := api.New(d, api.Options{})
	return direct{server, server.Provision}
}

// direct is a Lambda function that is invoked without HTTP.
type direct struct {
	server  *api.Server
	perform func(ctx context.Context, payload []byte) (any, error)
}

// Invoke implements lambda.Handler.
func (f direct) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = withInvocation(ctx)
	out, err := f.perform(ctx, payload)
	if err != nil {
		return nil, f.failure(ctx, err)
	}
	answer, err := encode(out)
	if err != nil {
		return nil, f.failure(ctx, err)
	}
	return answer, nil
}

// failure makes the error of the invocation: its errorType is the problem's name, its
// errorMessage the problem as JSON. The Lambda library takes this one type as it is,
// by value and not wrapped; of every other error it would make the name of the Go type.
func (f direct) failure(ctx context.Context, err error) error {
	name, document := f.server.Problem(ctx, err)
	return messages.InvokeResponse_Error{Type: name, Message: string(document)}
}
