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

	"github.com/connectnow/backend/internal/stage"
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
// periods in a row, and what is to be done. The guide has a line for each, which says more.
type alarm struct {
	id, means, do string
	metric        awscloudwatch.IMetric
	threshold     float64
	periods       int
}

func newAlarms(a *application, c *config, d *data) {
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
	if c.Email != "" {
		w.topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&c.Email, nil))
	}
	for _, list := range [][]alarm{w.ofTimers(a), w.ofCalls(a), w.ofPeople(a), w.ofMail(a), w.ofLimits(d)} {
		for _, one := range list {
			w.make(one)
		}
	}
	newBudget(a.stack, c, w.topic)
	if c.Graphs {
		newGraphs(a, w)
	}
	output(a.stack, "AlarmTopicArn", w.topic.TopicArn())
}

// snsPlatforms is what SNS calls the platforms.
var snsPlatforms = map[string]string{
	"fcm": "GCM", "apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "apns_voip": "APNS_VOIP", "apns_voip_sandbox": "APNS_VOIP_SANDBOX",
}

// own is one of the product's own metrics, of which cloud.Metrics also writes the sum where
// it is told apart by something.
func (w *alarms) own(name, statistic string, minutes int) awscloudwatch.IMetric {
	return w.metric(namespace, name, statistic, minutes, map[string]string{"Stage": w.c.Stage})
}

// ofFunction is one of Lambda's metrics, as a sum.
func (w *alarms) ofFunction(name, metric string, minutes int) awscloudwatch.IMetric {
	return w.metric("AWS/Lambda", metric, "Sum", minutes, map[string]string{"FunctionName": w.c.name(name)})
}

// undelivered is what SNS could not deliver to the push service of an application.
func (w *alarms) undelivered(app stage.PlatformApp, minutes int) awscloudwatch.IMetric {
	return w.metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", minutes, map[string]string{
		"Application": w.c.name(app.Platform), "Platform": snsPlatforms[app.Platform],
	})
}

// using is a metric that is computed from others, by their names in the expression. Its
// period takes the place of theirs.
func (w *alarms) using(expression, label string, minutes int, metrics map[string]awscloudwatch.IMetric) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: &expression, Label: &label, UsingMetrics: &metrics, Period: awscdk.Duration_Minutes(jsii.Number(minutes)),
	})
}

// added is the sum of metrics in five minutes; those without data count as nothing.
func (w *alarms) added(label string, metrics map[string]awscloudwatch.IMetric) awscloudwatch.IMetric {
	return w.using(sumOf(names(metrics)), label, 5, metrics)
}

// less is a metric without what another one counts of it.
func (w *alarms) less(label string, minutes int, all, without awscloudwatch.IMetric) awscloudwatch.IMetric {
	return w.using("FILL(all, 0) - FILL(without, 0)", label, minutes, map[string]awscloudwatch.IMetric{"all": all, "without": without})
}

// sumOf is an expression.
func sumOf(names []string) string {
	var terms []string
	for _, name := range names {
		terms = append(terms, "FILL("+name+", 0)")
	}
	return strings.Join(terms, " + ")
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
		AlarmName: jsii.String(w.c.name(a.id)), Metric: a.metric,
		AlarmDescription: jsii.String(a.means + ". To do: " + a.do + ". More under Alarms in docs/deploy.md."),
		Threshold:        &a.threshold, EvaluationPeriods: jsii.Number(a.periods),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	made.AddAlarmAction(awscloudwatchactions.NewSnsAction(w.topic))
}
