package cloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

var nowish = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func ringMessage(offer int) desk.Message {
	return desk.Message{
		Kind: desk.WakeRing, AccountID: "acc_aaaaaaaaaaaa", EscalationID: "esc_bbbbbbbbbbbb",
		Offer: offer, Due: nowish,
	}
}

// TestTimersOnSQS sends to a queue and takes from it what the function timer would get.
func TestTimersOnSQS(t *testing.T) {
	client, url := fauxqs(t)
	timers := &cloud.Timers{Queue: client, QueueURL: url, Now: time.Now}
	start := time.Now()
	if err := timers.Send(t.Context(), start.Add(1200*time.Millisecond), ringMessage(2)); err != nil {
		t.Fatal(err)
	}
	if err := timers.Send(t.Context(), start.Add(-time.Hour), ringMessage(1)); err != nil {
		t.Fatal(err)
	}
	if err := timers.Send(t.Context(), start.Add(15*time.Minute), ringMessage(3)); err != nil {
		t.Errorf("the longest delay: %v", err)
	}
	for _, want := range []desk.Message{ringMessage(1), ringMessage(2)} {
		if diff := cmp.Diff(want, receive(t, client, url)); diff != "" {
			t.Errorf("message (-want +got):\n%s", diff)
		}
	}
	if took := time.Since(start); took < 1200*time.Millisecond {
		t.Errorf("the second came after %v, want it not before its time", took)
	}
}

// Messages of mail go to its queue, however far off, and without one to that of the timers.
func TestMailHasItsQueue(t *testing.T) {
	for _, c := range []struct {
		kind    desk.MessageKind
		mail    bool
		want    string
		delayed time.Duration
	}{
		{desk.WakeCode, true, "mail", 0},
		{desk.WakeMail, true, "mail", 5 * time.Second},
		{desk.WakeMail, true, "mail", time.Hour},
		{desk.WakeCode, false, "timers", 0},
		{desk.WakeRing, true, "timers", 5 * time.Second},
		{desk.WakeFinish, true, "timers", time.Minute},
	} {
		t.Run(fmt.Sprint(c.kind, c.mail, c.delayed), func(t *testing.T) {
			var queues []string
			timers, _ := recordedTimers(t)
			timers.Queue = sendingTo(func(url string) { queues = append(queues, path.Base(url)) })
			if c.mail {
				timers.MailURL = "https://sqs.test/000000000000/mail"
			}
			m := desk.Message{Kind: c.kind, AccountID: "acc_aaaaaaaaaaaa", Due: nowish}
			if err := timers.Send(t.Context(), nowish.Add(c.delayed), m); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{c.want}, queues); diff != "" {
				t.Errorf("queues (-want +got):\n%s", diff)
			}
		})
	}
}

// sendingTo is told of the queue of each message.
type sendingTo func(url string)

func (s sendingTo) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	s(*in.QueueUrl)
	return &sqs.SendMessageOutput{}, nil
}

func TestTimersUnknownQueue(t *testing.T) {
	client, url := fauxqs(t)
	timers := &cloud.Timers{Queue: client, QueueURL: url + "-not", Now: time.Now}
	if err := timers.Send(t.Context(), time.Now(), ringMessage(1)); err == nil {
		t.Error("sending to a queue that is not there succeeded")
	}
}

// receive waits for the next message of a queue and takes it.
func receive(t *testing.T, client *sqs.Client, url string) desk.Message {
	t.Helper()
	got, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 10})
	if err != nil || len(got.Messages) != 1 {
		t.Fatalf("received %+v, %v; want one message", got, err)
	}
	_, err = client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
		QueueUrl: &url, ReceiptHandle: got.Messages[0].ReceiptHandle,
	})
	if err != nil {
		t.Fatal(err)
	}
	var m desk.Message
	if err := json.Unmarshal([]byte(*got.Messages[0].Body), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// recordedTimers sends to a server that notes the delays of SQS messages, and keeps
// schedules as EventBridge Scheduler does.
func recordedTimers(t *testing.T) (*cloud.Timers, *schedulerServer) {
	t.Helper()
	s := &schedulerServer{t: t, schedules: map[string]map[string]any{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	keys := credentials.NewStaticCredentialsProvider("local", "local", "")
	return &cloud.Timers{
		Queue:     sqs.New(sqs.Options{Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: keys}),
		Schedules: scheduler.New(scheduler.Options{Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: keys}),
		QueueURL:  server.URL + "/000000000000/timers",
		QueueARN:  "arn:aws:sqs:eu-central-1:000000000000:timers",
		DeadARN:   "arn:aws:sqs:eu-central-1:000000000000:timers-dead",
		Group:     "connectnow",
		RoleARN:   "arn:aws:iam::000000000000:role/schedules",
		Now:       func() time.Time { return nowish },
	}, s
}

// schedulerServer answers like the two services' APIs, as far as timers use them:
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
type schedulerServer struct {
	t         *testing.T
	mu        sync.Mutex
	delays    []float64                 // of SQS messages
	schedules map[string]map[string]any // by group/name
}

var (
	scheduleName = regexp.MustCompile(`^[0-9a-zA-Z-_.]{1,64}$`)
	scheduleTime = regexp.MustCompile(`^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$`)
)

func (s *schedulerServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	name, isSchedule := strings.CutPrefix(r.URL.Path, "/schedules/")
	switch {
	case r.Method != http.MethodPost:
		s.t.Errorf("%s %s", r.Method, r.URL)
	case isSchedule:
		s.create(w, name, body)
	case r.Header.Get("X-Amz-Target") == "AmazonSQS.SendMessage":
		delay, _ := body["DelaySeconds"].(float64) // absent: the queue's own, which is 0
		s.delays = append(s.delays, delay)
		fmt.Fprint(w, `{"MessageId":"1"}`)
	default:
		s.t.Errorf("%s %s %s", r.Method, r.URL, r.Header.Get("X-Amz-Target"))
	}
}

func (s *schedulerServer) create(w http.ResponseWriter, name string, body map[string]any) {
	expression, _ := body["ScheduleExpression"].(string)
	if !scheduleName.MatchString(name) || !scheduleTime.MatchString(expression) {
		s.t.Errorf("schedule %q at %q is not valid", name, expression)
	}
	delete(body, "ClientToken") // random, set by the SDK
	key := fmt.Sprint(body["GroupName"], "/", name)
	if _, exists := s.schedules[key]; exists {
		w.Header().Set("X-Amzn-ErrorType", "ConflictException")
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, `{"Message":"Schedule %s already exists."}`, name)
		return
	}
	s.schedules[key] = body
	fmt.Fprintf(w, `{"ScheduleArn":"arn:aws:scheduler:eu-central-1:000000000000:schedule/%s"}`, key)
}

func TestTimersRoundUp(t *testing.T) {
	timers, s := recordedTimers(t)
	for i, c := range []struct {
		in   time.Duration
		want float64
	}{
		{-time.Hour, 0}, {0, 0}, {time.Nanosecond, 1}, {time.Second, 1}, {1001 * time.Millisecond, 2},
		{25 * time.Second, 25}, {15*time.Minute - 1, 900}, {15 * time.Minute, 900},
	} {
		if err := timers.Send(t.Context(), nowish.Add(c.in), ringMessage(1)); err != nil {
			t.Fatal(err)
		}
		if got := s.delays[i]; got != c.want {
			t.Errorf("in %v: delay of %v seconds, want %v", c.in, got, c.want)
		}
	}
	if len(s.schedules) != 0 {
		t.Errorf("schedules %v, want none", s.schedules)
	}
}

func TestTimersSchedule(t *testing.T) {
	timers, s := recordedTimers(t)
	m := desk.Message{Kind: desk.WakeWork, AccountID: "acc_aaaaaaaaaaaa", EscalationID: "esc_bbbbbbbbbbbb", Due: nowish.Add(2 * time.Hour)}
	for range 2 { // the second time it is there already
		if err := timers.Send(t.Context(), m.Due.Add(time.Millisecond), m); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]map[string]any{
		"connectnow/work-esc_bbbbbbbbbbbb-1795347001-bcb7e875af37205a": {
			"ScheduleExpression":         "at(2026-11-22T11:30:01)",
			"ScheduleExpressionTimezone": "UTC",
			"GroupName":                  "connectnow",
			"FlexibleTimeWindow":         map[string]any{"Mode": "OFF"},
			"ActionAfterCompletion":      "DELETE",
			"Target": map[string]any{
				"Arn":              timers.QueueARN,
				"RoleArn":          timers.RoleARN,
				"Input":            `{"kind":"work","accountId":"acc_aaaaaaaaaaaa","escalationId":"esc_bbbbbbbbbbbb","due":"2026-11-22T11:30:00Z"}`,
				"DeadLetterConfig": map[string]any{"Arn": timers.DeadARN},
			},
		},
	}
	if diff := cmp.Diff(want, s.schedules); diff != "" {
		t.Errorf("schedules (-want +got):\n%s", diff)
	}
	if len(s.delays) != 0 {
		t.Errorf("%d SQS messages, want none", len(s.delays))
	}

	for _, other := range []struct {
		at     time.Time
		change func(*desk.Message)
	}{
		{m.Due.Add(time.Hour), func(*desk.Message) {}},
		{m.Due, func(m *desk.Message) { m.Offer = 1 }},
		{m.Due, func(m *desk.Message) { m.AccountID = "acc_cccccccccccc" }},
		{m.Due, func(m *desk.Message) { m.EscalationID = ""; m.MemberID = "mem_dddddddddddd" }},
		{m.Due, func(m *desk.Message) { m.CallbackID = "cb_eeeeeeeeeeee" }},
	} {
		before, different := len(s.schedules), m
		other.change(&different)
		if err := timers.Send(t.Context(), other.at, different); err != nil {
			t.Fatal(err)
		}
		if len(s.schedules) != before+1 {
			t.Errorf("%+v at %v is taken for another", different, other.at)
		}
	}
}

// TestTimersScheduleOfACallback wants people to see which callback a schedule is for.
func TestTimersScheduleOfACallback(t *testing.T) {
	timers, s := recordedTimers(t)
	m := desk.Message{Kind: desk.WakeDue, AccountID: "acc_aaaaaaaaaaaa", CallbackID: "cb_eeeeeeeeeeee", Due: nowish.Add(4 * time.Hour)}
	for range 2 {
		if err := timers.Send(t.Context(), m.Due, m); err != nil {
			t.Fatal(err)
		}
	}
	names := slices.Collect(maps.Keys(s.schedules))
	if len(names) != 1 || !strings.HasPrefix(names[0], "connectnow/due-cb_eeeeeeeeeeee-1795354200-") {
		t.Errorf("schedules %v, want one that names the callback", names)
	}
}

func TestTimersScheduleRefused(t *testing.T) {
	refuse := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		http.Error(w, `{"Message":"Schedule group connectnow does not exist."}`, http.StatusNotFound)
	}))
	defer refuse.Close()
	timers, _ := recordedTimers(t)
	timers.Schedules = scheduler.New(scheduler.Options{
		Region: "eu-central-1", BaseEndpoint: &refuse.URL,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	err := timers.Send(t.Context(), nowish.Add(time.Hour), ringMessage(1))
	if !errors.Is(err, desk.ErrUnscheduled) || !strings.Contains(err.Error(), "schedule timer") {
		t.Errorf("Send = %v, want the service's refusal", err)
	}
}
