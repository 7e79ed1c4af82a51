package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// newGraphs makes the page of CloudWatch that shows how it goes: what comes in, how soon
// people answer, what is waiting, and what goes wrong. CloudWatch calls it a dashboard; its
// id is that of every stage that was deployed, and another would clash with its name.
func newGraphs(a *application, w *alarms) {
	page := awscloudwatch.NewDashboard(a.stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(w.c.name("agents")),
	})
	own := func(name, statistic string, dimension ...string) awscloudwatch.IMetric {
		by := map[string]string{"Stage": w.c.stage}
		if len(dimension) == 2 {
			by[dimension[0]] = dimension[1]
		}
		return w.metric(namespace, name, statistic, 5, by)
	}
	graph := func(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
		return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
			Title: &title, Width: jsii.Number(12), Height: jsii.Number(6), Left: &metrics,
		})
	}
	page.AddWidgets(
		graph("Escalations by outcome", own("Escalations", "Sum", "Outcome", "ringing"), own("Escalations", "Sum", "Outcome", "callback"),
			own("Escalations", "Sum", "Outcome", "completed"), own("Escalations", "Sum", "Outcome", "cancelled")),
		graph("Milliseconds to the first ring, and to an answer", own("TimeToRing", "p50"), own("TimeToRing", "p99"), own("TimeToAccept", "p50"), own("TimeToAccept", "p90")))
	page.AddWidgets(
		graph("Offers missed, unreachable and declined", own("OffersMissed", "Sum"), own("OffersUnreachable", "Sum"), own("OffersDeclined", "Sum")),
		graph("Callbacks", w.open(), w.sum("CallbacksRegistered", "Because"), own("CallbacksOverdue", "Sum")))
	page.AddWidgets(
		graph("Trouble", w.sum("PushFailures", "Platform"), own("ConflictsRetried", "Sum"), own("NobodyLeft", "Sum"),
			a.timers.dead.MetricApproximateNumberOfMessagesVisible(every(5))),
		graph("Timer messages that wait, seconds", a.timers.queue.MetricApproximateAgeOfOldestMessage(every(5))))
}

// sum adds up a metric that is counted by the values of a dimension.
func (w *alarms) sum(name, by string) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{Expression: jsii.String(w.search(name, by)), Label: &name})
}

func (w *alarms) search(name, by string) string {
	return fmt.Sprintf(`SUM(SEARCH('{%s,Stage,%s} MetricName="%s" Stage="%s"', 'Sum', 300))`, namespace, by, name, w.c.stage)
}

// open is how many callbacks came to be open in the time that is shown: those registered
// without those closed, added up.
func (w *alarms) open() awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String(fmt.Sprintf("RUNNING_SUM(FILL(%s, 0) - FILL(%s, 0))", w.search("CallbacksRegistered", "Because"), w.search("CallbacksClosed", "State"))),
		Label:      jsii.String("open"),
	})
}
