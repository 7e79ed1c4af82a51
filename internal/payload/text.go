package payload

import (
	"strconv"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// noticeText is what a lock screen may show: no word about the customer.
type noticeText struct{ title, body string }

func lockScreen(n desk.Notice) noticeText {
	what := map[roster.Channel]string{roster.Call: "call", roster.Chat: "chat"}[n.Channel]
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
	case desk.NoticeWaits:
		return noticeText{"A customer waits", "A customer has written in a " + what + " and waits for an answer."}
	case desk.NoticeOffline:
		return noticeText{"You are offline", "Offers got no answer from you, so you were set offline. Go online when you are back."}
	case desk.NoticeShiftSoon:
		return noticeText{"Your shift begins soon", "You are offline. Go online to get calls and chats."}
	case desk.NoticeShiftOver:
		return noticeText{"Your shift is over", "You get no more calls and chats until the next one. Thank you!"}
	case desk.NoticeNobodyLeft:
		return noticeText{"Nobody is there", "None of your team can take work. Customers are called back until somebody can."}
	case desk.NoticeCallbacks:
		return noticeText{"Customers wait for a call", waitingText(n.Count)}
	case desk.NoticeCallbackDue:
		return noticeText{"Callback overdue", overdueText(n)}
	case desk.NoticeCallbackNews:
		return noticeText{"Your callback has changed", "Open it before you call."}
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
