package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
)

// The bounds of settings that the contract leaves open: a callback due within 30 days,
// work open for at most 31, a year's holidays.
const (
	mostDueMinutes    = 30 * 24 * 60
	mostActiveMinutes = 31 * 24 * 60
	mostHolidays      = 366
)

func getAccount(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Account(ctx, q.caller))
}

func patchAccount(ctx context.Context, q *call) (answer, error) {
	patch, err := read(q, readAccountPatch)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.PatchAccount(ctx, q.caller, patch, unlessEdited[desk.Account](q)...))
}

func listAudit(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return page(q.desk.Audit(ctx, q.caller, part))
}

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

// zone reads the name of an IANA time zone.
func (o *object) zone(name string, n need) string {
	return o.formed(name, longestName, n, func(s string) string {
		if _, bad := hours.ParseHolidays(s, nil); len(bad) > 0 {
			return bad[0].Detail
		}
		return ""
	})
}

// dates reads holidays. What a date is and that none is there twice is for hours to
// say.
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
