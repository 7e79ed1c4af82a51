package payload_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
)

// TestLives holds what is not about ringing: a withdrawal is soon of no use, and who was set
// offline is to hear of it in their shift, whenever their phone is on again.
func TestLives(t *testing.T) {
	for _, c := range []struct {
		name string
		desk.Notice
		want time.Duration
	}{
		{"withdrawn", notices["offerWithdrawn"], 2 * time.Minute},
		{"offline, to the end of the shift", desk.Notice{Kind: desk.NoticeOffline, ShiftEnds: now.Add(14 * time.Hour)}, 14 * time.Hour},
		{"offline, near the end of it", desk.Notice{Kind: desk.NoticeOffline, ShiftEnds: now.Add(time.Hour)}, 12 * time.Hour},
		{"offline, without an end", desk.Notice{Kind: desk.NoticeOffline}, 12 * time.Hour},
		{"offline, always on shift", desk.Notice{Kind: desk.NoticeOffline, ShiftEnds: now.AddDate(1, 0, 0)}, 28 * 24 * time.Hour},
		{"another", notices["shiftOver"], time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strconv.Itoa(int(c.want / time.Second))
			if got := payload.For(desk.APNs, false, c.Notice, now).Attributes["AWS.SNS.MOBILE.APNS.TTL"]; got != want {
				t.Errorf("APNs may try for %s s, want %s", got, want)
			}
			if got := string(payload.For(desk.FCM, false, c.Notice, now).Body); !strings.Contains(got, `"ttl":"`+want+`s"`) {
				t.Errorf("%s, want %s s", got, want)
			}
			if got := payload.ForWeb(origin, c.Notice, now).Web.TTL; got != c.want {
				t.Errorf("a browser's service may try for %v, want %v", got, c.want)
			}
		})
	}
}

// TestNothingCollapses holds that Google has no reason to hold a message back, and that the app
// has a tag to replace its notification by, for every kind.
func TestNothingCollapses(t *testing.T) {
	for name, n := range notices {
		p := payload.For(desk.FCM, false, n, now)
		if strings.Contains(string(p.Body), "collapse") {
			t.Errorf("%s: %s", name, p.Body)
		}
		var data map[string]string
		if err := json.Unmarshal(p.App, &data); err != nil {
			t.Fatal(err)
		}
		if data["tag"] != payload.For(desk.APNs, false, n, now).Attributes["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"] {
			t.Errorf("%s has the tag %q, which is not what APNs replaces it by", name, data["tag"])
		}
	}
}

// TestCallID wants a UUID that is the same in each push about an offer, on each platform, and
// another's for each other offer. What it is was reckoned by Python's uuid.uuid5.
func TestCallID(t *testing.T) {
	valid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	id := func(p payload.Push) string {
		var app struct {
			CallID       string
			Notification struct{ Data struct{ CallID string } }
		}
		if err := json.Unmarshal(p.App, &app); err != nil {
			t.Fatal(err)
		}
		return app.CallID + app.Notification.Data.CallID
	}
	const want = "cfd3a294-9750-5f4f-8ed3-4dc5935eb51b"
	for _, name := range []string{"offer-call", "offerWithdrawn"} {
		for _, f := range forms {
			if got := id(payload.For(f.platform, f.voip, notices[name], now)); got != want {
				t.Errorf("%s for %s has %q, want %s", name, f.name, got, want)
			}
		}
		if got := id(payload.ForWeb(origin, notices[name], now)); got != want {
			t.Errorf("%s for Web Push has %q, want %s", name, got, want)
		}
	}
	for name, n := range notices {
		got := id(payload.For(desk.FCM, false, n, now))
		if about := n.Offer != 0; about != valid.MatchString(got) || (got == want) != (about && n.Offer == 1) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
