package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withEverything is context by which a stage has all that there is to be asked for.
func withEverything() map[string]any {
	all := map[string]any{
		"stage": "prod", "alarmEmail": "ops@example.com", "reservedConcurrency": "2", "tzLayer": "true", "tracing": "true", "pushLogs": "true", "agentcore": "true",
		"mailFrom": "desk@example.com", "maxReadUnits": "4000", "maxWriteUnits": "1000", "allowedOrigins": "https://app.example.com, https://localhost",
	}
	maps.Copy(all, withSecrets)
	maps.Copy(all, withEdge)
	return all
}

// refusalOf is what is said of further context to a bare command, or to one that deploys;
// nothing if it is taken.
func refusalOf(t *testing.T, context map[string]any, bare bool) string {
	t.Helper()
	app, err := newApp("..", t.TempDir())
	check(t, err)
	for name, value := range context {
		app.Node().SetContext(&name, value)
	}
	if _, err = readConfig(app.Node(), "..", bare); err == nil {
		return ""
	}
	return err.Error()
}

// What a deployment needs, which others do without: binaries, and in prod somebody who is
// told of alarms.
func TestDeploymentNeeds(t *testing.T) {
	dist := t.TempDir()
	for _, name := range functionNames() {
		check(t, os.Mkdir(filepath.Join(dist, name), 0o755))
		check(t, os.WriteFile(filepath.Join(dist, name, "bootstrap"), nil, 0o755))
	}
	for _, c := range []struct {
		name    string
		context map[string]any
		want    string
	}{
		{"all there", nil, ""},
		{"prod", map[string]any{"stage": "prod", "alarmEmail": "ops@example.com", "mailFrom": "desk@example.com"}, ""},
		{"prod whose alarms go elsewhere", map[string]any{"stage": "prod", "alarmEmail": "none", "mailFrom": "none"}, ""},
		{"prod that tells nobody", map[string]any{"stage": "prod", "mailFrom": "none"}, "context alarmEmail is needed for stage=prod: who is told of alarms, or none"},
		{"prod without a word of mail", map[string]any{"stage": "prod", "alarmEmail": "none"}, "context mailFrom is needed for stage=prod: who codes and notices come from, or none"},
		{"nothing there", map[string]any{"dist": "nowhere"}, "context dist=nowhere: there is no nowhere/callbacks/bootstrap, which make build makes in dist"},
		{"no pushapps", withSecrets, "context dist=" + dist + ": there is no " + dist + "/pushapps/bootstrap, which make build makes in dist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			context := map[string]any{"dist": dist}
			maps.Copy(context, c.context)
			if got := refusalOf(t, context, false); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
			if got := refusalOf(t, context, true); got != "" {
				t.Errorf("a bare command is told %q", got)
			}
		})
	}
}

// What a stage may be told to leave out, or to have more of.
func TestOptions(t *testing.T) {
	plain := synth(t, nil)
	if n := len(of(plain.data, "Custom::PlatformApplication")) + len(of(plain.data, "AWS::Lambda::Function")); n != 0 {
		t.Errorf("%d resources for pushes that nobody asked for", n)
	}
	without := synth(t, map[string]any{"machineClient": "false", "reservedConcurrency": "5", "alarmEmail": "ops@example.com"})
	if n := len(of(without.data, "AWS::Cognito::UserPoolClient")); n != 2 {
		t.Errorf("%d clients without the machine's", n)
	}
	reserved := 0
	for id, p := range of(without.app, "AWS::Lambda::Function") {
		name, _ := strings.CutPrefix(p["FunctionName"].(string), "connectnow-dev-")
		want := any(nil)
		if slices.Contains(kept, name) {
			want = 5.0
			reserved++
		}
		if p["ReservedConcurrentExecutions"] != want {
			t.Errorf("%s reserves %v, want %v", id, p["ReservedConcurrentExecutions"], want)
		}
	}
	if reserved != 3 {
		t.Errorf("instances are kept for %d functions", reserved)
	}
	for id, p := range of(without.app, "AWS::Lambda::EventSourceMapping") {
		if most := at(p, "ScalingConfig", "MaximumConcurrency"); most.(float64) > 5 && strings.HasPrefix(id, "TimerMessages") {
			t.Errorf("%s gives out %v messages at once to five instances", id, most)
		}
	}
	mails := of(without.app, "AWS::SNS::Subscription")
	for _, p := range mails {
		if p["Endpoint"] != "ops@example.com" {
			t.Errorf("alarms go to %v", p["Endpoint"])
		}
	}
	if len(mails) != 1 {
		t.Errorf("%d subscriptions", len(mails))
	}
}

// A bound of the table's units is in the template if it is given.
func TestTableBounds(t *testing.T) {
	for _, c := range []struct {
		name    string
		context map[string]any
		want    string
	}{
		{"none", nil, `null`},
		{"said to be none", map[string]any{"maxReadUnits": "0", "maxWriteUnits": 0}, `null`},
		{"reads", map[string]any{"maxReadUnits": "2000"}, `{"MaxReadRequestUnits":2000}`},
		{"both", map[string]any{"maxReadUnits": 2000, "maxWriteUnits": "500"}, `{"MaxReadRequestUnits":2000,"MaxWriteRequestUnits":500}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for id, p := range of(synth(t, c.context).data, "AWS::DynamoDB::Table") {
				if got := same(p["OnDemandThroughput"]); got != c.want {
					t.Errorf("%s: %s, want %s", id, got, c.want)
				}
			}
		})
	}
}

// Pages of the origins that are named may call the API, and no others.
func TestAllowedOrigins(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{"", `null`},
		{"https://app.example.com, https://localhost", `{"AllowCredentials":false,` +
			`"AllowHeaders":["authorization","content-type","if-match","if-none-match","idempotency-key"],"AllowMethods":["GET","POST","PUT","PATCH","DELETE"],` +
			`"AllowOrigins":["https://app.example.com","https://localhost"],"ExposeHeaders":["etag","retry-after"],"MaxAge":7200}`},
	} {
		t.Run(c.list, func(t *testing.T) {
			for id, p := range of(synth(t, map[string]any{"allowedOrigins": c.list}).app, "AWS::ApiGatewayV2::Api") {
				if got := same(p["CorsConfiguration"]); got != c.want {
					t.Errorf("%s: %s, want %s", id, got, c.want)
				}
			}
		})
	}
}

// X-Ray follows requests if it is asked to, and nobody may tell it of any otherwise.
func TestTracing(t *testing.T) {
	for _, c := range []struct {
		on      string
		mode    string
		machine bool
	}{{"false", "PassThrough", false}, {"true", "Active", true}} {
		t.Run(c.on, func(t *testing.T) {
			r := resolver{t, synth(t, mapsWith(withSecrets, "tracing", c.on))}
			for _, template := range []object{r.app, r.data} {
				for id, p := range of(template, "AWS::Lambda::Function") {
					if got := at(p, "TracingConfig", "Mode"); got != c.mode {
						t.Errorf("%s: %v, want %s", id, got, c.mode)
					}
				}
				for id, p := range of(template, "AWS::IAM::Role") {
					service := at(trust(t, p), "Principal", "Service")
					traced := service == "lambda.amazonaws.com" || service == "states.amazonaws.com"
					if got := strings.Contains(same(p["Policies"]), "xray:PutTraceSegments"); got != (c.machine && traced) {
						t.Errorf("%s may tell X-Ray: %t", id, got)
					}
				}
			}
			for id, p := range of(r.app, "AWS::StepFunctions::StateMachine") {
				if got := at(p, "TracingConfiguration", "Enabled"); got != c.machine {
					t.Errorf("%s is traced: %v", id, got)
				}
			}
		})
	}
}

// With tzLayer the functions of the desk have the layer that the stage's parameter names, and
// nothing else differs; without it the templates know nothing of one.
func TestLayerOfClockLaws(t *testing.T) {
	plain, with := synth(t, withSecrets), synth(t, mapsWith(withSecrets, "tzLayer", "true"))
	functions := of(with.app, "AWS::Lambda::Function")
	for id, p := range functions {
		if got, want := same(p["Layers"]), `["{{resolve:ssm:/connectnow/dev/tz-layer}}"]`; got != want {
			t.Errorf("%s has the layers %s, want %s", id, got, want)
		}
		delete(p, "Layers")
	}
	if len(functions) != len(functionNames()) || same(plain.app) != same(with.app) || same(plain.data) != same(with.data) {
		t.Errorf("the templates of %d functions differ in more than their layers", len(functions))
	}
}

// mapsWith is context with one more.
func mapsWith(context map[string]any, name string, value any) map[string]any {
	all := maps.Clone(context)
	all[name] = value
	return all
}
