package main

import (
	"fmt"
	"strings"
	"testing"
)

// Where a template is deployed in these tests.
const (
	region  = "eu-central-1"
	account = "123456789012"
)

// resolver gives references of a template the values that they have once it is deployed.
type resolver struct {
	t *testing.T
	templates
}

// text resolves a value that is a string.
func (r resolver) text(template object, v any) string {
	r.t.Helper()
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprint(v)
	case object:
		for name, argument := range v {
			return r.intrinsic(template, name, argument)
		}
	}
	r.t.Fatalf("cannot resolve %v", v)
	return ""
}

func (r resolver) intrinsic(template object, name string, argument any) string {
	r.t.Helper()
	switch name {
	case "Ref":
		if value, is := map[string]string{
			"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
		}[argument.(string)]; is {
			return value
		}
		return r.attribute(template, argument.(string), "")
	case "Fn::GetAtt":
		return r.attribute(template, argument.([]any)[0].(string), argument.([]any)[1].(string))
	case "Fn::Join":
		var parts []string
		for _, part := range argument.([]any)[1].([]any) {
			parts = append(parts, r.text(template, part))
		}
		return strings.Join(parts, argument.([]any)[0].(string))
	case "Fn::ImportValue":
		for _, o := range r.data["Outputs"].(object) {
			if at(o, "Export", "Name") == argument {
				return r.text(r.data, at(o, "Value"))
			}
		}
	}
	r.t.Fatalf("cannot resolve %s %v", name, argument)
	return ""
}

// attribute is what Ref (without a name) and Fn::GetAtt give of a resource.
func (r resolver) attribute(template object, id, attribute string) string {
	r.t.Helper()
	resource, _ := template["Resources"].(object)[id].(object)
	kind, _ := resource["Type"].(string)
	named := func(property string) string { return r.text(template, at(resource, "Properties", property)) }
	arn := func(service, name string) string {
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, name)
	}
	switch kind + " " + attribute {
	case "AWS::DynamoDB::Table ":
		return named("TableName")
	case "AWS::DynamoDB::Table Arn":
		return arn("dynamodb", "table/"+named("TableName"))
	case "AWS::SQS::Queue ":
		return "https://sqs." + region + ".amazonaws.com/" + account + "/" + named("QueueName")
	case "AWS::SQS::Queue Arn":
		return arn("sqs", named("QueueName"))
	case "AWS::SQS::Queue QueueName":
		return named("QueueName")
	case "AWS::Scheduler::ScheduleGroup ":
		return named("Name")
	case "AWS::Scheduler::ScheduleGroup Arn":
		return arn("scheduler", "schedule-group/"+named("Name"))
	case "AWS::IAM::Role Arn":
		return "arn:aws:iam::" + account + ":role/ConnectNow-" + stageOf(resource) + "-" + id
	case "AWS::Cognito::UserPool ":
		return region + "_" + stageOf(resource)
	case "AWS::Cognito::UserPool Arn":
		return arn("cognito-idp", "userpool/"+region+"_"+stageOf(resource))
	case "AWS::Cognito::UserPoolClient ":
		return strings.ToLower(id)
	case "AWS::Lambda::Function ":
		return named("FunctionName")
	case "AWS::Lambda::Function Arn":
		return arn("lambda", "function:"+named("FunctionName"))
	case "AWS::Logs::LogGroup ":
		return named("LogGroupName")
	case "AWS::Logs::LogGroup Arn":
		return arn("logs", "log-group:"+named("LogGroupName")+":*")
	case "AWS::CloudFront::Distribution DomainName":
		return "d1.cloudfront.net"
	case "AWS::WAFv2::WebACL Arn":
		return "arn:aws:wafv2:us-east-1:" + account + ":global/webacl/" + id
	case "AWS::SecretsManager::Secret ":
		if at(resource, "Properties", "Name") == nil { // AWS makes one up
			return arn("secretsmanager", "secret:"+id)
		}
		return arn("secretsmanager", "secret:"+named("Name"))
	case "AWS::SNS::Topic ":
		return arn("sns", named("TopicName"))
	case "AWS::ApiGatewayV2::DomainName ":
		return named("DomainName")
	case "AWS::ApiGatewayV2::Stage ":
		return named("StageName")
	case "AWS::ApiGatewayV2::Api ApiEndpoint":
		return "https://" + strings.ToLower(id) + ".execute-api." + region + ".amazonaws.com"
	case "AWS::ApiGatewayV2::DomainName RegionalDomainName":
		return "d-1.execute-api." + region + ".amazonaws.com"
	case "AWS::ApiGatewayV2::DomainName RegionalHostedZoneId":
		return "Z1"
	case "AWS::ApiGatewayV2::Api ", "AWS::ApiGatewayV2::Integration ", "AWS::ApiGatewayV2::Authorizer ":
		return id
	case "Custom::PlatformApplication Arn":
		platform := snsPlatforms[named("Platform")]
		return arn("sns", "app/"+platform+"/"+named("Name"))
	}
	r.t.Fatalf("cannot resolve %s of %s, a %s", attribute, id, kind)
	return ""
}

// stageOf is the stage of a resource without a name of its own, by its tag.
func stageOf(resource object) string {
	tags := at(resource, "Properties", "Tags")
	if of, is := at(resource, "Properties", "UserPoolTags", "stage").(string); is {
		return of
	}
	for _, tag := range tags.([]any) {
		if at(tag, "Key") == "stage" {
			return at(tag, "Value").(string)
		}
	}
	return ""
}
