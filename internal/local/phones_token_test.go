package local

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// register registers a phone of Asha's.
func register(t *testing.T, p *Phones, d desk.Device) desk.Device {
	t.Helper()
	d, err := p.Register(t.Context(), "mem_asha", d)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTokensOfPlatforms(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	for _, c := range []struct {
		what     string
		platform desk.Platform
		token    string
		voip     string
		bad      string // the field
	}{
		{"hex", desk.APNs, "0f744707bebcf74f", "9D3C1B", ""},
		{"the longest", desk.APNsSandbox, strings.Repeat("a0", 200), "", ""},
		{"too long", desk.APNs, strings.Repeat("a0", 200) + "a", "", "token"},
		{"as Swift prints it", desk.APNs, "32 bytes", "", "token"},
		{"of Firebase", desk.APNs, "cX1:APA91b", "", "token"},
		{"of Firebase, development", desk.APNsSandbox, "cX1:APA91b", "", "token"},
		{"at PushKit", desk.APNs, "0f", "<0f 0f>", "voipToken"},
		{"any at Firebase", desk.FCM, "cX1:APA91b", "", ""},
		{"refused", desk.APNs, "refused-1", "gone-1", ""},
		{"slow", desk.APNs, "slow-1", "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := p.Register(t.Context(), "mem_asha", desk.Device{ID: "one", Platform: c.platform, Token: c.token, VoIPToken: c.voip})
			var problem *desk.Problem
			switch {
			case c.bad == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.bad != "" && (!errors.As(err, &problem) || problem.Class != desk.Invalid || problem.Fields[0].Field != c.bad):
				t.Errorf("got %v, want a bad %s", err, c.bad)
			}
		})
	}
}

// TestTokensWithAMeaning pushes three times to each, and once more when it is registered again.
func TestTokensWithAMeaning(t *testing.T) {
	const (
		seen    = "seen"
		unseen  = "unseen"
		refused = "refused"
		late    = "late"
	)
	for _, c := range []struct {
		token string
		want  []string
	}{
		{"phone-1", []string{seen, seen, seen, seen}},
		{"refused-1", []string{refused, refused, refused, refused}},
		{"gone-1", []string{unseen, refused, refused, unseen}},
		{"slow-1", []string{late, seen, late, seen}},
	} {
		t.Run(c.token, func(t *testing.T) {
			p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
			p.slowness = 0
			device := desk.Device{ID: "one", Platform: desk.FCM, Token: c.token}
			for i, want := range c.want {
				if i == 0 || i == 3 {
					device = register(t, p, device)
				}
				before, err := p.Last()
				if err != nil {
					t.Fatal(err)
				}
				err = p.Push(t.Context(), device, desk.Notice{Kind: desk.NoticeTest})
				after, errLast := p.Last()
				if errLast != nil {
					t.Fatal(errLast)
				}
				got := map[bool]string{true: seen, false: unseen}[after > before]
				switch {
				case errors.Is(err, desk.ErrUnreachable):
					got = refused
				case errors.Is(err, context.DeadlineExceeded):
					got = late
				case err != nil:
					got = err.Error()
				}
				if got != want {
					t.Errorf("push %d was %s, want %s", i+1, got, want)
				}
			}
		})
	}
}

// A push to an app that was removed fails after it was taken, and the next one at once, of which
// nobody is told besides. After Close nobody is told of anything.
func TestGoneIsTold(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	p.lateness = 0
	told := make(chan desk.PushFailure, 3)
	p.Start(func(_ context.Context, f desk.PushFailure) error { told <- f; return nil })
	device := register(t, p, desk.Device{ID: "one", Platform: desk.APNs, Token: "gone-1", VoIPToken: "gone-2"})
	call := desk.Notice{Kind: desk.NoticeOffer, Channel: roster.Call}
	for i, want := range []string{device.VoIPAddress, device.Address} {
		if err := p.Push(t.Context(), device, call); !errors.Is(err, []error{nil, desk.ErrByAlert}[i]) {
			t.Fatal(err)
		}
		if f := <-told; f.Address != want || !f.Gone || f.At.IsZero() || f.Reason == "" {
			t.Errorf("told of %+v, want %s", f, want)
		}
	}
	if err := p.Push(t.Context(), device, call); !errors.Is(err, desk.ErrUnreachable) {
		t.Errorf("both are refused: %v", err)
	}
	device = register(t, p, device)
	p.Close()
	if err := p.Push(t.Context(), device, call); err != nil || len(told) != 0 {
		t.Errorf("after Close: %v, told of %d", err, len(told))
	}
}

// Each offer to a slow token is late once, whatever rings beside it.
func TestSlowTokenOfTwoOffers(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	p.slowness = 0
	device := register(t, p, desk.Device{ID: "one", Platform: desk.FCM, Token: "slow-1"})
	for i, id := range []string{"esc_a", "esc_b", "esc_a", "esc_b"} {
		err := p.Push(t.Context(), device, desk.Notice{Kind: desk.NoticeOffer, EscalationID: id, Offer: 1})
		if late := err != nil; late != (i < 2) {
			t.Errorf("push %d, of %s: %v", i+1, id, err)
		}
	}
}

// A call rings as an alert where the VoIP token is refused, and nowhere where it is gone:
// so it is with SNS.
func TestMeaningOfVoIPTokens(t *testing.T) {
	for _, c := range []struct {
		voip   string
		pushes int
		says   error
	}{{"refused-1", 1, desk.ErrByAlert}, {"gone-1", 0, nil}} {
		t.Run(c.voip, func(t *testing.T) {
			p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
			device := register(t, p, desk.Device{ID: "one", Platform: desk.APNs, Token: "0a", VoIPToken: c.voip})
			if err := p.Push(t.Context(), device, desk.Notice{Kind: desk.NoticeOffer, Channel: roster.Call}); !errors.Is(err, c.says) {
				t.Fatal(err)
			}
			feed, err := p.Feed("one", 0)
			if err != nil || len(feed) != c.pushes || len(feed) > 0 && feed[0].VoIP {
				t.Errorf("feed %+v, %v; want %d alerts", feed, err, c.pushes)
			}
		})
	}
}
