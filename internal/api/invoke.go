package api

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
	"github.com/connectnow/backend/internal/roster"
)

// perform carries out what a request asked for. By then all of the request has been read
// and found good, so that nothing is done of one that is refused.
type perform func(ctx context.Context, d *desk.Desk) (any, error)

// actions are what the assistant can ask for, by the field action. Each reads the rest
// of the request and says what is to be done with it.
var actions = map[string]func(*object) perform{
	"escalate": action(readRequest, func(ctx context.Context, d *desk.Desk, r desk.Request) (desk.Answer, error) {
		return d.Escalate(ctx, r)
	}),
	"status": action(readStatus, func(ctx context.Context, d *desk.Desk, s subject) (desk.Answer, error) {
		return d.Status(ctx, s.accountID, s.escalationID)
	}),
	"end": action(readEnd, func(ctx context.Context, d *desk.Desk, s subject) (desk.Answer, error) {
		return d.End(ctx, s.accountID, s.escalationID, s.callback)
	}),
	"append": action(readAppend, func(ctx context.Context, d *desk.Desk, s subject) (desk.Answer, error) {
		return d.Append(ctx, s.accountID, s.escalationID, s.messages)
	}),
	"availability": action(readTeam, func(ctx context.Context, d *desk.Desk, s subject) (roster.TeamAvailability, error) {
		return d.TeamAvailability(ctx, s.accountID, s.departmentID)
	}),
	"contact": action(readContact, func(ctx context.Context, d *desk.Desk, s subject) (desk.Callback, error) {
		return d.Contact(ctx, s.accountID, s.callbackID, s.customer)
	}),
}

// action joins a reader and what is done with what it read. The two share the type In, so
// that a reader of one action cannot be put before another.
func action[In, Out any](read func(*object) In, do func(context.Context, *desk.Desk, In) (Out, error)) func(*object) perform {
	return func(o *object) perform {
		in := read(o)
		return func(ctx context.Context, d *desk.Desk) (any, error) {
			logs.Add(ctx, idsOf(in)...)
			out, err := do(ctx, d, in)
			if err == nil {
				logs.Add(ctx, idsOf(out)...)
			}
			return out, err
		}
	}
}

// Invoke answers the assistant's request: the payload of the function escalate, and the
// body of POST /v1/escalations. The answer is what JSON is made of. The error is a
// desk.Problem when the request is at fault; Server.Problem tells any of them to a caller.
func (s *Server) Invoke(ctx context.Context, payload []byte) (any, error) {
	return s.perform(ctx, payload, readAction)
}

// perform reads what a payload asks for and does it. A panic is an error like any other:
// else the function's process would die of it, and its caller would get no problem that
// can be read.
func (s *Server) perform(ctx context.Context, payload []byte, reader func(*object) perform) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	if len(payload) > maxBody {
		return nil, tooLarge(fmt.Sprintf("The request has %d bytes", len(payload)), map[string]any{"size": len(payload)})
	}
	do, err := decode(payload, reader)
	if err != nil {
		return nil, err
	}
	return do(ctx, s.desk)
}

// readAction reads the action and what belongs to it. Of an unknown action nothing else
// can be judged: its fields are dropped, or each would be told of as unknown.
func readAction(o *object) perform {
	name := o.formed("action", unlimited, required, checkAction)
	read, known := actions[name]
	if !known {
		clear(o.fields)
		return nil
	}
	do := read(o)
	return func(ctx context.Context, d *desk.Desk) (any, error) {
		logs.Add(ctx, slog.String("action", name))
		return do(ctx, d)
	}
}

// checkAction names all actions in its complaint, in the order of the alphabet.
func checkAction(name string) string {
	if _, known := actions[name]; known {
		return ""
	}
	return "must be one of " + strings.Join(slices.Sorted(maps.Keys(actions)), ", ")
}
