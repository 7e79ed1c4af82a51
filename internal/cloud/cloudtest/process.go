package cloudtest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is what a process may take for all it does, however busy the machine is.
const patience = 5 * time.Minute

// runtimeAPI is the side of Lambda that a function's process talks to.
type runtimeAPI struct {
	asked   chan time.Time // when the process asked for an event
	events  chan Invocation
	answers chan Answer
}

// Invocation is what Lambda hands to a function.
type Invocation struct {
	Event []byte
	// Trace is the header of the trace, which Lambda makes up for every invocation; a function
	// is handed none where it is empty.
	Trace string
	// ClientContext is what the caller says beside the event, as JSON; empty for nothing.
	ClientContext string
}

// Answer is what a function made of an event.
type Answer struct {
	At   time.Time
	Kind string // the last part of the path: response or error
	Body []byte
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	if r.URL.Path != "/2018-06-01/runtime/invocation/next" {
		if body, err := io.ReadAll(r.Body); err == nil {
			a.answers <- Answer{arrived, path.Base(r.URL.Path), body}
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	a.asked <- arrived
	select {
	case event := <-a.events:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "invocation-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		if event.Trace != "" {
			w.Header().Set("Lambda-Runtime-Trace-Id", event.Trace)
		}
		if event.ClientContext != "" {
			w.Header().Set("Lambda-Runtime-Client-Context", event.ClientContext)
		}
		_, _ = w.Write(event.Event)
	case <-r.Context().Done():
	}
}

// environment is all that a function is told. Nothing of this process's own is handed
// down, and no settings of the user's are read, since those may say where else AWS is.
func environment(runtime, aws string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtime, "http://"),
		"AWS_ENDPOINT_URL=" + aws, "AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_SESSION_TOKEN=x",
		"GOMAXPROCS=1", // as infra has it
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"STAGE=dev", "SECRET_ARN=arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys",
		"EVENT_TOPIC_ARN=arn:aws:sns:eu-central-1:123456789012:events", "TABLE_NAME=table", "USER_POOL_ID=eu-central-1_pool", "MEMBERS_CLIENT_ID=sandbox-members-2", "USER_POOL_CLIENT_ID=client",
		"MAIL_FROM=desk@example.com", "MAIL_QUEUE_URL=" + aws + "/mail",
		"TIMER_QUEUE_URL=" + aws + "/timers", "TIMER_QUEUE_ARN=arn:aws:sqs:eu-central-1:123456789012:timers", "TIMER_DEAD_ARN=arn:aws:sqs:eu-central-1:123456789012:timers-dead",
		"SCHEDULER_GROUP=connectnow", "SCHEDULER_ROLE_ARN=arn:aws:iam::123456789012:role/schedules",
		"SHIFT_MACHINE_ARN=arn:aws:states:eu-central-1:123456789012:stateMachine:shift",
		"PLATFORM_APPS=fcm=arn:aws:sns:eu-central-1:123456789012:app/GCM/x",
	}
}

// Process is one of a function, from its start on. It ends with the test at the latest.
type Process struct {
	Began time.Time
	PID   int

	t     *testing.T
	api   *runtimeAPI
	said  string // the file that it writes to
	ended chan struct{}
	stop  func()
}

// StartProcess starts a function's binary. Its AWS is at the URL aws. Variables, such as
// "STAGE=prod", take the place of those that functions have in tests.
func StartProcess(t *testing.T, binary, aws string, variables ...string) *Process {
	t.Helper()
	p := &Process{t: t, ended: make(chan struct{})}
	p.api = &runtimeAPI{make(chan time.Time, 1), make(chan Invocation, 1), make(chan Answer, 1)}
	runtime := httptest.NewServer(p.api)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	command := exec.CommandContext(ctx, binary)
	command.Env, command.Dir = append(environment(runtime.URL, aws), variables...), t.TempDir()
	// It writes to a file itself, so that what it said is there when it has answered.
	p.said = filepath.Join(t.TempDir(), "said")
	said, err := os.Create(p.said)
	must(t, err)
	command.Stdout, command.Stderr = said, said
	p.Began = time.Now()
	must(t, command.Start())
	must(t, said.Close())
	p.PID = command.Process.Pid
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

// Said is all that the process has written so far: its log, and its metrics.
func (p *Process) Said() []byte {
	p.t.Helper()
	text, err := os.ReadFile(p.said)
	must(p.t, err)
	return text
}

// Stop kills the process.
func (p *Process) Stop() { p.stop() }

// wait takes what the process sends next. One that ends has failed.
func wait[T any](p *Process, sent <-chan T) T {
	p.t.Helper()
	select {
	case v := <-sent:
		return v
	case <-p.ended:
		p.t.Fatalf("the function ended: %s", p.Said())
		panic("unreachable")
	}
}

// Ready waits until the process asks for its next event, and tells when it did.
func (p *Process) Ready() time.Time {
	p.t.Helper()
	return wait(p, p.api.asked)
}

// Invoke hands out an invocation to the process, which has asked for it, and tells how long it
// took to answer.
func (p *Process) Invoke(i Invocation) (Answer, time.Duration) {
	p.t.Helper()
	handed := time.Now()
	p.api.events <- i
	a := wait(p, p.api.answers)
	return a, a.At.Sub(handed)
}

// Survives hands out an invocation, and reports whether the process answers it, or ends.
func (p *Process) Survives(i Invocation) (Answer, bool) {
	p.t.Helper()
	p.api.events <- i
	select {
	case a := <-p.api.answers:
		return a, true
	case <-p.ended:
		return Answer{}, false
	}
}
