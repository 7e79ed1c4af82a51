package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// Timer makes the handler of the function to which the queue delivers timers.
func Timer(d *desk.Desk) lambda.Handler {
	return timers{wake(handingOn(d), logOf(d)), d.TimerUnreadable, logOf(d)}
}

// handingOn is a desk's Wake where there is another queue for what has a letter sent. Functions
// of before it sent those messages with the others, and during an upgrade some still do; this
// function may neither make codes nor send letters.
func handingOn(d *desk.Desk) func(context.Context, desk.Message) error {
	return func(ctx context.Context, m desk.Message) error {
		if m.Kind.Mailed() && d.Mail != nil {
			return d.Timers.Send(ctx, d.Now(), m)
		}
		return d.Wake(ctx, m)
	}
}

// Mail makes the handler of the function to which the queue of mail delivers. What is no message
// there is not counted, since no customer waits for it: the dead letters raise an alarm.
func Mail(d *desk.Desk) lambda.Handler { return timers{Wake(d), func() {}, logOf(d)} }

// Wake makes of a desk's Wake one that writes a line for each message. All lines of what it
// does have an id of the request, and the ids of what the message is about.
func Wake(d *desk.Desk) func(context.Context, desk.Message) error {
	return wake(d.Wake, logOf(d))
}

func wake(next func(context.Context, desk.Message) error, log *slog.Logger) func(context.Context, desk.Message) error {
	return func(ctx context.Context, m desk.Message) error {
		ctx = scoped(ctx,
			slog.String("timer", string(m.Kind)), slog.String("account", m.AccountID), slog.String("escalation", m.EscalationID),
			slog.String("callback", m.CallbackID), slog.String("member", m.MemberID))
		if m.Announcement != nil {
			logs.Add(ctx, slog.String("escalation", m.Announcement.EscalationID), slog.String("callback", m.Announcement.CallbackID))
		}
		if m.Offer > 0 {
			logs.Add(ctx, slog.Int("offer", m.Offer))
		}
		began := time.Now()
		err := next(ctx, m)
		ms := time.Since(began).Milliseconds()
		if err != nil {
			log.ErrorContext(ctx, "timer not handled: the queue delivers it again", "tries", m.Tries, "ms", ms, "error", err)
			return err
		}
		log.InfoContext(ctx, "timer handled", "ms", ms)
		return nil
	}
}

// timers delivers messages of a queue. The batch size is 1; should somebody raise it,
// each message still fails alone (ReportBatchItemFailures).
type timers struct {
	wake       func(context.Context, desk.Message) error
	unreadable func() // counts what is no message
	log        *slog.Logger
}

// Invoke implements lambda.Handler.
func (t timers) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var event events.SQSEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, fmt.Errorf("decoding the event: %w", err)
	}
	if len(event.Records) == 0 {
		return nil, errors.New("not an event of a queue")
	}
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, record := range event.Records {
		if err := t.deliver(ctx, record); err != nil {
			response.BatchItemFailures = append(response.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return json.Marshal(response)
}

// deliver wakes the desk. What is no message stays in the queue until that gives it to
// the dead letters: somebody has to look at it.
func (t timers) deliver(ctx context.Context, record events.SQSMessage) error {
	m, err := decodeMessage(record.Body)
	if err != nil {
		t.unreadable()
		ctx = scoped(ctx, slog.String("message", record.MessageId))
		t.log.ErrorContext(ctx, "timer not handled: the message cannot be read", "error", err)
		return err
	}
	return t.wake(ctx, m)
}

// decodeMessage also takes a dead letter of EventBridge Scheduler that was sent again. Such a
// letter is what Scheduler had asked of the target, and for a queue that is a request with the
// message in it; its guide shows none of the kind of target that this product has, so that
// the message alone is taken as well
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html).
func decodeMessage(body string) (m desk.Message, err error) {
	var letter struct{ MessageBody string }
	if err := json.Unmarshal([]byte(body), &letter); err == nil && letter.MessageBody != "" {
		body = letter.MessageBody
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return m, fmt.Errorf("decoding the message: %w", err)
	}
	if m.Kind == "" || m.AccountID == "" {
		return m, errors.New("a message without kind or account")
	}
	return m, nil
}
