package desk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a, err := w.Account(w.ctx, w.staff(w.agents[0]))
	must(t, err)
	want := desk.Account{
		ID: w.acc, Name: "Shop", TimeZone: "Europe/Berlin", TimeZoneData: hours.Release(), Country: "DE", RingSeconds: 25, MaxOffers: 5, MissedOffersUntilOffline: 2,
		Overflow: "everyone", Balance: "department", FirstPassword: "change", CallbackDueMinutes: 240, ChatCapacity: 3, ActiveMinutes: roster.ActiveMinutes{Call: 120, Chat: 1440},
		Holidays: []string{}, Nudges: desk.Nudges{ShiftSoon: true, ShiftOver: true, NobodyLeft: true, CallbacksWaiting: true},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("a new account (-want +got):\n%s", diff)
	}
	if plain, err := w.AddAccount(w.ctx, desk.NewAccount{Name: "Plain"}); err != nil || plain.TimeZone != "UTC" {
		t.Errorf("without a zone: %+v, %v", plain, err)
	}
	_, err = w.Account(w.ctx, desk.Caller{AccountID: "acc_aaaaaaaaaaaa"})
	wantProblem(t, err, "not-found")
}

func TestPatchAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	want := desk.Account{
		ID: w.acc, Name: "Shop 2", TimeZone: "Asia/Kolkata", TimeZoneData: hours.Release(), Country: "IN", RingSeconds: 10, MaxOffers: 20, MissedOffersUntilOffline: 0,
		Overflow: "none", Balance: "team", FirstPassword: "keep", CallbackDueMinutes: 1, ChatCapacity: 20, ActiveMinutes: roster.ActiveMinutes{Call: 1, Chat: 2},
		Holidays: []string{"2026-12-25", "2027-01-01"}, Nudges: desk.Nudges{ShiftOver: true, CallbacksWaiting: true},
	}
	got, err := w.PatchAccount(w.ctx, w.admin, desk.AccountPatch{
		Name: &want.Name, TimeZone: &want.TimeZone, RingSeconds: &want.RingSeconds, MaxOffers: &want.MaxOffers,
		MissedOffersUntilOffline: &want.MissedOffersUntilOffline, Overflow: &want.Overflow, Balance: &want.Balance, FirstPassword: &want.FirstPassword,
		CallbackDueMinutes: &want.CallbackDueMinutes, ChatCapacity: &want.ChatCapacity,
		ActiveMinutes: &desk.ActiveMinutesPatch{Call: &want.ActiveMinutes.Call, Chat: &want.ActiveMinutes.Chat},
		Holidays:      &[]string{"2027-01-01", "2026-12-25"},
		Nudges:        &desk.NudgesPatch{ShiftSoon: ptr(false), NobodyLeft: ptr(false), ShiftOver: ptr(true)},
	})
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all of it (-want +got):\n%s", diff)
	}
	// In this order: each goes on from the settings that the one before left.
	for _, c := range []struct {
		name   string
		patch  desk.AccountPatch
		change func(*desk.Account)
	}{
		{"nothing", desk.AccountPatch{}, func(*desk.Account) {}},
		{"one half", desk.AccountPatch{ActiveMinutes: &desk.ActiveMinutesPatch{Chat: ptr(9)}}, func(a *desk.Account) { a.ActiveMinutes.Chat = 9 }},
		{"upper bounds", desk.AccountPatch{RingSeconds: ptr(120), MissedOffersUntilOffline: ptr(10)}, func(a *desk.Account) { a.RingSeconds, a.MissedOffersUntilOffline = 120, 10 }},
		{"lower bounds", desk.AccountPatch{MaxOffers: ptr(1), ChatCapacity: ptr(0)}, func(a *desk.Account) { a.MaxOffers, a.ChatCapacity = 1, 0 }},
		{"a nudge", desk.AccountPatch{Nudges: &desk.NudgesPatch{ShiftSoon: ptr(true)}}, func(a *desk.Account) { a.Nudges.ShiftSoon = true }},
		{"zone alone", desk.AccountPatch{TimeZone: ptr("UTC")}, func(a *desk.Account) { a.TimeZone, a.Country = "UTC", "" }},
		{"country", desk.AccountPatch{Country: ptr("DE")}, func(a *desk.Account) { a.Country = "DE" }},
		{"zone with a country", desk.AccountPatch{TimeZone: ptr("Asia/Kolkata")}, func(a *desk.Account) { a.TimeZone = "Asia/Kolkata" }},
		{"the zone's country", desk.AccountPatch{Country: ptr("")}, func(a *desk.Account) { a.Country = "IN" }},
		{"balance as it was", desk.AccountPatch{Balance: ptr("team")}, func(*desk.Account) {}},
		{"balance", desk.AccountPatch{Balance: ptr("department")}, func(a *desk.Account) { a.Balance = "department" }},
		{"language", desk.AccountPatch{Language: ptr("hi-IN")}, func(a *desk.Account) { a.Language = "hi-IN" }},
		{"no language", desk.AccountPatch{Language: ptr("")}, func(a *desk.Account) { a.Language = "" }},
		{"every holiday", desk.AccountPatch{Holidays: &[]string{}}, func(a *desk.Account) { a.Holidays = []string{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, err := w.Account(w.ctx, w.admin)
			must(t, err)
			c.change(&want)
			got, err := w.PatchAccount(w.ctx, w.admin, c.patch)
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	before, err := w.Account(w.ctx, w.admin)
	must(t, err)
	for _, c := range []struct {
		name  string
		patch desk.AccountPatch
		want  []string
	}{
		{"too low, all at once", desk.AccountPatch{
			Name: ptr(" "), TimeZone: ptr("Europe/Nowhere"), RingSeconds: ptr(9), MaxOffers: ptr(0), MissedOffersUntilOffline: ptr(-1),
			Overflow: ptr("all"), Balance: ptr(""), CallbackDueMinutes: ptr(0), ChatCapacity: ptr(-1),
			ActiveMinutes: &desk.ActiveMinutesPatch{Call: ptr(0), Chat: ptr(-5)}, Holidays: &[]string{"2026-12-25", "2026-02-30", "25.12.2026"},
		}, []string{
			"name", "timeZone", "ringSeconds", "maxOffers", "missedOffersUntilOffline", "overflow", "balance", "callbackDueMinutes",
			"chatCapacity", "activeMinutes.call", "activeMinutes.chat", "holidays[1]", "holidays[2]",
		}},
		{"too high", desk.AccountPatch{
			RingSeconds: ptr(121), MaxOffers: ptr(21), MissedOffersUntilOffline: ptr(11), ChatCapacity: ptr(21),
		}, []string{"ringSeconds", "maxOffers", "missedOffersUntilOffline", "chatCapacity"}},
		{"good beside bad", desk.AccountPatch{Name: ptr("New"), RingSeconds: ptr(30), ChatCapacity: ptr(9), TimeZone: ptr("Local")}, []string{"timeZone"}},
		{"a holiday twice", desk.AccountPatch{Holidays: &[]string{"2026-12-25", "2026-12-25"}}, []string{"holidays[1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.PatchAccount(w.ctx, w.admin, c.patch)
			wantFields(t, err, c.want...)
			if after, err := w.Account(w.ctx, w.admin); err != nil || !cmp.Equal(before, after) {
				t.Errorf("the account was changed: %+v, %v", after, err)
			}
		})
	}
}

// Settings hold from the next turn on.
func TestSettingsAreUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.settings(desk.AccountPatch{RingSeconds: ptr(10), ChatCapacity: ptr(1)})
	if s, err := w.Status(w.ctx, w.acc, a.EscalationID); err != nil || *s.RingingSeconds != 25 {
		t.Errorf("what rings: %+v, %v", s, err)
	}
	w.decline(a.Agent.ID, a.EscalationID)
	if s, err := w.Status(w.ctx, w.acc, a.EscalationID); err != nil || *s.RingingSeconds != 10 {
		t.Errorf("the next turn: %+v, %v", s, err)
	}
	w.end(a.EscalationID)
	w.ring(w.request(2))
	w.ring(w.request(3))
	w.miss(w.request(4))
}
