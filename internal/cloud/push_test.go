package cloud_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

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
	published []map[string]string          // parameters of Publish
}

// newSNS returns phones that talk to a new server.
func newSNS(t *testing.T) (*cloud.Phones, *snsServer) {
	t.Helper()
	s := &snsServer{t: t, endpoints: map[string]map[string]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &cloud.Phones{
		SNS: sns.New(sns.Options{
			Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}),
		Apps: map[desk.Platform]string{desk.FCM: "arn:app/GCM/x", desk.APNs: "arn:app/APNS/x", desk.APNsSandbox: "arn:app/APNS_SANDBOX/x"},
		Now:  func() time.Time { return nowish },
	}, s
}

func (s *snsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	var e *snsError
	switch action {
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
	return "<MessageId>1</MessageId>", nil
}

func register(t *testing.T, p *cloud.Phones, memberID string, d desk.Device) desk.Device {
	t.Helper()
	address, err := p.Register(t.Context(), memberID, d)
	if err != nil {
		t.Fatal(err)
	}
	d.Address = address
	return d
}

func TestPhonesRegister(t *testing.T) {
	p, s := newSNS(t)
	d := register(t, p, "mem_a", desk.Device{Platform: desk.APNs, Token: "t1"})
	if again := register(t, p, "mem_a", d); again.Address != d.Address {
		t.Errorf("registered again at %s, want %s", again.Address, d.Address)
	}
	s.endpoints[d.Address]["Enabled"] = "false"
	if again := register(t, p, "mem_b", d); again.Address != d.Address {
		t.Errorf("registered for another member at %s, want %s", again.Address, d.Address)
	}
	want := map[string]string{"Token": "t1", "Enabled": "true", "CustomUserData": "mem_b"}
	if diff := cmp.Diff(want, s.endpoints[d.Address]); diff != "" {
		t.Errorf("endpoint (-want +got):\n%s", diff)
	}
	for range 2 { // the second time it is unknown
		if err := p.Forget(t.Context(), d); err != nil {
			t.Error(err)
		}
	}
	if len(s.endpoints) != 0 {
		t.Errorf("endpoints %v, want none", s.endpoints)
	}
}

func TestPhonesRegisterRefused(t *testing.T) {
	p, _ := newSNS(t)
	delete(p.Apps, desk.APNs)
	_, err := p.Register(t.Context(), "mem_a", desk.Device{Platform: desk.APNs, Token: "t1"})
	if !desk.IsProblem(err, "platform-not-configured") {
		t.Errorf("without a platform application: %v", err)
	}
	_, err = p.Register(t.Context(), "mem_a", desk.Device{Platform: desk.FCM, Token: "a bad one"})
	if !desk.IsProblem(err, "invalid") {
		t.Errorf("a token that SNS refuses: %v", err)
	}
}

func TestPhonesUnreachable(t *testing.T) {
	p, s := newSNS(t)
	disabled := register(t, p, "mem_a", desk.Device{Platform: desk.FCM, Token: "t1"})
	s.endpoints[disabled.Address]["Enabled"] = "false"
	for name, d := range map[string]desk.Device{
		"disabled": disabled,
		"deleted":  {Platform: desk.FCM, Address: "arn:endpoint/GCM/x/t2"},
		"gone":     {Platform: desk.FCM, Address: "arn:endpoint/GCM/x/gone"},
	} {
		err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeTest})
		if !errors.Is(err, desk.ErrUnreachable) {
			t.Errorf("%s: %v, want ErrUnreachable", name, err)
		}
	}
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	p.SNS = sns.New(sns.Options{
		Region: "eu-central-1", BaseEndpoint: &down.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	if err := p.Push(t.Context(), disabled, desk.Notice{}); err == nil || errors.Is(err, desk.ErrUnreachable) {
		t.Errorf("SNS is down: %v, want an error that may pass", err)
	}
}

var offerNotice = desk.Notice{
	Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 2, Channel: desk.Chat, Reason: desk.CustomerRequest,
	Department: "Kids", RingingUntil: nowish.Add(24500 * time.Millisecond), Badge: 3,
}

// publish pushes a notice to a device of the platform and returns the parameters of
// Publish, with the payload for the platform taken out of the message.
func publish(t *testing.T, platform desk.Platform, snsName string, n desk.Notice) (params map[string]string, payload map[string]any) {
	t.Helper()
	p, s := newSNS(t)
	d := register(t, p, "mem_a", desk.Device{Platform: platform, Token: "t1"})
	if err := p.Push(t.Context(), d, n); err != nil {
		t.Fatal(err)
	}
	params = s.published[0]
	var message map[string]string
	if err := json.Unmarshal([]byte(params["Message"]), &message); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(message[snsName]), &payload); err != nil || message["default"] == "" || len(message) != 2 {
		t.Fatalf("message %v: %v; want %s and default", message, err, snsName)
	}
	if size := len(message[snsName]); size > 4000 {
		t.Errorf("payload of %d bytes, at most 4000", size)
	}
	delete(params, "Message")
	return params, payload
}

func TestPushFCM(t *testing.T) {
	params, payload := publish(t, desk.FCM, "GCM", offerNotice)
	if diff := cmp.Diff(map[string]string{"TargetArn": "arn:endpoint/GCM/x/t1", "MessageStructure": "json"}, params); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	want := map[string]any{"fcmV1Message": map[string]any{"message": map[string]any{
		"data": map[string]any{
			"kind": "offer", "escalationId": "esc_bbbbbbbbbbbb", "offer": "2", "channel": "chat",
			"reason": "customer_request", "department": "Kids", "ringingUntil": "2026-11-22T09:30:24Z",
		},
		"android": map[string]any{"priority": "high", "ttl": "25s", "collapse_key": "esc_bbbbbbbbbbbb-2"},
	}}}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

func TestPushAPNs(t *testing.T) {
	params, payload := publish(t, desk.APNsSandbox, "APNS_SANDBOX", offerNotice)
	attributes := map[string]string{}
	for i := 1; params[fmt.Sprintf("MessageAttributes.entry.%d.Name", i)] != ""; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		if params[entry+"Value.DataType"] != "String" {
			t.Errorf("attribute %s is of type %s", params[entry+"Name"], params[entry+"Value.DataType"])
		}
		attributes[params[entry+"Name"]] = params[entry+"Value.StringValue"]
	}
	wantAttributes := map[string]string{
		"AWS.SNS.MOBILE.APNS_SANDBOX.TTL": "25", "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
		"AWS.SNS.MOBILE.APNS.PRIORITY": "10", "AWS.SNS.MOBILE.APNS.COLLAPSE_ID": "esc_bbbbbbbbbbbb-2",
	}
	if diff := cmp.Diff(wantAttributes, attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	want := map[string]any{
		"aps": map[string]any{
			"alert": map[string]any{"title": "New chat", "body": "Kids · asked for a person"},
			"badge": 3.0, "sound": "ring.caf", "category": "OFFER", "interruption-level": "time-sensitive",
			"thread-id": "esc_bbbbbbbbbbbb",
		},
		"kind": "offer", "escalationId": "esc_bbbbbbbbbbbb", "offer": "2", "channel": "chat",
		"reason": "customer_request", "department": "Kids", "ringingUntil": "2026-11-22T09:30:24Z",
	}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

// TestPushWithdrawn takes the place of the offer's push, and makes no sound.
func TestPushWithdrawn(t *testing.T) {
	n := offerNotice
	n.Kind, n.RingingUntil = desk.NoticeWithdrawn, nowish.Add(-time.Second)
	_, payload := publish(t, desk.FCM, "GCM", n)
	android := payload["fcmV1Message"].(map[string]any)["message"].(map[string]any)["android"].(map[string]any)
	if android["collapse_key"] != "esc_bbbbbbbbbbbb-2" || android["ttl"] != "0s" {
		t.Errorf("android = %v", android)
	}
	_, payload = publish(t, desk.APNs, "APNS", n)
	aps := payload["aps"].(map[string]any)
	if aps["sound"] != nil || aps["interruption-level"] != "passive" || aps["content-available"] != 1.0 {
		t.Errorf("aps = %v", aps)
	}
}

// TestPushCallbackDue says whose department it is and which callback, and nothing of the
// customer; pushes about two callbacks do not replace each other.
func TestPushCallbackDue(t *testing.T) {
	n := desk.Notice{Kind: desk.NoticeCallbackDue, CallbackID: "cb_eeeeeeeeeeee", Department: "Kids"}
	_, payload := publish(t, desk.FCM, "GCM", n)
	want := map[string]any{"fcmV1Message": map[string]any{"message": map[string]any{
		"data":    map[string]any{"kind": "callbackDue", "callbackId": "cb_eeeeeeeeeeee", "department": "Kids"},
		"android": map[string]any{"priority": "high", "ttl": "3600s", "collapse_key": "callbackDue-cb_eeeeeeeeeeee"},
	}}}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	for department, body := range map[string]string{
		"Kids": "Kids · A customer still waits to be called back.", "": "A customer still waits to be called back.",
	} {
		n.Department = department
		_, payload := publish(t, desk.APNs, "APNS", n)
		want := map[string]any{"title": "Callback overdue", "body": body}
		if diff := cmp.Diff(want, payload["aps"].(map[string]any)["alert"]); diff != "" {
			t.Errorf("alert (-want +got):\n%s", diff)
		}
	}
}
