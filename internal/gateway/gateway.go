// Package gateway is the edge towards Lambda: it makes of an event what the rest of the
// program understands, and of the answer what the caller of the function expects.
//
// There are four kinds of functions. Those behind API Gateway get HTTP API events of
// payload version 2.0 and serve a part of api's routes (HTTP); the platform invokes two
// directly (Escalate, Provision); the queue of timers delivers to one (Timer), and the
// state machine of working hours invokes another (Shift). Each is a
// lambda.Handler made of a desk, so that a test can put a local desk behind the very
// handler that runs in the cloud.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// Opener makes the desk of a process; in the cloud it is cloud.Desk.
type Opener func(context.Context) (*desk.Desk, error)

// Maker makes a function's handler.
type Maker func(*desk.Desk) lambda.Handler

// Start opens the desk and serves invocations until the process ends. It is all that a
// function's main does.
func Start(open Opener, handler Maker) {
	d, err := open(context.Background())
	if err != nil {
		slog.Error("the function cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler(d))
}

// withInvocation gives the request Lambda's id of the invocation, under which its log
// lines are found.
func withInvocation(ctx context.Context) context.Context {
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc.AwsRequestID != "" {
		return api.WithRequestID(ctx, lc.AwsRequestID)
	}
	return ctx
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
