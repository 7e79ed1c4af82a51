package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbedrockagentcore"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/assistant"
)

// agentTarget is the name of the gateway's target, which models see in front of each tool's:
// people___escalate.
const agentTarget = "people"

// newAgentGateway makes a gateway of Bedrock AgentCore, where agents find the tools of the desk.
// It is for one business: which, the operator says with make connect. Whoever may call it signs
// by IAM. It invokes the function by a role of its own, which no other gateway may take
// (https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-prerequisites-permissions.html).
func newAgentGateway(a *application, c *config) {
	name := c.name(agentTarget)
	gateways := a.stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("bedrock-agentcore"), Resource: jsii.String("gateway"), ResourceName: jsii.String(name + "-*"), // an id is added
	})
	by := awsiam.NewServicePrincipal(jsii.String("bedrock-agentcore.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": a.stack.Account()},
			"ArnLike":      map[string]any{"aws:SourceArn": gateways},
		},
	})
	role := newRole(a.stack, "AgentGatewayRole", by, []statement{
		{actions: []string{"lambda:InvokeFunction"}, resources: []*string{a.functions["escalate"].AttrArn()}},
	})
	gateway := awsbedrockagentcore.NewCfnGateway(a.stack, jsii.String("AgentGateway"), &awsbedrockagentcore.CfnGatewayProps{
		Name: &name, AuthorizerType: jsii.String("AWS_IAM"), ProtocolType: jsii.String("MCP"), RoleArn: role.RoleArn(),
		Description: jsii.String("ConnectNow human agents for AI agents (" + c.Stage + ")"),
	})
	target := awsbedrockagentcore.NewCfnGatewayTarget(a.stack, jsii.String("AgentTarget"), &awsbedrockagentcore.CfnGatewayTargetProps{
		Name: jsii.String(agentTarget), GatewayIdentifier: gateway.AttrGatewayIdentifier(),
		CredentialProviderConfigurations: &[]any{
			&awsbedrockagentcore.CfnGatewayTarget_CredentialProviderConfigurationProperty{CredentialProviderType: jsii.String("GATEWAY_IAM_ROLE")},
		},
		TargetConfiguration: &awsbedrockagentcore.CfnGatewayTarget_TargetConfigurationProperty{
			Mcp: &awsbedrockagentcore.CfnGatewayTarget_McpTargetConfigurationProperty{
				Lambda: &awsbedrockagentcore.CfnGatewayTarget_McpLambdaTargetConfigurationProperty{
					LambdaArn:  a.functions["escalate"].AttrArn(),
					ToolSchema: &awsbedrockagentcore.CfnGatewayTarget_ToolSchemaProperty{InlinePayload: agentTools()},
				},
			},
		},
	})
	target.AddDependency(role.Node().DefaultChild().(awsiam.CfnRole)) // AgentCore looks whether it may invoke
	output(a.stack, "AgentGatewayId", gateway.AttrGatewayIdentifier())
	output(a.stack, "AgentGatewayUrl", gateway.AttrGatewayUrl())
}

// agentTools are the tools as the target takes them.
func agentTools() *[]any {
	list := []any{}
	for _, t := range assistant.Tools() {
		list = append(list, &awsbedrockagentcore.CfnGatewayTarget_ToolDefinitionProperty{
			Name: jsii.String(t.Name), Description: jsii.String(t.Description), InputSchema: agentSchema(t.Schema()),
		})
	}
	return &list
}

// agentSchema is a schema with all that a target knows of one: type, description, items,
// properties and what is required.
func agentSchema(s *assistant.Schema) *awsbedrockagentcore.CfnGatewayTarget_SchemaDefinitionProperty {
	kind, _ := s.Type.(string) // only strict schemas have several
	made := &awsbedrockagentcore.CfnGatewayTarget_SchemaDefinitionProperty{Type: &kind}
	if s.Description != "" {
		made.Description = &s.Description
	}
	if s.Items != nil {
		made.Items = agentSchema(s.Items)
	}
	if s.Type == "object" {
		properties := map[string]any{}
		for _, p := range s.Properties {
			properties[p.Name] = agentSchema(p.Schema)
		}
		made.Properties = properties
	}
	if len(s.Required) > 0 {
		made.Required = jsii.Strings(s.Required...)
	}
	return made
}
