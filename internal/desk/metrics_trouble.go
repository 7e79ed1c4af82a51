package desk

import (
	"errors"
	"time"
)

// The metrics of the machinery. Those of timers include the timers of drills: they are as
// late as all others.
const (
	// By Kind of message; every try that fails counts, so that a table which is away is seen
	// at once, and not when the queue gives up half an hour later. Those of mail are none: no
	// customer waits for them, and they have alarms of their own.
	metricTimersFailed = "TimersFailed"
	// How much later than it should a message arrived, of each that arrived, but for mail.
	metricTimerLate   = "TimerLate"
	metricTrouble     = "Trouble"     // by What: see below
	metricCodesUnsent = "CodesUnsent" // codes that nobody got
)

// What is in trouble. A customer is called back then, or told to try again, but for what the
// queue carries.
const (
	troubleQueue    = "queue"    // a timer was refused
	troubleSchedule = "schedule" // a timer of a time far off was refused, and the queue carries it
	troubleTable    = "table"    // an escalation could not be stored or claimed
	troublePlatform = "platform" // a call failed, which a platform was told in its own form
)

// Kinds of messages that nobody knows.
const (
	kindUnknown    MessageKind = "unknown"
	kindUnreadable MessageKind = "unreadable" // no message at all
)

// countTimerFailed counts a try to handle a message that failed.
func (d *Desk) countTimerFailed(m Message) {
	kind := m.Kind
	if kind.Mailed() {
		return
	}
	if wakers[kind] == nil && kind != kindUnreadable {
		kind = kindUnknown // each value costs money
	}
	d.count(metricTimersFailed, "Kind", string(kind), 1)
}

// TimerUnreadable counts what the queue delivered and is no message.
func (d *Desk) TimerUnreadable() { d.countTimerFailed(Message{Kind: kindUnreadable}) }

// measureLate measures a message that arrives. One that was sent again, since it was early or
// had failed, is measured by when it should have come first: that is how long its customer
// waits. Where an outside service refuses, that has a metric of its own, and no timer is late.
func (d *Desk) measureLate(m Message) {
	if m.Kind.Mailed() || m.Tries > 0 && (m.Kind == WakePush || m.Kind == WakeEvent) {
		return
	}
	d.emit(Metric{Name: metricTimerLate, Value: float64(max(0, d.Now().Sub(m.expected()).Milliseconds())), Unit: UnitMilliseconds})
}

// lateByDesign is how late some messages may be. A schedule has the precision of a minute
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html), and finish
// messages look twice, markWithin apart, for a Write that never came.
const lateByDesign = markWithin

// expected is until when a message arrives in time.
func (m *Message) expected() time.Time {
	switch m.Kind {
	case WakeRing: // judged so much later than phones are told
		return m.Due.Add(tapTime)
	case WakeDue, WakeWork: // most come by a schedule
		return m.Due.Add(lateByDesign)
	case WakeFinish: // that of an accepted call names the moment of the call
		return m.Due.Add(lateByDesign + finishAfter)
	}
	return m.Due
}

// countUnsent counts a timer that was refused.
func (d *Desk) countUnsent(err error) {
	what := troubleQueue
	if errors.Is(err, ErrUnscheduled) {
		what = troubleSchedule
	}
	d.count(metricTrouble, "What", what, 1)
}

// PlatformFailed counts a call that failed here, and whose platform was told so in an answer of
// its own form, which Lambda counts as a success.
func (d *Desk) PlatformFailed() { d.count(metricTrouble, "What", troublePlatform, 1) }
