package webpush

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Keys are the pair by which push services know a sender. A browser's subscription is for one
// public key, and is of no use with another.
type Keys struct{ private *ecdsa.PrivateKey }

// KeysOf makes the pair of a secret; of the same secret it is always the same.
func KeysOf(secret []byte) (Keys, error) {
	for i := range 256 { // a number is no key about once in four thousand million times
		scalar, err := hkdf.Key(sha256.New, secret, nil, "P-256 "+strconv.Itoa(i), 32)
		if err != nil {
			return Keys{}, err
		}
		if private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar); err == nil {
			return Keys{private}, nil
		}
	}
	return Keys{}, fmt.Errorf("webpush: no key can be made of this secret")
}

// Public is what a page hands to pushManager.subscribe as applicationServerKey: the point,
// uncompressed, as base64url.
func (k Keys) Public() (string, error) {
	point, err := k.private.PublicKey.Bytes()
	return base64.RawURLEncoding.EncodeToString(point), err
}

// tokenLife is how long a service may take a token for good: at most 24 hours (RFC 8292,
// section 2), from which the clocks of two machines are taken off.
const tokenLife = 12 * time.Hour

// authorization is the header by which a sender says who it is and for which service.
func (k Keys) authorization(endpoint *url.URL, subject string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"aud": endpoint.Scheme + "://" + endpoint.Host, "exp": now.Add(tokenLife).Unix(), "sub": subject,
	})
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding
	signed := b64.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + b64.EncodeToString(claims)
	hash := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, hash[:])
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	public, err := k.Public()
	return "vapid t=" + signed + "." + b64.EncodeToString(signature) + ", k=" + public, err
}
