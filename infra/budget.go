package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// newBudget has AWS tell the topic of alarms when the month's bill nears a bound, passes it, or is
// on its way to. It is the bill of the whole AWS account: of a stage alone it could be told by the
// tags, which count only once somebody has activated them for billing. It has no name of its own,
// since what it tells of cannot be changed in one that is there.
func newBudget(stack awscdk.Stack, c *config, topic awssns.Topic) {
	if c.Budget == 0 {
		return
	}
	// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
	allowed := topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("budgets.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
			"ArnLike": map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("budgets"), Region: jsii.String(""), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
			})},
		},
	}))
	var told []any
	for _, n := range []struct {
		kind    string
		percent float64
	}{{"ACTUAL", 80}, {"ACTUAL", 100}, {"FORECASTED", 100}} {
		told = append(told, awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: awsbudgets.CfnBudget_NotificationProperty{
				NotificationType: jsii.String(n.kind), ComparisonOperator: jsii.String("GREATER_THAN"),
				Threshold: jsii.Number(n.percent), ThresholdType: jsii.String("PERCENTAGE"),
			},
			Subscribers: []any{awsbudgets.CfnBudget_SubscriberProperty{SubscriptionType: jsii.String("SNS"), Address: topic.TopicArn()}},
		})
	}
	budget := awsbudgets.NewCfnBudget(stack, jsii.String("Budget"), &awsbudgets.CfnBudgetProps{
		Budget: awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetType: jsii.String("COST"), TimeUnit: jsii.String("MONTHLY"),
			BudgetLimit: awsbudgets.CfnBudget_SpendProperty{Amount: jsii.Number(float64(c.Budget)), Unit: jsii.String("USD")},
		},
		NotificationsWithSubscribers: told,
	})
	budget.Node().AddDependency(allowed.PolicyDependable)
}
