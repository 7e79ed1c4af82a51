// Package access finds out whether AWS can be asked, before anybody has waited for a build
// or typed a password, and says in words for people what is missing: a region, a profile,
// credentials, or credentials that have not run out.
package access

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// Options are what a command line says beside the environment; all may be left out.
type Options struct {
	Profile, Region string
	// Token asks for the code of a device, which some profiles want before their role is
	// taken. Without it these are ErrToken.
	Token func() (string, error)
}

// ErrToken says that a profile wants the code of a device, and that nobody was to be asked.
var ErrToken = errors.New("the profile asks for the code of a device")

// how is what to do without credentials.
const how = "sign in with `aws configure sso` or `aws configure`, and name the profile: export AWS_PROFILE=… (`aws configure list-profiles` lists them)"

// Load is AWS's settings with a region and with credentials, which nobody has tried yet.
func Load(ctx context.Context, o Options) (aws.Config, error) {
	c, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(o.Profile), config.WithRegion(o.Region),
		config.WithAssumeRoleCredentialOptions(func(a *stscreds.AssumeRoleOptions) { a.TokenProvider = o.Token }))
	if unset := (config.AssumeRoleTokenProviderNotSetError{}); errors.As(err, &unset) {
		return c, ErrToken
	}
	if none := (config.SharedConfigProfileNotExistError{}); errors.As(err, &none) {
		return c, fmt.Errorf("there is no profile %s of the AWS CLI here: AWS_PROFILE has to name one of those that `aws configure list-profiles` lists", none.Profile)
	}
	if err != nil {
		return c, fmt.Errorf("reading AWS's settings: %w", err)
	}
	var lacking []error
	if _, err := c.Credentials.Retrieve(ctx); err != nil {
		lacking = append(lacking, missing(o, err))
	}
	if c.Region == "" {
		lacking = append(lacking, errors.New("no region of AWS is named: export AWS_REGION=us-east-1, or whichever is yours"))
	}
	return c, errors.Join(lacking...)
}

// missing says why there are no credentials. The SDK asks the machine itself, an instance
// of EC2, when it has found none elsewhere. So an error of its metadata means that there
// are none, and every other that those which are there are of no use.
func missing(o Options, err error) error {
	profile := o.Profile
	if profile == "" {
		profile = os.Getenv("AWS_PROFILE")
	}
	var op *smithy.OperationError
	none := errors.As(err, &op) && op.ServiceID == "ec2imds"
	switch {
	case none && profile != "":
		return fmt.Errorf("the profile %s has no credentials for AWS: %s", profile, how)
	case none:
		return errors.New("there are no credentials for AWS: " + how)
	default:
		return fmt.Errorf("the credentials for AWS cannot be had, and `aws sso login` may renew them: %w", err)
	}
}

// Who is whose credentials they are.
type Who struct{ Account, ARN, Region string }

// Check asks AWS whose the credentials are, which everybody may: it needs no rights
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
func Check(ctx context.Context, c aws.Config) (Who, error) {
	got, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, nil)
	if refused := smithy.APIError(nil); errors.As(err, &refused) {
		return Who{}, fmt.Errorf("AWS refuses the credentials (%s: %s): %s", refused.ErrorCode(), refused.ErrorMessage(), how)
	}
	if err != nil {
		return Who{}, fmt.Errorf("asking AWS whose the credentials are: %w", err)
	}
	return Who{Account: aws.ToString(got.Account), ARN: aws.ToString(got.Arn), Region: c.Region}, nil
}
