package costs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Template is a CloudFormation template, as JSON.
type Template = map[string]any

// Deployment is what bears on the costs of the stacks of a stage.
type Deployment struct {
	AlarmMetrics int // in all alarms; an expression has as many as it is made of
	Dashboards   int
	Secrets      int // the deployment's own and those for push keys
	Queues       int // that Lambda polls
	Clients      int // of machines
	Functions    int
	MemoryMB     float64 // of a function
	LogDays      float64 // that logs are kept
	AccessLine   float64 // bytes that API Gateway logs of a request
	WebACLs      int     // in front of CloudFront
	WebRules     int     // in all of them
	Public       []PublicRoute
}

// PublicRoute is a route that API Gateway opens to whoever comes, and its throttle.
type PublicRoute struct {
	Route string  // as API Gateway has it: POST /v1/login
	Rate  float64 // requests a second, in the long run
	Burst float64 // at once
}

// free are the resources that cost nothing by being there. Read refuses what is neither
// here nor counted, so that nobody adds a thing that costs without a line in the tables.
var free = []string{
	"AWS::ApiGatewayV2::", "AWS::BedrockAgentCore::", "AWS::Budgets::Budget", "AWS::CloudFront::", "AWS::Cognito::", "AWS::DynamoDB::Table", "AWS::IAM::", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Permission",
	"AWS::Logs::MetricFilter", // its metric costs when it has data
	"AWS::Route53::RecordSet", "AWS::Scheduler::", "AWS::SNS::", "AWS::SQS::", "AWS::StepFunctions::StateMachine", "AWS::CDK::Metadata",
}

// Read reads the templates of a stage.
func Read(templates ...Template) (Deployment, error) {
	var d Deployment
	secrets := map[string]bool{}
	var public []string
	var stage map[string]any
	for _, t := range templates {
		resources, _ := t["Resources"].(map[string]any)
		for _, id := range slices.Sorted(maps.Keys(resources)) {
			r, _ := resources[id].(map[string]any)
			kind, _ := r["Type"].(string)
			properties, _ := r["Properties"].(map[string]any)
			switch {
			case kind == "AWS::ApiGatewayV2::Route" && properties["AuthorizationType"] == "NONE":
				key, _ := properties["RouteKey"].(string)
				public = append(public, key)
			case kind == "AWS::ApiGatewayV2::Stage":
				stage = properties
			}
			if kind == "Custom::PlatformApplication" {
				secrets[fmt.Sprint(properties["SecretArn"])] = true
			} else if !d.read(kind, properties) {
				return d, fmt.Errorf("costs: nobody has said what a resource %s costs (%s)", kind, id)
			}
		}
	}
	d.Secrets += len(secrets)
	d.Public = throttled(public, stage)
	if d.Functions == 0 || d.MemoryMB == 0 || d.LogDays == 0 || d.AccessLine == 0 {
		return d, fmt.Errorf("costs: %d functions of %g MB, whose logs are kept for %g days, and %g bytes of a request: these are no templates of a stage",
			d.Functions, d.MemoryMB, d.LogDays, d.AccessLine)
	}
	return d, nil
}

// throttled gives public routes with their throttles, which for those without one of their own is
// the stage's.
func throttled(routes []string, stage map[string]any) (public []PublicRoute) {
	own, _ := stage["RouteSettings"].(map[string]any)
	slices.Sort(routes)
	for _, route := range routes {
		settings, is := own[route].(map[string]any)
		if !is {
			settings, _ = stage["DefaultRouteSettings"].(map[string]any)
		}
		rate, _ := settings["ThrottlingRateLimit"].(float64)
		burst, _ := settings["ThrottlingBurstLimit"].(float64)
		public = append(public, PublicRoute{route, rate, burst})
	}
	return public
}

// read counts a resource, and reports whether it is known.
func (d *Deployment) read(kind string, properties map[string]any) bool {
	number := func(name string) float64 { n, _ := properties[name].(float64); return n }
	switch kind {
	case "AWS::CloudWatch::Alarm":
		d.AlarmMetrics += metricsOf(properties)
	case "AWS::CloudWatch::Dashboard":
		d.Dashboards++
	case "AWS::SecretsManager::Secret":
		d.Secrets++
	case "AWS::WAFv2::WebACL":
		rules, _ := properties["Rules"].([]any)
		d.WebACLs++
		d.WebRules += len(rules)
	case "AWS::Lambda::EventSourceMapping":
		d.Queues++
	case "AWS::Lambda::Function":
		d.Functions++
		d.MemoryMB = max(d.MemoryMB, number("MemorySize"))
	case "AWS::Logs::LogGroup":
		d.LogDays = max(d.LogDays, number("RetentionInDays"))
	case "AWS::ApiGatewayV2::Stage":
		settings, _ := properties["AccessLogSettings"].(map[string]any)
		format, _ := settings["Format"].(string)
		line, known := accessLine(format)
		d.AccessLine = line
		return known
	case "AWS::Cognito::UserPoolClient":
		if flows, _ := properties["AllowedOAuthFlows"].([]any); slices.Contains(flows, any("client_credentials")) {
			d.Clients++
		}
	default:
		return slices.ContainsFunc(free, func(start string) bool { return strings.HasPrefix(kind, start) })
	}
	return true
}

// accessLine is how many bytes a line of the API's log has, in a form such as
// {"status":"$context.status","stage":"prod"}. It is not known where a variable is not.
func accessLine(format string) (bytes float64, known bool) {
	var fields map[string]string
	if json.Unmarshal([]byte(format), &fields) != nil {
		return 0, false
	}
	bytes = float64(len(format) + len("\n"))
	for _, value := range fields {
		if variable, is := strings.CutPrefix(value, "$context."); is {
			if usual[variable] == "" {
				return 0, false
			}
			bytes += float64(len(usual[variable]) - len(value))
		}
	}
	return bytes, true
}

// metricsOf counts the metrics that an alarm looks at.
func metricsOf(alarm map[string]any) int {
	queries, _ := alarm["Metrics"].([]any)
	if len(queries) == 0 {
		return 1
	}
	n := 0
	for _, q := range queries {
		if query, _ := q.(map[string]any); query["MetricStat"] != nil {
			n++
		}
	}
	return n
}

// Idle is what a stage uses in a month in which nobody does anything.
func (d Deployment) Idle() Usage {
	return Usage{
		Clients: float64(d.Clients), Tokens: float64(d.Clients) * tokensAMonth,
		Alarms: float64(d.AlarmMetrics), Dashboards: float64(d.Dashboards), Secrets: float64(d.Secrets), WebACLs: float64(d.WebACLs), WebRules: float64(d.WebRules),
		QueueRequests: float64(d.Queues) * pollers * pollsAnHour * hoursAMonth,
		CodeGB:        float64(d.Functions) * zipMB / 1000 * releasesKept,
		TableGB:       emptyTableGB, BackupGB: emptyTableGB,
	}
}

// Whole adds to what was measured what follows from it: the time that functions take, what
// AWS logs of its own accord, how long logs stay, backups, headers, traces.
func (d Deployment) Whole(measured Usage) Usage {
	u := Usage{}
	u.Add(measured, 1)
	u[GBSeconds] = u[Invocations] * d.MemoryMB / 1024 * secondsAnInvocation
	u[LogGB] += (u[Invocations]*float64(len(lambdaLines)) + u[Requests]*d.AccessLine) / GB
	u[LogKeptGB] = u[LogGB] * d.LogDays / daysAMonth
	u[BackupGB] = u[TableGB]
	u[InternetGB] += u[Requests] * headerBytes / GB
	u[Traces] = u[Invocations]
	return u
}
