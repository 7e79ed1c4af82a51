package gateway

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// What SNS says of a failed delivery makes a device refuse only where the token is dead, and
// never one that was registered since; the log has its words. What cannot be read is an error,
// and what is about something else is none.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	asha := desk.Caller{MemberID: w.asha, AccountID: w.acc, Role: desk.RoleStaff}
	for _, c := range []struct {
		name, message string // $ADDRESS and $TIME are the device's, and a second after it was registered
		works         bool
		fails         bool
		said          string
	}{
		{"invalid token", `{"EventType":"DeliveryFailure","EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken","FailureMessage":"Platform token associated with the endpoint is not valid","Time":"$TIME"}`,
			false, false, "InvalidPlatformToken: Platform token associated with the endpoint is not valid"},
		{"disabled", `{"EventType":"DeliveryFailure","EndpointArn":"$ADDRESS","FailureType":"EndpointDisabled","Time":"$TIME"}`, false, false, "EndpointDisabled: no reason given"},
		{"deleted", `{"EndpointArn":"$ADDRESS","FailureType":"EndpointNotFound","Time":"$TIME"}`, false, false, "EndpointNotFound"},
		{"without a time", `{"EventType":"DeliveryFailure","EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken"}`, false, false, "cannot be reached any more"},
		{"with another time", `{"EventType":"DeliveryFailure","EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken","Time":"2026-11-22 09:30:00.000"}`, false, false, "cannot be reached any more"},
		{"with the time as a number", `{"EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken","Time":1795340000000}`, false, false, "cannot be reached any more"},
		{"with no time in it", `{"EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken","Time":null}`, false, false, "cannot be reached any more"},
		{"long ago", `{"EndpointArn":"$ADDRESS","FailureType":"InvalidPlatformToken","Time":"2020-01-01T00:00:00Z"}`, true, false, "has been registered again"},
		{"throttled", `{"EndpointArn":"$ADDRESS","FailureType":"Throttled","FailureMessage":"Request throttled by [gcm]","Time":"$TIME"}`, true, false, "did not deliver it"},
		{"notification", `{"EndpointArn":"$ADDRESS","FailureType":"InvalidNotification","Time":"$TIME"}`, true, false, "did not deliver it"},
		{"service", `{"EndpointArn":"$ADDRESS","FailureType":"DependencyUnavailable","Time":"$TIME"}`, true, false, "did not deliver it"},
		{"credentials", `{"EndpointArn":"$ADDRESS","FailureType":"InvalidCredentials","Time":"$TIME"}`, true, false, "did not deliver it"},
		{"a type of tomorrow", `{"EndpointArn":"$ADDRESS","FailureType":"Mood","More":{"a":1},"Time":"$TIME"}`, true, false, "Mood"},
		{"nobody's", `{"EndpointArn":"arn:none","FailureType":"InvalidPlatformToken","Time":"$TIME"}`, true, false, "nobody's device"},
		{"another event", `{"EventType":"EndpointCreated","EndpointArn":"$ADDRESS","Time":"$TIME"}`, true, false, "EndpointCreated"},
		{"no JSON", `hello`, true, true, "cannot be read"},
		{"nothing in it", `{}`, true, true, "cannot be read"},
		{"a list", `[]`, true, true, "cannot be read"},
		{"a subscription to confirm", `{"Type":"SubscriptionConfirmation","Token":"x","SubscribeURL":"https://sns.example.com"}`, true, true, "cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.desk.PutDevice(t.Context(), asha, desk.Device{ID: "one", Platform: desk.FCM, Token: "t"})
			must(t, err)
			devices, err := w.desk.Devices(t.Context(), asha)
			must(t, err)
			w.advance(time.Second)
			var b bytes.Buffer
			w.desk.Log = logs.JSON(&b, slog.LevelInfo)
			text := strings.NewReplacer("$ADDRESS", devices[0].Address, "$TIME", w.clock().Format(time.RFC3339Nano)).Replace(c.message)
			payload, err := json.Marshal(events.SNSEvent{Records: []events.SNSEventRecord{{SNS: events.SNSEntity{MessageID: "m", Message: text, Timestamp: w.clock()}}}})
			must(t, err)
			if _, err := Refusals(w.desk).Invoke(t.Context(), payload); (err != nil) != c.fails {
				t.Errorf("got %v, want an error: %t", err, c.fails)
			}
			devices, err = w.desk.Devices(t.Context(), asha)
			must(t, err)
			if devices[0].Working != c.works {
				t.Errorf("it works: %t", devices[0].Working)
			}
			if !strings.Contains(b.String(), c.said) {
				t.Errorf("the log has no %q:\n%s", c.said, &b)
			}
			w.advance(time.Second)
		})
	}
	for _, payload := range []string{``, `[]`, `{}`, `{"Records":[]}`} {
		if out, err := Refusals(w.desk).Invoke(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%q gave %s, want an error", payload, out)
		}
	}
	// A table that is away has the event delivered again.
	w.desk.Table = lost{w.desk.Table}
	payload := `{"Records":[{"Sns":{"Message":"{\"EndpointArn\":\"a\",\"FailureType\":\"InvalidPlatformToken\",\"Time\":\"2026-11-22T09:30:00Z\"}"}}]}`
	if _, err := Refusals(w.desk).Invoke(t.Context(), []byte(payload)); err == nil {
		t.Error("want an error")
	}
}
