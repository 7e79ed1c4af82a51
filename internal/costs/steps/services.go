package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/desk"
)

// services are what cloud's adapters call: they answer as when all goes well, keep the
// messages, and count what AWS charges for.
type services struct {
	now func() time.Time

	mu         sync.Mutex // the desk calls from many goroutines
	used       costs.Usage
	series     map[string]bool // metrics that were told
	messages   []message
	executions []desk.ShiftExecution
}

// message is one that waits for its time.
type message struct {
	at        time.Time
	body      string
	scheduled bool
}

func (s *services) count(item costs.Item, n float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[item] += n
}

// SendMessage implements cloud.SQS.
func (s *services) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	s.count(costs.QueueRequests, 1)
	s.keep(message{at: s.now().Add(time.Duration(in.DelaySeconds) * time.Second), body: *in.MessageBody})
	return &sqs.SendMessageOutput{}, nil
}

// CreateSchedule implements cloud.Scheduler.
func (s *services) CreateSchedule(_ context.Context, in *scheduler.CreateScheduleInput, _ ...func(*scheduler.Options)) (*scheduler.CreateScheduleOutput, error) {
	at, err := time.Parse("at(2006-01-02T15:04:05)", *in.ScheduleExpression)
	if err != nil {
		return nil, fmt.Errorf("a schedule: %w", err)
	}
	s.count(costs.Schedules, 1)
	s.keep(message{at: at, body: *in.Target.Input, scheduled: true})
	return &scheduler.CreateScheduleOutput{}, nil
}

func (s *services) keep(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
}

// next takes the first message that is due by then.
func (s *services) next(until time.Time) (m message, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortStableFunc(s.messages, func(a, b message) int { return a.at.Compare(b.at) })
	if len(s.messages) == 0 || s.messages[0].at.After(until) {
		return message{}, false
	}
	m, s.messages = s.messages[0], s.messages[1:]
	return m, true
}

// Publish implements cloud.SNS: to a phone it is a request and a delivery, to a topic a
// request alone.
func (s *services) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	s.count(costs.SNSRequests, 1)
	if in.TargetArn != nil {
		s.count(costs.Pushes, 1)
	}
	return &sns.PublishOutput{}, nil
}

// CreatePlatformEndpoint implements cloud.SNS.
func (s *services) CreatePlatformEndpoint(_ context.Context, in *sns.CreatePlatformEndpointInput, _ ...func(*sns.Options)) (*sns.CreatePlatformEndpointOutput, error) {
	s.count(costs.SNSRequests, 1)
	return &sns.CreatePlatformEndpointOutput{EndpointArn: aws.String("arn:aws:sns:us-east-1:123456789012:endpoint/GCM/connectnow-prod-fcm/" + *in.Token)}, nil
}

// SetEndpointAttributes implements cloud.SNS.
func (s *services) SetEndpointAttributes(context.Context, *sns.SetEndpointAttributesInput, ...func(*sns.Options)) (*sns.SetEndpointAttributesOutput, error) {
	s.count(costs.SNSRequests, 1)
	return &sns.SetEndpointAttributesOutput{}, nil
}

// DeleteEndpoint implements cloud.SNS.
func (s *services) DeleteEndpoint(context.Context, *sns.DeleteEndpointInput, ...func(*sns.Options)) (*sns.DeleteEndpointOutput, error) {
	s.count(costs.SNSRequests, 1)
	return &sns.DeleteEndpointOutput{}, nil
}

// StartExecution implements cloud.SFN. The execution's ticks are made by stage.week.
func (s *services) StartExecution(_ context.Context, in *sfn.StartExecutionInput, _ ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	var e desk.ShiftExecution
	if err := json.Unmarshal([]byte(*in.Input), &e); err != nil {
		return nil, fmt.Errorf("an execution: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.executions = append(s.executions, e)
	return &sfn.StartExecutionOutput{}, nil
}

// DescribeExecution implements cloud.SFN; nothing here starts one twice.
func (s *services) DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	return nil, fmt.Errorf("nobody asks for an execution here")
}

// What differs from run to run in a line: the time, and how long it took. They are counted
// as they are on Lambda, with nanoseconds and milliseconds of two digits.
var (
	lineTime = regexp.MustCompile(`"time":"[^"]*"`)
	lineTook = regexp.MustCompile(`"ms":\d+`)
)

// Write takes a line of the log.
func (s *services) Write(line []byte) (int, error) {
	n := len(lineTook.ReplaceAll(lineTime.ReplaceAll(line, []byte(`"time":"2026-11-23T09:55:02.123456789Z"`)), []byte(`"ms":12`)))
	s.count(costs.LogGB, float64(n)) // bytes: see step
	return len(line), nil
}
