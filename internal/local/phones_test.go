package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/roster"
)

func openPhones(t *testing.T, path string) *Phones {
	t.Helper()
	return OpenPhones(openFile(t, path), nil)
}

// phone registers a device and returns it with its address.
func phone(t *testing.T, p *Phones, memberID, id string) desk.Device {
	t.Helper()
	d, err := p.Register(t.Context(), memberID, desk.Device{ID: id, Platform: desk.FCM, Token: "token of " + id})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func push(t *testing.T, p *Phones, d desk.Device, offer int) {
	t.Helper()
	if err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeOffer, Offer: offer}); err != nil {
		t.Fatal(err)
	}
}

// offers reads the numbers of offers back from the payloads.
func offers(t *testing.T, pushes []Push) []int {
	t.Helper()
	var numbers []int
	for _, p := range pushes {
		if want := fmt.Sprintf(`"offer":"%d"`, p.Notice.Offer); !strings.Contains(string(p.Payload), want) {
			t.Errorf("payload %s, want %s", p.Payload, want)
		}
		numbers = append(numbers, p.Notice.Offer)
	}
	return numbers
}

func TestPhonesFeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	p := openPhones(t, path)
	asha, bilal := phone(t, p, "mem_asha", "one"), phone(t, p, "mem_bilal", "two")
	for i := 1; i <= 4; i++ {
		push(t, p, asha, i)
		push(t, p, bilal, 10*i)
	}
	if err := p.file.Close(); err != nil {
		t.Fatal(err)
	}

	p = openPhones(t, path)
	for _, c := range []struct {
		device string
		limit  int
		want   []int
	}{
		{"one", 0, []int{4, 3, 2, 1}},
		{"two", 2, []int{40, 30}},
		{"", 3, []int{40, 4, 30}},
		{"three", 0, nil},
	} {
		got, err := p.Feed(c.device, c.limit)
		if err != nil || !slices.Equal(offers(t, got), c.want) {
			t.Errorf("Feed(%q, %d) = %v, %v; want %v", c.device, c.limit, offers(t, got), err, c.want)
		}
	}
	one, err := p.Feed("one", 1)
	if err != nil || one[0].MemberID != "mem_asha" || one[0].Platform != desk.FCM || time.Since(one[0].At) > time.Minute {
		t.Errorf("newest push = %+v, %v", one[0], err)
	}
}

// TestPhonesShowWhatAPhoneGets holds the feed to what goes out in the cloud.
func TestPhonesShowWhatAPhoneGets(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	n := desk.Notice{Kind: desk.NoticeOffer, EscalationID: "esc_aaaaaaaaaaaa", Offer: 1, Channel: roster.Call, Department: "Kids", RingingUntil: time.Now().Add(time.Minute)}
	for _, platform := range []desk.Platform{desk.FCM, desk.APNs, desk.APNsSandbox} {
		for _, token := range []string{"", "0b"} {
			d, err := p.Register(t.Context(), "mem_asha", desk.Device{ID: "one", Platform: platform, Token: "0a", VoIPToken: token})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Push(t.Context(), d, n); err != nil {
				t.Fatal(err)
			}
			feed, err := p.Feed("one", 1)
			if err != nil {
				t.Fatal(err)
			}
			got := feed[0]
			voip := token != "" && platform != desk.FCM
			want := payload.For(platform, voip, n, got.At)
			if got.VoIP != voip || string(got.Payload) != string(want.App) || string(got.SNS.Message) != want.Message() || !maps.Equal(got.SNS.Attributes, want.Attributes) {
				t.Errorf("%s %q: %+v, want %+v", platform, token, got, want)
			}
		}
	}
}

// TestPhonesVoIPForgotten wants a call to come as an alert where its token is gone.
func TestPhonesVoIPForgotten(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	d, err := p.Register(t.Context(), "mem_asha", desk.Device{ID: "one", Platform: desk.APNs, Token: "0a", VoIPToken: "0b"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Forget(t.Context(), desk.Device{Address: d.VoIPAddress}); err != nil {
		t.Fatal(err)
	}
	if err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeOffer, Channel: roster.Call}); !errors.Is(err, desk.ErrByAlert) {
		t.Fatal(err)
	}
	if feed, err := p.Feed("one", 0); err != nil || len(feed) != 1 || feed[0].VoIP || !strings.Contains(string(feed[0].Payload), "alert") {
		t.Errorf("feed %+v, %v", feed, err)
	}
}

func TestPhonesForgotten(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	d := phone(t, p, "mem_asha", "one")
	if again := phone(t, p, "mem_asha", "one"); again.Address != d.Address {
		t.Errorf("registered again at %q, want %q", again.Address, d.Address)
	}
	for range 2 { // the second time it is unknown
		if err := p.Forget(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeTest})
	if !errors.Is(err, desk.ErrUnreachable) {
		t.Errorf("Push to a forgotten device = %v, want ErrUnreachable", err)
	}
	if feed, _ := p.Feed("", 0); len(feed) != 0 {
		t.Errorf("feed = %+v, want nothing", feed)
	}
}

func TestPhonesDropTheOldest(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	d := phone(t, p, "mem_asha", "one")
	for i := 1; i <= keptPushes+3; i++ {
		push(t, p, d, i)
	}
	feed, err := p.Feed("", 0)
	got := offers(t, feed)
	if err != nil || len(got) != keptPushes || got[0] != keptPushes+3 || got[len(got)-1] != 4 {
		t.Errorf("feed has %d from %d to %d, %v; want the last %d", len(got), got[len(got)-1], got[0], err, keptPushes)
	}
}

func TestPhonesFollow(t *testing.T) {
	p := openPhones(t, filepath.Join(t.TempDir(), "test.db"))
	d := phone(t, p, "mem_asha", "one")
	push(t, p, d, 1)
	push(t, p, d, 2)
	const total = 300 // more than one reading takes
	got := make(chan Push, total)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- p.Follow(ctx, 1, func(push Push) error {
			got <- push
			return nil
		})
	}()
	for i := 3; i <= total; i++ {
		push(t, p, d, i)
	}
	var seen []Push
	for len(seen) < total-1 {
		seen = append(seen, <-got)
	}
	for i, n := range offers(t, seen) {
		if n != i+2 {
			t.Fatalf("push %d followed as %d", i+2, n)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Follow = %v, want the context's error", err)
	}
	if last, err := p.Last(); err != nil || last != total {
		t.Errorf("Last = %d, %v; want %d", last, err, total)
	}

	enough := errors.New("enough")
	if err := p.Follow(t.Context(), 0, func(Push) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Follow = %v, want what each said", err)
	}
}
