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
		by := map[string]string{"Stage": w.c.Stage}
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
		graph("Offers missed, unreachable and declined; nobody there in business hours",
			own("OffersMissed", "Sum"), own("OffersUnreachable", "Sum"), own("OffersDeclined", "Sum"), own("NobodyLeft", "Sum")),
		graph("Callbacks", w.open(), w.sum("CallbacksRegistered", "Because"), own("CallbacksOverdue", "Sum")))
	page.AddWidgets(
		graph("Trouble, and what is refused", w.each("Trouble", "What"), own("CodesUnsent", "Sum"), own("EscalationsRefused", "Sum"), own("ProvisionsRefused", "Sum"),
			own("ConflictsRetried", "Sum"), own(answersRefused, "Sum"), w.each("Refused", "What")),
		graph("Pushes, and those that fail", w.pushes(own)...))
	page.AddWidgets(
		graph("Timer messages that fail, by kind, and dead letters", w.each("TimersFailed", "Kind"), a.timers.dead.MetricApproximateNumberOfMessagesVisible(every(5))),
		graph("Milliseconds by which timer messages are late", own("TimerLate", "p50"), own("TimerLate", "p99"), own("TimerLate", "Maximum")))
}

// pushes are the tries, and what SNS refused and could not deliver, each by platform.
func (w *alarms) pushes(own func(name, statistic string, dimension ...string) awscloudwatch.IMetric) []awscloudwatch.IMetric {
	all := []awscloudwatch.IMetric{own("Pushes", "Sum"), w.each("PushFailures", "Platform")}
	for _, app := range w.c.Apps {
		all = append(all, w.undelivered(app, 5))
	}
	return all
}

// sum adds up a metric that is counted by the values of a dimension.
func (w *alarms) sum(name, by string) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{Expression: jsii.String("SUM(" + w.search(name, by) + ")"), Label: &name})
}

// each is such a metric by the values of the dimension, as many as there are.
func (w *alarms) each(name, by string) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{Expression: jsii.String(w.search(name, by)), Label: jsii.String("")})
}

func (w *alarms) search(name, by string) string {
	return fmt.Sprintf(`SEARCH('{%s,Stage,%s} MetricName="%s" Stage="%s"', 'Sum', 300)`, namespace, by, name, w.c.Stage)
}

// open is how many callbacks came to be open in the time that is shown: those registered
// without those closed, added up.
func (w *alarms) open() awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String(fmt.Sprintf("RUNNING_SUM(FILL(SUM(%s), 0) - FILL(SUM(%s), 0))", w.search("CallbacksRegistered", "Because"), w.search("CallbacksClosed", "State"))),
		Label:      jsii.String("open"),
	})
}
