package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/desk"
)

// Shift makes the handler of the function that the state machine of working hours
// invokes: an execution's input in, the time of its next tick out. That the execution is
// over is an error named shift-over, which the machine catches.
func Shift(d *desk.Desk) lambda.Handler { return shifts{d.TickShift} }

type shifts struct {
	tick func(ctx context.Context, e desk.ShiftExecution) (desk.ShiftTick, error)
}

// Invoke implements lambda.Handler.
func (s shifts) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var e desk.ShiftExecution
	in := json.NewDecoder(bytes.NewReader(payload))
	in.DisallowUnknownFields()
	if err := in.Decode(&e); err != nil {
		return nil, fmt.Errorf("decoding the execution: %w", err)
	}
	if e.AccountID == "" || e.MemberID == "" || e.Version < 1 || e.Generation < 1 {
		return nil, errors.New("not an execution of a member's shift")
	}
	t, err := s.tick(ctx, e)
	if p := (*desk.Problem)(nil); errors.As(err, &p) {
		return nil, messages.InvokeResponse_Error{Type: p.Name, Message: p.Detail}
	}
	if err != nil {
		return nil, err
	}
	return encode(t)
}
