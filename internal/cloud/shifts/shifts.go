// Package shifts has the shifts of members run in Step Functions.
package shifts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// Shifts runs executions of a Step Functions state machine, whose definition is
// functions/shift/machine.asl.json. All fields must be set.
type Shifts struct {
	SFN SFN
	// Machine is the ARN of the state machine.
	Machine string
}

// Part gives a desk its shifts.
func Part(d *desk.Desk, e cloud.Environment) {
	d.Shifts = &Shifts{SFN: sfn.NewFromConfig(e.Within(cloud.TellTry)), Machine: e.Machine}
}

// SFN is the part of *sfn.Client that Shifts uses.
type SFN interface {
	StartExecution(ctx context.Context, in *sfn.StartExecutionInput, o ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, o ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

// Start implements desk.Shifts. To start what runs already, with the same input, is a
// success for Step Functions. The name of what has ended stays taken for 90 days
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
func (s *Shifts) Start(ctx context.Context, e desk.ShiftExecution) error {
	input, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("start execution: %w", err)
	}
	_, err = s.SFN.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &s.Machine,
		Name:            aws.String(e.Name()),
		Input:           aws.String(string(input)),
	})
	var exists *types.ExecutionAlreadyExists
	if errors.As(err, &exists) {
		return s.runs(ctx, e)
	}
	if err != nil {
		return fmt.Errorf("start execution: %w", err)
	}
	return nil
}

// runs tells an execution that has ended from one that an earlier release began with
// another input, since both are refused in the same way. What was refused exists: one
// that cannot be found is not to be seen yet, and worth another try.
func (s *Shifts) runs(ctx context.Context, e desk.ShiftExecution) error {
	arn := strings.Replace(s.Machine, ":stateMachine:", ":execution:", 1) + ":" + e.Name()
	out, err := s.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return fmt.Errorf("describe execution: %w", err)
	}
	if out.Status != types.ExecutionStatusRunning {
		return fmt.Errorf("start execution %s, which is %s: %w", e.Name(), out.Status, desk.ErrShiftEnded)
	}
	return nil
}
