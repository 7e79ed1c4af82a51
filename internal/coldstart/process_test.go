package coldstart

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// stub answers every call to AWS at once and counts them. There is nothing in its answers, but
// what lies on the shelf, and the two secrets without which nobody signs in.
type stub struct {
	calls atomic.Int64
	table shelf
	slow  bool // as the cloud is
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	request, _ := io.ReadAll(r.Body) // of a caller that is gone nobody reads the answer
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	answer := "{}"
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if s.slow {
		time.Sleep(latency(service, operation))
	}
	switch {
	case service == "": // SNS speaks XML
		answer = `<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>`
	case service == "DynamoDB_20120810":
		answer = s.table.answer(operation, request)
	case operation == "DescribeUserPoolClient":
		answer = `{"UserPoolClient": {"ClientSecret": "the client's"}}`
	case operation == "GetSecretValue":
		answer = `{"SecretString": "` + strings.Repeat("the deployment's ", 3) + `"}`
	}
	_, _ = io.WriteString(w, answer)
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+([0-9]+) kB$`)

// peak is the most memory in bytes that the process has had so far.
func peak(t *testing.T, p *cloudtest.Process) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
	must(t, err)
	found := peakLine.FindSubmatch(status)
	if found == nil {
		t.Fatalf("no peak of memory in %s", status)
	}
	kB, err := strconv.Atoi(string(found[1]))
	must(t, err)
	return kB << 10
}

// spent is for how long a processor has worked for the process so far, which says more than the
// clock where others keep it busy, and where a function has a part of it.
// https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
func spent(t *testing.T, p *cloudtest.Process) (all time.Duration) {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.PID))
	must(t, err)
	for _, thread := range threads {
		var ns time.Duration
		stat, err := os.ReadFile(thread)
		must(t, err)
		_, err = fmt.Sscan(string(stat), &ns)
		must(t, err)
		all += ns
	}
	return all
}

// run is what one process of a function did.
type run struct {
	init, first, warm time.Duration
	starts, processor time.Duration // of a processor, until it asks for an event and until it has answered the first
	peak              int
	answers           [2]cloudtest.Answer
	calls             int64 // to AWS
}

// start starts a process of a scene's function, whose binary is in the folder, and its AWS, which may be
// as slow as the cloud.
func start(t *testing.T, folder string, of scene, slow bool) (_ *cloudtest.Process, _ *stub, stop func()) {
	t.Helper()
	s := &stub{table: of.table, slow: slow}
	aws := httptest.NewServer(s)
	p := cloudtest.StartProcess(t, filepath.Join(folder, of.function), aws.URL, of.variables...)
	return p, s, func() {
		p.Stop()
		aws.Close()
	}
}

// play runs a process of a function, whose binary is in the folder, until it has answered its
// event twice.
func play(t *testing.T, folder string, of scene) run {
	t.Helper()
	p, s, stop := start(t, folder, of, false)
	defer stop()
	var r run
	r.init = p.Ready().Sub(p.Began)
	r.starts = spent(t, p)
	r.answers[0], r.first = p.Invoke(cloudtest.Invocation{Event: of.event})
	p.Ready()
	r.processor = spent(t, p)
	r.answers[1], r.warm = p.Invoke(cloudtest.Invocation{Event: of.event})
	r.peak, r.calls = peak(t, p), s.calls.Load()
	return r
}
