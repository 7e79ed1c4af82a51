package main

import (
	"testing"
)

// The applications tell the topic of pushes that fail, which SNS may publish to, and that invokes
// the function; what it fails at, and what cannot be handed to it, is kept. A stage without
// applications has nothing of it.
func TestRefusalsAreHeard(t *testing.T) {
	const (
		topic    = "arn:aws:sns:eu-central-1:123456789012:connectnow-dev-refusals"
		function = "arn:aws:lambda:eu-central-1:123456789012:function:connectnow-dev-refusals"
		dead     = "arn:aws:sqs:eu-central-1:123456789012:connectnow-dev-refusals-dead"
	)
	r := resolver{t, synth(t, withSecrets)}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	for id, p := range of(r.data, "Custom::PlatformApplication") {
		want(id+" tells", r.text(r.data, p["FailureTopicArn"]), topic)
	}
	may := map[string]string{}
	for _, p := range of(r.data, "AWS::SNS::TopicPolicy") {
		for _, s := range at(p, "PolicyDocument", "Statement").([]any) {
			if at(s, "Effect") == "Allow" && at(s, "Action") == "sns:Publish" && r.text(r.data, at(s, "Resource")) == topic {
				for key, value := range at(s, "Condition", "StringEquals").(object) {
					may[key] = r.text(r.data, value)
				}
			}
		}
	}
	if len(may) != 2 || may["aws:SourceOwner"] != account || may["aws:SourceAccount"] != account {
		t.Errorf("to the topic may be published by %v", may)
	}
	subscriptions := 0
	for _, p := range of(r.app, "AWS::SNS::Subscription") {
		if p["Protocol"] != "lambda" {
			continue
		}
		subscriptions++
		want("the topic", r.text(r.app, p["TopicArn"]), topic)
		want("who hears", r.text(r.app, p["Endpoint"]), function)
		want("what is left", r.text(r.app, at(p, "RedrivePolicy", "deadLetterTargetArn")), dead)
	}
	permitted, kept := 0, false
	for _, p := range of(r.app, "AWS::Lambda::Permission") {
		if p["Principal"] == "sns.amazonaws.com" {
			permitted++
			want("who invokes", r.text(r.app, p["SourceArn"]), topic)
			want("who is invoked", r.text(r.app, p["FunctionName"]), "connectnow-dev-refusals")
		}
	}
	for _, p := range of(r.app, "AWS::SQS::QueuePolicy") {
		for _, s := range at(p, "PolicyDocument", "Statement").([]any) {
			kept = kept || at(s, "Principal", "Service") == "sns.amazonaws.com" && at(s, "Action") == "sqs:SendMessage" &&
				r.text(r.app, at(s, "Resource")) == dead && r.text(r.app, at(s, "Condition", "ArnEquals", "aws:SourceArn")) == topic
		}
	}
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		if to := at(p, "DeadLetterConfig", "TargetArn"); (to != nil) != (id == "refusalsFunction") || to != nil && r.text(r.app, to) != dead {
			t.Errorf("%s leaves what it fails at to %v", id, to)
		}
	}
	if subscriptions != 1 || permitted != 1 || !kept {
		t.Errorf("%d subscriptions, %d permissions, SNS may leave letters: %t", subscriptions, permitted, kept)
	}

	bare := synth(t, nil)
	for _, id := range []string{"refusalsFunction", "DeadRefusals", "AlarmDeadRefusals"} {
		if at(bare.app, "Resources", id) != nil {
			t.Errorf("a stage without applications has %s", id)
		}
	}
	if n := len(of(bare.data, "AWS::SNS::Topic")); n != 1 {
		t.Errorf("a stage without applications has %d topics of data, want that of events", n)
	}
}
