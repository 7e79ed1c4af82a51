package local

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/connectnow/backend/internal/desk"
)

// What argon2id spends on a password: OWASP's recommendation of 19 MiB and two passes.
const (
	argonTime   = 2
	argonMemory = 19 << 10 // KiB
	argonSize   = 32       // bytes of the hash
)

// password is a password's salted hash.
type password struct {
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
}

// nobodysPassword is what a login is compared with when there is no such user.
var nobodysPassword = password{Salt: make([]byte, 16), Hash: make([]byte, argonSize)}

// hash makes a new password of a user.
func (i *Identity) hash(ctx context.Context, plain string) (password, error) {
	if err := desk.WeakPassword(plain); err != nil {
		return password{}, err
	}
	p := password{Salt: make([]byte, 16)}
	_, _ = rand.Read(p.Salt) // never fails
	var err error
	p.Hash, err = i.derive(ctx, p.Salt, plain)
	return p, err
}

func (i *Identity) matches(ctx context.Context, p password, plain string) (bool, error) {
	hash, err := i.derive(ctx, p.Salt, plain)
	return subtle.ConstantTimeCompare(hash, p.Hash) == 1, err
}

// derive runs argon2id, a few at a time so that many logins do not take all memory.
func (i *Identity) derive(ctx context.Context, salt []byte, plain string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case i.hashing <- struct{}{}:
		defer func() { <-i.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(desk.NormalPassword(plain)), salt, argonTime, i.memory, 1, argonSize), nil
}

// Cognito's rule: after five failures in a row one second, then twice as long each time. All is
// forgotten when nobody tried for a quarter of an hour
// (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior).
const (
	freeFailures = 5
	longestLock  = 15 * time.Minute
	lockForgiven = 15 * time.Minute
	maxLockouts  = 10_000 // names remembered
)

// lockout slows down guessing. It is kept in memory: whoever can restart the sandbox
// owns its file anyway.
type lockout struct {
	now func() time.Time

	mu    sync.Mutex
	names map[string]*failures
}

type failures struct {
	count int
	until time.Time
	tried time.Time // last, whatever came of it
}

func (l *lockout) locked(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.names[name]
	if f == nil {
		return false
	}
	now := l.now()
	if !now.Before(f.tried.Add(lockForgiven)) {
		delete(l.names, name)
		return false
	}
	f.tried = now
	return now.Before(f.until)
}

func (l *lockout) clear(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.names, name)
}

// failed counts a failure of name. The empty name stands for any unknown e-mail and is
// never locked.
func (l *lockout) failed(name string) {
	if name == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil || len(l.names) >= maxLockouts {
		l.names = map[string]*failures{}
	}
	f := l.names[name]
	if f == nil {
		f = &failures{}
		l.names[name] = f
	}
	f.count++
	f.tried = l.now()
	if over := f.count - freeFailures; over >= 0 {
		f.until = l.now().Add(min(time.Second<<min(over, 20), longestLock))
	}
}
