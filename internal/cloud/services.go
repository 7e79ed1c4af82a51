package cloud

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Queues is SQS, as far as functions ask it.
type Queues struct{ service }

// NewQueues returns SQS.
func NewQueues(c aws.Config) *Queues { return &Queues{newService("sqs", c)} }

// SendMessage implements SQS.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func (q *Queues) SendMessage(ctx context.Context, m QueueMessage) error {
	return q.json(ctx, "AmazonSQS.SendMessage", "1.0", m, nil)
}

// Schedules is EventBridge Scheduler, as far as functions ask it.
type Schedules struct{ service }

// NewSchedules returns EventBridge Scheduler.
func NewSchedules(c aws.Config) *Schedules { return &Schedules{newService("scheduler", c)} }

// CreateSchedule implements Scheduler.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
func (s *Schedules) CreateSchedule(ctx context.Context, name string, what Schedule) error {
	return s.post(ctx, "/schedules/"+url.PathEscape(name), what)
}

// Notifications is SNS, as far as functions ask it.
type Notifications struct{ service }

// NewNotifications returns SNS.
func NewNotifications(c aws.Config) *Notifications { return &Notifications{newService("sns", c)} }

// snsVersion is that of SNS's API.
const snsVersion = "2010-03-31"

// CreatePlatformEndpoint implements SNS.
// https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
func (n *Notifications) CreatePlatformEndpoint(ctx context.Context, application, token string) (endpoint string, err error) {
	answer, err := n.query(ctx, "CreatePlatformEndpoint", snsVersion, url.Values{"PlatformApplicationArn": {application}, "Token": {token}})
	return element(answer, "EndpointArn"), err
}

// SetEndpointAttributes implements SNS.
// https://docs.aws.amazon.com/sns/latest/api/API_SetEndpointAttributes.html
func (n *Notifications) SetEndpointAttributes(ctx context.Context, endpoint string, attributes map[string]string) error {
	form := url.Values{"EndpointArn": {endpoint}}
	for i, name := range slices.Sorted(maps.Keys(attributes)) {
		entry := fmt.Sprintf("Attributes.entry.%d.", i+1)
		form.Set(entry+"key", name)
		form.Set(entry+"value", attributes[name])
	}
	_, err := n.query(ctx, "SetEndpointAttributes", snsVersion, form)
	return err
}

// DeleteEndpoint implements SNS.
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html
func (n *Notifications) DeleteEndpoint(ctx context.Context, endpoint string) error {
	_, err := n.query(ctx, "DeleteEndpoint", snsVersion, url.Values{"EndpointArn": {endpoint}})
	return err
}

// Publish implements SNS.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (n *Notifications) Publish(ctx context.Context, p Publication) error {
	form := url.Values{"Message": {p.Message}}
	for name, value := range map[string]string{"TargetArn": p.Endpoint, "TopicArn": p.Topic, "MessageStructure": p.Structure} {
		if value != "" {
			form.Set(name, value)
		}
	}
	for i, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		entry := "MessageAttributes.entry." + strconv.Itoa(i+1)
		form.Set(entry+".Name", name)
		form.Set(entry+".Value.DataType", "String")
		form.Set(entry+".Value.StringValue", p.Attributes[name])
	}
	_, err := n.query(ctx, "Publish", snsVersion, form)
	return err
}

// Secrets is Secrets Manager, as far as functions ask it.
type Secrets struct{ service }

// NewSecrets returns Secrets Manager.
func NewSecrets(c aws.Config) *Secrets { return &Secrets{newService("secretsmanager", c)} }

// GetSecretValue reads a secret that is a text, by its ARN.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
func (s *Secrets) GetSecretValue(ctx context.Context, id string) (string, error) {
	var out struct{ SecretString string }
	err := s.json(ctx, "secretsmanager.GetSecretValue", "1.1", map[string]string{"SecretId": id}, &out)
	return out.SecretString, err
}
