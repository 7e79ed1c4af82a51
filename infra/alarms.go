package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"
)

// namespace is that of the product's own metrics (cloud.Metrics), which have the dimension
// Stage and at most one more.
const namespace = "ConnectNow"

// alarms tell a topic what somebody has to look at.
type alarms struct {
	stack awscdk.Stack
	c     *config
	topic awssns.Topic
}

// alarm is one of them: what is wrong when the metric is above the threshold for so many
// periods in a row.
type alarm struct {
	id, says  string
	metric    awscloudwatch.IMetric
	threshold float64
	periods   int
}

func newAlarms(a *application, c *config) {
	w := &alarms{stack: a.stack, c: c}
	w.topic = awssns.NewTopic(a.stack, jsii.String("Alarms"), &awssns.TopicProps{
		TopicName: jsii.String(c.name("alarms")), EnforceSSL: jsii.Bool(true),
	})
	// A policy takes the place of the one by which all of the account may publish.
	w.topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"), Resources: &[]*string{w.topic.TopicArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": a.stack.Account()}},
	}))
	if c.email != "" {
		w.topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&c.email, nil))
	}
	for _, one := range w.list(a) {
		w.make(one)
	}
	for _, app := range c.apps {
		w.make(alarm{id: "Pushes-" + app.platform, says: "the push service refuses pushes to " + app.platform, threshold: 20, periods: 1,
			metric: w.metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", 5, map[string]string{
				"Application": c.name(app.platform), "Platform": snsPlatforms[app.platform],
			})})
	}
	if c.graphs {
		newGraphs(a, w)
	}
	output(a.stack, "AlarmTopicArn", w.topic.TopicArn())
}

// snsPlatforms is what SNS calls the platforms.
var snsPlatforms = map[string]string{
	"fcm": "GCM", "apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "apns_voip": "APNS_VOIP", "apns_voip_sandbox": "APNS_VOIP_SANDBOX",
}

// list are the alarms that every stage has.
func (w *alarms) list(a *application) []alarm {
	own := func(name string, minutes int) awscloudwatch.IMetric {
		return w.metric(namespace, name, "Sum", minutes, map[string]string{"Stage": w.c.stage})
	}
	function := func(name, metric, statistic string) awscloudwatch.IMetric {
		return w.metric("AWS/Lambda", metric, statistic, 5, map[string]string{"FunctionName": w.c.name(name)})
	}
	return []alarm{
		{id: "DeadTimers", says: "timer messages were given up: look at the queue of dead letters", metric: a.timers.dead.MetricApproximateNumberOfMessagesVisible(every(1)), periods: 1},
		{id: "LateTimers", says: "timer messages wait: phones ring for too long", metric: a.timers.queue.MetricApproximateAgeOfOldestMessage(every(1)), threshold: 960, periods: 3},
		{id: "EscalateErrors", says: "the assistant's calls fail", metric: function("escalate", "Errors", "Sum"), periods: 1},
		{id: "EscalateSlow", says: "the assistant waits for longer than three seconds (p99)", metric: function("escalate", "Duration", "p99"), threshold: 3000, periods: 3},
		{id: "TimerErrors", says: "timer messages fail, and come again", metric: function("timer", "Errors", "Sum"), threshold: 5, periods: 1},
		{id: "ApiErrors", says: "the API answers 5xx", periods: 1, threshold: 5,
			metric: w.metric("AWS/ApiGateway", "5xx", "Sum", 5, map[string]string{"ApiId": *a.api.Ref()})},
		{id: "ShiftsFailed", says: "executions of working hours failed: nudges stop until the member's presence changes", periods: 1,
			metric: w.metric("AWS/States", "ExecutionsFailed", "Sum", 5, map[string]string{"StateMachineArn": *a.machine.arn})},
		{id: "NobodyLeft", says: "a business has nobody who could take work in business hours", metric: own("NobodyLeft", 5), periods: 1},
		{id: "CallbacksOverdue", says: "customers should have been called back by now", metric: own("CallbacksOverdue", 60), periods: 1},
		{id: "PushFailures", says: "many pushes fail", metric: w.pushFailures(), threshold: 50, periods: 1},
		{id: "LoopsCut", says: "AWS took messages for a loop and stopped them: offers may ring for ever (see decision 24)", metric: w.loopsCut(), periods: 1},
	}
}

// loopsCut adds up the invocations that Lambda dropped as recursive. Of timer there are none
// as long as it may loop, so this tells of one whose setting was changed by hand. Whoever
// subscribes to events with a function that invokes escalate can make a loop of the latter.
func (w *alarms) loopsCut() awscloudwatch.IMetric {
	using := map[string]awscloudwatch.IMetric{}
	for _, name := range []string{"timer", "escalate"} {
		using[name] = w.metric("AWS/Lambda", "RecursiveInvocationsDropped", "Sum", 5, map[string]string{"FunctionName": w.c.name(name)})
	}
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("FILL(timer, 0) + FILL(escalate, 0)"), Label: jsii.String("LoopsCut"), UsingMetrics: &using,
	})
}

// pushFailures adds up what is counted by platform: alarms cannot search for metrics. The
// platforms are those of devices, which are registered as apns with a token of PushKit, too.
func (w *alarms) pushFailures() awscloudwatch.IMetric {
	var terms []string
	using := map[string]awscloudwatch.IMetric{}
	for _, platform := range []string{"fcm", "apns", "apns_sandbox", "unknown"} {
		terms = append(terms, "FILL("+platform+", 0)")
		using[platform] = w.metric(namespace, "PushFailures", "Sum", 5, map[string]string{"Stage": w.c.stage, "Platform": platform})
	}
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String(strings.Join(terms, " + ")), Label: jsii.String("PushFailures"), UsingMetrics: &using,
	})
}

func every(minutes int) *awscloudwatch.MetricOptions {
	return &awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(minutes)), Statistic: jsii.String("Maximum")}
}

func (w *alarms) metric(space, name, statistic string, minutes int, by map[string]string) awscloudwatch.Metric {
	dimensions := map[string]*string{}
	for k, v := range by {
		dimensions[k] = jsii.String(v)
	}
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: &space, MetricName: &name, Statistic: &statistic,
		Period: awscdk.Duration_Minutes(jsii.Number(minutes)), DimensionsMap: &dimensions,
	})
}

func (w *alarms) make(a alarm) {
	made := awscloudwatch.NewAlarm(w.stack, jsii.String("Alarm"+a.id), &awscloudwatch.AlarmProps{
		AlarmName: jsii.String(w.c.name(a.id)), AlarmDescription: &a.says, Metric: a.metric,
		Threshold: &a.threshold, EvaluationPeriods: jsii.Number(a.periods),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	made.AddAlarmAction(awscloudwatchactions.NewSnsAction(w.topic))
}
