package cloud

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/webphones"
)

// Phones reaches devices through SNS platform endpoints, and browsers by Web Push. All fields but
// Web must be set.
type Phones struct {
	SNS SNS
	// Apps are the ARNs of the platform applications, by platform, and by APNsVoIP and
	// APNsVoIPSandbox for tokens of PushKit. Devices of a platform that has none cannot be
	// registered; without one for VoIP, calls come as other pushes do.
	Apps map[desk.Platform]string
	// Web reaches browsers; nil where the stage has no domain, with which subscriptions end.
	Web *webphones.Phones
	Now func() time.Time
}

// What Phones.Apps are called that take tokens of PushKit.
const (
	APNsVoIP        desk.Platform = "apns_voip"
	APNsVoIPSandbox desk.Platform = "apns_voip_sandbox"
)

// SNS is the part of *sns.Client that Phones uses.
type SNS interface {
	CreatePlatformEndpoint(ctx context.Context, in *sns.CreatePlatformEndpointInput, o ...func(*sns.Options)) (*sns.CreatePlatformEndpointOutput, error)
	SetEndpointAttributes(ctx context.Context, in *sns.SetEndpointAttributesInput, o ...func(*sns.Options)) (*sns.SetEndpointAttributesOutput, error)
	DeleteEndpoint(ctx context.Context, in *sns.DeleteEndpointInput, o ...func(*sns.Options)) (*sns.DeleteEndpointOutput, error)
	Publish(ctx context.Context, in *sns.PublishInput, o ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// existingEndpoint finds the endpoint in what SNS says of a token that it knows with
// other attributes; nothing else in the answer names it
// (https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html).
var existingEndpoint = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`Endpoint (arn:\S+) already exists with the same [Tt]oken`)
})

// Register implements desk.Phones. SNS gives one token one endpoint, and disables it
// when the platform once refused it; registering makes it work again, for the member
// who has the device now.
func (p *Phones) Register(ctx context.Context, memberID string, d desk.Device) (desk.Device, error) {
	if d.Platform == desk.WebPush {
		return p.Web.Register(d)
	}
	app := p.Apps[d.Platform]
	if app == "" {
		return d, &desk.Problem{
			Class: desk.Conflict, Name: "platform-not-configured", Title: "No pushes to this platform",
			Detail: fmt.Sprintf("Pushes to %s are not configured here.", d.Platform),
		}
	}
	var err error
	if d.Address, err = p.register(ctx, memberID, app, "token", d.Token); err != nil {
		return d, err
	}
	voip := p.Apps[map[desk.Platform]desk.Platform{desk.APNs: APNsVoIP, desk.APNsSandbox: APNsVoIPSandbox}[d.Platform]]
	if d.VoIPAddress = ""; voip != "" && d.VoIPToken != "" {
		d.VoIPAddress, err = p.register(ctx, memberID, voip, "voipToken", d.VoIPToken)
	}
	return d, err
}

// register makes the endpoint of one token, which came in the field, and enables it.
func (p *Phones) register(ctx context.Context, memberID, app, field, token string) (address string, err error) {
	out, err := p.SNS.CreatePlatformEndpoint(ctx, &sns.CreatePlatformEndpointInput{PlatformApplicationArn: &app, Token: &token})
	var invalid *types.InvalidParameterException
	switch {
	case err == nil:
		address = aws.ToString(out.EndpointArn)
	case errors.As(err, &invalid):
		found := existingEndpoint().FindStringSubmatch(invalid.ErrorMessage())
		if found == nil {
			return "", desk.NotAToken(field)
		}
		address = found[1]
	default:
		return "", fmt.Errorf("create endpoint: %w", err)
	}
	_, err = p.SNS.SetEndpointAttributes(ctx, &sns.SetEndpointAttributesInput{
		EndpointArn: &address,
		Attributes:  map[string]string{"Token": token, "Enabled": "true", "CustomUserData": memberID},
	})
	var gone *types.NotFoundException
	if errors.As(err, &gone) {
		// Deleted in between, as when it was dropped a moment ago.
		return "", &desk.Problem{Class: desk.Unavailable, Name: "push-failed", Title: "The device was not registered", Detail: "Try again."}
	}
	if err != nil {
		return "", fmt.Errorf("enable endpoint: %w", err)
	}
	return address, nil
}

// Forget implements desk.Phones. SNS deletes an endpoint that is not there without an error. Of a
// browser nobody but its page can end the subscription.
func (p *Phones) Forget(ctx context.Context, d desk.Device) error {
	if d.Platform == desk.WebPush {
		return nil
	}
	var failed []error
	for _, address := range []string{d.Address, d.VoIPAddress} {
		if address == "" {
			continue
		}
		if _, err := p.SNS.DeleteEndpoint(ctx, &sns.DeleteEndpointInput{EndpointArn: &address}); err != nil {
			failed = append(failed, fmt.Errorf("delete endpoint: %w", err))
		}
	}
	return errors.Join(failed...)
}

// Push implements desk.Phones. Calls ring through the VoIP token, when there is one that
// works, all else comes as an alert.
func (p *Phones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	if d.Platform == desk.WebPush {
		return p.Web.Push(ctx, d, n, p.Now())
	}
	alert := payload.For(d.Platform, false, n, p.Now())
	if d.VoIPAddress == "" || !payload.WantsVoIP(n) {
		return p.publish(ctx, d.Address, alert)
	}
	err := p.publish(ctx, d.VoIPAddress, payload.For(d.Platform, true, n, p.Now()))
	if !errors.Is(err, desk.ErrUnreachable) {
		return err
	}
	if err := p.publish(ctx, d.Address, alert); err != nil {
		return err
	}
	return fmt.Errorf("%w: %v", desk.ErrByAlert, err) // not that the device cannot be reached
}

func (p *Phones) publish(ctx context.Context, address string, push payload.Push) error {
	attributes := map[string]types.MessageAttributeValue{}
	for name, value := range push.Attributes {
		attributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	_, err := p.SNS.Publish(ctx, &sns.PublishInput{
		TargetArn: &address, Message: aws.String(push.Message()), MessageStructure: aws.String("json"), MessageAttributes: attributes,
	})
	if refusedForGood(err) {
		return fmt.Errorf("push: %w (%w)", desk.ErrUnreachable, err)
	}
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	return nil
}

// refusedForGood tells a dead endpoint from a failure that may pass. A deleted one is
// reported as NotFound or as a bad TargetArn.
func refusedForGood(err error) bool {
	var (
		disabled *types.EndpointDisabledException
		missing  *types.NotFoundException
		invalid  *types.InvalidParameterException
	)
	return errors.As(err, &disabled) || errors.As(err, &missing) ||
		errors.As(err, &invalid) && strings.Contains(invalid.ErrorMessage(), "No endpoint found")
}
