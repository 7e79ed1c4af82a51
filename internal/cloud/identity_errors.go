package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/connectnow/backend/internal/desk"
)

// refusals are what a call means by errors of Cognito's, by their names; nil is success.
type refusals map[string]*desk.Problem

var (
	errCognitoBusy = &desk.Problem{
		Class: desk.Unavailable, Name: "busy", Title: "Try again",
		Detail: "Signing in could not be reached just now. Try again in a moment.",
	}
	errRefusedPassword = &desk.Problem{
		Class: desk.Invalid, Name: "invalid", Title: "Some values are not valid",
		Detail: "1 of the values sent cannot be taken.",
		Fields: []desk.FieldError{{Field: "password", Detail: "does not meet the password policy"}},
	}
)

// common is what errors mean whatever the call was.
var common = refusals{
	"UserNotFoundException":                   desk.ErrNoUser,
	"InvalidPasswordException":                errRefusedPassword,
	"PasswordHistoryPolicyViolationException": errRefusedPassword,
	// Of the whole AWS account: its quota of requests in a second.
	"TooManyRequestsException": errCognitoBusy,
	"ThrottlingException":      errCognitoBusy,
	"InternalErrorException":   errCognitoBusy,
}

// explain puts an error of the call op into the words of package desk.
//
// What Cognito says besides the error's name is left out of what may come into a log:
// it may quote what was sent.
func explain(op string, err error, known refusals) error {
	if err == nil {
		return nil
	}
	name := code(err)
	p, is := known[name]
	if !is {
		p, is = common[name]
	}
	switch {
	case name == "NotAuthorizedException" && strings.Contains(err.Error(), "attempts exceeded"):
		return desk.ErrTooManyTries
	case is && p == nil:
		return nil
	case is:
		return p
	case name != "" && !brokenServer(err):
		return fmt.Errorf("cognito %s: %s", op, name)
	case name != "":
		return fmt.Errorf("cognito %s: %w (%s)", op, errCognitoBusy, name)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("cognito %s: %w", op, err)
	}
	if unreached(err) {
		return fmt.Errorf("cognito %s: %w: %w", op, errCognitoBusy, err)
	}
	return fmt.Errorf("cognito %s: %w", op, err)
}

// unreached says whether a service could not be asked just now, and the same may do later.
func unreached(err error) bool {
	var unsent *smithyhttp.RequestSendError
	return errors.As(err, &unsent) || brokenServer(err)
}

// brokenServer says whether the fault is the service's, and may pass.
func brokenServer(err error) bool {
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	return errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError ||
		errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer
}
