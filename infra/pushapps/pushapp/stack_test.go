package pushapp_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/infra/pushapps/pushapp"
)

// mark is part of every value of every secret here, so that a test finds them anywhere.
const mark = "m4rked"

const (
	stackID   = "arn:aws:cloudformation:eu-central-1:123456789012:stack/connectnow/51af3dc0-da77-11e4-872e-1234567db123"
	secretARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:connectnow/push-a1B2c3"
	fcmARN    = "arn:aws:sns:eu-central-1:123456789012:app/GCM/connectnow"
	apnsARN   = "arn:aws:sns:eu-central-1:123456789012:app/APNS/connectnow"
)

// stack plays CloudFormation: it invokes the function and receives its answers.
type stack struct {
	t       *testing.T
	sns     *snsServer
	secrets *secretServer
	handler lambda.Handler
	url     string

	mu      sync.Mutex
	said    bytes.Buffer // all that was logged, answered or returned
	answers [][]byte
}

// newStack makes a stack in whose output, when the test ends, no part of a secret may be.
func newStack(t *testing.T, change ...func(*pushapp.Resource)) *stack {
	t.Helper()
	s := &stack{t: t}
	var r *pushapp.Resource
	r, s.sns, s.secrets = newAWS(t)
	for _, c := range change {
		c(r)
	}
	s.handler = lambda.NewHandler(r.Lambda())
	server := httptest.NewServer(http.HandlerFunc(s.receive))
	s.url = server.URL + "/response?X-Amz-Signature=presigned"
	t.Cleanup(server.Close)
	before := log.Writer()
	log.SetOutput(s)
	t.Cleanup(func() {
		log.SetOutput(before)
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, part := range append(pemLines(s.secrets.secrets), mark, "presigned") {
			if strings.Contains(s.said.String(), part) {
				t.Errorf("%q is in what was logged, answered or returned:\n%s", part, s.said.String())
			}
		}
	})
	return s
}

// Write takes the log.
func (s *stack) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

// receive is the presigned URL, which takes an object and no content type.
func (s *stack) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPut || r.Header.Get("Content-Type") != "" || r.URL.RawQuery != "X-Amz-Signature=presigned" {
		s.t.Errorf("answer by %s to %s as %q: %v", r.Method, r.URL, r.Header.Get("Content-Type"), err)
	}
	if len(body) > 4096 {
		s.t.Errorf("answer of %d bytes, at most 4096", len(body))
	}
	_, _ = s.Write(body) // a buffer takes everything
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, body)
}

// send invokes the function with an event and returns its answer.
func (s *stack) send(ctx context.Context, kind cfn.RequestType, id string, properties map[string]any) cfn.Response {
	s.t.Helper()
	s.answers = nil
	if err := s.invoke(ctx, s.event(kind, id, properties)); err != nil {
		s.t.Fatalf("%s: %v", kind, err)
	}
	if len(s.answers) != 1 {
		s.t.Fatalf("%s: %d answers, want 1", kind, len(s.answers))
	}
	return s.read(s.answers[0])
}

func (s *stack) event(kind cfn.RequestType, id string, properties map[string]any) cfn.Event {
	return cfn.Event{
		RequestType: kind, RequestID: "5b1d2c3e-request", ResponseURL: s.url, ResourceType: "Custom::PushApp",
		LogicalResourceID: "PushFCM", StackID: stackID, PhysicalResourceID: id, ResourceProperties: properties,
	}
}

// invoke hands the function an event as Lambda does.
func (s *stack) invoke(ctx context.Context, event cfn.Event) error {
	payload, err := json.Marshal(event)
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := s.handler.Invoke(ctx, payload)
	_, _ = s.Write(out)
	if err != nil {
		_, _ = s.Write([]byte(err.Error()))
	}
	return err
}

// read checks what CloudFormation checks of an answer.
func (s *stack) read(body []byte) cfn.Response {
	s.t.Helper()
	var a cfn.Response
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		s.t.Fatalf("answer %s: %v", body, err)
	}
	if a.RequestID != "5b1d2c3e-request" || a.LogicalResourceID != "PushFCM" || a.StackID != stackID {
		s.t.Errorf("answer %s does not repeat the event's ids", body)
	}
	if a.PhysicalResourceID == "" || len(a.PhysicalResourceID) > 1024 {
		s.t.Errorf("answer %s: bad physical id", body)
	}
	if a.Status != cfn.StatusSuccess && (a.Status != cfn.StatusFailed || a.Reason == "") {
		s.t.Errorf("answer %s: bad status", body)
	}
	return a
}

// want checks an answer and the applications that SNS has then.
func (s *stack) want(got cfn.Response, id string, apps ...string) {
	s.t.Helper()
	if got.Status != cfn.StatusSuccess || got.PhysicalResourceID != id {
		s.t.Errorf("answer %s of %s for %q, want success of %s", got.Status, got.PhysicalResourceID, got.Reason, id)
	}
	s.wantApps(apps...)
}

// refused checks that an answer says no in the words wanted and keeps the physical id.
func (s *stack) refused(got cfn.Response, id string, words ...string) {
	s.t.Helper()
	if got.Status != cfn.StatusFailed || got.PhysicalResourceID != id || got.Data != nil {
		s.t.Errorf("answer %+v, want failure of %s", got, id)
	}
	for _, w := range words {
		if !strings.Contains(got.Reason, w) {
			s.t.Errorf("reason %q, want it to say %q", got.Reason, w)
		}
	}
}

func (s *stack) wantApps(want ...string) {
	s.t.Helper()
	got := map[string]bool{}
	for arn := range s.sns.apps {
		got[arn] = true
	}
	wanted := map[string]bool{}
	for _, arn := range want {
		wanted[arn] = true
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		s.t.Errorf("applications (-want +got):\n%s", diff)
	}
}

// properties are those of an event, with some of them changed.
func properties(platform string, change ...string) map[string]any {
	p := map[string]any{
		"ServiceToken": "arn:aws:lambda:eu-central-1:123456789012:function:pushapps",
		"Name":         "connectnow", "Platform": platform, "SecretArn": secretARN, "SecretVersion": "1",
	}
	for i := 0; i < len(change); i += 2 {
		p[change[i]] = change[i+1]
	}
	return p
}

// serviceAccount is the file of a Firebase service account; without takes fields away.
func serviceAccount(without ...string) string {
	f := map[string]any{
		"type": "service_account", "project_id": mark + "-project", "private_key_id": mark + "-id",
		"private_key":  "-----BEGIN PRIVATE KEY-----\n" + mark + "\n-----END PRIVATE KEY-----\n",
		"client_email": mark + "@example.iam.gserviceaccount.com",
	}
	return object(f, without)
}

// signingKey is a secret for APNs; without takes fields away.
func signingKey(key string, without ...string) string {
	return object(map[string]any{"signingKey": key, "keyId": mark + "-key", "teamId": mark + "-team", "bundleId": mark + ".app"}, without)
}

func object(fields map[string]any, without []string) string {
	for _, name := range without {
		delete(fields, name)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings become JSON
	}
	return string(text)
}

// p8 makes a key as Apple's .p8 files have it.
func p8(t *testing.T, curve elliptic.Curve) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pkcs8(t, key)
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// pemLines are the lines of the keys in the secrets, which carry no mark.
func pemLines(secrets map[string]string) []string {
	var lines []string
	for _, secret := range secrets {
		var fields map[string]any
		if json.Unmarshal([]byte(secret), &fields) != nil {
			continue
		}
		key, _ := fields["signingKey"].(string)
		for line := range strings.Lines(key) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}
