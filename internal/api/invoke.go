package api

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// actions are what the assistant can ask for. Each reads what belongs to it, and tells in
// its answer what was adjusted.
var actions = map[string]func(context.Context, *desk.Desk, *assistant.Reading) (any, error){
	assistant.Escalate: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		return escalate(ctx, d, r, false)
	},
	assistant.Status: about(func(ctx context.Context, d *desk.Desk, acc string, a assistant.Ask) (desk.Answer, error) {
		return d.Status(ctx, acc, a.EscalationID)
	}),
	assistant.End: about(func(ctx context.Context, d *desk.Desk, acc string, a assistant.Ask) (desk.Answer, error) {
		return d.End(ctx, acc, a.EscalationID, a.Callback)
	}),
	assistant.Append: about(func(ctx context.Context, d *desk.Desk, acc string, a assistant.Ask) (desk.Answer, error) {
		return d.Append(ctx, acc, a.EscalationID, a.RequestID, a.Messages)
	}),
	assistant.Availability: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		a, _ := r.Ask("")
		return d.TeamAvailability(ctx, r.AccountID, a.DepartmentID, a.Department)
	},
	assistant.Contact: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		country, err := d.Country(ctx, r.AccountID)
		if err != nil {
			return nil, err
		}
		a, _ := r.Ask(country)
		if err := handled(ctx, d, r.AccountID, &a); err != nil {
			return nil, err
		}
		logs.Add(ctx, slog.String("callback", a.CallbackID), slog.String("escalation", a.EscalationID))
		return d.Contact(ctx, r.AccountID, aboutOf(a), a.Customer)
	},
	assistant.Withdraw: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		a, _ := r.Ask("")
		if err := handled(ctx, d, r.AccountID, &a); err != nil {
			return nil, err
		}
		logs.Add(ctx, slog.String("callback", a.CallbackID), slog.String("escalation", a.EscalationID))
		return d.Withdraw(ctx, r.AccountID, aboutOf(a))
	},
	assistant.Decide: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		return d.Decide(ctx, r.AccountID, r.Signals())
	},
	assistant.Instructions: func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		return d.Instructions(ctx, r.AccountID)
	},
}

// escalate asks for people, or, where that is in vain, for a callback alone.
func escalate(ctx context.Context, d *desk.Desk, r *assistant.Reading, callback bool) (desk.Answer, error) {
	request, interaction := r.IDs()
	a, err := d.Escalate(ctx, desk.Asked{AccountID: r.AccountID, RequestID: request, InteractionID: interaction, Read: r.Request, Callback: callback})
	a.Joined = a.Joined && !a.Knows(r.Handle())
	return a, err
}

// handled puts the escalation of a handle in the place of all ids.
func handled(ctx context.Context, d *desk.Desk, acc string, a *assistant.Ask) (err error) {
	if a.Handle != "" {
		a.CallbackID, a.InteractionID = "", ""
		a.EscalationID, err = d.EscalationOfHandle(ctx, acc, a.Handle)
	}
	return err
}

// aboutOf is which conversations of which callback are spoken for.
func aboutOf(a assistant.Ask) desk.About {
	return desk.About{CallbackID: a.CallbackID, EscalationID: a.EscalationID, InteractionID: a.InteractionID}
}

// about makes the action of what is done with one escalation, which may be named by its
// interaction.
func about(do func(context.Context, *desk.Desk, string, assistant.Ask) (desk.Answer, error)) func(context.Context, *desk.Desk, *assistant.Reading) (any, error) {
	return func(ctx context.Context, d *desk.Desk, r *assistant.Reading) (any, error) {
		a, adjusted := r.Ask("")
		if err := handled(ctx, d, r.AccountID, &a); err != nil {
			return nil, err
		}
		if a.EscalationID == "" {
			var err error
			if a.EscalationID, err = d.EscalationOf(ctx, r.AccountID, a.InteractionID); err != nil {
				return nil, err
			}
		}
		logs.Add(ctx, slog.String("escalation", a.EscalationID))
		answer, err := do(ctx, d, r.AccountID, a)
		answer.Adjusted = append(adjusted, answer.Adjusted...)
		return answer, err
	}
}

// maxInvoked is how many bytes Lambda takes of a direct invocation.
const maxInvoked = 6 << 20

// Invoke answers the assistant's request: the payload of the function escalate, and the
// body of POST /v1/escalations. The answer is what JSON is made of. The error is a
// desk.Problem when the request is at fault; Server.Problem tells any of them to a caller.
func (s *Server) Invoke(ctx context.Context, payload []byte) (out any, err error) {
	r, err := s.asked(ctx, payload)
	if err != nil {
		return nil, err
	}
	return s.do(ctx, r)
}

// asked reads a request.
func (s *Server) asked(ctx context.Context, payload []byte) (r *assistant.Reading, err error) {
	defer caught(&err)
	if err := fits(payload, maxInvoked); err != nil {
		return nil, err
	}
	if r, err = readMachine(payload, s.machines); err != nil {
		return nil, err
	}
	if actions[r.Action] == nil {
		return nil, desk.Invalids([]desk.FieldError{{Field: "action", Detail: "is not there yet"}})
	}
	logs.Add(ctx, slog.String("action", r.Action), slog.String("account", r.AccountID))
	return r, nil
}

// do does what is asked for.
func (s *Server) do(ctx context.Context, r *assistant.Reading) (out any, err error) {
	defer caught(&err)
	if out, err = actions[r.Action](ctx, s.desk, r); err == nil {
		logs.Add(ctx, idsOf(out)...)
	}
	return out, err
}

// caught makes a panic an error like any other: else the function's process would die of
// it, and its caller would get no problem that can be read.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = panicError(p)
	}
}

// fits refuses a payload that is too long.
func fits(payload []byte, limit int) error {
	if len(payload) <= limit {
		return nil
	}
	return tooLarge(fmt.Sprintf("The request has %d bytes", len(payload)), limit, map[string]any{"size": len(payload)})
}
