package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/programs"
)

// stepFunctions returns a client of a Step Functions that runs beside the test process,
// and the ARN of the machine in machine.asl.json there. Its Task posts {"input": …} to
// tick, whose answer is the result, or, with the header X-Amz-Function-Error, an error
// like that of a Lambda function. Waits and retries take no time, so that the test's
// clock is in tick, which may take as long as the Task's TimeoutSeconds.
func stepFunctions(t *testing.T, tick http.Handler) (client *sfn.Client, machine string) {
	t.Helper()
	folder := stepFunctionsFolder(t)
	handler := httptest.NewServer(tick)
	t.Cleanup(handler.Close)
	definition, err := filepath.Abs("machine.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command("node", filepath.Join(folder, "start.mjs"), definition, handler.URL)
	run.Stderr = t.Output()
	in, err := run.StdinPipe() // it ends when this does, however the test process ends
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // before the handler closes, which waits for its requests
		if err := errors.Join(in.Close(), run.Wait()); err != nil {
			t.Errorf("Step Functions: %v", err)
		}
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("Step Functions said nothing: %v", err)
	}
	return sfn.New(sfn.Options{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String(strings.TrimSpace(url)),
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	}), "arn:aws:states:eu-central-1:000000000000:stateMachine:shift"
}

// stepFunctionsFolder is where the programs for state machines are.
func stepFunctionsFolder(t *testing.T) string {
	t.Helper()
	return programs.Need(t, "Step Functions", func() (string, error) { return programs.FromNPM("functions/shift/testdata/stepfunctions") })
}

// TestDefinition has the state machine's definition validated, and copies that are wrong
// on purpose, since a check that finds nothing may be none.
func TestDefinition(t *testing.T) {
	folder := stepFunctionsFolder(t)
	definition, err := os.ReadFile("machine.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, from, to, wrong string }{
		{name: "as it is"},
		{"no such state", `"Next": "Over"`, `"Next": "Nowhere"`, "MISSING_TRANSITION_TARGET"},
		{"misspelt timeout", `"TimeoutSeconds"`, `"TimeOutSeconds"`, "SCHEMA_VALIDATION_FAILED"},
		{"no path", `"$.tick.wakeAt"`, `"tick wakeAt"`, "SCHEMA_VALIDATION_FAILED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "machine.asl.json")
			if !strings.Contains(string(definition), c.from) {
				t.Fatalf("the definition is without %s", c.from)
			}
			changed := strings.ReplaceAll(string(definition), c.from, c.to)
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			said, err := exec.Command("node", filepath.Join(folder, "validate.mjs"), file).CombinedOutput()
			if (err != nil) != (c.wrong != "") || !strings.Contains(string(said), c.wrong) {
				t.Errorf("%v, want it to say %q:\n%s", err, c.wrong, said)
			}
		})
	}
}

// ticks is the function behind the Task: it hands each tick to the test.
type ticks chan tick

// tick waits for the test to say how it is answered.
type tick struct {
	input  string
	answer chan<- answer
}

type answer struct {
	failed bool
	body   any
}

func (c ticks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var posted struct{ Input json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&posted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answered := make(chan answer, 1)
	select {
	case c <- tick{string(posted.Input), answered}:
	case <-r.Context().Done():
		return
	}
	select {
	case a := <-answered:
		if a.failed {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		json.NewEncoder(w).Encode(a.body)
	case <-r.Context().Done():
	}
}

// next is the tick of e that comes next, with e as its input.
func (c ticks) next(t *testing.T, e desk.ShiftExecution) tick {
	t.Helper()
	want, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	k := c.any(t)
	if k.input != string(want) {
		t.Errorf("a tick got %s, want %s", k.input, want)
	}
	return k
}

// any is the tick that comes next, whosever it is.
func (c ticks) any(t *testing.T) tick {
	t.Helper()
	select {
	case k := <-c:
		return k
	case <-time.After(20 * time.Second):
		t.Fatal("no tick came")
		return tick{}
	}
}

// wake answers as the function shift does.
func (k tick) wake(at time.Time) { k.answer <- answer{body: desk.ShiftTick{WakeAt: at}} }

// fail answers as a Lambda function does whose handler returned an error.
func (k tick) fail(errorType string) {
	k.answer <- answer{failed: true, body: map[string]string{"errorType": errorType, "errorMessage": "failed on purpose"}}
}

// shiftWorld is shifts.Shifts on the state machine, whose ticks go to the test.
type shiftWorld struct {
	*shifts.Shifts
	client *sfn.Client
	ticks  ticks
}

func newShiftWorld(t *testing.T) shiftWorld {
	t.Helper()
	ticks := make(ticks)
	client, machine := stepFunctions(t, ticks)
	return shiftWorld{&shifts.Shifts{SFN: client, Machine: machine}, client, ticks}
}

// must starts e, which is not to be refused.
func (w shiftWorld) must(t *testing.T, e desk.ShiftExecution) {
	t.Helper()
	if err := w.Start(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// running lists the ARNs of the executions that run.
func (w shiftWorld) running(t *testing.T) []string {
	t.Helper()
	out, err := w.client.ListExecutions(t.Context(), &sfn.ListExecutionsInput{
		StateMachineArn: &w.Machine, StatusFilter: types.ExecutionStatusRunning,
	})
	if err != nil {
		t.Fatal(err)
	}
	var arns []string
	for _, e := range out.Executions {
		arns = append(arns, *e.ExecutionArn)
	}
	return arns
}

// wantEnd asks until the execution has ended, since nothing tells when, and for the
// error of starting it again.
func (w shiftWorld) wantEnd(t *testing.T, e desk.ShiftExecution, want types.ExecutionStatus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	arn := "arn:aws:states:eu-central-1:000000000000:execution:shift:" + e.Name()
	status := types.ExecutionStatusRunning
	for status == types.ExecutionStatusRunning {
		out, err := w.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			t.Fatalf("%s runs on: %v", e.Name(), err)
		}
		status = out.Status
	}
	if status != want {
		t.Errorf("%s is %s, want %s", e.Name(), status, want)
	}
	if err := w.Start(t.Context(), e); !errors.Is(err, desk.ErrShiftEnded) {
		t.Errorf("starting it again: %v, want %v", err, desk.ErrShiftEnded)
	}
}

var (
	shift = desk.ShiftExecution{AccountID: "acc_aaaaaaaaaaaa", MemberID: "mem_cccccccccccc", Version: 2, Generation: 1}
	nine  = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
)

// TestShiftsOnStepFunctions is the life of an execution.
func TestShiftsOnStepFunctions(t *testing.T) {
	w := newShiftWorld(t)
	var starts sync.WaitGroup
	for range 4 {
		starts.Go(func() {
			if err := w.Start(t.Context(), shift); err != nil {
				t.Error(err)
			}
		})
	}
	starts.Wait()
	first := w.ticks.next(t, shift)
	w.must(t, shift)
	if got := w.running(t); len(got) != 1 {
		t.Errorf("%q run, want one execution however often it was started", got)
	}

	first.wake(nine)
	w.ticks.next(t, shift).wake(nine.Add(8 * time.Hour))
	for range 3 {
		w.ticks.next(t, shift).fail("Lambda.TooManyRequestsException")
	}
	w.ticks.next(t, shift).wake(nine.Add(24 * time.Hour))
	w.ticks.next(t, shift).fail(desk.ErrShiftOver.Name)
	w.wantEnd(t, shift, types.ExecutionStatusSucceeded)
}

// TestStoppedShift has an operator stop an execution in the midst of a tick, and the next
// generation take over.
func TestStoppedShift(t *testing.T) {
	w := newShiftWorld(t)
	w.must(t, shift)
	stopped := w.ticks.next(t, shift)
	_, err := w.client.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &w.running(t)[0]})
	if err != nil {
		t.Fatal(err)
	}
	w.wantEnd(t, shift, types.ExecutionStatusAborted)

	stopped.fail("Lambda.TooManyRequestsException") // which is retried otherwise
	next := shift
	next.Generation++
	w.must(t, next)
	for range 3 { // enough for another tick of the stopped one to come in between
		w.ticks.next(t, next).wake(nine)
	}
	w.ticks.next(t, next).fail(desk.ErrShiftOver.Name)
	w.wantEnd(t, next, types.ExecutionStatusSucceeded)
}

// TestFailedShift has an execution fail at once, as only one does whose answer names no
// time to wake at: ticks that fail are retried, fifty times.
func TestFailedShift(t *testing.T) {
	w := newShiftWorld(t)
	w.must(t, shift)
	w.ticks.next(t, shift).answer <- answer{body: map[string]string{"wakeAt": "at nine"}}
	w.wantEnd(t, shift, types.ExecutionStatusFailed)
}
