package desk

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
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

// SignIn checks an e-mail and password and makes tokens. It tries an e-mail that nobody has
// as well, under a name that nobody has, so that neither time nor lock-out tells it apart
// from a wrong password. Problems are ErrWrongPair and ErrTooManyTries.
func (d *Desk) SignIn(ctx context.Context, by Credentials) (SignedIn, Caller, error) {
	c, f, err := d.memberByEmail(ctx, by.Email)
	if err != nil {
		return SignedIn{}, c, err
	}
	name := c.userName(by.Email)
	device, err := d.knownDevice(ctx, name, f.PasswordSetAt, by.Visitor.DeviceSecret)
	if err != nil {
		return SignedIn{}, c, err
	}
	in := SignedIn{DeviceSecret: by.Visitor.DeviceSecret}
	err = d.try(ctx, guess{triesPassword, c.AccountID, name, by.Visitor.Network, device}, func() error {
		in.Tokens, err = d.logIn(ctx, name, by.Password, f.SignedOutAt)
		if class := classOf(err); class == Unauthorized || class == NotFound || err == nil && c.MemberID == "" {
			return ErrWrongPair
		}
		if err != nil || f.Factor == nil {
			return err
		}
		return d.askFactor(ctx, c, by.OTP, in.RefreshToken)
	})
	if err != nil {
		return SignedIn{}, c, err
	}
	if err := d.takePlace(ctx, c, in.Tokens, by); err != nil {
		return SignedIn{}, c, err
	}
	d.noticeAs(ctx, noticedSignIn, doorOf(ctx, by.Visitor.Network), noticed{c.AccountID, c.MemberID, c.MemberID})
	c.Session, c.SignedInAt, in.SessionEndsAt = in.Session, in.SignedIn, in.SignedIn.Add(SessionLife).UTC()
	if device == "" {
		in.DeviceSecret, err = d.deviceSecret(ctx, name, f.PasswordSetAt)
	}
	return in, c, err
}

// takePlace begins the session of a sign-in, and ends the one that the browser has been in. Its
// token is about to be forgotten there: nobody could sign out of it any more, and the phones of
// whoever was there before would ring on. What fails of that leaves a session that can be
// ended in the list, and keeps nobody out.
func (d *Desk) takePlace(ctx context.Context, c Caller, t Tokens, by Credentials) error {
	var before Caller
	var err error
	if by.Leaves != "" {
		before, err = d.Leaver(ctx, by.Leaves)
	}
	own, others := before, Caller{}
	if before.MemberID != c.MemberID {
		own, others = Caller{}, before
	}
	if err := d.beginSession(ctx, c, t, by.Visitor, own); err != nil {
		return err
	}
	if err == nil && by.Leaves != "" {
		err = d.SignOut(context.WithoutCancel(ctx), others, by.Leaves, "")
	}
	if err != nil {
		d.Log.WarnContext(ctx, "session before not ended: it stays in its member's list", "member", before.MemberID, "error", err)
	}
	return nil
}

// askFactor wants the second factor of who has the right password. Without it there is no
// sign-in: the one that the password made ends here. Whoever sent no code has guessed none,
// and nothing is forgiven for it either, or codes could be guessed without end.
func (d *Desk) askFactor(ctx context.Context, c Caller, otp, refreshToken string) error {
	err := d.passFactor(ctx, c, otp)
	if err == nil {
		return nil
	}
	err = errors.Join(err, d.Identity.Revoke(ctx, refreshToken))
	if otp == "" {
		return noGuess{err}
	}
	return err
}

// Refresh makes a new bearer. The refresh token stays as it is, and is not told again. It
// makes none for a session that was ended, or for a member who was signed out or removed:
// then it is ErrBadToken.
func (d *Desk) Refresh(ctx context.Context, refreshToken string) (Tokens, error) {
	tokens, err := d.Identity.Refresh(ctx, refreshToken)
	if err != nil {
		return Tokens{}, err
	}
	c, err := d.Caller(ctx, tokens.Bearer())
	if classOf(err) == Unauthorized {
		return Tokens{}, ErrBadToken
	}
	if err != nil {
		return Tokens{}, err
	}
	d.useSession(ctx, c, tokens)
	tokens.RefreshToken = ""
	return tokens, nil
}

// Leaver tells who signs out by a refresh token. It is opaque, but it still makes a bearer,
// and the identity says whose. One that makes none is dead already, or belongs to a member who
// was removed or a session that was ended: then the caller is empty.
func (d *Desk) Leaver(ctx context.Context, refreshToken string) (Caller, error) {
	tokens, err := d.Identity.Refresh(ctx, refreshToken)
	if err != nil {
		return Caller{}, unlessUnauthorized(err)
	}
	c, err := d.Caller(ctx, tokens.Bearer())
	return c, unlessUnauthorized(err)
}

// unlessUnauthorized takes a dead token for no error: to sign out twice is to be signed
// out.
func unlessUnauthorized(err error) error {
	if classOf(err) == Unauthorized {
		return nil
	}
	return err
}

// SignOut ends the session of c: bearers of it are dead from then on, and the devices that it
// put are dropped, as is the one named. The refresh token dies last, since it says whose
// session it is: whoever fails half-way can try again. An empty c is whoever has a token that
// is dead already.
func (d *Desk) SignOut(ctx context.Context, c Caller, refreshToken, deviceID string) error {
	if c != (Caller{}) {
		if err := d.leave(ctx, c, deviceID); unlessUnauthorized(err) != nil {
			return err
		}
	}
	return d.Identity.Revoke(ctx, refreshToken)
}

// leave ends the caller's session, and drops the device that is left behind.
func (d *Desk) leave(ctx context.Context, c Caller, deviceID string) error {
	if c.Session == "" {
		return d.SignOutDevice(ctx, c, deviceID)
	}
	change := d.sessions(c, c.AccountID, c.MemberID)
	change.ends, change.device = []string{c.Session}, deviceID
	return change.write(ctx)
}

// memberByEmail finds the member with an e-mail; nobody is an empty Caller. It makes the
// same two reads for an e-mail that nobody has, and takes as long.
func (d *Desk) memberByEmail(ctx context.Context, email string) (Caller, profile, error) {
	p, err := load[pointer](ctx, d.Table, keys.Email(lowerEmail(email)))
	if err != nil {
		return Caller{}, profile{}, err
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(cmp.Or(p.value.ID, nobody(email))))
	if err != nil || !f.value.ready() {
		return Caller{}, profile{}, err
	}
	return Caller{MemberID: p.value.ID, AccountID: f.value.Account, Role: f.value.Role}, f.value, nil
}

// nobody is the user name that stands for an e-mail without a member: nobody's, but the
// same each time, so that its lock-out counts like a member's.
func nobody(email string) string { return keys.DerivedID("mem_", "nobody", lowerEmail(email)) }

// userName is the name for the identity, of the member or of nobody.
func (c Caller) userName(email string) string { return cmp.Or(c.MemberID, nobody(email)) }

// logIn makes tokens for the right password. Tokens tell in whole seconds when they were
// issued, and all of the second in which the member was signed out are dead: one made then
// would be refused at its first use, and so another is made when that second is over. Only
// the right password waits for it, or the wait would tell who exists.
func (d *Desk) logIn(ctx context.Context, name, password string, signedOutAt int64) (Tokens, error) {
	tokens, err := d.Identity.Login(ctx, name, password)
	if err != nil || signedOutAt == 0 {
		return tokens, err
	}
	wait := time.Unix(signedOutAt/1000+1, 0).Sub(d.Now())
	if wait <= 0 || wait > 2*time.Second {
		return tokens, nil
	}
	if err := d.Sleep(ctx, wait); err != nil {
		return Tokens{}, err
	}
	return d.Identity.Login(ctx, name, password)
}
