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
func Shift(d *desk.Desk) lambda.Handler { return shifts{Tick(d)} }

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
