package desk

import (
	"slices"
	"strings"
	"time"
)

// Role is what a member may do: the owner and admins manage, staff handle work. Every
// member may act as an agent. It is read from the table at every call, so a demotion holds
// from the next.
type Role string

// The roles.
const (
	RoleOwner Role = "owner" // exactly one; cannot be removed, and hands the account over
	RoleAdmin Role = "admin"
	RoleStaff Role = "staff" // is given a department where there are any
)

// Manages reports whether the role may do what admins do.
func (r Role) Manages() bool { return r == RoleOwner || r == RoleAdmin }

// Reason is why a person is asked for.
type Reason string

// The reasons of an escalation.
const (
	LowConfidence   Reason = "low_confidence"   // the assistant does not trust its answer
	CustomerRequest Reason = "customer_request" // "Can I talk to a person?"
	ConditionMet    Reason = "condition"        // a rule of the business; ConditionID says which
	Direct          Reason = "direct"           // no assistant in front
)

// State is where an escalation is in its life. From ringing it goes to active, callback,
// cancelled or, by an admin, completed; from active to completed. It goes back from active
// to ringing in one case alone: its agent is removed.
type State string

// The states of an escalation. Ringing and Active are open, the others final.
const (
	Ringing   State = "ringing"   // an agent has an offer
	Active    State = "active"    // an agent has accepted
	Completed State = "completed" // by the agent, the customer or time
	CalledFor State = "callback"  // a callback was registered instead
	Cancelled State = "cancelled" // the customer left while it rang, or nobody took a drill
)

// Open reports whether people are still at it. What is not open never changes its state again.
func (s State) Open() bool { return s == Ringing || s == Active }

// Caller is the member in whose name something is done, as Desk.Caller read them just before.
type Caller struct {
	MemberID  string
	AccountID string
	Role      Role
	// Session is the session that the call belongs to; empty where the token names none.
	Session string
	// Factor says that they sign in with a second factor, and ManagesSince since when an
	// owner or admin is one, in Unix milliseconds.
	Factor       bool
	ManagesSince int64
	// SignedInAt is when that began.
	SignedInAt time.Time
	// MustChangePassword is Member's: till it is done they may do that alone.
	MustChangePassword bool
	// DeviceID names the device on which they answer an offer; a page has a name of its
	// own. It is empty when that was not told. No right goes by it: it keeps that device from
	// being told to stop ringing, and tells a repeated accept from one on a second phone.
	DeviceID string

	ahead *ahead // what was read beside the look at who it is
}

// Agent names a member to others, also to customers:
// {"id":"mem_ius5rzkbfmfh","firstName":"Asha"}. The name is a copy of its moment, so that
// it stays readable when the member is gone.
type Agent struct {
	ID        string `json:"id"`
	FirstName string `json:"firstName"`
}

// Page asks for a part of a list.
type Page struct {
	Limit  int    // 1 to 100; 0 means 50
	Cursor string // NextCursor of the page before; empty for the first
}

// List is a page of a list. Items is never nil, and NextCursor is empty on the last page. A
// page may have fewer items than its limit and a cursor all the same: see walk.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// optional is null in JSON where the text is empty.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// distinct are the ids that are there, each once.
func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// lowerEmail is how e-mails are compared. Callers have brought them into normal form;
// without it Meera@Example.com and meera@example.com would be two customers.
func lowerEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// ceilSeconds rounds what is left up, so that a clock that counts it down ends late rather
// than early: 24.2 s are 25. It is 0 when nothing is left.
func ceilSeconds(d time.Duration) int {
	return max(0, int((d+time.Second-1)/time.Second))
}
