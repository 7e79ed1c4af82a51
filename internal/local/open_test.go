package local

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

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
	})
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
	if _, _, err := twins.Desk.SignIn(t.Context(), "olga@example.com", rightPassword); err != nil {
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
}
