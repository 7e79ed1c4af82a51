package desk

import (
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// escalation is an escalation's changing part as stored; the request is kept apart and
// never changes. While the first offer rings it is
//
//	{"a":"acc_f7lmw5qcqyje","s":"ringing","c":"chat","r":"customer_request","d":"dep_zqexjwiisgya","i":"conv-1",
//	 "o":{"n":1,"m":"mem_ius5rzkbfmfh","f":"Asha","u":1795428025000,"t":41},"on":1,"or":1,"od":["mem_ius5rzkbfmfh"],
//	 "at":1795428000000,"rc":1,"h":[{"t":1795428000000,"w":"offered","m":"mem_ius5rzkbfmfh"}],"w":"ov56pijncvo4"}
type escalation struct {
	Account     string         `json:"a"`
	State       State          `json:"s"`
	Channel     roster.Channel `json:"c"`
	Reason      Reason         `json:"r"`
	Department  string         `json:"d,omitempty"` // "" for everyone
	Unknown     bool           `json:"u,omitempty"` // a department was asked for that is not there
	Interaction string         `json:"i,omitempty"`
	Drill       bool           `json:"dr,omitempty"`
	Directed    string         `json:"to,omitempty"` // the member that a drill is for
	Offer       *offer         `json:"o,omitempty"`
	Offers      int            `json:"on,omitempty"` // made in all
	Round       int            `json:"or,omitempty"` // made since the escalation, or its transfer, began
	Offered     []string       `json:"od,omitempty"` // who had a turn in this round
	Assigned    *Agent         `json:"as,omitempty"`
	Transfer    *transfer      `json:"tr,omitempty"`
	Because     roster.Because `json:"b,omitempty"`
	Callback    string         `json:"cb,omitempty"`
	Closed      []closing      `json:"cl,omitempty"` // what it closed of callbacks
	Outcome     string         `json:"out,omitempty"`
	Note        string         `json:"n,omitempty"`
	Verdict     string         `json:"v,omitempty"`
	Created     int64          `json:"at"`
	Accepted    int64          `json:"acc,omitempty"`
	Due         int64          `json:"due,omitempty"` // when active work has been open for very long
	Ended       int64          `json:"end,omitempty"`
	Receipts    int            `json:"rc,omitempty"`
	Size        int            `json:"sz,omitempty"` // of the conversation it began with; 0 of an older one
	History     []event        `json:"h,omitempty"`  // the newest; see stowed
	Past        int            `json:"hp,omitempty"` // items of older events
	PastOffers  int            `json:"ho,omitempty"` // offers among these
	PastAccept  bool           `json:"ha,omitempty"` // it was accepted among these
	Notes       int            `json:"nn,omitempty"` // items of notes
	Mark        string         `json:"w,omitempty"`  // of the change that wrote it, tells it from an equal one

	past []event // the older events, where they were read
}

// offer is one agent's turn as stored. Until is in milliseconds, like all times here.
type offer struct {
	Number int    `json:"n"`
	Member string `json:"m"`
	Name   string `json:"f"`
	Until  int64  `json:"u"`
	Ticket int64  `json:"t"`
}

// transfer is a transfer under way: the work stays with its sender until accepted.
type transfer struct {
	Department string `json:"d,omitempty"`
	Member     string `json:"m,omitempty"`
}

// event is one entry of the history as stored.
type event struct {
	At     int64  `json:"t"`
	What   string `json:"w"`
	Member string `json:"m,omitempty"`
	Note   string `json:"n,omitempty"`
	Ref    int    `json:"k,omitempty"` // number of the item that has its note
}

// What a history tells: offered, missed, offered, accepted, completed is a life with one
// miss. The words are stored, and told in events as escalation.accepted and the like.
const (
	didOffer        = "offered"
	didDecline      = roster.EndDeclined
	didMiss         = roster.EndMissed
	didUnreach      = roster.EndUnreached // missed, and never seen on any device or page
	didWithdraw     = "withdrawn"
	didAccept       = "accepted"
	didAbandon      = "member_removed"
	didTransfer     = "transfer_asked"
	didTransferFail = "transfer_failed"
	didComplete     = "completed"
	didCancel       = "cancelled"
	didCallback     = "callback"
)

// Outcomes of a completed escalation. The first two no agent gives.
const (
	outcomeCustomerLeft = "customer_left"
	outcomeTimedOut     = "timed_out"
	outcomeResolved     = "resolved"
	outcomeHandBack     = "hand_back"
)

// Transfer says where an escalation is to go: to a department or to one member.
type Transfer struct {
	DepartmentID string `json:"departmentId"`
	MemberID     string `json:"memberId"`
	Note         string `json:"note"`
}

// Completion is an agent's account of finished work. Outcome is resolved, hand_back or
// no_customer; Verdict, if given, right or assistant_should_know.
type Completion struct {
	Outcome string `json:"outcome"`
	Note    string `json:"note"`
	Verdict string `json:"verdict"`
	// CallbackIDs are callbacks of the customer that are settled with it.
	CallbackIDs []string `json:"callbackIds"`
}

// clone copies e so that a change of the copy leaves the value as it was read.
func (e *escalation) clone() *escalation {
	c := *e
	c.Offered = slices.Clone(e.Offered)
	c.History = slices.Clone(e.History)
	c.Closed = slices.Clone(e.Closed)
	return &c
}

// log adds to the history. Metrics and events are made of what a step adds, so nothing is
// taken out.
func (e *escalation) log(now time.Time, what, member, note string) {
	e.History = append(e.History, event{At: millis(now), What: what, Member: member, Note: note})
}

// assignedTo reports whether the member has accepted it, or is the sender of a transfer
// under way.
func (e *escalation) assignedTo(member string) bool {
	return e.Assigned != nil && e.Assigned.ID == member
}

// offeredTo reports whether it rings at the member; number 0 is any offer.
func (e *escalation) offeredTo(member string, number int) bool {
	return e.Offer != nil && e.Offer.Member == member && (number == 0 || e.Offer.Number == number)
}

// handledBy reports whether the caller may transfer or complete: its agent, and admins.
func (e *escalation) handledBy(c Caller) bool {
	return c.Role.Manages() || e.assignedTo(c.MemberID)
}

// sees reports whether the caller may look at it: admins always, staff at what they are
// offered or handle.
func (e *escalation) sees(c Caller) bool {
	return c.Role.Manages() || e.assignedTo(c.MemberID) || e.State.Open() && e.offeredTo(c.MemberID, 0)
}

// want is the wish for the next turn. A transfer asks its goal alone, without overflow. The
// department may have been deleted since: the roster makes that an unknown one.
func (e *escalation) want(a *roster.Account) roster.Want {
	w := roster.Want{
		Channel: e.Channel, Department: e.Department, Unknown: e.Unknown,
		Overflow: a.Overflow == "everyone", Offered: e.Offered, Member: e.Directed,
	}
	if t := e.Transfer; t != nil {
		w.Overflow, w.Member = false, t.Member
		if t.Department != "" {
			w.Department, w.Unknown = t.Department, false
		}
	}
	return w
}

// step is what one transition makes of an escalation: its next value, and the changes to
// desk rows and callbacks in the same Write.
type step struct {
	next    *escalation
	before  *escalation // as it was read; nil when there was none
	release []release
	// seek says that an agent is to be found; without one, nobody decides.
	seek     bool
	nobody   func(s *step, now time.Time) error
	because  roster.Because // of a callback; empty: judged by who is there
	callback bool           // a callback is registered
	fallback bool           // without an agent a callback is registered
	resolved bool           // settles what its conversation and customer have open in callbacks
	named    []string       // callbacks that the agent closes with it
	reopen   bool           // opens again what it closed
	actor    string         // the member who does it; empty for the customer and for time
	stored   *escalation    // next as it is stored
	first    bool           // the escalation is new
	late     bool           // nobody is to be rung any more
	handled  string         // the member in whose list the escalation appears from now on
	notices  []letter

	// What came of it, to be counted and logged.
	rotation   string // of the offer that was made
	registered bool   // a callback of its own, rather than joining another
	closed     []closedCallback
	reopened   []closedCallback
	waits      []string // departments for which a callback waits now that did not before
}

// by reports whether the step is this member's own.
func (s *step) by(member string) bool { return s.actor == member }

// tellHolder tells who has claimed a callback that something has become of it, unless it is
// their own doing.
func (s *step) tellHolder(holder, callback string) {
	if !s.by(holder) {
		s.notices = append(s.notices, letter{member: holder, notice: holdersNews(callback)})
	}
}

// release takes the escalation off a member's desk row.
type release struct {
	member string
	keep   bool   // the work stays; only the count of missed offers starts anew
	how    string // how the offer ended, as the history tells it
	fresh  bool   // was handled: one who was full gets a place at the tail
}

// endOffer takes the present offer back from its agent.
func (s *step) endOffer(now time.Time, what, note string) {
	o := s.next.Offer
	if o == nil {
		return
	}
	s.next.log(now, what, o.Member, note)
	s.release = append(s.release, release{member: o.Member, how: what})
	s.next.Offer = nil
	s.tell(o.Member, NoticeWithdrawn, o.Number)
}

// offerTo makes the next offer.
func (e *escalation) offerTo(r *roster.Row, number int, ticket int64, until, now time.Time) {
	e.Offers = number
	e.Round++
	e.Offered = append(e.Offered, r.ID)
	e.Offer = &offer{Number: number, Member: r.ID, Name: r.FirstName, Until: millis(until), Ticket: ticket}
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

// returnToSender ends a transfer that nobody took. The work was the sender's throughout.
func returnToSender(s *step, now time.Time) error {
	s.next.Transfer = nil
	s.next.log(now, didTransferFail, s.next.Assigned.ID, "")
	s.tell(s.next.Assigned.ID, NoticeReturned, 0)
	return nil
}

// accept gives the escalation to the agent of its offer, at whatever time: while the offer
// stands it is theirs. Problem offer-gone for anybody else.
func (e *escalation) accept(a *roster.Account, member string, number int, now time.Time) (*step, error) {
	switch {
	case e.State != Ringing && e.assignedTo(member):
		return nil, nil // the same call again
	case !e.State.Open() || !e.offeredTo(member, number):
		return nil, e.offerGone()
	}
	s := &step{next: e.clone(), handled: member}
	s.release = append(s.release, release{member: member, keep: true})
	s.tell(member, NoticeWithdrawn, e.Offer.Number)
	if e.Transfer != nil {
		s.release = append(s.release, release{member: e.Assigned.ID, fresh: true})
		if e.Transfer.Department != "" {
			s.next.Department, s.next.Unknown = e.Transfer.Department, false
		}
	}
	s.next.State, s.next.Assigned = Active, &Agent{ID: member, FirstName: e.Offer.Name}
	s.next.Offer, s.next.Transfer, s.next.Offered, s.next.Round = nil, nil, nil, 0
	if s.next.Accepted == 0 {
		s.next.Accepted = millis(now)
	}
	s.next.Due = millis(now.Add(a.ActiveFor(e.Channel)))
	s.next.log(now, didAccept, member, "")
	return s, nil
}

// offerGone is the answer to an offer that is not the caller's any more; takenBy says whose
// it is.
func (e *escalation) offerGone() *Problem {
	p := conflict("offer-gone", "The offer is gone", "This offer is not yours any more.")
	if e.Assigned != nil {
		p.Extra = map[string]any{"takenBy": *e.Assigned}
		p.Detail = e.Assigned.FirstName + " has it."
	}
	return p
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

// decline passes the offer on. Declining again what was declined or missed changes nothing.
func (e *escalation) decline(a *roster.Account, member string, number int, note string, now time.Time) (*step, error) {
	switch {
	case e.State.Open() && e.offeredTo(member, number):
		return e.passOn(a, now, didDecline, note), nil
	case e.hadOffer(member, number) && !(e.assignedTo(member) && e.State == Active):
		return nil, nil
	}
	return nil, e.offerGone()
}

// ask begins a transfer: the work stays where it is until the other side accepts. Problem
// escalation-ended, and nobody-available when nobody there can take it.
func (e *escalation) ask(t Transfer, by string, now time.Time) (*step, error) {
	if !e.State.Open() {
		return nil, conflict("escalation-ended", "The escalation has ended", "It is "+string(e.State)+" and cannot be transferred.")
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
	s.nobody = func(*step, time.Time) error {
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

// complete ends the work. The account of it is the agent's; by is empty for the customer or
// time.
func (e *escalation) complete(done Completion, by string, now time.Time) *step {
	s := &step{next: e.clone(), resolved: done.Outcome == outcomeResolved && !e.Drill, named: distinct(done.CallbackIDs), actor: by}
	s.endOffer(now, didWithdraw, "")
	s.next.Transfer = nil
	if e.Assigned != nil {
		s.release = append(s.release, release{member: e.Assigned.ID, fresh: true})
	}
	s.next.State, s.next.Ended = Completed, millis(now)
	s.next.Outcome, s.next.Note, s.next.Verdict = done.Outcome, done.Note, done.Verdict
	s.next.log(now, didComplete, by, "")
	return s
}

// correctable is how long an agent's account of finished work may be corrected.
const correctable = 10 * time.Minute

// addAccount keeps the agent's words about work that ended without them: after a call that
// the customer ended they always come late. Soon after their own account it corrects that.
// Anything else is the same call again and changes nothing.
func (e *escalation) addAccount(done Completion, by string, now time.Time) *step {
	if e.Outcome != outcomeCustomerLeft && e.Outcome != outcomeTimedOut {
		return e.correct(done, by, now)
	}
	if !e.assignedTo(by) || e.Note != "" || e.Verdict != "" || done.Note == "" && done.Verdict == "" {
		return nil
	}
	s := &step{next: e.clone()}
	s.next.Note, s.next.Verdict = done.Note, done.Verdict
	return s
}

// correct replaces the outcome by that which the same member gives soon after. What was
// closed because the matter was resolved opens again when it was not.
func (e *escalation) correct(done Completion, by string, now time.Time) *step {
	i := slices.IndexFunc(e.History, func(h event) bool { return h.What == didComplete })
	if i < 0 || e.History[i].Member != by || now.After(instant(e.Ended).Add(correctable)) {
		return nil
	}
	if done.Outcome == e.Outcome && (done.Note == e.Note && done.Verdict == e.Verdict || done.Note+done.Verdict == "") {
		return nil // the same call again
	}
	s := &step{next: e.clone(), actor: by}
	if done.Outcome != e.Outcome {
		s.named = distinct(done.CallbackIDs)
		s.resolved = done.Outcome == outcomeResolved && !e.Drill
		s.reopen = e.Outcome == outcomeResolved && len(e.Closed) > 0
	}
	s.next.Outcome, s.next.Note, s.next.Verdict = done.Outcome, done.Note, done.Verdict
	return s
}

// end is the customer leaving: ringing becomes cancelled, active completed. With callback
// one is registered, once.
func (e *escalation) end(callback bool, now time.Time) *step {
	var s *step
	switch e.State {
	case Ringing:
		s = &step{next: e.clone()}
		s.endOffer(now, didWithdraw, "")
		s.next.State, s.next.Ended = Cancelled, millis(now)
		s.next.log(now, didCancel, "", "")
	case Active:
		s = e.complete(Completion{Outcome: outcomeCustomerLeft}, "", now)
	default:
		if !callback || e.Callback != "" {
			return nil
		}
		s = &step{next: e.clone()}
	}
	if callback && e.Callback == "" {
		s.callback, s.because = true, roster.NoAnswer
	}
	return s
}

// abandon takes a removed member out: an offer of theirs goes to the next, active work of
// theirs rings anew.
func (e *escalation) abandon(a *roster.Account, member string, now time.Time) *step {
	if e.offeredTo(member, 0) {
		return e.passOn(a, now, didWithdraw, "")
	}
	if !e.assignedTo(member) {
		return nil
	}
	s := &step{next: e.clone(), fallback: true}
	s.release = append(s.release, release{member: member})
	s.next.State, s.next.Assigned, s.next.Transfer = Ringing, nil, nil
	s.next.Accepted, s.next.Due = 0, 0
	s.next.log(now, didAbandon, member, "")
	if e.Offer == nil { // else a transfer rings already, and goes on as the offer
		s.seek = true
		s.next.Round, s.next.Offered = 0, []string{member}
	}
	return s
}
