package cloud

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/connectnow/backend/internal/desk"
)

// longestDelay is the most that SQS delays a message
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
const longestDelay = 15 * time.Minute

// Timers sends messages to an SQS queue with a delay, and those that are further off
// to the same queue by a one-time schedule. All fields but MailURL and DeadARN must be set.
type Timers struct {
	Queue     SQS
	Schedules Scheduler
	QueueURL  string
	// MailURL is the queue of messages that are Mailed, which are never far off. Where it is
	// empty they go to the other queue.
	MailURL string
	// QueueARN is the same queue, as a target of schedules.
	QueueARN string
	// DeadARN is the queue that a schedule's message goes to when it cannot be sent for a day;
	// without one it is dropped then.
	DeadARN string
	// Group is the schedule group, and RoleARN what lets its schedules send.
	Group   string
	RoleARN string
	Now     func() time.Time
}

// SQS is the part of *sqs.Client that Timers uses.
type SQS interface {
	SendMessage(ctx context.Context, in *sqs.SendMessageInput, o ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Scheduler is the part of *scheduler.Client that Timers uses.
type Scheduler interface {
	CreateSchedule(ctx context.Context, in *scheduler.CreateScheduleInput, o ...func(*scheduler.Options)) (*scheduler.CreateScheduleOutput, error)
}

// Send implements desk.Timers.
func (t *Timers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("send timer: %w", err)
	}
	delay := max(at.Sub(t.Now()), 0)
	queue := t.QueueURL
	if m.Kind.Mailed() && t.MailURL != "" {
		queue, delay = t.MailURL, min(delay, longestDelay)
	}
	if delay > longestDelay {
		return t.schedule(ctx, at, m, body)
	}
	_, err = t.Queue.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:     &queue,
		MessageBody:  aws.String(string(body)),
		DelaySeconds: int32(roundUp(delay) / time.Second),
	})
	if err != nil {
		return fmt.Errorf("send timer: %w", err)
	}
	return nil
}

// schedule has the message sent to the queue at a time further off. The schedule is
// deleted after it ran; its precision is a minute, never early. One of the same
// name is the same message at the same time, so that sending twice is one success.
func (t *Timers) schedule(ctx context.Context, at time.Time, m desk.Message, body []byte) error {
	at = time.Unix(0, 0).Add(roundUp(at.Sub(time.Unix(0, 0)))).UTC()
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
	var dead *types.DeadLetterConfig
	if t.DeadARN != "" {
		dead = &types.DeadLetterConfig{Arn: &t.DeadARN}
	}
	_, err := t.Schedules.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
		Name:                       aws.String(scheduleName(at, m, body)),
		GroupName:                  &t.Group,
		ScheduleExpression:         aws.String("at(" + at.Format("2006-01-02T15:04:05") + ")"),
		ScheduleExpressionTimezone: aws.String("UTC"),
		FlexibleTimeWindow:         &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		ActionAfterCompletion:      types.ActionAfterCompletionDelete,
		Target: &types.Target{
			Arn:              &t.QueueARN,
			RoleArn:          &t.RoleARN,
			Input:            aws.String(string(body)),
			DeadLetterConfig: dead,
		},
	})
	var exists *types.ConflictException
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("schedule timer: %w: %w", desk.ErrUnscheduled, err)
	}
	return nil
}

// scheduleName tells people what a schedule is for, and tells apart whatever differs.
// The time is in it because a schedule that ran is there for a while longer, and must
// not be taken for the one that its message may have asked for in turn. At most 64
// characters of A-Z, a-z, 0-9, "-", "_" and "." are allowed.
func scheduleName(at time.Time, m desk.Message, body []byte) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf("%.10s-%.20s-%d-%s", m.Kind, cmp.Or(m.CallbackID, m.EscalationID), at.Unix(), hex.EncodeToString(sum[:8]))
}

// roundUp goes to the next whole second, since a timer may not be early.
func roundUp(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}
