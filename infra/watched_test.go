package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
)

// watched is a deployment of the binaries that are deployed, whose metrics CloudWatch has:
// those that functions write, and those that AWS's services would count of them. Nobody waits
// for its minutes to pass: what is to have waited has its times set back.
type watched struct {
	*deployment
	r         resolver
	cw        *cloudWatch
	whole     *testing.T // in which processes live
	binaries  string
	processes map[string]*cloudtest.Process
	read      map[*cloudtest.Process]int // bytes of what they said
	slower    time.Duration              // what services took in the last invocation
	queue     []*queued                  // messages that wait for somebody to fetch them
	dead      int                        // letters
	apiLog    map[string]string          // what a line of the API's log has
	owner     string
	asha      string
	customers int
	guesses   int // passwords that were wrong
}

// watch makes an account with an owner and an agent who is online.
func watch(t *testing.T) *watched {
	t.Helper()
	r := resolver{t, synth(t, withSecrets)}
	w := &watched{
		deployment: newDeployment(t, r), r: r, cw: newCloudWatch(t, r), whole: t, binaries: buildFor(t, "./functions/..."),
		processes: map[string]*cloudtest.Process{}, read: map[*cloudtest.Process]int{}, apiLog: map[string]string{},
	}
	for _, p := range of(r.app, "AWS::ApiGatewayV2::Stage") {
		check(t, json.Unmarshal([]byte(at(p, "AccessLogSettings", "Format").(string)), &w.apiLog))
	}
	for name := range w.handlers {
		w.handlers[name] = bootstrap{w, name}
	}
	made := w.invoke("provision", w.signUpOf("owner"))
	w.account, w.owner = w.text(made, "accountId"), w.text(made, "memberId")
	w.call(200, w.owner, "PATCH", "/v1/account", `{"firstPassword": "keep"}`)
	w.asha = w.member(w.owner, "asha")
	w.call(200, w.asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
	return w
}

func (w *watched) signUpOf(name string) object {
	return object{"accountName": "Shop of " + name, "timeZone": "UTC", "owner": object{
		"firstName": "Olga", "lastName": "Owner", "email": name + "@example.com", "password": "correct-kettle-orbit-29", "emailProved": true,
	}}
}

// begin forgets what was before, but for the account; the agent is free.
func (w *watched) begin(t *testing.T) {
	t.Helper()
	w.t, w.cw.t = t, t
	w.recorder.refuse, w.recorder.hang, w.recorder.broken, w.recorder.sent = nil, nil, nil, nil
	for _, status := range []string{"offline", "online"} { // what rings goes on
		w.call(200, w.asha, "PUT", "/v1/me/presence", `{"status": "`+status+`"}`)
	}
	w.recorder.messages, w.queue, w.dead, w.slower = nil, nil, 0, 0
	w.cw.forget()
}

// minutes has something happen in each of so many minutes.
func (w *watched) minutes(n int, what func()) {
	w.t.Helper()
	for range n {
		what()
		w.pass()
	}
}

// pass ends a minute, in which SQS tells how old the oldest message is. Those that were
// received more than three times do not count
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
func (w *watched) pass() {
	w.t.Helper()
	oldest := 0.0
	for _, m := range w.queue {
		if m.received <= 3 {
			oldest = max(oldest, 60*float64(w.cw.minute)-float64(m.due.Unix()))
		}
	}
	w.cw.put("AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": "connectnow-dev-timers"}, oldest)
	w.cw.put("AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": "connectnow-dev-timers-dead"}, float64(w.dead))
	w.cw.pass()
}

// bootstrap is a function, as the process that Lambda starts.
type bootstrap struct {
	w    *watched
	name string
}

// process is a running one.
func (b bootstrap) process() *cloudtest.Process {
	w := b.w
	if p := w.processes[b.name]; p != nil {
		return p
	}
	variables := []string{"AWS_ACCESS_KEY_ID=" + os.Getenv("AWS_ACCESS_KEY_ID")} // by which DynamoDB Local tells tables apart
	for name, value := range at(of(w.r.app, "AWS::Lambda::Function")[b.name+"Function"], "Environment", "Variables").(object) {
		variables = append(variables, name+"="+w.r.text(w.r.app, value))
	}
	p := cloudtest.StartProcess(w.whole, filepath.Join(w.binaries, b.name), os.Getenv("AWS_ENDPOINT_URL"), variables...)
	w.whole.Cleanup(p.Stop)
	w.processes[b.name] = p
	return p
}

var errDied = errors.New("the process died")

// Invoke implements lambda.Handler. It counts as Lambda does: whoever answers an error or
// dies is an error
// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
func (b bootstrap) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	w, p := b.w, b.process()
	p.Ready()
	w.slower = 0
	began := time.Now()
	answer, alive := p.Survives(cloudtest.Invocation{Event: payload})
	w.count(b.name, "Duration", float64((time.Since(began) + w.slower).Milliseconds()))
	said := p.Said()
	w.cw.output(said[w.read[p]:])
	w.read[p] = len(said)
	status := 0
	switch {
	case !alive:
		delete(w.processes, b.name)
	case answer.Kind == "response":
		var of struct{ StatusCode int }
		check(w.t, json.Unmarshal(answer.Body, &of))
		status = of.StatusCode
	}
	if b.isRoute() {
		w.answered(max(status, 0))
	}
	if answer.Kind == "response" {
		return answer.Body, nil
	}
	w.count(b.name, "Errors", 1)
	if !alive {
		return nil, errDied
	}
	var told struct{ ErrorType, ErrorMessage string }
	check(w.t, json.Unmarshal(answer.Body, &told))
	return nil, messages.InvokeResponse_Error{Type: told.ErrorType, Message: told.ErrorMessage}
}

func (b bootstrap) isRoute() bool {
	if b.name == gateway.PagesFunction || b.name == gateway.MCPFunction {
		return true
	}
	for _, rt := range api.Routes() {
		if rt.Function == b.name {
			return true
		}
	}
	return false
}

// count is a metric of Lambda's.
func (w *watched) count(function, name string, value float64) {
	w.cw.put("AWS/Lambda", name, map[string]string{"FunctionName": "connectnow-dev-" + function}, value)
}

// answered is what API Gateway notes of a request; a function that gave no answer is a 500.
func (w *watched) answered(status int) {
	if status == 0 {
		status = 500
	}
	w.cw.put("AWS/ApiGateway", fmt.Sprintf("%dxx", status/100), map[string]string{"ApiId": "Api"}, 1)
	line := maps.Clone(w.apiLog)
	for field, value := range line {
		if value == "$context.status" {
			line[field] = fmt.Sprint(status)
		}
	}
	w.cw.line(line)
}

// deliver hands a message to the function of its kind, and reports whether it was handled.
func (w *watched) deliver(body string) bool {
	w.t.Helper()
	function := "timer"
	var m desk.Message
	if json.Unmarshal([]byte(body), &m) == nil {
		function = handlerOf(m.Kind)
	}
	w.recorder.as(function)
	payload, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: body}}})
	check(w.t, err)
	out, err := w.handlers[function].Invoke(w.t.Context(), payload)
	if err != nil {
		return false
	}
	var answer events.SQSEventResponse
	check(w.t, json.Unmarshal(out, &answer))
	return len(answer.BatchItemFailures) == 0
}

// message takes the one message of a kind, which is on its way.
func (w *watched) message(kind desk.MessageKind) desk.Message {
	w.t.Helper()
	all := w.recorder.take(kind)
	if len(all) != 1 {
		w.t.Fatalf("%d messages of kind %s, want one", len(all), kind)
	}
	return all[0]
}

// comes delivers a message as if so much more time had gone by.
func (w *watched) comes(m desk.Message, later time.Duration) bool {
	w.t.Helper()
	m.Due = m.Due.Add(-later)
	return w.deliver(same(m))
}

// customer is the next one's request.
func (w *watched) customer(channel string) object {
	w.customers++
	return w.request(w.customers, channel)
}

// asks has escalate answer whatever it answers.
func (w *watched) asks(request object) object {
	w.t.Helper()
	return w.may("escalate", request)
}

// may invokes a function that may fail.
func (w *watched) may(function string, event any) (answer object) {
	w.t.Helper()
	w.recorder.as(function)
	payload, err := json.Marshal(event)
	check(w.t, err)
	if out, err := w.handlers[function].Invoke(w.t.Context(), payload); err == nil {
		check(w.t, json.Unmarshal(out, &answer))
	}
	return answer
}

// appOf is the dimensions of the application that an endpoint is of.
func appOf(endpoint string) map[string]string {
	parts := strings.Split(endpoint, "/")
	return map[string]string{"Platform": parts[1], "Application": parts[2]}
}
