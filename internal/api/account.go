package api

import (
	"context"
	"strings"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

// mostHolidays is how many days a leap year has.
const mostHolidays = 366

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

// listAudit pages through who changed what, newest first. The time from is included, the
// time to is not.
func listAudit(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	f := desk.AuditFilter{
		MemberID: p.id("memberId", "mem"),
		What:     p.words("what", desk.AuditKinds()...),
		From:     p.time("from"),
		To:       p.time("to"),
	}
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return page(q.desk.Audit(ctx, q.caller, f, part))
}

// readAccountPatch reads the settings. Times are in the units of their names, seconds or
// minutes. Bounds are the desk's; the same stand in openapi.yaml, and a test probes both
// sides of each. A half of activeMinutes or of nudges may be given without the other.
func readAccountPatch(o *object) desk.AccountPatch {
	return desk.AccountPatch{
		Name:                     given(o, "name", o.newName),
		TimeZone:                 given(o, "timeZone", o.zone),
		Country:                  given(o, "country", o.country),
		Language:                 given(o, "language", o.language),
		RingSeconds:              given(o, "ringSeconds", o.setting),
		MaxOffers:                given(o, "maxOffers", o.setting),
		MissedOffersUntilOffline: given(o, "missedOffersUntilOffline", o.setting),
		Overflow: given(o, "overflow", func(name string, n need) string {
			return enum(o, name, n, "none", "everyone")
		}),
		Balance: given(o, "balance", func(name string, n need) string {
			return enum(o, name, n, desk.BalanceDepartment, roster.BalanceTeam)
		}),
		FirstPassword: given(o, "firstPassword", func(name string, n need) string {
			return enum(o, name, n, roster.FirstPasswordChange, desk.FirstPasswordKeep)
		}),
		CallbackDueMinutes: given(o, "callbackDueMinutes", o.setting),
		ChatCapacity:       given(o, "chatCapacity", o.setting),
		ActiveMinutes: given(o, "activeMinutes", func(name string, n need) (m desk.ActiveMinutesPatch) {
			o.object(name, n, func(o *object) {
				m.Call = given(o, "call", o.setting)
				m.Chat = given(o, "chat", o.setting)
			})
			return m
		}),
		Holidays:    given(o, "holidays", o.dates),
		RequireTOTP: given(o, "requireTotp", o.flag),
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

// country reads a country by ISO 3166, such as IN; empty is that of the time zone.
func (o *object) country(name string, n need) string {
	s := o.anyText(name, longestName, n)
	if s != "" && (len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		o.bad(name, "must be two capital letters by ISO 3166, such as IN, or empty")
	}
	return s
}

// zone reads the name of an IANA time zone, such as Asia/Kolkata. The zone Local is
// refused: it would be another on each machine.
func (o *object) zone(name string, n need) string {
	return o.formed(name, longestName, n, hours.ZoneFault)
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
