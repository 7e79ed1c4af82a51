package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// timers are the queue of timer messages, the dead letters behind it, and what schedules
// need that send to it later than a queue can wait.
type timers struct {
	queue, dead awssqs.Queue
	group       awsscheduler.CfnScheduleGroup
	role        awsiam.Role
}

// visibility is how long a message is out of sight while it is handled, in time-outs of the
// function. AWS asks for six, so that throttled invocations are tried again within
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const visibility = 6

// newTimers makes the queue. A message whose handler died comes again after half a minute,
// and fifty times before somebody has to look at it: the handler sends what fails again by
// itself, so only what cannot even be sent gets that far. A ring time of 25 seconds may thus
// become 58, and longer with a longer time-out of the function: what takes long there ends
// by budgets of its own instead, of calls (package cloud) and messages (desk.Wake).
func newTimers(stack awscdk.Stack, c *config) *timers {
	t := &timers{}
	t.queue, t.dead = newQueue(stack, c, "Timers", "timers", "timer", 50)
	t.group = awsscheduler.NewCfnScheduleGroup(stack, jsii.String("Schedules"), &awsscheduler.CfnScheduleGroupProps{
		Name: jsii.String(c.name("timers")),
	})
	t.role = newRole(stack, "ScheduleRole", awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		// No schedule of anybody else's may take the role
		// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceArn": t.group.AttrArn(), "aws:SourceAccount": stack.Account()}},
	}), []statement{
		{actions: []string{"sqs:SendMessage"}, resources: []*string{t.queue.QueueArn(), t.dead.QueueArn()}},
	})
	return t
}

// newQueue makes a queue whose messages a function handles, so many times at most, and the
// dead letters behind it.
func newQueue(stack awscdk.Stack, c *config, id, name, function string, times int) (queue, dead awssqs.Queue) {
	dead = newDeadLetters(stack, c, id, name)
	queue = awssqs.NewQueue(stack, &id, &awssqs.QueueProps{
		QueueName:         jsii.String(c.name(name)),
		VisibilityTimeout: awscdk.Duration_Seconds(jsii.Number(visibility * timeoutOf(function))), RetentionPeriod: awscdk.Duration_Days(jsii.Number(4)),
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true),
		DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(times)},
	})
	return queue, dead
}

// newDeadLetters makes a queue for what is given up. Nobody fetches from it but by hand.
func newDeadLetters(stack awscdk.Stack, c *config, id, name string) awssqs.Queue {
	return awssqs.NewQueue(stack, jsii.String("Dead"+id), &awssqs.QueueProps{
		QueueName: jsii.String(c.name(name + "-dead")), RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true),
	})
}

// deliver has a function handle a queue's messages, one at a time and each failing alone, and
// so many at once.
func deliver(queue awssqs.Queue, fn awslambda.CfnFunction, id string, atOnce int) {
	awslambda.NewCfnEventSourceMapping(fn.Stack(), &id, &awslambda.CfnEventSourceMappingProps{
		EventSourceArn: queue.QueueArn(), FunctionName: fn.Ref(), BatchSize: jsii.Number(1),
		FunctionResponseTypes: jsii.Strings("ReportBatchItemFailures"),
		ScalingConfig:         &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: jsii.Number(atOnce)},
	})
}
