package coldstart

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// patience is what a process may take for all it does, however busy the machine is.
const patience = time.Minute

// runtimeAPI is the side of Lambda that a function's process talks to.
type runtimeAPI struct {
	asked   chan time.Time // when the process asked for an event
	events  chan []byte
	answers chan answer
}

// answer is what a function made of an event.
type answer struct {
	at   time.Time
	kind string // the last part of the path: response or error
	body []byte
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	if r.URL.Path != "/2018-06-01/runtime/invocation/next" {
		if body, err := io.ReadAll(r.Body); err == nil {
			a.answers <- answer{arrived, path.Base(r.URL.Path), body}
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	a.asked <- arrived
	select {
	case event := <-a.events:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "invocation-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		_, _ = w.Write(event)
	case <-r.Context().Done():
	}
}

// stub answers every call to AWS at once, with nothing in it, and counts them.
type stub struct{ calls atomic.Int64 }

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, "{}")
}

// environment is all that a function is told. Nothing of this process's own is handed
// down, and no settings of the user's are read, since those may say where else AWS is.
func environment(runtime, aws string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtime, "http://"),
		"AWS_ENDPOINT_URL=" + aws, "AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_SESSION_TOKEN=x",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"STAGE=dev", "EVENT_TOPIC_ARN=arn:aws:sns:eu-central-1:123456789012:events", "TABLE_NAME=table", "USER_POOL_ID=eu-central-1_pool", "USER_POOL_CLIENT_ID=client",
		"TIMER_QUEUE_URL=" + aws + "/timers", "TIMER_QUEUE_ARN=arn:aws:sqs:eu-central-1:123456789012:timers",
		"SCHEDULER_GROUP=connectnow", "SCHEDULER_ROLE_ARN=arn:aws:iam::123456789012:role/schedules",
		"SHIFT_MACHINE_ARN=arn:aws:states:eu-central-1:123456789012:stateMachine:shift",
		"PLATFORM_APPS=fcm=arn:aws:sns:eu-central-1:123456789012:app/GCM/x",
	}
}

// process is one of a function, from its start on.
type process struct {
	t     *testing.T
	api   *runtimeAPI
	began time.Time
	pid   int
	said  bytes.Buffer // complete when it has ended
	ended chan struct{}
	stop  func()
}

// startProcess starts a function's binary. Its AWS is at the URL aws.
func startProcess(t *testing.T, binary, aws string) *process {
	t.Helper()
	p := &process{t: t, ended: make(chan struct{})}
	p.api = &runtimeAPI{make(chan time.Time, 1), make(chan []byte, 1), make(chan answer, 1)}
	runtime := httptest.NewServer(p.api)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	command := exec.CommandContext(ctx, binary)
	command.Env, command.Dir = environment(runtime.URL, aws), t.TempDir()
	command.Stdout, command.Stderr = &p.said, &p.said
	p.began = time.Now()
	must(t, command.Start())
	p.pid = command.Process.Pid
	go func() {
		_ = command.Wait() // it is killed
		close(p.ended)
	}()
	p.stop = func() {
		cancel()
		<-p.ended
		runtime.Close()
	}
	return p
}

// wait takes what the process sends next. One that ends has failed.
func wait[T any](p *process, sent <-chan T) T {
	p.t.Helper()
	select {
	case v := <-sent:
		return v
	case <-p.ended:
		p.t.Fatalf("the function ended: %s", &p.said)
		panic("unreachable")
	}
}

// invoke hands out an event to the process, which has asked for it, and tells how long it
// took to answer.
func (p *process) invoke(event []byte) (answer, time.Duration) {
	p.t.Helper()
	handed := time.Now()
	p.api.events <- event
	a := wait(p, p.api.answers)
	return a, a.at.Sub(handed)
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+([0-9]+) kB$`)

// peak is the most memory in bytes that the process has had so far.
func (p *process) peak() int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	must(p.t, err)
	found := peakLine.FindSubmatch(status)
	if found == nil {
		p.t.Fatalf("no peak of memory in %s", status)
	}
	kB, err := strconv.Atoi(string(found[1]))
	must(p.t, err)
	return kB << 10
}

// run is what one process of a function did.
type run struct {
	init, first, warm time.Duration
	peak              int
	answers           [2]answer
	calls             int64 // to AWS
}

// play runs a process of a function until it has answered the event twice.
func play(t *testing.T, binary string, event []byte) run {
	t.Helper()
	var nothing stub
	aws := httptest.NewServer(&nothing)
	defer aws.Close()
	p := startProcess(t, binary, aws.URL)
	defer p.stop()
	var r run
	r.init = wait(p, p.api.asked).Sub(p.began)
	r.answers[0], r.first = p.invoke(event)
	wait(p, p.api.asked)
	r.answers[1], r.warm = p.invoke(event)
	r.peak, r.calls = p.peak(), nothing.calls.Load()
	return r
}
