package cloud

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// mostAnswered is how many bytes of an answer are read.
const mostAnswered = 1 << 20

// service calls one of AWS's services of which functions want a thing or two. The SDK's own client of
// each describes all that the service can do when a process starts, and has a way of its own for every
// call: a third of what a new process took of a processor until a phone rang. Credentials, signature,
// time-outs and repetitions are the SDK's.
type service struct {
	name    string // as it is signed for, and in its address
	config  aws.Config
	retryer aws.Retryer
}

func newService(name string, c aws.Config) service {
	s := service{name: name, config: c, retryer: aws.NopRetryer{}}
	if c.Retryer != nil {
		s.retryer = c.Retryer()
	}
	return s
}

// endpoint is the service's address in its region
// (https://docs.aws.amazon.com/general/latest/gr/rande.html).
func (s service) endpoint() string {
	if s.config.BaseEndpoint != nil {
		return strings.TrimSuffix(*s.config.BaseEndpoint, "/")
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(s.config.Region, "cn-") {
		domain += ".cn"
	}
	return "https://" + s.name + "." + s.config.Region + "." + domain
}

// json calls an operation by AWS's JSON protocol; into may be nil.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
func (s service) json(ctx context.Context, target, version string, in, into any) error {
	return s.send(ctx, "/", http.Header{"Content-Type": {"application/x-amz-json-" + version}, "X-Amz-Target": {target}}, in, into)
}

// post sends JSON to a path, as by https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html.
func (s service) post(ctx context.Context, path string, in any) error {
	return s.send(ctx, path, http.Header{"Content-Type": {"application/json"}}, in, nil)
}

func (s service) send(ctx context.Context, path string, headers http.Header, in, into any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	said, err := s.call(ctx, path, headers, body)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(said, into)
}

// query calls an action by AWS's query protocol, whose answers are XML: see element.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func (s service) query(ctx context.Context, action, version string, form url.Values) (answer string, err error) {
	form.Set("Action", action)
	form.Set("Version", version)
	said, err := s.call(ctx, "/", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form.Encode()))
	return string(said), err
}

// element is the text of the first element of this name; "" without one.
func element(document, name string) string {
	_, after, _ := strings.Cut(document, "<"+name+">")
	text, _, is := strings.Cut(after, "</"+name+">")
	if !is {
		return ""
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&#39;", "'", "&amp;", "&").Replace(text)
}

// call sends a request, and again where the retryer says so. Its errors are made as the SDK's are.
func (s service) call(ctx context.Context, path string, headers http.Header, body []byte) ([]byte, error) {
	settle := func(error) error { return nil } // what the retryer lent for this try
	for tries := 1; ; tries++ {
		said, err := s.try(ctx, path, headers, body)
		_ = settle(err)
		if err == nil {
			return said, nil
		}
		if ctx.Err() != nil || tries >= s.retryer.MaxAttempts() || !s.retryer.IsErrorRetryable(err) {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		var none error
		if settle, none = s.retryer.GetRetryToken(ctx, err); none != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		wait, _ := s.retryer.RetryDelay(tries, err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (s service) try(ctx context.Context, path string, headers http.Header, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = headers.Clone()
	r.Header.Set("User-Agent", "connectnow")
	// By this AWS notices what calls itself without end
	// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
	if trace := os.Getenv("_X_AMZN_TRACE_ID"); trace != "" && os.Getenv("AWS_LAMBDA_FUNCTION_NAME") != "" {
		r.Header.Set("X-Amzn-Trace-Id", trace)
	}
	who, err := s.config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), s.name, s.config.Region, time.Now()); err != nil {
		return nil, err
	}
	client := s.config.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswered))
	if err != nil {
		return nil, &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer}, Err: err}
	}
	if answer.StatusCode/100 != 2 {
		return nil, &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer}, Err: refusal(answer, said)}
	}
	return said, nil
}

// refusal reads what a service says of why it does not do what it was asked for: in a header, in JSON
// or in XML. A code may have its namespace before it, and an address behind
// (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization).
func refusal(answer *http.Response, said []byte) *smithy.GenericAPIError {
	var told struct {
		Type    string `json:"__type"`
		Code    string
		Message string
	}
	if bytes.HasPrefix(bytes.TrimSpace(said), []byte("<")) {
		told.Code, told.Message = element(string(said), "Code"), element(string(said), "Message")
	} else {
		_ = json.Unmarshal(said, &told) // of what is neither the status says enough
	}
	// SQS gives errors the names that they had in its older protocol here, and only here.
	older, _, _ := strings.Cut(answer.Header.Get("X-Amzn-Query-Error"), ";")
	code := cmp.Or(older, answer.Header.Get("X-Amzn-Errortype"), told.Type, told.Code)
	code, _, _ = strings.Cut(code, ":")
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	e := &smithy.GenericAPIError{Code: cmp.Or(code, "UnknownError"), Message: told.Message, Fault: smithy.FaultClient}
	if answer.StatusCode >= http.StatusInternalServerError {
		e.Fault = smithy.FaultServer
	}
	return e
}
