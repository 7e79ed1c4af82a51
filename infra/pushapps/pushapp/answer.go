package pushapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/logs"
)

const (
	// timeToAnswer is what is kept of the function's time for telling CloudFormation, which
	// would otherwise wait for an hour. The function's own timeout must be well above it.
	timeToAnswer = 3 * time.Second
	// maxReason keeps the answer below the 4096 bytes that CloudFormation reads, even if
	// JSON should spell every byte of it in six
	// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html).
	maxReason = 500
)

// Lambda returns the handler of the function. It answers CloudFormation whatever becomes
// of an event. If the answer cannot be delivered it returns an error, upon which Lambda
// hands it the event again.
func (r *Resource) Lambda() cfn.CustomResourceLambdaFunction {
	handle := cfn.LambdaWrap(r.answer)
	return func(ctx context.Context, event cfn.Event) (string, error) {
		reason, err := handle(ctx, event)
		if err == nil {
			return reason, nil
		}
		// Whoever has the URL can answer in our place, and net/http quotes it.
		if quoted := (*url.Error)(nil); errors.As(err, &quoted) {
			err = quoted.Err
		}
		return "", fmt.Errorf("answer CloudFormation: %w", err)
	}
}

// answer handles an event in such a way that there is time and room left for the answer,
// and that a panic has one, too. What a panic says is left out, as it may quote anything;
// the stack in the log shows where it was.
func (r *Resource) answer(ctx context.Context, event cfn.Event) (id string, data map[string]any, err error) {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		ctx = logs.With(ctx, slog.String(logs.RequestID, lc.AwsRequestID))
	}
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-timeToAnswer))
		defer cancel()
	}
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "request failed: panic", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			id, data, err = event.PhysicalResourceID, nil, errors.New("the function panicked; where, its log says")
		}
		if err != nil && len(err.Error()) > maxReason {
			err = errors.New(strings.ToValidUTF8(err.Error()[:maxReason], "") + "…")
		}
	}()
	return r.Handle(ctx, event)
}
