package roster

import (
	"time"
)

// Receiving tells by channel whether an offer could come now. With two of three chats open
// it is {"call":true,"chat":true}; with a call, ringing or active, both are false.
type Receiving struct {
	Call bool `json:"call"`
	Chat bool `json:"chat"`
}

// Availability is presence, shift, reach and room of one member, as pages and apps show it.
type Availability struct {
	Status      string     `json:"status"` // online or offline
	OnShift     bool       `json:"onShift"`
	Receiving   Receiving  `json:"receiving"`
	Because     string     `json:"because"`     // receiving, or the first reason against it
	ShiftEndsAt *time.Time `json:"shiftEndsAt"` // nil off shift, or when no end is known
	NextShiftAt *time.Time `json:"nextShiftAt"` // nil on shift, and when no further one is known
}

// Presence as callers write it.
const (
	StatusOnline  = "online"
	StatusOffline = "offline"
)

// Why a member does not receive, besides the reasons of receipts.
const (
	becauseReceiving = "receiving"
	becauseMissed    = "missed_offers"
	Unreachable      = "unreachable" // set offline since offers arrived nowhere, or all devices refuse
)

// Status is the presence as callers write it: what the member chose, whatever the hour.
func (r *Row) Status() string {
	if r.Online {
		return StatusOnline
	}
	return StatusOffline
}

// receiving goes by the question that a claim asks, so nobody is shown as free who would
// not be offered anything.
func (r *Row) receiving(a *Account, now time.Time) Receiving {
	return Receiving{Call: r.Unable(a, Call, now) == "", Chat: r.Unable(a, Chat, now) == ""}
}

// Availability tells what the member can take now, and when their shift changes next. It is
// computed at every call: a stored one would be wrong from the next boundary of hours on.
func (r *Row) Availability(a *Account, now time.Time) Availability {
	v := Availability{Status: r.Status(), OnShift: r.OnShift(a, now), Receiving: r.receiving(a, now)}
	v.Because = r.because(v, now)
	if at, opens, ok := r.Calendar(a).Next(now); ok {
		if opens {
			v.NextShiftAt = &at
		} else {
			v.ShiftEndsAt = &at
		}
	}
	return v
}

// because is the first reason that holds, in the order of the contract.
func (r *Row) because(v Availability, now time.Time) string {
	switch {
	case v.Receiving.Call || v.Receiving.Chat:
		return becauseReceiving
	case !r.Online && r.OfflineFor != "":
		return r.OfflineFor
	case !r.Online:
		return reasonOffline
	case !v.OnShift:
		return reasonOffShift
	case !r.Reachable(now):
		return reasonNoDevice
	case r.Open(Call) > 0:
		return reasonOnCall
	}
	return reasonAtCapacity
}
