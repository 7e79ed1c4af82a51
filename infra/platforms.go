package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/stage"
)

// newPlatformApps makes the SNS applications that phones are registered with, for which
// CloudFormation has no resource: a function of our own makes them, from credentials that
// it reads itself. They are data: with an application all its phones would go.
func newPlatformApps(d *data, c *config) {
	if len(c.Apps) == 0 {
		return
	}
	d.refusals = newRefusalsTopic(d.stack, c)
	may := mayKeepApps(d.stack, c)
	logs := newPushLogs(d.stack, c)
	if logs != nil {
		may = append(may, statement{actions: []string{"iam:PassRole"}, resources: []*string{logs.RoleArn()}, only: passedTo("sns.amazonaws.com")})
	}
	fn := newFunction(d.stack, c, function{name: stage.AppsFunction, timeout: 60, may: may})
	for _, a := range c.Apps {
		properties := map[string]any{
			"Name": c.name(a.Platform), "Platform": a.Platform, "SecretArn": a.Secret, "SecretVersion": a.Version, "FailureTopicArn": d.refusals.TopicArn(),
		}
		if logs != nil {
			properties["FeedbackRoleArn"] = logs.RoleArn()
		}
		resource := awscdk.NewCustomResource(d.stack, jsii.String(a.Platform), &awscdk.CustomResourceProps{
			ServiceToken: fn.AttrArn(),
			ResourceType: jsii.String("Custom::PlatformApplication"),
			Properties:   &properties,
			// By default CloudFormation would wait for an hour.
			ServiceTimeout: awscdk.Duration_Minutes(jsii.Number(2)),
			RemovalPolicy:  c.keep(),
		})
		resource.Node().AddDependency(d.refusals) // with its policy, should SNS look at that
		d.apps[a.Platform] = *resource.GetAttString(jsii.String("Arn"))
	}
}

// mayKeepApps is what the function behind the applications does. By the Service
// Authorization Reference SNS knows no resources for any of its calls
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
// What it refuses names the application, but for one that is not there yet.
func mayKeepApps(stack awscdk.Stack, c *config) []statement {
	var secrets []*string
	for _, a := range c.Apps {
		secrets = append(secrets, jsii.String(a.Secret))
	}
	return []statement{
		{actions: []string{"secretsmanager:GetSecretValue"}, resources: secrets},
		{
			actions:   []string{"sns:CreatePlatformApplication"},
			resources: []*string{jsii.String("*")}, why: "SNS knows no resource for an application that is yet to be made",
		},
		{
			actions:   []string{"sns:SetPlatformApplicationAttributes", "sns:DeletePlatformApplication"},
			resources: []*string{snsARN(stack, "app", c.name("*"))}, why: "an application whose platform was taken out is still to be deleted",
		},
	}
}

// newPushLogs makes the role by which SNS logs what became of each push, and the logs, whose
// names are SNS's: one for what a push service took and one for what it did not. Without
// pushLogs there is none. Lines name the token of the phone, so that they end with the
// stage's other logs; SNS would keep them for ever.
//
// The role's trust has no condition on the source, as of no such is told where SNS's logs
// are documented (https://docs.aws.amazon.com/sns/latest/dg/sns-msg-status.html). Nobody of
// another account can name the role: its function may pass it, and a role is passed within
// its account.
func newPushLogs(stack awscdk.Stack, c *config) awsiam.Role {
	if !c.PushLogs {
		return nil
	}
	logs := "sns/" + *stack.Region() + "/" + *stack.Account() + "/app/"
	for _, a := range c.Apps {
		for _, end := range []string{"", "/Failure"} {
			// Not kept in prod: the name is none that the next stack could take it in by.
			awslogs.NewLogGroup(stack, jsii.String(a.Platform+"Pushes"+strings.Trim(end, "/")), &awslogs.LogGroupProps{
				LogGroupName: jsii.String(logs + snsPlatforms[a.Platform] + "/" + c.name(a.Platform) + end),
				Retention:    retention(c.logDays), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
			})
		}
	}
	all := stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("logs"), Resource: jsii.String("log-group"), ResourceName: jsii.String(logs + "*/" + c.name("*")),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	return newRole(stack, "PushLogRole", awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil), []statement{{
		// Those that SNS's own console gives the role.
		actions:   []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:PutMetricFilter", "logs:PutRetentionPolicy"},
		resources: []*string{all}, why: "SNS names the streams of its logs",
	}})
}
