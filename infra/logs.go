package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// newLog makes a log that ends after the days of the stage.
func newLog(stack awscdk.Stack, id, name string, c *config) awslogs.LogGroup {
	return awslogs.NewLogGroup(stack, &id, &awslogs.LogGroupProps{
		LogGroupName: jsii.String(name), Retention: retention(c.logDays), RemovalPolicy: c.keepNamed(),
	})
}

// keepNamed is what becomes of something with a name of its own that the next stack of this
// name takes in again: in prod it outlives its stack. CloudFormation takes in what is there
// by its name if it was to be kept, so that make deploy, which asks for that, does not fail
// because the name is taken
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
// What a failed deployment has just made goes all the same.
func (c *config) keepNamed() awscdk.RemovalPolicy {
	if c.Prod() {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	}
	return awscdk.RemovalPolicy_DESTROY
}

// retention is how long logs are kept, of the lengths that there are.
func retention(days int) awslogs.RetentionDays {
	if days >= 90 {
		return awslogs.RetentionDays_THREE_MONTHS
	}
	return awslogs.RetentionDays_TWO_WEEKS
}
