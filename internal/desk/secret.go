package desk

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// Secrets keeps the one secret of the deployment, from which all its keys are made.
type Secrets interface {
	// Secret gives at least 32 bytes that nobody else knows, always the same.
	Secret(ctx context.Context) ([]byte, error)
}

// shortestSecret is the least of a secret, in bytes: a key of 256 bits has no more in it.
const shortestSecret = 32

// FixedSecret is a secret that is known already.
type FixedSecret []byte

// Secret implements Secrets.
func (s FixedSecret) Secret(context.Context) ([]byte, error) { return s, nil }

// key makes the 32 bytes that are good for one purpose, such as "device". Whoever learns one
// key learns neither another nor the secret.
func (d *Desk) key(ctx context.Context, purpose string) ([]byte, error) {
	if d.Secrets == nil {
		return nil, errors.New("desk: there is no secret")
	}
	secret, err := d.Secrets.Secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the secret: %w", err)
	}
	if len(secret) < shortestSecret {
		return nil, fmt.Errorf("desk: the secret has %d bytes, want %d", len(secret), shortestSecret)
	}
	return hkdf.Key(sha256.New, secret, nil, "connectnow "+purpose, 32)
}
