package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/desk"
)

// Timer makes the handler of the function to which the queue delivers timers.
func Timer(d *desk.Desk) lambda.Handler {
	log := d.Log
	if log == nil {
		log = slog.Default()
	}
	return timers{d.Wake, log}
}

// timers delivers messages of a queue. The batch size is 1; should somebody raise it,
// each message still fails alone (ReportBatchItemFailures).
type timers struct {
	wake func(context.Context, desk.Message) error
	log  *slog.Logger
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
		if err := t.deliver(ctx, record.Body); err != nil {
			t.log.ErrorContext(ctx, "a timer's message failed", "messageId", record.MessageId, "error", err)
			response.BatchItemFailures = append(response.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return json.Marshal(response)
}

// deliver wakes the desk. What is no message stays in the queue until that gives it to
// the dead letters: somebody has to look at it.
func (t timers) deliver(ctx context.Context, body string) error {
	var m desk.Message
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return fmt.Errorf("decoding the message: %w", err)
	}
	if m.Kind == "" || m.AccountID == "" {
		return errors.New("a message without kind or account")
	}
	return t.wake(ctx, m)
}
