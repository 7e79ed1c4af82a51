package pushapp

import (
	"context"
	"errors"
	"fmt"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// notFound is what SNS calls the error of a platform application that does not exist.
const notFound = "NotFound"

// name is what a service calls its error, or empty if it is none of a service's.
func name(err error) string {
	if api := smithy.APIError(nil); errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// cause says of an error of a call what cannot contain anything of a credential. Messages
// of services may quote what was sent, and errors about answers what was received; the id
// of the request leads to the message in CloudTrail.
func cause(err error) error {
	if n := name(err); n != "" {
		var request string
		if response := (*awshttp.ResponseError)(nil); errors.As(err, &response) {
			request = response.ServiceRequestID()
		}
		return fmt.Errorf("%s (request %s)", n, request)
	}
	for _, over := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, over) {
			return fmt.Errorf("out of time: %w", over)
		}
	}
	if unsent := (*smithyhttp.RequestSendError)(nil); errors.As(err, &unsent) {
		return unsent
	}
	return errors.New("no answer that can be read")
}
