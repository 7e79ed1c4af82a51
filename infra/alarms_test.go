package main

import (
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/gateway"
)

// alarmsOf are the alarms of a template, by name without the stage's.
func alarmsOf(template object) map[string]object {
	all := map[string]object{}
	for _, p := range of(template, "AWS::CloudWatch::Alarm") {
		all[strings.TrimPrefix(p["AlarmName"].(string), "connectnow-dev-")] = p
	}
	return all
}

// Whatever function there is has an alarm on its errors: its own, that of the API, whose answers
// 5xx they are, or that of the dead letters that they come to. It has a role of its own, too, and a log (TestQueuesAndLogs).
func TestFunctionsAreWatched(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	watched, dead := map[string]bool{}, map[string]bool{}
	for name, p := range alarmsOf(r.app) {
		for _, metric := range metricsOf(p) {
			for _, d := range metric["Dimensions"].([]any) {
				if metric["MetricName"] == "Errors" && metric["Namespace"] == "AWS/Lambda" && at(d, "Name") == "FunctionName" {
					watched[strings.TrimPrefix(r.text(r.app, at(d, "Value")), "connectnow-dev-")] = true
				}
				if at(d, "Name") == "QueueName" {
					dead[r.text(r.app, at(d, "Value"))] = true
				}
			}
		}
		for _, rt := range api.Routes() {
			watched[rt.Function] = watched[rt.Function] || name == "ApiErrors"
		}
		// What is no route is the API's, too, and so is the route of assistants.
		for _, function := range []string{gateway.PagesFunction, gateway.MCPFunction} {
			watched[function] = watched[function] || name == "ApiErrors"
		}
	}
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		if to := at(p, "DeadLetterConfig", "TargetArn"); to != nil && dead[path.Base(strings.ReplaceAll(r.text(r.app, to), ":", "/"))] {
			watched[strings.TrimSuffix(id, "Function")] = true
		}
	}
	roles := map[string]string{}
	for _, name := range functionNames() {
		if !watched[name] {
			t.Errorf("no alarm looks at the errors of %s", name)
		}
		role := r.role(name)
		if other := roles[role]; other != "" {
			t.Errorf("%s has the role of %s", name, other)
		}
		roles[role] = name
	}
}

// Alarms are paid for by the metrics that they look at: three dollars a month is the bound for
// a stage with Android and iPhone, and half a dollar more for one that sends mail, too.
func TestAlarmsCost(t *testing.T) {
	made := synth(t, map[string]any{"fcmSecretArn": withSecrets["fcmSecretArn"], "apnsSecretArn": withSecrets["apnsSecretArn"], "mailFrom": "desk@example.com"})
	metrics := 0
	for _, p := range alarmsOf(made.app) {
		metrics += len(metricsOf(p))
	}
	if metrics > 35 {
		t.Errorf("alarms look at %d metrics, want at most 35", metrics)
	}
}

var guideRow = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.+) \\| (.+) \\|$")

// Each alarm has a line in the guide that says what it means and what to do, and says both in
// short itself, as far as CloudWatch takes a text.
func TestGuideHasAlarms(t *testing.T) {
	guide, err := os.ReadFile("../docs/deploy.md")
	check(t, err)
	_, section, _ := strings.Cut(string(guide), "\n## Alarms\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var told []string
	for _, row := range guideRow.FindAllStringSubmatch(section, -1) {
		told = append(told, row[1])
	}
	slices.Sort(told)
	made := alarmsOf(synth(t, withSecrets).app)
	if want := slices.Sorted(maps.Keys(made)); !slices.Equal(told, want) {
		t.Errorf("the guide has %v\nthe template %v", told, want)
	}
	for name, p := range made {
		says := p["AlarmDescription"].(string)
		if means, do, both := strings.Cut(says, ". To do: "); !both || means == "" || do == "" || len(says) > 1024 {
			t.Errorf("%s says %q", name, says)
		}
	}
}

// Schedules may send to the queue, and leave what they cannot send with the dead letters; from
// there it can be sent again, which SQS does of queues only that are another one's dead
// letters (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).
func TestSchedulesMaySend(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	const queue = "arn:aws:sqs:eu-central-1:123456789012:connectnow-dev-timers"
	for id := range of(r.app, "AWS::IAM::Role") {
		if !strings.HasPrefix(id, "ScheduleRole") {
			continue
		}
		want := []permission{{"sqs:SendMessage", queue, ""}, {"sqs:SendMessage", queue + "-dead", ""}}
		if got := r.permissions(r.app, id); !slices.Equal(got, want) {
			t.Errorf("schedules may %v, want %v", got, want)
		}
	}
	for _, p := range of(r.app, "AWS::SQS::Queue") {
		if to := at(p, "RedrivePolicy", "deadLetterTargetArn"); to != nil && r.text(r.app, to) != queue+"-dead" {
			t.Errorf("dead letters go to %v", to)
		}
	}
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		if got := r.text(r.app, at(p, "Environment", "Variables", "TIMER_DEAD_ARN")); got != queue+"-dead" {
			t.Errorf("%s sends dead letters to %s", id, got)
		}
	}
}
