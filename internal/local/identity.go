package local

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

var (
	usersBucket    = []byte("users")    // by member id
	sessionsBucket = []byte("sessions") // refresh tokens, by their hash
	identityBucket = []byte("identity") // the key that signs
	signingKey     = []byte("signingKey")
	secretKey      = []byte("secret") // of desk.Secrets
)

const (
	accessLife  = time.Hour
	machineLife = time.Hour
	refreshLife = 90 * 24 * time.Hour
)

// IdentityOptions are the options of OpenIdentity.
type IdentityOptions struct {
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Issuer is the iss of all tokens; "https://sandbox.localhost" when empty.
	Issuer string
	// Memory is how many KiB argon2id spends on a password; 0 for what OWASP recommends. Tests
	// that make hundreds of members take little.
	Memory uint32
}

// Identity keeps members' passwords and makes their tokens, as the Cognito user pool
// does in the cloud. Users and the signing key lie in buckets beside the table.
type Identity struct {
	file    *File
	now     func() time.Time
	issuer  string
	key     desk.Hidden[[]byte]
	secret  desk.Hidden[[]byte]
	lockout lockout
	memory  uint32        // KiB that argon2id spends on a password
	hashing chan struct{} // holds a token per password that is being hashed
}

// user is what is kept of a member.
type user struct {
	Password password `json:"password"`
}

// session is what is kept of a refresh token.
type session struct {
	MemberID string    `json:"memberId"`
	SignedIn time.Time `json:"signedIn"`
	Expires  time.Time `json:"expires"`
}

// OpenIdentity opens the users that the file holds, and makes a signing key the first
// time.
func OpenIdentity(file *File, o IdentityOptions) (*Identity, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	i := &Identity{
		file: file, now: o.Now, issuer: cmp.Or(o.Issuer, "https://sandbox.localhost"),
		lockout: lockout{now: o.Now}, memory: cmp.Or(o.Memory, argonMemory), hashing: make(chan struct{}, 2),
	}
	if err := file.update(i.prepare); err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	return i, nil
}

// prepare reads or makes the key and the secret, and drops the sessions that have expired.
func (i *Identity) prepare(tx *bbolt.Tx) (err error) {
	b := tx.Bucket(identityBucket)
	if i.key, err = kept(b, signingKey); err != nil {
		return err
	}
	if i.secret, err = kept(b, secretKey); err != nil {
		return err
	}
	return dropSessions(tx, func(s session) bool { return !s.Expires.After(i.now()) })
}

// kept reads 32 random bytes, which it makes the first time.
func kept(b *bbolt.Bucket, name []byte) (desk.Hidden[[]byte], error) {
	random := bytes.Clone(b.Get(name))
	if len(random) > 0 {
		return desk.Hide(random), nil
	}
	random = make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return desk.Hide(random), b.Put(name, random)
}

// Secret implements desk.Secrets.
func (i *Identity) Secret(context.Context) ([]byte, error) { return i.secret.Reveal(), nil }

// Create implements desk.Identity.
func (i *Identity) Create(ctx context.Context, memberID, password string) error {
	hashed, err := i.hash(ctx, password)
	if err != nil {
		return err
	}
	return i.file.update(func(tx *bbolt.Tx) error {
		return putJSON(tx.Bucket(usersBucket), []byte(memberID), user{Password: hashed})
	})
}

// SetPassword implements desk.Identity. Refresh tokens made before are dead. A user who has
// gone is made again.
func (i *Identity) SetPassword(ctx context.Context, memberID, password string) error {
	hashed, err := i.hash(ctx, password)
	if err != nil {
		return err
	}
	err = i.file.update(func(tx *bbolt.Tx) error {
		var u user
		b := tx.Bucket(usersBucket)
		_, err := getJSON(b, []byte(memberID), &u)
		u.Password = hashed
		return errors.Join(err, putJSON(b, []byte(memberID), u), endSessions(tx, memberID))
	})
	if err == nil {
		i.lockout.clear(memberID)
	}
	return err
}

// Restore implements desk.Identity.
func (i *Identity) Restore(ctx context.Context, memberID, password string) (made bool, err error) {
	hashed, err := i.hash(ctx, password)
	if err != nil {
		return false, err
	}
	err = i.file.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(usersBucket)
		if made = b.Get([]byte(memberID)) == nil; !made {
			return nil
		}
		return putJSON(b, []byte(memberID), user{Password: hashed})
	})
	return made && err == nil, err
}

// change changes a user who is there.
func (i *Identity) change(memberID string, f func(tx *bbolt.Tx, u *user) error) error {
	var found bool
	err := i.file.update(func(tx *bbolt.Tx) (err error) {
		var u user
		b := tx.Bucket(usersBucket)
		if found, err = getJSON(b, []byte(memberID), &u); err != nil || !found {
			return err
		}
		if err := f(tx, &u); err != nil {
			return err
		}
		return putJSON(b, []byte(memberID), u)
	})
	if err == nil && !found {
		return desk.ErrNoUser
	}
	return err
}

// Delete implements desk.Identity.
func (i *Identity) Delete(ctx context.Context, memberID string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return i.file.update(func(tx *bbolt.Tx) error {
		return errors.Join(
			tx.Bucket(usersBucket).Delete([]byte(memberID)),
			endSessions(tx, memberID))
	})
}

// Login implements desk.Identity. A user who is not there costs as much time as a
// wrong password, and is locked out alike.
func (i *Identity) Login(ctx context.Context, memberID, password string) (desk.Tokens, error) {
	if i.lockout.locked(memberID) {
		return desk.Tokens{}, desk.ErrTooManyTries
	}
	var u user
	found, err := i.read(usersBucket, []byte(memberID), &u)
	if err != nil {
		return desk.Tokens{}, err
	}
	if !found {
		u.Password = nobodysPassword
	}
	match, err := i.matches(ctx, u.Password, password)
	if err != nil {
		return desk.Tokens{}, err
	}
	if !match || !found {
		i.lockout.failed(memberID)
		return desk.Tokens{}, desk.ErrWrongPair
	}
	i.lockout.clear(memberID)
	return i.signIn(memberID)
}

// signIn begins a session.
func (i *Identity) signIn(memberID string) (desk.Tokens, error) {
	now := i.now()
	refresh := rand.Text() + rand.Text() // 260 random bits
	s := session{MemberID: memberID, SignedIn: now, Expires: now.Add(refreshLife)}
	err := i.file.update(func(tx *bbolt.Tx) error {
		return putJSON(tx.Bucket(sessionsBucket), sessionKey(refresh), s)
	})
	if err != nil {
		return desk.Tokens{}, fmt.Errorf("sign in: %w", err)
	}
	tokens := i.bearer(sessionKey(refresh), s)
	tokens.RefreshToken = refresh
	return tokens, nil
}

// Refresh implements desk.Identity.
func (i *Identity) Refresh(ctx context.Context, refreshToken string) (desk.Tokens, error) {
	if err := ctx.Err(); err != nil {
		return desk.Tokens{}, err
	}
	var s session
	found, err := i.read(sessionsBucket, sessionKey(refreshToken), &s)
	if err != nil {
		return desk.Tokens{}, err
	}
	if !found || !s.Expires.After(i.now()) {
		return desk.Tokens{}, desk.ErrBadToken
	}
	return i.bearer(sessionKey(refreshToken), s), nil
}

// Revoke implements desk.Identity.
func (i *Identity) Revoke(ctx context.Context, refreshToken string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return i.file.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(sessionsBucket).Delete(sessionKey(refreshToken))
	})
}

// sessionKey hides the token itself from readers of the file.
func sessionKey(refreshToken string) []byte {
	sum := sha256.Sum256([]byte(refreshToken))
	return sum[:]
}

// endSessions makes all refresh tokens of a member useless.
func endSessions(tx *bbolt.Tx, memberID string) error {
	return dropSessions(tx, func(s session) bool { return s.MemberID == memberID })
}

// dropSessions deletes those that gone picks.
func dropSessions(tx *bbolt.Tx, gone func(session) bool) error {
	b := tx.Bucket(sessionsBucket)
	var keys [][]byte
	err := b.ForEach(func(k, v []byte) error {
		var s session
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		if gone(s) {
			keys = append(keys, k)
		}
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}

// read gets one value of a bucket.
func (i *Identity) read(bucket, key []byte, into any) (found bool, err error) {
	err = i.file.view(func(tx *bbolt.Tx) error {
		found, err = getJSON(tx.Bucket(bucket), key, into)
		return err
	})
	return found, err
}

func getJSON(b *bbolt.Bucket, key []byte, into any) (found bool, err error) {
	v := b.Get(key)
	if v == nil {
		return false, nil
	}
	return true, json.Unmarshal(v, into)
}

func putJSON(b *bbolt.Bucket, key []byte, value any) error {
	v, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return b.Put(key, v)
}
