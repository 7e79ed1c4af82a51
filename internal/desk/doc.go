// Package desk is the domain: a business's members and departments, the rotation
// among them, the life of an escalation and the callbacks that catch what nobody took.
//
// It knows no AWS, no HTTP and no clock of its own. What it needs from outside are
// six roles: a table.Table that keeps everything, Timers that deliver messages later,
// Phones that ring, Identity that knows passwords, Shifts that tick at the boundaries of
// working hours, and a clock. Package cloud plays them on AWS, package local in one
// process on a file. Whoever wants to know how the desk does gives it Metrics besides.
//
// # How nothing is lost
//
// A request is stored, then its timer is sent, then an agent is claimed, then the
// phone rings. Every state change is a pure function on a value followed by one
// conditional Write, so there is no state between. Timers name the escalation and the
// offer they were meant for and do nothing when the world has moved on; whatever dies
// after a timer was sent is carried on by it.
//
// # How turns are dealt
//
// Each department has a counter for each channel. A claim draws a ticket from it and
// takes the free agent with the lowest place, the ticket of that agent's last turn;
// the Write makes the new ticket the agent's place on the condition that the agent's
// row is still as it was read. See rotation.go for why nobody is passed over.
package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// Desk carries out what people, the assistant and timers ask for. All fields but Metrics
// and Announce must be set; New does so. Its methods may be called from many goroutines.
type Desk struct {
	Table  table.Table
	Timers Timers
	Phones Phones
	// Identity keeps passwords and makes tokens.
	Identity Identity
	// Shifts ticks at the boundaries of members' working hours.
	Shifts Shifts
	// Now is the clock. Tests own it.
	Now func() time.Time
	// Sleep waits for d or until ctx ends. Tests own it.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random is the source of ids and of jitter.
	Random io.Reader
	Log    *slog.Logger
	// Metrics is told how the desk does, from many goroutines at once; nil when nobody
	// wants to know.
	Metrics func(Metric)
	// Announce tells other systems what has changed; nil when none wants to know.
	Announce func(ctx context.Context, a Announcement) error

	piece int // the most of a compressed request that one item holds; 0 for pieceSize
}

// Timers delivers messages to Desk.Wake. A message may come early, late, twice and in
// any order; one whose Send succeeded comes at least once.
type Timers interface {
	// Send has m delivered at the given time, rounded up; a time that has passed means
	// as soon as possible.
	Send(ctx context.Context, at time.Time, m Message) error
}

// MessageKind says what a timer message is about.
type MessageKind string

// The kinds of timer messages.
const (
	WakeRing MessageKind = "ring" // an offer's ring time is over
	WakeWork MessageKind = "work" // accepted work has been open for very long
	WakeDue  MessageKind = "due"  // a callback should have been done by now
	WakePush MessageKind = "push" // a push that did not get through is tried again
	// All devices of the agent refused the push of an offer for good.
	WakeRefused MessageKind = "refused"
	WakeEvent   MessageKind = "event" // an event that could not be published is tried again
	// An operation of several writes was begun; what is left of it is finished or undone.
	WakeFinish MessageKind = "finish"
	WakeCode   MessageKind = "code" // a code for a new password was asked for
)

// FinishKind names an operation of several writes.
type FinishKind string

const (
	finishCreate   FinishKind = "create"   // a member is made
	finishDelete   FinishKind = "delete"   // a member is removed
	finishEmail    FinishKind = "email"    // a member's e-mail changes
	finishPassword FinishKind = "password" // a member's password changes
	finishHours    FinishKind = "hours"    // a member's working hours change
)

// Message is what a timer carries: what it is about, never what to do, since the world
// may have moved on when it arrives. It holds no personal data.
type Message struct {
	Kind         MessageKind `json:"kind"`
	AccountID    string      `json:"accountId"`
	EscalationID string      `json:"escalationId,omitempty"`
	CallbackID   string      `json:"callbackId,omitempty"`
	MemberID     string      `json:"memberId,omitempty"`
	DeviceID     string      `json:"deviceId,omitempty"` // empty: all
	// Offer is the number of the offer that a ring or push message was sent for.
	Offer int `json:"offer,omitempty"`
	// Finish says which operation a finish message is about.
	Finish FinishKind `json:"finish,omitempty"`
	By     string     `json:"by,omitempty"` // who asked for what a finish message finishes
	// Mark names what a finish message looks for.
	Mark string `json:"mark,omitempty"`
	// Notice is what a push message would have shown.
	Notice *Notice `json:"notice,omitempty"`
	// Announcement is what an event message publishes.
	Announcement *Announcement `json:"announcement,omitempty"`
	// Due is when the message was meant to arrive.
	Due time.Time `json:"due"`
	// Tries counts how often handling it failed and it was sent again.
	Tries int `json:"tries,omitempty"`
}

// Shifts runs executions, each of which ticks again and again: Desk.TickShift says when the
// next time is, or that it is over. A tick may come early, late or twice.
type Shifts interface {
	// Start begins the execution. It is no error that it runs already; ErrShiftEnded says
	// that it ran and has ended, and cannot be begun again.
	Start(ctx context.Context, e ShiftExecution) error
}

// ShiftExecution is an execution of Shifts: which it is, and all that its ticks are told.
type ShiftExecution struct {
	AccountID  string `json:"accountId"`
	MemberID   string `json:"memberId"`
	Version    int64  `json:"version"`    // of the member's working hours, from 1
	Generation int64  `json:"generation"` // counts executions of one version, from 1
}

// Name tells the execution apart from all others that there ever were.
func (e ShiftExecution) Name() string {
	return fmt.Sprintf("%s-%d-%d", e.MemberID, e.Version, e.Generation)
}

// ShiftTick is the answer to a tick.
type ShiftTick struct {
	// WakeAt is when the next tick is due, in whole seconds.
	WakeAt time.Time `json:"wakeAt"`
}

// ErrShiftOver is what a tick gets whose execution has nothing more to do.
var ErrShiftOver = &Problem{
	Class: Conflict, Name: "shift-over", Title: "The execution is over", Detail: "Another one goes on, or the member has no working hours any more.",
}

// ErrShiftEnded is what Shifts.Start returns for an execution that ran and has ended.
var ErrShiftEnded = errors.New("desk: the execution has ended")

// Phones reaches the devices of agents.
type Phones interface {
	// Register makes the device reachable and returns it with its addresses (the ARNs of
	// SNS endpoints in the cloud). The same token has the same address, whoever registers
	// it, and works again when it was refused before.
	Register(ctx context.Context, memberID string, d Device) (Device, error)
	// Forget ends what Register began. An address that is empty or unknown is no error.
	Forget(ctx context.Context, d Device) error
	// Push sends n to the device. ErrUnreachable says that the device refused for good
	// and trying again is useless.
	Push(ctx context.Context, d Device, n Notice) error
}

// NoticeKind says what a push is about; the app chooses text, sound and screen by it.
type NoticeKind string

// The kinds of notices.
const (
	NoticeOffer     NoticeKind = "offer"          // an escalation rings
	NoticeWithdrawn NoticeKind = "offerWithdrawn" // it rings no more: stop ringing
	NoticeReturned  NoticeKind = "transferFailed" // nobody took the transfer, it stays with its sender
	NoticeLongWork  NoticeKind = "workOpenLong"   // accepted work is open for very long
	NoticeOffline   NoticeKind = "setOffline"     // set offline after offers that were missed or never arrived
	NoticeTest      NoticeKind = "test"           // asked for by the member
	// The shift of one who is offline is about to begin.
	NoticeShiftSoon NoticeKind = "shiftSoon"
	NoticeShiftOver NoticeKind = "shiftOver" // the shift of one who is online has ended
	// To the owner: the last one who could take work in business hours went.
	NoticeNobodyLeft NoticeKind = "nobodyLeft"
	NoticeCallbacks  NoticeKind = "callbacksWaiting" // to one who went online
	// A callback is due and not done: to its holder, else to those who could take it.
	NoticeCallbackDue NoticeKind = "callbackDue"
)

// Notice is a push before it is put into a platform's form. It holds no personal data
// of customers: the app fetches the rest.
type Notice struct {
	Kind         NoticeKind `json:"kind"`
	EscalationID string     `json:"escalationId,omitempty"`
	CallbackID   string     `json:"callbackId,omitempty"`
	Offer        int        `json:"offer,omitempty"`
	Channel      Channel    `json:"channel,omitempty"`
	Reason       Reason     `json:"reason,omitempty"`
	// Department is the name, empty when everyone was asked.
	Department string `json:"department,omitempty"`
	Drill      bool   `json:"drill,omitempty"`
	Transfer   bool   `json:"transfer,omitempty"`
	// RingingUntil ends the use of an offer's push; zero for other kinds.
	RingingUntil time.Time `json:"ringingUntil,omitzero"`
	// StartsAt is when the shift begins that is announced; zero for other kinds.
	StartsAt time.Time `json:"startsAt,omitzero"`
	// Count is how many callbacks wait.
	Count int `json:"count,omitempty"`
	// Badge is how many offers and open works the member has now; nil when it stays as
	// it is.
	Badge *int `json:"badge,omitempty"`
}

// Identity keeps members' passwords and makes their tokens. The user name is the
// member id. Wrong names, passwords and tokens are Problems of class Unauthorized, too
// many tries of class TooMany.
type Identity interface {
	// Create makes a user who can sign in. One that is there already keeps its id and
	// gets the password.
	Create(ctx context.Context, memberID, email, password string) error
	// SetEmail replaces the e-mail that codes are sent to.
	SetEmail(ctx context.Context, memberID, email string) error
	// SetPassword replaces the password and makes earlier refresh tokens useless.
	SetPassword(ctx context.Context, memberID, password string) error
	// Delete removes the user; one that is not there is no error.
	Delete(ctx context.Context, memberID string) error
	// Login checks the password and makes tokens.
	Login(ctx context.Context, memberID, password string) (Tokens, error)
	// Refresh makes a new access token; the refresh token stays as it is.
	Refresh(ctx context.Context, refreshToken string) (Tokens, error)
	// SendCode has a code sent to the member's e-mail, to set a new password with.
	SendCode(ctx context.Context, memberID string) error
	// ResetPassword sets the password of whoever has the code; a wrong or old code is of
	// class Unauthorized.
	ResetPassword(ctx context.Context, memberID, code, password string) error
	// Revoke makes the refresh token useless; one that is so already is no error.
	Revoke(ctx context.Context, refreshToken string) error
}

// Tokens are what a member signs in with.
type Tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken,omitempty"`
	ExpiresIn    int    `json:"expiresIn"` // seconds
}
