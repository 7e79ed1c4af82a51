// Package gateway is the edge towards Lambda: it makes of an event what the rest of the
// program understands, and of the answer what the caller of the function expects.
//
// There are six kinds of functions. Those behind API Gateway get HTTP API events of
// payload version 2.0 and serve a part of api's routes (HTTP), and one of them the pages
// (Pages); the platform invokes two directly (Escalate, Provision); the queues of timers and of mail deliver to one each (Timer,
// Mail), a topic to another (Refusals), and the state machine of working hours invokes one more
// (Shift). Each is a
// lambda.Handler made of a desk, so that a test can put a local desk behind the very
// handler that runs in the cloud.
package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/logs"
	"github.com/connectnow/backend/internal/stack"
)

// Opener makes the desk of a process; in the cloud it is cloud.Desk.
type Opener func(context.Context) (*desk.Desk, error)

// Maker makes a function's handler.
type Maker func(*desk.Desk) lambda.Handler

// Start opens the desk and serves invocations until the process ends. It is all that a
// function's main does. Lines of the log are JSON, from the level LOG_LEVEL on: debug,
// info, warn or error, and info without it.
func Start(open Opener, handler Maker) {
	collectLess()
	slog.SetDefault(logs.JSON(os.Stderr, level(os.Getenv("LOG_LEVEL"))))
	ctx := context.Background()
	d, err := open(ctx)
	if err != nil {
		slog.ErrorContext(ctx, "function not started: the desk cannot be opened", "error", err)
		os.Exit(1)
	}
	if d.Table != nil { // whoever has none knows no shifts
		slog.InfoContext(ctx, "time zones known: shifts go by them", "release", hours.Release())
	}
	h := handler(d)
	stack.Deepen() // invocations are served on this one
	lambda.Start(h)
}

// collectLess has the first garbage collected when there are 16 MB, and not at 4, and afterwards
// when memory in use has grown fivefold: a start and its first answer are over before, which took
// a sixth of their processor's time. A function that uses three quarters of its memory collects as
// often as it must.
func collectLess() {
	debug.SetGCPercent(400)
	if mb, err := strconv.ParseInt(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32); err == nil {
		debug.SetMemoryLimit(mb << 20 / 4 * 3)
	}
}

// level reads a level; what is none is info, since a log matters more than how it is spelt.
func level(name string) slog.Level {
	var l slog.Level // info
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return slog.LevelInfo
	}
	return l
}

// withInvocation gives the request Lambda's id of the invocation and the id of its trace,
// under which its log lines are found.
func withInvocation(ctx context.Context) context.Context {
	ctx = logs.With(ctx, slog.String(logs.TraceID, traceOf(ctx)))
	if id := invocationOf(ctx); id != "" {
		return api.WithRequestID(ctx, id)
	}
	return ctx
}

func invocationOf(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

// traceOf is the id of the trace in X-Ray: Root of "Root=1-…;Parent=…;Sampled=1", which the
// Lambda library puts into the context under this name. X-Ray keeps no trace that was not
// sampled, and its id would be fifty bytes of each line that find nothing.
func traceOf(ctx context.Context) (root string) {
	header, _ := ctx.Value("x-amzn-trace-id").(string)
	for field := range strings.SplitSeq(header, ";") {
		field = strings.TrimSpace(field)
		if field == "Sampled=0" {
			return ""
		}
		if id, is := strings.CutPrefix(field, "Root="); is {
			root = id
		}
	}
	return root
}

// scoped opens the scope of one message or tick. Where there is no invocation, which is in
// the sandbox, it gets an id of its own.
func scoped(ctx context.Context, attrs ...slog.Attr) context.Context {
	if invocationOf(ctx) == "" {
		ctx = api.WithRequestID(ctx, rand.Text())
	} else {
		ctx = withInvocation(ctx)
	}
	return logs.With(ctx, attrs...)
}

// logOf is the desk's log, whose lines have what their scopes say.
func logOf(d *desk.Desk) *slog.Logger {
	log := d.Log
	if log == nil {
		log = slog.Default()
	}
	return slog.New(logs.Handler(log.Handler()))
}

// encode is json.Marshal without the escapes that are meant for JSON inside HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding the answer: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
