package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/cloud/letters"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/mcp"
	"github.com/connectnow/backend/internal/webphones"
)

// deployment is all functions with the environment that the template gives them, in front
// of a recorder.
type deployment struct {
	t        *testing.T
	recorder *recorder
	desks    map[string]*desk.Desk
	handlers map[string]lambda.Handler
	routes   *http.ServeMux // finds the function of a path
	now      time.Duration  // how far the clock of all is ahead
	account  string
	browsers string // the push service of all browsers
}

func newDeployment(t *testing.T, r resolver) *deployment {
	t.Helper()
	client := cloudtest.Start(t)
	d := &deployment{t: t, desks: map[string]*desk.Desk{}, handlers: map[string]lambda.Handler{}, routes: http.NewServeMux()}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) }))
	t.Cleanup(service.Close)
	d.browsers = service.URL
	environment := map[string]string{}
	for _, p := range of(r.app, "AWS::Lambda::Function") {
		for name, value := range at(p, "Environment", "Variables").(object) {
			environment[name] = r.text(r.app, value)
		}
	}
	var url string
	d.recorder, url = newRecorder(t, cloudtest.Endpoint(t), cloudtest.CreateTable(t, client), environment)
	d.recorder.ahead = &d.now
	for _, v := range []struct{ name, value string }{
		{"AWS_ENDPOINT_URL", url}, {"AWS_REGION", region}, {"AWS_ACCESS_KEY_ID", "local"}, {"AWS_SECRET_ACCESS_KEY", "local"}, {"AWS_CA_BUNDLE", ""},
	} {
		t.Setenv(v.name, v.value)
	}
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		name := strings.TrimSuffix(id, "Function")
		for variable, value := range at(p, "Environment", "Variables").(object) {
			t.Setenv(variable, r.text(r.app, value))
		}
		made := opened(t, name)
		clock := func() time.Time { return time.Now().Add(d.now) }
		made.Now, made.Timers.(*cloud.Timers).Now, made.Phones.(*cloud.Phones).Now = clock, clock, clock
		if phones := made.Phones.(*cloud.Phones); phones.Web != nil {
			phones.Web = webphones.New(d.browsers, true, made.VAPIDSecret, clock)
		}
		made.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
		d.desks[name] = made
	}
	for name, maker := range gateway.Functions() {
		d.handlers[name] = maker(d.desks[name])
	}
	d.handlers[gateway.MCPFunction] = mcp.Function(d.desks[gateway.MCPFunction])
	for _, rt := range api.Routes() {
		d.routes.HandleFunc(rt.Method+" "+rt.Pattern, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("function", rt.Function) })
	}
	return d
}

// browser is the body by which a member's browser is registered. Its keys are those of the example
// of RFC 8291.
func (d *deployment) browser(member string) string {
	return same(object{"platform": "webpush", "token": same(object{"endpoint": d.browsers + "/" + member, "keys": object{
		"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg",
	}})})
}

// parts are those that a main may name, by their packages.
var parts = map[string]cloud.Part{"users": users.Part, "shifts": shifts.Part, "vault": vault.Part, "letters": letters.Part}

// opened is the desk of a function, with the parts that its main names and no others.
func opened(t *testing.T, function string) *desk.Desk {
	t.Helper()
	text, err := os.ReadFile("../functions/" + function + "/main.go")
	check(t, err)
	var named []cloud.Part
	for _, found := range regexp.MustCompile(`([a-z]+)\.Part\b`).FindAllStringSubmatch(string(text), -1) {
		named = append(named, parts[found[1]])
	}
	d, err := cloud.Desk(named...)(t.Context())
	check(t, err)
	return d
}

// invoke invokes a function directly and returns its answer; an error of the function is
// one of the story's unless it is wanted.
func (d *deployment) invoke(function string, payload any, wanted ...string) object {
	d.t.Helper()
	text, err := json.Marshal(payload)
	check(d.t, err)
	d.recorder.as(function)
	out, err := d.handlers[function].Invoke(d.t.Context(), text)
	var told messages.InvokeResponse_Error
	if errors.As(err, &told) && len(wanted) > 0 && told.Type == wanted[0] {
		return nil
	}
	if err != nil {
		d.t.Fatalf("%s: %v", function, err)
	}
	var answer object
	check(d.t, json.Unmarshal(out, &answer))
	return answer
}

// call makes a request as a member, through the function that the route table names.
func (d *deployment) call(status int, member, method, path, body string, headers ...string) object {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, path, nil)
	check(d.t, err)
	_, pattern := d.routes.Handler(request)
	function := ""
	for _, rt := range api.Routes() {
		if rt.Method+" "+rt.Pattern == pattern {
			function = rt.Function
		}
	}
	claims := map[string]string{"token_use": "id", "cognito:username": member, "aud": d.desks[function].Clients.Members, "iat": fmt.Sprint(time.Now().Add(d.now).Unix())}
	if member == "machine" {
		claims = map[string]string{"token_use": "access", "client_id": d.desks[function].Clients.Machine, "scope": "escalations/write", "iat": claims["iat"]}
	}
	event := events.APIGatewayV2HTTPRequest{RawPath: request.URL.Path, RawQueryString: request.URL.RawQuery, Body: body, Headers: map[string]string{}}
	event.RequestContext.HTTP.Method = method
	if member != "" {
		event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	for i := 0; i < len(headers); i += 2 {
		event.Headers[headers[i]] = headers[i+1]
	}
	answer := d.invoke(function, event)
	if answer["statusCode"] != float64(status) {
		d.t.Fatalf("%s %s: %v, want %d", method, path, answer, status)
	}
	var got object
	if text, _ := answer["body"].(string); text != "" {
		check(d.t, json.Unmarshal([]byte(text), &got))
	}
	return got
}

// visits asks for an address as a browser does, of the function of the pages.
func (d *deployment) visits(path string) {
	d.t.Helper()
	event := events.APIGatewayV2HTTPRequest{RouteKey: api.NoRoute, RawPath: path, Headers: map[string]string{"accept": "text/html", "accept-encoding": "br"}}
	event.RequestContext.HTTP.Method = http.MethodGet
	if answer := d.invoke(gateway.PagesFunction, event); at(answer, "headers", "X-Frame-Options") != "DENY" {
		d.t.Errorf("%s: %v", path, answer)
	}
}

// handlerOf is the function that handles messages of a kind.
func handlerOf(kind desk.MessageKind) string {
	if kind.Mailed() {
		return mailFunction
	}
	return "timer"
}

// wake has the function of a kind of messages handle all that there are.
func (d *deployment) wake(kind desk.MessageKind) {
	d.t.Helper()
	d.wakeBy(handlerOf(kind), kind)
}

// wakeBy has a function handle all messages of a kind.
func (d *deployment) wakeBy(function string, kind desk.MessageKind) {
	d.t.Helper()
	for _, m := range d.recorder.take(kind) {
		body, err := json.Marshal(m)
		check(d.t, err)
		d.recorder.as(function)
		queue := d.recorder.deployed["TIMER_QUEUE_URL"]
		if function == mailFunction {
			queue = d.recorder.deployed["MAIL_QUEUE_URL"]
		}
		for _, action := range []string{"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"} { // Lambda's, with the function's role
			d.recorder.note("sqs:"+action, queueARN(queue))
		}
		answer := d.invoke(function, events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: string(body)}}})
		if failures := answer["batchItemFailures"].([]any); len(failures) > 0 {
			d.t.Fatalf("%+v failed", m)
		}
	}
}

// escalate asks for a person; what is about the n-th customer has their number.
func (d *deployment) escalate(n int, channel string) string {
	d.t.Helper()
	answer := d.invoke("escalate", d.request(n, channel))
	return answer["escalationId"].(string)
}

func (d *deployment) request(n int, channel string) object {
	return object{
		"action": "escalate", "accountId": d.account, "requestId": fmt.Sprintf("req-%d", n), "interactionId": fmt.Sprintf("conv-%d", n),
		"channel": channel, "reason": "customer_request", "customer": object{"phone": fmt.Sprintf("+9198000%05d", n)},
		"conversation": object{"trigger": "A person, please", "messages": []any{object{"from": "customer", "text": "Hello"}}},
	}
}

func (d *deployment) text(o object, path ...string) string {
	d.t.Helper()
	s, is := at(o, path...).(string)
	if !is {
		d.t.Fatalf("no %v in %v", path, o)
	}
	return s
}

// refreshes has the next refresh token be a member's.
func (d *deployment) refreshes(member string) {
	d.recorder.once("GetTokensFromRefreshToken", http.StatusOK, object{"AuthenticationResult": object{
		"IdToken": "a." + claimsOf(member, d.now) + ".c", "ExpiresIn": 3600,
	}})
}

// claimsOf is the middle of a token, as the identity makes one. Each is of a session of its own.
func claimsOf(member string, ahead time.Duration) string {
	claims := fmt.Sprintf(`{"token_use": "id", "cognito:username": %q, "origin_jti": "%d", "auth_time": %d}`, member, time.Now().UnixNano(), time.Now().Add(ahead).Unix())
	return base64.RawURLEncoding.EncodeToString([]byte(claims))
}

// model has a model call a tool with a key, and gives what is told beside the words.
func (d *deployment) model(key, tool, arguments string) object {
	d.t.Helper()
	var event object
	text, err := os.ReadFile("../events/mcp.json")
	check(d.t, err)
	check(d.t, json.Unmarshal(text, &event))
	event["headers"].(object)["authorization"] = "Bearer " + key
	event["body"] = `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "` + tool + `", "arguments": ` + arguments + `}}`
	var answer object
	if err := json.Unmarshal([]byte(d.text(d.invoke(gateway.MCPFunction, event), "body")), &answer); err != nil || at(answer, "result", "isError") == true {
		d.t.Fatalf("%s: %v, %v", tool, answer, err)
	}
	told, _ := at(answer, "result", "structuredContent").(object)
	return told
}
