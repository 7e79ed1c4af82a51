package pushapp_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/connectnow/backend/infra/pushapps/pushapp"
)

// awsError is how a service refuses a call.
type awsError struct {
	status        int
	code, message string
}

// faults are the refusals that a service has in store, by action.
type faults map[string][]awsError

// next takes the fault that is next for the action.
func (f faults) next(action string) *awsError {
	if len(f[action]) == 0 {
		return nil
	}
	e := f[action][0]
	f[action] = f[action][1:]
	return &e
}

// app is a platform application of the SNS that snsServer plays.
type app struct {
	Attributes map[string]string
	Feedback   map[string]string // of logging and events; an empty value is none
	Phones     int               // endpoints, which go with the application
}

// snsServer behaves as the API reference says of platform applications:
// https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html
// https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html
// https://docs.aws.amazon.com/sns/latest/api/API_DeletePlatformApplication.html
type snsServer struct {
	t     *testing.T
	mu    sync.Mutex
	apps  map[string]*app // by ARN
	calls []string
	fail  faults
}

func (s *snsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		s.t.Error(err)
	}
	action := r.PostForm.Get("Action")
	s.calls = append(s.calls, action)
	result, e := "", s.fail.next(action)
	if e == nil {
		switch action {
		case "CreatePlatformApplication":
			result, e = s.create(r)
		case "SetPlatformApplicationAttributes":
			e = s.set(r)
		case "DeletePlatformApplication": // an unknown one is no error of this action
			delete(s.apps, r.PostForm.Get("PlatformApplicationArn"))
		default:
			s.t.Errorf("unexpected action %q", action)
		}
	}
	if e != nil {
		w.WriteHeader(e.status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>", e.code)
		if err := xml.EscapeText(w, []byte(e.message)); err != nil {
			s.t.Error(err)
		}
		fmt.Fprint(w, "</Message></Error><RequestId>request-1</RequestId></ErrorResponse>")
		return
	}
	fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata/></%[1]sResponse>", action, result)
}

func (s *snsServer) create(r *http.Request) (string, *awsError) {
	name, platform := r.PostForm.Get("Name"), r.PostForm.Get("Platform")
	if !regexp.MustCompile(`^[\w.-]{1,256}$`).MatchString(name) {
		return "", &awsError{400, "InvalidParameter", "Invalid parameter: Name"}
	}
	arn := "arn:aws:sns:eu-central-1:123456789012:app/" + platform + "/" + name
	if s.apps[arn] != nil {
		s.t.Errorf("%s exists, and what its creation does then is not documented", arn)
	}
	attributes, e := s.attributes(r, platform)
	if e != nil {
		return "", e
	}
	s.apps[arn] = &app{Attributes: attributes}
	s.feedback(r, s.apps[arn])
	return "<PlatformApplicationArn>" + arn + "</PlatformApplicationArn>", nil
}

func (s *snsServer) set(r *http.Request) *awsError {
	arn := r.PostForm.Get("PlatformApplicationArn")
	a := s.apps[arn]
	if a == nil {
		return &awsError{404, "NotFound", "PlatformApplication does not exist"}
	}
	attributes, e := s.attributes(r, strings.Split(arn, "/")[1])
	if e == nil {
		a.Attributes = attributes
		s.feedback(r, a)
	}
	return e
}

// entries are the attributes of a request.
func entries(r *http.Request) map[string]string {
	all := map[string]string{}
	for i := 1; r.PostForm.Has(fmt.Sprintf("Attributes.entry.%d.key", i)); i++ {
		entry := fmt.Sprintf("Attributes.entry.%d.", i)
		all[r.PostForm.Get(entry+"key")] = r.PostForm.Get(entry + "value")
	}
	return all
}

// isFeedback tells the attributes of logging and events.
func isFeedback(key string) bool {
	return strings.Contains(key, "Feedback") || key == "EventDeliveryFailure"
}

// feedback sets those that are told and keeps the others.
func (s *snsServer) feedback(r *http.Request, a *app) {
	for key, value := range entries(r) {
		if !isFeedback(key) {
			continue
		}
		if a.Feedback == nil {
			a.Feedback = map[string]string{}
		}
		a.Feedback[key] = value
		if value == "" {
			delete(a.Feedback, key)
			if r.PostForm.Get("Action") == "CreatePlatformApplication" {
				s.t.Errorf("an application is made with an empty %s", key)
			}
		}
	}
}

// attributes takes those of token authentication, all of which are needed at once, and
// none that the reference does not list. It quotes a credential that it refuses, which the
// real one may or may not.
func (s *snsServer) attributes(r *http.Request, platform string) (map[string]string, *awsError) {
	want := map[string]bool{"PlatformCredential": true}
	if platform != "GCM" {
		want["PlatformPrincipal"], want["ApplePlatformTeamID"], want["ApplePlatformBundleID"] = true, true, true
	}
	got := map[string]string{}
	for key, value := range entries(r) {
		if isFeedback(key) {
			continue
		}
		if !want[key] || value == "" {
			return nil, &awsError{400, "InvalidParameter", "Invalid parameter: Attributes Reason: " + key}
		}
		got[key] = value
	}
	if len(got) != len(want) || strings.Contains(got["PlatformCredential"], "revoked") {
		return nil, &awsError{400, "InvalidParameter", fmt.Sprintf("Invalid parameter: Attributes Reason: Platform credentials are invalid: %v", got)}
	}
	return got, nil
}

// secretServer behaves as the API reference says of GetSecretValue:
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
type secretServer struct {
	t       *testing.T
	mu      sync.Mutex
	secrets map[string]string // by ARN
	fail    faults
	reads   int
	// hang is told of a call that is then never answered.
	hang chan struct{}
	// cut has answers end in the middle of the secret.
	cut bool
}

func (s *secretServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	if s.hang != nil {
		s.hang <- struct{}{}
		<-r.Context().Done()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if target := r.Header.Get("X-Amz-Target"); target != "secretsmanager.GetSecretValue" {
		s.t.Errorf("unexpected target %q", target)
	}
	status, text := s.get(body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", "request-2")
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		s.t.Error(err)
	}
}

// get is the action GetSecretValue.
func (s *secretServer) get(body []byte) (status int, text []byte) {
	var in map[string]string
	if err := json.Unmarshal(body, &in); err != nil || len(in) != 1 {
		s.t.Errorf("request %s: %v; want SecretId alone, for the current version", body, err)
	}
	s.reads++
	secret, exists := s.secrets[in["SecretId"]]
	e := s.fail.next("GetSecretValue")
	if e == nil && !exists {
		e = &awsError{400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."}
	}
	status = http.StatusOK
	answer := map[string]any{"ARN": in["SecretId"], "Name": "push", "VersionId": "v", "SecretString": secret, "VersionStages": []string{"AWSCURRENT"}}
	switch {
	case e != nil:
		status, answer = e.status, map[string]any{"__type": e.code, "Message": e.message}
	case strings.HasPrefix(secret, "binary:"):
		delete(answer, "SecretString")
		answer["SecretBinary"] = []byte(secret)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		s.t.Error(err)
	}
	if s.cut {
		text = text[:len(text)-80]
	}
	return status, text
}

// serve starts a server and gives a configuration whose clients talk to it, and which try
// three times as usual but without a pause.
func serve(t *testing.T, h http.Handler) aws.Config {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// newAWS gives a resource and the services that it uses.
func newAWS(t *testing.T) (*pushapp.Resource, *snsServer, *secretServer) {
	t.Helper()
	s := &snsServer{t: t, apps: map[string]*app{}, fail: faults{}}
	m := &secretServer{t: t, secrets: map[string]string{}, fail: faults{}}
	return &pushapp.Resource{
		SNS:     sns.NewFromConfig(serve(t, s)),
		Secrets: secretsmanager.NewFromConfig(serve(t, m)),
	}, s, m
}
