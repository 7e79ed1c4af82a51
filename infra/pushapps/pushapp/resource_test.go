package pushapp_test

import (
	"crypto/elliptic"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/google/go-cmp/cmp"
)

// TestLife is an application from its creation to its end: its key is rotated, and the
// phones are still there; it is renamed and moved to another platform, and the old ones go.
func TestLife(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	first := s.send(t.Context(), cfn.RequestCreate, "", properties("fcm"))
	s.want(first, fcmARN, fcmARN)
	if diff := cmp.Diff(map[string]any{"Arn": fcmARN}, first.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	s.sns.apps[fcmARN].Phones = 3

	rotated := strings.Replace(serviceAccount(), mark+"-id", mark+"-new", 1)
	s.secrets.secrets[secretARN] = rotated
	s.want(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm", "SecretVersion", "2")), fcmARN, fcmARN)
	want := &app{Attributes: map[string]string{"PlatformCredential": rotated}, Phones: 3}
	if diff := cmp.Diff(want, s.sns.apps[fcmARN]); diff != "" {
		t.Errorf("application (-want +got):\n%s", diff)
	}

	renamed := fcmARN + "-2"
	s.want(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm", "Name", "connectnow-2")), renamed, fcmARN, renamed)
	s.want(s.send(t.Context(), cfn.RequestDelete, fcmARN, properties("fcm")), fcmARN, renamed)

	s.secrets.secrets[secretARN] = signingKey(p8(t, elliptic.P256()))
	s.want(s.send(t.Context(), cfn.RequestUpdate, renamed, properties("apns")), apnsARN, renamed, apnsARN)
	s.want(s.send(t.Context(), cfn.RequestDelete, renamed, properties("fcm", "Name", "connectnow-2")), renamed, apnsARN)

	delete(s.secrets.secrets, secretARN) // before the application
	for range 2 {                        // the second time it is gone
		s.want(s.send(t.Context(), cfn.RequestDelete, apnsARN, properties("apns")), apnsARN)
	}
}

func TestApple(t *testing.T) {
	for _, c := range []struct{ platform, sns, bundle, topic string }{
		{"apns", "APNS", ".app", ".app"},
		{"apns_sandbox", "APNS_SANDBOX", ".app", ".app"},
		{"apns_voip", "APNS_VOIP", ".app", ".app.voip"},
		{"apns_voip_sandbox", "APNS_VOIP_SANDBOX", ".app", ".app.voip"},
		{"apns_voip", "APNS_VOIP", ".app.voip", ".app.voip"},
		{"apns_voip_sandbox", "APNS_VOIP_SANDBOX", ".appvoip", ".appvoip.voip"},
		{"apns", "APNS", ".app.voip", ".app.voip"},
	} {
		s := newStack(t)
		arn := strings.Replace(apnsARN, "APNS", c.sns, 1)
		key := p8(t, elliptic.P256())
		s.secrets.secrets[secretARN] = strings.Replace(signingKey(key), mark+".app", mark+c.bundle, 1)
		s.want(s.send(t.Context(), cfn.RequestCreate, "", properties(c.platform)), arn, arn)
		s.want(s.send(t.Context(), cfn.RequestUpdate, arn, properties(c.platform, "SecretVersion", "2")), arn, arn)
		want := &app{Attributes: map[string]string{
			"PlatformCredential": key, "PlatformPrincipal": mark + "-key",
			"ApplePlatformTeamID": mark + "-team", "ApplePlatformBundleID": mark + c.topic,
		}}
		if diff := cmp.Diff(want, s.sns.apps[arn]); diff != "" {
			t.Errorf("application (-want +got):\n%s", diff)
		}
	}
}

// TestCreateAgain is what Lambda does when it did not hear that the first time went well.
func TestCreateAgain(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	s.want(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), fcmARN, fcmARN)
	s.sns.apps[fcmARN].Phones = 3
	s.want(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), fcmARN, fcmARN)
	if s.sns.apps[fcmARN].Phones != 3 {
		t.Error("the phones are gone")
	}
	if diff := cmp.Diff([]string{"SetPlatformApplicationAttributes", "CreatePlatformApplication", "SetPlatformApplicationAttributes"}, s.sns.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestUpdateOfWhatIsGone brings an application back that someone deleted by hand.
func TestUpdateOfWhatIsGone(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	s.want(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, fcmARN)
}

// TestFailedCreate and what CloudFormation does then: it deletes what it was told. An
// application that was there before must live, and so must its phones.
func TestFailedCreate(t *testing.T) {
	s := newStack(t)
	s.sns.apps[fcmARN] = &app{Phones: 3}
	s.secrets.secrets[secretARN] = strings.Replace(serviceAccount(), mark+"-id", mark+"-revoked", 1)
	failed := s.send(t.Context(), cfn.RequestCreate, "", properties("fcm"))
	s.refused(failed, "5b1d2c3e-request", "set attributes of "+fcmARN, "InvalidParameter", "request-1")
	s.want(s.send(t.Context(), cfn.RequestDelete, failed.PhysicalResourceID, properties("fcm")), failed.PhysicalResourceID, fcmARN)
	for _, id := range []string{"arn:aws:sns:eu-central-1:123456789012:alarms", "arn:aws:s3:::app/GCM/x", "arn"} {
		s.want(s.send(t.Context(), cfn.RequestDelete, id, nil), id, fcmARN)
	}
	if slices.Contains(s.sns.calls, "DeletePlatformApplication") {
		t.Error("SNS was asked to delete what is no application")
	}

	delete(s.sns.apps, fcmARN)
	s.sns.fail["CreatePlatformApplication"] = []awsError{{403, "AuthorizationError", mark}}
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm")), "5b1d2c3e-request", "create "+fcmARN, "AuthorizationError")
}

// TestRefusedUpdate leaves the application as it was.
func TestRefusedUpdate(t *testing.T) {
	s := newStack(t)
	s.sns.apps[fcmARN] = &app{Attributes: map[string]string{"PlatformCredential": "old"}, Phones: 3}
	s.secrets.secrets[secretARN] = strings.Replace(serviceAccount(), mark+"-id", mark+"-revoked", 1)
	s.refused(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, "InvalidParameter")
	s.secrets.secrets[secretARN] = serviceAccount("private_key")
	s.refused(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, "private_key")
	if diff := cmp.Diff(&app{Attributes: map[string]string{"PlatformCredential": "old"}, Phones: 3}, s.sns.apps[fcmARN]); diff != "" {
		t.Errorf("application (-want +got):\n%s", diff)
	}
}

func TestDeleteFails(t *testing.T) {
	s := newStack(t)
	s.sns.fail["DeletePlatformApplication"] = []awsError{{404, "NotFound", "gone"}, {403, "AuthorizationError", mark}}
	s.want(s.send(t.Context(), cfn.RequestDelete, fcmARN, nil), fcmARN)
	s.refused(s.send(t.Context(), cfn.RequestDelete, fcmARN, nil), fcmARN, "delete "+fcmARN, "AuthorizationError (request request-1)")
	if s.secrets.reads > 0 {
		t.Error("a secret was read for a deletion")
	}
}

// TestThrottling is tried three times by the SDK; after that CloudFormation is told.
func TestThrottling(t *testing.T) {
	slow := awsError{400, "Throttling", "Rate exceeded"}
	for _, c := range []struct {
		action string
		kind   cfn.RequestType
		id     string
		failed string
	}{
		{"SetPlatformApplicationAttributes", cfn.RequestUpdate, fcmARN, fcmARN},
		{"CreatePlatformApplication", cfn.RequestCreate, "", "5b1d2c3e-request"},
		{"DeletePlatformApplication", cfn.RequestDelete, fcmARN, fcmARN},
		{"GetSecretValue", cfn.RequestCreate, "", "5b1d2c3e-request"},
	} {
		t.Run(c.action, func(t *testing.T) {
			s := newStack(t)
			s.secrets.secrets[secretARN] = serviceAccount()
			fail := s.sns.fail
			if c.action == "GetSecretValue" {
				fail = s.secrets.fail
			}
			fail[c.action] = []awsError{slow, slow, slow}
			s.refused(s.send(t.Context(), c.kind, c.id, properties("fcm")), c.failed, "Throttling")
			fail[c.action] = []awsError{slow, slow}
			if again := s.send(t.Context(), c.kind, c.id, properties("fcm")); again.Status != cfn.StatusSuccess {
				t.Errorf("the third try succeeds, but the answer is %+v", again)
			}
		})
	}
}

func TestProperties(t *testing.T) {
	for _, c := range []struct {
		name string
		in   map[string]any
		want []string
	}{
		{"none", nil, []string{"property Name must be", "property Platform must be", "property SecretArn must be"}},
		{"of other types", map[string]any{"Name": 1, "Platform": true, "SecretArn": []any{mark}}, []string{"Name", "Platform", "SecretArn"}},
		{"name with space", properties("fcm", "Name", "connect now"), []string{"property Name must be 1 to 256"}},
		{"name too long", properties("fcm", "Name", strings.Repeat("x", 257)), []string{"Name"}},
		{"platform of SNS", properties("GCM"), []string{"property Platform must be fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox"}},
		{"secret's name", properties("fcm", "SecretArn", "connectnow/push"), []string{"property SecretArn must be the ARN"}},
		{"secret itself", properties("fcm", "SecretArn", serviceAccount()), []string{"property SecretArn must be the ARN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.secrets.secrets[secretARN] = serviceAccount()
			s.refused(s.send(t.Context(), cfn.RequestCreate, "", c.in), "5b1d2c3e-request", c.want...)
			if s.secrets.reads > 0 {
				t.Error("the secret was read")
			}
			s.wantApps()
		})
	}
}

func TestUnknownRequest(t *testing.T) {
	s := newStack(t)
	s.refused(s.send(t.Context(), "Import", fcmARN, properties("fcm")), fcmARN, "Create, Update and Delete")
	event := s.event(cfn.RequestCreate, "", properties("fcm"))
	event.StackID = "connectnow"
	if err := s.invoke(t.Context(), event); err != nil || !strings.Contains(string(s.answers[1]), "stack id") {
		t.Errorf("a stack without an ARN: %v, %s", err, s.answers)
	}
}
