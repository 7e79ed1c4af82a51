package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/connectnow/backend/internal/keys"
)

// Credentials are what a member signs in with.
type Credentials struct {
	Email    string
	Password string
	OTP      string // the second factor's code; empty where none was sent
	Leaves   string // the refresh token that the browser has, whose session ends by this sign-in
	Visitor  Visitor
}

// Visitor is who is at the door, as far as that shows.
type Visitor struct {
	Network      string // shortened, as Network gives it; empty where that is not known
	Agent        string // the User-Agent
	DeviceName   string // as the app calls the device; empty where it does not
	DeviceSecret string // of a sign-in before, which tells the device again
}

// SignedIn is what a member gets who signs in.
type SignedIn struct {
	Tokens
	DeviceSecret  string    // for the next sign-in from this device
	SessionEndsAt time.Time // from then on the refresh token is of no use
}

// Network shortens an address, with or without a port, to the network that is kept of it:
// 192.0.2.7 to 192.0.2.0/24, and 2001:db8:1:2::7 to 2001:db8:1::/48. It is empty for what is
// no address.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		port, err := netip.ParseAddrPort(address)
		if err != nil {
			return ""
		}
		ip = port.Addr()
	}
	bits := 48
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		bits = 24
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}

// A device is told again by a secret: random bytes, and behind them their hash by a key of
// the deployment, over the member and the time of the password. So nothing is stored, and a
// new password makes all of them void.
const (
	deviceNonce = 16
	deviceHash  = sha256.Size
)

// deviceSecret makes the secret of a device on which the member has signed in.
func (d *Desk) deviceSecret(ctx context.Context, member string, passwordSet int64) (string, error) {
	nonce := make([]byte, deviceNonce)
	if _, err := io.ReadFull(d.Random, nonce); err != nil {
		return "", fmt.Errorf("making a device's secret: %w", err)
	}
	hash, err := d.deviceHash(ctx, member, passwordSet, nonce)
	return base64.RawURLEncoding.EncodeToString(append(nonce, hash...)), err
}

func (d *Desk) deviceHash(ctx context.Context, member string, passwordSet int64, nonce []byte) ([]byte, error) {
	key, err := d.key(ctx, "device")
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s\x00%d\x00%s", member, passwordSet, nonce)
	return h.Sum(nil), nil
}

// knownDevice names the device of a secret that deviceSecret made for the member since the
// password was set. It is empty of any other.
func (d *Desk) knownDevice(ctx context.Context, member string, passwordSet int64, secret string) (string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(b) != deviceNonce+deviceHash {
		b = make([]byte, deviceNonce+deviceHash) // takes as long
	}
	nonce := b[:deviceNonce]
	hash, err := d.deviceHash(ctx, member, passwordSet, nonce)
	if err != nil || !hmac.Equal(hash, b[deviceNonce:]) {
		return "", err
	}
	sum := sha256.Sum256(nonce)
	return keys.ID(sum[:]), nil
}
