package pushapp_test

import (
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/google/go-cmp/cmp"
)

const (
	roleARN  = "arn:aws:iam::123456789012:role/connectnow-PushLogRole-1AB2CD"
	topicARN = "arn:aws:sns:eu-central-1:123456789012:connectnow-dev-refusals"
)

// TestFeedback has SNS log and tell of failures from the beginning, from an update on, and no
// more. An application that never did is told nothing of it: somebody may have set that by hand.
func TestFeedback(t *testing.T) {
	logging := map[string]string{"SuccessFeedbackRoleArn": roleARN, "FailureFeedbackRoleArn": roleARN, "SuccessFeedbackSampleRate": "100"}
	off := map[string]string{"SuccessFeedbackSampleRate": "0"}
	telling := map[string]string{"EventDeliveryFailure": topicARN}
	plain, with, tells := properties("fcm"), properties("fcm", "FeedbackRoleArn", roleARN), properties("fcm", "FailureTopicArn", topicARN)
	for _, c := range []struct {
		name        string
		kind        cfn.RequestType
		there       *app
		before, now map[string]any
		want        map[string]string
	}{
		{"made without", cfn.RequestCreate, nil, nil, plain, nil},
		{"made with", cfn.RequestCreate, nil, nil, with, logging},
		{"on", cfn.RequestUpdate, &app{}, plain, with, logging},
		{"off", cfn.RequestUpdate, &app{Feedback: logging}, with, plain, off},
		{"off, and gone", cfn.RequestUpdate, nil, with, plain, off},
		{"made telling", cfn.RequestCreate, nil, nil, tells, telling},
		{"tells from now on", cfn.RequestUpdate, &app{Feedback: map[string]string{}}, plain, tells, telling},
		{"tells no more", cfn.RequestUpdate, &app{Feedback: telling}, tells, plain, map[string]string{}},
		{"logs, and tells no more", cfn.RequestUpdate, &app{Feedback: telling}, tells, with, logging},
		{"set by hand", cfn.RequestUpdate, &app{Feedback: logging}, plain, plain, logging},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStack(t)
			s.secrets.secrets[secretARN] = serviceAccount()
			if c.there != nil {
				s.sns.apps[fcmARN] = &app{Feedback: map[string]string{}}
				for key, value := range c.there.Feedback {
					s.sns.apps[fcmARN].Feedback[key] = value
				}
			}
			event := s.event(c.kind, "", c.now)
			if c.kind == cfn.RequestUpdate {
				event.PhysicalResourceID, event.OldResourceProperties = fcmARN, c.before
			}
			if err := s.invoke(t.Context(), event); err != nil {
				t.Fatal(err)
			}
			s.want(s.read(s.answers[0]), fcmARN, fcmARN)
			if diff := cmp.Diff(c.want, s.sns.apps[fcmARN].Feedback); diff != "" {
				t.Errorf("logging (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFeedbackIsARoleOrTopic(t *testing.T) {
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm", "FeedbackRoleArn", "logs")), "5b1d2c3e-request", "property FeedbackRoleArn must be the ARN of a role")
	s.refused(s.send(t.Context(), cfn.RequestCreate, "", properties("fcm", "FailureTopicArn", "refusals")), "5b1d2c3e-request", "property FailureTopicArn must be the ARN of a topic")
}

// TestNewRole is what SNS and IAM say of a role that has just been made, for some seconds;
// a credential that is refused is told at once.
func TestNewRole(t *testing.T) {
	unknown := awsError{400, "InvalidParameter", "Invalid parameter: Attributes Reason: " + roleARN + " is not a valid role to allow SNS to write to Cloudwatch Logs"}
	forbidden := awsError{403, "AuthorizationError", "User is not authorized to perform: iam:PassRole on resource: " + roleARN}
	s := newStack(t)
	s.secrets.secrets[secretARN] = serviceAccount()
	with := properties("fcm", "FeedbackRoleArn", roleARN)
	s.sns.fail["SetPlatformApplicationAttributes"] = []awsError{forbidden, forbidden, unknown, unknown, unknown}
	s.want(s.send(t.Context(), cfn.RequestCreate, "", with), fcmARN, fcmARN)
	s.sns.fail["SetPlatformApplicationAttributes"] = []awsError{{400, "InvalidParameter", "Platform credentials are invalid"}}
	s.refused(s.send(t.Context(), cfn.RequestUpdate, fcmARN, with), fcmARN, "InvalidParameter")
	s.sns.fail["SetPlatformApplicationAttributes"] = []awsError{unknown}
	s.refused(s.send(t.Context(), cfn.RequestUpdate, fcmARN, properties("fcm")), fcmARN, "InvalidParameter")
}
