package desk

import (
	"time"
)

// Receiving tells by channel whether an offer could come now.
type Receiving struct {
	Call bool `json:"call"`
	Chat bool `json:"chat"`
}

// Availability is presence, shift and room of one member.
type Availability struct {
	Status      string     `json:"status"` // online or offline
	OnShift     bool       `json:"onShift"`
	Receiving   Receiving  `json:"receiving"`
	Because     string     `json:"because"`
	ShiftEndsAt *time.Time `json:"shiftEndsAt"`
	NextShiftAt *time.Time `json:"nextShiftAt"`
}

// Presence as callers write it.
const (
	statusOnline  = "online"
	statusOffline = "offline"
)

// Why a member does not receive, besides the reasons of receipts.
const (
	becauseReceiving   = "receiving"
	becauseMissed      = "missed_offers"
	becauseUnreachable = "unreachable"
)

func (r *row) status() string {
	if r.Online {
		return statusOnline
	}
	return statusOffline
}

func (r *row) receiving(a *account, now time.Time) Receiving {
	return Receiving{Call: r.unable(a, Call, now) == "", Chat: r.unable(a, Chat, now) == ""}
}

func (r *row) availability(a *account, now time.Time) Availability {
	v := Availability{Status: r.status(), OnShift: r.onShift(a, now), Receiving: r.receiving(a, now)}
	v.Because = r.because(a, v)
	if at, opens, ok := r.hours.Without(a.holidays).Next(now); ok {
		at = at.UTC()
		if opens {
			v.NextShiftAt = &at
		} else {
			v.ShiftEndsAt = &at
		}
	}
	return v
}

// because is the first reason that holds, in the order of the contract.
func (r *row) because(a *account, v Availability) string {
	switch {
	case v.Receiving.Call || v.Receiving.Chat:
		return becauseReceiving
	case !r.Online && r.OfflineFor != "":
		return r.OfflineFor
	case !r.Online:
		return reasonOffline
	case !v.OnShift:
		return reasonOffShift
	case r.open(Call) > 0:
		return reasonOnCall
	}
	return reasonAtCapacity
}
