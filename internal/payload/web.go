package payload

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/words"
)

// MaxWeb is how many bytes a body of Web Push may have: push services take 4,096 once it is
// encrypted, which adds 103. https://www.rfc-editor.org/rfc/rfc8291#section-4
const MaxWeb = 4096 - 103

// WebHeaders are what a push service of a browser is told beside the body (RFC 8030, section 5).
type WebHeaders struct {
	// TTL is how long it may try to deliver; whoever sends it rounds up to seconds.
	TTL time.Duration
	// Urgent has it delivered to a phone that saves its battery.
	Urgent bool
	// Topic, 32 characters of base64url, has what withdraws an offer take its place where
	// the browser has not been reached yet.
	Topic string
}

// ForWeb puts a notice into the form of Web Push; origin is that of the pages, such as
// https://desk.example.com, where a tap leads. The body is a declarative message, which Safari
// shows even where no worker of ours runs; elsewhere the worker of the page shows the same. The
// data is what an app on Android gets, without the words.
//
// WebKit reads app_badge and mutable beside the notification as the standard has them, and
// before that read them in it, so they are in both places. It wants an address that is whole,
// and a title. https://www.w3.org/TR/push-api/#declarative-push-message
// https://webkit.org/blog/16535/meet-declarative-web-push/ https://webkit.org/b/297389
func ForWeb(origin string, n desk.Notice, now time.Time) Push {
	text, d := lockScreen(n), data(n, now)
	for _, name := range wording {
		delete(d, name) // the notification has them
	}
	shown := map[string]any{
		"title": text.title(), "body": text.body(), "lang": cmp.Or(n.Language, words.English),
		"tag": collapseID(n), "navigate": origin + cmp.Or(screen(n), "/me"), "data": d,
	}
	message := map[string]any{"web_push": 8030, "notification": shown}
	for _, m := range []map[string]any{message, shown} {
		if n.Badge != nil {
			m["app_badge"] = *n.Badge
		}
		if n.Kind == desk.NoticeOffer || n.Kind == desk.NoticeWithdrawn {
			m["mutable"] = true // else Safari does not run the worker, which tells that an offer was seen, and closes it
		}
	}
	body := encode(message)
	topic := sha256.Sum256([]byte(collapseID(n)))
	return Push{Body: body, App: body, Web: WebHeaders{
		TTL: timeToLive(n, now), Urgent: n.Kind == desk.NoticeOffer, Topic: base64.RawURLEncoding.EncodeToString(topic[:])[:32],
	}}
}
