package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/gateway"
)

// application is the stack of what can be made again at any time.
type application struct {
	stack     awscdk.Stack
	functions map[string]awslambda.CfnFunction
	timers    *timers
	mail      *mail     // nil where the stage sends none
	refusals  *refusals // nil without applications for phones
	machine   *machine
	api       awsapigatewayv2.CfnApi
}

// timeouts are how long functions may take, in seconds. Behind the API that is as long as
// callers wait; of timers see newTimers.
var timeouts = map[string]int{"escalate": 15, "provision": 15, "timer": 5, mailFunction: 15, "shift": 15, gateway.RefusalsFunction: 15}

const apiTimeout = 15

// mayLoop are the functions that messages of their own invoke. Lambda would stop them after
// some sixteen invocations in one chain, and leave an offer ringing for ever or a letter unsent
// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html). What ends their
// chains instead is in decision 24. No other function comes back to itself: shift is invoked
// by a state machine, and what phones, push services, pages and other systems do begins chains of
// their own.
var mayLoop = map[string]bool{"timer": true, mailFunction: true}

func newApplication(app awscdk.App, c *config, d *data) *application {
	a := &application{functions: map[string]awslambda.CfnFunction{}}
	a.stack = awscdk.NewStack(app, jsii.String("ConnectNow-"+c.Stage+"-App"), &awscdk.StackProps{
		Description: jsii.String("ConnectNow human agents: what can be made again (" + c.Stage + ")"),
	})
	a.timers = newTimers(a.stack, c)
	a.machine = planMachine(a.stack, c)
	if c.MailFrom != "" {
		a.mail = newMail(a.stack, c)
	}
	a.refusals = planRefusals(a.stack, c, d)
	r := a.resources(c, d)
	for _, name := range functionNames() {
		if name == mailFunction && a.mail == nil || name == gateway.RefusalsFunction && a.refusals == nil {
			continue
		}
		f := function{
			name: name, timeout: timeoutOf(name), environment: a.environment(c, d), may: r.grants(name), reserved: c.keptFor(name), layers: c.layers(), loops: mayLoop[name],
		}
		if name == gateway.RefusalsFunction {
			f.dead = a.refusals.dead.QueueArn()
		}
		a.functions[name] = newFunction(a.stack, c, f)
	}
	deliver(a.timers.queue, a.functions["timer"], "TimerMessages", c.timersAtOnce())
	if a.mail != nil {
		deliver(a.mail.queue, a.functions[mailFunction], "MailMessages", mailConcurrency)
	}
	if a.refusals != nil {
		a.refusals.hear(a.functions[gateway.RefusalsFunction], d)
	}
	a.machine.make(a.stack, c, a.functions["shift"])
	a.api = newAPI(a, c, d)
	if c.AgentCore {
		newAgentGateway(a, c)
	}
	newAlarms(a, c, d)
	output(a.stack, "EscalateFunction", a.functions["escalate"].Ref())
	output(a.stack, "ProvisionFunction", a.functions["provision"].Ref())
	return a
}

// kept are the functions for which concurrency is kept where that is asked for: without these no
// enquiry finds a person, no offer goes on and nobody accepts, whatever floods the others.
var kept = []string{"escalate", "timer", "escalations"}

// keptFor is how many instances are kept for a function, which are also the most that it may have;
// 0 for none and no bound.
func (c *config) keptFor(name string) int {
	if !slices.Contains(kept, name) {
		return 0
	}
	return c.Reserved
}

// timersAtOnce is how many messages the function timer is given at once: no more than it has
// instances, or Lambda would turn some away, and the queue wait before it gives them out again.
func (c *config) timersAtOnce() int {
	if c.Reserved == 0 {
		return c.Timers
	}
	return max(2, min(c.Timers, c.Reserved)) // the least that the mapping takes
}

// functionNames are those of all functions that a stage can have.
func functionNames() []string { return gateway.Names() }

func timeoutOf(name string) int {
	if t, known := timeouts[name]; known {
		return t
	}
	return apiTimeout
}

// environment is what cloud.Desk is told, the same for every function, whatever parts its desk
// has.
func (a *application) environment(c *config, d *data) map[string]*string {
	var apps []string
	for _, platform := range slices.Sorted(maps.Keys(d.apps)) {
		apps = append(apps, platform+"="+d.apps[platform])
	}
	variables := map[string]*string{
		"TABLE_NAME":          d.table.TableName(),
		"TIMER_QUEUE_URL":     a.timers.queue.QueueUrl(),
		"TIMER_QUEUE_ARN":     a.timers.queue.QueueArn(),
		"TIMER_DEAD_ARN":      a.timers.dead.QueueArn(),
		"SCHEDULER_GROUP":     a.timers.group.Ref(),
		"SCHEDULER_ROLE_ARN":  a.timers.role.RoleArn(),
		"USER_POOL_ID":        d.pool.UserPoolId(),
		"MEMBERS_CLIENT_ID":   d.members.UserPoolClientId(),
		"USER_POOL_CLIENT_ID": d.released.UserPoolClientId(),
		"SHIFT_MACHINE_ARN":   a.machine.arn,
		"EVENT_TOPIC_ARN":     d.events.TopicArn(),
		"SECRET_ARN":          d.secret.SecretArn(),
		"PLATFORM_APPS":       jsii.String(strings.Join(apps, ",")),
	}
	if d.machine != nil {
		variables["PLATFORM_CLIENT_ID"] = d.machine.UserPoolClientId()
	}
	if c.Address.Domain != "" {
		// Subscriptions of browsers end with the address of their page, so a stage without one of
		// its own offers none.
		variables["WEB_PUSH_ORIGIN"] = jsii.String("https://" + c.Address.Domain)
	}
	if d.edge != nil {
		variables["EDGE_KEY"] = d.edge.key.SecretValue().UnsafeUnwrap()
	}
	if a.mail != nil {
		variables["MAIL_FROM"], variables["MAIL_QUEUE_URL"] = &c.MailFrom, a.mail.queue.QueueUrl()
	}
	return variables
}
