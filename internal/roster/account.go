package roster

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// Account is a business's settings as stored.
type Account struct {
	Name                     string        `json:"name"`
	TimeZone                 string        `json:"tz"`
	RingSeconds              int           `json:"ring"`
	MaxOffers                int           `json:"offers"`
	MissedOffersUntilOffline int           `json:"missed"`
	Overflow                 string        `json:"overflow"`
	CallbackDueMinutes       int           `json:"due"`
	ChatCapacity             int           `json:"chats"`
	ActiveMinutes            ActiveMinutes `json:"active"`
	Holidays                 []string      `json:"holidays,omitempty"`
	AssistantOff             bool          `json:"assistantOff,omitempty"`
	Owner                    string        `json:"owner,omitempty"`
	Silent                   []string      `json:"silent,omitempty"` // nudges that are switched off
	// NobodySince is since when nobody could take work in business hours; 0 while somebody
	// can. It is no setting.
	NobodySince int64 `json:"nobody,omitempty"`
	NobodyTold  bool  `json:"nobodyTold,omitempty"` // the owner was told of it

	holidays *hours.Holidays
}

// ActiveMinutes is how long accepted work may be open.
type ActiveMinutes struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

func NewAccount(name, zone, owner string) Account {
	return Account{
		Name: name, TimeZone: cmp.Or(zone, "UTC"), Owner: owner, RingSeconds: 25, MaxOffers: 5, MissedOffersUntilOffline: 2,
		Overflow: "everyone", CallbackDueMinutes: 240, ChatCapacity: 3,
		ActiveMinutes: ActiveMinutes{Call: 120, Chat: 1440},
	}
}

func (a *Account) Ring() time.Duration { return time.Duration(a.RingSeconds) * time.Second }

func (a *Account) ActiveFor(ch Channel) time.Duration {
	if ch == Call {
		return time.Duration(a.ActiveMinutes.Call) * time.Minute
	}
	return time.Duration(a.ActiveMinutes.Chat) * time.Minute
}

// The nudges by their names in Silent.
const (
	NudgeShiftSoon        = "shiftSoon"
	NudgeShiftOver        = "shiftOver"
	NudgeNobodyLeft       = "nobodyLeft"
	NudgeCallbacksWaiting = "callbacksWaiting"
)

// Muted reports whether a nudge is switched off.
func (a *Account) Muted(nudge string) bool { return slices.Contains(a.Silent, nudge) }

func (a *Account) Prepare() error {
	if len(a.Holidays) == 0 {
		return nil
	}
	h, bad := hours.ParseHolidays(a.TimeZone, a.Holidays)
	if len(bad) > 0 {
		return fmt.Errorf("holidays of the account: %v", bad)
	}
	a.holidays = h
	return nil
}
