package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
)

// The bounds of settings that the contract leaves open. A callback is due within 30 days
// at most, and work is looked at after 31 days at most, which are far beyond what a
// business wants: the bounds catch a slip, such as seconds for minutes. Holidays are as
// many as a leap year has days.
const (
	mostDueMinutes    = 30 * 24 * 60
	mostActiveMinutes = 31 * 24 * 60
	mostHolidays      = 366
)

// getAccount gives the settings to every member: the app counts down by ringSeconds and
// shows times in the account's zone.
func getAccount(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Account(ctx, q.caller))
}

// patchAccount changes what is named and leaves the rest, such as {"ringSeconds": 40}.
func patchAccount(ctx context.Context, q *call) (answer, error) {
	patch, err := read(q, readAccountPatch)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.PatchAccount(ctx, q.caller, patch, unlessEdited[desk.Account](q)...))
}

// listAudit pages through who changed what, newest first.
func listAudit(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return page(q.desk.Audit(ctx, q.caller, part))
}

// readAccountPatch reads the settings. Times are in the units of their names, seconds or
// minutes. The same bounds stand in openapi.yaml, and a test probes both sides of each:
//
//   - ringSeconds from 10, or nobody could reach for the phone, to 120;
//   - maxOffers from 1 to 20 phones, one after the other, before a callback is made;
//   - missedOffersUntilOffline from 0, which never sets an agent offline, to 10;
//   - chatCapacity from 0, so that a team may take calls alone, to 20.
//
// A half of activeMinutes or of nudges may be given without the other.
func readAccountPatch(o *object) desk.AccountPatch {
	return desk.AccountPatch{
		Name:                     given(o, "name", o.newName),
		TimeZone:                 given(o, "timeZone", o.zone),
		RingSeconds:              given(o, "ringSeconds", o.within(10, 120)),
		MaxOffers:                given(o, "maxOffers", o.within(1, 20)),
		MissedOffersUntilOffline: given(o, "missedOffersUntilOffline", o.within(0, 10)),
		Overflow: given(o, "overflow", func(name string, n need) string {
			return enum(o, name, n, "none", "everyone")
		}),
		CallbackDueMinutes: given(o, "callbackDueMinutes", o.within(1, mostDueMinutes)),
		ChatCapacity:       given(o, "chatCapacity", o.within(0, 20)),
		ActiveMinutes: given(o, "activeMinutes", func(name string, n need) (m desk.ActiveMinutesPatch) {
			o.object(name, n, func(o *object) {
				m.Call = given(o, "call", o.within(1, mostActiveMinutes))
				m.Chat = given(o, "chat", o.within(1, mostActiveMinutes))
			})
			return m
		}),
		Holidays: given(o, "holidays", o.dates),
		Nudges: given(o, "nudges", func(name string, n need) (p desk.NudgesPatch) {
			o.object(name, n, func(o *object) {
				p = desk.NudgesPatch{
					ShiftSoon: given(o, "shiftSoon", o.flag), ShiftOver: given(o, "shiftOver", o.flag),
					NobodyLeft: given(o, "nobodyLeft", o.flag), CallbacksWaiting: given(o, "callbacksWaiting", o.flag),
				}
			})
			return p
		}),
	}
}

// zone reads the name of an IANA time zone, such as Asia/Kolkata. The zone Local is
// refused: it would be another on each machine.
func (o *object) zone(name string, n need) string {
	return o.formed(name, longestName, n, func(s string) string {
		if _, bad := hours.ParseHolidays(s, nil); len(bad) > 0 {
			return bad[0].Detail
		}
		return ""
	})
}

// dates reads holidays such as 2026-12-25. What a date is, and that none is there twice,
// is for hours to say; it is asked only about a list of texts, since each entry has one
// complaint at most.
func (o *object) dates(name string, n need) []string {
	before := o.in.bad.count
	dates := o.texts(name, mostHolidays, n, func(string) string { return "" })
	if o.in.bad.count == before {
		_, bad := hours.ParseHolidays("UTC", dates)
		for _, b := range bad { // "holidays[3]", which is our name for it too
			o.in.bad.add(b.Field, b.Detail)
		}
	}
	return dates
}
