package pushapp

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// properties are the ResourceProperties of an event.
type properties struct {
	name, platform, secretARN string
	feedbackRole              string // may be empty
	failureTopic              string // may be empty
}

var (
	// appName is SNS's rule
	// (https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html).
	appName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,256}$`)
	// secretARN has no room for a credential that was pasted in place of an ARN, so that
	// errors may quote what matches it.
	secretARN = regexp.MustCompile(`^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$`)
	topicARN  = regexp.MustCompile(`^(arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256})?$`)
	roleARN   = regexp.MustCompile(`^(arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9/_+=.,@-]{1,576})?$`)
)

// readProperties names all that is missing or wrong at once, and quotes nothing of it.
func readProperties(in map[string]any) (properties, error) {
	var p properties
	var wrong []string
	for _, v := range []struct {
		name  string
		into  *string
		valid func(string) bool
		want  string
	}{
		{"Name", &p.name, appName.MatchString, "1 to 256 of A-Z, a-z, 0-9, _, . and -"},
		{"Platform", &p.platform, func(s string) bool { return platforms[s] != "" }, "fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox"},
		{"SecretArn", &p.secretARN, secretARN.MatchString, "the ARN of a secret in Secrets Manager"},
		{"FeedbackRoleArn", &p.feedbackRole, roleARN.MatchString, "the ARN of a role, or left out"},
		{"FailureTopicArn", &p.failureTopic, topicARN.MatchString, "the ARN of a topic, or left out"},
	} {
		if *v.into, _ = in[v.name].(string); !v.valid(*v.into) {
			wrong = append(wrong, fmt.Sprintf("property %s must be %s", v.name, v.want))
		}
	}
	if len(wrong) > 0 {
		return p, errors.New(strings.Join(wrong, "; "))
	}
	return p, nil
}

// arn is where the application is, or will be: in the account and the region of the stack.
func (p properties) arn(stackID string) (string, error) {
	stack, err := arn.Parse(stackID)
	if err != nil {
		return "", fmt.Errorf("stack id: %w", err)
	}
	return arn.ARN{
		Partition: stack.Partition, Service: "sns", Region: stack.Region, AccountID: stack.AccountID,
		Resource: "app/" + platforms[p.platform] + "/" + p.name,
	}.String(), nil
}
