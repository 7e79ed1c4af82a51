package desk

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MessageKind says what a timer message is about. A message may have been sent by the
// version before, weeks ago: kinds that are out of use stay known.
type MessageKind string

// The kinds of timer messages.
const (
	WakeRing MessageKind = "ring" // an offer's ring time is over
	WakeWork MessageKind = "work" // accepted work has been open for very long
	// A customer may still wait for a word of the agent who has accepted.
	WakeSilent MessageKind = "silent"
	WakeDue    MessageKind = "due" // a callback should have been done by now
	// Those who are there hear how many callbacks wait for their department.
	WakeRound MessageKind = "round"
	WakePush  MessageKind = "push" // a push that did not get through is tried again
	// All devices of the agent refused the push of an offer for good.
	WakeRefused MessageKind = "refused"
	WakeEvent   MessageKind = "event" // an event that could not be published is tried again
	// An operation of several writes was begun: what is left of it is finished or undone.
	WakeFinish MessageKind = "finish"
	WakeCode   MessageKind = "code" // a code was asked for
	WakeMail   MessageKind = "mail" // a letter goes out with a change
	// The owner hears that nobody is left, if that is still so.
	WakeNobody MessageKind = "nobody"
	WakeOpened MessageKind = "opened" // shifts have begun, and somebody may have come
)

// Mailed reports whether messages of the kind have mail sent. They have a queue of their own,
// so that no customer waits behind them.
func (k MessageKind) Mailed() bool { return k == WakeCode || k == WakeMail }

// FinishKind names an operation of several writes. Each has a function that finds out how
// far the operation came, and does the rest.
type FinishKind string

// The operations of several writes.
const (
	finishCreate   FinishKind = "create"   // a member is made
	finishDelete   FinishKind = "delete"   // a member is removed
	finishEmail    FinishKind = "email"    // out of use: the identity kept the e-mail, too
	finishPassword FinishKind = "password" // a member's password changes
	finishHours    FinishKind = "hours"    // a member's working hours change
	finishAccept   FinishKind = "accept"   // a call is accepted: what else rings there goes on
)

// Message is what a timer carries: what it is about, never what to do, since the world may
// have moved on when it arrives. It holds no personal data. The timer of a first offer is
//
//	{"kind":"ring","accountId":"acc_f7lmw5qcqyje","escalationId":"esc_2qnfeay2umpk","offer":1,"due":"2026-11-23T10:00:25Z"}
//
// and a member who is being made has
//
//	{"kind":"finish","accountId":"acc_f7lmw5qcqyje","memberId":"mem_ribatjiaxab3","finish":"create","due":"2026-11-23T10:02:00Z"}
//
// on the queue, two minutes away. The finish message of an accepted call names in due the
// moment of the call.
type Message struct {
	Kind         MessageKind `json:"kind"`
	AccountID    string      `json:"accountId"`
	EscalationID string      `json:"escalationId,omitempty"`
	CallbackID   string      `json:"callbackId,omitempty"`
	DepartmentID string      `json:"departmentId,omitempty"` // of a round
	MemberID     string      `json:"memberId,omitempty"`
	DeviceID     string      `json:"deviceId,omitempty"` // empty: all
	// Offer is the number of the offer that a ring or push message was sent for. A message
	// of an offer that has passed does nothing.
	Offer int `json:"offer,omitempty"`
	// Finish says which operation a finish message is about.
	Finish FinishKind `json:"finish,omitempty"`
	By     string     `json:"by,omitempty"` // who asked for what a finish message finishes
	// Mark names the item under password/{mark} that a finish message of a password looks for, the
	// request for a code, the item of a letter, or the mark of the customer who waits that a
	// silent message was sent for.
	Mark string `json:"mark,omitempty"`
	// Code says what a code message makes a code for; empty, as an older version sent it, is
	// CodeReset.
	Code CodeKind `json:"code,omitempty"`
	// Spare says that a new password leaves the devices that Session put, or all without one.
	Spare   bool   `json:"spare,omitempty"`
	Session string `json:"session,omitempty"`
	// Since is since when nobody was left, as the account has it, when the shifts of an opened
	// message began, or since when the password is another, in Unix milliseconds.
	Since int64 `json:"since,omitempty"`
	// Notice is what a push message would have shown.
	Notice *Notice `json:"notice,omitempty"`
	// Announcement is what an event message publishes.
	Announcement *Announcement `json:"announcement,omitempty"`
	// Due is when the message was meant to arrive: what comes earlier is sent again for it. That
	// of a ring message is the end that phones are told, and it arrives tapTime later.
	Due time.Time `json:"due"`
	// Tries counts how often handling it failed. After a hundred the queue's own retries
	// take over, and its dead letters raise an alarm.
	Tries int `json:"tries,omitempty"`
}

// Limits of timers and their errors.
const (
	overdue     = 10 * time.Second // after which a reader sends an offer's timer again
	lastWarning = 15 * time.Minute // from the notice of long work to its end
	wakeTries   = 100              // re-sent so often before the queue's own retries take over
	// A push may take two seconds of the assistant's time. The rest is for sending its retry.
	pushTime     = 1900 * time.Millisecond
	carried      = 10 * time.Minute // how far the queue carries what the scheduler refuses
	rewakeLow    = 1 * time.Second
	rewakeSpread = 4 * time.Second
	// What Wake keeps of its time for sending the message again: three tries at a queue that
	// does not answer.
	rewakeTime = 2250 * time.Millisecond
)

// Wake handles a timer message. It may come early, late, twice and in any order: it
// does what is due now and nothing when the world has moved on. When it fails the
// message is sent again, 1-5 s later; only when that fails too, or has been tried very
// often, does Wake return an error, for the queue to deliver it again.
func (d *Desk) Wake(ctx context.Context, m Message) error {
	d.measureLate(m)
	err := d.wakeInTime(ctx, m)
	if err == nil {
		return nil
	}
	d.countTimerFailed(m)
	d.Log.WarnContext(ctx, "timer failed: it is sent again", "timer", string(m.Kind), "escalation", m.EscalationID, "callback", m.CallbackID, "member", m.MemberID, "tries", m.Tries, "error", err)
	if m.Tries++; m.Tries > wakeTries {
		return err
	}
	if unsent := d.send(ctx, d.Now().Add(rewakeLow+d.jitter(rewakeSpread)), m); unsent != nil {
		return fmt.Errorf("%w; sending the timer again: %w", err, unsent)
	}
	return nil
}

// wakeInTime is wake with what there is of ctx's time but rewakeTime, or half of it where that
// is little. A table that hangs would take it all: the process would be killed, and the queue
// give the message out again after half a minute, in which the customer hears nothing.
func (d *Desk) wakeInTime(ctx context.Context, m Message) error {
	if end, limited := ctx.Deadline(); limited {
		earlier, cancel := context.WithDeadline(ctx, end.Add(-min(rewakeTime, time.Until(end)/2)))
		defer cancel()
		ctx = earlier
	}
	return d.wake(ctx, m)
}

// send sends a message, and counts a refusal. Who calls says in the log what it leads to, or
// returns the error.
//
// What the scheduler refuses goes by the queue, too early: it is sent again then for the rest,
// as is all that comes early, and so a reminder or the end of forgotten work is not lost.
func (d *Desk) send(ctx context.Context, at time.Time, m Message) error {
	err := d.Timers.Send(ctx, at, m)
	if errors.Is(err, ErrUnscheduled) {
		d.countUnsent(err)
		d.Log.WarnContext(ctx, "timer not scheduled: the queue carries it", "timer", string(m.Kind), "escalation", m.EscalationID, "callback", m.CallbackID, "error", err)
		err = d.Timers.Send(ctx, d.Now().Add(carried), m)
	}
	if err == nil {
		return nil
	}
	if !errors.Is(context.Cause(ctx), errUnneeded) {
		d.countUnsent(err)
	}
	return fmt.Errorf("%w: %w", errUnsent, err)
}

// errUnsent is in every error of send.
var errUnsent = errors.New("the timer was not taken")

// wakers are what handles each kind of message.
var wakers = map[MessageKind]func(*Desk, context.Context, Message) error{
	WakeRing: (*Desk).wakeRing, WakeWork: (*Desk).wakeWork, WakeSilent: (*Desk).wakeSilent, WakeDue: (*Desk).wakeDue,
	WakeRound: (*Desk).wakeRound, WakePush: (*Desk).wakePush, WakeRefused: (*Desk).wakeRefused, WakeEvent: (*Desk).wakeEvent,
	WakeFinish: (*Desk).finish, WakeCode: (*Desk).wakeCode, WakeMail: (*Desk).wakeMail, WakeNobody: (*Desk).wakeNobody, WakeOpened: (*Desk).wakeNobody,
}

// wake hands a message to the file that knows its kind.
func (d *Desk) wake(ctx context.Context, m Message) error {
	handle, known := wakers[m.Kind]
	if !known {
		return fmt.Errorf("a timer of unknown kind %q", m.Kind)
	}
	return handle(d, ctx, m)
}

// finish carries on, or undoes, an operation whose process may have died. It can come
// when the operation is done, under way or never went further than the message.
func (d *Desk) finish(ctx context.Context, m Message) error {
	switch m.Finish {
	case finishCreate:
		return d.finishCreating(ctx, m)
	case finishDelete:
		return d.finishDeleting(ctx, m)
	case finishEmail:
		return nil
	case finishPassword:
		return d.finishPassword(ctx, m)
	case finishHours:
		return d.runShift(ctx, m.AccountID, m.MemberID)
	case finishAccept:
		return d.finishAccept(ctx, m)
	}
	return fmt.Errorf("a finish message of unknown kind %q", m.Finish)
}
