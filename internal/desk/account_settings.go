package desk

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Account gives the settings of the caller's account; problem not-found when there is none.
func (d *Desk) Account(ctx context.Context, c Caller) (Account, error) {
	a, err := d.readAccount(ctx, c.AccountID)
	return accountView(c.AccountID, &a.value), err
}

// AccountPatch changes settings; nil fields stay as they are. {"ringSeconds":40} changes one.
type AccountPatch struct {
	Name                     *string             `json:"name"`
	TimeZone                 *string             `json:"timeZone"`
	Country                  *string             `json:"country"`
	Language                 *string             `json:"language"`
	RingSeconds              *int                `json:"ringSeconds"`
	MaxOffers                *int                `json:"maxOffers"`
	MissedOffersUntilOffline *int                `json:"missedOffersUntilOffline"`
	Overflow                 *string             `json:"overflow"`
	Balance                  *string             `json:"balance"`
	FirstPassword            *string             `json:"firstPassword"`
	CallbackDueMinutes       *int                `json:"callbackDueMinutes"`
	ChatCapacity             *int                `json:"chatCapacity"`
	ActiveMinutes            *ActiveMinutesPatch `json:"activeMinutes"`
	Holidays                 *[]string           `json:"holidays"`
	Nudges                   *NudgesPatch        `json:"nudges"`
	RequireTOTP              *bool               `json:"requireTotp"`
}

// NudgesPatch switches nudges on or off; nil stays as it is.
type NudgesPatch struct {
	ShiftSoon        *bool `json:"shiftSoon"`
	ShiftOver        *bool `json:"shiftOver"`
	NobodyLeft       *bool `json:"nobodyLeft"`
	CallbacksWaiting *bool `json:"callbacksWaiting"`
}

// ActiveMinutesPatch changes how long accepted work may be open; nil stays as it is.
type ActiveMinutesPatch struct {
	Call *int `json:"call"`
	Chat *int `json:"chat"`
}

// Bounds are the least and the most that a number may be.
type Bounds struct{ Least, Most int }

// SettingBounds are the bounds of every number that people set, by the field's path in the
// body. Callbacks are due within a week, and work may be open for the longest month: far
// beyond what a business wants, these bounds catch a slip such as seconds for minutes.
var SettingBounds = map[string]Bounds{
	"ringSeconds":              {10, 120}, // in less nobody could reach for the phone
	"maxOffers":                {1, 20},   // phones, one after the other, before a callback is made
	"missedOffersUntilOffline": {0, 10},   // 0 never sets an agent offline
	"callbackDueMinutes":       {1, 7 * 24 * 60},
	"chatCapacity":             {0, 20}, // with 0 a team takes calls alone
	"activeMinutes.call":       {1, 31 * 24 * 60},
	"activeMinutes.chat":       {1, 31 * 24 * 60},
	"capacity.calls":           {0, 1}, // nobody talks on two phones
	"capacity.chats":           {0, 20},
}

// outOfBounds says what is wrong with a number that is to be set.
func outOfBounds(field string, n int) []FieldError {
	b := SettingBounds[field]
	if b.Least <= n && n <= b.Most {
		return nil
	}
	return []FieldError{{field, fmt.Sprintf("must be %d to %d", b.Least, b.Most)}}
}

// PatchAccount changes the settings of the caller's account from the next claim on; what
// rings rings by the old ones. The problem invalid names all bad values at once.
func (d *Desk) PatchAccount(ctx context.Context, c Caller, p AccountPatch, conditions ...If[Account]) (Account, error) {
	if p.ChatCapacity != nil {
		if err := d.tailBeforeRaise(ctx, c.AccountID, p, conditions); err != nil {
			return Account{}, err
		}
	}
	held := held[Account]{conditions: conditions}
	a, err := update(ctx, d, keys.Account(c.AccountID), func(s *stored[roster.Account]) (bool, []table.Op, error) {
		if !s.found() {
			return false, nil, notFound("account")
		}
		before := s.value
		if err := p.apply(&s.value); err != nil {
			return false, nil, err
		}
		p.applyTOTP(&s.value, d.Now())
		done := sameSettings(&s.value, &before)
		if err := held.hold(accountView(c.AccountID, &before), done); err != nil || done {
			return false, nil, err
		}
		edits := editsOf(accountView(c.AccountID, &before), accountView(c.AccountID, &s.value), given(p))
		return true, []table.Op{d.audit(c.AccountID, c.MemberID, auditAccountChanged, c.AccountID, edits...)}, nil
	})
	return accountView(c.AccountID, &a), err
}

// sameSettings reports whether the settings are alike to members: what the desk notes in
// the same item, such as NobodySince, is no change of theirs.
func sameSettings(a, b *roster.Account) bool {
	return a.Country == b.Country && reflect.DeepEqual(accountView("", a), accountView("", b))
}

// tailBeforeRaise moves members to the tail: those who are full and get room by a raised
// capacity. It comes first: as long as they are full it passes nobody over. Should the
// raise never come they go there anyway when they complete something.
func (d *Desk) tailBeforeRaise(ctx context.Context, acc string, p AccountPatch, conditions []If[Account]) error {
	s, err := d.readDesk(ctx, acc)
	if err != nil {
		return err
	}
	if err := hold(conditions, accountView(acc, &s.Account)); err != nil {
		return err
	}
	raised := s.Account
	if err := p.apply(&raised); err != nil || raised.ChatCapacity <= s.Account.ChatCapacity {
		return err
	}
	gains := func(r *roster.Row) bool {
		return !r.Removed && r.NoRoom(&s.Account, roster.Chat) != "" && r.NoRoom(&raised, roster.Chat) == ""
	}
	full := slices.DeleteFunc(s.Rows, func(r *roster.Row) bool { return !gains(r) })
	if len(full) == 0 {
		return nil
	}
	counters, err := d.readCounters(ctx, acc)
	if err != nil {
		return err
	}
	return inParallel(len(full), func(i int) error {
		_, err := d.updateRow(ctx, acc, full[i].ID, func(r *roster.Row) (bool, []table.Op, error) {
			if !gains(r) {
				return false, nil, nil
			}
			r.FreshPlaces(roster.Chat, counters)
			return true, nil, nil
		})
		if IsProblem(err, "not-found") {
			return nil // removed meanwhile
		}
		return err
	})
}

// apply changes the settings, and names all bad values at once.
func (p AccountPatch) apply(a *roster.Account) error {
	var bad []FieldError
	number := func(field string, to, from *int) {
		if from != nil {
			bad = append(bad, outOfBounds(field, *from)...)
		}
		set(to, from)
	}
	number("ringSeconds", &a.RingSeconds, p.RingSeconds)
	number("maxOffers", &a.MaxOffers, p.MaxOffers)
	number("missedOffersUntilOffline", &a.MissedOffersUntilOffline, p.MissedOffersUntilOffline)
	number("callbackDueMinutes", &a.CallbackDueMinutes, p.CallbackDueMinutes)
	number("chatCapacity", &a.ChatCapacity, p.ChatCapacity)
	if m := p.ActiveMinutes; m != nil {
		number("activeMinutes.call", &a.ActiveMinutes.Call, m.Call)
		number("activeMinutes.chat", &a.ActiveMinutes.Chat, m.Chat)
	}
	bad = append(bad, badName("name", a.Name, p.Name)...)
	set(&a.Name, p.Name)
	set(&a.Language, p.Language)
	if p.Overflow != nil && *p.Overflow != "none" && *p.Overflow != "everyone" {
		bad = append(bad, FieldError{"overflow", "must be none or everyone"})
	}
	set(&a.Overflow, p.Overflow)
	bad = append(bad, p.applyBalance(a)...)
	bad = append(bad, p.applyFirstPassword(a)...)
	p.Nudges.apply(a)
	return Invalids(append(bad, p.applyTime(a)...))
}

// applyTOTP asks owner and admins for a second factor, or does not any more. Asking again
// leaves their seven days as they are.
func (p AccountPatch) applyTOTP(a *roster.Account, now time.Time) {
	switch {
	case p.RequireTOTP == nil:
	case !*p.RequireTOTP:
		a.TOTPSince = 0
	case a.TOTPSince == 0:
		a.TOTPSince = millis(now)
	}
}

// BalanceDepartment is the balance of accounts that have none stored: each department has
// an order of its own. The other one is roster.BalanceTeam.
const BalanceDepartment = "department"

// applyBalance sets by which order turns go from the next claim on. Places stay as they are
// in both orders: whoever waited longest there is next.
func (p AccountPatch) applyBalance(a *roster.Account) []FieldError {
	switch {
	case p.Balance == nil:
	case *p.Balance == BalanceDepartment:
		a.Balance = ""
	case *p.Balance == roster.BalanceTeam:
		a.Balance = roster.BalanceTeam
	default:
		return []FieldError{{"balance", "must be department or team"}}
	}
	return nil
}

// FirstPasswordKeep leaves passwords of others' choosing as they are: the setting of accounts
// that have none stored. The other one is roster.FirstPasswordChange.
const FirstPasswordKeep = "keep"

// applyFirstPassword is about passwords that are set from now on.
func (p AccountPatch) applyFirstPassword(a *roster.Account) []FieldError {
	switch {
	case p.FirstPassword == nil:
	case *p.FirstPassword == FirstPasswordKeep:
		a.FirstPassword = ""
	case *p.FirstPassword == roster.FirstPasswordChange:
		a.FirstPassword = roster.FirstPasswordChange
	default:
		return []FieldError{{"firstPassword", "must be change or keep"}}
	}
	return nil
}

// applyTime sets zone and holidays, which are judged together.
func (p AccountPatch) applyTime(a *roster.Account) []FieldError {
	set(&a.TimeZone, p.TimeZone)
	set(&a.Country, p.Country)
	if p.Holidays != nil {
		a.Holidays = slices.Sorted(slices.Values(*p.Holidays))
		return badHolidays(a.TimeZone, *p.Holidays) // the fields by the caller's order
	}
	if p.TimeZone != nil {
		return badHolidays(a.TimeZone, nil)
	}
	return nil
}

// apply switches the given ones on or off.
func (p *NudgesPatch) apply(a *roster.Account) {
	if p == nil {
		return
	}
	silent := slices.Clone(a.Silent)
	for _, n := range []struct {
		name string
		on   *bool
	}{
		{roster.NudgeShiftSoon, p.ShiftSoon}, {roster.NudgeShiftOver, p.ShiftOver},
		{roster.NudgeNobodyLeft, p.NobodyLeft}, {roster.NudgeCallbacksWaiting, p.CallbacksWaiting},
	} {
		if n.on == nil {
			continue
		}
		silent = slices.DeleteFunc(silent, func(s string) bool { return s == n.name })
		if !*n.on {
			silent = append(silent, n.name)
		}
	}
	a.Silent = silent
}

// readSettings reads the account and its departments, without the desk rows.
func (d *Desk) readSettings(ctx context.Context, acc string) (*roster.Roster, error) {
	s := &roster.Roster{AccountID: acc}
	err := together(
		func() (err error) { s.Departments, err = d.readDepartments(ctx, acc); return err },
		func() error {
			a, err := d.readAccount(ctx, acc)
			s.Account, s.Version = a.value, a.version
			return err
		},
	)
	return s, err
}

// living are the departments that are not deleted.
func living(all map[string]roster.Department) map[string]roster.Department {
	live := make(map[string]roster.Department, len(all))
	for id, dep := range all {
		if !dep.Deleted {
			live[id] = dep
		}
	}
	return live
}

// readDepartments reads the departments of an account that are not deleted.
func (d *Desk) readDepartments(ctx context.Context, acc string) (map[string]roster.Department, error) {
	all, err := d.allDepartments(ctx, acc)
	return living(all), err
}
