package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/table"
)

// account is a business's settings as stored.
type account struct {
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

func newAccount(name, zone, owner string) account {
	return account{
		Name: name, TimeZone: cmp.Or(zone, "UTC"), Owner: owner, RingSeconds: 25, MaxOffers: 5, MissedOffersUntilOffline: 2,
		Overflow: "everyone", CallbackDueMinutes: 240, ChatCapacity: 3,
		ActiveMinutes: ActiveMinutes{Call: 120, Chat: 1440},
	}
}

func (a *account) ring() time.Duration { return time.Duration(a.RingSeconds) * time.Second }

func (a *account) activeFor(ch Channel) time.Duration {
	if ch == Call {
		return time.Duration(a.ActiveMinutes.Call) * time.Minute
	}
	return time.Duration(a.ActiveMinutes.Chat) * time.Minute
}

// The nudges by their names in Silent.
const (
	nudgeShiftSoon  = "shiftSoon"
	nudgeShiftOver  = "shiftOver"
	nudgeNobodyLeft = "nobodyLeft"
	nudgeCallbacks  = "callbacksWaiting"
)

// silent reports whether a nudge is switched off.
func (a *account) silent(nudge string) bool { return slices.Contains(a.Silent, nudge) }

// applyNudges switches those on or off that are given.
func (a *account) applyNudges(p *NudgesPatch) {
	if p == nil {
		return
	}
	silent := slices.Clone(a.Silent)
	for _, n := range []struct {
		name string
		on   *bool
	}{
		{nudgeShiftSoon, p.ShiftSoon}, {nudgeShiftOver, p.ShiftOver},
		{nudgeNobodyLeft, p.NobodyLeft}, {nudgeCallbacks, p.CallbacksWaiting},
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

func (a *account) prepare() error {
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

func (a *account) view(id string) Account {
	v := Account{
		ID: id, Name: a.Name, TimeZone: a.TimeZone, RingSeconds: a.RingSeconds, MaxOffers: a.MaxOffers,
		MissedOffersUntilOffline: a.MissedOffersUntilOffline, Overflow: a.Overflow,
		CallbackDueMinutes: a.CallbackDueMinutes, ChatCapacity: a.ChatCapacity,
		ActiveMinutes: a.ActiveMinutes, Holidays: a.Holidays,
		Nudges: Nudges{
			ShiftSoon: !a.silent(nudgeShiftSoon), ShiftOver: !a.silent(nudgeShiftOver),
			NobodyLeft: !a.silent(nudgeNobodyLeft), CallbacksWaiting: !a.silent(nudgeCallbacks),
		},
	}
	if v.Holidays == nil {
		v.Holidays = []string{}
	}
	return v
}

// department is a department as stored.
type department struct {
	Name    string `json:"name"`
	Created int64  `json:"at,omitempty"` // 0 in those that were made before it was kept
	Deleted bool   `json:"x,omitempty"`
}

// snapshot is an account's desk partition as one Query read it.
type snapshot struct {
	accountID   string
	began       time.Time // when it began to be read
	account     account
	version     int64 // of the account; 0 when there is no such account
	departments map[string]department
	rows        []*row // in the order of their ids
	schedules   map[string]*hours.Schedule
}

// readDesk reads all that routing needs of an account in one Query.
func (d *Desk) readDesk(ctx context.Context, acc string) (*snapshot, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: deskPartition(acc)})
	if err != nil {
		return nil, fmt.Errorf("reading the desk of %s: %w", acc, err)
	}
	s := &snapshot{accountID: acc, departments: map[string]department{}, rows: make([]*row, 0, len(items)), schedules: map[string]*hours.Schedule{}}
	for _, it := range items {
		if err := s.take(it); err != nil {
			return nil, fmt.Errorf("decoding %s: %w", named(it.Key), err)
		}
	}
	return s, nil
}

func (s *snapshot) take(it table.Item) error {
	sort := it.Key.Sort
	switch {
	case sort == sortAccount:
		s.version = it.Version
		if err := json.Unmarshal(it.Body, &s.account); err != nil {
			return err
		}
		return s.account.prepare()
	case len(sort) > len(prefixDep) && sort[:len(prefixDep)] == prefixDep:
		var dep department
		if err := json.Unmarshal(it.Body, &dep); err != nil {
			return err
		}
		if !dep.Deleted {
			s.departments[sort[len(prefixDep):]] = dep
		}
	case len(sort) > len(prefixMem) && sort[:len(prefixMem)] == prefixMem:
		r, err := decodeRow(it, s.schedules)
		if err != nil {
			return err
		}
		s.rows = append(s.rows, r)
	}
	return nil
}

func (s *snapshot) row(id string) *row {
	for _, r := range s.rows {
		if r.id == id {
			return r
		}
	}
	return nil
}

// readAccount reads the settings alone.
func (d *Desk) readAccount(ctx context.Context, acc string) (stored[account], error) {
	s, err := load[account](ctx, d.Table, accountKey(acc))
	if err != nil {
		return s, err
	}
	if !s.found() {
		return s, notFound("account")
	}
	return s, s.value.prepare()
}

// readRow reads one desk row; nil when there is none.
func (d *Desk) readRow(ctx context.Context, acc, mem string) (*row, error) {
	it, found, err := d.Table.Get(ctx, rowKey(acc, mem))
	if err != nil || !found {
		return nil, wrapRead(err, rowKey(acc, mem))
	}
	return decodeRow(it, nil)
}

// readCounters reads all ticket counters of an account in one Query.
func (d *Desk) readCounters(ctx context.Context, acc string) (map[string]int64, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: countersPartition(acc)})
	if err != nil {
		return nil, fmt.Errorf("reading the counters of %s: %w", acc, err)
	}
	counters := make(map[string]int64, len(items))
	for _, it := range items {
		counters[it.Key.Sort] = it.Version
	}
	return counters, nil
}

// badHolidays names every date that is none, and the zone when it is none.
func badHolidays(zone string, dates []string) []FieldError {
	_, bad := hours.ParseHolidays(zone, dates)
	fields := make([]FieldError, len(bad))
	for i, b := range bad {
		fields[i] = FieldError{b.Field, b.Detail}
	}
	return fields
}
