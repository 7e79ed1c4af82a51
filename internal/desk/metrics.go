package desk

import (
	"cmp"
	"slices"
	"time"
)

// Metric is one number about how the desk does, for those who operate it. It says nothing
// about whose business, member or customer it is. Two examples are
//
//	{Name: "TimeToRing", Value: 412, Unit: "Milliseconds"}
//	{Name: "PushFailures", Value: 1, Unit: "Count", Dimension: "Platform", Of: "fcm"}
type Metric struct {
	Name  string
	Value float64
	Unit  Unit
	// Dimension names what the metric is told apart by, and Of which one this is. Both are
	// empty when it is not told apart. Of has few values: CloudWatch bills each by the month.
	Dimension, Of string
}

// Unit is what a metric's value counts.
type Unit string

// The units of metrics.
const (
	UnitCount        Unit = "Count"
	UnitMilliseconds Unit = "Milliseconds"
)

// The metrics of what becomes of customers. Of a drill there are none. What follows from a
// Write is counted once it has succeeded, also when that was learnt later. A process that
// dies in between leaves it uncounted.
//
// Dashboard and alarms go by the names: one that is renamed here is missing there.
const (
	// By Reason when an escalation begins, and by Outcome, its state, when it first gets
	// there. An escalation that rings anew, its agent removed, is not counted again.
	metricEscalations = "Escalations"
	// From when the request came until the push of the first offer was taken for a phone.
	metricTimeToRing = "TimeToRing"
	// From when the request came until it was first accepted.
	metricTimeToAccept     = "TimeToAccept"
	metricOffersMissed     = "OffersMissed"
	metricOffersUnreached  = "OffersUnreachable"
	metricOffersDeclined   = "OffersDeclined"
	metricPushes           = "Pushes"              // by Platform; every try counts
	metricPushFailures     = "PushFailures"        // by Platform, of those
	metricConflictsRetried = "ConflictsRetried"    // pauses before a Write is tried again
	metricRegistered       = "CallbacksRegistered" // by Because; not what joins another
	metricClosed           = "CallbacksClosed"     // by State
	metricOverdue          = "CallbacksOverdue"
	metricNobodyLeft       = "NobodyLeft" // business hours, and nobody who could take work
	// Calls of functions that were refused for what was asked, and ticks of executions that
	// are over. Lambda counts them among its errors, and alarms on these leave them out.
	metricEscalationsRefused = "EscalationsRefused"
	metricProvisionsRefused  = "ProvisionsRefused"
	metricShiftsOver         = "ShiftsOver"
)

// platformUnknown stands for the platform when the devices could not be read.
const platformUnknown Platform = "unknown"

// emit tells one metric, when somebody wants to know.
func (d *Desk) emit(m Metric) {
	if d.Metrics != nil {
		d.Metrics(m)
	}
}

// count tells a number of things that happened; dimension and of may be empty.
func (d *Desk) count(name, dimension, of string, n int) {
	d.emit(Metric{Name: name, Value: float64(n), Unit: UnitCount, Dimension: dimension, Of: of})
}

// took tells how long something took, from and to in milliseconds.
func (d *Desk) took(name string, from, to int64) {
	d.emit(Metric{Name: name, Value: float64(to - from), Unit: UnitMilliseconds})
}

// measure counts what a step that was written has made of its escalation.
func (c *change) measure(s *step) {
	e, before := s.next, cmp.Or(s.before, &escalation{})
	if e.Drill {
		return
	}
	if s.first {
		c.d.count(metricEscalations, "Reason", string(e.Reason), 1)
	}
	if e.State != before.State && !before.wasIn(e.State) {
		c.d.count(metricEscalations, "Outcome", string(e.State), 1)
		if e.State == Active {
			c.d.took(metricTimeToAccept, e.Created, e.Accepted)
		}
	}
	for _, h := range e.History[len(before.History):] {
		switch h.What {
		case didMiss:
			c.d.count(metricOffersMissed, "", "", 1)
		case didUnreach:
			c.d.count(metricOffersUnreached, "", "", 1)
		case didDecline:
			c.d.count(metricOffersDeclined, "", "", 1)
		}
	}
	if s.registered {
		c.d.count(metricRegistered, "Because", string(e.Because), 1)
	}
	if len(s.closed) > 0 {
		c.d.count(metricClosed, "State", callbackDone, len(s.closed))
	}
}

// wasIn reports whether the escalation was in the state before now. What has ended stays
// so: only ringing and active can come again.
func (e *escalation) wasIn(s State) bool {
	switch s {
	case Ringing:
		return e.Created != 0
	case Active:
		return e.PastAccept || slices.ContainsFunc(e.History, func(h event) bool { return h.What == didAccept })
	}
	return false
}

// measureRing tells how long a customer waited until a phone rang: told is when the push
// of the first offer was taken, zero when it was not.
func (c *change) measureRing(s *step, n Notice, told time.Time) {
	if n.Kind == NoticeOffer && n.Offer == 1 && !n.Drill && !told.IsZero() {
		c.d.took(metricTimeToRing, s.next.Created, millis(told))
	}
}

// countPush counts a try to push, and whether it failed.
func (d *Desk) countPush(p Platform, n Notice, failed bool) {
	if n.Drill {
		return
	}
	d.count(metricPushes, "Platform", string(p), 1)
	if failed {
		d.count(metricPushFailures, "Platform", string(p), 1)
	}
}

// EscalationRefused counts a call of the function escalate that was refused for what was asked.
func (d *Desk) EscalationRefused() { d.count(metricEscalationsRefused, "", "", 1) }

// ProvisionRefused counts a call of the function provision that was refused for what was asked.
func (d *Desk) ProvisionRefused() { d.count(metricProvisionsRefused, "", "", 1) }

// ShiftEnded counts an execution of working hours that was told that it is over.
func (d *Desk) ShiftEnded() { d.count(metricShiftsOver, "", "", 1) }
