package steps

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/logs"
	"github.com/connectnow/backend/internal/table/meter"
)

// stage is a business whose agents are all there, on all functions. One thing happens
// after the other, and two stages of the same size do the same to the byte.
type stage struct {
	ctx        context.Context
	clock      time.Time
	twins      *local.Twins
	desk       *desk.Desk
	table      *meter.Table
	aws        *services
	handlers   map[string]lambda.Handler
	owner      desk.Caller
	department string
	agents     []string
	strangers  int   // requests of those without a token
	asked      *int  // how often the identity was
	wrong      error // the first thing that went wrong; nothing is done after it
}

// monday is when the stage opens: all are at work.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// atWork are everybody's working hours, by which the stage's day and week are measured.
var atWork = hours.WorkingHours{TimeZone: "Europe/Berlin", Entries: []hours.Entry{
	{Days: []string{"mon", "tue", "wed", "thu", "fri"}, Start: "09:00", End: "17:30"},
}}

// open makes a business of so many agents in a folder of its own.
func open(ctx context.Context, dir string, agents int) (*stage, error) {
	s := &stage{ctx: ctx, clock: monday, asked: new(int), handlers: map[string]lambda.Handler{}}
	s.aws = &services{now: s.now, used: costs.Usage{}, series: map[string]bool{}}
	var err error
	if s.twins, err = local.Open(dir, local.Options{PasswordMemory: 64, Now: s.now, NoSync: true, Log: slog.New(slog.DiscardHandler)}); err != nil {
		return nil, err
	}
	s.table = meter.New(s.twins.Table)
	s.desk = desk.New(s.table,
		&cloud.Timers{Queue: s.aws, Schedules: s.aws, QueueURL: "https://sqs", QueueARN: "arn:aws:sqs", Group: "timers", RoleARN: "arn:aws:iam", Now: s.now},
		&cloud.Phones{SNS: s.aws, Apps: map[desk.Platform]string{desk.FCM: "arn:aws:sns"}, Now: s.now},
		anyone{began: s.clock, asked: s.asked}, &shifts.Shifts{SFN: s.aws, Machine: "arn:aws:states"})
	s.desk.Clients, s.desk.Secrets = s.twins.Desk.Clients, s.twins.Desk.Secrets
	s.desk.Metrics = (&cloud.Metrics{Stage: "prod", Out: metricLines{s.aws}, Now: s.now}).Emit
	s.desk.Announce = (&cloud.Announcements{SNS: s.aws, Topic: "arn:aws:sns"}).Publish
	s.desk.Now, s.desk.Log, s.desk.Random = s.now, logs.JSON(s.aws, slog.LevelInfo), &random{from: rand.NewChaCha8([32]byte{})}
	s.desk.Sleep = func(_ context.Context, d time.Duration) error { s.clock = s.clock.Add(d); return nil }
	for name, maker := range gateway.Functions() {
		s.handlers[name] = maker(s.desk)
	}
	s.hire(agents)
	return s, s.wrong
}

func (s *stage) now() time.Time { return s.clock }

// hire makes the account, and brings all to work.
func (s *stage) hire(agents int) {
	made, err := s.desk.Provision(s.ctx, desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: "Shop", TimeZone: atWork.TimeZone, Owner: person(0)})
	s.owner = desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	s.must(err)
	department, err := s.desk.CreateDepartment(s.ctx, s.owner, "", "Shoes")
	s.must(err)
	s.department = department.ID
	for i := range agents {
		if s.wrong != nil {
			return
		}
		n := person(i + 1)
		n.Role, n.DepartmentIDs = desk.RoleStaff, []string{s.department}
		m, err := s.desk.CreateMember(s.ctx, s.owner, n)
		s.must(err)
		s.agents = append(s.agents, m.ID)
		w := atWork
		_, err = s.desk.SetWorkingHours(s.ctx, s.owner, m.ID, &w)
		s.must(err)
		s.online(m.ID)
	}
	s.deliver(s.clock.Add(5 * time.Minute)) // what finishes these operations
}

func person(i int) desk.NewMember {
	return desk.NewMember{FirstName: "Asha", LastName: fmt.Sprint("Rao ", i), Email: fmt.Sprintf("asha%d@example.com", i), Password: "Sandbox-Agent-1"}
}

// online registers the agent's phone and has them take work.
func (s *stage) online(member string) {
	s.call(member, http.MethodPut, "/v1/me/devices/phone", `{"platform": "fcm", "token": "`+member+`"}`)
	s.call(member, http.MethodPut, "/v1/me/presence", `{"status": "online"}`)
}

func (s *stage) must(err error) {
	if s.wrong == nil {
		s.wrong = err
	}
}

// invoke invokes a function as Lambda does, and decodes its answer.
func (s *stage) invoke(function string, payload any) (answer map[string]any) {
	if s.wrong != nil {
		return nil
	}
	body, err := json.Marshal(payload)
	s.must(err)
	ctx := lambdacontext.NewContext(s.ctx, &lambdacontext.LambdaContext{AwsRequestID: "8f1c2e7a-6a0e-4a55-9d6c-2f7f6f0a3a11"})
	//lint:ignore SA1029 the Lambda library's own key is a string
	ctx = context.WithValue(ctx, "x-amzn-trace-id", "Root=1-6921a5b8-11f8a5e06b1f4b3a3a2f8c11;Parent=53995c3f42cd8ad8;Sampled=0")
	s.aws.count(costs.Invocations, 1)
	out, err := s.handlers[function].Invoke(ctx, body)
	if err != nil {
		s.must(fmt.Errorf("invoking %s: %w", function, err))
		return nil
	}
	s.must(json.Unmarshal(out, &answer))
	return answer
}

// call makes a request of a member through the function that serves it.
func (s *stage) call(member, method, path, body string) (found map[string]any) {
	if s.wrong != nil {
		return nil
	}
	function := ""
	routes := http.NewServeMux()
	for _, rt := range api.Routes() {
		routes.HandleFunc(rt.Method+" "+rt.Pattern, func(http.ResponseWriter, *http.Request) { function = rt.Function })
	}
	request, err := http.NewRequestWithContext(s.ctx, method, path, nil)
	s.must(err)
	routes.ServeHTTP(nil, request)
	event := events.APIGatewayV2HTTPRequest{RawPath: path, Body: body}
	event.RequestContext.HTTP.Method, event.RequestContext.RequestID = method, "JKJaXmPLvHcESHA="
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{
			Claims: map[string]string{"token_use": "id", "cognito:username": member, "aud": s.desk.Clients.Members, "iat": fmt.Sprint(s.clock.Unix())},
		},
	}
	s.aws.count(costs.Requests, 1)
	answer := s.invoke(function, event)
	if status, _ := answer["statusCode"].(float64); status < 200 || status > 299 {
		s.must(fmt.Errorf("%s %s: %v", method, path, answer))
	}
	sent := text(answer, "body")
	s.aws.count(costs.InternetGB, float64(len(sent))) // bytes: see step
	if sent != "" {
		s.must(json.Unmarshal([]byte(sent), &found))
	}
	return found
}

// text looks a string up in an answer, by names and numbers; "" when there is none.
func text(in any, path ...string) string {
	for _, name := range path {
		switch v := in.(type) {
		case map[string]any:
			in = v[name]
		case []any:
			if i, err := strconv.Atoi(name); err == nil && i < len(v) {
				in = v[i]
			}
		}
	}
	s, _ := in.(string)
	return s
}

//go:embed escalate.json
var conversation []byte

// escalate asks for a person, with a conversation of two kilobytes, and returns the
// escalation's id and whom it rings.
func (s *stage) escalate(number int) (id, agent string) {
	var payload map[string]any
	s.must(json.Unmarshal(conversation, &payload))
	payload["accountId"], payload["departmentId"] = s.owner.AccountID, s.department
	payload["requestId"], payload["interactionId"] = fmt.Sprint("req-", number), fmt.Sprint("conv-", number)
	answer := s.invoke("escalate", payload)
	return text(answer, "escalationId"), text(answer, "agent", "id")
}

// direct asks for something else about an escalation, and returns whom it rings.
func (s *stage) direct(action, id string) (agent string) {
	answer := s.invoke("escalate", map[string]any{"action": action, "accountId": s.owner.AccountID, "escalationId": id})
	return text(answer, "agent", "id")
}

// deliver has the queue hand all that is due by then to the function timer. SQS counts a
// request for each time that a message is received and deleted, and that it was sent.
func (s *stage) deliver(until time.Time) {
	for s.wrong == nil {
		m, found := s.aws.next(until)
		if !found {
			break
		}
		if m.at.After(s.clock) {
			s.clock = m.at
		}
		if m.scheduled {
			s.aws.count(costs.QueueRequests, 1)
		}
		s.aws.count(costs.QueueRequests, 2)
		answer := s.invoke("timer", events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: m.body}}})
		if failed, _ := answer["batchItemFailures"].([]any); len(failed) > 0 {
			s.must(fmt.Errorf("not handled: %s", m.body))
		}
	}
	s.clock = until
}

// anyone is an identity that takes everybody: Cognito charges for none of these calls.
// Whoever refreshes sends the member's id, and signed in when the stage began.
type anyone struct {
	desk.Identity
	began time.Time
	asked *int
}

// Create implements desk.Identity.
func (anyone) Create(context.Context, string, string) error { return nil }

// Refresh implements desk.Identity, with a token of the length that Cognito's have.
func (i anyone) Refresh(_ context.Context, member string) (desk.Tokens, error) {
	*i.asked++
	return desk.Tokens{
		AccessToken: strings.Repeat("x", 1000), ExpiresIn: 3600, MemberID: member, Session: "ses_aaaaaaaaaaaa", SignedIn: i.began,
	}, nil
}

// Login implements desk.Identity: no password is right.
func (i anyone) Login(context.Context, string, string) (desk.Tokens, error) {
	*i.asked++
	return desk.Tokens{}, desk.ErrWrongPair
}

// Revoke implements desk.Identity.
func (anyone) Revoke(context.Context, string) error { return nil }

// metricLines are the lines that tell metrics, which are lines of the log besides.
type metricLines struct{ *services }

// Write remembers which metrics the line is of: CloudWatch charges for each that has data, by
// whatever dimensions it is told apart.
func (m metricLines) Write(line []byte) (int, error) {
	var read struct {
		AWS struct {
			CloudWatchMetrics []struct {
				Dimensions [][]string
				Metrics    []struct{ Name string }
			}
		} `json:"_aws"`
	}
	var values map[string]any
	if err := errors.Join(json.Unmarshal(line, &read), json.Unmarshal(line, &values)); err != nil {
		return 0, fmt.Errorf("a line of a metric: %w", err)
	}
	m.mu.Lock()
	for _, directive := range read.AWS.CloudWatchMetrics {
		for _, metric := range directive.Metrics {
			for _, by := range directive.Dimensions {
				name := metric.Name
				for _, dimension := range by {
					name += fmt.Sprint(" ", dimension, "=", values[dimension])
				}
				m.series[name] = true
			}
		}
	}
	m.mu.Unlock()
	return m.services.Write(line)
}

// random is the desk's randomness, the same in each run.
type random struct {
	mu   sync.Mutex
	from io.Reader
}

// Read implements io.Reader.
func (r *random) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.from.Read(b)
}
