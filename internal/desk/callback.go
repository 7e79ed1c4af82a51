package desk

import (
	"encoding/json"
	"strings"
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

// The limits of one callback: what is beyond them begins a new one.
const (
	maxEntries     = 80 // conversations
	maxDepartments = 20
)

// What has become of an entry, one letter each, as stored in a callback's marks.
const (
	markOpen   = 'o'
	markHelped = 'h'
	markTaken  = 't'
)

// callback is the head of a callback as stored, below 8 KB for ever: conversations and
// attempts are items of their own. Of two conversations of one customer it is
//
//	{"a":"acc_f7lmw5qcqyje","s":"open","e":["esc_2qnfeay2umpk","esc_7hd3kq2vxw4a"],"mk":"oo","d":"dep_zqexjwiisgya","c":{"name":"Meera",…},"b":"no_answer","due":1795442400000,"cr":1795428000000,…}
type callback struct {
	Account      string         `json:"a"`
	State        string         `json:"s"`
	Escalations  []string       `json:"e"`            // those of the entries; the newest 80
	Marks        string         `json:"mk,omitempty"` // a letter for each entry, the first one first
	Bare         int            `json:"bn,omitempty"` // entries without an item: an older version made them
	Department   string         `json:"d,omitempty"`
	Departments  []string       `json:"ds,omitempty"` // of all entries, where another differs from the first
	Interaction  string         `json:"fi,omitempty"` // of the first entry
	Customer     Customer       `json:"c"`            // as the first conversation gave it, long texts cut
	Summary      string         `json:"sum,omitempty"`
	Because      roster.Because `json:"b"`
	NeedsContact bool           `json:"nc,omitempty"`
	Due          int64          `json:"due"`
	Overdue      string         `json:"od,omitempty"` // the mark of the last look at which it was overdue
	NextLook     int64          `json:"nl,omitempty"` // when it is looked at next; 0 as an older version stored it
	Opened       int64          `json:"op,omitempty"` // since when the customer waits, where that is not Created
	Reminders    int            `json:"rm,omitempty"` // in a row, while it is overdue
	Away         int64          `json:"aw,omitempty"` // the first of the looks in a row at which its holder was not there
	Claimed      *Agent         `json:"cl,omitempty"`
	Note         string         `json:"n,omitempty"`
	Created      int64          `json:"cr"`
	Changed      int64          `json:"ch,omitempty"`
	Ended        int64          `json:"end,omitempty"`
	EndedBy      string         `json:"eb,omitempty"` // the mark of the request that did
	Tried        int            `json:"an,omitempty"` // attempts
	LastTry      *attempt       `json:"la,omitempty"` // the last attempt, its note cut
	LastEntry    *entry         `json:"le,omitempty"` // the last entry, its texts cut
	JoinedTo     string         `json:"jt,omitempty"` // the older one of the same customer, which goes on
	Joined       []joined       `json:"jf,omitempty"` // the younger ones whose entries are read with these
	Before       bool           `json:"bf,omitempty"` // an older version's lists lie in an item of their own
	before                      // as an older version stored it
}

// before are the lists that grew in the head itself, up to an item's limit. The first Write
// moves them, packed, into one item.
type before struct {
	Interactions []string  `json:"i,omitempty"`
	Attempts     []attempt `json:"at,omitempty"`
}

// joined is a younger callback whose entries belong to an older one.
type joined struct {
	ID    string `json:"id"`
	After int    `json:"a"` // entries that the older one had of its own when it came
	N     int    `json:"n"` // entries that came with it
}

// UnmarshalJSON reads every stored form into today's.
func (cb *callback) UnmarshalJSON(body []byte) error {
	type plain callback
	if err := json.Unmarshal(body, (*plain)(cb)); err != nil {
		return err
	}
	if cb.Marks != "" {
		return nil
	}
	mark := "h"
	if cb.pending() {
		mark = string(markOpen)
	}
	cb.Marks, cb.Bare, cb.Tried = strings.Repeat(mark, len(cb.Escalations)), len(cb.Escalations), len(cb.Attempts)
	if cb.Tried > 0 {
		cb.LastTry = &cb.Attempts[cb.Tried-1]
	}
	if len(cb.Escalations) == 1 && len(cb.Interactions) == 1 {
		cb.Interaction = cb.Interactions[0]
	}
	return nil
}

// attempt is an Attempt as stored.
type attempt struct {
	Attempt
	ID string `json:"id"` // the same for the same request
}

// Attempt is one try to reach a customer.
type Attempt struct {
	At        time.Time `json:"at"`
	MemberID  string    `json:"memberId"`
	FirstName *string   `json:"firstName"` // as it was then; nil where nobody knows it any more
	Outcome   string    `json:"outcome"`   // reached, no_answer, busy or wrong_number
	Note      string    `json:"note,omitempty"`
}

// Callback is the promise to call a customer back.
type Callback struct {
	ID             string         `json:"id"`
	State          string         `json:"state"` // open, claimed, done or dismissed
	EscalationIDs  []string       `json:"escalationIds"`
	DepartmentID   string         `json:"departmentId"`
	DepartmentName *string        `json:"departmentName"`
	Customer       Customer       `json:"customer"`
	Summary        string         `json:"summary"`
	Because        roster.Because `json:"because"`
	NeedsContact   bool           `json:"needsContact"`
	DueAt          time.Time      `json:"dueAt"`
	ClaimedBy      *Agent         `json:"claimedBy"`
	Attempts       []Attempt      `json:"attempts"` // the newest 50, in lists the last one
	AttemptsCount  int            `json:"attemptsCount"`
	Entries        []Entry        `json:"entries"` // likewise
	EntriesCount   int            `json:"entriesCount"`
	JoinedTo       *string        `json:"joinedTo"` // the customer's older callback, which goes on
	UpdatedAt      time.Time      `json:"updatedAt"`
	CreatedAt      time.Time      `json:"createdAt"`
	Note           *string        `json:"note"`
	EndedAt        *time.Time     `json:"endedAt"`
}

// Entry is one conversation of a callback, with the customer as that conversation gave it.
type Entry struct {
	At            time.Time      `json:"at"`
	State         string         `json:"state"` // open, helped or taken_back
	EscalationID  string         `json:"escalationId"`
	InteractionID string         `json:"interactionId"`
	Channel       roster.Channel `json:"channel"`
	Reason        Reason         `json:"reason"`
	Summary       string         `json:"summary"`
	Customer      Customer       `json:"customer"`
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
	ops := []table.Op{cb.unlist(id)}
	cb.State = state
	if !cb.pending() {
		cb.Ended = millis(now)
	}
	return append(ops, cb.list(id))
}

// list is the callback's entry in the list of its state, and unlist takes it away.
func (cb *callback) list(id string) table.Op {
	l := listedCallback{Department: cb.Department, Departments: cb.Departments}
	if cb.State == callbackClaimed && cb.Claimed != nil {
		l.By = cb.Claimed.ID
	}
	return put(keys.ListedCallback(cb.Account, cb.State, cb.Due, id), l, table.Condition{})
}

func (cb *callback) unlist(id string) table.Op {
	return table.Delete(keys.ListedCallback(cb.Account, cb.State, cb.Due, id), table.Condition{})
}

// departments are those of all entries; the empty one stands for none.
func (cb *callback) departments() []string {
	if len(cb.Departments) == 0 {
		return []string{cb.Department}
	}
	return cb.Departments
}

// open reports whether an entry is.
func (cb *callback) open() bool { return strings.ContainsRune(cb.Marks, markOpen) }

// mark writes a letter for entry n, from 1.
func (cb *callback) mark(n int, letter byte) {
	marks := []byte(cb.Marks)
	marks[n-1] = letter
	cb.Marks = string(marks)
}

// helped marks all entries that are open.
func (cb *callback) helped() {
	cb.Marks = strings.ReplaceAll(cb.Marks, string(markOpen), string(markHelped))
}

// entriesCount counts the entries, those of joined ones too.
func (cb *callback) entriesCount() int {
	n := len(cb.Marks)
	for _, j := range cb.Joined {
		n += j.N
	}
	return n
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
