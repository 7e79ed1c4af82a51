package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/desk"
)

// Shift makes the handler of the function that the state machine of working hours
// invokes: an execution's input in, the time of its next tick out. That the execution is
// over is an error named shift-over, which the machine catches.
//
// Whoever brings newer clock laws to the function has it look at the executions that run, by
// their names in Step Functions, at most 50 at a time:
//
//	{"renew": ["mem_q4mxl5orusgm-3-1"]}
//
// It answers at how many it looked, how many of their members' shifts waited by other laws and
// wait anew, and which names it could do nothing with. Those may be sent again; what was
// renewed is not renewed twice. scripts/tz-shifts asks so, and reads the answer.
//
//	{"looked": 1, "renewed": 1, "failed": []}
func Shift(d *desk.Desk) lambda.Handler { return shifts{Tick(d), Renew(d), d.ShiftEnded} }

// mostRenewed are how many executions one invocation looks at. Each takes some five reads, so
// that all are done long before the function's time is over.
const mostRenewed = 50

// Tick makes of a desk's TickShift one that writes a line for each tick. All lines of what
// it does have an id of the request, and say whose shift it is.
func Tick(d *desk.Desk) func(context.Context, desk.ShiftExecution) (desk.ShiftTick, error) {
	log := logOf(d)
	return func(ctx context.Context, e desk.ShiftExecution) (desk.ShiftTick, error) {
		ctx = scoped(ctx, slog.String("account", e.AccountID), slog.String("member", e.MemberID))
		began := time.Now()
		t, err := d.TickShift(ctx, e)
		ms := time.Since(began).Milliseconds()
		switch p := (*desk.Problem)(nil); {
		case err == nil:
			log.InfoContext(ctx, "shift ticked", "next", t.WakeAt, "ms", ms)
		case errors.As(err, &p) && p.Name == desk.ErrShiftOver.Name:
			log.InfoContext(ctx, "shift ended", "ms", ms)
		default:
			log.ErrorContext(ctx, "shift not ticked: it is tried again", "ms", ms, "error", err)
		}
		return t, err
	}
}

// Renewal is what came of looking at executions.
type Renewal struct {
	Looked  int      `json:"looked"`
	Renewed int      `json:"renewed"`
	Failed  []string `json:"failed"` // names
}

// Renew makes of a desk's RenewShift one for the names of executions, which writes a line for
// all of them, and one for each that fails.
func Renew(d *desk.Desk) func(context.Context, []string) Renewal {
	log := logOf(d)
	return func(ctx context.Context, names []string) Renewal {
		ctx = scoped(ctx)
		began := time.Now()
		r := Renewal{Looked: len(names), Failed: []string{}}
		for _, name := range names {
			renewed, err := renew(ctx, d, name)
			if err != nil {
				log.ErrorContext(ctx, "shift not renewed: its next tick looks by itself", "execution", name, "error", err)
				r.Failed = append(r.Failed, name)
			} else if renewed {
				r.Renewed++
			}
		}
		log.InfoContext(ctx, "shifts renewed", "looked", r.Looked, "renewed", r.Renewed, "ms", time.Since(began).Milliseconds())
		return r
	}
}

// renew renews the shift of the member for whom an execution ticks.
func renew(ctx context.Context, d *desk.Desk, name string) (bool, error) {
	member, ok := desk.MemberOfExecution(name)
	if !ok {
		return false, errors.New("not the name of an execution of a member's shift")
	}
	return d.RenewShift(ctx, member)
}

type shifts struct {
	tick  func(ctx context.Context, e desk.ShiftExecution) (desk.ShiftTick, error)
	renew func(ctx context.Context, names []string) Renewal
	over  func() // counts an execution that is over, which Lambda takes for an error
}

// Invoke implements lambda.Handler.
func (s shifts) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var in struct {
		desk.ShiftExecution
		Renew []string `json:"renew"`
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return nil, fmt.Errorf("decoding the execution: %w", err)
	}
	e := in.ShiftExecution
	switch {
	case in.Renew == nil:
		return s.ticked(ctx, e)
	case e != desk.ShiftExecution{}:
		return nil, errors.New("an execution, and others to renew: one of both")
	case len(in.Renew) > mostRenewed:
		return nil, fmt.Errorf("%d executions to renew: at most %d", len(in.Renew), mostRenewed)
	}
	return encode(s.renew(ctx, in.Renew))
}

// ticked answers an execution.
func (s shifts) ticked(ctx context.Context, e desk.ShiftExecution) ([]byte, error) {
	if e.AccountID == "" || e.MemberID == "" || e.Version < 1 || e.Generation < 1 {
		return nil, errors.New("not an execution of a member's shift")
	}
	t, err := s.tick(ctx, e)
	if p := (*desk.Problem)(nil); errors.As(err, &p) {
		if p.Name == desk.ErrShiftOver.Name {
			s.over()
		}
		return nil, messages.InvokeResponse_Error{Type: p.Name, Message: p.Detail}
	}
	if err != nil {
		return nil, err
	}
	return encode(t)
}
