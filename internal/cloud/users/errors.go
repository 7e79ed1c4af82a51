package users

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// refusals are what a call means by errors of Cognito's, by their names; nil is success.
type refusals map[string]*desk.Problem

var errRefusedPassword = &desk.Problem{
	Class: desk.Invalid, Name: "invalid", Title: "Some values are not valid",
	Detail: "1 of the values sent cannot be taken.",
	Fields: []desk.FieldError{{Field: "password", Detail: "does not meet the password policy"}},
}

// common is what errors mean whatever the call was.
var common = refusals{
	"UserNotFoundException":                   desk.ErrNoUser,
	"InvalidPasswordException":                errRefusedPassword,
	"PasswordHistoryPolicyViolationException": errRefusedPassword,
	// Of the whole AWS account: its quota of requests in a second.
	"TooManyRequestsException": cloud.ErrBusy,
	"ThrottlingException":      cloud.ErrBusy,
	"InternalErrorException":   cloud.ErrBusy,
}

// explain puts an error of the call op into the words of package desk.
//
// What Cognito says besides the error's name is left out of what may come into a log:
// it may quote what was sent.
func explain(op string, err error, known refusals) error {
	if err == nil {
		return nil
	}
	name := cloud.Code(err)
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
	case name != "" && !cloud.ServerFault(err):
		return fmt.Errorf("cognito %s: %s", op, name)
	case name != "":
		return fmt.Errorf("cognito %s: %w (%s)", op, cloud.ErrBusy, name)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("cognito %s: %w", op, err)
	}
	if cloud.Unreached(err) {
		return fmt.Errorf("cognito %s: %w: %w", op, cloud.ErrBusy, err)
	}
	return fmt.Errorf("cognito %s: %w", op, err)
}
