package desk

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// Secrets keeps the one secret of the deployment, from which all its keys are made.
type Secrets interface {
	// Secret gives at least 32 bytes that nobody else knows, always the same.
	Secret(ctx context.Context) ([]byte, error)
}

// shortestSecret is the least of a secret, in bytes: a key of 256 bits has no more in it.
const shortestSecret = 32

// FixedSecret gives a secret that is known already.
func FixedSecret(secret []byte) Secrets { return fixedSecret{Hide(secret)} }

type fixedSecret struct{ secret Hidden[[]byte] }

func (s fixedSecret) Secret(context.Context) ([]byte, error) { return s.secret.Reveal(), nil }

// Hidden is a value that whoever prints what holds it does not print. Methods for fmt and slog
// would not be enough: fmt asks no unexported field for them, and shows what lies in it. Nobody
// looks into a function.
type Hidden[T any] struct{ reveal func() T }

// Hide hides a value.
func Hide[T any](v T) Hidden[T] { return Hidden[T]{func() T { return v }} }

// Reveal gives the value; the zero value where none was hidden.
func (h Hidden[T]) Reveal() (v T) {
	if h.reveal != nil {
		v = h.reveal()
	}
	return v
}

// String says that there is something.
func (Hidden[T]) String() string { return "(hidden)" }

// derived is a key of a secret.
type derived struct{ secret, key []byte }

// key gives the 32 bytes that are good for one purpose, such as "device", which are made once.
// Whoever learns one key learns neither another nor the secret.
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
	if k, known := d.keys.get(purpose); known && bytes.Equal(k.Reveal().secret, secret) {
		return k.Reveal().key, nil
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "connectnow "+purpose, 32)
	if err == nil {
		d.keys.keep(purpose, Hide(derived{bytes.Clone(secret), key}))
	}
	return key, err
}

// VAPIDSecret is what the key pair is made of by which push services of browsers know the
// deployment (RFC 8292), of 32 bytes and always the same.
func (d *Desk) VAPIDSecret(ctx context.Context) ([]byte, error) { return d.key(ctx, "vapid") }

// seal encrypts a member's secret; another member's profile cannot make use of it.
func (d *Desk) seal(ctx context.Context, member string, secret []byte) ([]byte, error) {
	box, err := d.box(ctx)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := io.ReadFull(d.Random, nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	return box.Seal(nonce, nonce, secret, []byte(member)), nil
}

func (d *Desk) unseal(ctx context.Context, member string, sealed []byte) ([]byte, error) {
	box, err := d.box(ctx)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("a sealed secret is cut short")
	}
	secret, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(member))
	if err != nil {
		return nil, fmt.Errorf("opening the second factor of %s: %w", member, err)
	}
	return secret, nil
}

func (d *Desk) box(ctx context.Context) (cipher.AEAD, error) {
	key, err := d.key(ctx, "totp")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
