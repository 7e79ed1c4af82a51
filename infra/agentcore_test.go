package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/assistant"
)

// Agents of AgentCore find the desk's tools only where that is asked for. The gateway's role
// may invoke one function, and no other gateway may take it.
func TestAgentGateway(t *testing.T) {
	lean := synth(t, withSecrets)
	for _, kind := range []string{"AWS::BedrockAgentCore::Gateway", "AWS::BedrockAgentCore::GatewayTarget"} {
		if found := of(lean.app, kind); len(found) > 0 {
			t.Errorf("without being asked for there is %v", found)
		}
	}
	r := resolver{t, synth(t, withEverything())}
	ids := r.rolesOf(r.app, "bedrock-agentcore.amazonaws.com")
	if len(ids) != 1 {
		t.Fatalf("roles: %v", ids)
	}
	got := map[string]string{}
	for operator, keys := range at(trust(t, of(r.app, "AWS::IAM::Role")[ids[0]]), "Condition").(object) {
		for key, value := range keys.(object) {
			got[operator+" "+key] = r.text(r.app, value)
		}
	}
	want := map[string]string{
		"StringEquals aws:SourceAccount": account, "ArnLike aws:SourceArn": "arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/connectnow-prod-people-*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the role is taken (-want +got):\n%s", diff)
	}
	may := []permission{{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:connectnow-prod-escalate", ""}}
	if got := r.permissions(r.app, ids[0]); !slices.Equal(got, may) {
		t.Errorf("the role may %v, want %v", got, may)
	}
	for _, gateway := range of(r.app, "AWS::BedrockAgentCore::Gateway") {
		if gateway["AuthorizerType"] != "AWS_IAM" {
			t.Errorf("the gateway asks who calls by %v", gateway["AuthorizerType"])
		}
	}
}

// The target's tools are those of the table, in the few words that it knows of a schema.
func TestAgentToolsAreThoseOfTheTable(t *testing.T) {
	var names []string
	for _, target := range of(synth(t, withEverything()).app, "AWS::BedrockAgentCore::GatewayTarget") {
		for _, tool := range at(target, "TargetConfiguration", "Mcp", "Lambda", "ToolSchema", "InlinePayload").([]any) {
			names = append(names, at(tool, "Name").(string))
			if wrong := unknownToTargets(at(tool, "InputSchema").(object)); wrong != "" {
				t.Errorf("%s: the schema has %s", at(tool, "Name"), wrong)
			}
		}
	}
	var want []string
	for _, tool := range assistant.Tools() {
		want = append(want, tool.Name)
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("tools (-table +target):\n%s", diff)
	}
}

// unknownToTargets is what a schema has that targets do not know; empty for none.
func unknownToTargets(schema object) string {
	for name, value := range schema {
		if !slices.Contains([]string{"Type", "Description", "Items", "Properties", "Required"}, name) {
			return name
		}
		inner, _ := value.(object)
		if name == "Items" {
			inner = object{"": value}
		}
		if name == "Items" || name == "Properties" {
			for _, one := range inner {
				if wrong := unknownToTargets(one.(object)); wrong != "" {
					return wrong
				}
			}
		}
	}
	return ""
}
