package desk

import (
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// NoticeKind says what a push is about; the app chooses text, sound and screen by it.
type NoticeKind string

// The kinds of notices.
const (
	NoticeOffer     NoticeKind = "offer"          // an escalation rings
	NoticeWithdrawn NoticeKind = "offerWithdrawn" // it rings no more: stop ringing
	NoticeReturned  NoticeKind = "transferFailed" // nobody took the transfer, it stays with its sender
	NoticeLongWork  NoticeKind = "workOpenLong"   // accepted work is open for very long
	NoticeOffline   NoticeKind = "setOffline"     // set offline after offers that were missed or never arrived
	NoticeTest      NoticeKind = "test"           // asked for by the member
	// The shift of one who is offline is about to begin.
	NoticeShiftSoon NoticeKind = "shiftSoon"
	NoticeShiftOver NoticeKind = "shiftOver" // the shift of one who is online has ended
	// To the owner: the last one who could take work in business hours went.
	NoticeNobodyLeft NoticeKind = "nobodyLeft"
	NoticeCallbacks  NoticeKind = "callbacksWaiting" // to one who went online
	// A callback is due and not done: to its holder, else to those who could take it.
	NoticeCallbackDue NoticeKind = "callbackDue"
)

// Notice is a push before it is put into a platform's form. It holds no personal data
// of customers: the app fetches the rest.
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
	// RingingUntil ends the use of an offer's push; zero for other kinds.
	RingingUntil time.Time `json:"ringingUntil,omitzero"`
	// StartsAt is when the shift begins that is announced; zero for other kinds.
	StartsAt time.Time `json:"startsAt,omitzero"`
	// Count is how many callbacks wait.
	Count int `json:"count,omitempty"`
	// Badge is how many offers and open works the member has now; nil when it stays as
	// it is.
	Badge *int `json:"badge,omitempty"`
}

// letter is a notice and whom it goes to.
type letter struct {
	member string
	notice Notice
	// answered says that the member answered the offer that is withdrawn, on the device
	// named, which knows; that is empty when it was not told.
	answered bool
	device   string
}

func (s *step) tell(member string, kind NoticeKind, offer int) {
	s.notices = append(s.notices, letter{member: member, notice: Notice{Kind: kind, Offer: offer}})
}

// answeredOn notes that a member answered, and on which device: only the others are told.
func (s *step) answeredOn(member, device string) {
	for i := range s.notices {
		if l := &s.notices[i]; l.member == member && l.notice.Kind == NoticeWithdrawn {
			l.answered, l.device = true, device
		}
	}
}

// setBadge puts the number of offers and open works that a member has left into the
// notices that take one away.
func (s *step) setBadge(r *roster.Row) {
	badge := len(r.Work)
	for i := range s.notices {
		if l := &s.notices[i]; l.member == r.ID && l.notice.Kind == NoticeWithdrawn {
			l.notice.Badge = &badge
		}
	}
}

func fillNotices(id string, s *step) {
	for i := range s.notices {
		n := &s.notices[i].notice
		if n.Kind == NoticeOffline {
			continue
		}
		n.EscalationID, n.Channel, n.Reason, n.Drill = id, s.next.Channel, s.next.Reason, s.next.Drill
	}
}
