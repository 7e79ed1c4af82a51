package payload_test

import (
	std "cmp"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
)

// TestWeb holds what WebKit checks before it shows a declarative message, and the headers.
func TestWeb(t *testing.T) {
	topic := regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`)
	topics := map[string]string{} // by tag
	for name, n := range notices {
		p := payload.ForWeb(origin, n, now)
		var body struct {
			WebPush      int   `json:"web_push"`
			Badge        *int  `json:"app_badge"`
			Mutable      *bool `json:"mutable"`
			Notification struct {
				Title, Body, Lang, Tag, Navigate string
				Badge                            *int  `json:"app_badge"`
				Mutable                          *bool `json:"mutable"`
				Data                             map[string]string
			}
		}
		if err := json.Unmarshal(p.Body, &body); err != nil {
			t.Fatal(err)
		}
		shown := body.Notification
		if body.WebPush != 8030 || shown.Title == "" || shown.Body == "" || shown.Lang == "" || shown.Data["kind"] != string(n.Kind) {
			t.Errorf("%s: %s", name, p.Body)
		}
		if want := origin + std.Or(shown.Data["open"], "/me"); shown.Navigate != want {
			t.Errorf("%s leads to %s, want %s", name, shown.Navigate, want)
		}
		ringing := n.Kind == desk.NoticeOffer
		works := ringing || n.Kind == desk.NoticeWithdrawn
		if got := body.Mutable != nil && *body.Mutable && shown.Mutable != nil && *shown.Mutable; got != works || p.Web.Urgent != ringing {
			t.Errorf("%s: mutable %v, want %v; urgent %v, want %v", name, got, works, p.Web.Urgent, ringing)
		}
		if diff := cmp.Diff([]*int{n.Badge, n.Badge}, []*int{body.Badge, shown.Badge}); diff != "" {
			t.Errorf("%s has other badges (-want +got):\n%s", name, diff)
		}
		if had := topics[shown.Tag]; !topic.MatchString(p.Web.Topic) || had != "" && had != p.Web.Topic {
			t.Errorf("%s has the topic %q", name, p.Web.Topic)
		}
		topics[shown.Tag] = p.Web.Topic
	}
	if len(topics) < 10 {
		t.Errorf("%d topics", len(topics))
	}
}
