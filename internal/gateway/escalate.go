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
	return assistant{api.New(d, api.Options{})}
}

// assistant is the assistant's entrance as a Lambda function.
type assistant struct{ server *api.Server }

// Invoke implements lambda.Handler.
func (a assistant) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = withInvocation(ctx)
	out, err := a.server.Invoke(ctx, payload)
	if err != nil {
		return nil, a.failure(ctx, err)
	}
	answer, err := encode(out)
	if err != nil {
		return nil, a.failure(ctx, err)
	}
	return answer, nil
}

// failure makes the error of the invocation: its errorType is the problem's name, its
// errorMessage the problem as JSON. The Lambda library takes this one type as it is,
// by value and not wrapped; of every other error it would make the name of the Go type.
func (a assistant) failure(ctx context.Context, err error) error {
	name, document := a.server.Problem(ctx, err)
	return messages.InvokeResponse_Error{Type: name, Message: string(document)}
}
