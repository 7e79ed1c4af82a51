package pushapp

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"
)

// feedback are the attributes by which SNS logs what becomes of each push, and tells a topic of
// those that fail. Each kind is left alone unless its role or its topic is named, or was by the
// old properties: then they are emptied.
func (p properties) feedback(old map[string]any) map[string]string {
	was := func(name string) bool { before, _ := old[name].(string); return before != "" }
	attributes := map[string]string{}
	switch {
	case p.feedbackRole != "":
		attributes = map[string]string{"SuccessFeedbackRoleArn": p.feedbackRole, "FailureFeedbackRoleArn": p.feedbackRole, "SuccessFeedbackSampleRate": "100"}
	case was("FeedbackRoleArn"):
		attributes = map[string]string{"SuccessFeedbackRoleArn": "", "FailureFeedbackRoleArn": "", "SuccessFeedbackSampleRate": "0"}
	}
	if p.failureTopic != "" || was("FailureTopicArn") {
		attributes["EventDeliveryFailure"] = p.failureTopic
	}
	return attributes
}

// patience has a call that names a role tried until SNS knows it. The stack has made the
// role a moment ago, and what IAM is told takes some seconds to be known everywhere; SNS
// says meanwhile that it is no valid role, or that this function may not pass it. The tries
// end with the function's time, if not before.
func (p properties) patience() func(*sns.Options) {
	return func(o *sns.Options) {
		if p.feedbackRole != "" {
			o.Retryer = retry.AddWithMaxAttempts(newRole{o.Retryer}, 10)
		}
	}
}

// newRole tries again what failed because a role is new.
type newRole struct{ aws.Retryer }

// IsErrorRetryable implements aws.Retryer. SNS has no name of its own for these errors.
func (r newRole) IsErrorRetryable(err error) bool {
	if api := smithy.APIError(nil); errors.As(err, &api) {
		said := api.ErrorMessage()
		if strings.Contains(said, "is not a valid role") || strings.Contains(said, "iam:PassRole") {
			return true
		}
	}
	return r.Retryer.IsErrorRetryable(err)
}
