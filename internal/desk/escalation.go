package desk

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// escalation is an escalation's changing part as stored; the request is kept apart and
// never changes. While the first offer rings it is
//
//	{"a":"acc_f7lmw5qcqyje","s":"ringing","c":"chat","r":"customer_request","d":"dep_zqexjwiisgya","i":"conv-1",
//	 "o":{"n":1,"m":"mem_ius5rzkbfmfh","f":"Asha","u":1795428025000,"t":41},"on":1,"or":1,"od":["mem_ius5rzkbfmfh"],
//	 "at":1795428000000,"rc":1,"h":[{"t":1795428000000,"w":"offered","m":"mem_ius5rzkbfmfh"}],"w":"ov56pijncvo4",
//	 "re":{"n":1,"t":1795428000000,"r":"dep_zqexjwiisgya","k":41,"c":["o0 ius5rzkbfmfh"]}}
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
	Device      string         `json:"dv,omitempty"` // on which they accepted; empty when that was not told
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
	Secret      string         `json:"hs,omitempty"` // of its handle; empty of an older one
	Mark        string         `json:"w,omitempty"`  // of the change that wrote it, tells it from an equal one
	Events      int            `json:"q,omitempty"`  // announced so far: the number of the last
	Speech      string         `json:"l,omitempty"`  // the languages for its customer, see speechFor; empty of an older one
	OwnWords    bool           `json:"ow,omitempty"` // the account had sentences of its own when it began

	Receipt json.RawMessage `json:"re,omitempty"` // the last one, where it has a place here; see keepReceipt

	past []event // the older events, where they were read
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
	didFile         = "filed"
	didComplete     = "completed"
	didCancel       = "cancelled"
	didCallback     = "callback"
)

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
	filed    bool           // its entry in a callback goes to its department
	beside   []table.Op     // what is written with it
	actor    string         // the member who does it; empty for the customer and for time
	stored   *escalation    // next as it is stored
	first    bool           // the escalation is new
	late     bool           // nobody is to be rung any more
	left     bool           // nobody at all is there, which nobody has noticed
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
	rang   roster.Rang
	fresh  bool // was handled: one who was full gets a place at the tail
}
