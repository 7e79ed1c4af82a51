package shifts_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/desk"
)

// stepAnswer is what Step Functions answers to one operation.
type stepAnswer struct {
	status int
	body   string
}

// stepError is an answer with one of the errors of the operation's documentation.
func stepError(name string) stepAnswer {
	return stepAnswer{http.StatusBadRequest, `{"__type":"` + name + `","message":"refused"}`}
}

// described is what DescribeExecution says of an execution in the given status.
func described(status string) stepAnswer {
	return stepAnswer{http.StatusOK, `{"executionArn":"arn:x","startDate":1764147600.5,"status":"` + status + `"}`}
}

var (
	taken   = stepError("ExecutionAlreadyExists")
	started = stepAnswer{http.StatusOK, `{"executionArn":"arn:x","startDate":1764147600.5}`}
)

// answeredShifts talks to a server that answers each operation as said, and notes what
// it was sent.
func answeredShifts(t *testing.T, answers map[string]stepAnswer) (*shifts.Shifts, map[string]map[string]string) {
	t.Helper()
	sent := map[string]map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
		var in map[string]string
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		sent[operation] = in
		answer, expected := answers[operation]
		if !expected {
			t.Errorf("unexpected %s", operation)
			answer = stepError("UnknownOperationException")
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(answer.status)
		io.WriteString(w, answer.body)
	}))
	t.Cleanup(server.Close)
	return &shifts.Shifts{
		SFN: sfn.New(sfn.Options{
			Region: "eu-central-1", BaseEndpoint: &server.URL, Retryer: aws.NopRetryer{},
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}),
		Machine: "arn:aws:states:eu-central-1:000000000000:stateMachine:shift",
	}, sent
}

var secondShift = desk.ShiftExecution{AccountID: "acc_aaaaaaaaaaaa", MemberID: "mem_cccccccccccc", Version: 2, Generation: 1}

// TestShiftsStart says what becomes of what Step Functions documents to answer.
func TestShiftsStart(t *testing.T) {
	throttled := stepError("ThrottlingException")
	for _, c := range []struct {
		name            string
		start, describe stepAnswer
		want            string // what the error ends with, empty for none
		ended           bool
	}{
		{name: "new", start: started},
		{name: "runs already", start: taken, describe: described("RUNNING")},
		{name: "succeeded", start: taken, describe: described("SUCCEEDED"), want: "SUCCEEDED: " + desk.ErrShiftEnded.Error(), ended: true},
		{name: "failed", start: taken, describe: described("FAILED"), want: "FAILED: " + desk.ErrShiftEnded.Error(), ended: true},
		{name: "stopped", start: taken, describe: described("ABORTED"), want: "ABORTED: " + desk.ErrShiftEnded.Error(), ended: true},
		{name: "ran for a year", start: taken, describe: described("TIMED_OUT"), want: "TIMED_OUT: " + desk.ErrShiftEnded.Error(), ended: true},
		{name: "not to be seen yet", start: taken, describe: stepError("ExecutionDoesNotExist"), want: "ExecutionDoesNotExist: refused"},
		{name: "throttled", start: throttled, want: "ThrottlingException: refused"},
		{name: "throttled then", start: taken, describe: throttled, want: "ThrottlingException: refused"},
		{name: "too many", start: stepError("ExecutionLimitExceeded"), want: "ExecutionLimitExceeded: refused"},
		{name: "no machine", start: stepError("StateMachineDoesNotExist"), want: "StateMachineDoesNotExist: refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answers := map[string]stepAnswer{"StartExecution": c.start}
			if c.describe.status != 0 {
				answers["DescribeExecution"] = c.describe
			}
			shifts, _ := answeredShifts(t, answers)
			err := shifts.Start(t.Context(), secondShift)
			if got := errors.Is(err, desk.ErrShiftEnded); got != c.ended {
				t.Errorf("error %v, has ended: %t, want %t", err, got, c.ended)
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestShiftsSend holds what Step Functions is sent: the name and the input decide what
// is taken for the same execution.
func TestShiftsSend(t *testing.T) {
	shifts, sent := answeredShifts(t, map[string]stepAnswer{"StartExecution": taken, "DescribeExecution": described("RUNNING")})
	if err := shifts.Start(t.Context(), secondShift); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		"StartExecution": {
			"stateMachineArn": "arn:aws:states:eu-central-1:000000000000:stateMachine:shift",
			"name":            "mem_cccccccccccc-2-1",
			"input":           `{"accountId":"acc_aaaaaaaaaaaa","memberId":"mem_cccccccccccc","version":2,"generation":1}`,
		},
		"DescribeExecution": {
			"executionArn": "arn:aws:states:eu-central-1:000000000000:execution:shift:mem_cccccccccccc-2-1",
		},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}
