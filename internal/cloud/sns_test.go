package cloud_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// snsServer behaves as the API reference says of platform endpoints:
// https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
// https://docs.aws.amazon.com/sns/latest/api/API_SetEndpointAttributes.html
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
type snsServer struct {
	t         *testing.T
	mu        sync.Mutex
	endpoints map[string]map[string]string // attributes by ARN
	published []map[string]string          // parameters of Publish, and the action left out
	fail      *snsError                    // what Publish answers, when set
	hang      chan struct{}                // when set, Publish waits until it is closed
	came      chan struct{}                // gets a value for every Publish that comes
	taken     chan struct{}                // and for every one that succeeds
	failures  chan []byte                  // gets the event for each push to a dead token
}

// newSNS returns phones that talk to a new server.
func newSNS(t *testing.T) (*cloud.Phones, *snsServer) {
	t.Helper()
	s := &snsServer{t: t, endpoints: map[string]map[string]string{}, came: make(chan struct{}, 1000), taken: make(chan struct{}, 1000), failures: make(chan []byte, 1000)}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &cloud.Phones{
		SNS: snsAt(server.URL),
		Apps: map[desk.Platform]string{
			desk.FCM: "arn:app/GCM/x", desk.APNs: "arn:app/APNS/x", desk.APNsSandbox: "arn:app/APNS_SANDBOX/x",
			cloud.APNsVoIP: "arn:app/APNS_VOIP/x", cloud.APNsVoIPSandbox: "arn:app/APNS_VOIP_SANDBOX/x",
		},
		Now: func() time.Time { return nowish },
	}, s
}

func snsAt(url string) *sns.Client {
	return sns.New(sns.Options{
		Region: "eu-central-1", BaseEndpoint: &url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// parameters are all that each action takes; nested ones go by their first part.
var parameters = map[string][]string{
	"CreatePlatformEndpoint": {"PlatformApplicationArn", "Token", "CustomUserData", "Attributes"},
	"SetEndpointAttributes":  {"EndpointArn", "Attributes"},
	"DeleteEndpoint":         {"EndpointArn"},
	"Publish":                {"TopicArn", "TargetArn", "PhoneNumber", "Message", "Subject", "MessageStructure", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId"},
}

func (s *snsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("Action") == "Publish" {
		s.came <- struct{}{}
	}
	if hang := s.hanging(); hang != nil && r.FormValue("Action") == "Publish" {
		select {
		case <-hang:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		s.t.Error(err)
	}
	in := map[string]string{}
	for name := range r.PostForm {
		in[name] = r.PostForm.Get(name)
	}
	action := in["Action"]
	delete(in, "Action")
	delete(in, "Version")
	var result string
	e := unknownParameter(action, in)
	if e != nil {
		action = "none"
	}
	switch action {
	case "none":
	case "CreatePlatformEndpoint":
		result, e = s.create(in)
	case "SetEndpointAttributes":
		e = s.set(in)
	case "DeleteEndpoint": // idempotent
		delete(s.endpoints, in["EndpointArn"])
	case "Publish":
		result, e = s.publish(in)
	default:
		s.t.Errorf("unexpected action %q", action)
	}
	if e != nil {
		w.WriteHeader(e.status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", e.code, e.message)
		return
	}
	fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, result)
}

func (s *snsServer) hanging() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hang
}

// unknownParameter refuses what the action does not take.
func unknownParameter(action string, in map[string]string) *snsError {
	for name := range in {
		first, _, _ := strings.Cut(name, ".")
		if !slices.Contains(parameters[action], first) {
			return &snsError{400, "InvalidParameter", "Invalid parameter: " + name}
		}
	}
	return nil
}

type snsError struct {
	status        int
	code, message string
}

func (s *snsServer) create(in map[string]string) (string, *snsError) {
	if strings.Contains(in["Token"], "bad") {
		return "", &snsError{400, "InvalidParameter", "Invalid parameter: Token Reason: iOS device tokens must be no more than 400 hexadecimal characters"}
	}
	arn := strings.Replace(in["PlatformApplicationArn"], "arn:app/", "arn:endpoint/", 1) + "/" + in["Token"]
	want := map[string]string{"Token": in["Token"], "Enabled": "true", "CustomUserData": in["CustomUserData"]}
	old, exists := s.endpoints[arn]
	if exists && !maps.Equal(old, want) {
		return "", &snsError{400, "InvalidParameter", "Invalid parameter: Token Reason: Endpoint " + arn + " already exists with the same Token, but different attributes."}
	}
	s.endpoints[arn] = want
	return "<EndpointArn>" + arn + "</EndpointArn>", nil
}

func (s *snsServer) set(in map[string]string) *snsError {
	e, exists := s.endpoints[in["EndpointArn"]]
	if !exists {
		return &snsError{404, "NotFound", "Endpoint does not exist"}
	}
	for i := 1; ; i++ {
		entry := fmt.Sprintf("Attributes.entry.%d.", i)
		name, has := in[entry+"key"]
		if !has {
			return nil
		}
		if _, known := e[name]; !known {
			return &snsError{400, "InvalidParameter", "Invalid parameter: Attributes Reason: " + name}
		}
		e[name] = in[entry+"value"]
	}
}

func (s *snsServer) publish(in map[string]string) (string, *snsError) {
	if s.fail != nil {
		return "", s.fail
	}
	if e := checkMessage(in); e != nil {
		return "", e
	}
	if strings.HasPrefix(in["TopicArn"], "arn:topic/") {
		s.published = append(s.published, in)
		return "<MessageId>1</MessageId>", nil
	}
	e, exists := s.endpoints[in["TargetArn"]]
	switch {
	case !exists && strings.Contains(in["TargetArn"], "gone"):
		return "", &snsError{404, "NotFound", "Endpoint does not exist"}
	case !exists:
		return "", &snsError{400, "InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified"}
	case e["Enabled"] != "true":
		return "", &snsError{400, "EndpointDisabled", "Endpoint is disabled"}
	}
	s.published = append(s.published, in)
	s.taken <- struct{}{}
	if strings.HasPrefix(e["Token"], "dead") {
		e["Enabled"] = "false"
		s.failures <- deliveryFailure(s.t, in["TargetArn"])
	}
	return "<MessageId>1</MessageId>", nil
}

// deliveryFailure is what a topic hands to a function of a push to a token that is dead, whose
// endpoint SNS has disabled.
// https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-endpoint-management.html
func deliveryFailure(t *testing.T, endpoint string) []byte {
	t.Helper()
	message, err := json.Marshal(map[string]any{
		"DeliveryAttempts": 1, "EndpointArn": endpoint, "EventType": "DeliveryFailure", "FailureType": "InvalidPlatformToken",
		"FailureMessage": "Platform token associated with the endpoint is not valid", "Service": "SNS", "Time": time.Now(),
	})
	must(t, err)
	event, err := json.Marshal(events.SNSEvent{Records: []events.SNSEventRecord{{EventSource: "aws:sns", SNS: events.SNSEntity{
		Type: "Notification", MessageID: "1", Message: string(message), Timestamp: time.Now(),
	}}}})
	must(t, err)
	return event
}

// checkMessage is what SNS asks of a message for a device: JSON with a default, all in
// strings, within its size, and attributes that have a type and are reserved for pushes.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func checkMessage(in map[string]string) *snsError {
	invalid := func(reason string) *snsError {
		return &snsError{400, "InvalidParameter", "Invalid parameter: " + reason}
	}
	var message map[string]string
	if in["MessageStructure"] == "json" {
		if err := json.Unmarshal([]byte(in["Message"]), &message); err != nil {
			return invalid("Message Structure - JSON message body failed to parse")
		}
		if message["default"] == "" {
			return invalid("Message Structure - No default entry in JSON message body")
		}
	}
	if len(in["Message"]) > 256<<10 {
		return invalid("Message too long")
	}
	for i := 1; in[fmt.Sprintf("MessageAttributes.entry.%d.Name", i)] != ""; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		if in[entry+"Value.DataType"] != "String" || in[entry+"Value.StringValue"] == "" {
			return invalid("MessageAttributes " + in[entry+"Name"])
		}
	}
	return nil
}

// attributes are the message attributes of a Publish.
func attributes(t *testing.T, params map[string]string) map[string]string {
	t.Helper()
	var found map[string]string
	for i := 1; params[fmt.Sprintf("MessageAttributes.entry.%d.Name", i)] != ""; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		if found == nil {
			found = map[string]string{}
		}
		found[params[entry+"Name"]] = params[entry+"Value.StringValue"]
	}
	return found
}

// withoutAttributes are the other parameters of a Publish.
func withoutAttributes(params map[string]string) map[string]string {
	rest := maps.Clone(params)
	maps.DeleteFunc(rest, func(name, _ string) bool { return strings.HasPrefix(name, "MessageAttributes.") })
	return rest
}
