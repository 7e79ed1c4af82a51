package local

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func openTwins(t *testing.T, dir string) *Twins {
	t.Helper()
	twins, err := Open(dir, Options{NoSync: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = twins.Close() })
	return twins
}

// signUp makes an account whose owner is its only agent, with a phone, and online.
func signUp(t *testing.T, d *desk.Desk) desk.Caller {
	t.Helper()
	made, err := d.Provision(t.Context(), desk.NewAccount{Name: "Shop", TimeZone: "UTC", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Owner", Email: "olga@example.com", Password: rightPassword,
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := desk.Caller{AccountID: made.AccountID, MemberID: made.MemberID, Role: desk.RoleOwner}
	if _, err := d.PutDevice(t.Context(), c, desk.Device{ID: "phone", Platform: desk.FCM, Token: "t"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SetPresence(t.Context(), c, c.MemberID, "online"); err != nil {
		t.Fatal(err)
	}
	return c
}

// A desk of Open does all that a desk does, and goes on after a restart.
func TestOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	twins := openTwins(t, dir)
	twins.Start()
	c := signUp(t, twins.Desk)
	a, err := twins.Desk.Escalate(t.Context(), desk.Request{
		AccountID: c.AccountID, RequestID: "req-1", InteractionID: "chat-1", Channel: roster.Chat, Reason: desk.CustomerRequest,
	}.Asked())
	if err != nil || a.Outcome != desk.OutcomeRinging {
		t.Fatalf("Escalate = %+v, %v; want it ringing", a, err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("opened a second time: %v, want ErrInUse", err)
	}
	if err := twins.Close(); err != nil {
		t.Fatal(err)
	}

	twins = openTwins(t, dir)
	if e, err := twins.Desk.Status(t.Context(), c.AccountID, a.EscalationID); err != nil || e.Outcome != desk.OutcomeRinging {
		t.Errorf("after a restart: %+v, %v; want it ringing", e, err)
	}
	if _, _, err := twins.Desk.SignIn(t.Context(), desk.Credentials{Email: "olga@example.com", Password: rightPassword}); err != nil {
		t.Errorf("signing in after a restart: %v", err)
	}
	rings := 0
	for _, d := range twins.Timers.Pending() {
		if d.Message.Kind == desk.WakeRing && d.Message.EscalationID == a.EscalationID {
			rings++
		}
	}
	if feed, err := twins.Phones.Feed("phone", 0); err != nil || len(feed) != 1 || rings != 1 {
		t.Errorf("after a restart %d timers ring, and the feed is %+v, %v; want one of each", rings, feed, err)
	}
	if feed, err := twins.Announcements.Feed("escalation.", 0); err != nil || len(feed) == 0 {
		t.Errorf("events after a restart: %+v, %v", feed, err)
	}
}

func TestAnnouncements(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	file := openFile(t, path)
	a := OpenAnnouncements(file)
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	accepted := desk.Announcement{Type: "escalation.accepted", At: at, AccountID: "acc_a", EscalationID: "esc_a", State: "active"}
	for i := range keptEvents + 2 {
		if err := a.Publish(t.Context(), desk.Announcement{Type: fmt.Sprintf("presence.%d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Publish(t.Context(), accepted); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}

	a = OpenAnnouncements(openFile(t, path))
	all, err := a.Feed("", 0)
	if err != nil || len(all) != keptEvents || all[0].ID != keptEvents+3 || all[keptEvents-1].ID != 4 {
		t.Errorf("%d events kept, %v; want the newest %d, newest first", len(all), err, keptEvents)
	}
	got, err := a.Feed("escalation.", 0)
	if diff := cmp.Diff([]Event{{keptEvents + 3, accepted}}, got); diff != "" || err != nil {
		t.Errorf("of escalations (-want +got), %v:\n%s", err, diff)
	}
	if two, err := a.Feed("presence.", 2); err != nil || len(two) != 2 || two[0].Type != fmt.Sprintf("presence.%d", keptEvents+1) {
		t.Errorf("two of presence: %+v, %v", two, err)
	}
}

func TestMetrics(t *testing.T) {
	var m Metrics
	if got := m.Totals(); len(got) != 0 {
		t.Errorf("before the first: %+v", got)
	}
	for _, v := range []desk.Metric{
		{Name: "TimeToRing", Value: 40, Unit: desk.UnitMilliseconds},
		{Name: "PushFailures", Value: 1, Unit: desk.UnitCount, Dimension: "Platform", Of: "fcm"},
		{Name: "TimeToRing", Value: 70, Unit: desk.UnitMilliseconds},
		{Name: "PushFailures", Value: 2, Unit: desk.UnitCount, Dimension: "Platform", Of: "apns"},
		{Name: "TimeToRing", Value: 10, Unit: desk.UnitMilliseconds},
	} {
		m.Emit(v)
	}
	want := []Total{
		{Name: "PushFailures", Dimension: "Platform", Of: "apns", Unit: desk.UnitCount, Samples: 1, Sum: 2, Max: 2},
		{Name: "PushFailures", Dimension: "Platform", Of: "fcm", Unit: desk.UnitCount, Samples: 1, Sum: 1, Max: 1},
		{Name: "TimeToRing", Unit: desk.UnitMilliseconds, Samples: 3, Sum: 120, Max: 70},
	}
	if diff := cmp.Diff(want, m.Totals()); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}
