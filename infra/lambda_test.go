package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// mostLinks is after how many invocations in one chain Lambda stops the next one: "approximately
// 16" (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
const mostLinks = 16

// lambdaService is Lambda with the timer queue in front of it, and real processes of functions
// behind it. It delivers messages when they are due, by a clock that jumps from one to the
// next. As AWS does, it counts in the header of the trace how often a chain has invoked a
// function, and stops a chain that it takes for a loop, unless the function may loop: then the
// message comes again when it is visible again, and goes to the dead letters in the end.
//
// AWS does not document the header. Those who maintain OpenTelemetry for AWS tell of fields like
// Lineage=a87bd80c:1|68fd508a:5, a hash of each function and its count
// (https://github.com/open-telemetry/opentelemetry-dotnet-contrib/pull/2480), and of a shorter
// form that they do not explain. What the function has to do is the same with both: pass the
// header on.
type lambdaService struct {
	t         *testing.T
	r         resolver
	binaries  string
	aheadFile string
	visible   time.Duration // after which a message comes again
	mostTimes int           // so often a message is received
	mayLoop   map[string]bool
	processes map[string]*cloudtest.Process
	invoked   int // invocations of timer
	longest   int // most links of one chain
	dropped   int // of them, those that Lambda stopped
	dead      []*queued
	ahead     atomic.Int64 // nanoseconds

	mu    sync.Mutex
	queue []*queued
}

// queued is a message on its way.
type queued struct {
	sent
	due      time.Time
	received int
}

// newLambda starts with an empty queue and the clock as it is; what is sent from now on goes to
// the queue.
func newLambda(t *testing.T, d *deployment, r resolver, binaries string) *lambdaService {
	t.Helper()
	s := &lambdaService{
		t: t, r: r, binaries: binaries, aheadFile: filepath.Join(t.TempDir(), "ahead"),
		mayLoop: map[string]bool{}, processes: map[string]*cloudtest.Process{},
	}
	s.jump(d.now)
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		s.mayLoop[strings.TrimSuffix(id, "Function")] = p["RecursiveLoop"] == "Allow"
	}
	for _, p := range of(r.app, "AWS::SQS::Queue") {
		if r.text(r.app, p["QueueName"]) == "connectnow-dev-timers" {
			s.visible = time.Duration(p["VisibilityTimeout"].(float64)) * time.Second
			s.mostTimes = int(at(p, "RedrivePolicy", "maxReceiveCount").(float64))
		}
	}
	if s.visible == 0 {
		t.Fatal("the queue of timers was not found")
	}
	d.recorder.sent = s.send
	t.Cleanup(func() { d.recorder.sent = nil })
	return s
}

// start starts a function by a binary, with the environment that the template gives it.
func (s *lambdaService) start(function, binary string) {
	s.t.Helper()
	variables := []string{
		"AWS_LAMBDA_FUNCTION_NAME=connectnow-dev-" + function, "FUNCTION=" + function, "AHEAD=" + s.aheadFile,
		"AWS_ACCESS_KEY_ID=" + os.Getenv("AWS_ACCESS_KEY_ID"), // by which DynamoDB Local tells tables apart
	}
	for name, value := range at(of(s.r.app, "AWS::Lambda::Function")[function+"Function"], "Environment", "Variables").(object) {
		variables = append(variables, name+"="+s.r.text(s.r.app, value))
	}
	p := cloudtest.StartProcess(s.t, filepath.Join(s.binaries, binary), os.Getenv("AWS_ENDPOINT_URL"), variables...)
	s.t.Cleanup(p.Stop)
	s.processes[function] = p
}

// now is the time for functions with the clock of ahead.
func (s *lambdaService) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// jump sets the clock forward.
func (s *lambdaService) jump(by time.Duration) {
	s.t.Helper()
	ahead := s.ahead.Add(int64(max(by, 0)))
	check(s.t, os.WriteFile(s.aheadFile, []byte(strconv.FormatInt(ahead, 10)), 0o600))
}

// send takes a message into the queue; SQS keeps the header beside it, as AWSTraceHeader.
func (s *lambdaService) send(m sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := m.at
	if due.IsZero() {
		due = s.now().Add(m.delay)
	}
	s.queue = append(s.queue, &queued{sent: m, due: due})
}

// invoke invokes a function with a header of the trace in which its own count is one more.
func (s *lambdaService) invoke(function, trace string, event any) object {
	s.t.Helper()
	payload, err := json.Marshal(event)
	check(s.t, err)
	p := s.processes[function]
	p.Ready()
	given, _ := p.Invoke(cloudtest.Invocation{Event: payload, Trace: trace})
	var answer object
	check(s.t, json.Unmarshal(given.Body, &answer))
	if given.Kind != "response" {
		s.t.Fatalf("%s: %s", function, given.Body)
	}
	return answer
}

// deliverUntil delivers all that is due before a time, and lets that come.
func (s *lambdaService) deliverUntil(end time.Time) {
	s.t.Helper()
	for {
		m := s.next(end)
		if m == nil {
			break
		}
		s.jump(m.due.Sub(s.now()))
		s.deliver(m)
	}
	s.jump(end.Sub(s.now()))
}

// next takes the message that is due first out of the queue, if it is due before a time.
func (s *lambdaService) next(end time.Time) *queued {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil
	}
	first := slices.MinFunc(s.queue, func(a, b *queued) int { return a.due.Compare(b.due) })
	if !first.due.Before(end) {
		return nil
	}
	s.queue = slices.DeleteFunc(s.queue, func(m *queued) bool { return m == first })
	return first
}

// deliver hands a message to timer. One that is not handled is visible again later.
func (s *lambdaService) deliver(m *queued) {
	s.t.Helper()
	header, links := countLink(m.trace, "timer")
	handled := false
	if links > mostLinks && !s.mayLoop["timer"] {
		s.dropped++ // RecursiveInvocationsDropped
	} else {
		s.invoked, s.longest = s.invoked+1, max(s.longest, links)
		answer := s.invoke("timer", header, events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: m.body}}})
		handled = len(answer["batchItemFailures"].([]any)) == 0
	}
	if handled {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.received++; m.received >= s.mostTimes {
		s.dead = append(s.dead, m)
		return
	}
	m.due = s.now().Add(s.visible)
	s.queue = append(s.queue, m)
}

// countLink counts one more invocation of a function in the header of a trace, and gives its
// number in the chain. Whoever sends no header begins one.
func countLink(trace, function string) (header string, links int) {
	// The SDK escapes what may not be in a header's value by its rules.
	trace, err := url.PathUnescape(cmp.Or(trace, "Root=1-6745e1a3-5f3c2a1b4d5e6f7a8b9c0d1e;Parent=53995c3f42cd8ad8;Sampled=0"))
	if err != nil {
		return "", 0
	}
	fields, lineage, _ := strings.Cut(trace, ";Lineage=")
	var counts []string
	links = 1
	for entry := range strings.SplitSeq(lineage, "|") {
		hash, count, _ := strings.Cut(entry, ":")
		if n, err := strconv.Atoi(count); hash == hashes[function] && err == nil {
			links = n + 1
		} else if entry != "" {
			counts = append(counts, entry)
		}
	}
	counts = append(counts, fmt.Sprintf("%s:%d", hashes[function], links))
	return fields + ";Lineage=" + strings.Join(counts, "|"), links
}

// hashes stand for functions in headers.
var hashes = map[string]string{"escalate": "a87bd80c", "timer": "68fd508a"}

// buildFor builds functions for this machine.
func buildFor(t *testing.T, packages ...string) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("functions run on Linux")
	}
	return cloudtest.Build(t, runtime.GOARCH, packages...)
}
