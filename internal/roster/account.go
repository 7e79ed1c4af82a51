package roster

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// Account is a business's settings as stored, such as
//
//	{"name":"Shop","tz":"Europe/Berlin","ring":25,"offers":5,"missed":2,"overflow":"everyone","due":240,"chats":3,"active":{"call":120,"chat":1440}}
//
// A field that a later version adds is absent here: its zero value must mean what was so
// before.
type Account struct {
	Name                     string        `json:"name"`              // one line, at most 64 characters
	TimeZone                 string        `json:"tz"`                // IANA; its midnight bounds the holidays
	Country                  string        `json:"country,omitempty"` // ISO 3166, for telephone numbers; empty: that of the zone
	Language                 string        `json:"lang,omitempty"`    // BCP 47, of whoever has none of their own
	RingSeconds              int           `json:"ring"`              // of one offer, 10 to 120
	MaxOffers                int           `json:"offers"`            // before the callback, 1 to 20
	MissedOffersUntilOffline int           `json:"missed"`            // in a row; 0 takes nobody offline
	Overflow                 string        `json:"overflow"`          // everyone or none
	Balance                  string        `json:"balance,omitempty"` // BalanceTeam; absent: each department has an order of its own
	FirstPassword            string        `json:"first,omitempty"`   // FirstPasswordChange; absent: it stays
	CallbackDueMinutes       int           `json:"due"`               // of business hours
	ChatCapacity             int           `json:"chats"`             // of members without one of their own, 0 to 20
	ActiveMinutes            ActiveMinutes `json:"active"`
	Holidays                 []string      `json:"holidays,omitempty"`     // dates such as 2026-12-25, sorted
	AssistantOff             bool          `json:"assistantOff,omitempty"` // direct escalations alone are taken
	Owner                    string        `json:"owner,omitempty"`        // a member id
	OwnWords                 bool          `json:"words,omitempty"`        // it has sentences of its own for customers, which lie elsewhere
	Silent                   []string      `json:"silent,omitempty"`       // nudges that are switched off
	// TOTPSince is since when owner and admins are asked for a second factor, in Unix
	// milliseconds; 0: they are not.
	TOTPSince int64 `json:"totp,omitempty"`
	// NobodySince is since when nobody could take work in business hours, in Unix
	// milliseconds; 0 while somebody can. It is no setting: the desk writes it.
	NobodySince int64 `json:"nobody,omitempty"`
	NobodyTold  bool  `json:"nobodyTold,omitempty"` // the owner was told of it
	// NobodyToldAt is when it was last begun to tell the owner, in Unix milliseconds; after
	// NobodySince it is of that stretch. It stays when somebody comes.
	NobodyToldAt int64 `json:"nobodyToldAt,omitempty"`

	holidays *hours.Holidays
	unread   error // why the stored holidays are none
}

// ActiveMinutes is how long accepted work may be open before its agent is reminded of it.
type ActiveMinutes struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

// BalanceTeam has all departments go by one order, that of everyone.
const BalanceTeam = "team"

// FirstPasswordChange has a password that somebody else chose changed at the first sign-in.
const FirstPasswordChange = "change"

// NewAccount is the settings of a business that has changed none. An empty zone is UTC.
func NewAccount(name, zone, owner string) Account {
	return Account{
		Name: name, TimeZone: cmp.Or(zone, "UTC"), Owner: owner, RingSeconds: 25, MaxOffers: 5, MissedOffersUntilOffline: 2,
		Overflow: "everyone", CallbackDueMinutes: 240, ChatCapacity: 3, FirstPassword: FirstPasswordChange,
		ActiveMinutes: ActiveMinutes{Call: 120, Chat: 1440},
	}
}

// CountryOrZone is where national telephone numbers are dialled: the country that was set,
// else that of the zone, and empty for a zone of none, such as UTC.
func (a *Account) CountryOrZone() string { return cmp.Or(a.Country, hours.Country(a.TimeZone)) }

// Ring is how long the phones are told that an offer rings.
func (a *Account) Ring() time.Duration { return time.Duration(a.RingSeconds) * time.Second }

// ActiveFor is how long accepted work of the channel may be open: by default two hours for
// a call and a day for a chat.
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

// Muted reports whether a nudge is switched off. The silent ones are stored, so that a
// nudge which a later version brings is on everywhere.
func (a *Account) Muted(nudge string) bool { return slices.Contains(a.Silent, nudge) }

// Prepare compiles the holidays and must follow decoding: without it the account has none,
// and phones ring on Christmas Day. Holidays that cannot be read, since this process does not
// know the zone, are none; see Unread.
func (a *Account) Prepare() {
	a.holidays, a.unread = nil, nil
	if len(a.Holidays) == 0 {
		return
	}
	h, bad := hours.ParseHolidays(a.TimeZone, a.Holidays)
	if len(bad) > 0 {
		a.unread = fmt.Errorf("holidays of the account: %s %s", bad[0].Field, bad[0].Detail)
		return
	}
	a.holidays = h
}

// Unread says why the account has no holidays though some are stored; nil when they were read.
func (a *Account) Unread() error { return a.unread }
