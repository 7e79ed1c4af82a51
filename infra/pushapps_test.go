package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/connectnow/backend/infra/pushapps/pushapp"
)

// pushappsRole is the id of the role of the function behind the applications.
func (r resolver) pushappsRole() string {
	return at(r.data["Resources"], "pushappsFunction", "Properties", "Role", "Fn::GetAtt").([]any)[0].(string)
}

// The function behind the applications, too, may do what it does and no more: it makes
// each of them, finds it again, and deletes it, with logging and without.
func TestPushAppsPolicyIsWhatIsCalled(t *testing.T) {
	for _, c := range []struct {
		name string
		logs string
	}{{"without logs", "false"}, {"with logs", "true"}} {
		t.Run(c.name, func(t *testing.T) {
			r := resolver{t, synth(t, mapsWith(withSecrets, "pushLogs", c.logs))}
			recorder, url := newRecorder(t, "", "", nil)
			recorder.as("pushapps")
			settings := aws.Config{Region: region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
			resource := &pushapp.Resource{SNS: sns.NewFromConfig(settings), Secrets: secretsmanager.NewFromConfig(settings)}
			recorder.secrets = map[string]string{
				"fcm":  `{"type": "service_account", "project_id": "p", "private_key": "k", "client_email": "e"}`,
				"apns": same(object{"signingKey": signingKey(t), "keyId": "k", "teamId": "t", "bundleId": "b"}),
			}
			for id, properties := range of(r.data, "Custom::PlatformApplication") {
				event := cfn.Event{RequestType: cfn.RequestCreate, StackID: "arn:aws:cloudformation:" + region + ":" + account + ":stack/data/1", ResourceProperties: map[string]any{}}
				for name, value := range properties {
					event.ResourceProperties[name] = r.text(r.data, value)
				}
				recorder.once("SetPlatformApplicationAttributes", http.StatusNotFound, `<ErrorResponse><Error><Code>NotFound</Code></Error></ErrorResponse>`)
				for _, event.RequestType = range []cfn.RequestType{cfn.RequestCreate, cfn.RequestUpdate, cfn.RequestDelete} {
					arn, _, err := resource.Handle(t.Context(), event)
					if err != nil || arn != r.attribute(r.data, id, "Arn") {
						t.Errorf("%s of %s: %s, %v", event.RequestType, id, arn, err)
					}
					event.PhysicalResourceID = arn
				}
			}
			r.comparePolicy("pushapps", r.permissions(r.data, r.pushappsRole()), recorder.seen["pushapps"])
		})
	}
}

// SNS may log for this stage's applications, into logs that end; without pushLogs none of it
// is there.
func TestPushLogs(t *testing.T) {
	r := resolver{t, synth(t, mapsWith(withSecrets, "pushLogs", "true"))}
	var logs []string
	for _, p := range of(r.data, "AWS::Logs::LogGroup") {
		if name := r.text(r.data, p["LogGroupName"]); p["RetentionInDays"] == 14.0 {
			logs = append(logs, name)
		}
	}
	for platform, name := range snsPlatforms {
		log := "sns/" + region + "/" + account + "/app/" + name + "/connectnow-dev-" + platform
		if !slices.Contains(logs, log) || !slices.Contains(logs, log+"/Failure") {
			t.Errorf("%s has no logs that end; there are %v", platform, logs)
		}
	}
	roles := r.rolesOf(r.data, "sns.amazonaws.com")
	if len(roles) != 1 {
		t.Fatalf("SNS may take %v", roles)
	}
	policy := at(r.data["Resources"], roles[0], "Properties", "Policies").([]any)[0]
	may := at(at(policy, "PolicyDocument", "Statement").([]any)[0], "Resource")
	if got := r.text(r.data, may); got != "arn:aws:logs:eu-central-1:123456789012:log-group:sns/eu-central-1/123456789012/app/*/connectnow-dev-*" {
		t.Errorf("SNS may log to %s", got)
	}
	plain := synth(t, withSecrets)
	if n, want := len(of(plain.data, "AWS::Logs::LogGroup")), 1; n != want {
		t.Errorf("%d logs in the data stack, want %d", n, want)
	}
	for id, p := range of(plain.data, "Custom::PlatformApplication") {
		if p["FeedbackRoleArn"] != nil {
			t.Errorf("%s logs", id)
		}
	}
}

// signingKey is one as Apple gives out.
func signingKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	text, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}))
}
