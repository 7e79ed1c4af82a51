package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Customer is who contacted the business. Phone is E.164, Email in lower case. What was
// sent for them and is neither lies beside, to be read and never to be joined by.
type Customer struct {
	Name         string `json:"name"`
	Phone        string `json:"phone"`
	PhoneAsGiven string `json:"phoneAsGiven,omitempty"`
	Email        string `json:"email"`
	EmailAsGiven string `json:"emailAsGiven,omitempty"`
	Locale       string `json:"locale"`
	TimeZone     string `json:"timeZone"`
}

// ChatMessage is one utterance of a conversation.
type ChatMessage struct {
	At       *time.Time `json:"at,omitempty"`
	AtAsSent string     `json:"atAsSent,omitempty"` // where it was no time with a zone
	From     string     `json:"from"`               // customer, assistant or agent
	Text     string     `json:"text"`
}

// Conversation is what was said before a person came in, as the assistant sent it.
type Conversation struct {
	Summary    string            `json:"summary"`
	Intent     string            `json:"intent"`
	Trigger    string            `json:"trigger"`
	Messages   []ChatMessage     `json:"messages"`
	Attributes map[string]string `json:"attributes,omitempty"`
	// AsSent is what was cut or has no place above, by its path in the request.
	AsSent map[string]any `json:"asSent,omitempty"`
}

// Adjusted says what was changed of a request so that it could be taken. Field is its path
// as sent, such as customer.phone; Detail is a sentence that quotes no value.
type Adjusted struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Connect is the bridge to the customer: media and messages stay outside of the desk.
type Connect struct {
	URL string `json:"url"`
}

// Request is an escalation as the assistant asks for it. It is stored whole and never changes.
type Request struct {
	AccountID     string         `json:"accountId"`
	RequestID     string         `json:"requestId"`
	InteractionID string         `json:"interactionId"`
	Channel       roster.Channel `json:"channel"`
	Reason        Reason         `json:"reason"`
	ConditionID   string         `json:"conditionId"`
	DepartmentID  string         `json:"departmentId"`
	Department    string         `json:"department"` // an id or a name, any case; used where DepartmentID is neither
	Customer      Customer       `json:"customer"`
	Conversation  Conversation   `json:"conversation"`
	Connect       *Connect       `json:"connect"`

	// Presumed tells that no reason was given, or none that is known: CustomerRequest then
	// stands in Reason, and an account that takes direct escalations alone takes this one.
	Presumed bool `json:"presumed,omitempty"`

	// Drill marks a test escalation; Member, only for drills, the one who is to get it.
	Drill  bool   `json:"drill,omitempty"`
	Member string `json:"member,omitempty"`
}

// Outcome tells the assistant how an escalation stands.
type Outcome string

// The outcomes of an Answer.
const (
	OutcomeRinging    Outcome = "ringing"
	OutcomeAccepted   Outcome = "accepted"
	OutcomeCallback   Outcome = "callback"
	OutcomeHandedBack Outcome = "handed_back" // the agent gave the customer back to the assistant
	OutcomeEnded      Outcome = "ended"
)

// AnswerRecall is the callback of an Answer.
type AnswerRecall struct {
	ID           string    `json:"id"`
	NeedsContact bool      `json:"needsContact"`
	DueAt        time.Time `json:"dueAt"`
}

// Asked is an escalation that is asked for. The ids are known at once; the rest is read
// when the account's country is, which telephone numbers need.
type Asked struct {
	AccountID     string
	RequestID     string // empty: each request is a new one, or its interaction's next
	InteractionID string
	Read          func(country string) (Request, []Adjusted)
	// Callback has nobody rung: whoever asks has tried that in vain and does not come back.
	// What was done of the tries before is kept to.
	Callback bool
}

// Asked asks for an escalation whose request is at hand, as it is.
func (r Request) Asked() Asked {
	return Asked{
		AccountID: r.AccountID, RequestID: r.RequestID, InteractionID: r.InteractionID,
		Read: func(string) (Request, []Adjusted) { return r, nil },
	}
}

// Escalate hands a call or chat to people: it stores the request, claims the agent whose
// turn it is and lets the phone ring; or it registers a callback when nobody can take it.
// The same RequestID in the same interaction changes nothing and gets the state as it is
// now, and so does a new one for an interaction with an open escalation.
//
// Before the request counts its timer is sent, or has been on its way for a reading: what is stored ends well
// without any further call, see Wake. Until then the caller repeats the same request. Problems are not-found
// without the account, when nothing is stored, assistant-off, and busy.
func (d *Desk) Escalate(ctx context.Context, a Asked) (Answer, error) {
	answer, err := d.escalate(ctx, &change{d: d, acc: a.AccountID}, a)
	if again(err) || IsProblem(err, errBusy.Name) {
		d.count(metricTrouble, "What", troubleTable, 1)
	}
	return answer, err
}

// escalate is Escalate by a change whose id drills choose themselves.
func (d *Desk) escalate(ctx context.Context, c *change, a Asked) (Answer, error) {
	c.desk, c.fresh = true, true
	defer c.settle()
	if err := c.look(ctx, a); err != nil {
		return Answer{}, fmt.Errorf("escalating: %w", err)
	}
	r, adjusted := a.Read(c.account.CountryOrZone())
	r.AccountID, r.RequestID, r.InteractionID = c.acc, a.RequestID, a.InteractionID
	r.Customer.Email = lowerEmail(r.Customer.Email)
	if r.Conversation.Messages == nil {
		r.Conversation.Messages = []ChatMessage{}
	}
	r, more := c.placed(r)
	adjusted = append(adjusted, more...)
	r = r.shortened()
	asked, err := d.newEnvelope(r)
	if err == nil {
		err = c.prepare(ctx, asked)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("escalating: %w", err)
	}
	other := &elsewhere{}
	c.decide = func(c *change) (s *step, err error) {
		s, other, err = c.first(ctx)
		if s != nil {
			s.late = a.Callback
		}
		return s, err
	}
	id := c.id
	e, err := c.run(ctx)
	if err == nil && e == nil {
		err = d.follow(ctx, id, other)
		id, e = other.id, other.open
	}
	if err != nil {
		return Answer{}, err
	}
	d.wakeOverdue(ctx, id, e)
	answer, err := d.answer(ctx, id, e, c.snap)
	answer.Adjusted = append(adjusted, differs(c.request, &asked, e)...)
	answer.Joined = id != c.id || !d.begun(c.request, &asked)
	return answer, err
}

// differs tells of another customer under the same request id: the first one stays, and
// whoever calls has mixed up two. It tells as well of a conversation that is longer or
// shorter than the one that the escalation began with: nobody reads what is new of it.
func differs(kept, asked *envelope, e *escalation) []Adjusted {
	var told []Adjusted
	if kept.Request.Customer != asked.Request.Customer {
		told = append(told, Adjusted{Field: "customer", Detail: "is not the one whom this request came with before. That one stays."})
	}
	if e.Size != 0 && e.Size != asked.Size {
		told = append(told, Adjusted{Field: "conversation", Detail: "is not the one that this escalation began with. That one stays; what is new is added by append."})
	}
	return told
}

// first decides about a request: it begins, unless it was asked before, or people are at
// its interaction.
func (c *change) first(ctx context.Context) (*step, *elsewhere, error) {
	if c.cur != nil {
		return nil, &elsewhere{}, nil
	}
	other, err := c.elsewhere(ctx)
	if err != nil {
		return nil, other, err
	}
	if other.open != nil {
		return nil, other, c.keepFollower(ctx, other)
	}
	if r := &c.request.Request; c.account.AssistantOff && r.Reason != Direct && !r.Presumed && !r.Drill {
		return nil, other, conflict("assistant-off", "The assistant is switched off", "The account takes direct escalations only.")
	}
	return c.begin(), other, nil
}

// follow keeps for good that the interaction had an open escalation when the request came.
// The same request later gets what it got first. Its timer, should it have been sent, has
// nothing to do: without the item it would register a callback for a customer who was served.
func (d *Desk) follow(ctx context.Context, id string, other *elsewhere) error {
	if other.kept {
		return nil
	}
	_, err := update(ctx, d, keys.Follows(id), func(p *stored[pointer]) (bool, []table.Op, error) {
		if p.found() {
			return false, nil, nil
		}
		p.value.ID = other.id
		return true, nil, nil
	})
	return err
}

// keepFollower stores a new request in one Write with what it follows.
func (c *change) keepFollower(ctx context.Context, other *elsewhere) error {
	if c.keeping == nil {
		return nil // follow does it
	}
	err := c.keep(ctx, put(keys.Follows(c.id), pointer{other.id}, table.Condition{}))
	if err == nil {
		other.kept = true
		c.d.Log.InfoContext(ctx, "request followed: people are at its interaction already", "escalation", other.id, "request", c.id)
	}
	return err
}

// elsewhere is what else the interaction of a request has.
type elsewhere struct {
	version int64       // of the pointer from the interaction to its escalation
	id      string      // of that escalation
	open    *escalation // nil unless it is another one that is open
	number  int         // of the interaction's last request that had no id of its own
	kept    bool        // it was open when the request came, and the request follows it
}

// elsewhere gives what was read beside for the first try, and reads it for later ones.
func (c *change) elsewhere(ctx context.Context) (*elsewhere, error) {
	if c.followed != nil {
		return c.followed, nil
	}
	e := c.beside
	c.beside = nil
	if e == nil {
		var err error
		if e, err = c.d.readElsewhere(ctx, c.acc, c.request.Request.InteractionID); err != nil {
			return &elsewhere{}, err
		}
	}
	if e.id == c.id {
		e.open = nil
	}
	c.interaction, c.number = e.version, max(c.number, e.number)
	return e, nil
}

// lastOf is how an interaction leads to the escalation that people were at last, as stored.
type lastOf struct {
	pointer
	Number int `json:"n,omitempty"`
}

// readElsewhere finds an interaction's last escalation, if it is open.
func (d *Desk) readElsewhere(ctx context.Context, acc, interaction string) (*elsewhere, error) {
	if interaction == "" {
		return &elsewhere{}, nil
	}
	p, err := load[lastOf](ctx, d.Table, keys.InteractionEscalation(acc, interaction))
	if err != nil || !p.found() {
		return &elsewhere{}, err
	}
	found := &elsewhere{version: p.version, id: p.value.ID, number: p.value.Number}
	e, err := load[escalation](ctx, d.Table, keys.Escalation(p.value.ID))
	if err == nil && e.found() && e.value.State.Open() {
		found.open = &e.value
	}
	return found, err
}

// begin is the first step of a new escalation.
func (c *change) begin() *step {
	r := &c.request.Request
	dep, unknown := c.snap.DepartmentOf(r.DepartmentID, r.Department)
	e := &escalation{
		Account: c.acc, State: Ringing, Channel: r.Channel, Reason: r.Reason, Department: dep, Unknown: unknown,
		Interaction: r.InteractionID, Drill: r.Drill, Directed: r.Member, Created: c.request.At, Size: c.request.Size,
		Secret: c.request.Secret,
		Speech: speechFor(r.Customer.Locale, c.account), OwnWords: c.account.OwnWords,
	}
	return &step{next: e, first: true, seek: true, fallback: true}
}

// orphan is the step for a request without a claim: its caller died, or had to give up, and
// the timer found it. It rings now, unless that is so late that a customer who was left
// alone should be called instead.
func (c *change) orphan(due time.Time) *step {
	s := c.begin()
	s.late = !c.now.Before(due.Add(orphanRings))
	return s
}

// readEscalation reads one of the account's escalations.
func (d *Desk) readEscalation(ctx context.Context, acc, id string) (*escalation, error) {
	e, err := load[escalation](ctx, d.Table, keys.Escalation(id))
	if err != nil {
		return nil, err
	}
	if !e.found() || e.value.Account != acc {
		return nil, notFound("escalation")
	}
	return &e.value, nil
}
