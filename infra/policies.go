package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// What a function may do is what its code does, and no more: a test runs all of them with
// their real wiring, notes each call, and compares (TestPoliciesAreWhatIsCalled).

// grant is something that functions are allowed, by the word for what they do.
type grant string

const (
	reads     grant = "reads the table"
	gets      grant = "reads single items"
	writes    grant = "writes items, alone and in transactions"
	removes   grant = "removes items, likewise"
	checks    grant = "makes a write depend on an item that it leaves as it is"
	draws     grant = "draws tickets"
	sends     grant = "sends timer messages"
	receives  grant = "is handed timer messages, which Lambda fetches in the function's name"
	mails     grant = "sends messages that have a letter sent"
	delivers  grant = "is handed messages of letters, and sends these"
	schedules grant = "schedules timers further off"
	pushes    grant = "pushes to phones"
	announces grant = "publishes events"
	registers grant = "registers phones"
	forgets   grant = "forgets phones"
	starts    grant = "starts the executions of working hours"
	signsIn   grant = "signs members in, by the client's secret"
	passwords grant = "sets passwords"
	signsOut  grant = "ends members' sessions"
	creates   grant = "creates users"
	enables   grant = "enables users whom somebody disabled"
	inspects  grant = "looks whether a user is there and can sign in"
	deletes   grant = "deletes users"
	opens     grant = "reads the secret of the deployment"
	buries    grant = "leaves what it failed at to dead letters, which Lambda does in its name"
)

// grants is what each function does.
var grants = map[string][]grant{
	"login":       {reads, writes, removes, checks, draws, sends, mails, schedules, pushes, announces, forgets, starts, signsIn, passwords, signsOut, creates, enables, opens},
	"team":        {reads, writes, removes, checks, draws, sends, mails, schedules, pushes, announces, forgets, starts, passwords, signsOut, creates, enables, deletes, opens},
	"presence":    {reads, writes, removes, checks, draws, sends, schedules, pushes, announces, registers, forgets, starts, opens},
	"escalations": {reads, writes, removes, draws, sends, schedules, pushes, announces, opens},
	"callbacks":   {reads, writes, removes, sends, pushes, announces, opens},
	"settings":    {reads, writes, removes, opens},
	"pages":       {}, // it asks nobody
	"escalate":    {reads, writes, removes, draws, sends, schedules, pushes, announces, opens},
	"mcp":         {reads, writes, removes, draws, sends, schedules, pushes, announces, opens},
	"provision":   {reads, writes, removes, checks, sends, mails, creates, enables, inspects, passwords, deletes},
	"mail":        {gets, writes, removes, mails, delivers, opens},
	"timer":       {reads, writes, removes, checks, draws, sends, mails, receives, schedules, pushes, announces, forgets, starts, deletes, opens},
	"shift":       {reads, writes, sends, pushes, starts, opens},
	"refusals":    {gets, writes, sends, buries},
}

// resources make statements of grants.
type resources map[grant][]statement

// resources are those of the two stacks.
func (a *application) resources(c *config, d *data) resources {
	table, queue := []*string{d.table.TableArn()}, []*string{a.timers.queue.QueueArn()}
	pool := []*string{d.pool.UserPoolArn()}
	arn := func(service, resource, name string) []*string {
		return []*string{a.stack.FormatArn(&awscdk.ArnComponents{
			Service: &service, Resource: &resource, ResourceName: &name,
		})}
	}
	phones := a.phones(c)
	const unknown = "phones register at run time"
	r := resources{
		reads:   {{actions: []string{"dynamodb:GetItem", "dynamodb:Query"}, resources: table}},
		gets:    {{actions: []string{"dynamodb:GetItem"}, resources: table}},
		writes:  {{actions: []string{"dynamodb:PutItem"}, resources: table}},
		removes: {{actions: []string{"dynamodb:DeleteItem"}, resources: table}},
		checks:  {{actions: []string{"dynamodb:ConditionCheckItem"}, resources: table}},
		draws:   {{actions: []string{"dynamodb:UpdateItem"}, resources: table}},
		sends:   {{actions: []string{"sqs:SendMessage"}, resources: queue}},
		// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		receives: {{actions: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, resources: queue}},
		mails:    nil, delivers: nil, // where there is no mail
		buries: nil, // nor refusals
		schedules: {
			{actions: []string{"scheduler:CreateSchedule"}, resources: arn("scheduler", "schedule", *a.timers.group.Ref()+"/*"), why: "each timer is a schedule of its own"},
			{actions: []string{"iam:PassRole"}, resources: []*string{a.timers.role.RoleArn()}, only: passedTo("scheduler.amazonaws.com")},
		},
		pushes:    {{actions: []string{"sns:Publish"}, resources: phones, why: unknown}},
		announces: {{actions: []string{"sns:Publish"}, resources: []*string{d.events.TopicArn()}}},
		forgets:   {{actions: []string{"sns:DeleteEndpoint"}, resources: phones, why: unknown}},
		registers: {
			{actions: []string{"sns:SetEndpointAttributes"}, resources: phones, why: unknown},
		},
		starts: {
			{actions: []string{"states:StartExecution"}, resources: []*string{a.machine.arn}},
			{actions: []string{"states:DescribeExecution"}, resources: []*string{a.machine.executions(a.stack)}, why: "executions are named at run time"},
		},
		signsIn:   {{actions: []string{"cognito-idp:AdminInitiateAuth", "cognito-idp:DescribeUserPoolClient"}, resources: pool}},
		passwords: {{actions: []string{"cognito-idp:AdminSetUserPassword"}, resources: pool}},
		signsOut:  {{actions: []string{"cognito-idp:AdminUserGlobalSignOut"}, resources: pool}},
		creates:   {{actions: []string{"cognito-idp:AdminCreateUser"}, resources: pool}},
		enables:   {{actions: []string{"cognito-idp:AdminEnableUser"}, resources: pool}},
		inspects:  {{actions: []string{"cognito-idp:AdminGetUser"}, resources: pool}},
		deletes:   {{actions: []string{"cognito-idp:AdminDeleteUser"}, resources: pool}},
		opens:     {{actions: []string{"secretsmanager:GetSecretValue"}, resources: []*string{d.secret.SecretArn()}}},
	}
	if len(d.apps) > 0 {
		var apps []*string
		for _, platform := range slices.Sorted(maps.Keys(d.apps)) {
			apps = append(apps, jsii.String(d.apps[platform]))
		}
		r[registers] = append(r[registers], statement{actions: []string{"sns:CreatePlatformEndpoint"}, resources: apps})
	}
	if a.refusals != nil {
		r[buries] = []statement{{actions: []string{"sqs:SendMessage"}, resources: []*string{a.refusals.dead.QueueArn()}}}
	}
	if a.mail != nil {
		letters := []*string{a.mail.queue.QueueArn()}
		r[mails] = []statement{{actions: []string{"sqs:SendMessage"}, resources: letters}}
		r[delivers] = []statement{
			{actions: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, resources: letters},
			{actions: []string{"ses:SendEmail"}, resources: identities(a.stack, c.MailFrom), only: condition{"ses:FromAddress", c.MailFrom}},
		}
	}
	return r
}

// phones are the endpoints of this stage's applications, and these themselves. The Service
// Authorization Reference knows no resources but topics
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html),
// yet SNS names one in what it refuses: for SetEndpointAttributes and DeleteEndpoint not the
// endpoint that was asked for but its application. Both are of this stage alone.
func (a *application) phones(c *config) []*string {
	return []*string{snsARN(a.stack, "app", c.name("*")), snsARN(a.stack, "endpoint", c.name("*/*"))}
}

// snsARN is that of applications or endpoints on all platforms.
func snsARN(stack awscdk.Stack, kind, name string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{Service: jsii.String("sns"), Resource: &kind, ResourceName: jsii.String("*/" + name)})
}

// grants are the statements of one function.
func (r resources) grants(name string) (all []statement) {
	for _, g := range grants[name] {
		all = append(all, r[g]...)
	}
	return all
}
