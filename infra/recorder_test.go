package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// called is an action on a resource, as policies name them. What else policies may ask of a call
// is written as key=value: to which service a role is passed on, who a letter is from.
type called struct{ action, resource, only string }

// recorder is the AWS that the functions reach. It notes what each asks for. DynamoDB is
// AWS's own, on this machine; the other services answer as when all goes well, or as a
// step of the story wants it.
type recorder struct {
	t        *testing.T
	dynamo   string // URL of DynamoDB Local
	table    string // the table's name there
	deployed map[string]string
	secrets  map[string]string // by a part of their ARNs
	ahead    *time.Duration    // of the story's clock

	mu       sync.Mutex
	function string // whose calls these are
	seen     map[string]map[called]bool
	messages []desk.Message    // sent to a queue, or by a schedule
	letters  []map[string]any  // sent by SES
	sent     func(sent)        // is told of each, unless nil
	refuse   func(c call) bool // has a service refuse a call for its rate
	hang     func(c call) bool // has it never answer
	broken   func(c call) bool // has it answer that it is broken
	next     map[string]func() (status int, body any)
}

func newRecorder(t *testing.T, dynamo, table string, environment map[string]string) (*recorder, string) {
	t.Helper()
	r := &recorder{t: t, dynamo: dynamo, table: table, deployed: environment, seen: map[string]map[called]bool{}, next: map[string]func() (int, any){}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, server.URL
}

// as has calls noted as those of a function.
func (r *recorder) as(function string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.function = function; r.seen[function] == nil {
		r.seen[function] = map[called]bool{}
	}
}

// once has the next call of an operation answered so.
func (r *recorder) once(operation string, status int, body any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next[operation] = func() (int, any) { return status, body }
}

// onceAfter does something before the next call of an operation goes on as usual.
func (r *recorder) onceAfter(operation string, before func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next[operation] = func() (int, any) { before(); return 0, nil }
}

// call is one try of a call.
type call struct {
	table     bool // DynamoDB's
	operation string
	try       int    // from 1
	target    string // of what is published
}

// tryOf is how often the SDK has tried a call, as its header says: attempt=2; max=3.
func tryOf(req *http.Request) (n int) {
	_, _ = fmt.Sscanf(req.Header.Get("Amz-Sdk-Request"), "attempt=%d", &n)
	return n
}

// throttled is the answer to a call that comes too fast, in the service's protocol.
func throttled(w http.ResponseWriter, query bool) {
	answer := `{"__type": "ThrottlingException", "message": "slow down"}`
	if query {
		answer = `<ErrorResponse><Error><Code>Throttling</Code><Message>slow down</Message></Error></ErrorResponse>`
	} else {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	}
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, answer)
}

func (r *recorder) note(action, resource string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[r.function][called{action, resource, ""}] = true
}

// notePass notes that a role is handed to a service.
func (r *recorder) notePass(role, service string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[r.function][called{"iam:PassRole", role, "iam:PassedToService=" + service}] = true
}

// take removes the messages of a kind and returns them.
func (r *recorder) take(kind desk.MessageKind) (taken []desk.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = slices.DeleteFunc(r.messages, func(m desk.Message) bool {
		if m.Kind == kind {
			taken = append(taken, m)
		}
		return m.Kind == kind
	})
	return taken
}

// ServeHTTP tells the services apart by how their protocols name an operation.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the caller is gone
	}
	service, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	switch { // by their paths
	case strings.HasPrefix(req.URL.Path, "/schedules/"):
		operation = "CreateSchedule"
	case req.URL.Path == "/v2/email/outbound-emails":
		operation = "SendEmail"
	}
	form, _ := url.ParseQuery(string(body))
	if operation == "" {
		operation = form.Get("Action")
	}
	r.mu.Lock()
	next := r.next[operation]
	delete(r.next, operation)
	refuse, hang, broken := r.refuse, r.hang, r.broken
	r.mu.Unlock()
	c := call{table: service == "DynamoDB_20120810", operation: operation, try: tryOf(req), target: form.Get("TargetArn")}
	switch {
	case hang != nil && hang(c):
		<-req.Context().Done()
		return
	case broken != nil && broken(c):
		w.WriteHeader(http.StatusInternalServerError)
		return
	case refuse != nil && refuse(c):
		throttled(w, form.Get("Action") != "")
		return
	}
	if service == "DynamoDB_20120810" {
		r.dynamoDB(w, req, operation, body)
		return
	}
	status, answer := http.StatusOK, r.answer(operation, req, body, form)
	if next != nil {
		if s, a := next(); s != 0 {
			status, answer = s, a
		}
	}
	if text, is := answer.(string); is {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// answer notes the call and is what the service says when all goes well.
func (r *recorder) answer(operation string, req *http.Request, body []byte, form url.Values) any {
	var in map[string]any
	_ = json.Unmarshal(body, &in) // a form is none
	text := func(name string) string { s, _ := in[name].(string); return s }
	switch operation {
	case "SendMessage":
		r.note("sqs:SendMessage", queueARN(text("QueueUrl")))
		delay, _ := in["DelaySeconds"].(float64)
		r.deliver(sent{queue: text("QueueUrl"), body: text("MessageBody"), delay: time.Duration(delay) * time.Second, trace: req.Header.Get("X-Amzn-Trace-Id")})
		sum := md5.Sum([]byte(text("MessageBody")))
		return map[string]any{"MessageId": "m", "MD5OfMessageBody": hex.EncodeToString(sum[:])}
	case "CreateSchedule":
		r.note("scheduler:CreateSchedule", fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule/%s/%s", region, account, text("GroupName"), strings.TrimPrefix(req.URL.Path, "/schedules/")))
		target := in["Target"].(map[string]any)
		r.notePass(target["RoleArn"].(string), "scheduler.amazonaws.com")
		when, err := time.Parse("at(2006-01-02T15:04:05)", text("ScheduleExpression"))
		if err != nil {
			r.t.Error(err)
		}
		dead, _ := at(target, "DeadLetterConfig", "Arn").(string)
		r.deliver(sent{body: target["Input"].(string), at: when, dead: dead})
		return map[string]any{"ScheduleArn": "arn:aws:scheduler:::schedule/x"}
	case "SendEmail":
		return r.email(in)
	case "StartExecution":
		r.note("states:StartExecution", text("stateMachineArn"))
		return map[string]any{"executionArn": "arn", "startDate": 1.0}
	case "DescribeExecution":
		r.note("states:DescribeExecution", text("executionArn"))
		return map[string]any{"executionArn": text("executionArn"), "stateMachineArn": "arn", "startDate": 1.0, "status": "FAILED"}
	case "CreatePlatformEndpoint", "SetEndpointAttributes", "DeleteEndpoint", "Publish":
		return r.sns(operation, form)
	case "CreatePlatformApplication", "SetPlatformApplicationAttributes", "DeletePlatformApplication":
		return r.application(operation, form)
	case "GetSecretValue":
		r.note("secretsmanager:GetSecretValue", text("SecretId"))
		for part, secret := range r.secrets {
			if strings.Contains(text("SecretId"), part) {
				return map[string]any{"SecretString": secret}
			}
		}
		return map[string]any{"SecretString": strings.Repeat("Secret42", 8)}
	}
	return r.cognito(operation, in)
}

// queueARN is that of the queue with this URL, which ends with its name.
func queueARN(url string) string {
	return fmt.Sprintf("arn:aws:sqs:%s:%s:%s", region, account, path.Base(url))
}

// email notes a letter as SES may look at it: as one of the address, or of its domain.
func (r *recorder) email(in map[string]any) any {
	from, _ := in["FromEmailAddress"].(string)
	_, domain, _ := strings.Cut(from, "@")
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, identity := range []string{from, domain} {
		r.seen[r.function][called{"ses:SendEmail", fmt.Sprintf("arn:aws:ses:%s:%s:identity/%s", region, account, identity), "ses:FromAddress=" + from}] = true
	}
	r.letters = append(r.letters, in)
	return map[string]any{"MessageId": "m"}
}

func (r *recorder) sns(operation string, form url.Values) string {
	resource := form.Get("EndpointArn") + form.Get("TargetArn") + form.Get("PlatformApplicationArn") + form.Get("TopicArn")
	r.note("sns:"+operation, resource)
	if before, endpoint, is := strings.Cut(resource, ":endpoint/"); is { // SNS may ask for its application: see phones
		r.note("sns:"+operation, before+":app/"+path.Dir(endpoint))
	}
	result := ""
	switch operation {
	case "CreatePlatformEndpoint":
		result = "<EndpointArn>" + strings.Replace(resource, ":app/", ":endpoint/", 1) + "/" + form.Get("Token") + "</EndpointArn>"
	case "Publish":
		result = "<MessageId>m</MessageId>"
	}
	return "<" + operation + "Response><" + operation + "Result>" + result + "</" + operation + "Result></" + operation + "Response>"
}

// application notes what is done with an SNS application: making one is about none yet.
func (r *recorder) application(operation string, form url.Values) string {
	arn, resource := form.Get("PlatformApplicationArn"), form.Get("PlatformApplicationArn")
	if operation == "CreatePlatformApplication" {
		arn, resource = fmt.Sprintf("arn:aws:sns:%s:%s:app/%s/%s", region, account, form.Get("Platform"), form.Get("Name")), "*"
	}
	r.note("sns:"+operation, resource)
	for i := 1; form.Has(fmt.Sprintf("Attributes.entry.%d.key", i)); i++ {
		if form.Get(fmt.Sprintf("Attributes.entry.%d.key", i)) == "SuccessFeedbackRoleArn" {
			r.notePass(form.Get(fmt.Sprintf("Attributes.entry.%d.value", i)), "sns.amazonaws.com")
		}
	}
	return "<" + operation + "Response><" + operation + "Result><PlatformApplicationArn>" + arn + "</PlatformApplicationArn></" + operation + "Result></" + operation + "Response>"
}

// cognito notes what needs leave: the operations of a client's users need none
// (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html).
func (r *recorder) cognito(operation string, in map[string]any) any {
	if pool, is := in["UserPoolId"].(string); is {
		r.note("cognito-idp:"+operation, fmt.Sprintf("arn:aws:cognito-idp:%s:%s:userpool/%s", region, account, pool))
	}
	switch operation {
	case "AdminInitiateAuth", "GetTokensFromRefreshToken":
		token := "a." + claimsOf("mem_aaaaaaaaaaaa", *r.ahead) + ".c"
		return map[string]any{"AuthenticationResult": map[string]any{"IdToken": token, "RefreshToken": "r", "ExpiresIn": 3600}}
	case "DescribeUserPoolClient":
		return map[string]any{"UserPoolClient": map[string]any{"ClientSecret": "s"}}
	case "AdminGetUser":
		return map[string]any{"Username": in["Username"], "Enabled": false, "UserStatus": "CONFIRMED"}
	}
	return map[string]any{}
}

// sent is a message as it was sent: with a delay and the header of a trace, or by a schedule
// for a time, which passes no such header on.
type sent struct {
	queue       string // its URL
	body, trace string
	delay       time.Duration
	at          time.Time
	dead        string // where the schedule leaves what it cannot send
}

func (r *recorder) deliver(s sent) {
	var m desk.Message
	if err := json.Unmarshal([]byte(s.body), &m); err != nil {
		r.t.Errorf("no message: %s", s.body)
	}
	if want := r.queueOf(m.Kind); s.queue != "" && s.queue != want {
		r.t.Errorf("a message of kind %s goes to %s, want %s", m.Kind, s.queue, want)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sent != nil {
		r.sent(s)
	} else {
		r.messages = append(r.messages, m)
	}
}

// queueOf is the URL of the queue that messages of a kind go to.
func (r *recorder) queueOf(kind desk.MessageKind) string {
	if kind.Mailed() {
		return r.deployed["MAIL_QUEUE_URL"]
	}
	return r.deployed["TIMER_QUEUE_URL"]
}

// dynamoDB notes the call and passes it on.
func (r *recorder) dynamoDB(w http.ResponseWriter, req *http.Request, operation string, body []byte) {
	var in map[string]any
	if err := json.Unmarshal(body, &in); err != nil {
		r.t.Error(err)
	}
	if operation != "TransactWriteItems" {
		r.noteTable(operation, in)
	} else {
		for _, item := range in["TransactItems"].([]any) {
			for kind, op := range item.(map[string]any) { // Put, Delete or ConditionCheck
				r.noteTable(kind+"Item", op.(map[string]any))
			}
		}
	}
	body = bytes.ReplaceAll(body, []byte(`"`+r.deployed["TABLE_NAME"]+`"`), []byte(`"`+r.table+`"`))
	forward, err := http.NewRequestWithContext(req.Context(), req.Method, r.dynamo, bytes.NewReader(body))
	if err != nil {
		r.t.Error(err)
		return
	}
	for _, name := range []string{"X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date"} {
		forward.Header.Set(name, req.Header.Get(name))
	}
	answer, err := http.DefaultClient.Do(forward)
	if err != nil {
		return // the test is over
	}
	defer answer.Body.Close()
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func (r *recorder) noteTable(operation string, in map[string]any) {
	r.note("dynamodb:"+operation, fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s", region, account, in["TableName"]))
}
