package gateway

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
)

// Escalate makes the handler of the function that the assistant invokes.
func Escalate(d *desk.Desk) lambda.Handler { return EscalateWith(d, api.Options{}) }

// EscalateWith is Escalate where requests are read otherwise than in the cloud.
func EscalateWith(d *desk.Desk, o api.Options) lambda.Handler {
	return direct{server: api.New(d, o), function: "escalate", refused: d.EscalationRefused, failed: d.PlatformFailed}
}

// Provision makes the handler of the function that the platform invokes when a business
// signs up.
func Provision(d *desk.Desk) lambda.Handler {
	return direct{server: api.New(d, api.Options{}), function: "provision", refused: d.ProvisionRefused}
}

// direct is a Lambda function that is invoked without HTTP.
type direct struct {
	server   *api.Server
	function string
	refused  func() // counts what is the caller's problem
	failed   func() // counts what fails while a platform asks in its own form; nil where none does
}

// Invoke implements lambda.Handler. The error of an invocation has the problem's name as
// its errorType, and the problem as JSON as its errorMessage. The Lambda library takes this
// one type as it is, by value and not wrapped; of every other error it would make the name
// of the Go type. Lambda counts every one of them as an error of the function, so that those
// which are the caller's problem are counted, too.
func (f direct) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = withInvocation(ctx)
	if f.failed != nil {
		if form := assistant.Recognise(payload, customOf(ctx)); form != nil {
			return f.platform(ctx, form)
		}
	}
	answer, problem := f.server.Direct(ctx, f.function, payload)
	if problem != "" {
		if callers(problem, answer) {
			f.refused()
		}
		return nil, messages.InvokeResponse_Error{Type: problem, Message: string(answer)}
	}
	return answer, nil
}

// platform answers an event in its platform's form. Problems are in the answer; what failed
// here is counted, since Lambda counts no error then.
func (f direct) platform(ctx context.Context, form assistant.Form) ([]byte, error) {
	answer, failed, err := f.server.Platform(ctx, form)
	if failed {
		f.failed()
	}
	return answer, err
}

// customOf is what the client context has beside the names of apps: AgentCore says there which
// tool is called, and by which gateway.
func customOf(ctx context.Context) map[string]string {
	lc, ok := lambdacontext.FromContext(ctx)
	if !ok {
		return nil
	}
	return lc.ClientContext.Custom
}

// callers reports whether a problem says something of what was asked, and not that something
// fails here. Whoever asks for an escalation before it is there is told so, and asks again.
func callers(name string, document []byte) bool {
	var p struct {
		Status int `json:"status"`
	}
	_ = json.Unmarshal(document, &p) // it was made here
	return name == "not-yet" || p.Status >= http.StatusBadRequest && p.Status < http.StatusInternalServerError
}
