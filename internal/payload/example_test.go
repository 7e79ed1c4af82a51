package payload_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/roster"
)

// A call that rings for 25 seconds, as SNS hands it to FCM. FCM gives up when the ringing
// ends, the app shows a later push of the same offer in this one's place, by the tag, and the
// data, which the app reads, are texts alone. Nothing in it is about the customer.
func ExampleFor() {
	now := time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)
	push := payload.For(desk.FCM, false, desk.Notice{
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1,
		Channel: roster.Call, Reason: desk.CustomerRequest, Department: "Kids",
		RingingUntil: now.Add(25 * time.Second),
	}, now)
	fmt.Println("SNS calls it", push.Platform)
	var body bytes.Buffer
	if err := json.Indent(&body, push.Body, "", "  "); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(&body)
	// Output:
	// SNS calls it GCM
	// {
	//   "fcmV1Message": {
	//     "message": {
	//       "android": {
	//         "priority": "high",
	//         "ttl": "25s"
	//       },
	//       "data": {
	//         "body": "Kids · asked for a person",
	//         "bodyArg": "Kids",
	//         "bodyKey": "asked_for_person",
	//         "callId": "cfd3a294-9750-5f4f-8ed3-4dc5935eb51b",
	//         "channel": "call",
	//         "department": "Kids",
	//         "escalationId": "esc_bbbbbbbbbbbb",
	//         "kind": "offer",
	//         "offer": "1",
	//         "open": "/escalations/esc_bbbbbbbbbbbb",
	//         "reason": "customer_request",
	//         "ringingSeconds": "25",
	//         "ringingUntil": "2026-11-22T09:30:25Z",
	//         "sentAt": "2026-11-22T09:30:00.000Z",
	//         "tag": "esc_bbbbbbbbbbbb-1",
	//         "title": "New call",
	//         "titleKey": "new_call"
	//       }
	//     }
	//   }
	// }
}
