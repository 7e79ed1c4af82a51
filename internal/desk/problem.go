package desk

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class sorts problems by what the caller can do about them. Package api has one table that
// gives each a status: Invalid is 422, Conflict 409, Unavailable 503.
type Class uint8

// The classes of problems.
const (
	Invalid      Class = iota + 1 // the input is at fault; Fields says where
	NotFound                      // not there, or in another account
	Forbidden                     // the caller's role does not allow it
	Conflict                      // the state does not allow it now
	TooLarge                      // the input is larger than what can be kept
	Unavailable                   // nothing was changed, or it is carried on anyway: try again
	Unauthorized                  // not who they say they are
	TooMany                       // too many tries
)

// Problem is an error that callers are told about; any other is an internal error to them.
// For example, the second agent to accept gets
//
//	offer-gone: Asha has it.
//
// with the class Conflict and {"takenBy": {"id": …, "firstName": "Asha"}} in Extra.
type Problem struct {
	Class  Class
	Name   string         // stable, like "offer-gone"; the type of RFC 9457 is made of it
	Title  string         // a few words, for the top of a message
	Detail string         // a sentence about this one, in words for people
	Fields []FieldError   // of Invalid: every bad field
	Extra  map[string]any // further members of the problem, like "takenBy"
	After  time.Duration  // of TooMany: how long to wait; 0 where that is not known
}

// Error gives name and detail.
func (p *Problem) Error() string {
	if len(p.Fields) == 0 {
		return p.Name + ": " + p.Detail
	}
	parts := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		parts[i] = f.Field + " " + f.Detail
	}
	return p.Name + ": " + strings.Join(parts, "; ")
}

// FieldError is one bad field of an input: {"capacity.calls", "must be 0 to 1"}. Field and
// detail together read as a sentence.
type FieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// errBusy says that all tries of a Write met with conflicts. Nothing was changed by any of
// them, or what was is carried on by a timer, so callers repeat the call.
var errBusy = &Problem{Class: Unavailable, Name: "busy", Title: "Try again", Detail: "Others changed the same things at the same moment. Try again."}

// IsProblem reports whether err is a Problem of that name, wrapped or not.
func IsProblem(err error, name string) bool {
	var p *Problem
	return errors.As(err, &p) && p.Name == name
}

// classOf is the class of a Problem, and 0 of every other error.
func classOf(err error) Class {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return p.Class
	}
	return 0
}

// notFound is the answer about what is not there, and about what is in another account or
// not for the caller's eyes. The three must look alike, or ids could be tried out.
func notFound(what string) *Problem {
	return &Problem{Class: NotFound, Name: "not-found", Title: "Not found", Detail: "There is no such " + what + "."}
}

// forbidden is the answer to a caller whose role does not allow it, whatever the state.
func forbidden(detail string) *Problem {
	return &Problem{Class: Forbidden, Name: "forbidden", Title: "Not allowed", Detail: detail}
}

// conflict is a problem of the state. Apps go by the name, so it never changes.
func conflict(name, title, detail string) *Problem {
	return &Problem{Class: Conflict, Name: name, Title: title, Detail: detail}
}

// nobodyAvailable is the answer to a transfer or drill that nobody can take now.
func nobodyAvailable(detail string) *Problem {
	return conflict("nobody-available", "Nobody is available", detail)
}

// Invalids makes the problem of bad fields, or nil when there are none. Callers gather all
// of them first: who mends one field at a time asks ten times.
func Invalids(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &Problem{
		Class: Invalid, Name: "invalid", Title: "Some values are not valid",
		Detail: fmt.Sprintf("%d of the values sent cannot be taken.", len(fields)), Fields: fields,
	}
}
