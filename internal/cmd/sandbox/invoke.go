package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Lambda's limits for a request
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html): 6 MB when the caller waits,
// 1 MB when not.
const (
	maxPayload      = 6 << 20
	maxEvent        = 1 << 20
	maxContext      = 3583 // of the client context, in Base64
	functionTimeout = 30 * time.Second
)

// Invocation types.
const (
	requestResponse = "RequestResponse"
	event           = "Event"
	dryRun          = "DryRun"
)

// invoke is Lambda's Invoke API, as far as callers of functions use it
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
func (s *sandbox) invoke(w http.ResponseWriter, r *http.Request) {
	requestID := rand.Text()
	w.Header().Set("X-Amzn-RequestId", requestID)
	name, function, no := s.function(r)
	if no != nil {
		no.write(w)
		return
	}
	kind := cmp.Or(r.Header.Get("X-Amz-Invocation-Type"), requestResponse)
	given, badContext := clientContext(r.Header.Get("X-Amz-Client-Context"))
	payload, no, err := readPayload(w, r, kind)
	no = cmp.Or(no, badContext)
	switch {
	case err != nil:
		return // the client is gone
	case no != nil:
		no.write(w)
		return
	}

	// A function goes on when its caller hangs up.
	ctx := lambdacontext.NewContext(context.WithoutCancel(r.Context()), &lambdacontext.LambdaContext{AwsRequestID: requestID, ClientContext: given})
	w.Header().Set("X-Amz-Executed-Version", latest)
	switch kind {
	case requestResponse:
		answer(w, ctx, function, payload, r.Header.Get("X-Amz-Log-Type") == "Tail")
	case event:
		go s.runLater(ctx, name, function, payload)
		w.WriteHeader(http.StatusAccepted)
	case dryRun:
		w.WriteHeader(http.StatusNoContent)
	}
}

// clientContext reads what a caller says beside the payload: JSON in Base64, which the function
// gets when the caller waits for it. AgentCore names the tool there.
func clientContext(header string) (given lambdacontext.ClientContext, no *refusal) {
	if header == "" {
		return given, nil
	}
	text, err := base64.StdEncoding.DecodeString(header)
	if err == nil {
		err = json.Unmarshal(text, &given)
	}
	if err != nil || len(header) > maxContext {
		return given, &refusal{http.StatusBadRequest, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."}
	}
	return given, nil
}

// readPayload reads what the function is given. err says that the client has gone.
//
// The errors and words for what is too large are Lambda's
// (https://github.com/ASFHyP3/hyp3/issues/2241,
// https://github.com/awslabs/aws-athena-query-federation/issues/793).
func readPayload(w http.ResponseWriter, r *http.Request, kind string) (payload []byte, no *refusal, err error) {
	if !slices.Contains([]string{requestResponse, event, dryRun}, kind) {
		return nil, &refusal{http.StatusBadRequest, "InvalidParameterValueException", "Unknown invocation type: " + kind}, nil
	}
	payload, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
			fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload)}, nil
	case err != nil:
		return nil, nil, err
	case kind == event && len(payload) > maxEvent:
		return nil, &refusal{http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
			fmt.Sprintf("%d byte payload is too large for the Event invocation type (limit %d bytes)", len(payload), maxEvent)}, nil
	case len(payload) == 0:
		return []byte("{}"), nil, nil
	case !json.Valid(payload):
		return nil, &refusal{http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json"}, nil
	}
	return payload, nil, nil
}

// answer runs the function and writes what it returned, or its error, with the end of its log
// when that is asked for.
func answer(w http.ResponseWriter, ctx context.Context, function lambda.Handler, payload []byte, withLog bool) {
	var log tail
	began := time.Now()
	if withLog {
		ctx = log.begin(ctx, w.Header().Get("X-Amzn-RequestId"))
	}
	out, err := call(ctx, function, payload)
	if withLog {
		log.end(w.Header().Get("X-Amzn-RequestId"), time.Since(began))
		w.Header().Set("X-Amz-Log-Result", log.encoded())
	}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		out = errorDocument(err)
	}
	_, _ = w.Write(out) // the client may be gone
}

// runLater runs a function for a caller who does not wait.
func (s *sandbox) runLater(ctx context.Context, name string, function lambda.Handler, payload []byte) {
	if _, err := call(ctx, function, payload); err != nil {
		s.log.ErrorContext(ctx, "invocation failed: its caller did not wait for the answer", "function", name, "error", err)
	}
}

func call(ctx context.Context, function lambda.Handler, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, functionTimeout)
	defer cancel()
	return function.Invoke(ctx, payload)
}

// errorDocument is what Lambda's runtime for Go makes of an error.
func errorDocument(err error) []byte {
	e := messages.InvokeResponse_Error{Message: err.Error(), Type: strings.TrimPrefix(fmt.Sprintf("%T", err), "*")}
	var own messages.InvokeResponse_Error
	if errors.As(err, &own) {
		e = own
	}
	out, _ := json.Marshal(map[string]string{"errorMessage": e.Message, "errorType": e.Type}) // strings only
	return out
}

// write answers as the service does when the function was not run.
func (no *refusal) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", no.kind)
	w.WriteHeader(no.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"Type": "User", "Message": no.message}) // the client may be gone
}
