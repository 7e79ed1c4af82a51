package desk

import (
	"time"

	"github.com/connectnow/backend/internal/hours"
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

// Channel is how the customer is in contact.
type Channel string

// The channels.
const (
	Call Channel = "call"
	Chat Channel = "chat"
)

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

// Because says why a callback was registered.
type Because string

// The reasons of a callback.
const (
	NobodyOnline Because = "nobody_online"
	OffShift     Because = "off_shift"
	AllBusy      Because = "all_busy"
	NoAnswer     Because = "no_answer"
	NoSuchTeam   Because = "no_such_team"
)

// Caller is the member in whose name something is done.
type Caller struct {
	MemberID  string
	AccountID string
	Role      Role
	// DeviceID is on which of the member's devices they answer an offer; a page has a name
	// of its own. Empty when that was not told. No right goes by it.
	DeviceID string
}

// Customer is who contacted the business. Phone is E.164, Email in lower case.
type Customer struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Email    string `json:"email"`
	Locale   string `json:"locale"`
	TimeZone string `json:"timeZone"`
}

// ChatMessage is one utterance of a conversation.
type ChatMessage struct {
	At   *time.Time `json:"at,omitempty"`
	From string     `json:"from"` // customer, assistant or agent
	Text string     `json:"text"`
}

// Conversation is what was said before a person came in, as the assistant sent it.
type Conversation struct {
	Summary    string            `json:"summary"`
	Intent     string            `json:"intent"`
	Trigger    string            `json:"trigger"`
	Messages   []ChatMessage     `json:"messages"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Connect is the bridge to the customer.
type Connect struct {
	URL string `json:"url"`
}

// Request is an escalation as the assistant asks for it.
type Request struct {
	AccountID     string       `json:"accountId"`
	RequestID     string       `json:"requestId"`
	InteractionID string       `json:"interactionId"`
	Channel       Channel      `json:"channel"`
	Reason        Reason       `json:"reason"`
	ConditionID   string       `json:"conditionId"`
	DepartmentID  string       `json:"departmentId"`
	Department    string       `json:"department"` // a name, any case; used without DepartmentID
	Customer      Customer     `json:"customer"`
	Conversation  Conversation `json:"conversation"`
	Connect       *Connect     `json:"connect"`

	// Drill marks a test escalation; Member, only for drills, the one who is to get it.
	Drill  bool   `json:"drill,omitempty"`
	Member string `json:"member,omitempty"`
}

// Agent names a member to others.
type Agent struct {
	ID        string `json:"id"`
	FirstName string `json:"firstName"`
}

// Outcome tells the assistant how an escalation stands.
type Outcome string

// The outcomes of an Answer.
const (
	OutcomeRinging  Outcome = "ringing"
	OutcomeAccepted Outcome = "accepted"
	OutcomeCallback Outcome = "callback"
	OutcomeEnded    Outcome = "ended"
)

// Answer is what the assistant is told about an escalation: its state now.
type Answer struct {
	EscalationID   string        `json:"escalationId"`
	State          State         `json:"state"`
	Outcome        Outcome       `json:"outcome"`
	Agent          *Agent        `json:"agent"`
	RingingUntil   *time.Time    `json:"ringingUntil"`
	RingingSeconds *int          `json:"ringingSeconds"`
	Callback       *AnswerRecall `json:"callback"`
	Because        *Because      `json:"because"`
	NextAgentAt    *time.Time    `json:"nextAgentAt"`
	Say            string        `json:"say"`
}

// AnswerRecall is the callback of an Answer.
type AnswerRecall struct {
	ID           string `json:"id"`
	NeedsContact bool   `json:"needsContact"`
}

// Offer is one agent's turn at an escalation.
type Offer struct {
	Number         int        `json:"number"`
	MemberID       string     `json:"memberId"`
	RingingUntil   time.Time  `json:"ringingUntil"`
	RingingSeconds int        `json:"ringingSeconds"` // what is left now
	SeenAt         *time.Time `json:"seenAt"`
}

// Event is one entry of an escalation's history.
type Event struct {
	At       time.Time `json:"at"`
	What     string    `json:"what"`
	MemberID string    `json:"memberId,omitempty"`
	Note     string    `json:"note,omitempty"`
}

// Escalation is one call or chat handed to people, as members see it.
type Escalation struct {
	ID           string        `json:"id"`
	State        State         `json:"state"`
	Channel      Channel       `json:"channel"`
	Reason       Reason        `json:"reason"`
	ConditionID  string        `json:"conditionId"`
	DepartmentID string        `json:"departmentId"`
	Customer     Customer      `json:"customer"`
	Summary      string        `json:"summary"`
	Intent       string        `json:"intent"`
	Offer        *Offer        `json:"offer"`
	AssignedTo   *Agent        `json:"assignedTo"`
	Because      *Because      `json:"because"`
	CallbackID   *string       `json:"callbackId"`
	Connect      *Connect      `json:"connect"`
	Drill        bool          `json:"drill"`
	Outcome      *string       `json:"outcome"`
	Note         *string       `json:"note"`
	Verdict      *string       `json:"verdict"`
	CreatedAt    time.Time     `json:"createdAt"`
	AcceptedAt   *time.Time    `json:"acceptedAt"`
	EndedAt      *time.Time    `json:"endedAt"`
	History      []Event       `json:"history"`
	Conversation *Conversation `json:"conversation,omitempty"`
}

// Candidate is one member in a receipt and why the turn was or was not theirs:
// offered, offline, off_shift, on_call, at_capacity, already_offered,
// not_in_department or later_in_rotation.
type Candidate struct {
	MemberID string `json:"memberId"`
	Reason   string `json:"reason"`
	Place    int64  `json:"place"`
}

// Receipt says how one turn was dealt: who got it and why the others did not.
type Receipt struct {
	Offer      int            `json:"offer"` // 0 when nobody could take it
	At         time.Time      `json:"at"`
	Rotation   string         `json:"rotation"` // a department's id, or "everyone"
	Overflow   bool           `json:"overflow"` // nobody in the department was free, everyone was asked
	Directed   bool           `json:"directed"` // meant for this member, not the rotation's choice
	Ticket     int64          `json:"ticket"`   // 0 when none was drawn
	Candidates []Candidate    `json:"candidates"`
	Others     map[string]int `json:"others"` // counts by reason of those not listed
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
	ID            string     `json:"id"`
	State         string     `json:"state"` // open, claimed, done or dismissed
	EscalationIDs []string   `json:"escalationIds"`
	DepartmentID  string     `json:"departmentId"`
	Customer      Customer   `json:"customer"`
	Summary       string     `json:"summary"`
	Because       Because    `json:"because"`
	NeedsContact  bool       `json:"needsContact"`
	DueAt         time.Time  `json:"dueAt"`
	ClaimedBy     *Agent     `json:"claimedBy"`
	Attempts      []Attempt  `json:"attempts"`
	CreatedAt     time.Time  `json:"createdAt"`
	Note          *string    `json:"note"`
	EndedAt       *time.Time `json:"endedAt"`
}

// CallbackDetail is a callback with the conversations that led to it, newest first.
type CallbackDetail struct {
	Callback
	Conversations       []CallbackConversation `json:"conversations"`
	ConversationsCursor string                 `json:"conversationsCursor,omitempty"`
}

// CallbackConversation is one conversation of a callback.
type CallbackConversation struct {
	EscalationID string    `json:"escalationId"`
	CreatedAt    time.Time `json:"createdAt"`
	Channel      Channel   `json:"channel"`
	Conversation
}

// Capacity is how much a member takes at a time.
type Capacity struct {
	Calls int `json:"calls"` // 0 or 1
	Chats int `json:"chats"` // 0 to 20
}

// Receiving tells by channel whether an offer could come now.
type Receiving struct {
	Call bool `json:"call"`
	Chat bool `json:"chat"`
}

// Availability is presence, shift and room of one member.
type Availability struct {
	Status      string     `json:"status"` // online or offline
	OnShift     bool       `json:"onShift"`
	Receiving   Receiving  `json:"receiving"`
	Because     string     `json:"because"`
	ShiftEndsAt *time.Time `json:"shiftEndsAt"`
	NextShiftAt *time.Time `json:"nextShiftAt"`
}

// Member is a person of an account as admins, and that person, see it.
type Member struct {
	ID            string              `json:"id"`
	FirstName     string              `json:"firstName"`
	LastName      string              `json:"lastName"`
	Email         string              `json:"email"`
	Role          Role                `json:"role"`
	DepartmentIDs []string            `json:"departmentIds"`
	Capacity      Capacity            `json:"capacity"`
	WorkingHours  *hours.WorkingHours `json:"workingHours"`
	Availability  Availability        `json:"availability"`
	CreatedAt     time.Time           `json:"createdAt"`
	// Devices is told to the member alone.
	Devices *DeviceCounts `json:"devices,omitempty"`
}

// DeviceCounts is how many devices a member has, and to how many of them pushes get
// through as far as is known. With none that works only an open page can ring.
type DeviceCounts struct {
	Registered int `json:"registered"`
	Working    int `json:"working"`
}

// Department is a group of members with a rotation of its own.
type Department struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	MemberCount int    `json:"memberCount"`
}

// TeamMember is one member in a TeamAvailability; for staff only id, first name and
// receiving are filled.
type TeamMember struct {
	ID           string        `json:"id"`
	FirstName    string        `json:"firstName"`
	Receiving    Receiving     `json:"receiving"`
	Availability *Availability `json:"availability,omitempty"`
}

// Counts is a number by channel.
type Counts struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

// TeamAvailability is who could take a call or a chat now.
type TeamAvailability struct {
	Now     Counts       `json:"now"`
	Online  int          `json:"online"`
	OnShift int          `json:"onShift"`
	NextAt  *time.Time   `json:"nextAt"`
	Members []TeamMember `json:"members,omitempty"`
}

// ActiveMinutes is how long accepted work may be open.
type ActiveMinutes struct {
	Call int `json:"call"`
	Chat int `json:"chat"`
}

// Account is a business and its settings.
type Account struct {
	ID                       string        `json:"id"`
	Name                     string        `json:"name"`
	TimeZone                 string        `json:"timeZone"`
	RingSeconds              int           `json:"ringSeconds"`
	MaxOffers                int           `json:"maxOffers"`
	MissedOffersUntilOffline int           `json:"missedOffersUntilOffline"`
	Overflow                 string        `json:"overflow"` // none or everyone
	CallbackDueMinutes       int           `json:"callbackDueMinutes"`
	ChatCapacity             int           `json:"chatCapacity"`
	ActiveMinutes            ActiveMinutes `json:"activeMinutes"`
	Holidays                 []string      `json:"holidays"`
	Nudges                   Nudges        `json:"nudges"`
}

// Nudges say which pushes besides offers an account's members get.
type Nudges struct {
	ShiftSoon        bool `json:"shiftSoon"`        // five minutes before it, to one who is offline
	ShiftOver        bool `json:"shiftOver"`        // at its end, to one who is online
	NobodyLeft       bool `json:"nobodyLeft"`       // to the owner, when the last one goes in business hours
	CallbacksWaiting bool `json:"callbacksWaiting"` // how many, to one who goes online
}

// Platform is a push service.
type Platform string

// The platforms.
const (
	FCM         Platform = "fcm"
	APNs        Platform = "apns"
	APNsSandbox Platform = "apns_sandbox"
)

// Device is a member's phone.
type Device struct {
	ID        string    `json:"id"`
	Platform  Platform  `json:"platform"`
	Token     string    `json:"token"`
	VoIPToken string    `json:"voipToken,omitempty"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Working is false when the device refused a push for good: nothing is pushed to it
	// until it is registered again.
	Working bool `json:"working"`
	// Address is where pushes go (see Phones.Register), and VoIPAddress where those go that
	// are for VoIPToken, empty when there is none or no way to it.
	Address     string `json:"-"`
	VoIPAddress string `json:"-"`
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
