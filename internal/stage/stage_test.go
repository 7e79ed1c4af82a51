package stage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// refusal is what is said of a context for a region; nothing if it is taken.
func refusal(context map[string]any, region string) string {
	if _, err := Read(context, region, true); err != nil {
		return err.Error()
	}
	return ""
}

// What is not said is as in the guide, and what is said is read in whichever form it comes.
func TestRead(t *testing.T) {
	const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:apns-AbCdEf"
	for _, c := range []struct {
		name    string
		context map[string]any
		want    Options
	}{
		{"nothing said", nil, Options{Stage: "dev", Machine: true, Graphs: true, Timers: 50, Budget: 50}},
		{"command line", map[string]any{
			"stage": "prod", "alarmEmail": "ops@example.com", "mailFrom": "desk@example.com", "machineClient": "false", "dashboard": "false", "tzLayer": "true", "tracing": "true", "agentcore": "true", "budget": "none",
			"apnsSecretArn": secret, "voip": "true", "pushLogs": "true", "maxReadUnits": "2000", "allowedOrigins": "https://localhost",
		}, Options{
			Stage: "prod", Email: "ops@example.com", MailFrom: "desk@example.com", TZLayer: true, Tracing: true, AgentCore: true, Timers: 50,
			Apps: []PlatformApp{{"apns", secret, "1"}, {"apns_voip", secret, "1"}}, PushLogs: true, MaxReads: 2000, Origins: []string{"https://localhost"},
		}},
		{"files", map[string]any{"timerConcurrency": 7.0, "maxReadUnits": 1e6, "tracing": true, "thrifty": true, "budget": 200.0}, Options{Stage: "dev", Machine: true, Graphs: true, Timers: 7, Budget: 200, MaxReads: 1_000_000, Tracing: true, Thrifty: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(c.context, "", false)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Bad context is told, all of it at once.
func TestBadContext(t *testing.T) {
	bad := map[string]any{
		"stage": "Prod!", "timerConcurrency": "1", "reservedConcurrency": "x", "fcmSecretArn": "fcm", "voip": "yes", "machineClient": "no", "tzLayer": "no",
		"tracing": "on", "pushLogs": "1", "maxReadUnits": "-1", "maxWriteUnits": "many", "alarmEmail": "ops@example", "mailFrom": "desk@example", "budget": "50.00",
	}
	toldOf(t, bad)
}

// toldOf checks that each value of a context is refused.
func toldOf(t *testing.T, bad map[string]any) {
	t.Helper()
	said := refusal(bad, "")
	for name, value := range bad {
		if part := name + "=" + value.(string); !strings.Contains(said, part) {
			t.Errorf("%s is not told of: %s", part, said)
		}
	}
}

// A sender that a policy would take for a pattern, or SES for none, is told.
func TestSenders(t *testing.T) {
	for _, c := range []struct {
		from string
		good bool
	}{
		{"none", true}, {"desk@example.com", true}, {"No-Reply+codes@mail.example.com", true},
		{"*@example.com", false}, {"desk?@example.com", false}, {"${aws:userid}@example.com", false}, {"büro@example.com", false},
		{"desk@Example.com", false}, {"Desk <desk@example.com>", false}, {"desk", false},
	} {
		t.Run(c.from, func(t *testing.T) {
			if got := refusal(map[string]any{"mailFrom": c.from}, ""); (got == "") != c.good {
				t.Errorf("told %q", got)
			}
		})
	}
}

// What does not go without other context is told.
func TestContextGoesTogether(t *testing.T) {
	for _, c := range []struct {
		name    string
		context map[string]any
		want    string
	}{
		{"logs of no pushes", map[string]any{"pushLogs": "true"}, "context pushLogs=true needs a push platform, too"},
		{"voip alone", map[string]any{"voip": "true"}, "voip=true needs apnsSecretArn or apnsSandboxSecretArn"},
		{"voip with Android alone", map[string]any{"voip": true, "fcmSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:fcm-AbCdEf"}, "voip=true needs apnsSecretArn or apnsSandboxSecretArn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := refusal(c.context, ""); !strings.Contains(got, c.want) {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// Names that nobody knows are told; those of the CDK itself pass.
func TestContextNames(t *testing.T) {
	for _, c := range []struct{ name, told string }{
		{"alarmMail", "context alarmMail is not known; the names are agentcore, alarmEmail, "},
		{"alarm-email", "context alarm-email is not known"},
		{"Stage", "context Stage is not known"},
		{"fcmSecretVersion", ""},
		{"cli-telemetry", ""},
		{"acknowledged-issue-numbers", ""},
		{"aws:cdk:bundling-stacks", ""},
		{"@aws-cdk/core:bootstrapQualifier", ""},
		{"availability-zones:account=123456789012:region=us-east-1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := refusal(map[string]any{c.name: "x"}, ""); (got == "") != (c.told == "") || !strings.HasPrefix(got, c.told) {
				t.Errorf("told %q, want %q", got, c.told)
			}
		})
	}
}

// What is no origin is told before API Gateway refuses it.
func TestAllowedOrigins(t *testing.T) {
	for _, bad := range []string{"*", "app.example.com", "https://app.example.com/", "https://app.example.com,capacitor://localhost"} {
		t.Run(bad, func(t *testing.T) { toldOf(t, map[string]any{"allowedOrigins": bad}) })
	}
}

// What makes no address is told: values that are none, and what does not go without the
// other. A certificate of another region would fail half an hour into the deployment.
func TestAddress(t *testing.T) {
	toldOf(t, map[string]any{
		"domain": "Agents.example.com", "certificateArn": "arn:aws:iam::123456789012:server-certificate/x", "hostedZoneId": "example.com", "keepOldUrl": "never",
	})
	const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab"
	for _, c := range []struct {
		name    string
		region  string // to which is deployed
		context map[string]any
		want    string
	}{
		{"domain alone", "", map[string]any{"domain": "agents.example.com"}, "context domain needs certificateArn, too"},
		{"certificate alone", "", map[string]any{"certificateArn": certificate}, "context certificateArn needs domain, too"},
		{"zone alone", "", map[string]any{"hostedZoneId": "Z0123456789ABCDEFGHIJ"}, "context hostedZoneId needs domain, too"},
		{"old address of none", "", map[string]any{"keepOldUrl": true}, "context keepOldUrl=true needs domain, too"},
		{"certificate elsewhere", "eu-central-1", map[string]any{"domain": "agents.example.com", "certificateArn": certificate}, "certificateArn=" + certificate + " must be of eu-central-1, where it is looked for"},
		{"certificate here", "us-east-1", map[string]any{"domain": "agents.example.com", "certificateArn": certificate}, ""},
		{"region not known", "", map[string]any{"domain": "agents.example.com", "certificateArn": certificate}, ""},
		{"one label", "", map[string]any{"domain": "agents", "certificateArn": certificate}, "domain=agents must be a name such as"},
		{"address", "", map[string]any{"domain": "10.0.0.1", "certificateArn": certificate}, "domain=10.0.0.1 must be a name such as"},
		{"URL", "", map[string]any{"domain": "https://agents.example.com/", "certificateArn": certificate}, "domain=https://agents.example.com/ must be a name such as"},
		{"wildcard", "", map[string]any{"domain": "*.example.com", "certificateArn": certificate}, "domain=*.example.com must be a name such as"},
		{"too long", "", map[string]any{"domain": strings.Repeat("a.", 130) + "example.com", "certificateArn": certificate}, "must be a name such as"},
		{"top level in Punycode", "", map[string]any{"domain": "agents.xn--11b4c3d", "certificateArn": certificate}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := refusal(c.context, c.region); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// What stands in front of the address is told of what it needs, which is in us-east-1.
func TestEdge(t *testing.T) {
	const here, there = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab", "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab"
	const acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/WebACL-AbCd/0a1b2c3d-0000-4000-8000-0123456789ab"
	for _, c := range []struct {
		name, region, certificate, edge, edgeCertificate, acl, keep string
		want                                                        string
	}{
		{"in us-east-1", "us-east-1", here, "true", "", "", "", ""},
		{"elsewhere", "eu-central-1", there, "true", here, acl, "", ""},
		{"its web ACL first", "eu-central-1", there, "acl", "", "", "", ""},
		{"that of none", "us-east-1", here, "acl", "", "", "", "context edge=acl is nothing in us-east-1"},
		{"no domain", "us-east-1", "", "true", "", "", "", "context edge=true needs domain, too"},
		{"something else", "us-east-1", here, "yes", "", "", "", "context edge=yes must be true, acl or false"},
		{"its parts alone", "eu-central-1", there, "false", here, acl, "", "context edgeCertificateArn and webAclArn need edge=true, too"},
		{"the old address", "us-east-1", here, "true", "", "", "true", "context keepOldUrl=true is nothing beside edge=true"},
		{"no web ACL", "eu-central-1", there, "true", here, "", "", "context edge=true needs webAclArn"},
		{"a web ACL of the region", "eu-central-1", there, "true", here, strings.Replace(acl, "us-east-1", "eu-central-1", 1), "", "context edge=true needs webAclArn"},
		{"two web ACLs", "us-east-1", here, "true", "", acl, "", "context webAclArn=" + acl + " is nothing in us-east-1"},
		{"no certificate", "eu-central-1", there, "true", "", acl, "", "context domain needs edgeCertificateArn, too"},
		{"the region's certificate", "eu-central-1", there, "true", there, acl, "", "context edgeCertificateArn=" + there + " must be of us-east-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			context := map[string]any{"certificateArn": c.certificate, "edge": c.edge, "edgeCertificateArn": c.edgeCertificate, "webAclArn": c.acl, "keepOldUrl": c.keep}
			if c.certificate != "" {
				context["domain"] = "agents.example.com"
			}
			if got := refusal(context, c.region); !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}
