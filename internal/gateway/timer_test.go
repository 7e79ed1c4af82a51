package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/desk"
)

func TestTimerBatch(t *testing.T) {
	var log bytes.Buffer
	var woken []desk.Message
	lines := slog.New(slog.NewTextHandler(&log, nil))
	unreadable := 0
	timer := timers{log: lines, unreadable: func() { unreadable++ }, wake: wake(func(_ context.Context, m desk.Message) error {
		woken = append(woken, m)
		if m.Offer == 2 {
			return errors.New("the table is away")
		}
		return nil
	}, lines)}
	var event events.SQSEvent
	for _, m := range []struct{ id, body string }{
		{"1 good", `{"kind":"ring","accountId":"acc_a","escalationId":"esc_a","offer":1,"due":"2026-11-22T09:30:25Z"}`},
		{"2 fails", `{"kind":"ring","accountId":"acc_a","escalationId":"esc_a","offer":2,"due":"2026-11-22T09:30:25Z"}`},
		{"3 no JSON", `+919800000000`},
		{"4 no kind", `{"accountId":"acc_a"}`},
		{"5 no account", `{"kind":"ring"}`},
		{"6 wrong", `{"kind":"ring","accountId":"acc_a","offer":"one"}`},
		{"7 newer", `{"kind":"ring","accountId":"acc_a","offer":3,"color":"red"}`},
		{"8 dead letter", `{"MessageBody":"{\"kind\":\"due\",\"accountId\":\"acc_a\"}","QueueUrl":"https://sqs.test/timers"}`},
		{"9 dead letter of nothing", `{"MessageBody":"ring"}`},
	} {
		event.Records = append(event.Records, events.SQSMessage{MessageId: m.id, Body: m.body})
	}
	payload, err := json.Marshal(event)
	must(t, err)
	out, err := timer.Invoke(t.Context(), payload)
	must(t, err)
	var response events.SQSEventResponse
	must(t, json.Unmarshal(out, &response))
	var failed []string
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier[:1])
	}
	if got := strings.Join(failed, ""); got != "234569" {
		t.Errorf("failed %s, want 234569", got)
	}
	if len(woken) != 4 || unreadable != 5 {
		t.Errorf("woken by %d messages, %d unreadable; want 4 and 5", len(woken), unreadable)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 6 || strings.Contains(log.String(), "9198") {
		t.Errorf("%d errors logged, want 6, without bodies: %s", n, &log)
	}
}

func TestNotAQueueEvent(t *testing.T) {
	for _, payload := range []string{``, `[]`, `{}`, `{"Records":[]}`, `{"version":"2.0"}`} {
		if out, err := (timers{}).Invoke(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%q gave %s, want an error", payload, out)
		}
	}
}

// What has a letter sent, and comes to the queue of timers since an older function sent it there,
// goes on to the queue of mail as it is. Where there is no mail it is done with.
func TestTimerHandsLettersOn(t *testing.T) {
	for _, c := range []struct {
		name string
		mail desk.Mail
		want int
	}{{"mail", letterbox{}, 1}, {"none", nil, 0}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			sent := &queued{}
			w.desk.Timers, w.desk.Mail = sent, c.mail
			body := `{"kind":"code","accountId":"acc_a","memberId":"mem_a","due":"2026-11-22T09:30:25Z"}`
			payload, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: body}}})
			must(t, err)
			out, err := Timer(w.desk).Invoke(t.Context(), payload)
			must(t, err)
			if string(out) != `{"batchItemFailures":[]}` {
				t.Errorf("got %s, want no failure", out)
			}
			if len(sent.messages) != c.want || c.want == 1 && (sent.messages[0].Kind != desk.WakeCode || sent.messages[0].Tries != 0) {
				t.Errorf("sent on: %+v, want %d as they were", sent.messages, c.want)
			}
		})
	}
}

// queued keeps what is sent.
type queued struct{ messages []desk.Message }

func (q *queued) Send(_ context.Context, _ time.Time, m desk.Message) error {
	q.messages = append(q.messages, m)
	return nil
}

// letterbox takes no letter: nobody but the function mail sends any.
type letterbox struct{}

func (letterbox) Send(context.Context, desk.Letter) error { return errors.New("a letter was sent") }
