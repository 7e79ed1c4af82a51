package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Desk carries out what people, the assistant and timers ask for. All fields but Metrics,
// Announce, Mail and WebPushKey must be set; New does so, but for Clients and Secrets. Its
// methods may be called from many goroutines.
//
// What a caller is told is a *Problem. Any other error is nobody's fault but ours: one that is
// Transient says that the same call may succeed in a moment, the rest that something is broken.
type Desk struct {
	// Table keeps everything, and is read consistently: see package table.
	Table  table.Table
	Timers Timers
	Phones Phones
	// Identity keeps passwords and makes tokens.
	Identity Identity
	// Clients are those whose tokens are taken.
	Clients Clients
	// Secrets keeps the one secret of the deployment.
	Secrets Secrets
	// Shifts ticks at the boundaries of members' working hours.
	Shifts Shifts
	// Mail sends codes and notices; nil where the deployment has none.
	Mail Mail
	// WebPushKey gives the key that a browser subscribes with, in base64url; nil where the
	// deployment has no Web Push.
	WebPushKey func(ctx context.Context) (string, error)
	// Now is the clock. Tests own it.
	Now func() time.Time
	// Sleep waits for d or until ctx ends. Tests own it, and move their clock on instead.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random is the source of ids and of jitter.
	Random io.Reader
	// Log gets what went wrong and is carried on anyway, such as a push that failed. It
	// names things by their ids: no name, e-mail or phone number comes into it.
	Log *slog.Logger
	// Metrics is told how the desk does, from many goroutines at once; nil when nobody
	// wants to know.
	Metrics func(Metric)
	// Announce tells other systems what has changed; nil when none wants to know.
	Announce func(ctx context.Context, a Announcement) error

	lately *noticedLately // what was noticed at the doors
	spent  *spending      // what this process has counted

	accounts *memo[string]        // of members who called
	mentions *memo[[]string]      // whom looks at an escalation name, by its id
	rings    *memo[time.Duration] // how long it rings in accounts
	landings *landings
	keys     *memo[Hidden[derived]]         // of the secret, by their purposes
	latest   *atomic.Pointer[roster.Roster] // the desk that was read last

	piece int // the most of a compressed request that one item holds; 0 for pieceSize
}

// New makes a Desk that works with the system's clock and randomness, and logs by default.
func New(t table.Table, timers Timers, phones Phones, identity Identity, shifts Shifts) *Desk {
	return &Desk{
		Table: t, Timers: timers, Phones: phones, Identity: identity, Shifts: shifts,
		Now: time.Now, Sleep: sleep, Random: rand.Reader, Log: slog.Default(), lately: &noticedLately{}, spent: &spending{},
		accounts: &memo[string]{}, mentions: &memo[[]string]{}, rings: &memo[time.Duration]{}, landings: &landings{},
		keys: &memo[Hidden[derived]]{}, latest: &atomic.Pointer[roster.Roster]{},
	}
}

// sleep waits by the system's clock. A Lambda's deadline ends it by ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Timers delivers messages to Desk.Wake. A message may come early, late, twice and in
// any order; one whose Send succeeded comes at least once.
type Timers interface {
	// Send delivers m to Desk.Wake at the given time, rounded up; a time that has passed
	// means as soon as possible. An error may still mean that m comes: senders send it
	// again, or go on as if it never will. It is ErrUnscheduled where only what is far off
	// is refused, which ten minutes never are.
	Send(ctx context.Context, at time.Time, m Message) error
}

// ErrUnscheduled is in the error of Timers.Send when the queue was not asked: what keeps
// messages of times far off, which is a service of its own in the cloud, refused this one.
var ErrUnscheduled = errors.New("desk: the scheduler refuses timers")

// Phones reaches the devices of agents.
type Phones interface {
	// Register makes the device reachable and returns it with its addresses (the ARNs of
	// SNS endpoints in the cloud). The same token has the same address, whoever registers
	// it, and works again when it was refused before.
	Register(ctx context.Context, memberID string, d Device) (Device, error)
	// Forget ends what Register began. An address that is empty or unknown is no error, so
	// that a removal can be repeated.
	Forget(ctx context.Context, d Device) error
	// Push sends n to the device. ErrUnreachable says that the device refused for good,
	// such as a phone without the app, and ErrRejected that the push itself is at fault;
	// ErrByAlert is none. Any other error is worth a retry, RetryAfter not before a time. A slow
	// push service is cut off by ctx.
	Push(ctx context.Context, d Device, n Notice) error
}

// ErrUnreachable is what Phones.Push returns for a device that refused for good. The desk
// then pushes nothing to it until it is registered again.
var ErrUnreachable = errors.New("desk: the device refuses pushes")

// ErrRejected is what Phones.Push returns where the push service finds fault with the push, as
// with its signature or length. It would do so again, and somebody has to look why.
var ErrRejected = errors.New("desk: the push service finds fault with the push")

// ErrByAlert is what Phones.Push returns for a call that was pushed as an alert, since the
// device's VoIP token is refused for good. The desk then has calls come so until the device is
// registered again.
var ErrByAlert = errors.New("desk: the VoIP token is refused, and the call came as an alert")

// RetryAfter is what Phones.Push returns for a push service that is to be left alone for a while.
type RetryAfter struct {
	Wait time.Duration
	Err  error // what failed
}

// Error is that of what failed.
func (r *RetryAfter) Error() string { return r.Err.Error() }

// Unwrap gives what failed.
func (r *RetryAfter) Unwrap() error { return r.Err }

// Identity keeps members' passwords and makes their tokens. The user name is the
// member id. Wrong names, passwords and tokens are Problems of class Unauthorized, too
// many tries of class TooMany.
type Identity interface {
	// Create makes a user who can sign in. One that is there already keeps its id and
	// gets the password.
	Create(ctx context.Context, memberID, password string) error
	// SetPassword replaces the password and makes earlier refresh tokens useless. A user who
	// has gone is made again.
	SetPassword(ctx context.Context, memberID, password string) error
	// Restore makes a user who has gone again, with the password. One who is there and can
	// sign in keeps theirs, and made is false.
	Restore(ctx context.Context, memberID, password string) (made bool, err error)
	// Delete removes the user; one that is not there is no error.
	Delete(ctx context.Context, memberID string) error
	// Login checks the password and makes tokens, which begin a session.
	Login(ctx context.Context, memberID, password string) (Tokens, error)
	// Refresh makes a new bearer of the same session; the refresh token stays as it is.
	Refresh(ctx context.Context, refreshToken string) (Tokens, error)
	// Revoke makes the refresh token useless; one that is so already, or never was one, is
	// no error.
	Revoke(ctx context.Context, refreshToken string) error
}

// Shifts runs executions, one for each member with working hours. An execution calls
// Desk.TickShift, waits until the time that it answers, and calls again, for a year at
// most; it ends on ErrShiftOver. A tick may come early, late or twice.
type Shifts interface {
	// Start begins the execution. It is no error that it runs already. ErrShiftEnded says that
	// it ran and has ended: a name is good for one run, and the next generation must follow.
	Start(ctx context.Context, e ShiftExecution) error
}
