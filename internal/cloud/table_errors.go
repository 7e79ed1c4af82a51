package cloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/connectnow/backend/internal/table"
)

// attempts is the retryer of one call: the client's own, watched. The SDK repeats
// requests by itself and reports the last error only. But what counts is whether any
// attempt may have gone through: then an error of a later one ("condition failed",
// "throttled") says nothing about the call.
type attempts struct {
	aws.Retryer
	once  bool // do not repeat what may have gone through
	doubt bool // an attempt may have gone through
}

// repeating lets a call be repeated that may be: one that is idempotent through its
// token, has no condition, or draws a number.
func (a *attempts) repeating(o *dynamodb.Options) {
	a.Retryer = o.Retryer
	o.Retryer = a
}

// retryer chooses for a put or delete with this condition. With one it must not be
// repeated after a lost answer: when the first attempt went through, the second would
// find its own version and report a failure that was none, or change what others have
// done on top of the first.
func (a *attempts) retryer(condition *string) func(*dynamodb.Options) {
	a.once = condition != nil
	return a.repeating
}

// IsErrorRetryable implements aws.Retryer. The SDK asks it after every failed attempt.
func (a *attempts) IsErrorRetryable(err error) bool {
	if inDoubt(err) {
		a.doubt = true
		if a.once {
			return false
		}
	}
	return a.Retryer.IsErrorRetryable(err)
}

// GetAttemptToken implements aws.RetryerV2, which the client's retryer may be.
func (a *attempts) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := a.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return a.GetInitialToken(), nil
}

// inDoubt says whether a request that ended in err may have been carried out. It may,
// unless DynamoDB refused it in so many words or it never left.
func inDoubt(err error) bool {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status := response.HTTPStatusCode()
		if status >= http.StatusBadRequest && status < http.StatusInternalServerError {
			switch Code(err) {
			case "TransactionInProgressException", "RequestTimeout", "RequestTimeoutException":
				return true // an earlier attempt is still at it, or this one was given up
			}
			return false
		}
	}
	var op *net.OpError
	return !(errors.As(err, &op) && op.Op == "dial")
}

// writeError puts the error of a call into the words of package table.
func (a *attempts) writeError(what string, err error) error {
	if err == nil {
		return nil
	}
	if a.doubt || inDoubt(err) && !ended(err) {
		return fmt.Errorf("dynamodb %s: %w: %w", what, table.ErrOutcomeUnknown, err)
	}
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return &table.ConditionError{Failed: []int{0}}
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return cancellation(cancelled)
	}
	return fmt.Errorf("dynamodb %s: %w: %w", what, kindOf(Code(err)), err)
}

// ended says whether the context was over while the SDK waited to send, again or for
// the first time. Attempts before are judged already.
func ended(err error) bool {
	var waiting *aws.RequestCanceledError
	return errors.As(err, &waiting)
}

// cancellation says why a transaction was cancelled: for its conditions before all
// else, since deciding again is what both they and a conflict ask for.
func cancellation(err *types.TransactionCanceledException) error {
	var failed []int
	reason := ""
	for i, r := range err.CancellationReasons {
		switch c := aws.ToString(r.Code); c {
		case "", "None":
		case "ConditionalCheckFailed":
			failed = append(failed, i)
		case "TransactionConflict":
			if reason == "" {
				reason = c
			}
		default:
			reason = c
		}
	}
	if failed != nil {
		return &table.ConditionError{Failed: failed}
	}
	return fmt.Errorf("dynamodb transact: %w: %w", kindOf(reason), err)
}

// kindOf sorts DynamoDB's refusals, those of single requests and the reasons of
// cancelled transactions. What it does not know was refused all the same.
func kindOf(code string) error {
	switch code {
	case "TransactionConflictException", "TransactionConflict":
		return table.ErrConflict
	case "ValidationException", "ValidationError",
		"ItemCollectionSizeLimitExceededException", "ItemCollectionSizeLimitExceeded":
		return table.ErrLimit
	default: // ProvisionedThroughputExceeded, Throttling, RequestLimitExceeded, AccessDenied, ...
		return table.ErrUnavailable
	}
}

// readError puts the error of a read into the words of package table. Nothing is in
// doubt about a read.
func readError(what string, err error) error {
	kind := table.ErrUnavailable
	if kindOf(Code(err)) == table.ErrLimit {
		kind = table.ErrLimit
	}
	return fmt.Errorf("dynamodb %s: %w: %w", what, kind, err)
}
