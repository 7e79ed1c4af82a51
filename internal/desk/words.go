package desk

import (
	"strings"
	"time"
)

// Role is what a member may do: the owner and admins manage, staff handle work. Every
// member may act as an agent.
type Role string

// The roles.
const (
	RoleOwner Role = "owner"
	RoleAdmin Role = "admin"
	RoleStaff Role = "staff"
)

// Manages reports whether the role may do what admins do.
func (r Role) Manages() bool { return r == RoleOwner || r == RoleAdmin }

// Reason is why a person is asked for.
type Reason string

// The reasons of an escalation.
const (
	LowConfidence   Reason = "low_confidence"
	CustomerRequest Reason = "customer_request"
	ConditionMet    Reason = "condition"
	Direct          Reason = "direct" // no assistant in front
)

// State is where an escalation is in its life.
type State string

// The states of an escalation. Ringing and Active are open, the others final.
const (
	Ringing   State = "ringing"
	Active    State = "active"
	Completed State = "completed"
	CalledFor State = "callback" // a callback was registered instead
	Cancelled State = "cancelled"
)

// Open reports whether people are still at it.
func (s State) Open() bool { return s == Ringing || s == Active }

// Caller is the member in whose name something is done.
type Caller struct {
	MemberID  string
	AccountID string
	Role      Role
	// DeviceID is on which of the member's devices they answer an offer; a page has a name
	// of its own. Empty when that was not told. No right goes by it.
	DeviceID string
}

// Agent names a member to others.
type Agent struct {
	ID        string `json:"id"`
	FirstName string `json:"firstName"`
}

// Page asks for a part of a list.
type Page struct {
	Limit  int    // 1 to 100
	Cursor string // of the page before; empty for the first
}

// List is a page of a list.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty"`
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// lowerEmail is how e-mails are compared. Callers have brought them into normal form.
func lowerEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// ceilSeconds rounds what is left up, so that a clock that counts it down ends late
// rather than early.
func ceilSeconds(d time.Duration) int {
	return max(0, int((d+time.Second-1)/time.Second))
}
