package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

const (
	maxPayload      = 6 << 20 // Lambda's limit for a request
	functionTimeout = 30 * time.Second
)

// invoke is Lambda's Invoke API, as far as callers of functions use it
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
func (s *sandbox) invoke(w http.ResponseWriter, r *http.Request) {
	requestID := rand.Text()
	w.Header().Set("X-Amzn-RequestId", requestID)
	name := functionName(r.PathValue("name"))
	function := s.functions[name]
	if function == nil {
		refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+name)
		return
	}
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException", fmt.Sprintf("Request must be smaller than %d bytes", maxPayload))
		return
	case err != nil:
		return // the client is gone
	case len(payload) == 0:
		payload = []byte("{}")
	case !json.Valid(payload):
		refuse(w, http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")
		return
	}

	// A function goes on when its caller hangs up.
	ctx := lambdacontext.NewContext(context.WithoutCancel(r.Context()), &lambdacontext.LambdaContext{AwsRequestID: requestID})
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	switch kind := r.Header.Get("X-Amz-Invocation-Type"); kind {
	case "", "RequestResponse":
		answer(w, ctx, function, payload)
	case "Event":
		go s.runLater(ctx, name, function, payload)
		w.WriteHeader(http.StatusAccepted)
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, http.StatusBadRequest, "InvalidParameterValueException", "Unknown invocation type: "+kind)
	}
}

// functionName takes the name out of the forms that the API allows: name, name:version,
// account:function:name and a whole ARN.
func functionName(s string) string {
	if _, rest, found := strings.Cut(s, "function:"); found {
		s = rest
	}
	name, _, _ := strings.Cut(s, ":")
	return name
}

// answer runs the function and writes what it returned, or its error.
func answer(w http.ResponseWriter, ctx context.Context, function lambda.Handler, payload []byte) {
	out, err := call(ctx, function, payload)
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

// refuse answers as the service does when the function was not run.
func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"Type": "User", "Message": message}) // the client may be gone
}
