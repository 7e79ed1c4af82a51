package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/connectnow/backend/internal/cloud"
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
func (s *services) SendMessage(_ context.Context, m cloud.QueueMessage) error {
	s.count(costs.QueueRequests, 1)
	s.keep(message{at: s.now().Add(time.Duration(m.DelaySeconds) * time.Second), body: m.Body})
	return nil
}

// CreateSchedule implements cloud.Scheduler.
func (s *services) CreateSchedule(_ context.Context, _ string, what cloud.Schedule) error {
	at, err := time.Parse("at(2006-01-02T15:04:05)", what.ScheduleExpression)
	if err != nil {
		return fmt.Errorf("a schedule: %w", err)
	}
	s.count(costs.Schedules, 1)
	s.keep(message{at: at, body: what.Target.Input, scheduled: true})
	return nil
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
func (s *services) Publish(_ context.Context, p cloud.Publication) error {
	s.count(costs.SNSRequests, 1)
	if p.Endpoint != "" {
		s.count(costs.Pushes, 1)
	}
	return nil
}

// CreatePlatformEndpoint implements cloud.SNS.
func (s *services) CreatePlatformEndpoint(_ context.Context, _, token string) (string, error) {
	s.count(costs.SNSRequests, 1)
	return "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/connectnow-prod-fcm/" + token, nil
}

// SetEndpointAttributes implements cloud.SNS.
func (s *services) SetEndpointAttributes(context.Context, string, map[string]string) error {
	s.count(costs.SNSRequests, 1)
	return nil
}

// DeleteEndpoint implements cloud.SNS.
func (s *services) DeleteEndpoint(context.Context, string) error {
	s.count(costs.SNSRequests, 1)
	return nil
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
