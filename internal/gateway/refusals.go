package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/desk"
)

// RefusalsFunction is the function that hears of pushes which SNS took and could not deliver. A
// stage without applications for phones has none.
const RefusalsFunction = "refusals"

// Refusals makes the handler of that function. The platform applications' EventDeliveryFailure
// leads to a topic, and that to it
// (https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html).
func Refusals(d *desk.Desk) lambda.Handler { return refusals{PushFailed(d), logOf(d)} }

// PushFailed makes of a desk's PushFailed one that writes a line for each failure. All lines of
// what it does have an id of the request, and say where the push went.
func PushFailed(d *desk.Desk) func(context.Context, desk.PushFailure) error {
	log := logOf(d)
	return func(ctx context.Context, f desk.PushFailure) error {
		ctx = scoped(ctx, slog.String("arn", f.Address))
		began := time.Now()
		err := d.PushFailed(ctx, f)
		ms := time.Since(began).Milliseconds()
		if err != nil {
			log.ErrorContext(ctx, "refusal not noted: it is delivered again", "because", f.Reason, "ms", ms, "error", err)
			return err
		}
		log.InfoContext(ctx, "refusal handled", "ms", ms)
		return nil
	}
}

type refusals struct {
	failed func(context.Context, desk.PushFailure) error
	log    *slog.Logger
}

// Invoke implements lambda.Handler. SNS has one record in each event. An error has Lambda invoke
// the function again, twice, and then leave the event to the dead letters.
func (r refusals) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var event events.SNSEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, fmt.Errorf("decoding the event: %w", err)
	}
	if len(event.Records) == 0 {
		return nil, errors.New("not an event of a topic")
	}
	var failed []error
	for _, record := range event.Records {
		failed = append(failed, r.deliver(ctx, record.SNS))
	}
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return []byte("{}"), nil
}

func (r refusals) deliver(ctx context.Context, message events.SNSEntity) error {
	f, err := decodeFailure(message)
	switch {
	case errors.Is(err, errOther):
		r.log.InfoContext(scoped(ctx), "refusal handled", "message", message.MessageID, "error", err)
		return nil
	case err != nil:
		r.log.ErrorContext(scoped(ctx), "refusal not noted: the message cannot be read", "message", message.MessageID, "error", err)
		return err
	}
	return r.failed(ctx, f)
}

// errOther says that an event of an application is of another type: whoever sets the other
// attributes of an application by hand may have them lead here, too.
var errOther = errors.New("not a failed delivery")

// failedDelivery is what SNS says of a push that it could not deliver, as this is seen in public:
// {"DeliveryAttempts":1, "EndpointArn":"arn:aws:sns:…:endpoint/GCM/…", "EventType":"DeliveryFailure",
// "FailureMessage":"Platform token associated with the endpoint is not valid",
// "FailureType":"InvalidPlatformToken", "MessageId":"…", "Resource":"arn:aws:sns:…:app/GCM/…",
// "Service":"SNS", "Time":"2022-02-21T12:25:22.787Z"}
// (https://www.repost.aws/ko/questions/QUdzEMqm-kQ9iF1P8Vv74lTw/sns-push-notification-list-of-available-failuretypes).
type failedDelivery struct {
	EndpointArn, EventType, FailureType, FailureMessage string

	Time json.RawMessage
}

// goneFor are the types of failures after which pushes to the endpoint fail for good: SNS
// disables it for InvalidPlatformToken, which stands for Firebase's UNREGISTERED and
// SENDER_ID_MISMATCH, and says EndpointDisabled and EndpointNotFound of what is pushed
// afterwards. InvalidNotification may be of the token or of what was pushed, and the endpoint
// stays enabled. DependencyUnavailable, UnexpectedFailure, Throttled, InvalidCredentials,
// NotificationTTLExpired and what else there is say nothing of the token.
// https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html (FCM delivery failure events)
// https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-endpoint-management.html (Detecting invalid tokens)
// https://pastebin.com/jwmdfVQE (EndpointNotFound)
var goneFor = []string{"InvalidPlatformToken", "EndpointDisabled", "EndpointNotFound"}

// decodeFailure reads a message of the topic. Without a time of its own that can be read it failed
// when SNS told of it.
func decodeFailure(message events.SNSEntity) (f desk.PushFailure, err error) {
	var v failedDelivery
	if err := json.Unmarshal([]byte(message.Message), &v); err != nil {
		return f, fmt.Errorf("decoding the message: %w", err)
	}
	if v.EventType != "" && v.EventType != "DeliveryFailure" {
		return f, fmt.Errorf("%w: %s", errOther, v.EventType)
	}
	if v.EndpointArn == "" || v.FailureType == "" {
		return f, errors.New("a failed delivery without endpoint or type")
	}
	var at time.Time
	if err := json.Unmarshal(v.Time, &at); err != nil || at.IsZero() {
		at = message.Timestamp
	}
	return desk.PushFailure{
		Address: v.EndpointArn, At: at, Gone: slices.Contains(goneFor, v.FailureType),
		Reason: v.FailureType + ": " + cmp.Or(v.FailureMessage, "no reason given"),
	}, nil
}
