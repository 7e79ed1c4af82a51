package roster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What a business has that changed nothing is what docs and pages tell of.
func TestNewAccount(t *testing.T) {
	want := Account{
		Name: "Shop", TimeZone: "UTC", Owner: "mem_asha", RingSeconds: 25, MaxOffers: 5, MissedOffersUntilOffline: 2,
		Overflow: "everyone", CallbackDueMinutes: 240, ChatCapacity: 3, FirstPassword: "change",
		ActiveMinutes: ActiveMinutes{Call: 120, Chat: 1440},
	}
	got := NewAccount("Shop", "", "mem_asha")
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Account{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Ring() != 25*time.Second || got.ActiveFor(Call) != 2*time.Hour || got.ActiveFor(Chat) != 24*time.Hour {
		t.Errorf("rings %v, a call %v, a chat %v", got.Ring(), got.ActiveFor(Call), got.ActiveFor(Chat))
	}
	if zone := NewAccount("Shop", "Asia/Kolkata", "").TimeZone; zone != "Asia/Kolkata" {
		t.Errorf("zone %q", zone)
	}
}

func TestCountryOrZone(t *testing.T) {
	for _, c := range []struct{ country, zone, want string }{
		{"", "Asia/Kolkata", "IN"}, {"AT", "Europe/Berlin", "AT"}, {"", "UTC", ""},
	} {
		a := Account{Country: c.country, TimeZone: c.zone}
		if got := a.CountryOrZone(); got != c.want {
			t.Errorf("%q in %s: %q, want %q", c.country, c.zone, got, c.want)
		}
	}
}

func TestMuted(t *testing.T) {
	a := Account{Silent: []string{NudgeShiftOver}}
	if !a.Muted(NudgeShiftOver) || a.Muted(NudgeShiftSoon) {
		t.Errorf("of %v: shift over %v, shift soon %v", a.Silent, a.Muted(NudgeShiftOver), a.Muted(NudgeShiftSoon))
	}
}

// Settings that change leave nothing of the holidays before.
func TestPrepareAnew(t *testing.T) {
	a := NewAccount("Shop", "UTC", "")
	row := &Row{}
	a.Holidays = []string{"2026-11-23"}
	a.Prepare()
	if row.OnShift(&a, monday) {
		t.Error("on shift on a holiday")
	}
	a.Holidays = nil
	a.Prepare()
	if !row.OnShift(&a, monday) {
		t.Error("off shift on a day that is no holiday any more")
	}
	a.TimeZone = "Asia/Atlantis"
	a.Prepare()
	if err := a.Unread(); err != nil {
		t.Errorf("told of holidays where there are none: %v", err)
	}
	a.TimeZone, a.Holidays = "Asia/Atlantis", []string{"2026-11-23"}
	a.Prepare()
	if a.Unread() == nil {
		t.Error("nothing told of holidays in no zone")
	}
	a.TimeZone = "UTC"
	a.Prepare()
	if err := a.Unread(); err != nil {
		t.Errorf("told of holidays that can be read: %v", err)
	}
}
