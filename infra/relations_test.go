package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/gateway"
)

// Every route of the route table reaches its function, and has the authorizer unless it is
// public; whatever is no route reaches the pages.
func TestRoutesReachTheirFunctions(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	routes := map[string]object{}
	for _, p := range of(r.app, "AWS::ApiGatewayV2::Route") {
		routes[p["RouteKey"].(string)] = p
	}
	integrations := of(r.app, "AWS::ApiGatewayV2::Integration")
	permitted := map[string]bool{}
	for _, p := range of(r.app, "AWS::Lambda::Permission") {
		if p["Principal"] == "apigateway.amazonaws.com" {
			permitted[r.text(r.app, p["FunctionName"])] = true
		}
	}
	reach := func(key, function, authorization string) {
		t.Helper()
		p := routes[key]
		delete(routes, key)
		if p == nil {
			t.Errorf("%s is no route", key)
			return
		}
		id := strings.TrimPrefix(r.text(r.app, p["Target"]), "integrations/")
		if got := r.text(r.app, integrations[id]["IntegrationUri"]); !strings.HasSuffix(got, ":function:connectnow-dev-"+function) {
			t.Errorf("%s reaches %s, want %s", key, got, function)
		}
		if p["AuthorizationType"] != authorization || (authorization == "JWT") != (p["AuthorizerId"] != nil) {
			t.Errorf("%s: authorization %v", key, p["AuthorizationType"])
		}
		if !permitted["connectnow-dev-"+function] {
			t.Errorf("the API may not invoke %s", function)
		}
	}
	for _, rt := range api.Routes() {
		authorization := "JWT"
		if rt.Who == api.Public {
			authorization = "NONE"
		}
		reach(rt.Method+" "+rt.Pattern, rt.Function, authorization)
	}
	reach("$default", gateway.PagesFunction, "NONE")
	for _, key := range []string{"GET /assets/{file}", "GET /manifest.webmanifest", "GET /sw.js"} {
		reach(key, gateway.PagesFunction, "NONE")
	}
	reach(gateway.MCPRoute, gateway.MCPFunction, "NONE")
	for key := range routes {
		t.Errorf("%s is in no route table", key)
	}
}

// The authorizer takes tokens of this pool, by each of its clients.
func TestTokensOfAllClientsAreTaken(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	var clients []string
	for id := range of(r.data, "AWS::Cognito::UserPoolClient") {
		clients = append(clients, r.text(r.data, object{"Ref": id}))
	}
	slices.Sort(clients)
	for _, p := range of(r.app, "AWS::ApiGatewayV2::Authorizer") {
		var audience []string
		for _, client := range at(p, "JwtConfiguration", "Audience").([]any) {
			audience = append(audience, r.text(r.app, client))
		}
		slices.Sort(audience)
		issuer := r.text(r.app, at(p, "JwtConfiguration", "Issuer"))
		if len(clients) != 3 || !slices.Equal(audience, clients) || issuer != "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_dev" {
			t.Errorf("tokens for %v of %s", audience, issuer)
		}
	}
}

// Every queue but that of dead letters has one behind it, every function a log of its own
// with an end to its keeping, which it may write to and not make.
func TestQueuesAndLogs(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	dead := map[string]bool{}
	queues := of(r.app, "AWS::SQS::Queue")
	for _, p := range queues {
		if to := at(p, "RedrivePolicy", "deadLetterTargetArn"); to != nil {
			dead[r.text(r.app, to)] = true
		}
	}
	for _, p := range of(r.app, "AWS::SNS::Subscription") {
		if to := at(p, "RedrivePolicy", "deadLetterTargetArn"); to != nil {
			dead[r.text(r.app, to)] = true
		}
	}
	for id, p := range queues {
		if p["RedrivePolicy"] == nil && !dead[r.attribute(r.app, id, "Arn")] {
			t.Errorf("%s has no dead letters", id)
		}
	}
	functions := 0
	for _, template := range []object{r.app, r.data} {
		kept := map[string]bool{}
		for _, p := range of(template, "AWS::Logs::LogGroup") {
			kept[r.text(template, p["LogGroupName"])] = p["RetentionInDays"] != nil
		}
		for id, p := range of(template, "AWS::Lambda::Function") {
			functions++
			log := r.text(template, at(p, "LoggingConfig", "LogGroup"))
			if !kept[log] || log != "/aws/lambda/"+r.text(template, p["FunctionName"]) {
				t.Errorf("%s logs to %s", id, log)
			}
			if at(p, "TracingConfig", "Mode") != "PassThrough" || p["Runtime"] != "provided.al2023" || at(p, "Architectures").([]any)[0] != "arm64" {
				t.Errorf("%s: %v", id, p)
			}
		}
	}
	if want := len(functionNames()) + 1; functions != want {
		t.Errorf("%d functions, want %d", functions, want)
	}
}

// Each queue delivers to its function, one message at a time and so many at once. A stage
// without mail has neither queue nor function of it.
func TestQueuesDeliver(t *testing.T) {
	const timers = `timers to timer, 50 at once`
	for _, c := range []struct{ name, from, want string }{
		{"with mail", "desk@example.com", `mail to mail, 5 at once; ` + timers},
		{"none", "none", timers},
		{"nothing said of it", "", timers},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := resolver{t, synth(t, map[string]any{"mailFrom": c.from})}
			var got []string
			for _, p := range of(r.app, "AWS::Lambda::EventSourceMapping") {
				queue, function := strings.Split(r.text(r.app, p["EventSourceArn"]), "connectnow-dev-"), r.text(r.app, p["FunctionName"])
				got = append(got, fmt.Sprintf("%s to %s, %v at once", queue[1], strings.TrimPrefix(function, "connectnow-dev-"), at(p, "ScalingConfig", "MaximumConcurrency")))
				if p["BatchSize"] != 1.0 || at(p, "FunctionResponseTypes").([]any)[0] != "ReportBatchItemFailures" {
					t.Errorf("the mapping of %s: %v", function, p)
				}
			}
			slices.Sort(got)
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("delivered: %s, want %s", got, c.want)
			}
			for id, p := range of(r.app, "AWS::Lambda::Function") {
				from, _ := at(p, "Environment", "Variables", "MAIL_FROM").(string)
				if want := strings.TrimPrefix(c.from, "none"); from != want || (want != "") != (at(p, "Environment", "Variables", "MAIL_QUEUE_URL") != nil) {
					t.Errorf("%s sends mail from %q, want %q", id, from, want)
				}
			}
			if mail := r.app["Resources"].(object)["mailFunction"] != nil; mail != strings.Contains(c.want, "mail") {
				t.Errorf("the function of mail is there: %t", mail)
			}
		})
	}
}

// The settings that the design asks for, and code relies on.
func TestSettings(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	for _, c := range []struct {
		kind string
		want object
	}{
		{"AWS::DynamoDB::Table", object{
			"BillingMode": "PAY_PER_REQUEST", "TimeToLiveSpecification": object{"AttributeName": "exp", "Enabled": true},
			"PointInTimeRecoverySpecification": object{"PointInTimeRecoveryEnabled": true},
		}},
		{"AWS::Cognito::UserPool", object{
			"AliasAttributes": []any{"email"}, "UsernameConfiguration": object{"CaseSensitive": false},
			"AccountRecoverySetting": object{"RecoveryMechanisms": []any{object{"Name": "admin_only", "Priority": 1.0}}},
		}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			for id, p := range of(r.data, c.kind) {
				for name, value := range c.want {
					if got := p[name]; same(got) != same(value) {
						t.Errorf("%s.%s: %s, want %s", id, name, same(got), same(value))
					}
				}
			}
		})
	}
	clients := 0
	for id, p := range of(r.data, "AWS::Cognito::UserPoolClient") {
		clients++
		if p["ClientName"] == "platform" {
			if same(p["AllowedOAuthFlows"]) != `["client_credentials"]` {
				t.Errorf("%s: %v", id, p)
			}
			continue
		}
		secret, flows := p["ClientName"] == "members-2", `["ALLOW_ADMIN_USER_PASSWORD_AUTH"]`
		if !secret { // that of the release before
			flows = `["ALLOW_ADMIN_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]`
		}
		if p["GenerateSecret"] != secret || same(p["ExplicitAuthFlows"]) != flows || p["RefreshTokenRotation"] != nil || p["PreventUserExistenceErrors"] != "ENABLED" || p["EnableTokenRevocation"] != true {
			t.Errorf("%s: %v", id, p)
		}
	}
	if clients != 3 {
		t.Errorf("%d clients", clients)
	}
	for id, p := range of(r.app, "AWS::SQS::Queue") {
		if p["RedrivePolicy"] != nil && (p["VisibilityTimeout"] != 30.0 || at(p, "RedrivePolicy", "maxReceiveCount") != 50.0) {
			t.Errorf("%s: %v", id, p)
		}
	}
}

func same(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// In prod nothing that is data goes with its stack, and by no accident; elsewhere all goes.
func TestProdKeepsData(t *testing.T) {
	for _, c := range []struct {
		stage     string
		policy    string
		protected bool
	}{{"prod", "Retain", true}, {"dev", "Delete", false}} {
		t.Run(c.stage, func(t *testing.T) {
			made := synthApp(t, mapsWith(withEverything(), "stage", c.stage))
			kept := 0
			for id, resource := range made.data["Resources"].(object) {
				switch resource.(object)["Type"] {
				case "AWS::DynamoDB::Table", "AWS::Cognito::UserPool":
					kept++
					protected := at(resource, "Properties", "DeletionProtectionEnabled") == true || at(resource, "Properties", "DeletionProtection") == "ACTIVE"
					if protected != c.protected {
						t.Errorf("%s is protected: %t", id, protected)
					}
					fallthrough
				case "Custom::PlatformApplication":
					if at(resource, "DeletionPolicy") != c.policy || at(resource, "UpdateReplacePolicy") != c.policy {
						t.Errorf("%s: %v", id, at(resource, "DeletionPolicy"))
					}
				}
			}
			if got := *made.stacks.data.stack.TerminationProtection(); kept != 2 || got != c.protected {
				t.Errorf("%d kept, the stack is protected: %t", kept, got)
			}
		})
	}
}

// The machine that is deployed is the one that the tests of its function execute.
func TestDefinitionIsTheTestedOne(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	want, err := os.ReadFile("../functions/shift/machine.asl.json")
	check(t, err)
	machines := of(r.app, "AWS::StepFunctions::StateMachine")
	for id, p := range machines {
		if p["DefinitionString"] != string(want) {
			t.Errorf("%s has another definition", id)
		}
		substitutions := p["DefinitionSubstitutions"].(object)
		if len(substitutions) != 1 || r.text(r.app, substitutions["ShiftFunctionArn"]) != "arn:aws:lambda:eu-central-1:123456789012:function:connectnow-dev-shift" {
			t.Errorf("%s: %v", id, substitutions)
		}
	}
	if len(machines) != 1 {
		t.Errorf("%d machines", len(machines))
	}
}

// The same input makes the same templates.
func TestSynthIsReproducible(t *testing.T) {
	first, second := synthApp(t, withSecrets), synthApp(t, withSecrets)
	if same(first.app) != same(second.app) || same(first.data) != same(second.data) {
		t.Error("two templates of the same input differ")
	}
}

// metricsOf are those that an alarm looks at, one or several of an expression.
func metricsOf(alarm object) []object {
	if alarm["MetricName"] != nil {
		return []object{alarm}
	}
	var found []object
	for _, m := range alarm["Metrics"].([]any) {
		if stat := at(m, "MetricStat", "Metric"); stat != nil {
			found = append(found, stat.(object))
		}
	}
	return found
}

// The topic of the alarms lets CloudWatch publish, which nothing else would tell of.
func TestAlarmsMayPublish(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	may := false
	for _, p := range of(r.app, "AWS::SNS::TopicPolicy") {
		for _, s := range at(p, "PolicyDocument", "Statement").([]any) {
			may = may || at(s, "Effect") == "Allow" && at(s, "Principal", "Service") == "cloudwatch.amazonaws.com" && at(s, "Action") == "sns:Publish" &&
				r.text(r.app, at(s, "Resource")) == "arn:aws:sns:eu-central-1:123456789012:connectnow-dev-alarms"
		}
	}
	if !may {
		t.Error("CloudWatch may not publish to the topic of the alarms")
	}
}

// Every alarm tells the topic, and looks at something that there is.
func TestAlarms(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	measured := measured(t)
	for id, p := range of(r.app, "AWS::CloudWatch::Alarm") {
		if actions := p["AlarmActions"].([]any); len(actions) != 1 || r.text(r.app, actions[0]) != "arn:aws:sns:eu-central-1:123456789012:connectnow-dev-alarms" {
			t.Errorf("%s tells %v", id, actions)
		}
		for _, metric := range metricsOf(p) {
			for _, d := range metric["Dimensions"].([]any) {
				r.text(r.app, at(d, "Value"))
				if name := at(d, "Name"); metric["Namespace"] == namespace && name != "Stage" {
					t.Errorf("%s looks at one %v only", id, name)
				}
			}
			if name := at(metric, "MetricName").(string); metric["Namespace"] == namespace && !strings.Contains(measured, strconv.Quote(name)) {
				t.Errorf("%s looks at %s, which nothing measures", id, name)
			}
		}
	}
}
