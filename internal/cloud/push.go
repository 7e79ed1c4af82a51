package cloud

import (
	"context"
	"encoding/json"
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
)

// Phones reaches devices through SNS platform endpoints. All fields must be set.
type Phones struct {
	SNS SNS
	// Apps are the ARNs of the platform applications. Devices of a platform that has
	// none cannot be registered.
	Apps map[desk.Platform]string
	Now  func() time.Time
}

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
func (p *Phones) Register(ctx context.Context, memberID string, d desk.Device) (string, error) {
	app := p.Apps[d.Platform]
	if app == "" {
		return "", &desk.Problem{
			Class: desk.Conflict, Name: "platform-not-configured", Title: "No pushes to this platform",
			Detail: fmt.Sprintf("Pushes to %s are not configured here.", d.Platform),
		}
	}
	var address string
	out, err := p.SNS.CreatePlatformEndpoint(ctx, &sns.CreatePlatformEndpointInput{
		PlatformApplicationArn: &app,
		Token:                  &d.Token,
	})
	var invalid *types.InvalidParameterException
	switch {
	case err == nil:
		address = aws.ToString(out.EndpointArn)
	case errors.As(err, &invalid):
		found := existingEndpoint().FindStringSubmatch(invalid.ErrorMessage())
		if found == nil {
			return "", &desk.Problem{
				Class: desk.Invalid, Name: "invalid", Title: "Some values are not valid",
				Detail: "The push service does not take this token.",
				Fields: []desk.FieldError{{Field: "token", Detail: "is not a token of this platform"}},
			}
		}
		address = found[1]
	default:
		return "", fmt.Errorf("create endpoint: %w", err)
	}
	_, err = p.SNS.SetEndpointAttributes(ctx, &sns.SetEndpointAttributesInput{
		EndpointArn: &address,
		Attributes:  map[string]string{"Token": d.Token, "Enabled": "true", "CustomUserData": memberID},
	})
	if err != nil {
		return "", fmt.Errorf("enable endpoint: %w", err)
	}
	return address, nil
}

// Forget implements desk.Phones. SNS deletes an endpoint that is not there without an error.
func (p *Phones) Forget(ctx context.Context, d desk.Device) error {
	_, err := p.SNS.DeleteEndpoint(ctx, &sns.DeleteEndpointInput{EndpointArn: &d.Address})
	if err != nil {
		return fmt.Errorf("delete endpoint: %w", err)
	}
	return nil
}

// Push implements desk.Phones.
func (p *Phones) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	ttl := timeToLive(n, p.Now())
	message, err := pushMessage(d.Platform, n, ttl)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	_, err = p.SNS.Publish(ctx, &sns.PublishInput{
		TargetArn:         &d.Address,
		Message:           &message,
		MessageStructure:  aws.String("json"),
		MessageAttributes: pushAttributes(d.Platform, n, ttl),
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

// pushMessage makes SNS's message of a notice: a JSON object whose values are JSON in
// strings, one for the platform and the default that SNS insists on.
func pushMessage(platform desk.Platform, n desk.Notice, ttl time.Duration) (string, error) {
	var payload any
	if platform == desk.FCM {
		payload = fcmPayload(n, ttl)
	} else {
		payload = apnsPayload(n)
	}
	inner, err := json.Marshal(payload)
	if err != nil {
		return "", err
	}
	outer, err := json.Marshal(map[string]string{"default": lockScreen(n).title, snsPlatform(platform): string(inner)})
	return string(outer), err
}

// snsPlatform is what SNS calls a platform.
func snsPlatform(p desk.Platform) string {
	switch p {
	case desk.APNs:
		return "APNS"
	case desk.APNsSandbox:
		return "APNS_SANDBOX"
	default:
		return "GCM" // FCM's name of old
	}
}
