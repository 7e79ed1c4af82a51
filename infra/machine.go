package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"
)

// machine is the state machine of working hours. It invokes a function that, as all do,
// is told the machine's ARN; so that is put together from a name that is known before.
type machine struct {
	name string
	arn  *string
}

func planMachine(stack awscdk.Stack, c *config) *machine {
	m := &machine{name: c.name("shift")}
	m.arn = stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("stateMachine"), ResourceName: &m.name,
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	return m
}

// executions is the ARN of all executions.
func (m *machine) executions(stack awscdk.Stack) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("execution"), ResourceName: jsii.String(m.name + ":*"),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// make makes the machine from the definition that the tests of the function execute.
func (m *machine) make(stack awscdk.Stack, c *config, shift awslambda.CfnFunction) {
	logs := newLog(stack, "MachineLog", "/aws/vendedlogs/states/"+m.name, c)
	// No machine of anybody else's may take the role
	// (https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html).
	machines := awsiam.NewServicePrincipal(jsii.String("states.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
			"ArnEquals":    map[string]any{"aws:SourceArn": m.arn},
		},
	})
	role := newRole(stack, "MachineRole", machines, m.may(c, shift))
	made := awsstepfunctions.NewCfnStateMachine(stack, jsii.String("Machine"), &awsstepfunctions.CfnStateMachineProps{
		StateMachineName:        &m.name,
		StateMachineType:        jsii.String("STANDARD"),
		DefinitionString:        &c.definition,
		DefinitionSubstitutions: &map[string]any{"ShiftFunctionArn": shift.AttrArn()},
		RoleArn:                 role.RoleArn(),
		TracingConfiguration:    &awsstepfunctions.CfnStateMachine_TracingConfigurationProperty{Enabled: &c.Tracing},
		LoggingConfiguration: &awsstepfunctions.CfnStateMachine_LoggingConfigurationProperty{
			Level: jsii.String("ERROR"), IncludeExecutionData: jsii.Bool(true),
			Destinations: &[]any{awsstepfunctions.CfnStateMachine_LogDestinationProperty{
				CloudWatchLogsLogGroup: &awsstepfunctions.CfnStateMachine_CloudWatchLogsLogGroupProperty{LogGroupArn: logs.LogGroupArn()},
			}},
		},
	})
	reasons := map[string]string{"AwsSolutions-SF1": "errors are logged; every event of every tick would cost more than the ticks"}
	if !c.Tracing {
		reasons["AwsSolutions-SF2"] = "traces cost as much as the rest of the traffic, and are had by -c tracing=true"
	}
	accept(made, reasons)
}

// may is what the machine does: it invokes its function, logs, and traces if asked to.
func (m *machine) may(c *config, shift awslambda.CfnFunction) []statement {
	all := []*string{jsii.String("*")}
	may := []statement{
		{actions: []string{"lambda:InvokeFunction"}, resources: []*string{shift.AttrArn()}},
		{
			actions: []string{
				"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
				"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
			},
			resources: all, why: "deliveries of logs have no resources",
		},
	}
	if c.Tracing {
		may = append(may, statement{
			actions:   []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"},
			resources: all, why: "traces have no resources",
		})
	}
	return may
}
