package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"
)

// memoryMB is by measurement (make bench, cold starts): a function needs some 25 MB. With the memory comes
// the share of a core, so that what a function works at costs the same with more, and is sooner done; but
// what it waits for AWS is no shorter, and is billed by the memory.
const memoryMB = 256

// threads is how many threads run Go code at once (https://pkg.go.dev/runtime#hdr-Environment_Variables).
// Lambda shows two cores whatever their worth, and with less than that of one a second thread that looks
// for work takes its time from the first: a tenth of a start, and a fifth of what comes after.
const threads = "1"

// function is what is peculiar to one Lambda function.
type function struct {
	name        string
	timeout     int // seconds
	environment map[string]*string
	may         []statement
	reserved    int
	layers      []any // ARNs
	loops       bool  // it may bring itself about, see mayLoop
	// dead is the ARN of the queue for events that it failed at, where whoever invokes it does not
	// wait; nil without one.
	dead *string
}

// statement allows actions on resources. why says what AWS has no resources for, where one
// is a wildcard. only is what the call has to say of something, if anything.
type statement struct {
	actions   []string
	resources []*string
	why       string
	only      condition
}

// condition is a key of IAM and the one value that it may have.
type condition struct{ key, value string }

// passedTo is of iam:PassRole: the one service that a role may be handed to.
func passedTo(service string) condition { return condition{"iam:PassedToService", service} }

// newFunction makes a function that may do what is said and nothing else, with a log of
// its own that it cannot make itself.
func newFunction(stack awscdk.Stack, c *config, f function) awslambda.CfnFunction {
	id := func(what string) *string { return jsii.String(f.name + what) }
	name := c.name(f.name)
	logs := newLog(stack, *id("Log"), "/aws/lambda/"+name, c)
	tracing, traces := c.traced()
	may := slices.Concat([]statement{
		{actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, resources: []*string{logs.LogGroupArn()}},
	}, traces, f.may)
	role := newRole(stack, *id("Role"), awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil), may)
	code := awss3assets.NewAsset(stack, id("Code"), &awss3assets.AssetProps{Path: jsii.String(c.code(f.name))})
	environment := map[string]*string{"STAGE": &c.Stage, "GOMAXPROCS": jsii.String(threads)}
	for k, v := range f.environment {
		environment[k] = v
	}
	props := &awslambda.CfnFunctionProps{
		FunctionName:  &name,
		Runtime:       jsii.String("provided.al2023"),
		Architectures: jsii.Strings("arm64"),
		Handler:       jsii.String("bootstrap"),
		Code:          &awslambda.CfnFunction_CodeProperty{S3Bucket: code.S3BucketName(), S3Key: code.S3ObjectKey()},
		Role:          role.RoleArn(),
		MemorySize:    jsii.Number(memoryMB),
		Timeout:       jsii.Number(f.timeout),
		TracingConfig: &awslambda.CfnFunction_TracingConfigProperty{Mode: &tracing},
		LoggingConfig: &awslambda.CfnFunction_LoggingConfigProperty{LogGroup: logs.LogGroupName()},
		Environment:   &awslambda.CfnFunction_EnvironmentProperty{Variables: &environment},
	}
	if f.reserved > 0 {
		props.ReservedConcurrentExecutions = jsii.Number(f.reserved)
	}
	if len(f.layers) > 0 {
		props.Layers = &f.layers
	}
	if f.dead != nil {
		props.DeadLetterConfig = &awslambda.CfnFunction_DeadLetterConfigProperty{TargetArn: f.dead}
	}
	if f.loops {
		props.RecursiveLoop = jsii.String("Allow")
	}
	return awslambda.NewCfnFunction(stack, id("Function"), props)
}

// traced is how X-Ray follows functions, and what they need leave for.
func (c *config) traced() (mode string, may []statement) {
	if !c.Tracing {
		return "PassThrough", nil
	}
	return "Active", []statement{
		{actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, resources: []*string{jsii.String("*")}, why: "traces have no resources"},
	}
}

// newRole makes a role that may do this and nothing else.
func newRole(stack awscdk.Stack, id string, by awsiam.IPrincipal, may []statement) awsiam.Role {
	doc := awsiam.NewPolicyDocument(nil)
	for _, s := range may {
		props := &awsiam.PolicyStatementProps{Actions: jsii.Strings(s.actions...), Resources: &s.resources}
		if s.only.key != "" {
			props.Conditions = &map[string]any{"StringEquals": map[string]any{s.only.key: s.only.value}}
		}
		doc.AddStatements(awsiam.NewPolicyStatement(props))
	}
	role := awsiam.NewRole(stack, &id, &awsiam.RoleProps{
		AssumedBy: by, InlinePolicies: &map[string]awsiam.PolicyDocument{"does": doc},
	})
	if reasons := wildcards(may); reasons != nil {
		accept(role, reasons)
	}
	return role
}
