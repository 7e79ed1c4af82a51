package cloud

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/connectnow/backend/internal/desk"
)

// Announcements publishes what has changed to an SNS topic. All fields must be set.
type Announcements struct {
	SNS   SNS
	Topic string // its ARN
}

// Publish is a desk.Desk's Announce. The message is the announcement as JSON. Subscriptions
// may filter by the attributes type, accountId, departmentId, memberId and state, those
// that it has; a policy such as {"type": [{"prefix": "escalation."}]} chooses by the
// beginning of the type.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func (p *Announcements) Publish(ctx context.Context, a desk.Announcement) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	attributes := map[string]types.MessageAttributeValue{}
	for name, value := range map[string]string{
		"type": a.Type, "accountId": a.AccountID, "departmentId": a.DepartmentID, "memberId": a.MemberID, "state": a.State,
	} {
		if value != "" { // SNS takes none that are empty
			attributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
		}
	}
	_, err = p.SNS.Publish(ctx, &sns.PublishInput{TopicArn: &p.Topic, Message: aws.String(string(body)), MessageAttributes: attributes})
	if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	return nil
}
