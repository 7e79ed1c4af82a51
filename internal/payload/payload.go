// Package payload puts a notice into the form of a push platform: the JSON that SNS is
// handed for it, what of that the app on the phone gets, and the headers that SNS passes
// on. docs/mobile.md lists them all.
//
// Shown on a lock screen are department, channel and reason; nothing in a push is about
// the customer. The app fetches the rest.
package payload

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/words"
)

// MaxAPNs and MaxFCM are how many bytes a payload may have at most. APNs takes as many, and
// 5,120 by VoIP, which are not made use of: where a VoIP token has died the same comes as an
// alert. FCM takes 4,096 of data, and what is around it is counted here, too.
// https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
// https://firebase.google.com/docs/cloud-messaging/customize-messages/set-message-type
const (
	MaxAPNs = 4096
	MaxFCM  = 4000
)

// How long pushes that are not about ringing are worth delivering. A phone that was off for
// a while need not learn hours later that something does not ring any more; that they are
// offline its owner wants to know for as long as they were to work; that a phone
// is in other hands, for a week.
const (
	usualLife     = time.Hour
	withdrawnLife = 2 * time.Minute
	offlineLife   = 12 * time.Hour // at least: else to the end of the shift
	takenLife     = 7 * 24 * time.Hour
)

// longestLife is the most that FCM takes, and SNS for any platform.
// https://firebase.google.com/docs/cloud-messaging/customize-messages/setting-message-lifespan
const longestLife = 28 * 24 * time.Hour

// sentFormat tells milliseconds, by which the app corrects a clock that is wrong.
const sentFormat = "2006-01-02T15:04:05.000Z07:00"

// Push is a notice in a platform's form.
type Push struct {
	// Platform is what SNS calls the platform: GCM, APNS, APNS_SANDBOX, APNS_VOIP or
	// APNS_VOIP_SANDBOX. Empty for Web Push, which has nothing to do with SNS.
	Platform string
	// Body is what the platform is sent.
	Body json.RawMessage
	// App is what of it reaches the app: FCM's data, or all of what APNs got.
	App json.RawMessage
	// Attributes are the headers that SNS makes of its message attributes.
	Attributes map[string]string
	// Web has the headers of Web Push; zero for what goes through SNS.
	Web WebHeaders
}

// Message is what SNS publishes: a JSON object whose values are JSON in strings, one for
// the platform and the default that SNS insists on.
// https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
func (p Push) Message() string {
	return string(encode(map[string]string{"default": "ConnectNow", p.Platform: string(p.Body)}))
}

// WantsVoIP reports whether a notice goes to a phone's VoIP token, when it has one. What
// comes there must ring at once, or iOS stops the app: that is calls, and never what
// withdraws them.
// https://developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit
func WantsVoIP(n desk.Notice) bool { return n.Kind == desk.NoticeOffer && n.Channel == roster.Call }

// For puts a notice into the form of a platform that SNS serves; voip is for a token of
// PushKit. ForWeb is that of Web Push.
func For(platform desk.Platform, voip bool, n desk.Notice, now time.Time) Push {
	ttl := timeToLive(n, now)
	p := Push{Platform: SNSPlatform(platform, voip)}
	if platform == desk.FCM {
		d := data(n, now)
		d["tag"] = collapseID(n)
		p.App, p.Body = encode(d), encode(fcm(d, ttl))
		return p
	}
	p.Body = encode(apns(n, voip, now))
	p.App = p.Body
	p.Attributes = attributes(p.Platform, voip, n, ttl)
	return p
}

// SNSPlatform is what SNS calls a platform.
func SNSPlatform(p desk.Platform, voip bool) string {
	name := map[desk.Platform]string{desk.FCM: "GCM", desk.APNs: "APNS", desk.APNsSandbox: "APNS_SANDBOX"}[p]
	switch {
	case voip && p == desk.APNs:
		return "APNS_VOIP"
	case voip && p == desk.APNsSandbox:
		return "APNS_VOIP_SANDBOX"
	}
	return name
}

// timeToLive is how long the platform may try to deliver: of an offer the rest of the ring
// time, after which the push would make a phone ring for nothing.
func timeToLive(n desk.Notice, now time.Time) time.Duration {
	end := n.RingingUntil
	if end.IsZero() {
		end = n.StartsAt // after which nobody need be told that it will
	}
	switch {
	case n.Kind == desk.NoticeWithdrawn:
		return withdrawnLife
	case n.Kind == desk.NoticeTaken:
		return takenLife
	case n.Kind == desk.NoticeOffline:
		return min(max(n.ShiftEnds.Sub(now), offlineLife), longestLife)
	case end.IsZero():
		return usualLife
	}
	return max(end.Sub(now), 0)
}

// collapseID makes pushes about one offer replace each other: what withdraws it takes
// the place of what rang. APNs allows 64 bytes.
func collapseID(n desk.Notice) string {
	if n.Kind == desk.NoticeOffer || n.Kind == desk.NoticeWithdrawn {
		return fmt.Sprintf("%s-%d", n.EscalationID, n.Offer)
	}
	if id := cmp.Or(n.CallbackID, n.EscalationID); id != "" {
		return fmt.Sprintf("%s-%s", n.Kind, id)
	}
	return string(n.Kind)
}

// wording are the fields of data with the words, which a platform may have elsewhere.
var wording = []string{"title", "body", "titleKey", "bodyKey", "bodyArg"}

// data is what the app reads of a push, all strings as FCM demands.
func data(n desk.Notice, now time.Time) map[string]string {
	d := map[string]string{"kind": string(n.Kind), "sentAt": now.UTC().Format(sentFormat)}
	set := func(name, value string) {
		if value != "" {
			d[name] = value
		}
	}
	set("open", screen(n))
	set("escalationId", n.EscalationID)
	set("callbackId", n.CallbackID)
	set("channel", string(n.Channel))
	set("reason", string(n.Reason))
	set("department", n.Department)
	set("proof", n.Proof)
	if n.Offer != 0 {
		d["offer"] = strconv.Itoa(n.Offer)
		d["callId"] = desk.CallID(n.EscalationID, n.Offer)
	}
	if n.Drill {
		d["drill"] = "true"
	}
	if n.Count != 0 {
		d["count"] = strconv.Itoa(n.Count)
	}
	if !n.StartsAt.IsZero() {
		d["startsAt"] = n.StartsAt.UTC().Format(time.RFC3339)
	}
	if n.Transfer {
		d["transfer"] = "true"
	}
	if !n.RingingUntil.IsZero() {
		d["ringingUntil"] = n.RingingUntil.UTC().Format(time.RFC3339)
		d["ringingSeconds"] = strconv.Itoa(int(timeToLive(n, now) / time.Second))
	}
	text := lockScreen(n)
	d["title"], d["body"] = text.title(), text.body()
	d["titleKey"], d["bodyKey"] = text.titleName(), text.rest.key.String()
	set("language", n.Language)
	if text.rest.arg != nil {
		d["bodyArg"] = text.rest.arg.Value
	}
	return d
}

// screen is what a tap on the push opens, a path within the app.
func screen(n desk.Notice) string {
	switch {
	case n.Kind == desk.NoticeWithdrawn || n.Kind == desk.NoticeTest:
		return ""
	case n.CallbackID != "":
		return "/callbacks/" + n.CallbackID
	case n.EscalationID != "":
		return "/escalations/" + n.EscalationID
	case n.Kind == desk.NoticeCallbacks:
		return "/callbacks"
	case n.Kind == desk.NoticeNobodyLeft:
		return "/team"
	}
	return "/me"
}

// fcm is a data message of FCM's HTTP v1 API: the app shows it, since only the app can
// ring and offer Accept and Decline.
// https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html
// https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
//
// There is no collapse_key: of those messages Google delivers twenty at once to an app on a
// phone, and then one in three minutes, whatever the priority. The app replaces its
// notification by the tag.
// https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas
func fcm(data map[string]string, ttl time.Duration) any {
	return map[string]any{"fcmV1Message": map[string]any{"message": map[string]any{
		"data": data,
		"android": map[string]any{
			"priority": "high",
			"ttl":      strconv.Itoa(seconds(ttl)) + "s",
		},
	}}}
}

// apns is what iOS shows by itself, and what the app reads beside it. Of a VoIP push iOS
// shows nothing: the app reports the call to CallKit.
// https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
func apns(n desk.Notice, voip bool, now time.Time) any {
	payload := map[string]any{"aps": map[string]any{}}
	d := data(n, now)
	if !voip {
		payload["aps"] = aps(n)
		for _, name := range wording {
			delete(d, name) // iOS has them
		}
	}
	for name, value := range d {
		payload[name] = value
	}
	return payload
}

func aps(n desk.Notice) map[string]any {
	text := lockScreen(n)
	aps := map[string]any{
		"alert":     alert(text),
		"thread-id": string(n.Kind),
	}
	if n.Badge != nil {
		aps["badge"] = *n.Badge
	}
	switch n.Kind {
	case desk.NoticeOffer:
		aps["category"] = "OFFER" // the app registers it with Accept and Decline
		aps["sound"] = "ring.caf"
		aps["interruption-level"] = "time-sensitive"
		aps["mutable-content"] = 1 // an extension of the app runs, which tells that it was seen
		aps["thread-id"] = n.EscalationID
	case desk.NoticeWithdrawn:
		aps["interruption-level"] = "passive"
		aps["content-available"] = 1 // wakes the app, which stops ringing
		aps["thread-id"] = n.EscalationID
	case desk.NoticeShiftSoon, desk.NoticeOffline:
		aps["category"] = "PRESENCE" // with Go online
		aps["sound"] = "default"
	default:
		aps["sound"] = "default"
	}
	return aps
}

// alert is what iOS shows: what the app's Localizable.strings has for the keys, else the
// plain words. Apple says that a key is taken instead of the plain text, and nothing of keys
// that an app does not have; people report both that the key itself is shown and that the
// plain text wins. So the keys are sentences: whatever an app of any age makes of them reads well.
// https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
// https://github.com/ZhukV/AppleApnPush/pull/62 https://github.com/element-hq/element-ios/pull/1486
func alert(t noticeText) map[string]any {
	a := map[string]any{"title": t.title(), "title-loc-key": t.titleFormat(), "body": t.body(), "loc-key": words.Format(t.rest.key)}
	if t.rest.arg != nil {
		a["loc-args"] = []string{t.rest.arg.Value}
	}
	return a
}

// attributes are the headers that SNS passes on to APNs. FCM's are in its payload.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html#sns-attrib-mobile-reserved
func attributes(platform string, voip bool, n desk.Notice, ttl time.Duration) map[string]string {
	kind := "alert"
	if voip {
		kind = "voip"
	}
	return map[string]string{
		"AWS.SNS.MOBILE." + platform + ".TTL": strconv.Itoa(seconds(ttl)),
		"AWS.SNS.MOBILE.APNS.PUSH_TYPE":       kind,
		"AWS.SNS.MOBILE.APNS.PRIORITY":        "10",
		"AWS.SNS.MOBILE.APNS.COLLAPSE_ID":     collapseID(n),
	}
}

// seconds rounds up: a push that comes late does no harm, one that expires does.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic("payload: " + err.Error()) // strings and numbers all marshal
	}
	return body
}
