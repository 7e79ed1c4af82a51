package cloud_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/table"
)

// A fate is what becomes of one attempt on its way to DynamoDB Local and back.
type fate func(*http.Request) (*http.Response, error)

// line is the connection to DynamoDB Local: every attempt meets the next of its fates,
// and passes when there are none left.
type line struct {
	mu       sync.Mutex
	fates    []fate
	attempts int
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	next := pass
	if len(l.fates) > 0 {
		next, l.fates = l.fates[0], l.fates[1:]
	}
	l.attempts++
	l.mu.Unlock()
	return next(r)
}

// meet sets the fates of the attempts to come.
func (l *line) meet(fates ...fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fates, l.attempts = fates, 0
}

func pass(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }

func lostRequest(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "write", Err: syscall.ECONNRESET}
}

func lostAnswer(r *http.Request) (*http.Response, error) {
	response, err := pass(r)
	if err != nil {
		return nil, err
	}
	return nil, errors.Join(&net.OpError{Op: "read", Err: syscall.ECONNRESET}, response.Body.Close())
}

func noConnection(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
}

// answer refuses with an error of this name; more is added to its body.
func answer(status int, name, more string) fate {
	return func(r *http.Request) (*http.Response, error) {
		body := `{"__type":"com.amazonaws.dynamodb.v20120810#` + name + `","message":"as the test wishes"` + more + `}`
		return &http.Response{
			StatusCode: status,
			Header:     http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body:       io.NopCloser(strings.NewReader(body)),
			Request:    r,
		}, nil
	}
}

// brokenAfter carries the request out and answers 500 all the same.
func brokenAfter(r *http.Request) (*http.Response, error) {
	response, err := pass(r)
	if err != nil {
		return nil, err
	}
	response.Body.Close()
	return answer(http.StatusInternalServerError, "InternalServerError", "")(r)
}

func cancelled(reasons ...string) fate {
	var list []string
	for _, r := range reasons {
		list = append(list, `{"Code":"`+r+`"}`)
	}
	return answer(400, "TransactionCanceledException", `,"CancellationReasons":[`+strings.Join(list, ",")+`]`)
}

var (
	throttled  = answer(400, "ThrottlingException", "")
	exceeded   = answer(400, "ProvisionedThroughputExceededException", "")
	broken     = answer(http.StatusInternalServerError, "InternalServerError", "")
	conflict   = answer(400, "TransactionConflictException", "")
	inProgress = answer(400, "TransactionInProgressException", "")
	invalid    = answer(400, "ValidationException", "")
	forbidden  = answer(400, "AccessDeniedException", "")
)

// lineTable returns a table behind a line; attempts follow each other at once.
func lineTable(t *testing.T, wait time.Duration) (*cloud.Table, *line) {
	l := &line{}
	client := cloudtest.Start(t, func(o *dynamodb.Options) {
		o.HTTPClient = &http.Client{Transport: l}
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 3
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return wait, nil })
		})
	})
	return cloud.NewTable(client, cloudtest.CreateTable(t, client), nil), l
}

func lineItem(sort, body string) table.Item {
	return table.Item{Key: table.Key{Partition: "p", Sort: sort}, Body: []byte(body)}
}

// TestWriteErrors puts an item of version 1 and tries to change it over a bad line.
func TestWriteErrors(t *testing.T) {
	db, l := lineTable(t, 0)
	a := lineItem("a", "new")
	conditional := []table.Op{table.Put(a, table.AtVersion(1))}
	always := []table.Op{table.Put(a, table.Condition{})}
	remove := []table.Op{table.Delete(a.Key, table.AtVersion(1))}
	two := []table.Op{table.Put(a, table.AtVersion(1)), table.Check(lineItem("b", "").Key, table.Absent)}

	tests := []struct {
		name     string
		ops      []table.Op
		fates    []fate
		want     error
		attempts int
		written  bool
	}{
		{"put", conditional, nil, nil, 1, true},
		{"put, answer lost", conditional, []fate{lostAnswer}, table.ErrOutcomeUnknown, 1, true},
		{"put, request lost", conditional, []fate{lostRequest}, table.ErrOutcomeUnknown, 1, false},
		{"put, 500 and written", conditional, []fate{brokenAfter}, table.ErrOutcomeUnknown, 1, true},
		{"put, 500", conditional, []fate{broken}, table.ErrOutcomeUnknown, 1, false},
		{"put, throttled once", conditional, []fate{throttled}, nil, 2, true},
		{"put, throttled", conditional, []fate{throttled, exceeded, throttled}, table.ErrUnavailable, 3, false},
		{"put, no connection", conditional, []fate{noConnection, noConnection, noConnection}, table.ErrUnavailable, 3, false},
		{"put, no connection, answer lost", conditional, []fate{noConnection, lostAnswer}, table.ErrOutcomeUnknown, 2, true},
		{"put, conflict", conditional, []fate{conflict}, table.ErrConflict, 1, false},
		{"put, invalid", conditional, []fate{invalid}, table.ErrLimit, 1, false},
		{"put, forbidden", conditional, []fate{forbidden}, table.ErrUnavailable, 1, false},
		{"delete, answer lost", remove, []fate{lostAnswer}, table.ErrOutcomeUnknown, 1, true},
		{"delete, throttled once", remove, []fate{throttled}, nil, 2, true},

		{"put without condition, answer lost once", always, []fate{lostAnswer}, nil, 2, true},
		{"put without condition, answer lost, throttled", always, []fate{lostAnswer, throttled, throttled}, table.ErrOutcomeUnknown, 3, true},
		{"put without condition, request lost, conflict", always, []fate{lostRequest, conflict}, table.ErrOutcomeUnknown, 2, false},

		{"two", two, nil, nil, 1, true},
		{"two, answer lost once", two, []fate{lostAnswer}, nil, 2, true},
		{"two, 500 and written, then 500", two, []fate{brokenAfter, broken}, nil, 3, true},
		{"two, answer lost", two, []fate{lostAnswer, lostAnswer, lostAnswer}, table.ErrOutcomeUnknown, 3, true},
		{"two, answer lost, no connection", two, []fate{lostAnswer, noConnection, noConnection}, table.ErrOutcomeUnknown, 3, true},
		{"two, request lost, conflict", two, []fate{lostRequest, cancelled("TransactionConflict", "None")}, table.ErrOutcomeUnknown, 2, false},
		{"two, in progress", two, []fate{inProgress, inProgress, inProgress}, table.ErrOutcomeUnknown, 3, false},
		{"two, conflict", two, []fate{cancelled("None", "TransactionConflict")}, table.ErrConflict, 1, false},
		{"two, throttled inside", two, []fate{cancelled("ThrottlingError", "None")}, table.ErrUnavailable, 1, false},
		{"two, exceeded inside", two, []fate{cancelled("None", "ProvisionedThroughputExceeded")}, table.ErrUnavailable, 1, false},
		{"two, invalid inside", two, []fate{cancelled("ValidationError", "None")}, table.ErrLimit, 1, false},
		{"two, throttled once", two, []fate{throttled}, nil, 2, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l.meet()
			if err := db.Write(t.Context(), table.Put(lineItem("a", "old"), table.Condition{})); err != nil {
				t.Fatal(err)
			}
			l.meet(test.fates...)
			err := db.Write(t.Context(), test.ops...)
			attempts := l.attempts
			if !errors.Is(err, test.want) || kinds(err) > 1 {
				t.Errorf("Write: %v, want %v", err, test.want)
			}
			if attempts != test.attempts {
				t.Errorf("%d attempts, want %d", attempts, test.attempts)
			}
			l.meet()
			it, _, err := db.Get(t.Context(), a.Key)
			if err != nil {
				t.Fatal(err)
			}
			if written := string(it.Body) != "old"; written != test.written {
				t.Errorf("written %v, want %v", written, test.written)
			}
		})
	}
}

// kinds counts as how many kinds of answers err may be taken.
func kinds(err error) int {
	n := 0
	for _, kind := range []error{table.ErrConflict, table.ErrLimit, table.ErrOutcomeUnknown, table.ErrUnavailable} {
		if errors.Is(err, kind) {
			n++
		}
	}
	if errors.As(err, new(*table.ConditionError)) {
		n++
	}
	return n
}

func TestConditionsBeforeConflicts(t *testing.T) {
	db, l := lineTable(t, 0)
	l.meet(cancelled("TransactionConflict", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"))
	var ops []table.Op
	for _, sort := range []string{"a", "b", "c", "d"} {
		ops = append(ops, table.Put(lineItem(sort, ""), table.Absent))
	}
	err := db.Write(t.Context(), ops...)
	if failed := new(table.ConditionError); !errors.As(err, &failed) || !slices.Equal(failed.Failed, []int{1, 3}) {
		t.Errorf("Write: %v, want a ConditionError of 1 and 3", err)
	}
}

// TestReadErrors: nothing about a read is in doubt, and the SDK may repeat it. All cases
// read one table that nobody writes to.
func TestReadErrors(t *testing.T) {
	db, l := lineTable(t, 0)
	key := lineItem("a", "").Key
	reads := []struct {
		name string
		read func() error
	}{
		{"Get", func() error { _, _, err := db.Get(t.Context(), key); return err }},
		{"Query", func() error { _, err := db.Query(t.Context(), table.Range{Partition: "p"}); return err }},
		{"lone Check", func() error { return db.Write(t.Context(), table.Check(key, table.Absent)) }},
	}
	for _, c := range []struct {
		name  string
		fates []fate
	}{
		{"broken", []fate{broken, broken, broken}},
		{"lost", []fate{lostAnswer, lostRequest, throttled}},
		{"no connection", []fate{noConnection, noConnection, noConnection}},
		{"forbidden", []fate{forbidden}},
	} {
		for _, r := range reads {
			t.Run(r.name+" "+c.name, func(t *testing.T) {
				l.meet(c.fates...)
				if err := r.read(); !errors.Is(err, table.ErrUnavailable) || kinds(err) != 1 {
					t.Errorf("%v, want ErrUnavailable", err)
				}
				l.meet(c.fates[:len(c.fates)-1]...)
				if err := r.read(); err != nil {
					t.Errorf("with a last attempt that passes: %v", err)
				}
			})
		}
	}
}

// TestIncrementErrors: a number may be left out, never given twice.
func TestIncrementErrors(t *testing.T) {
	db, l := lineTable(t, 0)
	counter := lineItem("c", "").Key
	tests := []struct {
		name  string
		fates []fate
		err   error
		n     int64
	}{
		{"first", nil, nil, 1},
		{"answer lost once", []fate{lostAnswer}, nil, 3},
		{"answer lost", []fate{lostAnswer, lostAnswer, lostAnswer}, table.ErrOutcomeUnknown, 0},
		{"conflict", []fate{conflict}, table.ErrConflict, 0},
		{"throttled", []fate{throttled, throttled, throttled}, table.ErrUnavailable, 0},
		{"throttled once", []fate{throttled}, nil, 7},
	}
	for _, test := range tests {
		l.meet(test.fates...)
		n, _, err := db.Increment(t.Context(), counter, time.Now())
		if n != test.n || !errors.Is(err, test.err) || err != nil && kinds(err) != 1 {
			t.Errorf("%s: Increment = %d, %v, want %d, %v", test.name, n, err, test.n, test.err)
		}
	}
}

// TestContextEnds cancels during an attempt, and during the wait after a refused one.
func TestContextEnds(t *testing.T) {
	db, l := lineTable(t, time.Hour)
	tests := []struct {
		name  string
		fate  fate
		want  error
		found bool
	}{
		{"after it was carried out", lostAnswer, table.ErrOutcomeUnknown, true},
		{"before it was carried out", lostRequest, table.ErrOutcomeUnknown, false},
		{"after it was throttled", throttled, table.ErrUnavailable, false},
	}
	for i, test := range tests {
		for _, more := range [][]table.Op{nil, {table.Check(lineItem("z", "").Key, table.Absent)}} {
			ctx, cancel := context.WithCancel(t.Context())
			it := lineItem(test.name+strings.Repeat("+", i+len(more)), "x")
			l.meet(func(r *http.Request) (*http.Response, error) {
				defer cancel()
				return test.fate(r)
			})
			err := db.Write(ctx, append([]table.Op{table.Put(it, table.Absent)}, more...)...)
			if !errors.Is(err, test.want) || !errors.Is(err, context.Canceled) || kinds(err) != 1 {
				t.Errorf("%s, %d more: %v, want %v and context.Canceled", test.name, len(more), err, test.want)
			}
			if _, found, err := db.Get(t.Context(), it.Key); err != nil || found != test.found {
				t.Errorf("%s, %d more: found %v, %v, want %v", test.name, len(more), found, err, test.found)
			}
		}
	}
}

// TestErrorsHoldNoKeys: they end in logs, and keys are made of phone numbers and e-mails.
func TestErrorsHoldNoKeys(t *testing.T) {
	const body = `{"Item":{"pk":{"S":"secret"},"sk":{"S":"secret"},"v":{"N":"1"},"b":{"N":"7"}}}`
	l := &line{}
	l.meet(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK,
			Header:     http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body:       io.NopCloser(strings.NewReader(body)),
			Request:    r,
		}, nil
	})
	client := dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: &http.Client{Transport: l},
	})
	_, _, err := cloud.NewTable(client, "table", nil).Get(t.Context(), table.Key{Partition: "secret", Sort: "secret"})
	if err == nil || !strings.Contains(err.Error(), "body") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want it to be about the body, without the key", err)
	}
}
