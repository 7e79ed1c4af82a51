package desk

import (
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// The states of a callback. From open to claimed and back, and from either to done or
// dismissed; what has ended stays so.
const (
	callbackOpen      = "open"
	callbackClaimed   = "claimed"
	callbackDone      = "done"
	callbackDismissed = "dismissed"
)

// maxJoined is how many escalations join one callback: its item cannot grow for ever.
// The one after begins a new callback.
const maxJoined = 500

// callback is a callback as stored. With two escalations of one customer it is
//
//	{"a":"acc_f7lmw5qcqyje","s":"open","e":["esc_2qnfeay2umpk","esc_7hd3kq2vxw4a"],"d":"dep_zqexjwiisgya","c":{"name":"Meera","phone":"+49300000001",…},"b":"no_answer","due":1795442400000,"cr":1795428000000}
type callback struct {
	Account      string         `json:"a"`
	State        string         `json:"s"`
	Escalations  []string       `json:"e"`
	Department   string         `json:"d,omitempty"`
	Interactions []string       `json:"i,omitempty"`
	Customer     Customer       `json:"c"`
	Summary      string         `json:"sum,omitempty"`
	Because      roster.Because `json:"b"`
	NeedsContact bool           `json:"nc,omitempty"`
	Due          int64          `json:"due"`
	Overdue      string         `json:"od,omitempty"` // the mark of the message that reminded of it
	Claimed      *Agent         `json:"cl,omitempty"`
	Attempts     []attempt      `json:"at,omitempty"`
	Note         string         `json:"n,omitempty"`
	Created      int64          `json:"cr"`
	Ended        int64          `json:"end,omitempty"`
	EndedBy      string         `json:"eb,omitempty"` // the mark of the request that did
}

// attempt is an Attempt as stored.
type attempt struct {
	Attempt
	ID string `json:"id"` // the same for the same request
}

// Attempt is one try to reach a customer.
type Attempt struct {
	At       time.Time `json:"at"`
	MemberID string    `json:"memberId"`
	Outcome  string    `json:"outcome"` // reached, no_answer, busy or wrong_number
	Note     string    `json:"note,omitempty"`
}

// Callback is the promise to call a customer back.
type Callback struct {
	ID            string         `json:"id"`
	State         string         `json:"state"` // open, claimed, done or dismissed
	EscalationIDs []string       `json:"escalationIds"`
	DepartmentID  string         `json:"departmentId"`
	Customer      Customer       `json:"customer"`
	Summary       string         `json:"summary"`
	Because       roster.Because `json:"because"`
	NeedsContact  bool           `json:"needsContact"`
	DueAt         time.Time      `json:"dueAt"`
	ClaimedBy     *Agent         `json:"claimedBy"`
	Attempts      []Attempt      `json:"attempts"`
	CreatedAt     time.Time      `json:"createdAt"`
	Note          *string        `json:"note"`
	EndedAt       *time.Time     `json:"endedAt"`
}

// CallbackDetail is a callback with its conversations, newest first. The cursor leads to
// older ones beyond the size of one answer.
type CallbackDetail struct {
	Callback
	Conversations       []CallbackConversation `json:"conversations"`
	ConversationsCursor string                 `json:"conversationsCursor,omitempty"`
}

// CallbackConversation is one conversation of a callback.
type CallbackConversation struct {
	EscalationID string         `json:"escalationId"`
	CreatedAt    time.Time      `json:"createdAt"`
	Channel      roster.Channel `json:"channel"`
	Conversation
}

// pending reports whether somebody is still to call.
func (cb *callback) pending() bool {
	return cb.State == callbackOpen || cb.State == callbackClaimed
}

// move changes the state and returns the operations that keep the lists true. They belong
// into the Write of the callback: an entry without it would point to another state, and
// lists pass it by.
func (cb *callback) move(id, state string, now time.Time) []table.Op {
	ops := []table.Op{
		table.Delete(keys.ListedCallback(cb.Account, cb.State, cb.Due, id), table.Condition{}),
		put(keys.ListedCallback(cb.Account, state, cb.Due, id), listedCallback{cb.Department}, table.Condition{}),
	}
	cb.State = state
	if cb.pending() {
		return ops
	}
	cb.Ended = millis(now)
	return ops
}

// view is the callback as members see it, whoever asks.
func (cb *callback) view(id string) Callback {
	v := Callback{
		ID: id, State: cb.State, EscalationIDs: cb.Escalations, DepartmentID: cb.Department, Customer: cb.Customer,
		Summary: cb.Summary, Because: cb.Because, NeedsContact: cb.NeedsContact, DueAt: instant(cb.Due),
		ClaimedBy: cb.Claimed, Attempts: make([]Attempt, len(cb.Attempts)), CreatedAt: instant(cb.Created),
		EndedAt: moment(cb.Ended), Note: optional(cb.Note),
	}
	for i, a := range cb.Attempts {
		v.Attempts[i] = a.Attempt
	}
	return v
}

// held says whether the caller may go on with the callback, as its holder or as an admin.
// Problems are callback-ended, not-claimed and claimed.
func (cb *callback) held(c Caller) error {
	switch {
	case !cb.pending():
		return cb.hasEnded()
	case c.Role.Manages() || cb.claimedBy(c.MemberID):
		return nil
	case cb.Claimed == nil:
		return conflict("not-claimed", "The callback is not claimed", "Claim it first.")
	}
	return cb.isClaimed()
}

func (cb *callback) claimedBy(member string) bool {
	return cb.Claimed != nil && cb.Claimed.ID == member
}

func (cb *callback) hasEnded() error {
	return conflict("callback-ended", "The callback has ended", "It is "+cb.State+".")
}

// isClaimed is the answer to the second who claims; claimedBy says who has it.
func (cb *callback) isClaimed() error {
	p := conflict("claimed", "The callback is claimed", cb.Claimed.FirstName+" has it.")
	p.Extra = map[string]any{"claimedBy": *cb.Claimed}
	return p
}
