package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/gateway"
)

// newRefusalsTopic makes the topic to which the platform applications tell of pushes that SNS
// took and could not deliver. It lies with the applications, whose attribute names it.
//
// Who publishes there is not documented. That all works with the policy of a new topic is: there
// whoever acts for this account may publish. A policy of one's own takes its place, so that this
// one says the same of publishing, and besides what SNS says of services that ask by newer keys
// (https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html).
func newRefusalsTopic(stack awscdk.Stack, c *config) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Refusals"), &awssns.TopicProps{
		TopicName: jsii.String(c.name(gateway.RefusalsFunction)), EnforceSSL: jsii.Bool(true),
		DisplayName: jsii.String("pushes that could not be delivered"),
	})
	for _, by := range []struct {
		who awsiam.IPrincipal
		key string
	}{
		{awsiam.NewAnyPrincipal(), "aws:SourceOwner"},
		{awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil), "aws:SourceAccount"},
	} {
		topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Principals: &[]awsiam.IPrincipal{by.who}, Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
			Conditions: &map[string]any{"StringEquals": map[string]any{by.key: stack.Account()}},
		}))
	}
	return topic
}

// refusals are the dead letters of the function that hears of the topic: what SNS could not hand
// to it, and what it failed at three times. A stage without applications for phones has none.
type refusals struct{ dead awssqs.Queue }

// planRefusals makes the dead letters, which the function's role names.
func planRefusals(stack awscdk.Stack, c *config, d *data) *refusals {
	if d.refusals == nil {
		return nil
	}
	r := &refusals{dead: newDeadLetters(stack, c, "Refusals", gateway.RefusalsFunction)}
	r.dead.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"), Resources: &[]*string{r.dead.QueueArn()},
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": d.refusals.TopicArn()}},
	}))
	return r
}

// hear has the function invoked with each message of the topic.
func (r *refusals) hear(fn awslambda.CfnFunction, d *data) {
	awslambda.NewCfnPermission(fn.Stack(), jsii.String("RefusalsPermission"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: fn.Ref(), Principal: jsii.String("sns.amazonaws.com"), SourceArn: d.refusals.TopicArn(),
	})
	awssns.NewCfnSubscription(fn.Stack(), jsii.String("RefusalsSubscription"), &awssns.CfnSubscriptionProps{
		TopicArn: d.refusals.TopicArn(), Protocol: jsii.String("lambda"), Endpoint: fn.AttrArn(),
		RedrivePolicy: map[string]any{"deadLetterTargetArn": r.dead.QueueArn()},
	})
}
