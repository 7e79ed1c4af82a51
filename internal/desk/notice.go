package desk

import (
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// NoticeKind says what a push is about; the app chooses text, sound and screen by it. Apps
// of all ages are out there, so a kind keeps its name and its meaning.
type NoticeKind string

// The kinds of notices.
const (
	NoticeOffer     NoticeKind = "offer"          // an escalation rings
	NoticeWithdrawn NoticeKind = "offerWithdrawn" // it rings no more: stop ringing
	NoticeReturned  NoticeKind = "transferFailed" // nobody took the transfer, it stays with its sender
	NoticeLongWork  NoticeKind = "workOpenLong"   // accepted work is open for very long
	// To the agent, then to those who manage: a customer has waited for a word for minutes.
	NoticeWaits   NoticeKind = "customerWaits"
	NoticeOffline NoticeKind = "setOffline" // set offline after offers that were missed or never arrived
	NoticeTest    NoticeKind = "test"       // asked for by the member
	// To a member who is offline: the shift begins within five minutes.
	NoticeShiftSoon NoticeKind = "shiftSoon"
	NoticeShiftOver NoticeKind = "shiftOver" // to a member who is online: the shift has ended
	// To the owner: nobody can take work, in business hours.
	NoticeNobodyLeft NoticeKind = "nobodyLeft"
	NoticeCallbacks  NoticeKind = "callbacksWaiting" // to a member who goes online, with how many
	// A callback is due and not done: to its holder, else to those who could take it.
	NoticeCallbackDue NoticeKind = "callbackDue"
	// To its holder: something has become of a callback that somebody else did.
	NoticeCallbackNews NoticeKind = "callbackChanged"
	// To who had a device that rings for a member of another account now, and to their owner.
	NoticeTaken NoticeKind = "deviceTaken"
)

// Notice is a push before it is put into a platform's form. It holds no personal data of
// customers, since lock screens show it: the app fetches the rest. An offer's is
//
//	{"kind":"offer","escalationId":"esc_2qnfeay2umpk","offer":1,"channel":"chat","reason":"customer_request","department":"Sales","ringingUntil":"2026-11-23T10:00:25Z","badge":1}
type Notice struct {
	Kind         NoticeKind     `json:"kind"`
	EscalationID string         `json:"escalationId,omitempty"`
	CallbackID   string         `json:"callbackId,omitempty"`
	Offer        int            `json:"offer,omitempty"`
	Channel      roster.Channel `json:"channel,omitempty"`
	Reason       Reason         `json:"reason,omitempty"`
	// Department is the name, empty when everyone was asked.
	Department string `json:"department,omitempty"`
	Drill      bool   `json:"drill,omitempty"`
	Transfer   bool   `json:"transfer,omitempty"`
	// RingingUntil ends the use of an offer's push: the push service drops it then. It is
	// zero for other kinds.
	RingingUntil time.Time `json:"ringingUntil,omitzero"`
	// StartsAt is when the announced shift begins; zero for other kinds.
	StartsAt time.Time `json:"startsAt,omitzero"`
	// ShiftEnds is when the shift of who was set offline ends; zero for other kinds, and where
	// there is no end.
	ShiftEnds time.Time `json:"shiftEnds,omitzero"`
	// Proof is by what a device that is signed out, as a locked phone's is, says that an offer
	// arrived (see Desk.SeenByProof). Empty until it is known to which device it goes.
	Proof string `json:"proof,omitempty"`
	// Count is how many callbacks wait, counted up to a thousand.
	Count int `json:"count,omitempty"`
	// Language is the one that its words are to be in, by its code; empty is English.
	Language string `json:"language,omitempty"`
	// Badge is how many offers and open works the member has now; nil leaves the number on
	// the icon as it is.
	Badge *int `json:"badge,omitempty"`
}

// holdersNews is the notice to who has claimed a callback.
func holdersNews(id string) Notice { return Notice{Kind: NoticeCallbackNews, CallbackID: id} }

// letter is a notice with its addressee.
type letter struct {
	member string
	notice Notice
	// answered says that the member answered the offer that is withdrawn, on this device.
	// That one knows and gets no push; device is empty when it was not told.
	answered bool
	device   string
	kept     bool // for when the member is free
}

// tell adds a notice, to be sent when the step is written.
func (s *step) tell(member string, kind NoticeKind, offer int) {
	s.notices = append(s.notices, letter{member: member, notice: Notice{Kind: kind, Offer: offer}})
}

// answeredOn notes that the member answered, and on which device: only the others stop
// ringing by a push.
func (s *step) answeredOn(member, device string) {
	for i := range s.notices {
		if l := &s.notices[i]; l.member == member && l.notice.Kind == NoticeWithdrawn {
			l.answered, l.device = true, device
		}
	}
}

// setBadge puts the number of offers and open works that a member has left into the notices
// that take one away. It must follow the release of the row, or the icon counts one too many.
func (s *step) setBadge(r *roster.Row) {
	badge := len(r.Work)
	for i := range s.notices {
		if l := &s.notices[i]; l.member == r.ID && l.notice.Kind == NoticeWithdrawn {
			l.notice.Badge = &badge
		}
	}
}

// inTurn puts together what must reach a member in this order; all else goes at the same time.
// Of the notifications for a phone that it cannot reach APNs keeps the last one of an app: being
// set offline follows the withdrawal of what was missed, or nobody would read it.
// https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
func inTurn(letters []letter) (turns [][]letter) {
	last := map[string]int{} // index of a member's withdrawals
	for _, l := range letters {
		i, withdrawn := last[l.member]
		if l.notice.Kind == NoticeOffline && withdrawn {
			turns[i] = append(turns[i], l)
			continue
		}
		if l.notice.Kind == NoticeWithdrawn {
			last[l.member] = len(turns)
		}
		turns = append(turns, []letter{l})
	}
	return turns
}

// fillNotices adds what the notices of a step have in common. That of being set offline is
// about the member alone, and a holder's news about the callback.
func fillNotices(id string, s *step) {
	for i := range s.notices {
		n := &s.notices[i].notice
		if n.Kind == NoticeOffline || n.Kind == NoticeCallbackNews {
			continue
		}
		n.EscalationID, n.Channel, n.Reason, n.Drill = id, s.next.Channel, s.next.Reason, s.next.Drill
	}
}
