// Package vault reads the secret of the deployment from Secrets Manager.
package vault

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// Secrets reads the secret of the deployment, which the data stack has made in Secrets
// Manager. It is asked for once a cold start, when it is first needed. Manager and
// ARN must be set.
type Secrets struct {
	Manager interface {
		GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, o ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	}
	ARN string

	mu     sync.Mutex
	secret desk.Hidden[[]byte]
}

// Part gives a desk its secret.
func Part(d *desk.Desk, e cloud.Environment) {
	d.Secrets = &Secrets{Manager: secretsmanager.NewFromConfig(e.Within(cloud.TellTry)), ARN: e.Secret}
}

// Secret implements desk.Secrets. A read that fails is tried again by the next call, and is of
// class Unavailable where that may help.
func (s *Secrets) Secret(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.secret.Reveal(); known != nil {
		return known, nil
	}
	if s.ARN == "" { // told in a moment: see the function readNewer of package cloud
		return nil, cloud.ErrBusy
	}
	out, err := s.Manager.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.ARN})
	switch {
	case err != nil && (cloud.Unreached(err) || cloud.Code(err) == "ThrottlingException"):
		return nil, fmt.Errorf("cloud: GetSecretValue: %w: %w", cloud.ErrBusy, err)
	case err != nil:
		return nil, fmt.Errorf("cloud: GetSecretValue: %w", err)
	}
	if aws.ToString(out.SecretString) == "" {
		return nil, fmt.Errorf("cloud: the secret %s is empty", s.ARN)
	}
	s.secret = desk.Hide([]byte(*out.SecretString))
	return s.secret.Reveal(), nil
}
