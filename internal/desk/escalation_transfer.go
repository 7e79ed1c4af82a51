package desk

import (
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// transfer is a transfer under way: the work stays with its sender until accepted.
type transfer struct {
	Department string `json:"d,omitempty"`
	Member     string `json:"m,omitempty"`
}

// Transfer says where an escalation is to go: to a department or to one member.
type Transfer struct {
	DepartmentID string `json:"departmentId"`
	MemberID     string `json:"memberId"`
	Note         string `json:"note"`
}

// returnToSender ends a transfer that nobody took. The work was the sender's throughout.
func returnToSender(s *step, now time.Time) error {
	s.next.Transfer = nil
	s.next.log(now, didTransferFail, s.next.Assigned.ID, "")
	s.tell(s.next.Assigned.ID, NoticeReturned, 0)
	return nil
}

// ask begins a transfer: the work stays where it is until the other side accepts. Problem
// escalation-ended, and nobody-available when nobody there can take it. That no timer can be
// sent is neither: the same call may succeed in a moment.
func (e *escalation) ask(t Transfer, by string, now time.Time) (*step, error) {
	if !e.State.Open() {
		return nil, e.hasEnded(" and cannot be transferred")
	}
	s := &step{next: e.clone(), seek: true}
	s.endOffer(now, didWithdraw, "")
	s.next.Round, s.next.Offered = 0, nil
	if e.Assigned != nil {
		s.next.Offered = []string{e.Assigned.ID}
		s.next.Transfer = &transfer{Department: t.DepartmentID, Member: t.MemberID}
	} else { // ringing, moved by an admin: it rings elsewhere
		s.next.Directed = t.MemberID
		if e.Offer != nil {
			s.next.Offered = []string{e.Offer.Member}
		}
		if t.DepartmentID != "" {
			s.next.Department, s.next.Unknown = t.DepartmentID, false
		}
	}
	s.next.log(now, didTransfer, by, t.Note)
	s.nobody = func(s *step, _ time.Time) error {
		if s.because == roster.Trouble {
			return errUnsent // somebody there can take it, in a moment
		}
		return nobodyAvailable("Nobody there can take it now. It stays where it is.")
	}
	return s, nil
}

// asked reports whether the escalation is on its way there already. Without it a repeated
// call would withdraw the offer that it made.
func (e *escalation) asked(t Transfer, by string) bool {
	switch n := len(e.History); {
	case e.Offer == nil:
		return false
	case t.MemberID != "":
		return e.offeredTo(t.MemberID, 0)
	case e.Transfer != nil:
		return e.Transfer.Department == t.DepartmentID
	default: // an admin moved what rings, and nothing has happened since
		return n > 1 && e.Department == t.DepartmentID && e.History[n-2].What == didTransfer && e.History[n-2].Member == by
	}
}
