package desk

import (
	"crypto/sha1" // as RFC 9562 has it; nothing is kept safe by it
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// offer is one agent's turn as stored. Until is in milliseconds, like all times here.
type offer struct {
	Number int    `json:"n"`
	Member string `json:"m"`
	Name   string `json:"f"`
	Until  int64  `json:"u"`
	Ticket int64  `json:"t"`
	// From is the department whose members were asked; empty where everyone was, or this member
	// alone, and of an offer from before it was kept.
	From string `json:"d,omitempty"`
}

// tapTime is how long an offer stands beyond the end that phones are told. A tap in its last
// second starts an app that was not running, and its answer is here two or three seconds
// later: the customer is not to be taken from an agent who has said yes.
const tapTime = 3 * time.Second

// ends is when an answer to the offer is waited for no longer.
func (o *offer) ends() time.Time { return instant(o.Until).Add(tapTime) }

// callNamespace was drawn once, and never changes: an app may get the withdrawal of an offer
// that an older version made.
var callNamespace = [16]byte{0x6c, 0x1f, 0x0b, 0x1e, 0x3d, 0x52, 0x4a, 0x8e, 0x9a, 0x77, 0x25, 0x60, 0xc4, 0xd1, 0x8e, 0x93}

// CallID is the UUID by which an app tells CallKit of an offer of an escalation, and later that
// it ended: the same wherever the offer is told. Version 5, RFC 9562 section 5.5.
func CallID(escalation string, offer int) string {
	h := sha1.New()
	h.Write(callNamespace[:])
	fmt.Fprintf(h, "%s-%d", escalation, offer)
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// endOffer takes the present offer back from its agent.
func (s *step) endOffer(now time.Time, what, note string) {
	o := s.next.Offer
	if o == nil {
		return
	}
	s.next.log(now, what, o.Member, note)
	rang := roster.Rang{From: millis(s.next.offered(o.Member)), Until: min(millis(now), millis(o.ends()))}
	s.release = append(s.release, release{member: o.Member, how: what, rang: rang})
	s.next.Offer = nil
	s.tell(o.Member, NoticeWithdrawn, o.Number)
}

// offerTo makes the next offer to r: its number, ticket, end and department are in o.
func (e *escalation) offerTo(r *roster.Row, o offer, now time.Time) {
	e.Offers = o.Number
	e.Round++
	e.Offered = append(e.Offered, r.ID)
	o.Member, o.Name = r.ID, r.FirstName
	e.Offer = &o
	e.log(now, didOffer, r.ID, "")
}

// passOn ends the present offer and looks for the next agent. When the offers are used up
// or nobody is left the escalation becomes a callback; a transfer goes back to its sender.
func (e *escalation) passOn(a *roster.Account, now time.Time, what, note string) *step {
	s := &step{next: e.clone(), seek: true, because: roster.NoAnswer, fallback: true}
	s.endOffer(now, what, note)
	if e.Transfer != nil {
		s.fallback = false
		s.nobody = returnToSender
	}
	if !e.Drill {
		s.next.Directed = "" // whom an admin chose did not take it: the rotation goes on
	}
	if e.Round >= a.MaxOffers || s.next.Directed != "" || e.Transfer != nil && e.Transfer.Member != "" {
		s.seek = false
		if s.nobody != nil {
			_ = s.nobody(s, now) // returnToSender never refuses
		} else {
			s.callback = true
		}
	}
	return s
}

// accept gives the escalation to the agent of its offer, at whatever time: while the offer
// stands it is theirs. Problem offer-gone for anybody else, and for a second phone of theirs:
// on two phones that both go to the same customer one would talk to nobody.
func (e *escalation) accept(a *roster.Account, by Caller, number int, now time.Time) (*step, error) {
	member := by.MemberID
	switch {
	case e.State != Ringing && e.assignedTo(member):
		return nil, e.answeredElsewhere(by.DeviceID)
	case !e.State.Open() || !e.offeredTo(member, number):
		return nil, e.offerGone()
	}
	s := &step{next: e.clone()}
	s.release = append(s.release, release{member: member, keep: true})
	s.tell(member, NoticeWithdrawn, e.Offer.Number)
	if e.Transfer != nil {
		s.release = append(s.release, release{member: e.Assigned.ID, fresh: true})
		if e.Transfer.Department != "" {
			s.next.Department, s.next.Unknown = e.Transfer.Department, false
		}
	}
	s.next.State, s.next.Assigned, s.next.Device = Active, &Agent{ID: member, FirstName: e.Offer.Name}, by.DeviceID
	s.next.Offer, s.next.Transfer, s.next.Offered, s.next.Round = nil, nil, nil, 0
	if s.next.Accepted == 0 {
		s.next.Accepted = millis(now)
	}
	s.next.Due = millis(now.Add(a.ActiveFor(e.Channel)))
	s.next.log(now, didAccept, member, "")
	return s, nil
}

// offerGone is the answer to an offer that is not the caller's any more: state says how the
// escalation stands, takenBy whose it is. An offer that the customer's leaving took back is in
// nobody's lists, so this is where its agent learns why it went.
func (e *escalation) offerGone() *Problem {
	p := conflict("offer-gone", "The offer is gone", "This offer is not yours any more.")
	p.Extra = map[string]any{"state": e.State}
	if e.State == Cancelled {
		p.Detail = "The customer has left."
	}
	if e.Assigned != nil {
		p.Extra["takenBy"] = *e.Assigned
		p.Detail = e.Assigned.FirstName + " has it."
	}
	return p
}

// answeredElsewhere is the answer to the agent who accepts what they have: none on the same
// device, for the answer to the first call may have been lost. Where one of the two calls did
// not tell its device they count as the same.
func (e *escalation) answeredElsewhere(device string) error {
	if device == "" || e.Device == "" || device == e.Device {
		return nil
	}
	p := e.offerGone()
	p.Detail = "You took it on another device."
	return p
}

// took is the number of the offer that the member accepted last. The past must have been read.
func (e *escalation) took(member string) (number int) {
	n := 0
	for _, h := range slices.Concat(e.past, e.History) {
		switch {
		case h.What == didOffer:
			n++
		case h.What == didAccept && h.Member == member:
			number = n
		}
	}
	return number
}

// hadOffer reports whether the member had an offer, with this number when one is given. The
// past must have been read.
func (e *escalation) hadOffer(member string, number int) bool {
	n := 0
	for _, h := range slices.Concat(e.past, e.History) {
		if h.What == didOffer {
			n++
			if h.Member == member && (number == 0 || n == number) {
				return true
			}
		}
	}
	return false
}

// offered is when the member was offered it last.
func (e *escalation) offered(member string) (at time.Time) {
	for _, h := range e.History {
		if h.What == didOffer && h.Member == member {
			at = instant(h.At)
		}
	}
	return at
}

// decline passes the offer on. Declining what was declined, was missed or went elsewhere
// changes nothing. Problem offer-gone for what the member has accepted and is at.
func (e *escalation) decline(a *roster.Account, member string, number int, note string, now time.Time) (*step, error) {
	if e.State.Open() && e.offeredTo(member, number) {
		return e.passOn(a, now, didDecline, note), nil
	}
	isAtIt := e.State == Active && e.assignedTo(member) && (number == 0 || number == e.took(member))
	if !isAtIt && e.hadOffer(member, number) {
		return nil, nil
	}
	return nil, e.offerGone()
}
