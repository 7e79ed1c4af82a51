package pushapp

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strings"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// Resource is the custom resource. Both fields must be set.
type Resource struct {
	SNS     SNS
	Secrets Secrets
}

// SNS is the part of *sns.Client that Resource uses.
type SNS interface {
	CreatePlatformApplication(ctx context.Context, in *sns.CreatePlatformApplicationInput, o ...func(*sns.Options)) (*sns.CreatePlatformApplicationOutput, error)
	SetPlatformApplicationAttributes(ctx context.Context, in *sns.SetPlatformApplicationAttributesInput, o ...func(*sns.Options)) (*sns.SetPlatformApplicationAttributesOutput, error)
	DeletePlatformApplication(ctx context.Context, in *sns.DeletePlatformApplicationInput, o ...func(*sns.Options)) (*sns.DeletePlatformApplicationOutput, error)
}

// Secrets is the part of *secretsmanager.Client that Resource uses.
type Secrets interface {
	GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, o ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// Handle does what an event asks for and returns the physical id and the attributes of
// the resource. It is a cfn.CustomResourceFunction.
//
// A Create that fails has no physical id, although SNS may have created the application
// and its answer may have been lost: were the ARN told, the rollback would delete an
// application that was there before, with its phones. What is left behind instead is
// taken over by the next Create of that name.
func (r *Resource) Handle(ctx context.Context, event cfn.Event) (string, map[string]any, error) {
	id := event.PhysicalResourceID
	switch event.RequestType {
	case cfn.RequestCreate, cfn.RequestUpdate:
		p, err := readProperties(event.ResourceProperties)
		if err != nil {
			return id, nil, err
		}
		app, err := r.put(ctx, event.StackID, p, p.feedback(event.OldResourceProperties))
		if err != nil {
			return id, nil, err
		}
		slog.InfoContext(ctx, "platform application set", "request", event.RequestType, "arn", app)
		return app, map[string]any{"Arn": app}, nil
	case cfn.RequestDelete:
		return id, nil, r.remove(ctx, id)
	default:
		return id, nil, fmt.Errorf("requests are Create, Update and Delete, not %q", event.RequestType)
	}
}

// put gives the application its attributes and creates it if need be. It tries the former
// first, because what CreatePlatformApplication makes of a name that is taken is not
// documented, whereas SetPlatformApplicationAttributes says NotFound
// (https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html).
//
// What says where to log and whom to tell is told in the same calls. An application that is new has none, so
// that nothing need be taken from it.
func (r *Resource) put(ctx context.Context, stackID string, p properties, feedback map[string]string) (string, error) {
	app, err := p.arn(stackID)
	if err != nil {
		return "", err
	}
	attributes, err := r.attributes(ctx, p)
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", p.secretARN, err)
	}
	maps.Copy(attributes, feedback)
	_, err = r.SNS.SetPlatformApplicationAttributes(ctx, &sns.SetPlatformApplicationAttributesInput{
		PlatformApplicationArn: &app, Attributes: attributes,
	}, p.patience())
	if err == nil {
		return app, nil
	}
	if name(err) != notFound {
		return "", fmt.Errorf("set attributes of %s: %w", app, cause(err))
	}
	maps.DeleteFunc(attributes, func(_, value string) bool { return value == "" })
	out, err := r.SNS.CreatePlatformApplication(ctx, &sns.CreatePlatformApplicationInput{
		Name: &p.name, Platform: aws.String(platforms[p.platform]), Attributes: attributes,
	}, p.patience())
	if err != nil {
		return "", fmt.Errorf("create %s: %w", app, cause(err))
	}
	return aws.ToString(out.PlatformApplicationArn), nil
}

// attributes reads the secret and makes of it what SNS wants to know.
func (r *Resource) attributes(ctx context.Context, p properties) (map[string]string, error) {
	out, err := r.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &p.secretARN})
	if err != nil {
		return nil, fmt.Errorf("read: %w", cause(err))
	}
	if p.platform == fcm {
		return firebase(aws.ToString(out.SecretString))
	}
	return apple(aws.ToString(out.SecretString), p.platform)
}

// remove deletes the application that has the physical id. It succeeds if there is none
// and needs neither properties nor a secret, so that a stack can always be taken down.
func (r *Resource) remove(ctx context.Context, id string) error {
	a, err := arn.Parse(id)
	if err != nil || a.Service != "sns" || !strings.HasPrefix(a.Resource, "app/") {
		slog.InfoContext(ctx, "platform application not deleted: it was never made", "id", id)
		return nil
	}
	_, err = r.SNS.DeletePlatformApplication(ctx, &sns.DeletePlatformApplicationInput{PlatformApplicationArn: &id})
	if err != nil && name(err) != notFound {
		return fmt.Errorf("delete %s: %w", id, cause(err))
	}
	slog.InfoContext(ctx, "platform application deleted", "arn", id)
	return nil
}

// fcm is the property Platform of Firebase Cloud Messaging, voip and voipSandbox are those
// of Apple's pushes to tokens of PushKit.
const (
	fcm         = "fcm"
	voip        = "apns_voip"
	voipSandbox = "apns_voip_sandbox"
)

// platforms are what SNS calls the values of the property Platform.
var platforms = map[string]string{
	fcm: "GCM", "apns": "APNS", "apns_sandbox": "APNS_SANDBOX", voip: "APNS_VOIP", voipSandbox: "APNS_VOIP_SANDBOX",
}
