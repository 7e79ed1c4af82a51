package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// newPlatformApps makes the SNS applications that phones are registered with, for which
// CloudFormation has no resource: a function of our own makes them, from credentials that
// it reads itself. They are data: with an application all its phones would go.
func newPlatformApps(d *data, c *config) {
	if len(c.apps) == 0 {
		return
	}
	fn := newFunction(d.stack, c, function{name: "pushapps", timeout: 60, may: mayKeepApps(d.stack, c)})
	for _, a := range c.apps {
		resource := awscdk.NewCustomResource(d.stack, jsii.String(a.platform), &awscdk.CustomResourceProps{
			ServiceToken: fn.AttrArn(),
			ResourceType: jsii.String("Custom::PlatformApplication"),
			Properties: &map[string]any{
				"Name": c.name(a.platform), "Platform": a.platform, "SecretArn": a.secret, "SecretVersion": a.version,
			},
			// By default CloudFormation would wait for an hour.
			ServiceTimeout: awscdk.Duration_Minutes(jsii.Number(2)),
			RemovalPolicy:  c.keep(),
		})
		d.apps[a.platform] = *resource.GetAttString(jsii.String("Arn"))
	}
}

// mayKeepApps is what the function behind the applications does. By the Service
// Authorization Reference SNS knows no resources for any of its calls
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
// What it refuses names the application, but for one that is not there yet.
func mayKeepApps(stack awscdk.Stack, c *config) []statement {
	var secrets []*string
	for _, a := range c.apps {
		secrets = append(secrets, jsii.String(a.secret))
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
