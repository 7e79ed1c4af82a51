package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Account is a business and its settings as members see them. roster.Account is the stored
// form.
type Account struct {
	ID                       string               `json:"id"`
	Name                     string               `json:"name"`
	TimeZone                 string               `json:"timeZone"`
	TimeZoneData             string               `json:"timeZoneData"` // the release that schedules go by; no setting
	Country                  string               `json:"country"`      // ISO 3166, of national telephone numbers
	Language                 string               `json:"language"`     // BCP 47, of members without one of their own; empty: none was set
	RingSeconds              int                  `json:"ringSeconds"`
	MaxOffers                int                  `json:"maxOffers"`
	MissedOffersUntilOffline int                  `json:"missedOffersUntilOffline"`
	Overflow                 string               `json:"overflow"`      // none or everyone
	Balance                  string               `json:"balance"`       // department or team
	FirstPassword            string               `json:"firstPassword"` // change or keep
	CallbackDueMinutes       int                  `json:"callbackDueMinutes"`
	ChatCapacity             int                  `json:"chatCapacity"`
	ActiveMinutes            roster.ActiveMinutes `json:"activeMinutes"`
	Holidays                 []string             `json:"holidays"`
	Nudges                   Nudges               `json:"nudges"`
	RequireTOTP              bool                 `json:"requireTotp"`
	// RequireTOTPFrom is when owner and admins without a second factor lose what is theirs
	// alone, or later for who became one since; nil without RequireTOTP.
	RequireTOTPFrom *time.Time `json:"requireTotpFrom"`
}

// Nudges say which pushes besides offers an account's members get. All are on at first.
type Nudges struct {
	ShiftSoon        bool `json:"shiftSoon"`        // five minutes before it, to members who are offline
	ShiftOver        bool `json:"shiftOver"`        // at its end, to members who are online
	NobodyLeft       bool `json:"nobodyLeft"`       // to the owner, when the last one leaves in business hours
	CallbacksWaiting bool `json:"callbacksWaiting"` // how many, to members who go online
}

// accountView shows the settings. Holidays are an empty list in JSON, never null.
func accountView(id string, a *roster.Account) Account {
	v := Account{
		ID: id, Name: a.Name, TimeZone: a.TimeZone, TimeZoneData: hours.Release(), Country: a.CountryOrZone(), Language: a.Language, RingSeconds: a.RingSeconds, MaxOffers: a.MaxOffers,
		MissedOffersUntilOffline: a.MissedOffersUntilOffline, Overflow: a.Overflow, Balance: cmp.Or(a.Balance, BalanceDepartment),
		FirstPassword:      cmp.Or(a.FirstPassword, FirstPasswordKeep),
		CallbackDueMinutes: a.CallbackDueMinutes, ChatCapacity: a.ChatCapacity,
		ActiveMinutes: a.ActiveMinutes, Holidays: a.Holidays,
		Nudges: Nudges{
			ShiftSoon: !a.Muted(roster.NudgeShiftSoon), ShiftOver: !a.Muted(roster.NudgeShiftOver),
			NobodyLeft: !a.Muted(roster.NudgeNobodyLeft), CallbacksWaiting: !a.Muted(roster.NudgeCallbacksWaiting),
		},
	}
	if v.Holidays == nil {
		v.Holidays = []string{}
	}
	if a.TOTPSince != 0 {
		from := instant(a.TOTPSince).Add(totpGrace)
		v.RequireTOTP, v.RequireTOTPFrom = true, &from
	}
	return v
}

// readAccount reads the settings alone, at one read unit instead of those of the whole desk.
func (d *Desk) readAccount(ctx context.Context, acc string) (stored[roster.Account], error) {
	s, err := load[roster.Account](ctx, d.Table, keys.Account(acc))
	if err != nil {
		return s, err
	}
	if !s.found() {
		return s, notFound("account")
	}
	s.value.Prepare()
	return s, nil
}

// readDesk reads all that routing needs of an account in one Query. It is the dear read of
// a large team, about 50 units for a thousand members, so only decisions about turns do it.
func (d *Desk) readDesk(ctx context.Context, acc string) (*roster.Roster, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Desk(acc)})
	if err != nil {
		return nil, fmt.Errorf("reading the desk of %s: %w", acc, err)
	}
	s, err := roster.ReadAfter(acc, items, d.latest.Load())
	if err != nil {
		return nil, err
	}
	d.latest.Store(s)
	if s.Version != 0 {
		d.rings.keep(acc, s.Account.Ring())
	}
	return s, nil
}

// readRow reads one desk row; nil when there is none. A removed member's may still be there.
func (d *Desk) readRow(ctx context.Context, acc, mem string) (*roster.Row, error) {
	it, found, err := d.Table.Get(ctx, keys.Row(acc, mem))
	if err != nil || !found {
		return nil, wrapRead(err, keys.Row(acc, mem))
	}
	return roster.DecodeRow(it, nil)
}

// memberRow reads the desk row of one who is a member.
func (d *Desk) memberRow(ctx context.Context, acc, mem string) (*roster.Row, error) {
	r, err := d.readRow(ctx, acc, mem)
	if err == nil && (r == nil || r.Removed) {
		err = notFound("member")
	}
	return r, err
}

// readCounters reads all ticket counters of an account in one Query.
func (d *Desk) readCounters(ctx context.Context, acc string) (map[string]int64, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Counters(acc)})
	if err != nil {
		return nil, fmt.Errorf("reading the counters of %s: %w", acc, err)
	}
	counters := make(map[string]int64, len(items))
	for _, it := range items {
		counters[it.Key.Sort] = it.Version
	}
	return counters, nil
}

// badHolidays names every date that is none, such as holidays[2], and the zone when it may
// not be set: as in working hours, the release that this version brings decides, since what
// is stored outlives the one that lies over it.
func badHolidays(zone string, dates []string) []FieldError {
	var fields []FieldError
	if detail := hours.ZoneFault(zone); detail != "" {
		fields = append(fields, FieldError{"timeZone", detail})
	}
	_, bad := hours.ParseHolidays("UTC", dates)
	for _, b := range bad {
		fields = append(fields, FieldError{b.Field, b.Detail})
	}
	return fields
}

// Country is where an account's national telephone numbers are dialled, by ISO 3166; empty
// where the zone is no country's. Problem not-found without the account.
func (d *Desk) Country(ctx context.Context, accountID string) (string, error) {
	a, err := d.readAccount(ctx, accountID)
	return a.value.CountryOrZone(), err
}
