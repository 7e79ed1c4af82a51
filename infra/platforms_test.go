package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	fcmSecret     = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:fcm-AbCdEf"
	apnsSecret    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:apns-AbCdEf"
	sandboxSecret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sandbox-AbCdEf"
)

// Context makes these platform applications, each from its secret, which its function may
// read; the other functions are told of them, and one alarm looks at each. An application
// for VoIP goes with that for alerts: another version of the secret reaches both.
func TestPlatformApplications(t *testing.T) {
	for _, c := range []struct {
		name    string
		context map[string]any
		want    map[string]string // secret and version, by platform
	}{
		{"without VoIP",
			map[string]any{"fcmSecretArn": fcmSecret, "apnsSecretArn": apnsSecret, "apnsSandboxSecretArn": sandboxSecret, "voip": "false"},
			map[string]string{"fcm": fcmSecret + " 1", "apns": apnsSecret + " 1", "apns_sandbox": sandboxSecret + " 1"},
		},
		{"VoIP in the App Store alone",
			map[string]any{"fcmSecretArn": fcmSecret, "apnsSecretArn": apnsSecret, "apnsSecretVersion": "2", "voip": "true"},
			map[string]string{"fcm": fcmSecret + " 1", "apns": apnsSecret + " 2", "apns_voip": apnsSecret + " 2"},
		},
		{"VoIP in the sandbox, too",
			map[string]any{"apnsSecretArn": apnsSecret, "apnsSandboxSecretArn": sandboxSecret, "apnsSandboxSecretVersion": "b", "voip": true},
			map[string]string{
				"apns": apnsSecret + " 1", "apns_voip": apnsSecret + " 1", "apns_sandbox": sandboxSecret + " b", "apns_voip_sandbox": sandboxSecret + " b",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := resolver{t, synth(t, c.context)}
			made, secrets, arns := map[string]string{}, map[string]bool{}, map[string]string{}
			for id, p := range of(r.data, "Custom::PlatformApplication") {
				platform := p["Platform"].(string)
				made[platform] = p["SecretArn"].(string) + " " + p["SecretVersion"].(string)
				secrets[p["SecretArn"].(string)] = true
				arns[platform] = "arn:aws:sns:eu-central-1:123456789012:app/" + snsPlatforms[platform] + "/connectnow-dev-" + platform
				if got := r.attribute(r.data, id, "Arn"); got != arns[platform] || snsPlatforms[platform] == "" {
					t.Errorf("%s is %s", platform, got)
				}
			}
			if diff := cmp.Diff(c.want, made); diff != "" {
				t.Errorf("applications (-want +got):\n%s", diff)
			}
			r.readsSecrets(secrets)
			r.toldOf(arns)
			r.watches(arns)
		})
	}
}

// readsSecrets checks which secrets the function behind the applications may read.
func (r resolver) readsSecrets(want map[string]bool) {
	r.t.Helper()
	got := map[string]bool{}
	for _, p := range r.permissions(r.data, r.pushappsRole()) {
		if p.action == "secretsmanager:GetSecretValue" {
			got[p.resources] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

// toldOf checks the applications that are in the environment of the functions, and that
// phones may be registered with them.
func (r resolver) toldOf(want map[string]string) {
	r.t.Helper()
	for id, p := range of(r.app, "AWS::Lambda::Function") {
		got := map[string]string{}
		for entry := range strings.SplitSeq(r.text(r.app, at(p, "Environment", "Variables", "PLATFORM_APPS")), ",") {
			platform, arn, _ := strings.Cut(entry, "=")
			got[platform] = arn
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.t.Errorf("%s is told of (-want +got):\n%s", id, diff)
		}
	}
	allowed := map[string]bool{}
	for _, p := range r.permissions(r.app, r.role("presence")) {
		if p.action == "sns:CreatePlatformEndpoint" {
			allowed[p.resources] = true
		}
	}
	for platform, arn := range want {
		if !allowed[arn] || len(allowed) != len(want) {
			r.t.Errorf("%s: phones may be registered with %v", platform, allowed)
		}
	}
}

// watches checks that what SNS counts for each application has an alarm.
func (r resolver) watches(arns map[string]string) {
	r.t.Helper()
	got, want := map[string]bool{}, map[string]bool{}
	for platform := range arns {
		want["connectnow-dev-"+platform+" "+snsPlatforms[platform]] = true
	}
	for _, p := range of(r.app, "AWS::CloudWatch::Alarm") {
		for _, metric := range metricsOf(p) {
			if metric["MetricName"] != "NumberOfNotificationsFailed" {
				continue
			}
			by := map[any]string{}
			for _, d := range metric["Dimensions"].([]any) {
				by[at(d, "Name")] = r.text(r.app, at(d, "Value"))
			}
			got[by["Application"]+" "+by["Platform"]] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("alarms (-want +got):\n%s", diff)
	}
}
