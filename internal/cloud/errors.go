package cloud

import (
	"errors"
	"net/http"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/connectnow/backend/internal/desk"
)

// ErrBusy is what a member is told while a service that knows who they are cannot be asked.
var ErrBusy = &desk.Problem{
	Class: desk.Unavailable, Name: "busy", Title: "Try again",
	Detail: "Signing in could not be reached just now. Try again in a moment.",
}

// Code returns a service's name of an error, "" if it is not from there.
func Code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Unreached says whether a service could not be asked just now, and the same may do later.
func Unreached(err error) bool {
	var unsent *smithyhttp.RequestSendError
	return errors.As(err, &unsent) || ServerFault(err)
}

// ServerFault says whether the fault is the service's, and may pass.
func ServerFault(err error) bool {
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	return errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError ||
		errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer
}
