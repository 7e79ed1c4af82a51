package cloud

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/connectnow/backend/internal/desk"
)

// usualLife is how long a push that is not about ringing is worth delivering.
const usualLife = time.Hour

// timeToLive is how long the platform may try to deliver: the rest of the ring time,
// after which the push would make a phone ring for nothing.
func timeToLive(n desk.Notice, now time.Time) time.Duration {
	end := n.RingingUntil
	if end.IsZero() {
		end = n.StartsAt // after which nobody need be told that it will
	}
	if end.IsZero() {
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
	return fmt.Sprintf("%s-%s", n.Kind, cmp.Or(n.CallbackID, n.EscalationID))
}

// data is what the app reads of a push, all strings as FCM demands.
func data(n desk.Notice) map[string]string {
	d := map[string]string{"kind": string(n.Kind)}
	set := func(name, value string) {
		if value != "" {
			d[name] = value
		}
	}
	set("escalationId", n.EscalationID)
	set("callbackId", n.CallbackID)
	set("channel", string(n.Channel))
	set("reason", string(n.Reason))
	set("department", n.Department)
	if n.Offer != 0 {
		d["offer"] = strconv.Itoa(n.Offer)
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
	}
	return d
}

// fcmPayload is a data message of FCM's HTTP v1 API: the app shows it, since only the
// app can ring and offer Accept and Decline.
// https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html
// https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
func fcmPayload(n desk.Notice, ttl time.Duration) any {
	return map[string]any{"fcmV1Message": map[string]any{"message": map[string]any{
		"data": data(n),
		"android": map[string]any{
			"priority":     "high",
			"ttl":          strconv.Itoa(seconds(ttl)) + "s",
			"collapse_key": collapseID(n),
		},
	}}}
}

// apnsPayload is what iOS shows by itself, and what the app reads beside it.
// https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
func apnsPayload(n desk.Notice) any {
	text := lockScreen(n)
	aps := map[string]any{
		"alert":     map[string]string{"title": text.title, "body": text.body},
		"badge":     n.Badge,
		"thread-id": string(n.Kind),
	}
	switch n.Kind {
	case desk.NoticeOffer:
		aps["category"] = "OFFER" // the app registers it with Accept and Decline
		aps["sound"] = "ring.caf"
		aps["interruption-level"] = "time-sensitive"
		aps["thread-id"] = n.EscalationID
	case desk.NoticeWithdrawn:
		aps["interruption-level"] = "passive"
		aps["content-available"] = 1 // wakes the app, which stops ringing
		aps["thread-id"] = n.EscalationID
	default:
		aps["sound"] = "default"
	}
	payload := map[string]any{"aps": aps}
	for name, value := range data(n) {
		payload[name] = value
	}
	return payload
}

// pushAttributes are the headers that SNS passes on to APNs. FCM's are in its payload.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func pushAttributes(platform desk.Platform, n desk.Notice, ttl time.Duration) map[string]types.MessageAttributeValue {
	if platform == desk.FCM {
		return nil
	}
	text := func(s string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
	}
	return map[string]types.MessageAttributeValue{
		"AWS.SNS.MOBILE." + snsPlatform(platform) + ".TTL": text(strconv.Itoa(seconds(ttl))),
		"AWS.SNS.MOBILE.APNS.PUSH_TYPE":                    text("alert"),
		"AWS.SNS.MOBILE.APNS.PRIORITY":                     text("10"),
		"AWS.SNS.MOBILE.APNS.COLLAPSE_ID":                  text(collapseID(n)),
	}
}

func seconds(d time.Duration) int { return int(roundUp(d) / time.Second) }

// noticeText is what a lock screen may show: no word about the customer.
type noticeText struct{ title, body string }

func lockScreen(n desk.Notice) noticeText {
	what := map[desk.Channel]string{desk.Call: "call", desk.Chat: "chat"}[n.Channel]
	switch n.Kind {
	case desk.NoticeOffer:
		title := "New " + what
		if n.Transfer {
			title = "Transferred " + what
		}
		if n.Drill {
			title = "Drill: " + title
		}
		return noticeText{title, offerText(n)}
	case desk.NoticeWithdrawn:
		return noticeText{"No longer ringing", "The " + what + " needs you no more."}
	case desk.NoticeReturned:
		return noticeText{"Transfer not taken", "Nobody took the " + what + ". It stays with you."}
	case desk.NoticeLongWork:
		return noticeText{"Still open", "A " + what + " has been open for very long. Complete it if it is over."}
	case desk.NoticeOffline:
		return noticeText{"You are offline", "You missed offers and were set offline. Go online when you are back."}
	case desk.NoticeShiftSoon:
		return noticeText{"Your shift begins soon", "You are offline. Go online to get calls and chats."}
	case desk.NoticeShiftOver:
		return noticeText{"Your shift is over", "You get no more calls and chats until the next one. Thank you!"}
	case desk.NoticeNobodyLeft:
		return noticeText{"Nobody is online", "The last of your team went. Customers are called back until somebody is online."}
	case desk.NoticeCallbacks:
		return noticeText{"Customers wait for a call", waitingText(n.Count)}
	case desk.NoticeCallbackDue:
		return noticeText{"Callback overdue", overdueText(n)}
	case desk.NoticeTest:
		return noticeText{"Test", "Pushes reach this phone."}
	default:
		return noticeText{"ConnectNow", "Open the app for more."}
	}
}

func waitingText(n int) string {
	if n == 1 {
		return "One callback is open."
	}
	return strconv.Itoa(n) + " callbacks are open."
}

func overdueText(n desk.Notice) string {
	const text = "A customer still waits to be called back."
	if n.Department == "" {
		return text
	}
	return n.Department + " · " + text
}

func offerText(n desk.Notice) string {
	reason := map[desk.Reason]string{
		desk.LowConfidence:   "the assistant is not sure",
		desk.CustomerRequest: "asked for a person",
		desk.ConditionMet:    "your rules ask for a person",
		desk.Direct:          "direct",
	}[n.Reason]
	if n.Department == "" {
		return "Everyone · " + reason
	}
	return n.Department + " · " + reason
}
